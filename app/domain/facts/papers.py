"""The papers: captured, mended, corrected, taken out and brought back."""

from typing import Literal

from pydantic import Field

from app.domain.evidence import FileRef
from app.domain.facts.common import CardSide, Circumstances, Finding, Quality, Reading, later
from app.domain.model import Model
from app.domain.page_frame import Corners


class CircumstancesSet(Model):
    kind: Literal["circumstances_set"] = "circumstances_set"
    circumstances: Circumstances


class PaperCaptured(Model):
    kind: Literal["paper_captured"] = "paper_captured"
    paper: str
    page_id: str
    original: FileRef
    crop: FileRef | None
    readings: dict[str, Reading]
    quality: Quality
    findings: tuple[Finding, ...] = ()
    imported: bool
    picture_hash: str = Field(default="", description="perceptual hash in hex, of the picture as captured; '' = none")
    source: FileRef | None = Field(default=None, description="the file of several pages that this picture was drawn from")
    source_page: int = Field(default=0, ge=0, description="which page of the source, from 1")
    replaces: str = Field(default="", description="page id of the page that this one was taken anew for; '' = none")
    corners: Corners | None = Field(default=None, description="where a person put the page's corners; None = found, or whole")
    turns: int = Field(default=0, ge=0, le=3, description="quarter turns clockwise that a person gave the page")
    side: CardSide = later("", "which side of an identity card it shows; '' = the paper has no sides")


class PaperReframed(Model):
    """A person put the page's corners or turned it: the crop was cut anew from the kept original and read anew."""

    kind: Literal["paper_reframed"] = "paper_reframed"
    paper: str
    page_id: str
    corners: Corners
    turns: int = Field(ge=0, le=3)
    side: CardSide = later("")
    crop: FileRef
    readings: dict[str, Reading]
    quality: Quality
    findings: tuple[Finding, ...] = ()


class PaperCorrected(Model):
    """A person compared a page's fields with the paper. ``values`` are all of them as they now stand, ``corrected`` what
    changed, as (before, now); ``findings`` are the page's from now on."""

    kind: Literal["paper_corrected"] = "paper_corrected"
    paper: str
    page_id: str
    values: dict[str, str]
    corrected: dict[str, tuple[str, str]] = {}
    findings: tuple[Finding, ...] = ()


class PaperRemoved(Model):
    kind: Literal["paper_removed"] = "paper_removed"
    paper: str
    page_id: str


class PaperRestored(Model):
    """A page removed before is back as it was."""

    kind: Literal["paper_restored"] = "paper_restored"
    paper: str
    page_id: str
