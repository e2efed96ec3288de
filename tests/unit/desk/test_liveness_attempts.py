"""An attempt is in the journal before the customer sees it, ends once, and three that count lead to the second person."""

import pytest

from app.capture.model_pack import BROKEN, HASH_WRONG, PACK_MISSING
from app.capture.quality_face import FACE_NONE
from app.capture.vision import VISION_RESTARTED
from app.domain.challenge import ACTIONS, draw_actions
from app.domain.flow import Step
from tests import case_facts as f
from tests.refused import refused


def attempt(desk, case_id: str, signing=None) -> None:
    """Begun and shown to the customer, not finished."""
    plan = (signing or desk.signing).begin_liveness(case_id)
    desk.booth.start_liveness(plan, lambda progress: None, lambda trouble: None)


def test_an_attempt_is_recorded_before_it_begins(desk):
    case_id = desk.begin(Step.LIVENESS)
    plan = desk.signing.begin_liveness(case_id, without=("blink",), reason=" 戴眼镜 ", skip_light="光敏")
    (begun,) = desk.book.load(case_id).liveness_begun
    assert (begun.nonce, begun.nonce_from, begun.actions) == (plan.nonce, "device", plan.actions)
    assert (begun.without, begun.without_reason, begun.light_skipped) == (("blink",), "戴眼镜", "光敏")
    assert plan.actions == draw_actions(plan.nonce, ("blink",))
    assert (plan.attempt, plan.attempts_max, plan.without, plan.light_skipped) == (1, 3, ("blink",), "光敏")


def test_the_rules_of_an_attempt_are_those_of_the_cases_pack(desk):
    desk.policy(allow_file_camera="true", light='"enforce"', cameras='"enrolled"', model_packs=f'["{"ab" * 32}"]')
    rules = desk.signing.begin_liveness(desk.begin(Step.LIVENESS)).rules
    assert (rules.file_camera, rules.allow_without_attack_detection, rules.light) == ("allow", False, "enforce")
    assert rules.cameras == ("usb:046d:082d:serial:2F3A91BF",)
    assert rules.model_packs == ("ab" * 32,)
    desk.policy(cameras='"any"')
    assert desk.signing.begin_liveness(desk.begin(Step.LIVENESS)).rules.cameras is None


def test_the_bank_draws_while_there_is_a_line_and_never_the_same_twice(desk):
    case_id = desk.begin(Step.LIVENESS)
    desk.bank.trouble = None
    first = desk.signing.begin_liveness(case_id)
    assert (first.nonce_from, first.nonce) == ("bank", desk.bank.given[0])
    desk.bank.same = first.nonce
    second = desk.signing.begin_liveness(case_id)
    assert second.nonce_from == "device"
    assert second.nonce != first.nonce


def test_an_action_is_left_out_for_a_reason_and_one_stays(desk):
    case_id = desk.begin(Step.LIVENESS)
    refused("liveness.reason_needed", desk.signing.begin_liveness, case_id, ("nod",), "  ")
    refused("liveness.no_action_left", desk.signing.begin_liveness, case_id, ACTIONS, "颈部受伤")
    assert desk.book.load(case_id).liveness_begun == ()


def test_what_the_face_engine_cannot_tell_is_not_asked(desk):
    desk.vision.measurable = ("blink", "turn_left", "turn_right")
    case_id = desk.begin(Step.LIVENESS)
    plan = desk.signing.begin_liveness(case_id)
    assert set(plan.actions) <= {"blink", "turn_left", "turn_right"}
    (begun,) = desk.book.load(case_id).liveness_begun
    assert (begun.without, begun.without_reason) == (("open_mouth", "nod"), "")


def test_a_card_without_a_usable_portrait_is_said_before_the_customer_tries(desk):
    case_id = desk.begin(Step.LIVENESS)
    desk.vision.answers["check_portrait"] = FACE_NONE()
    assert "人像面" in refused("identity.portrait_unusable", desk.signing.begin_liveness, case_id).next("zh")
    desk.vision.answers["check_portrait"] = VISION_RESTARTED()
    refused("vision.restarted", desk.signing.begin_liveness, case_id)
    blind = f.card_side("front").model_copy(update={"portrait": None})
    desk.book.record(case_id, blind, f.card())
    refused("identity.portrait_unusable", desk.signing.begin_liveness, case_id)
    assert desk.book.load(case_id).liveness_begun == ()


@pytest.mark.parametrize("trouble", [HASH_WRONG(file="a.onnx"), BROKEN(file="a.onnx"), PACK_MISSING()])
def test_a_model_pack_that_is_not_sound_begins_nothing(desk, trouble):
    case_id = desk.begin(Step.LIVENESS)
    desk.vision.answers["check_portrait"] = trouble
    assert "mianqian models" in refused(trouble.code, desk.signing.begin_liveness, case_id).next("zh")
    assert desk.book.load(case_id).liveness_begun == ()


