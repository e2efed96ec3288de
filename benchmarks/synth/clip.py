"""A clip: one presentation before one camera, playing one attempt against an engine, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from app.capture.face import FaceEngine
from app.capture.frames import Frame
from app.capture.liveness import LivenessProgress
from app.capture.session import Attempt, LivenessOutcome
from app.domain.challenge import LivenessPlan, LivenessRules, draw_actions
from app.domain.face import FrameSource
from benchmarks.synth.people import Person, with_glasses
from benchmarks.synth.presentation import present
from benchmarks.synth.room import ROOMS, Sensor

if TYPE_CHECKING:
    import numpy as np

LONGEST_S = 60.0
LATE_S = 0.008  # frames of a real camera come by a few milliseconds more or less; whoever injects knows that as well
CAMERA_ID = "usb:1d6b:0102:bench"


@dataclass(frozen=True)
class Clip:
    """What is shown, by whom, how it is lit and how fast the camera is; ``seed`` settles everything else.

    The nonce is made from the seed: the same seed asks for the same actions and shows the same colours.
    """

    species: str
    one: Person
    seed: int
    fps: int = 10
    room: str = "office"
    glasses: bool = False
    other: Person | None = None

    @property
    def nonce(self) -> str:
        return f"synth-{self.seed}"

    @property
    def source(self) -> FrameSource:
        """An enrolled camera, as far as names go; see ``play`` for what injected video really comes from."""
        height, width = self.one.picture.shape[:2]
        return FrameSource(kind="device", name="Bench Camera", width=width, height=height, fps=self.fps,
                           hardware_id=CAMERA_ID)

    def plan(self, rules: LivenessRules) -> LivenessPlan:
        return LivenessPlan(nonce=self.nonce, actions=draw_actions(self.nonce), rules=rules)

    def frames(self) -> Show:
        return Show(self)


class Show:
    """The frames of a clip, each drawn in answer to the progress that the last one brought."""

    def __init__(self, clip: Clip) -> None:
        one = with_glasses(clip.one, clip.seed) if clip.glasses else clip.one
        room = ROOMS[clip.room]
        height, width = one.picture.shape[:2]
        self._clip = clip
        self._shown = present(clip.species, one, room, clip.seed, clip.other)
        self._sensor = Sensor(room, (width, height), clip.seed)
        self._late = Random(clip.seed)
        self._number = 0
        self._stalled: np.ndarray | None = None

    def next(self, progress: LivenessProgress | None) -> tuple[float, np.ndarray]:
        """Time in seconds and the frame, BGR uint8."""
        t_s = self._number / self._clip.fps + self._late.uniform(0.0, LATE_S)
        self._number += 1
        if self._stalled is not None:
            return t_s, self._stalled
        image = self._sensor.expose(*self._shown.scene(t_s, progress))
        if self._clip.species == "frozen" and progress is not None and progress.phase == "hold":
            self._stalled = image
        return t_s, image


def play(clip: Clip, engine: FaceEngine, rules: LivenessRules, portrait_jpeg: bytes | None = None,
         source: FrameSource | None = None) -> LivenessOutcome:
    """Play the clip through a real attempt to its end. ``source`` instead of the enrolled camera's."""
    source = source or clip.source
    attempt = Attempt(engine, clip.plan(rules), source)
    for frame in _until_finished(clip, attempt, source):
        if frame.t_s > LONGEST_S:
            break
    return attempt.finish(portrait_jpeg)


def record(clip: Clip, engine: FaceEngine, rules: LivenessRules, path: Path) -> Path:
    """Write the frames of one played clip as Motion JPEG (.avi), to be looked at or judged from the file."""
    import cv2

    height, width = clip.one.picture.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), clip.fps, (width, height))
    if not writer.isOpened():
        raise OSError(f"cannot write {path.name}")
    for frame in _until_finished(clip, Attempt(engine, clip.plan(rules), clip.source), clip.source):
        writer.write(frame.image)
        if frame.t_s > LONGEST_S:
            break
    writer.release()
    return path


def _until_finished(clip: Clip, attempt: Attempt, source: FrameSource) -> Iterator[Frame]:
    show, progress = clip.frames(), None
    while progress is None or not progress.finished:
        t_s, image = show.next(progress)
        frame = Frame(image=image, t_s=t_s, source=source)
        progress = attempt.frame(frame)
        yield frame
