"""A case whose face verdict is fail or missing is never sealed without the two-person path; every way round it is tried
at the desk's door, with all the rest of the case in order."""

import pytest

from app.domain.condition import Condition
from app.domain.flow import Step
from tests import case_facts as f
from tests.unit.desk.conftest import CHIP_PHOTO


def judged(desk, case_id: str, verdict: str = "live", zone: str = "pass") -> None:
    desk.vision.outcome = (verdict, zone)
    desk.booth.start_liveness(desk.signing.begin_liveness(case_id), lambda progress: None, lambda trouble: None)
    desk.signing.finish_liveness(case_id)


def no_attempt(desk, case_id):
    """Nothing at all."""


def begun_only(desk, case_id):
    desk.signing.begin_liveness(case_id)


def rejected(desk, case_id):
    judged(desk, case_id, "reject")


def another_face(desk, case_id):
    judged(desk, case_id, "live", "fail")


def another_face_than_on_the_chip(desk, case_id):
    desk.vision.answers["compare_with_chip"] = None
    desk.signing.read_id_chip(case_id)
    desk.vision.chip_zone = "fail"
    judged(desk, case_id)


def passed_then_rejected(desk, case_id):
    judged(desk, case_id)
    judged(desk, case_id, "reject")


def attempts_used(desk, case_id):
    for _ in range(3):
        desk.signing.begin_liveness(case_id)
        desk.signing.abandon_liveness(case_id, "stopped")


def consent_withdrawn(desk, case_id):
    judged(desk, case_id)
    desk.signing.withdraw_consent(case_id, "face_recognition")


def consent_refused_afterwards(desk, case_id):
    judged(desk, case_id)
    desk.signing.answer_consent(case_id, "face_recognition", False, 5, True)


def reviewed_as_another(desk, case_id):
    judged(desk, case_id, "review")
    desk.signing.review_identity(case_id, "10077", "secret", "different", "耳廓不同")


def a_new_card(desk, case_id):
    judged(desk, case_id)
    desk.book.record(case_id, f.card_side("front"), f.card())


def a_chip_read_afterwards(desk, case_id):
    judged(desk, case_id)
    desk.vision.answers["compare_with_chip"] = None
    desk.signing.read_id_chip(case_id)


def two_person_chosen_but_not_done(desk, case_id):
    judged(desk, case_id)
    desk.signing.choose_identity_path(case_id, "two_person")


def back_to_the_face_after_the_second_person(desk, case_id):
    desk.signing.verify_by_second_person(case_id, "10077", "secret", "本人到场")
    desk.signing.choose_identity_path(case_id, "face")


def face_chosen_after_refusing_it(desk, case_id):
    consent_refused_afterwards(desk, case_id)
    desk.signing.choose_identity_path(case_id, "face")


WAYS = {no_attempt: "liveness.missing", begun_only: "liveness.missing", rejected: "liveness.reject",
        another_face: "match.fail", another_face_than_on_the_chip: "match.chip_fail",
        passed_then_rejected: "liveness.reject", attempts_used: "liveness.missing",
        consent_withdrawn: "identity.second_person", consent_refused_afterwards: "identity.second_person",
        reviewed_as_another: "identity.different", a_new_card: "liveness.missing",
        a_chip_read_afterwards: "liveness.missing", two_person_chosen_but_not_done: "identity.second_person",
        back_to_the_face_after_the_second_person: "liveness.missing",
        face_chosen_after_refusing_it: "identity.consent"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_leads_round_the_face(desk, way):
    case_id = desk.begin(Step.LIVENESS)
    way(desk, case_id)
    desk.go_on(case_id, Step.PAPERS)
    assert [lack.code for lack in desk.signing.view(case_id).step(Step.LIVENESS).lacks] == [WAYS[way]]
    with pytest.raises(Condition) as refused:
        desk.signing.seal(case_id)
    assert refused.value.code == "flow.not_yet"
    assert desk.book.load(case_id).seals == ()
    assert desk.outbox.latest(case_id) is None
    desk.signing.verify_by_second_person(case_id, "10077", "secret", "本人到场，证件一致")
    assert desk.signing.seal(case_id).case.sealed


@pytest.mark.parametrize("outcome", [("live", "pass"), ("review", "pass"), ("live", "review")])
def test_a_face_that_passes_or_that_the_bank_reviews_is_sealed(desk, outcome):
    case_id = desk.begin(Step.LIVENESS)
    judged(desk, case_id, *outcome)
    desk.go_on(case_id, Step.PAPERS)
    assert desk.signing.seal(case_id).case.sealed


def test_a_chip_that_fits_is_sealed_with_its_photo(desk):
    case_id = desk.begin(Step.LIVENESS)
    desk.vision.answers["compare_with_chip"] = f.liveness().match
    desk.signing.read_id_chip(case_id)
    judged(desk, case_id)
    desk.go_on(case_id, Step.PAPERS)
    case = desk.signing.seal(case_id).case
    assert case.liveness.chip_match.zone == "pass"
    assert {"id_chip_photo", "live_face"} <= {ref.kind for ref in case.seals[-1].manifest.files}
    assert desk.signing.file_bytes(case_id, case.id_chip.photo) == CHIP_PHOTO


@pytest.mark.parametrize("given", [True, False])
def test_live_frames_go_to_the_bank_only_with_the_customers_leave(desk, given):
    """Face recognition itself does not depend on it, nor does the score."""
    case_id = desk.begin(Step.LIVENESS, face_transfer=given)
    judged(desk, case_id)
    desk.go_on(case_id, Step.PAPERS)
    case = desk.signing.seal(case_id).case
    sent = {ref.kind for ref in case.seals[-1].manifest.files}
    assert ("live_face" in sent) is given
    assert "id_card_portrait" in sent
    assert desk.signing.file_bytes(case_id, case.liveness.best_frames[0])


def test_leave_that_is_withdrawn_keeps_live_frames_here(desk):
    case_id = desk.begin(Step.LIVENESS)
    judged(desk, case_id)
    desk.go_on(case_id, Step.PAPERS)
    desk.signing.withdraw_consent(case_id, "face_transfer")
    assert "live_face" not in {ref.kind for ref in desk.signing.seal(case_id).case.seals[-1].manifest.files}


def test_the_two_person_path_costs_nothing(desk):
    """Whoever refuses the face, or needs the second person after it failed, has the same score."""
    passed, refusing, failed = desk.begin(Step.LIVENESS), desk.begin(Step.LIVENESS, face_recognition=False), None
    judged(desk, passed)
    desk.signing.verify_by_second_person(refusing, "10077", "secret", "本人到场，证件一致")
    failed = desk.begin(Step.LIVENESS)
    rejected(desk, failed)
    desk.signing.verify_by_second_person(failed, "10077", "secret", "本人到场，证件一致")
    scores = []
    for case_id in (passed, refusing, failed):
        desk.go_on(case_id, Step.PAPERS)
        score = desk.signing.view(case_id).score
        scores.append((score.total, [(c.code, c.points) for c in score.criteria]))
    assert scores[0] == scores[1] == scores[2]
