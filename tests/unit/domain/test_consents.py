"""Whose consents a case asks for, when they must be there, and what a change of circumstances means for them."""

import pytest

from app.domain import consents, facts, flow
from app.domain.condition import Condition
from app.domain.flow import Step
from app.domain.policy import BORROWER, Words
from app.domain.signatories import signatory
from tests import case_facts as f

PACK = f.policy()
OWN = [f.consent(consent.purpose) for consent in PACK.consents if consent.person == BORROWER]
BEFORE = [f.terms(), f.placed(), *OWN, f.card_side("front"), f.card_side("back"), f.card(), f.liveness()]
SPOUSE = ("spouse_privacy_notice", "spouse_bureau_query")
ACT = Words(zh="签字", en="signing")


def open_purposes(case) -> tuple[str, ...]:
    return tuple(consent.purpose for consent in consents.unanswered(case, PACK))


def ready_to_sign(*then) -> list:
    married = f.circumstances(marital="married")
    first = f.case(f.terms(), married)
    drawn = [f.prepared(code) for code in flow.documents_in_order(first, PACK)]
    return [*BEFORE, married, *f.interview(), *then, f.form(), *drawn]


@pytest.mark.parametrize(("circumstances", "asked"), [
    ({}, ()), ({"marital": "married"}, SPOUSE), ({"marital": "divorced"}, ()),
    ({"has_guarantor": True}, ("guarantor_privacy_notice", "guarantor_bureau_query"))])
def test_others_are_asked_once_the_circumstances_bring_them_in(circumstances, asked):
    assert open_purposes(f.case(*BEFORE, f.circumstances(**circumstances))) == asked


def test_the_spouse_may_come_late_but_not_after_the_signing():
    case = f.case(*ready_to_sign())
    assert all(not lack.blocks for lack in flow.lacks(case, PACK, Step.CONSENT))
    assert flow.current(case, PACK) == Step.FORMS
    with pytest.raises(Condition) as refused:
        flow.require(case, PACK, Step.SIGN, ACT)
    assert "知情同意" in refused.value.next()
    answered = f.case(*ready_to_sign(*map(f.consent, SPOUSE)))
    flow.require(answered, PACK, Step.SIGN, ACT)


def test_a_spouse_who_refuses_stops_the_signing():
    case = f.case(*ready_to_sign(f.consent(SPOUSE[0]), f.consent(SPOUSE[1], given=False)))
    assert [lack.code for lack in flow.blocking(case, PACK, Step.FORMS)] == ["consent.spouse_bureau_query.refused"]


def test_nobody_is_asked_who_is_no_party_any_more():
    case = f.case(*ready_to_sign(), f.circumstances(marital="single"))
    assert open_purposes(case) == ()


def test_who_reads_to_the_customer_is_known_to_the_packs_conditions_and_to_the_documents():
    helper = facts.ReadingHelped(name="王样例", relation="女儿", reason="poor_sight")
    case = f.case(*ready_to_sign(), helper)
    assert (case.helper, case.documents) == (helper, {})
    assert flow.signers(case, PACK)["cost_sheet"][:2] == ("borrower", "witness")
    assert signatory(case, "witness").name == "王样例"
    assert f.case(*ready_to_sign(), helper, facts.ReadingHelped()).helper is None
