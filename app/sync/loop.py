"""The thread that keeps the queue moving: sends, fetches, waits, and can be poked or stopped at any time."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from app.domain.clock import Clock
from app.domain.condition import Condition
from app.domain.fault import described
from app.domain.wire import CaseChange
from app.store.clock import SystemClock
from app.sync.conditions import UNREACHABLE
from app.sync.feeds import PolicyFeed, PolicyNews, StatusFeed
from app.sync.outbox import Entry
from app.sync.uploader import RunResult, Uploader, backoff

log = logging.getLogger(__name__)

LINE_S = 6.0
STOP_S = 2.5


@dataclass(frozen=True)
class SyncEvent:
    """What the loop tells, on its own thread.

    ``progress`` (case_id, share) · ``sent`` (result of a turn) · ``policy`` (news, only when changed) · ``changes``
    (changes and the cursor to keep) · ``online`` · ``trouble`` (condition) · ``fault`` (a bug, already logged).
    """

    kind: Literal["progress", "sent", "policy", "changes", "online", "trouble", "fault"]
    case_id: str = ""
    share: float = 0.0
    result: RunResult | None = None
    news: PolicyNews | None = None
    changes: tuple[CaseChange, ...] = ()
    cursor: int = 0
    condition: Condition | None = None


class SyncLoop:
    """``cursor()`` gives the last kept cursor of the status feed; the receiver of ``changes`` keeps the new one."""

    def __init__(self, uploader: Uploader, policy: PolicyFeed, status: StatusFeed, cursor: Callable[[], int],
                 on_event: Callable[[SyncEvent], None], *, every_s: float = 30.0, clock: Clock | None = None) -> None:
        self._uploader, self._policy, self._status = uploader, policy, status
        self._cursor = cursor
        self._tell = on_event
        self._every_s = every_s
        self._clock = clock or SystemClock()
        self._poked = threading.Event()
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._no_line = False
        self.last_contact: datetime | None = None
        self.next_turn: datetime | None = None

    def start(self) -> None:
        if self._thread is None:
            self._uploader.stopping.clear()
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def poke(self) -> None:
        """Take a turn at once (something was sealed, somebody signed in, the network came back)."""
        self._poked.set()

    def stop(self, timeout_s: float = STOP_S) -> None:
        """End within the chunk on its way; what was acknowledged stays, the rest goes on next time. A line that says nothing is
        not waited for: its thread ends by itself or with the program."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._uploader.stopping.set()
            self._poked.set()
            thread.join(timeout_s)

    def turn(self) -> RunResult:
        """One whole turn in the calling thread: send what is due, then fetch. Raises no condition, the result does."""
        result = self._uploader.run_once(self._progress)
        self._tell(SyncEvent("sent", result=result))
        trouble = result.trouble
        if trouble is None and self._uploader.client.staff is not None:
            try:
                self._fetch()
                self.last_contact = self._clock.now()
                self._tell(SyncEvent("online"))
            except Condition as condition:
                trouble = condition
        if trouble is not None:
            self._tell(SyncEvent("trouble", condition=trouble))
        return replace(result, trouble=trouble)

    def _fetch(self) -> None:
        news = self._policy.fetch()
        if news.changed:
            self._tell(SyncEvent("policy", news=news))
        more = True
        while more and not self._uploader.stopping.is_set():
            before = self._cursor()
            answer = self._status.fetch(before)
            if answer.cursor == before:
                return
            self._tell(SyncEvent("changes", changes=answer.changes, cursor=answer.cursor))
            more = answer.more and self._cursor() != before

    def _run(self) -> None:
        while not self._uploader.stopping.is_set():
            self._poked.clear()
            try:
                trouble = self.turn().trouble
                failed, self._no_line = trouble is not None, trouble is not None and trouble.kind is UNREACHABLE
            except Exception as error:  # noqa: BLE001 - the thread's boundary: a bug is logged and told, the queue lives on
                if self._uploader.stopping.is_set():  # the store is closed behind a thread that a dead line held up
                    return
                log.error("a turn of the queue failed: %s", described(error))
                self._tell(SyncEvent("fault"))
                failed = True
            self._failures = self._failures + 1 if failed else 0
            wait = self._wait_s()
            self.next_turn = self._clock.now() + timedelta(seconds=wait)
            self._poked.wait(wait)

    def _wait_s(self) -> float:
        """Monotonic by nature: a clock set back cannot freeze the queue. Without a line it is looked for every few seconds,
        so that what waits moves within ten of its coming back."""
        if self._failures:
            return min(LINE_S if self._no_line else self._every_s, backoff(self._failures).total_seconds())
        staff = self._uploader.client.staff
        due = self._uploader.due_in(staff.staff_id) if staff else None
        return min(self._every_s, max(0.2, self._every_s if due is None else due))

    def _progress(self, entry: Entry, share: float) -> None:
        self._tell(SyncEvent("progress", case_id=entry.case_id, share=share))
