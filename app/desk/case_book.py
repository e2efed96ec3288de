"""The book of cases: loads a case from its journal, appends to it in one durable step, and paints its view."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from uuid import uuid4

from app.desk.shared_traces import shared
from app.desk.shelf import PolicyShelf
from app.desk.view import paint, summary
from app.desk.views import CaseView, Session, SyncView
from app.domain import chain, facts
from app.domain.case import Case
from app.domain.clock import Clock
from app.domain.condition import Condition, Kind
from app.domain.evidence import FileRef
from app.domain.facts import Event
from app.domain.fold import apply, fold
from app.domain.policy import PolicyPack, Words
from app.domain.traces import traces_of
from app.domain.wire import CaseChange
from app.store.journal import Journal, Tombstone
from app.store.summaries import Summaries
from app.store.traces import Traces
from app.store.vault import Vault
from app.sync.conditions import named
from app.sync.outbox import Entry, Outbox

APP_VERSION = "0.1.0"
KEPT_IN_MEMORY = 4
CASE_BYTES = 600_000_000  # three times a long recorded case

CASE_UNKNOWN = Kind(
    "case.unknown", zh="本机没有这笔面签。", zh_next="请在今日业务里重新选择。",
    en="This device has no such case.", en_next="Choose it again from the work list.")
CASE_ERASED = Kind(
    "case.erased", zh="这笔面签银行已收，本机的记录已按规定清除。", zh_next="请在银行系统中查看；银行要求补件的，请新开一笔。",
    en="The bank has this case, and its record here was erased as the rules ask.",
    en_next="Look at it in the bank's system; if the bank asks for more, open a new case.")
JOURNAL_BROKEN = Kind(
    "case.journal_broken",
    zh="这笔面签的操作记录与校验链不符，已停止修改。", zh_next="请不要再操作这笔，联系银行支持人员。",
    en="This case's journal does not fit its hash chain; it is read-only now.",
    en_next="Leave the case alone and call the bank's support.")


class CaseBook:
    """Thread-safe: acts, the recorder and the post all append here, one at a time. ``unerased``: what keeps cases whose time
    has come from being erased here; it is tried again all the time and so needs no place on a disk that may be full."""

    def __init__(self, journal: Journal, vault: Vault, summaries: Summaries, outbox: Outbox, shelf: PolicyShelf,
                 session: Session, clock: Clock, traces: Traces) -> None:
        self._journal = journal
        self.vault = vault
        self._summaries = summaries
        self.traces = traces
        self._outbox = outbox
        self.shelf = shelf
        self.session = session
        self.clock = clock
        self.unerased: Mapping[str, Condition] = {}
        self._lock = RLock()
        self._open: dict[str, tuple[Case, tuple[Event, ...]]] = {}

    def open_case(self, practice: bool = False) -> CaseView:
        """Begin a case: a number of the day and the policy version it will keep. The number of a ``practice`` case says so, on
        every page that is drawn of it too."""
        self.vault.require_room(CASE_BYTES)
        with self._lock:
            pack = self.shelf.current
            case_id = str(uuid4())
            day = self.clock.now().astimezone()
            begins = f"{facts.PRACTICE_NUMBER if practice else 'MQ-'}{day:%Y%m%d}-"
            number = f"{begins}{self._summaries.count(begins) + 1:04d}"
            return self.record(case_id, facts.CaseOpened(
                case_number=number, policy_version=pack.version, policy_sha256=pack.sha256,
                staff_id=self.session.staff_id, staff_name=self.session.staff_name, device_id=self.session.device_id,
                app_version=APP_VERSION, practice=practice))

    def load(self, case_id: str) -> Case:
        """The case as it stands, of whoever works here: another's is as unknown as one that is not there. Raises
        ``case.unknown`` and ``case.journal_broken``."""
        return self._mine(case_id)[0]

    def events(self, case_id: str) -> tuple[Event, ...]:
        return self._mine(case_id)[1]

    def anyones(self, case_id: str) -> tuple[Case, tuple[Event, ...]]:
        """The case and its events, whoever's it is: for what the program does by itself (receipts, erasing), never for a
        screen."""
        return self._entry(case_id)

    def pack(self, case_id: str) -> PolicyPack:
        return self.shelf.pack(self.load(case_id).opened.policy_sha256)

    def record(self, case_id: str, *new: facts.Fact, also: Callable[[], None] | None = None,
               actor: str | None = None) -> CaseView:
        """Append facts, refresh the work list's line and do ``also`` (database steps), all in one transaction."""
        with self._lock:
            case, events = self._open.get(case_id) or self._read(case_id, may_be_new=True)
            view: CaseView | None = None

            def with_summary(_tables) -> None:
                nonlocal case, events, view
                for event in self._journal.events(case_id, after=len(events)):
                    case, events = apply(case, event), (*events, event)
                if also:
                    also()
                self.traces.put(case_id, case.opened.staff_id, traces_of(case))
                view = self._paint(case, events)
                self._summaries.put(summary(view))

            self._open.pop(case_id, None)  # read anew if the transaction fails half way
            self._journal.append(case_id, *new, actor=actor or self.session.staff_id, also=with_summary)
            self._keep(case_id, (case, events))
            self.traces.written(case_id, traces_of(case))
            return view

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else appends meanwhile: for what must rest on the journal as it stands (the seal)."""
        with self._lock:
            yield

    def view(self, case_id: str) -> CaseView:
        with self._lock:
            return self._paint(*self._mine(case_id))

    def note_sync(self, case_id: str, state: str, share: float) -> None:
        """Bring the work list's line up to where the case is on its way to the bank."""
        line = self._summaries.get(case_id)
        if line and line.stage not in ("open", "supplement") and (line.sync_state, line.sync_share) != (state, share):
            self._summaries.progress(case_id, state, share)

    def note_change(self, change: CaseChange) -> None:
        """The bank wants something of a case whose record is erased here: its line in the work list says so."""
        stone = self._journal.tombstone(change.case_id)
        if stone and isinstance(change.fact, facts.SupplementRequested):
            self._summaries.asked_again(change.case_id, change.fact.note)

    def purged_ids(self) -> tuple[str, ...]:
        """Cases whose key is destroyed and whose journal is still here."""
        return tuple(case_id for case_id in self._journal.case_ids() if self.vault.destroyed(case_id))

    def bury(self, stone: Tombstone) -> None:
        """Erase the case's journal for good and leave the stone; its line in the work list keeps no more than that."""
        with self._lock:
            self._open.pop(stone.case_id, None)
            self._journal.bury(stone, also=lambda: self._summaries.strip(stone.case_id))

    def discard(self, stone: Tombstone) -> None:
        """Erase the case's keys, files, journal and its line in the work list; only the stone stays. May be repeated."""
        self.vault.destroy(stone.case_id)
        with self._lock:
            self._open.pop(stone.case_id, None)
            self._journal.bury(stone, also=lambda: self._summaries.remove(stone.case_id))

    def keep(self, case_id: str, kind: str, media_type: str, data: bytes) -> FileRef:
        """Encrypt one case file to disk; durable when this returns."""
        return self.vault.put(case_id, kind, media_type, data)

    def _paint(self, case: Case, events: tuple[Event, ...]) -> CaseView:
        pack = self.shelf.pack(case.opened.policy_sha256)
        dealer = self.shelf.dealer(case.loan_terms.dealer_id) if case.loan_terms else None
        return paint(case, events, pack, dealer, self._sync_view(case), shared(case, pack, self.traces, self._summaries))

    def _sync_view(self, case: Case) -> SyncView:
        entry = self._outbox.latest(case.case_id) if case.seals else None
        if entry is None or entry.revision != len(case.seals) or case.supplement:
            return SyncView()
        if held := self.unerased.get(case.case_id):
            trouble, advice = (Words(zh=told("zh"), en=told("en")) for told in (held.message, held.next))
        else:
            trouble, advice = _held_up(entry)
        return SyncView(state=entry.state, share=entry.share, trouble=trouble, advice=advice,
                        chosen=self._outbox.choices.of(case.case_id))

    def _mine(self, case_id: str) -> tuple[Case, tuple[Event, ...]]:
        entry = self._entry(case_id)
        if entry[0].opened.staff_id != self.session.staff_id:
            raise CASE_UNKNOWN()
        return entry

    def _entry(self, case_id: str) -> tuple[Case, tuple[Event, ...]]:
        with self._lock:
            if case_id not in self._open:
                self._keep(case_id, self._read(case_id))
            return self._open[case_id]

    def _read(self, case_id: str, may_be_new: bool = False) -> tuple[Case | None, tuple[Event, ...]]:
        events = self._journal.events(case_id)
        if not events and (stone := self._journal.tombstone(case_id)):
            raise (CASE_ERASED if stone.staff_id == self.session.staff_id else CASE_UNKNOWN)()
        if not events and not may_be_new:
            raise CASE_UNKNOWN()
        if chain.broken_at(events) is not None:
            raise JOURNAL_BROKEN()
        return fold(events), events

    def _keep(self, case_id: str, entry: tuple[Case, tuple[Event, ...]]) -> None:
        self._open.pop(case_id, None)
        self._open[case_id] = entry
        while len(self._open) > KEPT_IN_MEMORY:
            self._open.pop(next(iter(self._open)))


def _held_up(entry: Entry) -> tuple[Words | None, Words | None]:
    """What keeps a sealed case from going on, and what to do about it; a reason that names something stays as it was noted."""
    kind = named(entry.last_code)
    if kind is None or entry.state in ("receipted", "purged"):
        return None, None
    noted = Words(zh=entry.reason, en=kind.en if "{" not in kind.en else entry.reason) if entry.reason else None
    return noted or Words(zh=kind.zh, en=kind.en), Words(zh=kind.zh_next, en=kind.en_next)
