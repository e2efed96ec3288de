"""Everything that can happen in a signing case, one frozen value a kind. The journal is a list of these.

A fact says what was seen or done, never what follows from it: steps, completeness and scores are computed.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain.clock import Heard
from app.domain.evidence import Sha256
from app.domain.facts.closing import (
    BankStatusChanged,
    CasePurged,
    CaseSealed,
    EnvironmentChecked,
    ReceiptAccepted,
    SatisfactionGiven,
    SupplementRequested,
)
from app.domain.facts.common import CardSide, Circumstances, Finding, IdCard, Quality, Reading, later
from app.domain.facts.documents import ClauseRead, DocumentPrepared, DocumentSigned, DocumentTimestamped, FormConfirmed
from app.domain.facts.identity import (
    IdCardCaptured,
    IdCardConfirmed,
    IdChipRead,
    IdentityPathChosen,
    IdentityReviewed,
    LivenessAbandoned,
    LivenessBegun,
    LivenessFinished,
    SecondPersonVerified,
)
from app.domain.facts.opening import (
    PRACTICE_NUMBER,
    CaseOpened,
    ConsentAnswered,
    ConsentWithdrawn,
    PlaceRecorded,
    PlaceVouched,
    ReadingHelped,
    TermsSet,
)
from app.domain.facts.papers import (
    CircumstancesSet,
    PaperCaptured,
    PaperCorrected,
    PaperReframed,
    PaperRemoved,
    PaperRestored,
)
from app.domain.facts.recording import (
    InterviewFinished,
    InterviewStarted,
    QuestionMarked,
    RecordingGap,
    RecordingPaused,
    RecordingResumed,
    SegmentRecorded,
)
from app.domain.model import Model

__all__ = [
    "PRACTICE_NUMBER", "BankStatusChanged", "CardSide", "CaseOpened", "CasePurged", "CaseSealed", "Circumstances",
    "CircumstancesSet", "ClauseRead", "ConsentAnswered", "ConsentWithdrawn", "DocumentPrepared", "DocumentSigned",
    "DocumentTimestamped", "EnvironmentChecked", "Event", "Fact", "Finding", "FormConfirmed", "IdCard",
    "IdCardCaptured", "IdCardConfirmed", "IdChipRead", "IdentityPathChosen", "IdentityReviewed",
    "InterviewFinished", "InterviewStarted", "LivenessAbandoned", "LivenessBegun", "LivenessFinished",
    "PaperCaptured", "PaperCorrected", "PaperReframed", "PaperRemoved", "PaperRestored", "PlaceRecorded", "PlaceVouched",
    "Quality", "QuestionMarked", "Reading", "ReadingHelped", "ReceiptAccepted", "RecordingGap", "RecordingPaused",
    "RecordingResumed", "SatisfactionGiven", "SecondPersonVerified", "SegmentRecorded", "SupplementRequested",
    "TermsSet",
]

Fact = Annotated[
    CaseOpened | TermsSet | PlaceRecorded | PlaceVouched | ConsentAnswered | ConsentWithdrawn | ReadingHelped | IdentityPathChosen
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

    ``at`` is UTC wall time, ``mono_ms`` the device's monotonic clock, ``boot`` tells monotonic clocks apart. ``bank_time`` and
    ``gnss_time`` are what the bank and the satellites last said, None where nothing was heard.
    """

    case_id: str
    seq: int = Field(ge=1)
    at: datetime
    mono_ms: int
    boot: str
    actor: str
    bank_time: Heard | None = later(None)
    gnss_time: Heard | None = later(None)
    fact: Fact
    previous: Sha256
    hash: Sha256
