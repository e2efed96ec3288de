"""What device and bank say to each other: the bodies of the interface and the text a device signs in each request."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from app.domain.challenge import Action, NonceFrom
from app.domain.evidence import Enrolment, Identifier, Manifest, Sha256, canonical
from app.domain.facts import BankStatusChanged, SupplementRequested
from app.domain.model import Model
from app.domain.policy import Code
from app.domain.recheck import Judgement

REQUEST_FORMAT = "mianqian-request/1"
DEVICE = "X-Device-Id"
MOMENT = "X-Device-Time"
NONCE = "X-Device-Nonce"
CONTENT = "X-Content-SHA256"
SIGNATURE = "X-Device-Signature"
SERVER_TIME = "X-Server-Time"
CONDITION = "X-Condition"
TUS_VERSION = "1.0.0"
SO_FAR = "sha256-so-far"  # an Upload-Checksum over the whole file up to the end of this body
TIMESTAMP_QUERY, TIMESTAMP_REPLY = "application/timestamp-query", "application/timestamp-reply"  # RFC 3161, 3.4
REVOCATIONS = "application/pkix-crl"

CAMERAS_MAX = 32
HARDWARE_ID = r"^[a-z]{2,16}:[A-Za-z0-9._:/-]{1,110}$"

Role = Literal["manager", "reviewer"]


def _text(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("a moment is text with its offset from UTC")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_text)]
HardwareId = Annotated[str, Field(
    pattern=HARDWARE_ID, description="bus, then vendor, product, serial or port",
    examples=["usb:046d:082d:serial:2F3A91BF"])]
Ed25519Signature = Annotated[str, Field(pattern="^[0-9a-f]{128}$", description="Ed25519 signature, lower-case hex")]


def request_text(method: str, target: str, moment: int, nonce: str, content: str) -> bytes:
    """The bytes a device signs with Ed25519 for one request.

    ``target`` is path and query as sent, ``moment`` Unix seconds, ``content`` the hex SHA-256 of the body; for a chunk
    with a SO_FAR checksum that one's hash, or ``-`` for an upload whose bytes are checked against the manifest instead.
    """
    return "\n".join((REQUEST_FORMAT, method.upper(), target, str(moment), nonce, content)).encode()


class EnrolledCamera(Model):
    """A camera the bank lets this device use for face checks; ``name`` is for reading, ``hardware_id`` is what counts."""

    hardware_id: HardwareId
    name: str = Field(default="", max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")


Cameras = Annotated[tuple[EnrolledCamera, ...], Field(max_length=CAMERAS_MAX)]


class EnrolRequest(Model):
    """``cameras`` are those attached to the device; None from a client that does not tell."""

    code: str = Field(min_length=8, max_length=80, description="one-time code from the bank's office")
    device_name: str = Field(min_length=1, max_length=80)
    signing_public_key: Sha256 = Field(description="raw Ed25519 public key, lower-case hex")
    csr_pem: str = Field(max_length=8000, description="PKCS#10 for the P-256 document key; its subject is ignored")
    cameras: Cameras | None = None
    proof: Ed25519Signature = Field(
        description="by the signing key, over the canonical JSON of the other fields that are not null")

    def signed_bytes(self) -> bytes:
        return canonical(self.model_dump(mode="json", exclude={"proof"}, exclude_none=True))


class EnrolAnswer(Model):
    """``statement`` is signed by the bank's certificate key (see ``app.domain.evidence.Enrolment``); ``cameras`` are those
    the bank registered."""

    device_id: Identifier
    device_certificate_pem: str
    bank_certificate_pem: str
    bank_recipient: str
    receipt_key_id: Identifier
    receipt_public_key: Sha256
    statement: Enrolment
    statement_signature: str
    cameras: Cameras = ()
    server_time: datetime


class DeviceAnswer(Model):
    """The asking device as the bank knows it; ``cameras`` are those it may use for face checks now."""

    device_id: Identifier
    name: str
    cameras: Cameras


class SignInRequest(Model):
    staff_id: Identifier
    password: str = Field(min_length=1, max_length=200)


class SignInAnswer(Model):
    """``expires_at`` is this token's end, ``renew_until`` the moment after which the password is asked again."""

    token: str
    expires_at: datetime
    renew_until: datetime
    staff_id: str
    name: str
    role: Role
    server_time: datetime


