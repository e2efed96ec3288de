"""What is erased here once the bank has it: first a case's keys and files, later its journal; a tombstone stays."""

import errno
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from app.desk.case_book import CaseBook
from app.desk.shelf import PolicyShelf
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Condition, Kind
from app.domain.masking import mask_id
from app.domain.policy import Thresholds
from app.store.journal import Tombstone
from app.sync.outbox import Entry, Outbox

log = logging.getLogger(__name__)

SETTLED = ("declined", "disbursed")  # the bank asks for nothing more
EVERY = timedelta(hours=1)
NOT_ERASED = Kind(
    "case.not_erased", zh="银行已收到这笔，但本机的加密副本还没能清除（{code}）。",
    zh_next="程序会自动再试；请清理磁盘空间，并确认数据文件夹可以写入。",
    en="The bank has this case, but its encrypted copy here could not be erased yet ({code}).",
    en_next="It is tried again by itself; free some disk space and see that the data folder can be written.")


class Erasing:
    """Whatever was cut short is finished at the next call; nothing is erased twice. What could not be erased is told in the
    case and in the work list until it is."""

    def __init__(self, book: CaseBook, outbox: Outbox, shelf: PolicyShelf) -> None:
        self._book, self._outbox, self._shelf = book, outbox, shelf
        self._buried_at: datetime | None = None
        self._files: dict[str, Condition] = {}
        self._records: dict[str, Condition] = {}

    def purge_due(self, now: datetime) -> int:
        """Destroy keys and files of receipted cases whose grace time is over; how many. A case the bank asked about again is
        kept, and so is one whose newest seal the bank has not confirmed."""
        held = sorted(self._outbox.entries("receipted"), key=lambda entry: entry.revision)
        entries = {entry.case_id: entry for entry in held}  # the newest of each case
        self._files, purged = _each(entries, lambda case_id: self._purge_if_due(entries[case_id], now))
        self._tell()
        return purged

    def bury_due(self, now: datetime) -> int:
        """Erase the journals of purged cases that the bank will hardly ask about any more; how many. Looks once an hour."""
        if self._buried_at is not None and timedelta() <= now - self._buried_at < EVERY:
            return 0
        self._buried_at = now
        self._records, buried = _each(self._book.purged_ids(), lambda case_id: self._bury_if_due(case_id, now))
        self._tell()
        return buried

    def _tell(self) -> None:
        self._book.unerased = self._records | self._files

    def _purge_if_due(self, entry: Entry, now: datetime) -> bool:
        case, _ = self._book.anyones(entry.case_id)
        newest = case.sealed and case.receipted and entry.revision == len(case.seals)
        if not newest or now - entry.receipt.received_at < timedelta(hours=self._thresholds(case).purge_grace_hours):
            return False
        files = self._book.vault.destroy(case.case_id)
        self._book.record(case.case_id, facts.CasePurged(files=files), also=lambda: self._outbox.purged(case.case_id))
        return True

    def _bury_if_due(self, case_id: str, now: datetime) -> bool:
        case, events = self._book.anyones(case_id)
        kept = timedelta(days=self._thresholds(case).journal_keep_days)
        if case.bank_status and case.bank_status.status in SETTLED:
            kept = timedelta()
        if not case.purged or case.supplement or now - events[-1].at < kept:
            return False
        self._book.bury(Tombstone(
            case_id=case_id, case_number=case.number, staff_id=case.opened.staff_id,
            id_number_masked=mask_id(case.card.card.number) if case.card else "", opened_at=events[0].at,
            journal_head=case.head, journal_length=len(events), erased_at=now))
        return True

    def _thresholds(self, case: Case) -> Thresholds:
        return self._shelf.pack(case.opened.policy_sha256).thresholds


def _each(case_ids: Iterable[str], erase: Callable[[str], bool]) -> tuple[dict[str, Condition], int]:
    """Every case by itself: what kept which from being erased, and how many were."""
    troubles, erased = {}, 0
    for case_id in case_ids:
        try:
            erased += erase(case_id)
        except (Condition, OSError) as trouble:  # one case's trouble does not keep the others here
            code = trouble.code if isinstance(trouble, Condition) else errno.errorcode.get(trouble.errno or 0, "OSError")
            log.warning("case %s is not erased yet: %s", case_id, code)
            troubles[case_id] = NOT_ERASED(code=code)
    return troubles, erased
