"""The bank's time on signed documents, while the bank can be reached: PAdES B-B becomes B-LT before the case is sealed."""

import logging
from collections.abc import Iterator
from typing import Protocol

from app.desk.case_book import CaseBook
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.store.settings import Settings
from app.sync.enrolment import kept

NO_STAMP = ("bank.", "forms.timestamp_bad")

log = logging.getLogger(__name__)


class TimeLine(Protocol):
    """The line to the bank's timestamp service; both raise ``bank.*``. ``clock_offset_s`` is the bank's clock minus ours."""

    @property
    def clock_offset_s(self) -> float | None: ...

    def timestamp(self, query: bytes) -> bytes: ...

    def revocations(self) -> bytes: ...


def timestamps(book: CaseBook, settings: Settings, bank: TimeLine, case: Case) -> Iterator[facts.DocumentTimestamped]:
    """Each signed document with the bank's timestamp, one after the other until one cannot be had: the rest stays B-B, and
    the bank's receipt bounds its time."""
    try:
        waiting = [(form, document) for form, document in case.documents.items()
                   if document.signatures and not document.timestamped]
        revocations = bank.revocations() if waiting else b""
        for form, document in waiting:
            yield _timestamped(book, settings, bank, revocations, case.case_id, form, document.latest)
    except Condition as condition:
        if not condition.code.startswith(NO_STAMP):
            raise
        log.warning("documents are sealed without the bank's timestamp: %s", condition.code)


def _timestamped(book: CaseBook, settings: Settings, bank: TimeLine, revocations: bytes, case_id: str, form: str,
                 signed: FileRef) -> facts.DocumentTimestamped:
    from app.forms.longterm import append_timestamp

    enrolment = kept(settings)
    raised, stamped_at = append_timestamp(
        book.vault.get(case_id, signed), enrolment.device_certificate_pem.encode(),
        enrolment.bank_certificate_pem.encode(), revocations, bank.timestamp)
    return facts.DocumentTimestamped(
        form=form, signed_sha256=signed.sha256, stamped_at=stamped_at,
        file=book.keep(case_id, f"form_{form}_timestamped", "application/pdf", raised))
