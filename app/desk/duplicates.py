"""The same picture, phone, car or invoice in two of this device's cases: it is told with the other case's number."""

import logging
from collections.abc import Callable, Iterator

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.store.traces import Traces, Twin

log = logging.getLogger(__name__)

BITS_MOST = 36  # of 143: the same picture cropped by 3 % on every side differs by up to 38, half of such by 22
COMPARED_MOST = 6


class PictureSearch:
    """Compares a new page with the pictures of the owner's other cases that look like it."""

    def __init__(self, book: CaseBook, booth: Booth, traces: Traces) -> None:
        self._book, self._booth, self._traces = book, booth, traces

    def run(self, case: Case, page: facts.PaperCaptured, image: bytes) -> Callable[[], None]:
        """What to do with the answer in the transaction that records the page."""
        twins = tuple(self._twins(case, page, image)) if page.picture_hash else ()

        def keep() -> None:
            for twin in twins:
                self._traces.put_twin(case.case_id, twin)
        return keep

    def _twins(self, case: Case, page: facts.PaperCaptured, image: bytes) -> Iterator[Twin]:
        near = self._traces.near_pictures(case.case_id, case.opened.staff_id, page.picture_hash, BITS_MOST)
        for other_case, other_page in near[:COMPARED_MOST]:
            try:
                original = self._original(other_case, other_page)
                if original and self._booth.same_picture(image, self._book.vault.get(other_case, original)):
                    yield Twin(page.page_id, other_case, other_page)
            except Condition as condition:  # an erased or damaged picture can no longer be compared
                log.info("a picture of another case is not compared: %s", condition.code)

    def _original(self, case_id: str, page_id: str) -> FileRef | None:
        pages = self._book.load(case_id).papers.values()
        return next((page.original for captured in pages for page in captured if page.page_id == page_id), None)
