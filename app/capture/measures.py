"""What one frame says about the face in it: plain numbers, so that the rules on them need no pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from app.capture.cover import Cover, cover
from app.capture.face import Face, FaceEngine, Located
from app.capture.face_pose import Pose

if TYPE_CHECKING:
    import numpy as np

SECOND_FACE_SHARE = 0.35
CHIP = 128


@dataclass(frozen=True)
class FaceMeasures:
    """``t_s`` frame time in seconds; ``faces`` how many count; ``stamp`` names the picture's pixels.

    ``scene`` is the mean grey of the whole picture 0–255. ``box`` in pixels, ``brightness`` mean grey of the face 0–255,
    ``room`` that of what is around it, ``glare`` the face's share of pixels ≥ 252, ``sharpness``
    1000·var(Laplacian(Gauss₁))/var on a 128-pixel crop, ``covered`` what lies over the eyes or the mouth. All of them
    None, '' or 0 where there is no face.
    """

    t_s: float
    faces: int
    stamp: int
    scene: float = 128.0
    box: tuple[int, int, int, int] | None = None
    pose: Pose | None = None
    brightness: float = 0.0
    glare: float = 0.0
    sharpness: float = 0.0
    room: float = 0.0
    covered: Cover = ""


def measure(engine: FaceEngine, image: np.ndarray, t_s: float = 0.0, *,
            thorough: bool = False, wide: bool = False) -> tuple[FaceMeasures, Located | None]:
    """Measures of one picture, and its largest face with its points; ``thorough`` and ``wide`` as engines take them."""
    small = image[::4, ::4]
    stamp, scene = crc32(small.tobytes()), float(small.mean())
    faces = engine.faces(image, thorough=thorough, wide=wide)
    if not faces:
        return FaceMeasures(t_s=t_s, faces=0, stamp=stamp, scene=scene), None
    main = faces[0]
    points = engine.points(image, main)
    brightness, glare, sharpness = _light(image, main.box)
    count = 1 + sum(1 for other in faces[1:] if _counts(other, main))
    pose = engine.pose(points)
    return FaceMeasures(
        t_s=t_s, faces=count, stamp=stamp, scene=scene, box=main.box, pose=pose, brightness=brightness,
        glare=glare, sharpness=sharpness, room=_room(image, main.box, scene, brightness),
        covered=cover(image, points, pose.yaw)), Located(main, points)


def _counts(other: Face, main: Face) -> bool:
    """A second face, rather than a detector's fancy or a poster far behind."""
    return other.sure and other.box[2] >= SECOND_FACE_SHARE * main.box[2]


def _room(image: np.ndarray, box: tuple[int, int, int, int], scene: float, face: float) -> float:
    """Mean grey of the picture outside the face's box."""
    share = min(box[2] * box[3] / (image.shape[0] * image.shape[1]), 0.95)
    return max(0.0, (scene - share * face) / (1.0 - share))


def _light(image: np.ndarray, box: tuple[int, int, int, int]) -> tuple[float, float, float]:
    import cv2

    x, y, width, height = box
    crop = image[max(0, y):y + height, max(0, x):x + width]
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    chip = cv2.GaussianBlur(cv2.resize(grey, (CHIP, CHIP), interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    variance = float(chip.var()) or 1e-6
    sharpness = 1000.0 * float(cv2.Laplacian(chip, cv2.CV_64F).var()) / variance
    return float(grey.mean()), float((grey >= 252).mean()), sharpness
