"""Everything that can happen in a signing case, one frozen value a kind. The journal is a list of these.

A fact says what was seen or done, never what follows from it: steps, completeness and scores are computed.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from app.domain.challenge import Action, NonceFrom
from app.domain.evidence import FileRef, Manifest, Receipt, Sha256
from app.domain.face import FaceMatch, FrameSource, LivenessResult
from app.domain.model import Model
from app.domain.page_frame import Corners
from app.domain.place import Fix, PlaceVerdict
from app.domain.terms import Terms

CardSide = Literal["", "front", "back"]


def _later(default: Any) -> Any:
    """A field that older journals have not: left out while it says nothing, so that their events keep their hashes."""
    return Field(default=default, exclude_if=lambda value: value == default)


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
    places: tuple[tuple[float, float, float, float], ...] = ()


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


class CaseOpened(Model):
    kind: Literal["case_opened"] = "case_opened"
    case_number: str
    policy_version: str
    policy_sha256: Sha256
    staff_id: str
    staff_name: str
    device_id: str
    app_version: str


class TermsSet(Model):
    """The terms with the dealer as the bank's list named it that day; the account is its holder's name."""

    kind: Literal["terms_set"] = "terms_set"
    terms: Terms
    dealer_name: str
    dealer_company_code: str = ""
    dealer_account: str = ""
    findings: tuple[Finding, ...] = ()


class PlaceRecorded(Model):
    kind: Literal["place_recorded"] = "place_recorded"
    fix: Fix | None
    verdict: PlaceVerdict
    reason: str = ""


class ConsentAnswered(Model):
    kind: Literal["consent_answered"] = "consent_answered"
    purpose: str
    given: bool
    text_version: str
    text_sha256: Sha256
    shown_s: float = Field(ge=0)
    read_to_end: bool
    helper: str = Field(default="", description="who read it to the person, '' where nobody had to")


class ReadingHelped(Model):
    """From now on ``name`` reads everything to the customer and witnesses the signing; '' = nobody any more. Not one of
    the bank's or the dealer's people."""

    kind: Literal["reading_helped"] = "reading_helped"
    name: str = Field(default="", max_length=60)
    relation: str = Field(default="", max_length=40)
    reason: Literal["", "cannot_read", "poor_sight", "language"] = ""


class ConsentWithdrawn(Model):
    kind: Literal["consent_withdrawn"] = "consent_withdrawn"
    purpose: str


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
    side: CardSide = Field(default="", description="which side of an identity card it shows; '' = the paper has no sides")


class PaperReframed(Model):
    """A person put the page's corners or turned it: the crop was cut anew from the kept original and read anew."""

    kind: Literal["paper_reframed"] = "paper_reframed"
    paper: str
    page_id: str
    corners: Corners
    turns: int = Field(ge=0, le=3)
    side: CardSide = ""
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


class InterviewStarted(Model):
    """A recording began. All its times are ms on the recorder's clock, which stands at 0 when the device's monotonic clock
    shows ``zero_ms`` (None: when this event does)."""

    kind: Literal["interview_started"] = "interview_started"
    interview_id: str
    video: bool
    audio: bool
    source: FrameSource
    zero_ms: int | None = _later(None)


class SegmentRecorded(Model):
    """One closed stretch of the recording. ``face_share`` 0–1 of the looks that found a face, None where nobody looked;
    ``recovered``: the program ended before it could close it."""

    kind: Literal["segment_recorded"] = "segment_recorded"
    interview_id: str
    file: FileRef
    start_ms: int
    end_ms: int
    frames: int
    face_share: float | None = None
    recovered: bool = _later(False)


class RecordingPaused(Model):
    """A person interrupted the recording; ``reason`` is a code of the pack, ``note`` their own words."""

    kind: Literal["recording_paused"] = "recording_paused"
    interview_id: str
    at_ms: int
    reason: str
    note: str = ""


class RecordingResumed(Model):
    kind: Literal["recording_resumed"] = "recording_resumed"
    interview_id: str
    at_ms: int


class QuestionMarked(Model):
    kind: Literal["question_marked"] = "question_marked"
    interview_id: str
    question: str
    at_ms: int
    answer: Literal["yes", "no", "asked"]


class RecordingGap(Model):
    """A stretch without picture, or with ``sound_only`` without sound: a pause's reason, or what ailed the device."""

    start_ms: int
    end_ms: int
    reason: str
    sound_only: bool = False


class InterviewFinished(Model):
    """The recording ended. Shares are 0–1 of the looks that found a face and of the time that was quiet, None where nothing
    was measured; ``sound_reason`` is why there is no sound; ``interrupted``: the program ended, not a person."""

    kind: Literal["interview_finished"] = "interview_finished"
    interview_id: str
    duration_ms: int
    dropped: int = _later(0)
    face_share: float | None = _later(None)
    quiet_share: float | None = _later(None)
    sound_reason: str = _later("")
    gaps: tuple[RecordingGap, ...] = _later(())
    interrupted: bool = _later(False)


