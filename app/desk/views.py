"""What the desk hands to whoever paints: one frozen picture of a case, of the work list and of the desk's state."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.case import Case
from app.domain.checklist import Checklist
from app.domain.condition import Condition
from app.domain.cross import CrossFinding
from app.domain.doubts import Doubt
from app.domain.flow import Lack, Step, StepState
from app.domain.model import Model
from app.domain.policy import Dealer, PolicyPack, Product, Words
from app.domain.score import OperationScore
from app.domain.summary import CaseSummary, Group
from app.store.put_back import PutBack


class StepView(Model):
    """One line of the step rail: state, seconds spent, and what is lacking."""

    step: Step
    number: int
    state: StepState
    seconds: float
    lacks: tuple[Lack, ...]
    reachable: bool


class SyncView(Model):
    """Where the last sealed revision is on its way: the outbox's state, its share sent, what holds it up and what to do about
    that, and what the manager lets go of it (all, papers, nothing)."""

    state: str = "draft"
    share: float = 0.0
    trouble: Words | None = None
    advice: Words | None = None
    chosen: str = "all"


class PageField(Model):
    """One field of a captured page as it stands. ``confidence`` 0–1, None where nothing was read or typed; ``box`` is where it
    stands in the page's picture, in pixels."""

    name: str
    words: Words
    value: str
    confidence: float | None
    required: bool
    box: tuple[int, int, int, int] | None = None


class CaseView(Model):
    """A case with everything computed from it, returned by every act."""

    case: Case
    pack: PolicyPack
    dealer: Dealer | None
    product: Product | None
    steps: tuple[StepView, ...]
    current: Step
    checklist: Checklist | None
    cross: tuple[CrossFinding, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    clock: Words
    completeness: float
    score: OperationScore
    documents: tuple[str, ...]
    bytes_kept: int
    saved_at: datetime
    customer_masked: str
    id_number_masked: str
    sync: SyncView

    def step(self, step: Step) -> StepView:
        return next(s for s in self.steps if s.step == step)


@dataclass(frozen=True)
class CameraState:
    """``trouble`` is what ails the camera now, None while pictures come."""

    ok: bool
    fps: float
    name: str
    trouble: Condition | None


@dataclass(frozen=True)
class RecordingState:
    """What a person watches while it records. ``rolling``: the picture is being recorded now; ``paused`` the reason why not;
    ``over``: it ended by itself and waits to be finished. ``level`` 0–1; ``quiet_s`` and ``faceless_s`` for how long nothing
    was heard and no face seen; ``face_share`` 0–1 of the looks so far that found one, None before the first."""

    active: bool
    rolling: bool = False
    paused: str = ""
    over: bool = False
    elapsed_ms: int = 0
    level: float = 0.0
    audio: bool = False
    quiet_s: float = 0.0
    faceless_s: float = 0.0
    face_share: float | None = None
    dropped: int = 0
    segments: int = 0
    trouble: Condition | None = None


@dataclass(frozen=True)
class QueueView:
    """The outbox at a glance: cases and bytes still to send, the share sent, what ails the line, and what a person chose:
    ``limit_kbit`` kilobits a second (None: no limit), ``recordings_wait`` for a line that is not metered."""

    cases: int
    bytes: int
    share: float
    online: bool | None
    last_contact: datetime | None
    next_attempt: datetime | None
    trouble: Condition | None
    limit_kbit: int | None = None
    recordings_wait: bool = True


class ToDo(Model):
    """One line of the to-do card. ``tone`` is brand, warn or bad."""

    case_id: str
    text_zh: str
    text_en: str
    pill_zh: str
    pill_en: str
    tone: str


@dataclass(frozen=True)
class HomeView:
    """The work list's page: rows of the group asked for and how many there are in all, how many cases each group has, the
    queue, this month's quality by criterion (0–1), to-dos, and that this data was put back, until that is read."""

    today: date
    rows: tuple[CaseSummary, ...]
    total: int
    groups: dict[Group, int]
    queue: QueueView
    month_score: float | None
    month_criteria: dict[str, float]
    todos: tuple[ToDo, ...]
    put_back: PutBack | None = None


class Session(Model):
    """Who works here, on which device, for which bank."""

    staff_id: str
    staff_name: str
    device_id: str
    bank: str
    gateway: str
