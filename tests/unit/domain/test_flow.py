"""The eleven steps walked on facts alone: order, what each lacks, the two identity paths, sealing and supplements."""

from datetime import timedelta

import pytest

from app.domain import chain, facts, flow
from app.domain.case_papers import paper_list
from app.domain.condition import Condition
from app.domain.evidence import Manifest, digest
from app.domain.flow import STEPS, Step
from app.domain.fold import fold
from app.domain.policy import Words
from tests import case_facts as f

PACK = f.policy()
ACT = Words(zh="试做", en="trying")
FORMS = [form for form in flow.documents_in_order(f.case(f.terms()), PACK)]
SIGNED = [f.signed(code, signer) for code in FORMS for signer in ("borrower", "manager")]
WALK: list[tuple[Step, list]] = [
    (Step.TERMS, [f.terms()]),
    (Step.PLACE, [f.placed()]),
    (Step.CONSENT, f.consents()),
    (Step.ID_CARD, [f.card_side("front"), f.card_side("back"), f.card()]),
    (Step.LIVENESS, [f.liveness()]),
    (Step.PAPERS, [f.circumstances()]),
    (Step.INTERVIEW, f.interview()),
    (Step.FORMS, [f.form(), *(f.prepared(code) for code in FORMS)]),
    (Step.SIGN, SIGNED),
    (Step.SATISFACTION, [f.satisfaction()]),
]


def walked(until: Step) -> list:
    done = []
    for step, happened in WALK:
        if step == until:
            break
        done += happened
    return done


def sealed_fact(case) -> facts.CaseSealed:
    manifest = Manifest(
        case_id=case.case_id, case_number=case.number, revision=case.revision, policy_version="1",
        policy_sha256=PACK.sha256, device_id="device-1", staff_id="10482", product="new_car_instalment",
        dealer_id="D-0317", sealed_at=f.BEGUN, monotonic_ms=1, journal_head=case.head, journal_length=case.events,
        completeness=1, operation_score=90, app_version="0.1.0", device_certificate_sha256=digest(b"d"),
        bank_certificate_sha256=digest(b"b"), files=case.files())
    return facts.CaseSealed(manifest=manifest, manifest_sha256=manifest.sha256(), device_signature="00")


@pytest.mark.parametrize("step", STEPS)
def test_each_step_waits_for_the_ones_before_it(step):
    case = f.case(*walked(step))
    assert flow.current(case, PACK) == step
    flow.require(case, PACK, step, ACT)
    for later in STEPS[STEPS.index(step) + 1:]:
        with pytest.raises(Condition) as refused:
            flow.require(case, PACK, later, ACT)
        assert refused.value.code == "flow.not_yet"
        assert flow.NAMES[step].zh in refused.value.next()


def test_a_required_consent_refused_stops_the_case_and_the_face_consent_does_not():
    case = f.case(f.terms(), f.placed(), *f.consents(privacy_notice=False))
    assert flow.current(case, PACK) == Step.CONSENT
    case = f.case(f.terms(), f.placed(), *f.consents(face_recognition=False))
    assert flow.current(case, PACK) == Step.ID_CARD
    assert case.identity_path == "two_person"


def test_refusing_the_face_leads_to_the_second_person_and_nothing_else():
    before = [f.terms(), f.placed(), *f.consents(face_recognition=False), *WALK[3][1]]
    assert [lack.code for lack in flow.lacks(f.case(*before), PACK, Step.LIVENESS)] == ["identity.second_person"]
    assert flow.current(f.case(*before, f.second_person()), PACK) == Step.PAPERS


def test_withdrawing_the_face_consent_takes_the_liveness_result_with_it():
    case = f.case(*walked(Step.PAPERS), facts.ConsentWithdrawn(purpose="face_recognition"))
    assert case.liveness is None
    assert flow.current(case, PACK) == Step.LIVENESS


@pytest.mark.parametrize(("verdict", "zone", "blocked"), [
    ("live", "pass", False), ("review", "pass", False), ("live", "review", False), ("reject", "pass", True),
    ("live", "fail", True)])
def test_the_face_verdict_decides_whether_the_case_goes_on(verdict, zone, blocked):
    case = f.case(*walked(Step.LIVENESS), f.liveness(verdict, zone))
    assert bool(flow.blocking(case, PACK, Step.LIVENESS)) is blocked


def test_a_new_picture_of_the_card_asks_for_confirmation_and_comparison_again():
    case = f.case(*walked(Step.PAPERS), f.card_side("front"))
    assert case.card is None
    assert case.liveness is None