class FormConfirmed(Model):
    """What the person typed or confirmed for the forms: phone, address, employer, contacts, repayment card…"""

    kind: Literal["form_confirmed"] = "form_confirmed"
    values: dict[str, str]
    findings: tuple[Finding, ...] = ()


class DocumentPrepared(Model):
    """A document drawn and waiting for ink. Boxes by signer: page (from 0), then left, bottom, right, top in points.
    ``clauses`` are the highlighted ones, as they are printed."""

    kind: Literal["document_prepared"] = "document_prepared"
    form: str
    file: FileRef
    cost_sheet_sha256: Sha256
    signature_boxes: dict[str, tuple[int, float, float, float, float]] = {}
    clauses: tuple[str, ...] = _later(())


class ClauseRead(Model):
    """One highlighted clause was shown to ``signer`` on its own and acknowledged (民法典 art. 496)."""

    kind: Literal["clause_read"] = "clause_read"
    form: str
    signer: str
    clause_sha256: Sha256
    shown_s: float
    read_to_end: bool


class DocumentSigned(Model):
    """One signature. ``prepared_sha256`` is of the PDF that was on the screen; ``name`` and ``id_number`` (the manager's
    staff number) say who ``signer`` is; ``ink_sha256`` tells a copied signature again."""

    kind: Literal["document_signed"] = "document_signed"
    form: str
    signer: str
    strokes: FileRef
    file: FileRef
    prepared_sha256: Sha256
    name: str = _later("")
    id_number: str = _later("")
    ink_sha256: str = _later("")


class DocumentTimestamped(Model):
    """A document that all have signed, with the bank's timestamp and revocation list appended (PAdES B-LT).

    ``signed_sha256`` is the hash of the signed PDF below it, ``stamped_at`` the bank's time.
    """

    kind: Literal["document_timestamped"] = "document_timestamped"
    form: str
    file: FileRef
    signed_sha256: Sha256
    stamped_at: datetime


class SatisfactionGiven(Model):
    kind: Literal["satisfaction_given"] = "satisfaction_given"
    ratings: dict[str, int]
    yes_no: dict[str, bool]
    duration_s: float


class EnvironmentChecked(Model):
    """The device as it was when a recording began or a case was sealed. ``camera_trouble`` is a code, '' while pictures came;
    ``microphone`` '' where there is none; ``clock_offset_s`` the bank's clock minus the device's, None without word of the
    bank; ``disk_free`` in bytes; ``app_sha256`` one hash over the program's files."""

    kind: Literal["environment_checked"] = "environment_checked"
    app_version: str
    app_sha256: Sha256
    system: str
    camera: str
    camera_hardware: str
    camera_fps: float
    camera_trouble: str
    microphone: str
    clock_offset_s: float | None
    disk_free: int


class CaseSealed(Model):
    kind: Literal["case_sealed"] = "case_sealed"
    manifest: Manifest
    manifest_sha256: Sha256
    device_signature: str


class ReceiptAccepted(Model):
    kind: Literal["receipt_accepted"] = "receipt_accepted"
    receipt: Receipt


class BankStatusChanged(Model):
    kind: Literal["bank_status_changed"] = "bank_status_changed"
    status: Literal["received", "in_review", "returned", "approved", "declined", "disbursed"]
    note: str = ""
    at: datetime


class SupplementRequested(Model):
    kind: Literal["supplement_requested"] = "supplement_requested"
    request_id: str
    papers: tuple[str, ...]
    note: str
    due: datetime | None


class CasePurged(Model):
    kind: Literal["case_purged"] = "case_purged"
    files: int


Fact = Annotated[
    CaseOpened | TermsSet | PlaceRecorded | ConsentAnswered | ConsentWithdrawn | ReadingHelped | IdentityPathChosen
    | IdCardCaptured
    | IdCardConfirmed | IdChipRead | LivenessBegun | LivenessAbandoned | LivenessFinished | IdentityReviewed
    | SecondPersonVerified | CircumstancesSet | PaperCaptured | PaperCorrected | PaperReframed | PaperRemoved
    | PaperRestored
    | InterviewStarted | SegmentRecorded | QuestionMarked | RecordingPaused | RecordingResumed | InterviewFinished
    | FormConfirmed | DocumentPrepared | ClauseRead | DocumentSigned | DocumentTimestamped | SatisfactionGiven
    | EnvironmentChecked | CaseSealed | ReceiptAccepted | BankStatusChanged | SupplementRequested | CasePurged,
    Field(discriminator="kind"),
]


class Event(Model):
    """A fact in its place: sequence, both clocks, who, and the hash that chains it to the one before.

    ``at`` is UTC wall time, ``mono_ms`` the device's monotonic clock, ``boot`` tells monotonic clocks apart.
    """

    case_id: str
    seq: int = Field(ge=1)
    at: datetime
    mono_ms: int
    boot: str
    actor: str
    fact: Fact
    previous: Sha256
    hash: Sha256
