"""What the vision worker does with faces: the engine loaded once, the liveness attempt in progress, the comparisons.

Runs inside the worker process; the window's side of it is ``app.capture.vision``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.best_frames import BestFrames
from app.capture.camera import CAMERA_LOST, Camera
from app.capture.camera_behaviour import behaviour_of, small_grey
from app.capture.face import Embedding, Face, FaceEngine
from app.capture.face_match import match
from app.capture.frames import Frame
from app.capture.liveness import Liveness, LivenessProgress
from app.capture.measures import measure
from app.capture.passive import Passive
from app.capture.picture import decode, encode_jpeg
from app.capture.quality_face import one_face
from app.capture.verdict import judge
from app.domain.challenge import ACTIONS, LivenessPlan
from app.domain.condition import Condition, Kind
from app.domain.face import EngineFacts, FaceMatch, FrameSource, LivenessResult

if TYPE_CHECKING:
    import numpy as np

ATTEMPT_OVER = Kind(
    "liveness.over", zh="这次活体检测已经结束。", zh_next="请重新开始检测。",
    en="This liveness check is over.", en_next="Start it again.")

PORTRAIT_WIDTH = 400
WIDE_EVERY_S = 0.4
NO_FACE = Face((100, 60, 120, 120), 1.0, five=((136, 105), (184, 105), (160, 130), (142, 152), (178, 152)))


@dataclass(frozen=True)
class LivenessOutcome:
    """Verdict, comparison with the portrait where one was given and neutral frames were seen, and those frames."""

    result: LivenessResult
    match: FaceMatch | None
    best_frames_jpeg: tuple[bytes, ...]


class Attempt:
    """One liveness attempt over a stream of frames. Embeddings live here, in memory, and nowhere else."""

    def __init__(self, engine: FaceEngine, plan: LivenessPlan, source: FrameSource) -> None:
        self._engine, self._source, self._rules = engine, source, plan.rules
        self._passive = Passive(engine.attack)
        self._liveness = Liveness(plan, engine, rest_frames=self._passive.wanted)
        self._best = BestFrames()
        self._behaviour = behaviour_of(source)
        self._shape: tuple[int, ...] | None = None
        self._wide_s: float | None = None

    def frame(self, frame: Frame) -> LivenessProgress:
        self._check_source(frame.source)
        self._check_shape(frame.image.shape)
        seen, found = measure(self._engine, frame.image, frame.t_s, wide=self._wide(frame.t_s))
        light = self._liveness.light
        self._watch_camera(frame)

        def embed() -> Embedding:
            embedding = self._engine.embedding(frame.image, found.face, found.points)
            if self._liveness.neutral:
                self._best.offer(frame.image, embedding, seen, tinted=light.watching(frame.t_s))
            return embedding

        progress = self._liveness.feed(seen, embed)
        if self._liveness.neutral:
            if self._engine.attack is not None:
                self._passive.see(self._engine.live_probability(frame.image, found.face), seen.brightness)
            if light.watching(frame.t_s):
                light.see(frame.t_s, frame.image, found.points, found.face.box)
        return progress

    def finish(self, portrait_jpeg: bytes | None) -> LivenessOutcome:
        """May be asked again, with another portrait. Raises ``face.*`` or ``picture.*`` on an unusable portrait."""
        best = self._best.frames
        result = judge(self._liveness, self._passive, self._engine, self._source)
        compared = None
        if portrait_jpeg is not None and best:
            portrait = portrait_embedding(self._engine, decode(portrait_jpeg))
            compared = match(self._engine, [frame.embedding for frame in best], portrait)
        return LivenessOutcome(result, compared, tuple(encode_jpeg(frame.image) for frame in best))

    def _wide(self, t_s: float) -> bool:
        """Whether it is time to look for somebody further back, which would be too dear in every frame."""
        due = self._wide_s is None or t_s - self._wide_s >= WIDE_EVERY_S
        if due:
            self._wide_s = t_s
        return due

    def _watch_camera(self, frame: Frame) -> None:
        """What is odd about a device's frames is for a person to look at."""
        if self._behaviour is not None:
            self._behaviour.see(frame.t_s, small_grey(frame.image), frame.earlier_s)
            for reason in self._behaviour.reasons:
                self._liveness.remark(reason)

    def _check_shape(self, shape: tuple[int, ...]) -> None:
        """No camera changes the size of its pictures by itself."""
        if self._shape not in (None, shape):
            self._liveness.fail("size_changed")
        self._shape = shape

    def _check_source(self, source: FrameSource | None) -> None:
        """Another camera in mid-attempt fails it; files may change where policy lets files in at all."""
        if source is None or source == self._source:
            return
        if source.kind == self._source.kind == "file" and self._rules.file_camera == "allow":
            return
        self._liveness.fail("camera_changed")
        if source.kind != "device":
            self._source = source


