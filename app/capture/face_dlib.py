"""Faces by dlib: HOG detection, 68 points, a 128-number embedding: the engine of the built-in pack.

Each model loads at its first use, in the vision worker; together that costs half a second and 150 MB.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import dist
from typing import TYPE_CHECKING

from app.capture.face import AttackLimits, Embedding, Face
from app.capture.face_pose import Pose, pose
from app.capture.model_pack import ModelPack
from app.capture.pack_limits import calibration
from app.capture.points68 import Points68, around
from app.domain.challenge import ACTIONS

if TYPE_CHECKING:
    import numpy as np

WIDTHS = (320, 640)  # the detector's smallest face is 80 px: near faces first, then those twice as far
THOROUGH_WIDTHS = (1000, 2000)
SURE = 0.3  # 0 is just a face


class DlibEngine:
    """HOG detector, 68 points and ResNet of dlib; one thread. It cannot tell a print or a screen from a person."""

    name = "dlib-20.0/hog+68+resnet-v1"
    built_in = True
    measurable = frozenset(ACTIONS)
    attack: AttackLimits | None = None

    def __init__(self, pack: ModelPack) -> None:
        self._pack, self.pack_sha256, self.lacks = pack, pack.sha256, pack.lacks
        self.models, self.calibration = pack.description.model, calibration(pack.description)
        [landmarks] = pack.description.of_role("landmarks")
        self._points68 = Points68(lambda: self._pack.folder / landmarks.file)

    @cached_property
    def _detector(self):
        import dlib

        return dlib.get_frontal_face_detector()

    @cached_property
    def _network(self):
        import dlib

        [model] = self._pack.description.of_role("face_embedding")
        return dlib.face_recognition_model_v1(str(self._pack.folder / model.file))

    def faces(self, image: np.ndarray, *, thorough: bool = False, wide: bool = False) -> list[Face]:
        """A ``wide`` look goes on to the smaller faces: 27 ms at 640×480 instead of 6. What was found before stays as it
        was, so that a followed face does not change with the look; it may become sure."""
        found: list[Face] = []
        for width in THOROUGH_WIDTHS if thorough else WIDTHS:
            closer = self._faces_at(image, width)
            again = [face for face in closer if any(_same(face, other) for other in found)]
            found = [replace(face, sure=face.sure or any(other.sure and _same(face, other) for other in again))
                     for face in found] + [face for face in closer if face not in again]
            if found and not wide:
                break
        return sorted(found, key=lambda face: face.box[2], reverse=True)

    def points(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The 68 iBUG points."""
        return self._points68.find(image, face.box)

    def pose(self, points: np.ndarray) -> Pose:
        return pose(points)

    def embedding(self, image: np.ndarray, face: Face, points: np.ndarray) -> Embedding:
        """128 numbers; Euclidean distance tells faces apart."""
        import dlib

        (x, y), (right, bottom) = points.min(axis=0), points.max(axis=0)
        crop, left, top = around(image, int(x), int(y), int(right - x), int(bottom - y))
        box = dlib.rectangle(0, 0, crop.shape[1], crop.shape[0])
        parts = [dlib.point(round(px - left), round(py - top)) for px, py in points]
        shape = dlib.full_object_detection(box, parts)
        return tuple(self._network.compute_face_descriptor(crop, shape))

    def distance(self, a: Embedding, b: Embedding) -> float:
        return dist(a, b)

    def live_probability(self, image: np.ndarray, face: Face) -> float | None:
        return None

    def _faces_at(self, image: np.ndarray, width: int) -> list[Face]:
        import cv2

        height_px, width_px = image.shape[:2]
        scale = width / max(width_px, height_px * 4 / 3)
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=smooth)
        boxes, scores, _ = self._detector.run(grey, 0, 0.0)
        return [Face((round(b.left() / scale), round(b.top() / scale), round(b.width() / scale),
                      round(b.height() / scale)), float(s), sure=s >= SURE)
                for b, s in zip(boxes, scores, strict=True)]


def _same(one: Face, other: Face) -> bool:
    """Whether the middle of either box lies in the other: one face, found at two sizes."""
    return _holds(one.box, other.box) or _holds(other.box, one.box)


def _holds(box: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    x, y = other[0] + other[2] / 2, other[1] + other[3] / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]
