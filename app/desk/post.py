"""The post between desk and bank: receipts and the bank's answers become facts, receipted cases are erased in time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from app.desk.case_book import CASE_UNKNOWN, JOURNAL_BROKEN, CaseBook
from app.desk.shelf import PolicyShelf
from app.desk.views import QueueView
from app.domain import facts
from app.domain.condition import Condition
from app.domain.evidence import Receipt
from app.domain.wire import CaseChange
from app.store.journal import JOURNAL_UNREADABLE
from app.store.settings import Settings
from app.sync.enrolment import keep_cameras
from app.sync.outbox import Entry, Outbox

if TYPE_CHECKING:
    from app.sync.feeds import PolicyNews
    from app.sync.loop import SyncEvent, SyncLoop

log = logging.getLogger(__name__)

CURSOR = "sync/cursor"
BANK = "bank"
UNUSABLE = (CASE_UNKNOWN, JOURNAL_BROKEN, JOURNAL_UNREADABLE)


class Post:
    """Receives what the sync loop tells, on its thread. ``attach`` it to the loop before that starts."""

    def __init__(self, book: CaseBook, outbox: Outbox, shelf: PolicyShelf, settings: Settings) -> None:
        self._book, self._outbox, self._shelf, self._settings = book, outbox, shelf, settings
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
            next_attempt=self._loop.next_turn if self._loop else None, trouble=trouble)

    def purge_due(self, now: datetime) -> int:
        """Erase receipted cases whose grace time is over; how many. A case the bank asked about again is kept, and so is
        one whose newest seal the bank has not confirmed."""
        purged = 0
        for entry in self._outbox.entries("receipted"):
            try:
                purged += self._purge_if_due(entry, now)
            except Condition as condition:  # one case's trouble does not keep the others here
                log.warning("case %s is not erased yet: %s", entry.case_id, condition.code)
        return purged

    def _purge_if_due(self, entry: Entry, now: datetime) -> bool:
        case, _ = self._book.anyones(entry.case_id)
        grace = timedelta(hours=self._shelf.pack(case.opened.policy_sha256).thresholds.purge_grace_hours)
        newest = case.sealed and case.receipted and entry.revision == len(case.seals)
        if not newest or now - entry.receipt.received_at < grace:
            return False
        files = self._book.vault.destroy(case.case_id)
        self._book.record(case.case_id, facts.CasePurged(files=files), also=lambda: self._outbox.purged(case.case_id))
        return True


def _same(kept: facts.Fact, told: facts.BankStatusChanged | facts.SupplementRequested) -> bool:
    if isinstance(told, facts.SupplementRequested):
        return isinstance(kept, facts.SupplementRequested) and kept.request_id == told.request_id
    return kept == told
