"""Is something over the eyes or the mouth? Sunglasses are far darker than the skin below; a mask has another colour.

Skin is the forehead and the cheeks for the one, the bridge of the nose for the other, which a mask leaves free. Clear
glasses, dark eyes and a beard of a few days stay within the limits; where the eyes cannot be told, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING, Literal

from app.capture.face_align import five_points

if TYPE_CHECKING:
    import numpy as np

Cover = Literal["", "eyes", "mouth"]

# Centres and half sizes in eye distances: across from the middle of the eyes, down at a right angle to their line.
SKIN = ((0.0, -0.48, 0.22, 0.10), (-0.55, 0.55, 0.12, 0.10), (0.55, 0.55, 0.12, 0.10))
BRIDGE = ((0.0, 0.0, 0.12, 0.16),)
EYES = ((-0.5, 0.05, 0.26, 0.16), (0.5, 0.05, 0.26, 0.16))
BELOW = ((-0.5, 0.23, 0.14, 0.05), (0.5, 0.23, 0.14, 0.05))  # a lens reaches down here, the shade of a brow does not
LOWER = ((-0.52, 1.0, 0.10, 0.14), (0.52, 1.0, 0.10, 0.14), (0.0, 1.42, 0.16, 0.08))
EYES_DARK = 0.42  # of the lightness of the skin; 148 photos of bare faces and one dark-eyed man on video: 0.53 and more
MASK_COLOUR = 24.0  # distance from the bridge in CIE a*b*; bare faces, beards among them: 21.5 at most
GREY, SKIN_CHROMA = 7.0, 12.0  # a white, grey or black mask has hardly any colour; bare skin as it should be: 11 and more
CLIPPED = 250 / 255  # an overexposed face has lost its colour: no mask can be told
EYES_MIN_PX = 8
YAW_MAX = 15.0  # further round, hair and room come into the regions


def cover(image: np.ndarray, points: np.ndarray, yaw: float) -> Cover:
    """What is covered in a roughly frontal face, from 68 points or from five."""
    import cv2
    import numpy as np

    right, left = eyes(points)
    across = left - right
    if abs(yaw) > YAW_MAX or np.hypot(*across) < EYES_MIN_PX:
        return ""
    regions = [_pixels(image, (right + left) / 2, across, group) for group in (SKIN, EYES, BELOW, BRIDGE, LOWER)]
    if any(region is None for region in regions):
        return ""
    medians = np.array([[np.median(region, axis=0) for region in regions]], np.float32) / 255.0
    skin, eye, below, bridge, lower = cv2.cvtColor(medians, cv2.COLOR_BGR2LAB)[0]
    if max(eye[0], below[0]) < EYES_DARK * skin[0]:
        return "eyes"
    if medians[0, 3:].max() >= CLIPPED:
        return ""
    strange = _apart(lower, bridge) > MASK_COLOUR or (_apart(lower) < GREY and _apart(bridge) > SKIN_CHROMA)
    return "mouth" if strange else ""


def _apart(one: np.ndarray, other: Sequence[float] = (0.0, 0.0, 0.0)) -> float:
    """How far two CIE colours are apart, brightness aside; one from grey."""
    return hypot(one[1] - other[1], one[2] - other[2])


def eyes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the right and the left eye from 68 points or from five."""
    right, left = five_points(points)[:2]
    return right, left


def _pixels(image: np.ndarray, middle: np.ndarray, across: np.ndarray, boxes) -> np.ndarray | None:
    """Pixels of the upright boxes, (n, 3), some 30 to the eye distance; None where one lies outside the picture."""
    import numpy as np

    unit, down = float(np.hypot(*across)), np.array((-across[1], across[0]))
    step, parts = max(1, round(unit / 30)), []
    for u, v, half_width, half_height in boxes:
        x, y = middle + u * across + v * down
        left, top = round(x - half_width * unit), round(y - half_height * unit)
        right, bottom = round(x + half_width * unit), round(y + half_height * unit)
        part = image[max(0, top):max(0, bottom):step, max(0, left):max(0, right):step]
        if part.size == 0:
            return None
        parts.append(part.reshape(-1, 3))
    return np.concatenate(parts)
