"""What the operation score is told about a case: read from its facts, never typed in."""

from app.domain import flow
from app.domain.case import Case, agreed
from app.domain.case_papers import PHOTO_TOGETHER
from app.domain.checklist import Checklist
from app.domain.flow import Step
from app.domain.place import Fence
from app.domain.policy import Dealer, PolicyPack
from app.domain.score import OperationScore, ScoreInputs, operation_score
from app.domain.terms import VehicleCondition

BUREAU_CONSENT = "bureau_query"
COST_SHEET = "cost_sheet"
INCOME_PAPERS = ("income_proof", "bank_statement", "business_flow", "business_licence")


def score(case: Case, pack: PolicyPack, dealer: Dealer | None, checklist: Checklist | None,
          session_minutes: float) -> OperationScore:
    """The score as the case stands; provisional until nothing more can be known before submission."""
    ratings = case.satisfaction.ratings.values() if case.satisfaction else ()
    terms = case.loan_terms
    return operation_score(ScoreInputs(
        completeness=checklist.completeness if checklist else 0.0, rounds=len(case.supplements),
        session_minutes=session_minutes,
        used_or_lease=bool(terms) and (terms.vehicle.condition != VehicleCondition.NEW
                                       or pack.product(terms.product).lease),
        satisfaction=sum(ratings) / len(ratings) if ratings else None, answers=len(ratings),
        dealer_score=dealer.score if dealer else 0.0, dealer_grade=dealer.grade if dealer else "D",
        diligence=_diligence(case, pack, checklist), vetoes=_vetoes(case, pack)), pack)


def _diligence(case: Case, pack: PolicyPack, checklist: Checklist | None) -> dict[str, bool | None]:
    return {
        "borrower_seen": _identity_done(case, pack),
        "id_verified": case.card is not None and not flow.blocking(case, pack, Step.ID_CARD),
        "authorised_before_query": agreed(case, BUREAU_CONSENT),
        "income_checked": _income(case, checklist),
        "vehicle_checked": case.terms is not None and not flow.blocking(case, pack, Step.TERMS),
        "on_site": case.place is not None and case.place.verdict.fence == Fence.INSIDE,
        "cost_sheet_signed": _signed(case, pack, COST_SHEET),
        "clauses_shown": bool(case.consents) and all(s.answer.read_to_end for s in case.consents.values() if s.in_force),
        "recording_complete": flow.recording_complete(case, pack),
        "photo_together": PHOTO_TOGETHER in case.papers,
        "mortgage_arranged": _signed(case, pack, "mortgage_contract"),
        "entrusted_payment": _signed(case, pack, "entrusted_payment"),
    }


def _identity_done(case: Case, pack: PolicyPack) -> bool:
    return (case.liveness is not None or case.second_person is not None) and not flow.blocking(case, pack, Step.LIVENESS)


def _income(case: Case, checklist: Checklist | None) -> bool | None:
    """None where this product and customer need no income paper."""
    items = [i for i in checklist.items if i.required and i.paper in INCOME_PAPERS] if checklist else []
    return all(i.state in ("captured", "warn") for i in items) if items else None


def _signed(case: Case, pack: PolicyPack, form: str) -> bool | None:
    """None where the case does not sign this form."""
    wanted = flow.signers(case, pack)
    if form not in wanted:
        return None
    document = case.documents.get(form)
    return document is not None and set(wanted[form]) <= set(document.signers)


def _vetoes(case: Case, pack: PolicyPack) -> tuple[str, ...]:
    """Only for what a sealed case may never lack; an open case is not yet at fault."""
    if not case.seals:
        return ()
    vetoes = []
    if flow.blocking(case, pack, Step.INTERVIEW) or flow.unrecorded_signatures(case, pack):
        vetoes.append("unrecorded")
    if not _signed(case, pack, COST_SHEET):
        vetoes.append("cost_sheet_unsigned")
    return tuple(vetoes)


