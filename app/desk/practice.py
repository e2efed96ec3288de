"""Cases for practice: every step but the seal, nothing of them leaves the device, and they are discarded at once."""

from app.desk.case_book import CaseBook
from app.desk.interview import STILL_RECORDING
from app.domain.case import Case
from app.domain.condition import Kind
from app.store.journal import Tombstone

PRACTICE_ONLY = Kind(
    "case.practice", zh="这是练习，不会封存、上传或导出。", zh_next="练习完可在今日业务里丢弃；正式业务请新建面签。",
    en="This is practice: it is neither sealed, sent nor exported.",
    en_next="Discard it in the work list when done; begin a new signing for real work.")
NOT_PRACTICE = Kind(
    "case.not_practice", zh="这不是练习，不能丢弃。", zh_next="不再办理的面签可以归档。",
    en="This is not practice and cannot be discarded.", en_next="A signing that is given up can be archived.")


def for_real(case: Case) -> Case:
    """``case``, unless it is practice. Raises ``case.practice``."""
    if case.opened.practice:
        raise PRACTICE_ONLY()
    return case


def discard(book: CaseBook, case_id: str) -> None:
    """Erase a practice case for good. Raises ``case.not_practice`` and ``interview.still_recording``."""
    case, events = book.load(case_id), book.events(case_id)
    if not case.opened.practice:
        raise NOT_PRACTICE()
    if case.recording is not None:
        raise STILL_RECORDING()
    book.discard(Tombstone(
        case_id=case_id, case_number=case.number, staff_id=case.opened.staff_id, id_number_masked="",
        opened_at=events[0].at, journal_head=case.head, journal_length=len(events), erased_at=book.clock.now()))
