"""How the bank's rules weigh what an attempt showed: each reason by its name, and nothing that improves a verdict."""

import ast
from dataclasses import replace
from math import dist
from pathlib import Path
from types import SimpleNamespace

import pytest

import app.capture
from app.capture.face import AttackLimits, Calibration
from app.capture.face_pose import Pose
from app.capture.light import SHOWN_S, LightSample, linear
from app.capture.liveness import Liveness
from app.capture.measures import FaceMeasures
from app.capture.passive import DARK_FACE, Passive
from app.capture.verdict import judge
from app.domain.challenge import ACTIONS, COLOURS, LIGHT_STEP_S, LivenessPlan, LivenessRules
from app.domain.face import FrameSource
from app.domain.guidance import GUIDANCE, REASONS

FPS = 15
DEVICE = FrameSource(kind="device", name="Test Camera", width=640, height=480, fps=FPS,
                     hardware_id="usb:1234:5678:serial:A1B2")
FACE = FaceMeasures(t_s=0.0, faces=1, stamp=0, box=(200, 140, 200, 200), pose=Pose(0.0, 0.0, 0.0, 100.0, 0.3, 0.0),
                    brightness=130.0, sharpness=30.0, room=120.0)
POSES = {"turn_left": {"yaw": 20.0}, "turn_right": {"yaw": -20.0}, "open_mouth": {"mouth": 0.5}, "nod": {"pitch": 14.0},
         "blink": {"ear": 0.1}}
ORDER = ("turn_left", "blink", "open_mouth")
LIMITS = AttackLimits(frames=8, reject_below=0.3, review_below=0.7)


def engine(**changes):
    values = {"name": "engine", "pack_sha256": "a" * 64, "built_in": False, "lacks": (), "distance": dist,
              "measurable": frozenset(ACTIONS), "attack": LIMITS,
              "calibration": Calibration(0.4, 0.5, 0.4, 0.45, 0.05, None, "")}
    return SimpleNamespace(**(values | changes))


