"""A signing case as it stands: the fold of its events. Nothing here is stored; everything is computed anew."""

from datetime import datetime

from pydantic import Field

from app.domain import facts
from app.domain.evidence import FileRef, Receipt
from app.domain.model import Model
from app.domain.terms import Terms

ATTEMPTS_IN_ALL = 10  # liveness attempts of a case that did not pass, those that the camera's trouble broke off among them


class ConsentState(Model):
    """The last word on one consent: given, refused or withdrawn."""

    answer: facts.ConsentAnswered
    at: datetime
    withdrawn_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        return self.answer.given and self.withdrawn_at is None


class Moment(Model):
    """A time on the device's monotonic clock, comparable within one ``boot``."""

    boot: str
    ms: int


class Pause(Model):
    """A stretch of a recording that a person left out; ``end_ms`` None while it lasts."""

    start_ms: int
    end_ms: int | None
    reason: str
    note: str


class Interview(Model):
    """One recording: interview, signing, or both. ``zero`` is when its clock stood at 0."""

    interview_id: str
    started: facts.InterviewStarted
    zero: Moment
    segments: tuple[facts.SegmentRecorded, ...] = ()
    marks: tuple[facts.QuestionMarked, ...] = ()
    pauses: tuple[Pause, ...] = ()
    ended: facts.InterviewFinished | None = None

    @property
    def finished(self) -> bool:
        return self.ended is not None

    @property
    def duration_ms(self) -> int | None:
        return self.ended.duration_ms if self.ended else None

    def at_ms(self, moment: Moment) -> int | None:
        """Where a moment lies on the recorder's clock; None in another boot, where this recording cannot have run."""
        return moment.ms - self.zero.ms if moment.boot == self.zero.boot else None

    def covers(self, at_ms: int) -> bool:
        """Whether the picture of that time is kept, or will be as far as the journal knows while the recording runs."""
        if any(segment.start_ms <= at_ms <= segment.end_ms for segment in self.segments):
            return True
        closed = max((segment.end_ms for segment in self.segments), default=0)
        paused = any(pause.start_ms <= at_ms and (pause.end_ms is None or at_ms < pause.end_ms) for pause in self.pauses)
        return not self.finished and at_ms >= closed and not paused


class AskedPaper(Model):
    """A paper the bank asked for again: since when, and until when where it said so."""

    at: datetime
    due: datetime | None


class RemovedPage(Model):
    """A page taken out of its paper, and the place it had there."""

    page: facts.PaperCaptured
    at: int


class SignedForm(Model):
    """A document on its way: prepared, then one sealed version after each signer, then one with the bank's timestamp."""

    prepared: facts.DocumentPrepared
    clauses_read: tuple[facts.ClauseRead, ...] = ()
    signatures: tuple[facts.DocumentSigned, ...] = ()
    timestamped: facts.DocumentTimestamped | None = None

    @property
    def signers(self) -> tuple[str, ...]:
        return tuple(s.signer for s in self.signatures)

    @property
    def latest(self) -> FileRef:
        if self.timestamped:
            return self.timestamped.file
        return self.signatures[-1].file if self.signatures else self.prepared.file