_pack: Path | None = None


def use_pack(folder: Path | None) -> None:
    """Which model pack ``engine`` loads, None for the built-in; a worker is told once, before anything else."""
    global _pack
    _pack = folder
    engine.cache_clear()


@cache
def engine() -> FaceEngine:
    """The engine in use, loaded at its first need. Raises ``models.*`` each time where its pack is not sound."""
    from app.capture.engines import load_engine  # the window's process knows the values of this module, never an engine

    return load_engine(_pack)


def engine_facts() -> EngineFacts:
    """What the engine in use is and can do, for drawing the challenge and for the evidence."""
    used = engine()
    return EngineFacts(name=used.name, pack_sha256=used.pack_sha256, built_in=used.built_in, lacks=used.lacks,
                       measurable=tuple(action for action in ACTIONS if action in used.measurable))


def warm() -> None:
    """Load every model by using it once, so that the first frame waits for none. Raises ``models.*``."""
    import numpy as np

    used, blank = engine(), np.full((240, 320, 3), 127, np.uint8)
    used.faces(blank)
    points = used.points(blank, NO_FACE)
    used.embedding(blank, NO_FACE, points)
    used.live_probability(blank, NO_FACE)


def portrait_embedding(engine: FaceEngine, picture: np.ndarray) -> Embedding:
    """The one recipe for portraits: enlarge to 400 px wide, one face (else once more with a border), embed."""
    import cv2

    height, width = picture.shape[:2]
    if width < PORTRAIT_WIDTH:
        picture = cv2.resize(picture, (PORTRAIT_WIDTH, round(height * PORTRAIT_WIDTH / width)),
                             interpolation=cv2.INTER_CUBIC)
    seen, found = measure(engine, picture, thorough=True)
    if found is None:
        margin = max(picture.shape[:2]) // 4
        picture = cv2.copyMakeBorder(picture, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
        seen, found = measure(engine, picture, thorough=True)
    trouble = one_face(seen)
    if trouble is not None:
        raise trouble
    return engine.embedding(picture, found.face, found.points)


def picture_embedding(picture: bytes) -> Embedding:
    """The one face in an encoded picture, by the recipe for portraits. Raises ``face.*``, ``picture.*``, ``models.*``."""
    return portrait_embedding(engine(), decode(picture))


def match_embeddings(a: Embedding, b: Embedding) -> FaceMatch:
    return match(engine(), [a], b)


def match_pictures(a: bytes, b: bytes) -> FaceMatch:
    """Compare the one face in each of two encoded pictures."""
    return match_embeddings(picture_embedding(a), picture_embedding(b))


def run_video(path: str, plan: LivenessPlan, portrait_jpeg: bytes | None = None) -> LivenessOutcome:
    """Judge a whole video file as one attempt, as fast as it can be decoded, by its own time stamps."""
    with Camera.open(path, pace=False) as camera:
        attempt = Attempt(engine(), plan, camera.source)
        finished = False
        while not finished:
            try:
                finished = attempt.frame(camera.read()).finished
            except Condition as trouble:
                if trouble.code != CAMERA_LOST.code:
                    raise
                break
    return attempt.finish(portrait_jpeg)
