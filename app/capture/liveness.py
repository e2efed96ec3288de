"""Is a living person in front of the camera, doing what the nonce asks, and the same person all the time?

A state machine over the measures of frames: align → (action → return to neutral) × 3 → hold still, under coloured light
where it is wanted → passed or failed. It sees numbers only and keeps no clock of its own; time is the frames' time.

"Left" is the person's own left, which is the right-hand side of the camera's picture. The preview is mirrored, so there
the person's left is on the left of the screen; measures are always taken on the unmirrored frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import pstdev
from typing import Literal

from app.capture.continuity import Track
from app.capture.face import Embedding, FaceEngine
from app.capture.face_pose import Pose
from app.capture.light import WATCHED_S, LightWatch
from app.capture.liveness_actions import Neutral, Watcher
from app.capture.measures import FaceMeasures
from app.capture.quality_face import fault, hint
from app.domain.challenge import Action, Colour, LivenessPlan
from app.domain.face import ActionResult

Phase = Literal["align", "action", "return", "hold", "passed", "failed"]

ALIGN_LIMIT_S, ACTION_LIMIT_S, RETURN_LIMIT_S, HOLD_LIMIT_S = 30.0, 8.0, 8.0, 8.0
ALIGN_STEADY_S, RETURN_STEADY_S, HOLD_STEADY_S = 0.8, 0.4, 1.5
ALIGN_FRAMES = 6
SETTLE_S = 0.3
STRIKES = 2
STRIKE_HELD_S = 0.4
IDENTITY_YAW, IDENTITY_PITCH = 10.0, 15.0
NEUTRAL_UNCHECKED_S, FRONTAL_UNCHECKED_S = 0.7, 1.0
NEUTRAL_YAW, NEUTRAL_PITCH, NEUTRAL_MOUTH, NEUTRAL_EAR = 8.0, 7.0, 0.14, 0.75
HOLD_EMBEDDINGS = 3
FAULT_FRAMES = 5


@dataclass(frozen=True)
class LivenessProgress:
    """What to show after a frame. ``guidance`` and ``reason`` are codes of ``app.domain.guidance``; ``light`` is the
    colour the screen should shine in now, None for its usual one."""

    phase: Phase
    action: Action | None
    guidance: str
    seconds_left: float
    actions: tuple[Action, ...]
    done: tuple[ActionResult, ...]
    box: tuple[int, int, int, int] | None = None
    reason: str | None = None
    light: Colour | None = None

    @property
    def finished(self) -> bool:
        return self.phase in ("passed", "failed")


class Liveness:
    """One attempt. ``embed`` is asked for the present frame's embedding at neutral moments only, as it is dear.

    ``rest_frames`` is how many frames with a resting face are wanted before the end. ``neutral`` says whether the frame
    just fed was one.
    """

    def __init__(self, plan: LivenessPlan, engine: FaceEngine, rest_frames: int = 0) -> None:
        self.plan, self._engine = plan, engine
        self.actions = plan.actions
        self.phase: Phase = "align"
        self.reason: str | None = None
        self.identity_max: float | None = None
        self.neutral = False
        self.track = Track()
        self.light = LightWatch(plan.nonce, plan.rules.light, plan.light_skipped)
        self._rest_frames = rest_frames
        self._done: list[ActionResult] = []
        self._remarks: set[str] = set()
        self._phase_start = 0.0
        self._steady: list[tuple[float, Pose]] = []
        self._faults: Counter[str] = Counter()
        self._rest: Neutral | None = None
        self._reference: Embedding | None = None
        self._held, self._checked_s = 0, 0.0
        self._watcher: Watcher | None = None
        self._others: list[Watcher] = []
        self._strikes, self._struck = 0, False

    @property
    def action(self) -> Action | None:
        return self.actions[len(self._done)] if self.phase == "action" else None

    @property
    def done(self) -> tuple[ActionResult, ...]:
        return tuple(self._done)

    @property
    def remarks(self) -> frozenset[str]:
        """Reasons that keep the verdict from being better than review."""
        return frozenset(self._remarks | self.track.remarks)

    @property
    def rested(self) -> bool:
        """Whether all that was asked was done; only light and number of frames may still be wanting."""
        return self.phase == "passed" or (self.phase == "hold" and self._held >= HOLD_EMBEDDINGS)

    def feed(self, seen: FaceMeasures, embed: Callable[[], Embedding]) -> LivenessProgress:
        """Take one frame's measures; frames after the end change nothing."""
        self.neutral = False
        if self.phase in ("passed", "failed"):
            return self._progress(None)
        if self.track.frames == 0:
            self._phase_start = seen.t_s
        guidance = None
        reason = self.track.see(seen, strict=self.phase != "align")
        if reason is not None:
            self.fail(reason)
        else:
            guidance = fault(seen) or ("two_faces" if self.track.accompanied else None)
            self._faults.update([guidance] if guidance else ())
            self._look(seen, guidance, embed)
        return self._progress(guidance)

    def fail(self, reason: str) -> None:
        """End the attempt; the first reason stays."""
        if self.phase != "failed":
            self.phase, self.reason, self.neutral = "failed", reason, False

    def remark(self, reason: str) -> None:
        """Something noticed that keeps the verdict from being better than review."""
        self._remarks.add(reason)

    def _look(self, seen: FaceMeasures, guidance: str | None, embed: Callable[[], Embedding]) -> None:
        if self.phase != "align":
            self.neutral = guidance is None and self._is_neutral(seen.pose)
            self._rest_frames -= self.neutral
            self._watch_identity(seen, guidance, embed)
        if self.phase != "failed":
            step = {"align": self._align, "action": self._act, "return": self._return, "hold": self._hold}[self.phase]
            step(seen, guidance, embed)
            self._expire(seen.t_s)

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
        self._rest = Neutral.of(poses)
        self.neutral = self._is_neutral(seen.pose)
        if self.neutral:
            self._same_person(embed)
            self._next_action(seen.t_s)

    def _act(self, seen: FaceMeasures, guidance: str | None, _embed: Callable[[], Embedding]) -> None:
        if seen.pose is None or seen.faces > 1 or seen.t_s - self._phase_start < SETTLE_S:
            return
        asked = self.action
        measure = self._watcher.see(seen.t_s, seen.pose)
        if measure is not None:
            self._done.append(ActionResult(action=asked, passed=True, at_s=round(seen.t_s - self.track.start_s, 3),
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
        if self._settled(seen, guidance, RETURN_STEADY_S):
            self._same_person(embed)
            if self.phase != "failed":
                self._next_action(seen.t_s)

    def _hold(self, seen: FaceMeasures, guidance: str | None, embed: Callable[[], Embedding]) -> None:
        """Neutral frames for the match, spread over the time of holding still, while the screen shows its colours."""
        if not self._settled(seen, guidance, 0.0):
            return
        self.light.begin(seen.t_s)
        steady_s = seen.t_s - self._steady[0][0]
        if self._held < HOLD_EMBEDDINGS and steady_s >= (self._held + 1) * HOLD_STEADY_S / HOLD_EMBEDDINGS:
            self._held += 1
            self._same_person(embed)
        if self.rested and self.light.over(seen.t_s) and (self._rest_frames <= 0 or self._expired(seen.t_s)):
            self.phase = "passed"

    def _settled(self, seen: FaceMeasures, guidance: str | None, for_s: float) -> bool:
        if guidance or not self._is_neutral(seen.pose):
            if guidance or abs(seen.pose.yaw - self._rest.yaw) > NEUTRAL_YAW or self.phase != "hold":
                self._steady.clear()
            return False
        self._steady.append((seen.t_s, seen.pose))
        return seen.t_s - self._steady[0][0] >= for_s

    def _is_neutral(self, pose: Pose) -> bool:
        rest = self._rest
        return (abs(pose.yaw) < IDENTITY_YAW and abs(pose.yaw - rest.yaw) < NEUTRAL_YAW
                and abs(pose.pitch - rest.pitch) < NEUTRAL_PITCH and pose.mouth - rest.mouth < NEUTRAL_MOUTH
                and pose.ear >= NEUTRAL_EAR * rest.ear)

    def _watch_identity(self, seen: FaceMeasures, guidance: str | None, embed: Callable[[], Embedding]) -> None:
        """At neutral frames, at once where somebody else could have come. Someone else's resting face may never look
        like the first one's: then every frontal face is compared."""
        unchecked_s = seen.t_s - self._checked_s
        due = self.neutral and (unchecked_s > NEUTRAL_UNCHECKED_S or self.track.broken)
        if due or (guidance is None and unchecked_s > FRONTAL_UNCHECKED_S and self._is_frontal(seen.pose)):
            self._same_person(embed)

    def _is_frontal(self, pose: Pose) -> bool:
        rest = self._rest
        return (abs(pose.yaw) < IDENTITY_YAW and abs(pose.pitch - rest.pitch) < IDENTITY_PITCH
                and pose.mouth - rest.mouth < NEUTRAL_MOUTH)

    def _same_person(self, embed: Callable[[], Embedding]) -> None:
        """Compare with the first neutral frame, by the engine's limit for one session."""
        if self._reference is not None and self._checked_s == self.track.last.t_s:
            return
        embedding = embed()
        self._checked_s, self.track.broken = self.track.last.t_s, False
        if self._reference is None:
            self._reference = embedding
            return
        distance = self._engine.distance(embedding, self._reference)
        self.identity_max = round(max(distance, self.identity_max or 0.0), 4)
        if distance > self._engine.calibration.same_person_at:
            self.fail("identity_changed")

    def _next_action(self, t_s: float) -> None:
        """The next action that the engine can tell; what it cannot is not passed and said so, never glossed over."""
        while len(self._done) < len(self.actions):
            asked = self.actions[len(self._done)]
            if asked in self._engine.measurable:
                self._enter("action", t_s)
                return
            self._done.append(ActionResult(action=asked, passed=False, at_s=None, measure=None))
            self.remark("action_not_measurable")
        self._enter("hold", t_s)

    def _enter(self, phase: Phase, t_s: float) -> None:
        self.phase, self._phase_start = phase, t_s
        self._steady.clear()
        self._faults.clear()
        self._held = 0
        if phase == "action":
            self._start_watching()

    def _start_watching(self) -> None:
        asked = self.action
        others = {"turn_left", "turn_right", "open_mouth"} - {asked}
        if asked == "nod":
            others.discard("open_mouth")  # a chin on the chest moves the lips' points
        self._watcher = Watcher(asked, self._rest)
        self._others = [Watcher(a, self._rest, held_s=STRIKE_HELD_S) for a in sorted(others)]

    def _expire(self, t_s: float) -> None:
        """Too long in one phase; what most kept the face from being used is told as well."""
        if self.phase not in ("passed", "failed") and self._expired(t_s):
            for code, count in self._faults.most_common(1):
                if count >= FAULT_FRAMES:
                    self.remark(code)
            self.fail("timeout" if self.phase == "action" else "no_neutral_face")

    def _expired(self, t_s: float) -> bool:
        return t_s - self._phase_start > self._limit_s()

    def _limit_s(self) -> float:
        return _LIMITS[self.phase] + (WATCHED_S if self.phase == "hold" and self.light.wanted else 0.0)

    def _progress(self, guidance: str | None) -> LivenessProgress:
        last, running = self.track.last, self.phase not in ("passed", "failed")
        t_s = last.t_s if last else 0.0
        usual = {"align": (last and hint(last)) or "look_straight", "action": self.action or "", "return": "look_straight",
                 "hold": "hold_still", "passed": "passed", "failed": "failed"}[self.phase]
        blocking = guidance if self.phase != "action" or guidance in ("no_face", "two_faces", "too_small") else None
        left_s = max(0.0, self._limit_s() - (t_s - self._phase_start)) if running else 0.0
        return LivenessProgress(
            phase=self.phase, action=self.action, guidance=(blocking or usual) if running else usual,
            seconds_left=round(left_s, 1), actions=self.actions, done=self.done, box=last.box if last else None,
            reason=self.reason, light=self.light.colour(t_s) if self.phase == "hold" else None)


_LIMITS = {"align": ALIGN_LIMIT_S, "action": ACTION_LIMIT_S, "return": RETURN_LIMIT_S, "hold": HOLD_LIMIT_S}
