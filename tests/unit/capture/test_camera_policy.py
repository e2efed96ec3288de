"""Frames from a file or a stream pass under no policy but one that says so, and stay marked for ever."""

from itertools import product
from math import dist
from types import SimpleNamespace

import pytest

from app.capture.face import Calibration
from app.capture.liveness import Liveness
from app.capture.passive import Passive
from app.capture.verdict import judge
from app.desk.liveness_room import LivenessRoom
from app.domain.challenge import ACTIONS, LivenessPlan, LivenessRules
from app.domain.face import ActionResult, FrameSource
from app.domain.facts import LivenessFinished
from app.domain.policy import Thresholds
from app.domain.policy_text import parse_policy
from tests import case_facts as f

ORDER = ("blink", "turn_left", "nod")
ENROLLED = "usb:046d:082d:serial:2F3A91BF"
ENGINE = SimpleNamespace(name="engine", pack_sha256="0" * 64, built_in=True, lacks=(), distance=dist, attack=None,
                         measurable=frozenset(ACTIONS), calibration=Calibration(0.4, 0.5, 0.4, 0.45, 0.05, None, ""))
CHOICES = {
    "allow_without_attack_detection": (True, False), "light": ("off", "observe", "enforce"), "cameras": ("any", "enrolled"),
    "model_packs": ((), ("0" * 64,)), "liveness_attempts": (1, 10), "keep_face_templates": (True, False)}


def source(kind, hardware_id=""):
    return FrameSource(kind=kind, name="演示.avi", width=640, height=480, fps=15, hardware_id=hardware_id)


def default_thresholds() -> Thresholds:
    return parse_policy((f.ROOT / "resources" / "policy" / "default.toml").read_text("utf-8")).thresholds


def verdict(seen: FrameSource, limits: Thresholds):
    """An attempt in which everything asked was done, weighed by the rules that the desk makes of a pack."""
    rules = LivenessRoom(None, None, None, lambda: (ENROLLED,), None)._rules(limits)
    liveness = Liveness(LivenessPlan(nonce="n", actions=ORDER, rules=rules), ENGINE)
    liveness._done = [ActionResult(action=action, passed=True, at_s=1.0 + n, measure=1.0) for n, action in enumerate(ORDER)]
    liveness.phase = "passed"
    liveness.track.frames, liveness.track.last = 301, SimpleNamespace(t_s=20.0)
    return judge(liveness, Passive(None), ENGINE, seen)


def packs(**fixed):
    for values in product(*CHOICES.values()):
        yield default_thresholds().model_copy(update=dict(zip(CHOICES, values, strict=True)) | fixed)


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_only_a_pack_that_allows_file_cameras_lets_one_get_better_than_reject(kind):
    seen = {verdict(source(kind, hardware_id), limits).verdict
            for limits in packs(allow_file_camera=False) for hardware_id in ("", ENROLLED)}
    assert seen == {"reject"}
    allowed = {verdict(source(kind), limits).verdict for limits in packs(allow_file_camera=True)}
    assert allowed == {"live", "review"}, "the attempt itself was good: the source alone was refused"


def test_every_threshold_of_the_face_check_is_among_the_combinations():
    """A new rule of the attempt must be tried here, too."""
    assert set(LivenessRules.model_fields) - {"file_camera"} <= set(CHOICES)


def test_the_packs_that_are_shipped_allow_no_file_camera():
    shipped = [path for path in (f.ROOT / "resources" / "policy").glob("*.toml") if path.name != "dealers.toml"]
    assert shipped
    assert not any(parse_policy(path.read_text("utf-8")).thresholds.allow_file_camera for path in shipped)
    assert Thresholds.model_fields["allow_file_camera"].default is False
    assert LivenessRules().file_camera == "reject"


@pytest.mark.parametrize("kind", ["file", "stream"])
@pytest.mark.parametrize("allowed", [True, False])
def test_the_evidence_keeps_the_mark_whatever_the_policy_lets_pass(kind, allowed):
    result = verdict(source(kind), default_thresholds().model_copy(
        update={"allow_file_camera": allowed, "allow_without_attack_detection": True}))
    kept = LivenessFinished.model_validate_json(
        LivenessFinished(result=result, match=None, best_frames=()).model_dump_json())
    assert kept.result.source.kind == kind
    assert f"frame_source_{kind}" in kept.result.reasons
    assert kept.result.verdict == ("live" if allowed else "reject")


def test_an_enrolled_device_is_what_passes():
    limits = default_thresholds().model_copy(update={"allow_without_attack_detection": True})
    assert verdict(source("device", ENROLLED), limits).verdict == "live"
    assert verdict(source("device", "usb:1:2:serial:OTHER"), limits).reasons == ("camera_not_enrolled",)