class TimeAnswer(Model):
    time: datetime


class PolicyAnswer(Model):
    """``sha256`` is of the UTF-8 bytes of ``text`` (TOML)."""

    version: str
    sha256: Sha256
    text: str


class DealersAnswer(Model):
    """``sha256`` is of the UTF-8 bytes of ``text`` (TOML with ``[[dealers]]``)."""

    sha256: Sha256
    text: str


class ChallengeAnswer(Model):
    """From ``nonce`` the actions and colours of one face check are drawn (``app.domain.challenge``)."""

    nonce: Sha256 = Field(description="32 random bytes, lower-case hex")
    issued_at: datetime
    expires_at: datetime


class IntakeRequest(Model):
    """``device_signature`` is over the canonical JSON of ``manifest``."""

    manifest: Manifest
    device_signature: Ed25519Signature


class IntakeAnswer(Model):
    """``missing`` names the file ids whose bytes the bank does not hold completely."""

    case_id: str
    revision: int
    manifest_sha256: Sha256
    state: Literal["open", "receipted"]
    missing: tuple[str, ...]


class CommitPending(Model):
    state: Literal["committing"] = "committing"


class CaseChange(Model):
    """One thing that happened to a case at the bank, ready for the case's journal."""

    seq: int
    case_id: str
    fact: Annotated[BankStatusChanged | SupplementRequested, Field(discriminator="kind")]


class ChangesAnswer(Model):
    changes: tuple[CaseChange, ...]
    cursor: int
    more: bool


class ConsentWithdrawal(Model):
    """A consent that a customer took back after the case was sealed."""

    purpose: Code
    withdrawn_at: Moment


class ReviewWithdrawals(Model):
    """What customers took back of one case, the oldest first."""

    withdrawals: tuple[ConsentWithdrawal, ...]


class StatusRequest(Model):
    status: Literal["received", "in_review", "returned", "approved", "declined", "disbursed"]
    note: str = Field(default="", max_length=1000)


class SupplementAsked(Model):
    """What a reviewer asks for; ``papers`` are paper codes of the policy pack."""

    papers: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")], ...] = Field(min_length=1, max_length=50)
    note: str = Field(default="", max_length=1000)
    due: Moment | None = None


CheckVerdict = Literal["agree", "differ", "unavailable", "no_pictures", "two_person"]


class CheckReason(Model):
    """Something the bank noticed about a face check: a stable code and its words."""

    code: str
    zh: str
    en: str


class DeviceSaid(Model):
    """The face check as the device's journal tells it."""

    verdict: Literal["live", "review", "reject"]
    zone: Literal["pass", "review", "fail"] | None
    distance: float | None
    threshold: float | None
    engine: str
    pack_sha256: Sha256
    passive: float | None
    frames_used: int
    nonce_from: NonceFrom
    actions: tuple[Action, ...]
    camera: Literal["device", "file", "stream"]
    attempt: int
    reviewed: Literal["same", "different"] | None = None


class FaceCheck(Model):
    """The bank's own look at the faces of one sealed revision. ``nonce``: drawn by this bank and in order, by the device,
    out of order, or nothing to judge; ``portrait`` and ``live`` are file ids of the manifest."""

    case_id: str
    revision: int
    at: datetime
    verdict: CheckVerdict
    nonce: Literal["bank", "device", "bad", "none"]
    device: DeviceSaid | None
    bank: Judgement | None
    portrait: str | None
    live: tuple[str, ...]
    reasons: tuple[CheckReason, ...]


class FaceChecks(Model):
    """Newest revision first; ``open`` names received revisions that are still to be looked at."""

    checks: tuple[FaceCheck, ...]
    open: tuple[int, ...]


class ReviewCase(Model):
    case_id: str
    case_number: str
    staff_id: str
    dealer_id: str
    product: str
    revision: int
    status: str
    received_at: datetime
    face_check: CheckVerdict | None = Field(default=None, description="of this revision; null while it is still to be done")


class ReviewCases(Model):
    cases: tuple[ReviewCase, ...]


class Trouble(Model):
    code: str
    message: str
    next: str


class TroubleAnswer(Model):
    """Every error answer of the bank has this shape."""

    condition: Trouble
