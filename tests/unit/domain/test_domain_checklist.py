"""The checklist: which papers, why, and how completeness answers to what is there."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import facts, rules
from app.domain.case_papers import paper_list
from app.domain.checklist import PaperPage, checklist, required_forms
from app.domain.facts import Circumstances
from app.domain.finding import SCREEN, warn
from app.domain.policy import Requirement, Words
from tests import case_facts as f
from tests.unit.domain.builders import terms, terms_within

GOOD = PaperPage(page_id="p", quality=1)
MARRIED = Circumstances(marital="married")


def context(value=None, circumstances=MARRIED, **options):
    return rules.context(value or terms(), circumstances, **options)


def the_list(pack, papers=None, supplements=frozenset(), value=None, circumstances=MARRIED, **options):
    value = value or terms()
    return checklist(pack, value.product, context(value, circumstances), papers or {}, supplements, **options)


def pages(count, **changes):
    return tuple(PaperPage(**{"page_id": f"p{n}", "quality": 1, **changes}) for n in range(count))


def all_good(result):
    """Given an empty list."""
    return {item.paper: tuple(page.model_copy(update={"side": side}) for page, side in zip(
        pages(item.pages_min), item.sides_missing or ("",) * item.pages_min, strict=True))
        for item in result.items if item.required}


def required(result):
    return [item.paper for item in result.items if item.required]


def test_a_married_salaried_buyer_of_a_new_car(pack):
    result = the_list(pack)
    assert required(result) == [
        "id_card_front", "id_card_back", "driving_licence", "bank_card", "income_proof", "bank_statement",
        "marriage_certificate", "spouse_id_card", "purchase_contract", "down_payment_proof",
        "photo_together"]
    item = next(i for i in result.items if i.paper == "marriage_certificate")
    assert (item.reason.zh, item.state, item.weight) == ("因“已婚”", "missing", 2)
    assert result.completeness == 0.0
    assert [i.paper for i in result.missing_required] == required(result)


@pytest.mark.parametrize(("circumstances", "present", "absent"), [
    ({"marital": "single"}, {"single_statement"}, {"marriage_certificate", "spouse_id_card"}),
    ({"marital": "divorced"}, {"divorce_certificate"}, {"single_statement"}),
    ({"marital": "widowed"}, {"widowed_proof"}, {"divorce_certificate"}),
    ({"employment": "self_employed"}, {"business_licence", "business_flow"}, {"income_proof", "bank_statement"}),
    ({"employment": "freelance"}, {"business_flow"}, {"business_licence", "income_proof"}),
    ({"has_guarantor": True}, {"guarantor_id_card", "guarantor_income_proof"}, set()),
    ({"local_resident": False}, {"residence_proof"}, set()),
    ({"drives_self": False}, set(), {"driving_licence"})])
def test_circumstances_decide(pack, circumstances, present, absent):
    papers = set(required(the_list(pack, circumstances=Circumstances(**circumstances))))
    assert present <= papers
    assert not absent & papers


def test_a_paper_that_is_both_optional_and_required_is_required_once(pack):
    result = the_list(pack, circumstances=Circumstances(local_resident=False))
    (item,) = [i for i in result.items if i.paper == "residence_proof"]
    assert item.required
    assert item.reason.zh == "因“外地户籍”"


def test_a_product_may_require_what_a_shared_set_only_offers(pack):
    reason = Words(zh="因“毕业生”", en="because a graduate")
    product = pack.product("new_car_instalment")
    stricter = product.model_copy(update={"requirements": (Requirement(paper="asset_proof", reason=reason),)})
    changed = pack.model_copy(update={"products": tuple(stricter if p is product else p for p in pack.products)})
    (item,) = [i for i in the_list(changed).items if i.paper == "asset_proof"]
    assert (item.required, item.reason) == (True, reason)
    assert not next(i for i in the_list(pack).items if i.paper == "asset_proof").required


def test_companies_trucks_and_guarantors_bring_their_own(pack):
    truck = terms(product="commercial_vehicle_instalment", use="commercial", gross_weight_kg=18_000)
    driver = required(the_list(pack, value=truck, circumstances=Circumstances(affiliated=True)))
    assert {"road_transport_certificate", "transport_qualification", "affiliation_consent"} <= set(driver)
    light = truck.model_copy(update={"vehicle": truck.vehicle.model_copy(update={"gross_weight_kg": None})})
    assert "road_transport_certificate" not in required(the_list(pack, value=light))
    company = required(the_list(pack, value=truck, circumstances=Circumstances(customer_kind="company")))
    assert {"business_licence", "beneficial_owner_statement", "id_card_front"} <= set(company)
    assert "income_proof" not in company


def test_full_and_partly_good_papers(pack):
    empty = the_list(pack)
    good = all_good(empty)
    assert the_list(pack, good).completeness == 1.0
    assert the_list(pack, good).missing_required == ()
    total = sum(i.weight for i in empty.items if i.required)
    for change, state, share in (({"quality": 0.5}, "warn", 0.5), ({"unverified": True}, "warn", 0.5),
                                 ({"quality": 0.5, "unverified": True}, "warn", 0.25),
                                 ({"conflict": True}, "bad", 0), ({"quality": 0}, "bad", 0)):
        result = the_list(pack, good | {"bank_card": pages(1, **change)})
        item = next(i for i in result.items if i.paper == "bank_card")
        assert (item.state, item.value) == (state, share)
        assert result.completeness == pytest.approx(1 - 2 * (1 - share) / total, abs=1e-6)
        assert result.points_lost(item, 30) == pytest.approx(30 * 2 * (1 - share) / total, abs=0.01)


def test_too_few_pages_are_missing_but_count_in_part(pack):
    longer = pack.model_copy(update={"papers": tuple(
        p.model_copy(update={"pages_min": 2}) if p.code == "bank_card" else p for p in pack.papers)})
    item = next(i for i in the_list(longer, {"bank_card": pages(1)}).items if i.paper == "bank_card")
    assert (item.state, item.pages, item.pages_min, item.value) == ("missing", 1, 2, 0.5)


@pytest.mark.parametrize(("sides", "state", "missing", "value"), [
    ((), "missing", ("front", "back"), 0), (("back",), "missing", ("front",), 0.5),
    (("front", "front"), "missing", ("back",), 0.5), (("front", "back"), "captured", (), 1)])
def test_of_another_persons_card_both_sides_are_asked_for(pack, sides, state, missing, value):
    """Two pictures of one side are still one side."""
    card = tuple(PaperPage(page_id=f"p{at}", quality=1, side=side) for at, side in enumerate(sides))
    item = next(i for i in the_list(pack, {"spouse_id_card": card}).items if i.paper == "spouse_id_card")
    assert (item.state, item.sides_missing, item.value, item.pages_min) == (state, missing, value, 2)


def test_optional_papers_add_a_little_up_to_a_limit_and_rounds_take_off(pack):
    good = all_good(the_list(pack))
    half = {k: v for k, v in good.items() if k != "bank_card"}
    base = the_list(pack, half).completeness
    extras = ["residence_proof", "household_register", "asset_proof", "new_car_invoice", "insurance_policy"]
    gains = [round(the_list(pack, half | {p: (GOOD,) for p in extras[:n]}).completeness - base, 6) for n in range(6)]
    assert gains == [0, 0.01, 0.02, 0.03, 0.03, 0.03]
    assert [the_list(pack, good, rounds=n).completeness for n in range(5)] == [1.0, 0.95, 0.9, 0.85, 0.85]


def test_what_an_optional_paper_would_add_in_points_ends_with_the_third(pack):
    good = {k: v for k, v in all_good(the_list(pack)).items() if k != "bank_card"}
    extras = ["household_register", "asset_proof", "new_car_invoice"]
    lists = [the_list(pack, good | {p: (GOOD,) for p in extras[:n]}) for n in range(4)]
    item = next(i for i in lists[0].items if i.paper == "insurance_policy")
    assert [given.points_gained(item, 30) for given in lists] == [0.3, 0.3, 0.3, 0]
    required_item = next(i for i in lists[0].items if i.required)
    assert lists[0].points_gained(required_item, 30) == 0
    complete = the_list(pack, all_good(the_list(pack)))
    assert complete.points_gained(item, 30) == 0


def test_vital_papers_block_sealing_when_missing_or_unusable(pack):
    good = all_good(the_list(pack))
    assert the_list(pack, good).blocks_sealing == ()
    without = {k: v for k, v in good.items() if k not in ("photo_together", "bank_card")}
    assert [i.paper for i in the_list(pack, without).blocks_sealing] == ["photo_together"]
    spoilt = good | {"id_card_front": pages(1, quality=0)}
    assert [i.paper for i in the_list(pack, spoilt).blocks_sealing] == ["id_card_front"]


def test_what_the_bank_asks_for_again_is_required_and_says_so(pack):
    result = the_list(pack, supplements=frozenset({"asset_proof", "lien_check"}), rounds=1)
    asked = {i.paper: i for i in result.items if i.supplement}
    assert set(asked) == {"asset_proof", "lien_check"}
    assert all(i.required and i.reason.zh == "银行要求补件" for i in asked.values())


def test_forms_follow_circumstances_and_begin_with_the_cost_sheet(pack):
    for product in pack.products:
        value = terms_within(product, product.limits[0])
        plain = [f.code for f in required_forms(pack, product.code, context(value))]
        assert plain[0] == "cost_sheet"
        assert "guarantee_contract" not in plain
        full = [f.code for f in required_forms(pack, product.code, context(value, Circumstances(
            customer_kind=product.customer_kinds[-1], marital="married", has_guarantor=True, affiliated=True)))]
        company_only = {"spouse_authorisation"} if product.customer_kinds == ("person", "company") else set()
        assert full == [form for form in product.forms if form not in company_only]


def test_refusing_the_face_asks_for_no_paper_more(pack):
    for product in pack.products:
        value = terms_within(product, product.limits[0])
        asked, refused = (checklist(pack, product.code, context(value, face_refused=f), {}) for f in (False, True))
        assert asked == refused


CIRCUMSTANCES = st.builds(
    Circumstances, customer_kind=st.sampled_from(rules.WORDS["customer_kind"]),
    marital=st.sampled_from(rules.WORDS["marital"]), employment=st.sampled_from(rules.WORDS["employment"]),
    local_resident=st.booleans(), has_guarantor=st.booleans(), affiliated=st.booleans(), drives_self=st.booleans())


@st.composite
def situations(draw, pack):
    product = draw(st.sampled_from(pack.products))
    limit = draw(st.sampled_from(product.limits))
    value = terms_within(product, limit, draw(st.sampled_from((50_000, 200_000, 900_000))),
                         gross_weight_kg=draw(st.sampled_from((None, 1_500, 4_500, 18_000))))
    return value, draw(CIRCUMSTANCES)


PAGE = st.builds(PaperPage, page_id=st.just("p"), quality=st.sampled_from((0.0, 0.5, 1.0)), conflict=st.booleans(),
                 unverified=st.booleans(), side=st.sampled_from(("", "front", "back")))
DUE = datetime(2026, 11, 30, tzinfo=UTC)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_completeness_never_falls_when_a_good_paper_is_added(pack, data):
    value, circumstances = data.draw(situations(pack))
    codes = [i.paper for i in the_list(pack, value=value, circumstances=circumstances).items]
    asked = data.draw(st.sets(st.sampled_from((*codes, "lien_check")), max_size=3))
    papers = data.draw(st.dictionaries(st.sampled_from(codes), st.lists(PAGE, max_size=3).map(tuple)))
    added = data.draw(st.sampled_from((*codes, *sorted(asked))))
    good = GOOD.model_copy(update={"side": data.draw(st.sampled_from(pack.paper(added).sides or ("",)))})
    same = {"supplements": asked, "due": dict.fromkeys(asked, DUE), "value": value, "circumstances": circumstances,
            "rounds": data.draw(st.integers(0, 4))}
    before = the_list(pack, papers, **same)
    after = the_list(pack, papers | {added: (*papers.get(added, ()), good)}, **same)
    assert 0 <= before.completeness <= after.completeness <= 1
    assert len(after.missing_required) <= len(before.missing_required)
    assert {i.paper: (i.required, i.due) for i in after.items if i.supplement} == dict.fromkeys(asked, (True, DUE))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_every_list_is_sensible(pack, data):
    value, circumstances = data.draw(situations(pack))
    result = the_list(pack, value=value, circumstances=circumstances)
    papers = [i.paper for i in result.items]
    assert len(papers) == len(set(papers))
    if circumstances.customer_kind in pack.product(value.product).customer_kinds:
        assert {"id_card_front", "id_card_back", "photo_together"} <= set(required(result))
        assert len(required(result)) >= 8
        full = the_list(pack, all_good(result), value=value, circumstances=circumstances)
        assert (full.completeness, full.missing_required) == (1.0, ())


def everywhere(pack, product):
    """Every kind of vehicle of the product with circumstances that vary one by one and together."""
    answers = [Circumstances(), Circumstances(marital="married", has_guarantor=True, affiliated=True),
               Circumstances(marital="divorced", local_resident=False, drives_self=False),
               Circumstances(marital="widowed", employment="self_employed"), Circumstances(employment="freelance"),
               Circumstances(customer_kind="company", drives_self=False)]
    for limit in product.limits:
        for weight in (None, 18_000):
            for price in (50_000, 900_000):
                value = terms_within(product, limit, price, gross_weight_kg=weight)
                yield from (context(value, c) for c in answers if c.customer_kind in product.customer_kinds)


def test_every_condition_of_the_pack_can_hold_and_fail_in_a_product_that_uses_it(pack):
    seen = {}
    for product in pack.products:
        sets = [s for s in pack.sets if s.code in product.sets]
        expressions = {r.when for s in sets for r in s.requirements} | {r.when for r in product.requirements}
        expressions |= {s.when for s in sets} | {pack.form(f).when for f in product.forms}
        for values in everywhere(pack, product):
            for expression in expressions - {""}:
                seen.setdefault(expression, set()).add(rules.holds(expression, values))
    assert len(seen) > 15
    assert {e for e, answers in seen.items() if answers != {True, False}} == set()


def test_every_paper_of_the_pack_is_asked_for_by_some_product(pack):
    asked = {r.paper for s in pack.sets for r in s.requirements} | {r.paper for p in pack.products
                                                                    for r in p.requirements}
    assert {p.code for p in pack.papers} == asked


def test_what_looks_like_a_photographed_screen_counts_half_until_a_person_compared_it():
    told = (warn(SCREEN, "屏幕", "a screen"),)
    page, side = f.paper("bank_card", findings=told), f.card_side("front").model_copy(update={"findings": told})
    compared = facts.PaperCorrected(paper="bank_card", page_id=page.page_id, values={}, corrected={}, findings=told)
    for happened, value in (((page, side), 0.5), ((page, compared, side, f.card()), 1)):
        listed = paper_list(f.case(f.terms(), *happened), f.policy())
        assert {item.paper: item.value for item in listed.items if item.pages} == {"bank_card": value, "id_card_front": value}