class Run:
    """One attempt played by numbers: the pose of each frame as told, every picture another one."""

    def __init__(self, actions=ORDER, fps=FPS, using=None, live=0.99, answers=None, brightness=FACE.brightness, **plan):
        rules = LivenessRules(**plan.pop("rules", {}))
        self.engine = using or engine()
        self.passive = Passive(self.engine.attack)
        self.liveness = Liveness(LivenessPlan(nonce="n", actions=actions, rules=rules, **plan), self.engine,
                                 self.passive.wanted)
        self.fps, self.live, self.answers, self.frames, self.progress = fps, live, answers, 0, None
        self.brightness = brightness

    def frame(self, seen=FACE, t_s=None, face=(0.0,), **pose):
        self.frames += 1
        seen = replace(seen, t_s=t_s or self.frames / self.fps, stamp=self.frames,
                       pose=replace(seen.pose, **pose) if seen.pose else None)
        self.progress = self.liveness.feed(seen, lambda: face)
        if self.liveness.neutral:
            if self.engine.attack is not None:
                self.passive.see(self.live, self.brightness)
            if self.answers:
                self._light(seen.t_s)
        return self.progress

    def _light(self, t_s):
        light = self.liveness.light
        if light.watching(t_s):
            since_s = light.since(t_s)
            step = int((since_s - 0.2) // LIGHT_STEP_S) if 0.2 <= since_s < SHOWN_S + 0.2 else None
            screen = linear(self.answers[light.colours[step]]) if step is not None else (0.0,) * 3
            light.take(LightSample(since_s, tuple(130 * (1 + 0.1 * part) for part in screen), None))

    def rest(self, seconds):
        for _ in range(round(seconds * self.fps)):
            self.frame()
        return self

    def act(self, action):
        for pose in ({}, POSES[action], {}) if action != "blink" else ({}, POSES[action], {}, POSES[action], {}):
            for _ in range(max(2, round(0.4 * self.fps))):
                self.frame(**pose)
        return self.rest(0.8)

    def through(self, hold_s=6.0):
        self.rest(1.4)
        for action in self.liveness.actions:
            self.act(action)
        return self.rest(hold_s)

    def result(self, source=DEVICE):
        return judge(self.liveness, self.passive, self.engine, source)


def verdict(run, source=DEVICE):
    result = run.result(source)
    return result.verdict, result.reasons


def test_a_full_attempt_with_an_approved_pack_is_live_and_says_what_it_rests_on():
    run = Run(rules={"model_packs": ("a" * 64,)}, nonce_from="bank", attempt=2).through()
    assert verdict(run) == ("live", ())
    result = run.result()
    assert (result.nonce, result.nonce_from, result.attempt, result.without, result.lacks) == ("n", "bank", 2, (), ())
    assert (result.engine, result.pack_sha256, result.passive) == ("engine", "a" * 64, 0.99)
    assert result.passive_frames >= 8
    assert result.fps == pytest.approx(FPS, abs=0.1)
    assert result.light.mode == "observe"
    assert len(result.light.colours) == 8


# -- the plan ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actions", [("turn_left", "nod", "turn_right"), ("blink", "open_mouth"), ("nod",), ()])
def test_fewer_actions_than_a_full_check_are_reviewed(actions):
    run = Run(actions, without=tuple(a for a in ACTIONS if a not in actions)).through()
    assert verdict(run) == ("review", ("reduced_actions",))
    assert all(a.passed for a in run.result().actions)


def test_another_action_in_place_of_one_left_out_is_still_a_full_check():
    run = Run(("turn_right", "open_mouth", "nod"), without=("blink",)).through()
    assert verdict(run) == ("live", ())
    assert run.result().without == ("blink",)


def test_an_action_that_the_engine_cannot_tell_is_never_passed():
    five = engine(measurable=frozenset(("turn_left", "turn_right", "nod")))
    run = Run(("blink", "turn_left", "open_mouth"), using=five)
    run.rest(1.4).act("turn_left").rest(6.0)
    assert verdict(run) == ("review", ("action_not_measurable",))
    assert [(a.action, a.passed) for a in run.result().actions] == [
        ("blink", False), ("turn_left", True), ("open_mouth", False)]


# -- frames --------------------------------------------------------------------------------------------------------


def test_a_camera_of_five_frames_a_second_works_and_is_reviewed():
    run = Run(("turn_left", "open_mouth", "nod"), fps=5).through(7.0)
    assert run.progress.phase == "passed"
    assert verdict(run) == ("review", ("low_frame_rate",))


def test_a_camera_too_slow_for_anything_is_refused_with_its_reason():
    run = Run(fps=1).rest(40)
    assert verdict(run) == ("reject", ("no_neutral_face", "low_frame_rate"))


def test_a_black_picture_ends_the_attempt():
    run = Run().rest(1.4)
    for _ in range(20):
        run.frame(FaceMeasures(t_s=0.0, faces=0, stamp=0, scene=1.0))
    assert run.progress.reason == "black_picture"


@pytest.mark.parametrize(("gap_s", "reason"), [(1.2, None), (3.0, "frames_missing")])
def test_frames_that_fail_to_come_end_the_attempt(gap_s, reason):
    run = Run().rest(1.4)
    run.frames += round(gap_s * FPS)
    assert run.frame().reason == reason


@pytest.mark.parametrize("away", ["gap", "no face", "jump"])
def test_after_any_break_the_face_is_compared_at_once(away):
    run = Run(("turn_left", "blink", "nod")).rest(1.2)
    assert run.progress.phase == "action"
    moved = FACE
    if away == "gap":
        run.frames += FPS
    elif away == "no face":
        for _ in range(5):
            run.frame(FaceMeasures(t_s=0.0, faces=0, stamp=0))
    else:
        moved = replace(FACE, box=(400, 140, 200, 200))
    assert run.frame(moved, face=(1.0,)).reason == "identity_changed"


def test_a_stranger_who_keeps_still_is_found_within_a_second_in_every_phase():
    for phase in ("action", "return", "hold"):
        run = Run(("turn_left",)).rest(1.2)
        if phase != "action":
            while run.progress.phase == "action":
                run.frame(yaw=20.0)
        if phase == "hold":
            run.rest(1.0)
        assert run.progress.phase == phase
        began = run.frames
        while run.progress.reason is None and run.frames < began + 3 * FPS:
            run.frame(face=(1.0,))
        assert (run.progress.reason, run.frames - began <= FPS) == ("identity_changed", True), phase


def test_two_like_pictures_far_apart_are_not_a_frozen_one_but_three_are():
    run = Run().rest(1.4)
    reasons = []
    for _ in range(3):
        run.frames += FPS
        seen = replace(FACE, t_s=run.frames / FPS, stamp=7)
        reasons.append(run.liveness.feed(seen, lambda: (0.0,)).reason)
    assert reasons == [None, None, "frozen"]


def test_the_same_picture_again_and_again_is_no_camera():
    run = Run().rest(1.4)
    for n in range(8):
        run.frames += 1
        run.liveness.feed(replace(FACE, t_s=run.frames / FPS, stamp=5 + n % 3), lambda: (0.0,))
    assert "repeated_frames" in run.result().reasons
    assert "repeated_frames" not in run.result(DEVICE.model_copy(update={"kind": "file"})).reasons


@pytest.mark.parametrize(("fault", "code"), [
    ({"brightness": 30.0, "room": 40.0}, "too_dark"), ({"glare": 0.5}, "too_bright"),
    ({"brightness": 60.0, "room": 200.0}, "backlit"),
    ({"covered": "eyes"}, "sunglasses"), ({"covered": "mouth"}, "mask"), ({"sharpness": 1.0}, "blurred"),
    ({"pose": Pose(25.0, 0.0, 0.0, 100.0, 0.3, 0.0)}, "turned_away"), ({"faces": 2}, "two_faces"),
    ({"pose": Pose(0.0, 0.0, 0.0, 40.0, 0.3, 0.0)}, "too_small"), ({"faces": 0, "pose": None, "box": None}, "no_face"),
    ({"faces": 0, "pose": None, "box": None, "scene": 20.0}, "too_dark")])
def test_what_kept_the_face_from_being_used_is_guided_and_told(fault, code):
    run = Run()
    seen = replace(FACE, **fault)
    run.frame(seen)
    assert run.progress.guidance == code
    for _ in range(31 * FPS):
        run.frame(seen)
    assert verdict(run) == ("reject", ("no_neutral_face", code))


# -- the passive check ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("live", "expected"), [
    (0.95, ("live", ())), (0.5, ("review", ("attack_suspected",))), (0.1, ("reject", ("presentation_attack",)))])
