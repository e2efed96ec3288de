"""Mending a captured page: its corners and turns, and a removal undone. The original stays as it was captured."""

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.papers import PAGE_UNKNOWN, page_of
from app.domain import facts
from app.domain.case import Case
from app.domain.page_frame import WHOLE, Corners, check_corners
from app.domain.policy import PolicyPack

KEPT = ("import.", "together.")  # findings about the picture as it came, whatever its frame


def reframe(book: CaseBook, booth: Booth, case: Case, pack: PolicyPack, paper: str, page_id: str, corners: Corners,
            turns: int) -> facts.PaperReframed:
    """Cut the page anew from its original and read it anew. Raises ``papers.corners`` and ``papers.page_unknown``."""
    page = page_of(case, paper, page_id)
    check_corners(corners)
    read = booth.reframe(book.vault.get(case.case_id, page.original), pack.paper(paper).reads, corners, turns % 4)
    return facts.PaperReframed(
        paper=paper, page_id=page_id, corners=corners, turns=turns % 4, readings=read.readings, quality=read.quality,
        side=read.side or page.side,
        crop=book.keep(case.case_id, f"{paper}_crop", "image/jpeg", read.crop_jpeg),
        findings=(*read.findings, *(finding for finding in page.findings if finding.code.startswith(KEPT))))


def frame(book: CaseBook, booth: Booth, case: Case, pack: PolicyPack, paper: str, page_id: str) -> Corners:
    """The corners to begin with: as a person put them, else as they are found, else the whole picture."""
    page = page_of(case, paper, page_id)
    found = page.corners or booth.page_corners(book.vault.get(case.case_id, page.original), pack.paper(paper).reads)
    return found or WHOLE


def restore(case: Case, paper: str, page_id: str) -> facts.PaperRestored:
    """Raises ``papers.page_unknown`` where no such page was removed."""
    removed = case.removed.get(page_id)
    if removed is None or removed.page.paper != paper:
        raise PAGE_UNKNOWN()
    return facts.PaperRestored(paper=paper, page_id=page_id)
