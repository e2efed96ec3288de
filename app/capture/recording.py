"""The values of a recording: what runs, what was recorded, where the gaps are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from app.capture.frames import Frame


class FrameFeed(Protocol):
    """Where frames come from: ``subscribe`` calls back on the feed's thread, its answer ends that. A recording wants "motion"."""

    def subscribe(self, subscriber: Callable[[Frame], None], wants: Literal["motion"]) -> Callable[[], None]: ...


@dataclass(frozen=True)
class Gap:
    """A stretch without picture, a pause with its reason or ``camera_lost``; with ``sound_only`` one without sound."""

    start_ms: int
    end_ms: int
    reason: str
    sound_only: bool = False


@dataclass(frozen=True)
class Stats:
    """What a person watches while it runs. ``level`` 0..1; ``audio`` is whether sound is being recorded, ``quiet_s`` since when
    it is near silence; ``rolling`` whether the picture is being recorded; ``over``: it ended by itself."""

    elapsed_ms: int
    fps: float
    dropped: int
    level: float
    audio: bool
    quiet_s: float
    segments: int
    rolling: bool
    paused: str
    over: bool


@dataclass(frozen=True)
class Summary:
    """The whole recording. ``audio_reason`` is the code of the condition that explains silence, else empty; ``quiet_share``
    the share of the sound that was near silence, None without sound."""

    duration_ms: int
    recorded_ms: int
    segments: int
    frames: int
    dropped: int
    audio: bool
    audio_reason: str
    quiet_share: float | None
    gaps: tuple[Gap, ...]
    undelivered: int
