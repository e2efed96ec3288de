"""What several kinds of fact are made of: readings, findings, quality, the card, the circumstances."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from app.domain.model import Model

CardSide = Literal["", "front", "back"]


def later(default: Any, description: str = "") -> Any:
    """A field that older journals have not: left out while it says nothing, so that their events keep their hashes."""
    return Field(default=default, description=description or None, exclude_if=lambda value: value == default)


class Reading(Model):
    """One field as a machine read it. ``confidence`` 0–1, 1 where a person confirmed it; ``box`` is x, y, width, height
    in pixels of the stored picture."""

    value: str
    confidence: float = Field(ge=0, le=1)
    box: tuple[int, int, int, int] | None = None


class Finding(Model):
    """Something noticed about a paper or a case. ``level``: info, warn (allowed with a reason) or block. ``places``: where in
    the page's picture, as left, top, width and height in shares of it; none where it is about the whole."""

    code: str
    level: Literal["info", "warn", "block"]
    zh: str
    en: str
    places: tuple[tuple[float, float, float, float], ...] = later(())


class Quality(Model):
    """Picture quality of a page. ``score`` is 1 good, 0.5 readable with warning, 0 unusable; measures as in docs."""

    score: float = Field(ge=0, le=1)
    sharpness: float
    glare: float
    brightness: float
    width_px: int
    corners_found: bool


class IdCard(Model):
    """The resident identity card as the person confirmed it."""

    name: str = Field(min_length=1, max_length=60)
    sex: Literal["male", "female"]
    nation: str = Field(max_length=20)
    birth: date
    address: str = Field(max_length=200)
    number: str
    authority: str = Field(max_length=80)
    valid_from: date
    valid_to: date | None = Field(description="None = long-term")


class Circumstances(Model):
    """What decides which papers are needed, besides product, vehicle and amount."""

    customer_kind: Literal["person", "company"] = "person"
    marital: Literal["single", "married", "divorced", "widowed"] = "single"
    employment: Literal["salaried", "self_employed", "freelance"] = "salaried"
    local_resident: bool = True
    has_guarantor: bool = False
    affiliated: bool = False
    drives_self: bool = True
