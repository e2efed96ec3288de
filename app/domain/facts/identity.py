"""Who the customer is: card, chip, face, second person."""

from typing import Literal

from pydantic import Field

from app.domain.challenge import Action, NonceFrom
from app.domain.evidence import FileRef
from app.domain.face import FaceMatch, LivenessResult
from app.domain.facts.common import Finding, IdCard, Quality, Reading
from app.domain.model import Model


class IdentityPathChosen(Model):
    """Face recognition, or the two-person path of equal standing."""

    kind: Literal["identity_path_chosen"] = "identity_path_chosen"
    path: Literal["face", "two_person"]


class IdCardCaptured(Model):
    kind: Literal["id_card_captured"] = "id_card_captured"
    side: Literal["front", "back"]
    original: FileRef
    crop: FileRef
    portrait: FileRef | None = None
    readings: dict[str, Reading]
    quality: Quality
    findings: tuple[Finding, ...] = ()
    imported: bool


class IdCardConfirmed(Model):
    kind: Literal["id_card_confirmed"] = "id_card_confirmed"
    card: IdCard
    corrected: dict[str, tuple[str, str]]
    findings: tuple[Finding, ...] = ()


class LivenessBegun(Model):
    """An attempt was drawn from its nonce. ``without`` are actions left out: those the customer cannot do (then with a
    reason) and those the face engine cannot tell. ``light_skipped`` says why no coloured light may be shown ('' = it may)."""

    kind: Literal["liveness_begun"] = "liveness_begun"
    nonce: str
    nonce_from: NonceFrom
    actions: tuple[Action, ...]
    without: tuple[Action, ...] = ()
    without_reason: str = ""
    light_skipped: str = ""


class LivenessAbandoned(Model):
    """An attempt that ended without a verdict: ``stopped`` by a person, or the code of what ailed camera or worker."""

    kind: Literal["liveness_abandoned"] = "liveness_abandoned"
    nonce: str
    reason: str = Field(pattern=r"^(stopped|[a-z_]+\.[a-z0-9_]+)$")


class LivenessFinished(Model):
    kind: Literal["liveness_finished"] = "liveness_finished"
    result: LivenessResult
    match: FaceMatch | None
    best_frames: tuple[FileRef, ...] = ()
    chip_match: FaceMatch | None = None
    findings: tuple[Finding, ...] = ()


class IdentityReviewed(Model):
    """A second employee looked at live face and portrait side by side and decided, with the reason."""

    kind: Literal["identity_reviewed"] = "identity_reviewed"
    nonce: str
    staff_id: str
    staff_name: str
    decision: Literal["same", "different"]
    reason: str


class IdChipRead(Model):
    """What a certified reader took from the card's chip: its fields as they stand by the card's rules, its photo, and the
    photo against the printed portrait (None without the face consent, or where the print cannot be compared)."""

    kind: Literal["id_chip_read"] = "id_chip_read"
    card: IdCard
    photo: FileRef
    reader: str
    match: FaceMatch | None = None
    findings: tuple[Finding, ...] = ()


class SecondPersonVerified(Model):
    kind: Literal["second_person_verified"] = "second_person_verified"
    staff_id: str
    staff_name: str
    statement: str
    photo: FileRef | None = None
