"""Is a living person in front of the camera, doing what the nonce asks, and the same person all the time?

A state machine over the measures of frames: align → (action → return to neutral) × 3 → hold still → passed or failed.
It sees numbers only and keeps no clock of its own; time is the frames' time.

"Left" is the person's own left, which is the right-hand side of the camera's picture. The preview is mirrored, so there
the person's left is on the left of the screen; measures are always taken on the unmirrored frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import dist
from statistics import pstdev
from typing import Literal

from app.capture.face import Embedding, FaceEngine
from app.capture.face_pose import Pose
from app.capture.liveness_actions import Neutral, Watcher
from app.capture.measures import FaceMeasures
from app.capture.quality_face import fault
from app.domain.challenge import Action, LivenessPlan
from app.domain.face import ActionResult, FrameSource, LivenessResult

Phase = Literal["align", "action", "return", "hold", "passed", "failed"]

ALIGN_LIMIT_S, ACTION_LIMIT_S, RETURN_LIMIT_S, HOLD_LIMIT_S = 30.0, 8.0, 8.0, 8.0
ALIGN_STEADY_S, RETURN_STEADY_S, HOLD_STEADY_S = 0.8, 0.4, 1.5
ALIGN_FRAMES = 6
SETTLE_S = 0.3
STRIKES = 2
STRIKE_HELD_S = 0.4
FACE_LOST_S, TWO_FACES_S, FROZEN_S, JUMP_WITHIN_S = 1.5, 1.0, 1.0, 0.3
IDENTITY_YAW = 10.0
NEUTRAL_YAW, NEUTRAL_PITCH, NEUTRAL_MOUTH, NEUTRAL_EAR = 8.0, 7.0, 0.14, 0.75
HOLD_EMBEDDINGS = 3
UNCHECKED_S = 1.0
LOW_FPS = 6.0


@dataclass(frozen=True)
class LivenessProgress:
    """What to show after a frame. ``guidance`` and ``reason`` are codes of ``app.domain.guidance``."""

    phase: Phase
    action: Action | None
    guidance: str
    seconds_left: float
    actions: tuple[Action, ...]
    done: tuple[ActionResult, ...]
    box: tuple[int, int, int, int] | None = None
    reason: str | None = None

    @property
    def finished(self) -> bool:
        return self.phase in ("passed", "failed")


class Liveness:
    """One attempt. ``embed`` is asked for the present frame's embedding at neutral moments only, as it is dear."""

    def __init__(self, plan: LivenessPlan, engine: FaceEngine) -> None:
        self.plan, self._engine = plan, engine
        self.actions = plan.actions
        self.phase: Phase = "align"
        self.identity_max: float | None = None
        self._done: list[ActionResult] = []
        self._reason: str | None = None
        self._remarks: set[str] = set()
        self._start = self._phase_start = 0.0
        self._last: FaceMeasures | None = None
        self._frames = 0
        self._steady: list[tuple[float, Pose]] = []
        self._neutral: Neutral | None = None
        self._reference: list[Embedding] = []
        self._held, self._checked_s = 0, 0.0
        self._watcher: Watcher | None = None
        self._others: list[Watcher] = []
        self._strikes, self._struck = 0, False
        self._seen_s = self._single_s = self._changed_s = 0.0
        self._track: FaceMeasures | None = None

    @property
    def action(self) -> Action | None:
        return self.actions[len(self._done)] if self.phase == "action" else None

    def feed(self, seen: FaceMeasures, embed: Callable[[], Embedding]) -> LivenessProgress:
        """Take one frame's measures; frames after the end change nothing."""
        if self.phase in ("passed", "failed"):
            return self._progress(None)
        guidance = None
        if self._continuous(seen):
            guidance = fault(seen)
            step = {"align": self._align, "action": self._act, "return": self._return, "hold": self._hold}[self.phase]
            step(seen, guidance, embed)
            self._expire(seen.t_s)
        return self._progress(guidance)

    def result(self, source: FrameSource) -> LivenessResult:
        """The verdict as it stands. Without an attack-detection model at best 'review', unless policy allows it."""
        rules, engine, review, reject = self.plan.rules, self._engine, set(self._remarks), set()
        if self.phase == "failed":
            reject.add(self._reason)
        elif self.phase != "passed":
            reject.add("not_finished")
        if self.fps < LOW_FPS:
            review.add("low_frame_rate")
        if "attack_detection" in engine.lacks and not rules.allow_without_attack_detection:
            review.add("no_attack_detection")
        marks = set()
        if source.kind != "device":
            (marks if rules.allow_file_camera else reject).add(f"frame_source_{source.kind}")
        missed = tuple(ActionResult(action=a, passed=False, at_s=None, measure=None)
                       for a in self.actions[len(self._done):])
        return LivenessResult(
            verdict="reject" if reject else "review" if review else "live", actions=tuple(self._done) + missed,
            reasons=(*sorted(reject), *sorted(review), *sorted(marks)), identity_distance_max=self.identity_max,
            passive=None, frames=self._frames, fps=round(self.fps, 2), engine=engine.name,
            pack_sha256=engine.pack_sha256, nonce=self.plan.nonce, source=source, nonce_from=self.plan.nonce_from,
            attempt=self.plan.attempt, without=self.plan.without, lacks=engine.lacks)

    def remark(self, reason: str) -> None:
        """Something noticed outside the measures that keeps the verdict from being better than review."""
        self._remarks.add(reason)

    def fail(self, reason: str) -> None:
        self.phase, self._reason = "failed", reason

    @property
    def fps(self) -> float:
        """Analysed frames a second."""
        span = self._last.t_s - self._start if self._last else 0.0
        return (self._frames - 1) / span if span > 0 else 0.0

    # -- continuity ----------------------------------------------------------------------------------------------

    def _continuous(self, seen: FaceMeasures) -> bool:
        """One face, tracked, in frames whose time and picture go on; else the attempt fails here."""
        last, self._last = self._last, seen
        self._frames += 1
        if last is None:
            self._start = self._phase_start = self._seen_s = self._single_s = self._changed_s = seen.t_s
        elif seen.t_s <= last.t_s:
            self.fail("time_backwards")
            return False
        elif seen.stamp != last.stamp:
            self._changed_s = seen.t_s
        if seen.t_s - self._changed_s >= FROZEN_S:
            self.fail("frozen")
        if seen.faces <= 1:
            self._single_s = seen.t_s
        if seen.faces >= 1:
            self._follow(seen)
            self._seen_s = seen.t_s
        if self.phase not in ("align", "failed"):
            if seen.t_s - self._seen_s > FACE_LOST_S:
                self.fail("face_lost")
            elif seen.t_s - self._single_s > TWO_FACES_S:
                self.fail("two_faces")
        return self.phase != "failed"

    def _follow(self, seen: FaceMeasures) -> None:
        track, self._track = self._track, seen
        if track is None or self.phase == "align" or seen.t_s - track.t_s > JUMP_WITHIN_S:
            return
        (ax, ay, aw, ah), (bx, by, bw, bh) = track.box, seen.box
        moved = dist((ax + aw / 2, ay + ah / 2), (bx + bw / 2, by + bh / 2))
        if moved > 0.6 * max(aw, bw):
            self.remark("track_jump")

    # -- phases --------------------------------------------------------------------------------------------------

    def _align(self, seen: FaceMeasures, guidance: str | None, embed: Callable[[], Embedding]) -> None:
        """Wait for a still, frontal, usable face; its medians are the person's neutral pose."""
        if guidance or abs(seen.pose.yaw) > IDENTITY_YAW:
            self._steady.clear()
            return
        self._steady.append((seen.t_s, seen.pose))
        while seen.t_s - self._steady[0][0] > 2 * ALIGN_STEADY_S:
            self._steady.pop(0)
        poses = [pose for _, pose in self._steady]
        if seen.t_s - self._steady[0][0] < ALIGN_STEADY_S or len(poses) < ALIGN_FRAMES:
            return
        if pstdev(p.yaw for p in poses) > 3.0 or pstdev(p.pitch for p in poses) > 4.0:
            return
        self._neutral = Neutral.of(poses)
        if self._is_neutral(seen.pose):
            self._same_person(embed)
            self._enter("action", seen.t_s)

    def _act(self, seen: FaceMeasures, guidance: str | None, _embed: Callable[[], Embedding]) -> None:
        if seen.pose is None or seen.faces > 1 or seen.t_s - self._phase_start < SETTLE_S:
            return
        asked = self.action
        measure = self._watcher.see(seen.t_s, seen.pose)
        if measure is not None:
            self._done.append(ActionResult(action=asked, passed=True, at_s=round(seen.t_s - self._start, 3),
                                           measure=round(measure, 3)))
            self._enter("return", seen.t_s)
        else:
            self._judge_others(seen)

    def _judge_others(self, seen: FaceMeasures) -> None:
        """A clear turn or wide-open mouth that nobody asked for is a strike, once until the face is neutral again.

        Blinks and nods are everyone's and never count against a person.
        """
        wrong = any([watcher.see(seen.t_s, seen.pose) is not None for watcher in self._others])
        if wrong and not self._struck:
            self._strikes += 1
            self._struck = True
            if self._strikes >= STRIKES:
                self.fail("wrong_action")
        elif not wrong and self._is_neutral(seen.pose):
            self._struck = False

    def _return(self, seen: FaceMeasures, guidance: str | None, embed: Callable[[], Embedding]) -> None:
        if not self._settled(seen, guidance, RETURN_STEADY_S):
            if guidance is None and abs(seen.pose.yaw) < IDENTITY_YAW and seen.t_s - self._checked_s > UNCHECKED_S:
                self._same_person(embed)  # someone else's resting face may never look like the first one's
            return
        self._same_person(embed)
        if self.phase != "failed":
            self._enter("hold" if len(self._done) == len(self.actions) else "action", seen.t_s)

    def _hold(self, seen: FaceMeasures, guidance: str | None, embed: Callable[[], Embedding]) -> None:
        """Neutral frames for the match, spread over the time of holding still."""
        settled = self._settled(seen, guidance, 0.0)
        if not settled:
            return
        steady_s = seen.t_s - self._steady[0][0]
        if steady_s >= (self._held + 1) * HOLD_STEADY_S / HOLD_EMBEDDINGS:
            self._held += 1
            self._same_person(embed)
        if self._held >= HOLD_EMBEDDINGS and self.phase != "failed":
            self.phase = "passed"

    def _settled(self, seen: FaceMeasures, guidance: str | None, for_s: float) -> bool:
        if guidance or not self._is_neutral(seen.pose):
            if guidance or abs(seen.pose.yaw - self._neutral.yaw) > NEUTRAL_YAW or self.phase != "hold":
                self._steady.clear()
            return False
        self._steady.append((seen.t_s, seen.pose))
        return seen.t_s - self._steady[0][0] >= for_s

    def _is_neutral(self, pose: Pose) -> bool:
        rest = self._neutral
        return (abs(pose.yaw) < IDENTITY_YAW and abs(pose.yaw - rest.yaw) < NEUTRAL_YAW
                and abs(pose.pitch - rest.pitch) < NEUTRAL_PITCH and pose.mouth - rest.mouth < NEUTRAL_MOUTH
                and pose.ear >= NEUTRAL_EAR * rest.ear)

    def _same_person(self, embed: Callable[[], Embedding]) -> None:
        """Compare with the first neutral frame, by the engine's limit for one session."""
        embedding = embed()
        self._checked_s = self._last.t_s
        if not self._reference:
            self._reference.append(embedding)
            return
        distance = self._engine.distance(embedding, self._reference[0])
        self.identity_max = round(max(distance, self.identity_max or 0.0), 4)
        if distance > self._engine.calibration.same_person_at:
            self.fail("identity_changed")

    def _enter(self, phase: Phase, t_s: float) -> None:
        self.phase, self._phase_start, self._checked_s = phase, t_s, t_s
        self._steady.clear()
        self._held = 0
        if phase == "action":
            self._start_watching()

    def _start_watching(self) -> None:
        asked = self.action
        others = {"turn_left", "turn_right", "open_mouth"} - {asked}
        if asked == "nod":
            others.discard("open_mouth")  # a chin on the chest moves the lips' points
        self._watcher = Watcher(asked, self._neutral)
        self._others = [Watcher(a, self._neutral, held_s=STRIKE_HELD_S) for a in sorted(others)]

    def _expire(self, t_s: float) -> None:
        if self.phase in _LIMITS and t_s - self._phase_start > _LIMITS[self.phase]:
            self.fail("timeout" if self.phase == "action" else "no_neutral_face")

    def _progress(self, guidance: str | None) -> LivenessProgress:
        t_s = self._last.t_s if self._last else 0.0
        usual = {"align": "look_straight", "action": self.action or "", "return": "look_straight",
                 "hold": "hold_still", "passed": "passed", "failed": "failed"}[self.phase]
        blocking = guidance if self.phase != "action" or guidance in ("no_face", "two_faces", "too_small") else None
        limit = _LIMITS.get(self.phase, 0.0)
        return LivenessProgress(
            phase=self.phase, action=self.action, guidance=usual if self.phase in ("passed", "failed") else
            blocking or usual, seconds_left=round(max(0.0, limit - (t_s - self._phase_start)) if limit else 0.0, 1),
            actions=self.actions, done=tuple(self._done), box=self._last.box if self._last else None,
            reason=self._reason)


_LIMITS = {"align": ALIGN_LIMIT_S, "action": ACTION_LIMIT_S, "return": RETURN_LIMIT_S, "hold": HOLD_LIMIT_S}
