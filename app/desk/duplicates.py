"""The same picture, phone, car or invoice in two of this device's cases: it is told with the other case's number."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.domain.policy import PolicyPack
from app.store.traces import Traces, Twin

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)

BITS_MOST = 36  # of 143: the same picture cropped by 3 % on every side differs by up to 38, half of such by 22
COMPARED_MOST = 6
SCENES_MOST = 2000  # of the newest photographs, which takes some 3 s; a device keeps them until the bank has confirmed them


class PictureSearch:
    """Compares a new page with the pictures of the owner's other cases that look like it."""

    def __init__(self, book: CaseBook, booth: Booth, traces: Traces) -> None:
        self._book, self._booth, self._traces = book, booth, traces

    def run(self, case: Case, pack: PolicyPack, page: facts.PaperCaptured, image: bytes) -> Callable[[], None]:
        """What to do with the answer in the transaction that records the page. A practice case is compared with nothing."""
        if case.opened.practice:
            return lambda: None
        twins = list(self._twins(case, page, image)) if page.picture_hash else []
        marks = b""
        if pack.paper(page.paper).scene:
            marks, alike = self._alike(case, page, image)
            twins += alike

        def keep() -> None:
            if marks:
                self._traces.put_scene(case.case_id, case.opened.staff_id, page.page_id, marks)
            for twin in twins:
                self._traces.put_twin(case.case_id, twin)
        return keep

    def _twins(self, case: Case, page: facts.PaperCaptured, image: bytes) -> Iterator[Twin]:
        near = self._traces.near_pictures(case.case_id, case.opened.staff_id, page.picture_hash, BITS_MOST)
        for other_case, other_page in near[:COMPARED_MOST]:
            if self._compared(self._booth.same_picture, image, other_case, other_page):
                yield Twin(page.page_id, other_case, other_page)

    def _alike(self, case: Case, page: facts.PaperCaptured, image: bytes) -> tuple[bytes, list[Twin]]:
        """The photograph's marks, and the photographs it shares itself or its background with."""
        kept = self._traces.scenes(case.case_id, case.opened.staff_id, SCENES_MOST)
        look = self._booth.look_at_scene(image, tuple(marks for _, _, marks in kept))
        near = [kept[at][:2] for at in look.near]
        found = [(other, self._compared(self._booth.likeness, image, *other)) for other in near]
        return look.marks, [Twin(page.page_id, *other, likeness) for other, likeness in found if likeness]

    def _compared(self, compare: Callable[[bytes, bytes], Answer], image: bytes, other_case: str,
                  other_page: str) -> Answer | None:
        """What ``compare`` says of a picture of another case, None where that is no more or damaged."""
        try:
            original = self._original(other_case, other_page)
            return compare(image, self._book.vault.get(other_case, original)) if original else None
        except Condition as condition:
            log.info("a picture of another case is not compared: %s", condition.code)
            return None

    def _original(self, case_id: str, page_id: str) -> FileRef | None:
        pages = self._book.load(case_id).papers.values()
        return next((page.original for captured in pages for page in captured if page.page_id == page_id), None)
