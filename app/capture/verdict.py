"""The verdict of one attempt: what every part of the check found, weighed by the bank's rules. Nothing improves it."""

from __future__ import annotations

from app.capture.face import FaceEngine
from app.capture.liveness import Liveness
from app.capture.passive import Passive
from app.domain.challenge import LivenessRules, complete
from app.domain.face import ActionResult, FrameSource, LightResult, LivenessResult, camera_doubts

LOW_FPS = 6.0


def judge(liveness: Liveness, passive: Passive, engine: FaceEngine, source: FrameSource) -> LivenessResult:
    """The verdict as it stands, with all it rests on. Any reason to reject rejects, any to review keeps it from 'live'."""
    plan, light = liveness.plan, liveness.light.result()
    origin = {f"frame_source_{source.kind}"} if source.kind != "device" else set()
    reject = _unfinished(liveness) | passive.reject() | _light_reject(liveness, light)
    review = _course(liveness, source) | _engine(engine, plan.rules)
    reject |= origin if plan.rules.file_camera == "reject" else set()
    review |= origin if plan.rules.file_camera == "review" else set()
    if not reject:
        review |= passive.review() | _light_review(liveness, light)
    marks = origin - reject - review
    missed = tuple(ActionResult(action=action, passed=False, at_s=None, measure=None)
                   for action in plan.actions[len(liveness.done):])
    return LivenessResult(
        verdict="reject" if reject else "review" if review else "live", actions=liveness.done + missed,
        reasons=(*sorted(reject), *sorted(review), *sorted(marks)), identity_distance_max=liveness.identity_max,
        passive=passive.median, frames=liveness.track.frames, fps=round(liveness.track.fps, 2), engine=engine.name,
        pack_sha256=engine.pack_sha256, nonce=plan.nonce, source=source, nonce_from=plan.nonce_from,
        attempt=plan.attempt, without=plan.without, passive_frames=passive.frames, light=light, lacks=engine.lacks)


def _unfinished(liveness: Liveness) -> set[str]:
    """A light that is only observed changes nothing, not even by how long it takes."""
    if liveness.phase == "failed":
        return {liveness.reason}
    enforced = liveness.plan.rules.light == "enforce" and liveness.light.wanted
    return set() if liveness.phase == "passed" or (liveness.rested and not enforced) else {"not_finished"}


def _course(liveness: Liveness, source: FrameSource) -> set[str]:
    reasons = set(liveness.remarks) | camera_doubts(source, liveness.plan.rules.cameras)
    if source.kind == "file":
        reasons.discard("repeated_frames")  # a file may be played in a loop; what it is stands in the marks
    if liveness.track.fps < LOW_FPS:
        reasons.add("low_frame_rate")
    if not complete(liveness.plan.actions):
        reasons.add("reduced_actions")
    return reasons


def _engine(engine: FaceEngine, rules: LivenessRules) -> set[str]:
    reasons = set()
    if engine.attack is None and not rules.allow_without_attack_detection:
        reasons.add("no_attack_detection")
    if rules.model_packs is not None and not engine.built_in and engine.pack_sha256 not in rules.model_packs:
        reasons.add("pack_not_approved")
    return reasons


def _light_reject(liveness: Liveness, light: LightResult) -> set[str]:
    judged = light.mode == "enforce" and liveness.phase == "passed"
    return {"light_no_answer"} if judged and light.answered is False else set()


def _light_review(liveness: Liveness, light: LightResult) -> set[str]:
    if light.mode != "enforce":
        return set()
    if light.skipped:
        return {"light_skipped"}
    return {"light_unclear"} if light.answered is None else set()