def test_new_terms_throw_away_documents_drawn_from_the_old():
    case = f.case(*walked(Step.SATISFACTION), f.terms(term_months=24))
    assert case.documents == {}
    assert flow.current(case, PACK) == Step.FORMS


def test_a_sealed_case_is_closed_and_a_supplement_opens_only_what_the_bank_named():
    done = walked(Step.SUBMIT)
    seal = sealed_fact(f.case(*done))
    case = f.case(*done, seal)
    assert case.sealed
    assert not flow.lacks(case, PACK, Step.SUBMIT)
    with pytest.raises(Condition, match=r"flow\.sealed"):
        flow.require(case, PACK, Step.PAPERS, ACT)

    asked = facts.SupplementRequested(request_id="r1", papers=("income_proof",), note="", due=None)
    case = f.case(*done, seal, asked)
    assert not case.sealed
    assert flow.current(case, PACK) == Step.PAPERS
    with pytest.raises(Condition, match=r"flow\.supplement_only"):
        flow.require(case, PACK, Step.TERMS, ACT)
    case = f.case(*done, seal, asked, f.paper("income_proof"))
    assert flow.current(case, PACK) == Step.SUBMIT
    assert case.revision == 2


def test_what_a_supplement_asks_for_is_due_when_the_bank_says_or_after_the_packs_own_time():
    done = walked(Step.SUBMIT)
    named = f.BEGUN + timedelta(days=3)
    request = {"request_id": "r", "note": ""}
    first = facts.SupplementRequested(papers=("income_proof", "bank_card"), due=None, **request)
    second = facts.SupplementRequested(papers=("bank_card", "asset_proof"), due=named, **request)
    case = f.case(*done, sealed_fact(f.case(*done)), first, second)
    asked = f.events(f.opened(), *done, sealed_fact(f.case(*done)), first)[-1].at
    due = {item.paper: item.due for item in paper_list(case, PACK).items if item.due}
    assert due == {"income_proof": asked + timedelta(hours=24), "bank_card": named, "asset_proof": named}
    assert not any(item.due for item in paper_list(f.case(*done), PACK).items)


def test_a_changed_fact_breaks_the_chain_where_it_stands():
    journal = list(f.events(f.opened(), f.terms(), f.placed(), *f.consents()))
    assert chain.broken_at(journal) is None
    forged = journal[2].model_copy(update={"fact": f.placed("outside")})
    assert chain.broken_at([*journal[:2], forged, *journal[3:]]) == 3
    assert chain.broken_at([*journal[:2], *journal[3:]]) == 4


def test_every_file_of_the_case_is_listed_once():
    case = f.case(*walked(Step.SUBMIT), f.paper("income_proof"))
    refs = case.files()
    assert len({r.id for r in refs}) == len(refs)
    kinds = {r.kind for r in refs}
    assert {"id_card_front", "id_card_back", "portrait", "live_face", "income_proof", "segment", "ink"} <= kinds


def test_an_empty_journal_is_no_case_and_a_case_begins_with_its_opening():
    assert fold(()) is None
    with pytest.raises(ValueError, match="case_opened"):
        fold(f.events(f.placed()))


def test_a_new_picture_of_the_card_asks_the_second_person_again():
    refusing = [f.terms(), f.placed(), *f.consents(face_recognition=False), *WALK[3][1], f.second_person()]
    assert f.case(*refusing, f.card_side("front"), f.card()).second_person is None


def test_refusing_the_face_after_agreeing_takes_the_liveness_result_with_it():
    case = f.case(*walked(Step.PAPERS), f.consent("face_recognition", given=False))
    assert case.liveness is None


def test_a_card_confirmed_anew_throws_away_documents_drawn_with_the_old_fields():
    case = f.case(*walked(Step.SATISFACTION), f.card())
    assert case.documents == {}
    assert flow.current(case, PACK) == Step.FORMS


def test_circumstances_that_ask_for_another_document_lead_back_to_the_forms():
    case = f.case(*walked(Step.SATISFACTION), f.circumstances(has_guarantor=True))
    assert flow.current(case, PACK) == Step.FORMS


def test_a_side_of_the_card_that_the_bank_asks_for_again_is_given_as_a_paper():
    done = walked(Step.SUBMIT)
    asked = facts.SupplementRequested(request_id="r1", papers=("id_card_front",), note="", due=None)
    case = f.case(*done, sealed_fact(f.case(*done)), asked)
    assert "id_card_front" in {item.paper for item in paper_list(case, PACK).blocks_sealing}
    case = f.case(*done, sealed_fact(f.case(*done)), asked, f.paper("id_card_front"))
    assert "id_card_front" not in {item.paper for item in paper_list(case, PACK).blocks_sealing}
    assert flow.current(case, PACK) == Step.SUBMIT
