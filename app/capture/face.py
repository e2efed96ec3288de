"""Faces by dlib: HOG detection, 68 points, a 128-number embedding; and the comparison of two faces.

The engine is a small port (``FaceEngine``), so that a bank's model pack can take its place. Loading costs about half a
second and 150 MB and happens once, in the vision worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import dist, exp
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.capture import models
from app.domain.face import FaceMatch

if TYPE_CHECKING:
    import numpy as np

Embedding = tuple[float, ...]
WIDTHS = (320, 640)  # the detector's smallest face is 80 px: near faces first, then those twice as far
THOROUGH_WIDTHS = (1000, 2000)
PASS_AT = 0.40
REVIEW_AT = 0.50
SIMILARITY_SLOPE = 0.05


@dataclass(frozen=True)
class Face:
    """A found face: box x, y, width, height in pixels of the picture, and the detector's score (0 is just a face)."""

    box: tuple[int, int, int, int]
    score: float


class FaceEngine(Protocol):
    """What liveness and match need of a face engine. Pictures are BGR uint8."""

    name: str
    pack_sha256: str
    pass_at: float
    review_at: float

    def faces(self, image: np.ndarray, *, thorough: bool = False) -> list[Face]:
        """Faces, largest first. ``thorough`` searches at more sizes, for single pictures."""

    def landmarks(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The 68 iBUG points as float (68, 2) in pixels."""

    def embedding(self, image: np.ndarray, points: np.ndarray) -> Embedding:
        """128 numbers; Euclidean distance tells faces apart."""


class DlibEngine:
    """The built-in engine. HOG detector, 68 points and ResNet of dlib; one thread."""

    name = "dlib-20.0/hog+68+resnet-v1"
    pass_at = PASS_AT
    review_at = REVIEW_AT

    def __init__(self) -> None:
        import dlib

        self.pack_sha256 = models.pack_sha256()
        self._dlib = dlib
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(models.model(models.LANDMARKS)))
        self._network = dlib.face_recognition_model_v1(str(models.model(models.EMBEDDING)))

    def faces(self, image: np.ndarray, *, thorough: bool = False) -> list[Face]:
        for width in THOROUGH_WIDTHS if thorough else WIDTHS:
            found = self._faces_at(image, width)
            if found:
                return sorted(found, key=lambda face: face.box[2], reverse=True)
        return []

    def landmarks(self, image: np.ndarray, face: Face) -> np.ndarray:
        import numpy as np

        x, y, width, height = face.box
        crop, left, top = _around(image, x, y, width, height)
        x, y = x - left, y - top
        shape = self._predictor(crop, self._dlib.rectangle(x, y, x + width, y + height))
        return np.array([(p.x + left, p.y + top) for p in shape.parts()], dtype=np.float64)

    def embedding(self, image: np.ndarray, points: np.ndarray) -> Embedding:
        (x, y), (right, bottom) = points.min(axis=0), points.max(axis=0)
        crop, left, top = _around(image, int(x), int(y), int(right - x), int(bottom - y))
        box = self._dlib.rectangle(0, 0, crop.shape[1], crop.shape[0])
        parts = [self._dlib.point(round(px - left), round(py - top)) for px, py in points]
        shape = self._dlib.full_object_detection(box, parts)
        return tuple(self._network.compute_face_descriptor(crop, shape))

    def _faces_at(self, image: np.ndarray, width: int) -> list[Face]:
        import cv2

        height_px, width_px = image.shape[:2]
        scale = width / max(width_px, height_px * 4 / 3)
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=smooth)
        boxes, scores, _ = self._detector.run(grey, 0, 0.0)
        return [Face((round(b.left() / scale), round(b.top() / scale), round(b.width() / scale),
                      round(b.height() / scale)), float(s)) for b, s in zip(boxes, scores, strict=True)]


def _around(image: np.ndarray, x: int, y: int, width: int, height: int) -> tuple[np.ndarray, int, int]:
    """The face with as much again on every side, RGB, and where its corner lies: less to copy than a whole frame."""
    left, top = max(0, x - width), max(0, y - height)
    return image[top:y + 2 * height, left:x + 2 * width, ::-1].copy(), left, top


def load_engine(pack: Path | None = None) -> FaceEngine:
    """The engine of a model pack; without one the built-in."""
    if pack is not None:
        raise models.MODELS_PACK_UNSUPPORTED()
    return DlibEngine()


def match(engine: FaceEngine, live: Sequence[Embedding], portrait: Embedding) -> FaceMatch:
    """Compare the mean of live embeddings with the portrait's.

    Zones are the engine's: dlib passes to 0.40 and asks for review to 0.50. On 22 Chinese public figures (1 848
    impostor pairs) 0.40 accepted 80.7 % of genuine and 0.16 % of impostor comparisons, so no false-match rate below
    about 1e-3 is claimed.
    """
    mean = tuple(sum(column) / len(live) for column in zip(*live, strict=True))
    distance = dist(mean, portrait)
    zone = "pass" if distance <= engine.pass_at else "review" if distance <= engine.review_at else "fail"
    return FaceMatch(zone=zone, similarity=round(similarity(distance, engine), 4), distance=round(distance, 4),
                     threshold=engine.pass_at, review_threshold=engine.review_at, engine=engine.name,
                     pack_sha256=engine.pack_sha256, frames_used=len(live))


def similarity(distance: float, engine: FaceEngine) -> float:
    """A 0–1 figure for reading: 1 / (1 + exp((d − m) / 0.05)), m midway between the two zone limits.

    It falls with the distance and is 0.73 at the pass limit, 0.5 midway, 0.27 at the review limit. It is not a
    probability: nothing but the distance goes into it.
    """
    middle = (engine.pass_at + engine.review_at) / 2
    return 1.0 / (1.0 + exp((distance - middle) / SIMILARITY_SLOPE))
