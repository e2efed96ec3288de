"""Painting a case: from its fold and its events to the picture a window shows, and to its line in the work list."""

from app.desk.scoring import score
from app.desk.views import CaseView, StepView, SyncView
from app.domain import flow
from app.domain.case import Case
from app.domain.case_papers import paper_list
from app.domain.cross import CrossFinding, cross_check, gravest_first
from app.domain.doubts import clock_words, doubts
from app.domain.facts import Event
from app.domain.flow import STEPS, Step, StepState
from app.domain.masking import mask_id, mask_name
from app.domain.pace import seconds_by_step
from app.domain.policy import Dealer, PolicyPack
from app.domain.summary import CaseSummary


def paint(case: Case, events: tuple[Event, ...], pack: PolicyPack, dealer: Dealer | None, sync: SyncView,
          shared: tuple[CrossFinding, ...] = ()) -> CaseView:
    """Everything a window needs of one case; ``shared`` is what it has in common with others."""
    spent, current = seconds_by_step(events), flow.current(case, pack)
    cross = gravest_first((*cross_check(case, pack), *shared))
    papers = paper_list(case, pack, cross)
    card = case.card.card if case.card else None
    return CaseView(
        case=case, pack=pack, dealer=dealer, product=pack.product(case.loan_terms.product) if case.terms else None,
        steps=_steps(case, pack, spent, current), current=current, checklist=papers, cross=cross, doubts=doubts(events),
        clock=clock_words(events),
        completeness=papers.completeness if papers else 0.0,
        score=score(case, pack, dealer, papers, sum(spent.values()) / 60),
        documents=flow.documents_in_order(case, pack), bytes_kept=sum(f.size for f in case.files()),
        saved_at=case.last_at, customer_masked=mask_name(card.name) if card else "",
        id_number_masked=mask_id(card.number) if card else "", sync=sync)


def _steps(case: Case, pack: PolicyPack, spent: dict[Step, float], current: Step) -> tuple[StepView, ...]:
    views = []
    reachable = True
    for number, step in enumerate(STEPS, start=1):
        lacks = flow.lacks(case, pack, step)
        blocked = any(lack.blocks for lack in lacks)
        state = StepState.CURRENT if step == current else StepState.WAITING if blocked else StepState.DONE
        views.append(StepView(step=step, number=number, state=state, seconds=spent.get(step, 0.0), lacks=lacks,
                              reachable=reachable))
        reachable = reachable and not blocked
    return tuple(views)


def summary(view: CaseView) -> CaseSummary:
    """The case's line in the work list; ``search`` holds what a person would type to find it."""
    case = view.case
    card = case.card.card if case.card else None
    vehicle = case.loan_terms.vehicle if case.loan_terms else None
    search = [case.number, card.name if card else "", card.number[-4:] if card else "",
              (vehicle.vin or "") if vehicle else "", vehicle.model if vehicle else "",
              view.product.name.zh if view.product else "", view.product.name.en if view.product else "",
              case.terms.dealer_name if case.terms else ""]
    return CaseSummary(
        case_id=case.case_id, case_number=case.number, staff_id=case.opened.staff_id, customer=view.customer_masked,
        id_number_masked=view.id_number_masked, product=view.product.code if view.product else "",
        step=STEPS.index(view.current) + 1, stage=stage(case), completeness=view.completeness,
        score=view.score.total if case.seals else None, sync_state=view.sync.state, sync_share=view.sync.share,
        bank_status=case.bank_status.status if case.bank_status else None,
        note=case.supplements[-1].note if case.supplement else "", search=" ".join(s for s in search if s),
        practice=case.opened.practice, updated_at=case.last_at,
        criteria={c.code: c.points / c.maximum for c in view.score.criteria if c.maximum})


def stage(case: Case) -> str:
    """open, supplement, sealed, received (by the bank) or purged."""
    if case.purged and case.sealed:
        return "purged"
    if case.supplement:
        return "supplement"
    if case.receipted:
        return "received"
    return "sealed" if case.seals else "open"
