"""The captured pages of a case as the checklist counts them."""

from app.domain import facts
from app.domain.case import Case
from app.domain.checklist import PaperPage


def pages(case: Case) -> dict[str, tuple[PaperPage, ...]]:
    """The captured pages of every paper as the checklist counts them; the ID card's two sides are papers too."""
    counted = {paper: tuple(_page(p.page_id, p.quality, p.findings) for p in case.pages(paper)) for paper in case.papers}
    for side, captured in case.card_sides.items():
        counted[f"id_card_{side}"] = (_page(captured.original.id, captured.quality, captured.findings),)
    return counted


def _page(page_id: str, quality: facts.Quality, findings: tuple[facts.Finding, ...]) -> PaperPage:
    return PaperPage(page_id=page_id, quality=quality.score, conflict=any(f.level == "block" for f in findings),
                     unverified=False)
