"""Head pose and expression from 68 points: angles in degrees, ratios without unit. Signs are the person's own.

Angles rest on the nose tip, which stands out of the plane of eyes and mouth corners by about 0.42 eye distances
(generic head). On a flat picture, however it is turned, the nose stays in that plane and the angle stays near zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan, atan2, degrees, hypot
from typing import TYPE_CHECKING

from app.capture.face_align import five_points

if TYPE_CHECKING:
    import numpy as np

NOSE_DEPTH = 0.42
NOSE_LEVEL = 0.56
EAR_UNKNOWN, MOUTH_UNKNOWN = 0.3, 0.0
FIVE_YAW, FIVE_PITCH = 1.25, 1.8


@dataclass(frozen=True)
class Pose:
    """``yaw`` > 0 towards the person's own left, ``pitch`` > 0 down, ``roll`` > 0 clockwise in the picture; degrees.

    ``eye_px`` is the distance of the eye centres. ``ear`` is the eye aspect ratio (open ≈ 0.2–0.35), ``mouth`` the
    inner lips' gap over their width.
    """

    yaw: float
    pitch: float
    roll: float
    eye_px: float
    ear: float
    mouth: float


def pose(points: np.ndarray) -> Pose:
    """Pose of one face from its 68 points in the unmirrored picture."""
    return _pose(five_points(points), NOSE_LEVEL, (_eye(points, 36) + _eye(points, 42)) / 2, _mouth(points))


def pose_of_five(five: np.ndarray) -> Pose:
    """Pose from right eye, left eye, nose tip and corners of the mouth alone; eyes and mouth stay as if at rest.

    A detector's points follow a turning head only in part, so its angles are stretched (by the puppets of seven people).
    """
    seen = _pose(five, NOSE_LEVEL, EAR_UNKNOWN, MOUTH_UNKNOWN)
    return replace(seen, yaw=seen.yaw * FIVE_YAW, pitch=seen.pitch * FIVE_PITCH)


def _pose(five: np.ndarray, nose_level: float, ear: float, lips: float) -> Pose:
    right, left, tip = five[:3]
    eyes, mouth = (right + left) / 2, (five[3] + five[4]) / 2
    across, down = left - right, mouth - eyes
    eye_px, height = float(hypot(*across)) or 1e-6, float(hypot(*down))
    nose = tip - eyes
    # The nose tip in the skewed frame (across, down): affine maps of a flat face leave both coordinates as they are.
    determinant = float(across[0] * down[1] - across[1] * down[0]) or 1e-6
    sideways = float(nose[0] * down[1] - nose[1] * down[0]) / determinant
    level = float(across[0] * nose[1] - across[1] * nose[0]) / determinant
    return Pose(
        yaw=degrees(atan(sideways / NOSE_DEPTH)),
        pitch=degrees(atan((level - nose_level) * height / (NOSE_DEPTH * eye_px))),
        roll=degrees(atan2(float(across[1]), float(across[0]))),
        eye_px=eye_px, ear=ear, mouth=lips)


def _eye(points: np.ndarray, at: int) -> float:
    """Eye aspect ratio (|p2−p6| + |p3−p5|) / 2|p1−p4| (Soukupová and Čech 2016)."""
    return (_gap(points, at + 1, at + 5) + _gap(points, at + 2, at + 4)) / (2 * _gap(points, at, at + 3))


def _mouth(points: np.ndarray) -> float:
    return (_gap(points, 61, 67) + _gap(points, 62, 66) + _gap(points, 63, 65)) / (3 * _gap(points, 60, 64))


def _gap(points: np.ndarray, a: int, b: int) -> float:
    return float(hypot(*(points[a] - points[b]))) or 1e-6
