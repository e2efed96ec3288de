"""The papers of a case as the checklist counts them."""

from datetime import timedelta

from app.domain import facts, rules
from app.domain.case import Case
from app.domain.checklist import Checklist, PaperPage, checklist
from app.domain.cross import CrossFinding, blocking, cross_check
from app.domain.finding import SCREEN
from app.domain.policy import PolicyPack

PHOTO_TOGETHER = "photo_together"


def context(case: Case) -> dict:
    """What the pack's rule expressions may ask about this case; its terms must be set."""
    circumstances = case.circumstances.circumstances if case.circumstances else facts.Circumstances()
    return rules.context(case.loan_terms, circumstances, face_refused=case.identity_path == "two_person",
                         helped=case.helper is not None)


def paper_list(case: Case, pack: PolicyPack, cross: tuple[CrossFinding, ...] | None = None) -> Checklist | None:
    """The checklist with its completeness, or None before product and terms are chosen. ``cross`` is what the papers'
    comparison found, computed here where it is not given."""
    if case.loan_terms is None:
        return None
    supplements = frozenset(case.supplement.papers if case.supplement else ())
    counted = pages(case, cross_check(case, pack) if cross is None else cross)
    sla = timedelta(hours=pack.thresholds.supplement_sla_hours)
    due = {paper: asked.due or asked.at + sla for paper, asked in case.asked.items()}
    return checklist(pack, case.loan_terms.product, context(case), counted, supplements, rounds=len(case.supplements),
                     due=due if supplements else None)


def pages(case: Case, cross: tuple[CrossFinding, ...] = ()) -> dict[str, tuple[PaperPage, ...]]:
    """The captured pages of every paper; the ID card's two sides are papers too, unless the bank asks for them again.

    A page that a blocking contradiction blames counts as bad, one that a warning blames as not verified, and so does what looks
    like a photograph of a screen until a person has compared it with the original.
    """
    stopping = blocking(case, cross)
    bad = frozenset().union(*(finding.blamed for finding in stopping))
    doubtful = frozenset().union(*(f.blamed for f in cross if f.level != "info" and f not in stopping))
    counted = {paper: tuple(_page(p.page_id, p.quality, p.findings, p.page_id in bad,
                                  p.page_id in doubtful or (of_a_screen(p) and p.page_id not in case.confirmed_pages), p.side)
                            for p in case.pages(paper)) for paper in case.papers}
    asked = case.supplement.papers if case.supplement else ()
    for side, captured in case.card_sides.items():
        if f"id_card_{side}" not in asked:
            counted[f"id_card_{side}"] = (_page(captured.original.id, captured.quality, captured.findings,
                                                     doubtful=of_a_screen(captured) and case.card is None),)
    return counted


def of_a_screen(page: facts.PaperCaptured | facts.IdCardCaptured) -> bool:
    return any(finding.code == SCREEN for finding in page.findings)


def _page(page_id: str, quality: facts.Quality, findings: tuple[facts.Finding, ...], conflict: bool = False,
          doubtful: bool = False, side: facts.CardSide = "") -> PaperPage:
    return PaperPage(page_id=page_id, quality=quality.score, unverified=doubtful, side=side,
                     conflict=conflict or any(f.level == "block" for f in findings))