def test_the_median_of_the_attack_model_is_a_veto(live, expected):
    assert verdict(Run(live=live).through()) == expected


@pytest.mark.parametrize(("live", "expected"), [
    (0.95, ("live", ())), (0.5, ("review", ("attack_suspected",))), (0.1, ("review", ("attack_suspected", "too_dark")))])
def test_of_a_dark_face_the_attack_model_turns_nobody_away(live, expected):
    assert verdict(Run(live=live, brightness=DARK_FACE - 1).through()) == expected


def test_a_good_median_improves_nothing():
    run = Run(live=1.0)
    run.rest(1.4)
    assert verdict(run)[0] == "reject"
    assert verdict(Run(("nod",), live=1.0).through())[0] == "review"


def test_too_few_frames_for_the_attack_model_are_reviewed_and_reject_nobody():
    many = engine(attack=replace(LIMITS, frames=500))
    run = Run(using=many).through(15.0)
    assert run.progress.phase == "passed"
    assert verdict(run) == ("review", ("few_passive_frames",))
    run.passive = Passive(many.attack)
    run.passive.see(0.01, 140.0)
    assert verdict(run) == ("review", ("attack_suspected", "few_passive_frames"))


def test_holding_still_lasts_until_the_attack_model_has_seen_enough():
    run = Run(("nod",), using=engine(attack=replace(LIMITS, frames=100)), rules={"light": "off"}).through(3.0)
    assert run.progress.phase == "hold"
    assert run.rest(4.0).progress.phase == "passed"
    assert run.passive.frames >= 100


def test_without_an_attack_model_it_is_review_unless_the_rules_allow_it():
    bare = engine(attack=None, lacks=("attack_detection",))
    run = Run(using=bare).through()
    assert verdict(run) == ("review", ("no_attack_detection",))
    assert (run.result().passive, run.result().passive_frames, run.result().lacks) == (None, 0, ("attack_detection",))
    assert verdict(Run(using=bare, rules={"allow_without_attack_detection": True}).through()) == ("live", ())


@pytest.mark.parametrize(("built_in", "packs", "reasons"), [
    (False, None, ()), (False, (), ("pack_not_approved",)), (False, ("b" * 64,), ("pack_not_approved",)),
    (False, ("a" * 64,), ()), (True, (), ())])
