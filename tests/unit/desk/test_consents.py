"""Consents at the desk's door: nothing is agreed to unread, every record says what was shown and who read it."""

import pytest

from app.domain.condition import Condition
from app.domain.facts import ReadingHelped
from app.domain.flow import Step
from app.domain.policy_text import consent_sha256
from tests import case_facts as f


def refused(code: str, act, *args) -> None:
    with pytest.raises(Condition) as trouble:
        act(*args)
    assert trouble.value.code == code


def test_a_text_that_was_not_read_to_its_end_cannot_be_agreed_to_but_can_be_refused(desk):
    case_id = desk.begin(Step.CONSENT)
    refused("consent.not_read", desk.signing.answer_consent, case_id, "privacy_notice", True, 3, False)
    view = desk.signing.answer_consent(case_id, "privacy_notice", False, 3, False)
    assert not view.case.consents["privacy_notice"].in_force


def test_nobody_answers_for_a_person_who_is_no_party(desk):
    case_id = desk.begin(Step.CONSENT)
    refused("consent.unknown", desk.signing.answer_consent, case_id, "spouse_bureau_query", True, 30, True)


def test_a_record_names_the_text_the_time_and_the_helper(desk):
    case_id = desk.begin(Step.CONSENT)
    desk.signing.name_helper(case_id, ReadingHelped(name=" 王样例 ", relation="女儿", reason="cannot_read"))
    view = desk.signing.answer_consent(case_id, "privacy_notice", True, 41.26, True)
    answer = view.case.consents["privacy_notice"].answer
    assert (answer.text_sha256, answer.shown_s, answer.helper) == (
        consent_sha256(f.policy().consent("privacy_notice")), 41.3, "王样例")
    assert desk.signing.name_helper(case_id, ReadingHelped()).case.helper is None


@pytest.mark.parametrize("missing", ["relation", "reason"])
def test_a_helper_is_named_in_full(desk, missing):
    whole = ReadingHelped(name="王样例", relation="女儿", reason="poor_sight")
    refused("consent.helper_incomplete", desk.signing.name_helper, desk.begin(Step.CONSENT),
            whole.model_copy(update={missing: ""}))