class Case(Model):
    """The projection every screen, rule and upload reads. Fields are None or empty until their fact has happened."""

    case_id: str
    opened: facts.CaseOpened
    events: int
    head: str
    last_at: datetime
    terms: facts.TermsSet | None = None
    place: facts.PlaceRecorded | None = None
    located: facts.Event | None = Field(default=None, description="the last stamp with a position: it stands")
    place_doubts: tuple[str, ...] = Field(default=(), description="of the position that stands")
    place_vouched: facts.PlaceVouched | None = None
    consents: dict[str, ConsentState] = {}
    helper: facts.ReadingHelped | None = Field(default=None, description="who reads to the customer")
    identity_path: str = "face"
    card_sides: dict[str, facts.IdCardCaptured] = {}
    card: facts.IdCardConfirmed | None = None
    liveness: facts.LivenessFinished | None = None
    liveness_begun: tuple[facts.LivenessBegun, ...] = ()
    liveness_ended: dict[str, str] = Field(default={}, description="by begun nonce: passed, review, failed or why it broke off")
    identity_review: facts.IdentityReviewed | None = None
    id_chip: facts.IdChipRead | None = None
    second_person: facts.SecondPersonVerified | None = None
    circumstances: facts.CircumstancesSet | None = None
    papers: dict[str, tuple[facts.PaperCaptured, ...]] = Field(default={}, description="with what people corrected")
    removed: dict[str, RemovedPage] = Field(default={}, description="pages taken out and not brought back, by page id")
    confirmed_pages: frozenset[str] = Field(default=frozenset(), description="whose fields a person has compared")
    interviews: tuple[Interview, ...] = ()
    form: facts.FormConfirmed | None = None
    documents: dict[str, SignedForm] = {}
    signed_at: dict[str, Moment] = Field(default={}, description="when each signature was made, by the id of its file")
    satisfaction: facts.SatisfactionGiven | None = None
    seals: tuple[facts.CaseSealed, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    bank_status: facts.BankStatusChanged | None = None
    supplements: tuple[facts.SupplementRequested, ...] = ()
    supplement: facts.SupplementRequested | None = Field(default=None, description="open: asked since the last seal")
    asked: dict[str, AskedPaper] = Field(default={}, description="the papers of the open request")
    supplied: frozenset[str] = frozenset()
    purged: bool = False

    @property
    def number(self) -> str:
        return self.opened.case_number

    @property
    def liveness_attempts(self) -> int:
        """Attempts that count: failed, for review, given up by a person, or never ended. One that passed does not, and
        what the camera's trouble broke does not."""
        ends = (self.liveness_ended.get(begun.nonce, "stopped") for begun in self.liveness_begun)
        return sum(end in ("failed", "review", "stopped") for end in ends)

    def liveness_left(self, granted: int) -> int:
        """How many more attempts may begin where the policy grants ``granted`` that count. Trouble of the camera is no
        fault of the customer's, but it has an end too: else pulling the plug would make attempts without number."""
        passed = sum(self.liveness_ended.get(begun.nonce) == "passed" for begun in self.liveness_begun)
        in_all = ATTEMPTS_IN_ALL - (len(self.liveness_begun) - passed)
        return max(0, min(granted - self.liveness_attempts, in_all))

    @property
    def loan_terms(self) -> Terms | None:
        return self.terms.terms if self.terms else None

    @property
    def recording(self) -> Interview | None:
        """The recording that has not ended."""
        return next((i for i in reversed(self.interviews) if not i.finished), None)

    @property
    def marks(self) -> dict[str, facts.QuestionMarked]:
        """The last mark of each question, of those whose time is recorded."""
        return {m.question: m for i in self.interviews for m in i.marks if i.covers(m.at_ms)}

    def recorded(self, moment: Moment) -> bool:
        """Whether a recording of this case covers a moment."""
        times = ((interview, interview.at_ms(moment)) for interview in self.interviews)
        return any(at_ms is not None and interview.covers(at_ms) for interview, at_ms in times)

    @property
    def revision(self) -> int:
        """Number of the seal that comes next."""
        return len(self.seals) + 1

    @property
    def sealed(self) -> bool:
        """True while nothing may change: sealed, and no supplement asked since."""
        return bool(self.seals) and self.supplement is None

    @property
    def receipted(self) -> bool:
        return bool(self.seals) and any(r.manifest_sha256 == self.seals[-1].manifest_sha256 for r in self.receipts)

    def pages(self, paper: str) -> tuple[facts.PaperCaptured, ...]:
        """The pages that count: of a paper the bank asks for again, only those taken since it asked."""
        pages = self.papers.get(paper, ())
        if self.supplement and paper in self.supplement.papers:
            return tuple(p for p in pages if p.page_id in self.supplied)
        return pages

    @property
    def live_frames(self) -> tuple[FileRef, ...]:
        """The kept frames of the attempt that counts, as far as they go to the bank: none where the customer refuses that."""
        asked = self.consents.get(FACE_TRANSFER_CONSENT)
        refused = asked is not None and not asked.in_force
        return self.liveness.best_frames if self.liveness and not refused else ()

    def files(self) -> tuple[FileRef, ...]:
        """Every file that the case as it stands rests on and hands to the bank, each once, in a stable order."""
        refs: list[FileRef] = []
        for side in self.card_sides.values():
            refs += [side.original, side.crop, *([side.portrait] if side.portrait else [])]
        refs += self.live_frames
        if self.id_chip:
            refs.append(self.id_chip.photo)
        if self.second_person and self.second_person.photo:
            refs.append(self.second_person.photo)
        for pages in self.papers.values():
            for page in pages:
                refs += [ref for ref in (page.original, page.crop, page.source) if ref]
        for interview in self.interviews:
            refs += [s.file for s in interview.segments]
        for document in self.documents.values():
            refs += [document.prepared.file, *(s.strokes for s in document.signatures),
                     *(s.file for s in document.signatures),
                     *([document.timestamped.file] if document.timestamped else [])]
        return tuple({r.id: r for r in refs}.values())


def agreed(case: Case, purpose: str) -> bool:
    """Whether the customer's consent to this is in force now."""
    consent = case.consents.get(purpose)
    return consent is not None and consent.in_force


FACE_CONSENT = "face_recognition"
FACE_SEARCH_CONSENT = "face_search"
FACE_TRANSFER_CONSENT = "face_transfer"
NO_FACE = {"identity_path": "two_person", "liveness": None, "identity_review": None}
