"""A detector over a stream of poses for each action a living person may be asked for.

Detectors work on a short memory of poses against the person's own neutral pose. Thresholds in degrees and ratios were
set on recorded people and on flat photos: a photo turned by 55° reads less than 6° here.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from app.capture.face_pose import Pose
from app.domain.challenge import Action

TURN_DEGREES, TURN_HELD_S = 14.5, 0.16
MOUTH_RISE, MOUTH_HELD_S = 0.22, 0.15
NOD_DEGREES, NOD_BACK_DEGREES, NOD_WITHIN_S = 9.0, 5.0, 2.5
BLINK_CLOSED, BLINK_OPEN, BLINK_LONGEST_S, BLINKS = 0.70, 0.85, 0.7, 2
BLINK_YAW, BLINK_STILL = 13.0, 9.0
MEMORY_S = 1.0


@dataclass(frozen=True)
class Neutral:
    """The person's own resting pose: medians of a still, frontal moment."""

    yaw: float
    pitch: float
    ear: float
    mouth: float

    @classmethod
    def of(cls, poses: list[Pose]) -> Neutral:
        return cls(yaw=median(p.yaw for p in poses), pitch=median(p.pitch for p in poses),
                   ear=median(p.ear for p in poses), mouth=median(p.mouth for p in poses))


class Watcher:
    """Watches one stream of poses for one action; ``see`` answers its measure when the action is complete.

    ``held_s`` asks for a turn or an open mouth to be held longer than usual.
    """

    def __init__(self, action: Action, neutral: Neutral, held_s: float = 0.0) -> None:
        self.action = action
        self._neutral = neutral
        self._held_s = held_s
        self._memory: deque[tuple[float, Pose]] = deque()
        self._since: float | None = None
        self._peak = 0.0
        self._blinks: list[float] = []

    def see(self, t_s: float, pose: Pose) -> float | None:
        self._memory.append((t_s, pose))
        while t_s - self._memory[0][0] > MEMORY_S:
            self._memory.popleft()
        match self.action:
            case "turn_left":
                return self._held(t_s, pose.yaw - self._neutral.yaw, TURN_DEGREES, TURN_HELD_S)
            case "turn_right":
                return self._held(t_s, self._neutral.yaw - pose.yaw, TURN_DEGREES, TURN_HELD_S)
            case "open_mouth":
                return self._held(t_s, pose.mouth - self._neutral.mouth, MOUTH_RISE, MOUTH_HELD_S)
            case "nod":
                return self._nod(t_s, pose)
            case "blink":
                return self._blink(t_s, pose)

    def _held(self, t_s: float, value: float, limit: float, held_s: float) -> float | None:
        if value < limit:
            self._since = None
            return None
        self._since = t_s if self._since is None else self._since
        return value if t_s - self._since >= max(held_s, self._held_s) else None

    def _nod(self, t_s: float, pose: Pose) -> float | None:
        """Down by ``NOD_DEGREES`` and back again, the head not turned meanwhile."""
        down = pose.pitch - self._neutral.pitch
        if abs(pose.yaw - self._neutral.yaw) > TURN_DEGREES or (
                self._since is not None and t_s - self._since > NOD_WITHIN_S):
            self._since, self._peak = None, 0.0
        elif down >= NOD_DEGREES:
            self._since = t_s if self._since is None else self._since
            self._peak = max(self._peak, down)
        elif self._since is not None and down <= NOD_BACK_DEGREES:
            return self._peak
        return None

    def _blink(self, t_s: float, pose: Pose) -> float | None:
        """Two dips of the eye ratio below 0.70 of its own open level and back, the head still and frontal."""
        if abs(pose.yaw) > BLINK_YAW or not self._still():
            self._since = None
            return None
        ratio = pose.ear / self._open_level()
        if ratio <= BLINK_CLOSED:
            self._since = t_s if self._since is None else self._since
            self._peak = min(self._peak or 1.0, ratio)
        elif ratio >= BLINK_OPEN and self._since is not None:
            if t_s - self._since <= BLINK_LONGEST_S:
                self._blinks.append(self._peak)
            self._since, self._peak = None, 0.0
        return max(self._blinks) if len(self._blinks) >= BLINKS else None

    def _still(self) -> bool:
        yaws = [pose.yaw for _, pose in self._memory]
        pitches = [pose.pitch for _, pose in self._memory]
        return max(yaws) - min(yaws) <= BLINK_STILL and max(pitches) - min(pitches) <= BLINK_STILL

    def _open_level(self) -> float:
        """60th percentile of the last second, never below 0.8 of the neutral level."""
        ears = sorted(pose.ear for _, pose in self._memory)
        return max(ears[int(0.6 * (len(ears) - 1))], 0.8 * self._neutral.ear)