def test_only_approved_packs_count_where_the_bank_approves_them(built_in, packs, reasons):
    run = Run(using=engine(built_in=built_in), rules={"model_packs": packs}).through()
    assert verdict(run) == ("review" if reasons else "live", reasons)


# -- the coloured light --------------------------------------------------------------------------------------------

WRONG = dict(zip(COLOURS, list(COLOURS.values())[2:] + list(COLOURS.values())[:2], strict=True))


def test_light_is_shown_while_holding_still_and_at_no_other_time():
    run, shown = Run(), []
    for _ in range(round(1.4 * FPS)):
        assert run.frame().light is None
    for action in ORDER:
        run.act(action)
    while not run.progress.finished:
        shown.append(run.frame().light)
    assert len({c for c in shown if c}) >= 3
    assert sum(c is not None for c in shown) >= 0.9 * SHOWN_S * FPS - FPS
    assert shown[-1] is None


@pytest.mark.parametrize(("mode", "answers", "expected"), [
    ("enforce", COLOURS, ("live", ())), ("enforce", WRONG, ("reject", ("light_no_answer",))),
    ("observe", COLOURS, ("live", ())), ("observe", WRONG, ("live", ()))])
def test_an_answer_counts_where_it_is_enforced_and_is_only_recorded_where_it_is_observed(mode, answers, expected):
    run = Run(answers=answers, rules={"light": mode}).through()
    assert verdict(run) == expected
    light = run.result().light
    assert (light.mode, light.answered) == (mode, answers is COLOURS)
    assert light.correlation is not None


def test_light_that_could_not_be_judged_is_reviewed_where_enforced():
    assert verdict(Run(rules={"light": "enforce"}).through()) == ("review", ("light_unclear",))
    assert verdict(Run(rules={"light": "observe"}).through()) == ("live", ())


def test_a_person_who_must_not_see_it_skips_it_for_review():
    for mode, expected in (("enforce", ("review", ("light_skipped",))), ("observe", ("live", ()))):
        run = Run(rules={"light": mode}, light_skipped="photosensitive").through(2.5)
        assert verdict(run) == expected
        assert run.result().light.skipped == "photosensitive"
        assert run.result().light.colours == ()


def test_light_that_is_off_takes_no_time():
    run = Run(rules={"light": "off"}).through(2.5)
    assert (run.progress.phase, verdict(run)) == ("passed", ("live", ()))


def test_pictures_that_end_under_the_light_are_finished_only_where_it_is_observed():
    assert verdict(Run(rules={"light": "observe"}).through(2.5)) == ("live", ())
    assert verdict(Run(rules={"light": "enforce"}).through(2.5))[0] == "reject"
    assert "not_finished" in verdict(Run(rules={"light": "enforce"}).through(2.5))[1]


# -- words ---------------------------------------------------------------------------------------------------------


def test_every_reason_and_every_guidance_has_its_words():
    """Every text that the parts of an attempt hand to ``fail``, ``remark`` or a set of reasons."""
    folder = Path(app.capture.__file__).parent
    codes = set()
    for name in ("liveness", "continuity", "passive", "verdict", "session"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text("utf-8"))):
            inside = ()
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("fail", "remark", "add"):
                inside = node.args
            elif isinstance(node, ast.Return | ast.Set) and name not in ("liveness", "session"):
                inside = [node]
            codes |= {c.value for part in inside for c in ast.walk(part) if isinstance(c, ast.Constant)
                      if isinstance(c.value, str) and c.value.replace("_", "").isalpha()}
    codes -= {"phase", "hold", "passed", "failed", "align", "action", "enforce", "file", "device", "frame_source_",
              "live", "review", "reject"}
    assert {"timeout", "wrong_action", "black_picture", "presentation_attack", "light_no_answer", "size_changed",
            "pack_not_approved"} <= codes
    assert codes <= set(REASONS)
    assert {f"frame_source_{kind}" for kind in ("file", "stream")} <= set(REASONS)
    faults = {"no_face", "two_faces", "too_small", "backlit", "too_dark", "too_bright", "turned_away", "sunglasses", "mask",
              "blurred"}
    assert faults <= set(REASONS)
    assert faults <= set(GUIDANCE)


def test_every_reason_is_explained_in_the_manual():
    manual = (Path(app.capture.__file__).parents[2] / "docs" / "liveness.md").read_text("utf-8")
    assert [code for code in REASONS if f"`{code}`" not in manual] == []
