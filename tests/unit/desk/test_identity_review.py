"""A result in the review zone is looked at by another employee: "same" is recorded beside the bank's own review,
"different" stops the case until a new attempt or the two-person path."""

import pytest

from app.domain.flow import Step
from tests.refused import refused


def judged(desk, case_id: str, verdict: str, zone: str) -> None:
    desk.vision.outcome = (verdict, zone)
    desk.booth.start_liveness(desk.signing.begin_liveness(case_id), lambda progress: None, lambda trouble: None)
    desk.signing.finish_liveness(case_id)


def in_review(desk) -> str:
    case_id = desk.begin(Step.LIVENESS)
    judged(desk, case_id, "live", "review")
    return case_id


def lacks(view) -> list[tuple[str, bool]]:
    return [(lack.code, lack.blocks) for lack in view.step(Step.LIVENESS).lacks]


def review(desk, case_id: str, decision: str, staff_id: str = "10077", reason: str = "眉形与证件一致"):
    return desk.signing.review_identity(case_id, staff_id, "secret", decision, reason)


def test_same_is_recorded_and_the_bank_reviews_all_the_same(desk):
    case_id = in_review(desk)
    view = review(desk, case_id, "same")
    decided = view.case.identity_review
    assert (decided.staff_id, decided.staff_name, decided.decision, decided.reason) == (
        "10077", "周宁", "same", "眉形与证件一致")
    assert decided.nonce == view.case.liveness.result.nonce
    assert lacks(view) == [("identity.review", False)]


def test_different_stops_the_step_and_nobody_can_say_otherwise_afterwards(desk):
    case_id = in_review(desk)
    review(desk, case_id, "same")
    view = review(desk, case_id, "different", reason="耳廓不同")
    assert lacks(view) == [("identity.different", True)]
    assert view.case.liveness_attempts == 1
    refused("identity.no_review", review, desk, case_id, "same")
    refused("flow.not_yet", desk.signing.start_interview, case_id)


def test_a_new_attempt_takes_the_place_of_different(desk):
    case_id = in_review(desk)
    review(desk, case_id, "different")
    judged(desk, case_id, "live", "pass")
    assert lacks(desk.signing.view(case_id)) == []
    assert desk.book.load(case_id).identity_review is None


def test_the_two_person_path_takes_the_place_of_different(desk):
    case_id = in_review(desk)
    review(desk, case_id, "different")
    assert lacks(desk.signing.verify_by_second_person(case_id, "10077", "secret", "本人到场，证件一致")) == []


@pytest.mark.parametrize(("verdict", "zone"), [("live", "pass"), ("reject", "review"), ("review", "fail")])
def test_only_a_result_in_review_is_reviewed(desk, verdict, zone):
    case_id = desk.begin(Step.LIVENESS)
    refused("identity.no_review", review, desk, case_id, "same")
    judged(desk, case_id, verdict, zone)
    refused("identity.no_review", review, desk, case_id, "same")


def test_the_reviewer_is_another_employee_and_says_why(desk):
    case_id = in_review(desk)
    refused("staff.same_person", review, desk, case_id, "same", " 10482 ")
    refused("identity.reason_needed", review, desk, case_id, "same", "10077", "  ")
    assert desk.book.load(case_id).identity_review is None
