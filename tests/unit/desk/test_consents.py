"""Consents at the desk's door: nothing is agreed to unread, every record says what was shown and who read it."""

import pytest

from app.domain.facts import ReadingHelped
from app.domain.flow import Step
from app.domain.policy_text import consent_sha256
from tests import case_facts as f
from tests.refused import refused


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


# -- withdrawn after sealing ---------------------------------------------------------------------------------------------

def sealed(desk) -> str:
    case_id = desk.begin()
    desk.signing.seal(case_id)
    return case_id


def told(desk) -> list[tuple[str, str]]:
    return [(one.case_id, one.purpose) for one in desk.outbox.withdrawals.due("10482")]


def test_the_bank_is_told_of_a_withdrawal_once_it_has_the_case(desk):
    case_id = sealed(desk)
    view = desk.signing.withdraw_consent(case_id, "vehicle_location")
    assert not view.case.consents["vehicle_location"].in_force
    assert told(desk) == []
    desk.bank_takes(case_id)
    assert told(desk) == [(case_id, "vehicle_location")]
    desk.outbox.withdrawals.told(desk.outbox.withdrawals.due("10482")[0])
    desk.signing.withdraw_consent(case_id, "vehicle_location")
    assert told(desk) == []


@pytest.mark.parametrize(("purpose", "state"), [
    ("bureau_query", "rejected"), ("face_transfer", "rejected"), ("third_party_insurer", "queued")])
def test_what_the_bank_does_not_have_yet_is_sent_only_where_the_consent_allows_it(desk, purpose, state):
    case_id = sealed(desk)
    desk.signing.withdraw_consent(case_id, purpose)
    desk.post.send_now()
    entry = desk.outbox.latest(case_id)
    assert entry.state == state
    if state == "rejected":
        refused("consent.withdrawn", desk.outbox.advance, entry, "committing")


def test_what_was_sealed_before_stays_as_it_was(desk):
    case_id = sealed(desk)
    desk.bank_takes(case_id)
    desk.bank_asks(case_id, "income_proof")
    case = desk.signing.withdraw_consent(case_id, "face_recognition").case
    assert case.liveness is not None
    desk.book.record(case_id, f.paper("income_proof", "new"))
    assert desk.signing.seal(case_id).case.sealed


def test_a_supplement_is_not_sealed_without_a_consent_that_is_needed(desk):
    case_id = sealed(desk)
    desk.bank_takes(case_id)
    desk.bank_asks(case_id, "income_proof")
    desk.signing.withdraw_consent(case_id, "bureau_query")
    desk.book.record(case_id, f.paper("income_proof", "new"))
    refused("flow.not_yet", desk.signing.seal, case_id)


@pytest.mark.parametrize("missing", ["relation", "reason"])
def test_a_helper_is_named_in_full(desk, missing):
    whole = ReadingHelped(name="王样例", relation="女儿", reason="poor_sight")
    refused("consent.helper_incomplete", desk.signing.name_helper, desk.begin(Step.CONSENT),
            whole.model_copy(update={missing: ""}))