def test_three_attempts_that_count_lead_to_the_second_person(desk):
    """One given up, one rejected, one of a program that was killed; a camera that breaks off costs nothing."""
    case_id = desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    desk.signing.abandon_liveness(case_id, "stopped")
    attempt(desk, case_id)
    desk.signing.abandon_liveness(case_id, "camera.lost")
    desk.vision.outcome = ("reject", "pass")
    attempt(desk, case_id)
    desk.signing.finish_liveness(case_id)
    assert desk.book.load(case_id).liveness_attempts == 2
    attempt(desk, case_id)
    restarted = desk.hire()
    trouble = refused("liveness.attempts_used", restarted.begin_liveness, case_id)
    assert "双人" in trouble.next("zh")
    assert "two-person" in trouble.next("en")
    assert list(desk.book.load(case_id).liveness_ended.values()) == ["stopped", "camera.lost", "failed"]


def test_a_camera_that_always_breaks_off_leads_to_the_second_person_too(desk):
    """Else pulling the plug before a bad end would give attempts without number."""
    case_id = desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    desk.signing.finish_liveness(case_id)
    for left in range(10, 0, -1):
        assert desk.book.load(case_id).liveness_left(3) == min(3, left)
        attempt(desk, case_id)
        assert (desk.vision.plan.attempt, desk.vision.plan.attempts_max) == (1, min(3, left))
        desk.signing.abandon_liveness(case_id, "camera.lost")
    case = desk.book.load(case_id)
    assert (case.liveness_attempts, case.liveness_left(3)) == (0, 0)
    trouble = refused("liveness.broken_off", desk.signing.begin_liveness, case_id)
    assert "双人" in trouble.next("zh")
    assert len(desk.book.load(case_id).liveness_begun) == 11


def test_nothing_of_the_face_stays_in_memory_once_an_attempt_is_over(desk):
    case_id = desk.begin(Step.LIVENESS)
    desk.vision.answers["compare_with_chip"] = None
    desk.signing.read_id_chip(case_id)
    attempt(desk, case_id)
    assert desk.vision.plan is not None
    desk.signing.finish_liveness(case_id)
    assert desk.vision.plan is None
    attempt(desk, case_id)
    desk.signing.abandon_liveness(case_id, "stopped")
    assert desk.vision.plan is None
    attempt(desk, case_id)
    desk.vision.trouble = VISION_RESTARTED()
    refused("vision.restarted", desk.signing.finish_liveness, case_id)
    assert desk.vision.plan is None


def test_an_attempt_ends_once(desk):
    case_id, other = desk.begin(Step.LIVENESS), desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    desk.signing.abandon_liveness(other, "camera.lost")
    desk.signing.abandon_liveness(case_id, "stopped")
    events = desk.signing.abandon_liveness(case_id, "camera.lost").case.events
    assert desk.book.load(case_id).events == events
    assert list(desk.book.load(case_id).liveness_ended.values()) == ["stopped"]
    assert desk.book.load(other).liveness_ended == {}
    refused("liveness.not_started", desk.signing.finish_liveness, case_id)


def test_only_a_condition_is_an_excuse(desk):
    """Words of a person's own would end an attempt that does not count."""
    case_id = desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    with pytest.raises(ValueError, match="reason"):
        desk.signing.abandon_liveness(case_id, "客户累了")
    assert desk.signing.abandon_liveness(case_id, "").case.liveness_attempts == 1


def test_what_keeps_an_attempt_from_being_judged_ends_it_and_does_not_count(desk):
    case_id = desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    desk.vision.trouble = VISION_RESTARTED()
    refused("vision.restarted", desk.signing.finish_liveness, case_id)
    case = desk.book.load(case_id)
    assert (list(case.liveness_ended.values()), case.liveness_attempts) == (["vision.restarted"], 0)
    refused("liveness.not_started", desk.signing.finish_liveness, case_id)


def test_a_chip_photo_without_a_face_is_told_and_keeps_nobody_out(desk):
    case_id = desk.begin(Step.LIVENESS)
    desk.vision.answers["compare_with_chip"] = None
    desk.signing.read_id_chip(case_id)
    desk.vision.chip_trouble = FACE_NONE()
    attempt(desk, case_id)
    done = desk.signing.finish_liveness(case_id).case.liveness
    assert (done.match.zone, done.chip_match) == ("pass", None)
    assert [(finding.code, finding.level) for finding in done.findings] == [("id_chip.not_compared", "info")]
    desk.vision.chip_trouble = VISION_RESTARTED()
    attempt(desk, case_id)
    refused("vision.restarted", desk.signing.finish_liveness, case_id)


def test_a_result_in_review_counts_and_one_that_passed_does_not(desk):
    case_id = desk.begin(Step.LIVENESS)
    for outcome, counted in ((("live", "pass"), 0), (("review", "pass"), 1), (("live", "fail"), 2)):
        desk.vision.outcome = outcome
        attempt(desk, case_id)
        assert desk.signing.finish_liveness(case_id).case.liveness_attempts == counted


def test_the_journal_tells_each_attempt(desk):
    case_id = desk.begin(Step.LIVENESS)
    attempt(desk, case_id)
    desk.signing.abandon_liveness(case_id, "stopped")
    attempt(desk, case_id)
    case = desk.signing.finish_liveness(case_id).case
    kinds = [event.fact.kind for event in desk.book.events(case_id)][-4:]
    assert kinds == ["liveness_begun", "liveness_abandoned", "liveness_begun", "liveness_finished"]
    assert case.liveness.result.nonce == case.liveness_begun[-1].nonce
    assert {ref.kind for ref in case.liveness.best_frames} == {"live_face"}
    assert set(case.liveness.best_frames) <= set(case.files())
