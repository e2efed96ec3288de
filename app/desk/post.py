"""The post between desk and bank: receipts and the bank's answers become facts, receipted cases are erased in time."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from app.desk.case_book import CASE_ERASED, CASE_UNKNOWN, JOURNAL_BROKEN, CaseBook
from app.desk.erasing import Erasing
from app.desk.shelf import PolicyShelf
from app.desk.views import QueueView
from app.domain import facts
from app.domain.condition import Condition
from app.domain.evidence import Receipt
from app.domain.wire import CaseChange
from app.store.journal import JOURNAL_UNREADABLE
from app.store.put_back import PutBack, PutBackNote
from app.store.settings import Settings
from app.sync import rescue
from app.sync.choices import What
from app.sync.enrolment import keep_cameras
from app.sync.outbox import Outbox

if TYPE_CHECKING:
    from app.sync.feeds import PolicyNews
    from app.sync.loop import SyncEvent, SyncLoop

log = logging.getLogger(__name__)

CURSOR = "sync/cursor"
BANK = "bank"
UNUSABLE = (CASE_ERASED, CASE_UNKNOWN, JOURNAL_BROKEN, JOURNAL_UNREADABLE)


class Post:
    """Receives what the sync loop tells, on its thread. ``attach`` it to the loop before that starts."""

    def __init__(self, book: CaseBook, outbox: Outbox, shelf: PolicyShelf, settings: Settings) -> None:
        self._book, self._outbox, self._shelf, self._settings = book, outbox, shelf, settings
        self._put_back = PutBackNote(settings)
        self._erasing = Erasing(book, outbox, shelf)
        self._loop: SyncLoop | None = None
        self._lock = Lock()
        self._online: bool | None = None
        self._trouble: Condition | None = None

    def attach(self, loop: SyncLoop) -> None:
        self._loop = loop

    def poke(self) -> None:
        if self._loop:
            self._loop.poke()

    def send_now(self) -> None:
        """A person asks: what was set aside or waits is tried again at once."""
        self._outbox.release()
        self.poke()

    # -- what a person lets go -------------------------------------------------------------------------------------

    def choose(self, case_id: str, what: What) -> None:
        """All of a case, its papers without the recordings, or nothing for now."""
        self._outbox.choices.choose(case_id, what)
        self._outbox.release_held(case_id)
        self.poke()

    def limit(self, kbit: int | None) -> None:
        """At most so many kilobits a second, at once; None: as fast as the line is."""
        self._outbox.choices.limit(kbit)

    def let_recordings_wait(self, wait: bool) -> None:
        self._outbox.choices.let_recordings_wait(wait)
        self._outbox.release_held()
        self.poke()

    def line_changed(self, metered: bool | None) -> None:
        """The computer has another line, or one again: look at once whether the bank can be reached over it."""
        if metered != self._outbox.choices.metered:
            self._outbox.choices.metered = metered
            self._outbox.release_held()
        self.poke()

    def rescue(self, case_id: str, folder: Path) -> Path:
        """The newest sealed revision as a rescue copy in ``folder``. Raises what ``rescue.save`` raises."""
        return rescue.save(self._outbox, case_id, self._book.vault.path, folder)

    def put_back(self) -> PutBack | None:
        """That this data is an earlier state, until somebody has read it."""
        return self._put_back.unread()

    def put_back_read(self) -> None:
        self._put_back.read()

    def cursor(self) -> int:
        """How far the bank's status feed has been taken over."""
        return self._settings.get(CURSOR, 0)

    # -- what the loop tells ---------------------------------------------------------------------------------------

    def accept_receipt(self, receipt: Receipt) -> None:
        """Keep a verified receipt in the case's journal; the same receipt again changes nothing."""
        case, _ = self._book.anyones(receipt.case_id)
        if all(r.receipt_id != receipt.receipt_id for r in case.receipts):
            self._book.record(receipt.case_id, facts.ReceiptAccepted(receipt=receipt), actor=BANK)

    def hear(self, event: SyncEvent) -> None:
        match event.kind:
            case "progress":
                self._book.note_sync(event.case_id, "uploading", event.share)
            case "sent":
                self._refresh_waiting()
                self.purge_due(self._book.clock.now())
            case "policy":
                self._take_policy(event.news)
            case "changes":
                for change in event.changes:
                    self._take_change(change)
                self._settings.set(CURSOR, event.cursor)
            case "online":
                self._note(True, None)
            case "trouble":
                self._note(False if event.condition.code == "bank.unreachable" else self._online, event.condition)

    def _note(self, online: bool | None, trouble: Condition | None) -> None:
        with self._lock:
            self._online, self._trouble = online, trouble

    def _refresh_waiting(self) -> None:
        """Bring the work list's lines up to what the outbox says; lines that already say it are left alone."""
        for case_id, state, share in self._outbox.states():
            self._book.note_sync(case_id, state, share)

    def _take_policy(self, news: PolicyNews) -> None:
        keep_cameras(self._settings, news.cameras)
        try:
            self._shelf.put(news.policy_toml, news.dealers_toml, self._book.clock.now())
        except Condition as condition:  # a pack that does not hold must not push out the one that does
            log.warning("policy pack refused: %s", condition.code)
            self._note(True, condition)

    def _take_change(self, change: CaseChange) -> None:
        """Trouble that passes (disk, database) is let through: the cursor stays, and the change is told again."""
        try:
            _, events = self._book.anyones(change.case_id)
        except Condition as condition:
            if condition.kind not in UNUSABLE:
                raise
            self._book.note_change(change)
            log.warning("bank change for a case that cannot take it: %s", condition.code)
            return
        if not any(_same(event.fact, change.fact) for event in events):
            self._book.record(change.case_id, change.fact, actor=BANK)

    # -- what the desk asks ----------------------------------------------------------------------------------------

    def queue(self) -> QueueView:
        """Of whoever works here; what colleagues have to send is nobody else's business."""
        staff_id = self._book.session.staff_id
        sent, size = self._outbox.backlog(staff_id)
        with self._lock:
            online, trouble = self._online, self._trouble
        return QueueView(
            cases=self._outbox.waiting(staff_id), bytes=size - sent, share=sent / size if size else 1.0, online=online,
            last_contact=self._loop.last_contact if self._loop else None,
            next_attempt=self._loop.next_turn if self._loop else None, trouble=trouble,
            limit_kbit=self._outbox.choices.limit_kbit, recordings_wait=self._outbox.choices.recordings_wait)

    def purge_due(self, now: datetime) -> int:
        """Erase what the bank has and whose time has come; how many cases lost their files."""
        purged = self._erasing.purge_due(now)
        self._erasing.bury_due(now)
        return purged


def _same(kept: facts.Fact, told: facts.BankStatusChanged | facts.SupplementRequested) -> bool:
    if isinstance(told, facts.SupplementRequested):
        return isinstance(kept, facts.SupplementRequested) and kept.request_id == told.request_id
    return kept == told
