"""Is something over the eyes or the mouth? Sunglasses are far darker than the skin below; a mask has another colour.

Skin is the forehead and the cheeks for the one, the bridge of the nose for the other, which a mask leaves free. Clear
glasses, dark eyes and a beard of a few days stay within the limits; where the eyes cannot be told, nothing is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.capture.face_align import five_points

if TYPE_CHECKING:
    import numpy as np

Cover = Literal["", "eyes", "mouth"]

# Centres and half sizes in eye distances: across from the middle of the eyes, down at a right angle to their line.
SKIN = ((0.0, -0.48, 0.22, 0.10), (-0.55, 0.55, 0.12, 0.10), (0.55, 0.55, 0.12, 0.10))
BRIDGE = ((0.0, 0.0, 0.12, 0.16),)
EYES = ((-0.5, 0.05, 0.26, 0.16), (0.5, 0.05, 0.26, 0.16))
LOWER = ((-0.52, 1.0, 0.10, 0.14), (0.52, 1.0, 0.10, 0.14), (0.0, 1.42, 0.16, 0.08))
EYES_DARK = 0.36  # of the lightness of the skin, both eyes
MASK_COLOUR, MASK_DARK = 17.5, 0.30  # CIE a*b* distance from the skin; share of its lightness
EYES_MIN_PX = 8
YAW_MAX = 15.0  # further round, hair and room come into the regions
# On 130 photos of bare faces the colour differs by 16.7 at most, the eyes' share of the skin's lightness is 0.37 at least.


def cover(image: np.ndarray, points: np.ndarray, yaw: float) -> Cover:
    """What is covered in a roughly frontal face, from 68 points or from five."""
    import cv2
    import numpy as np

    right, left = eyes(points)
    across = left - right
    if abs(yaw) > YAW_MAX or np.hypot(*across) < EYES_MIN_PX:
        return ""
    regions = [_pixels(image, (right + left) / 2, across, group) for group in (SKIN, EYES, BRIDGE, LOWER)]
    if any(region is None for region in regions):
        return ""
    medians = np.array([[np.median(region, axis=0) for region in regions]], np.float32) / 255.0
    skin, eye, bridge, lower = cv2.cvtColor(medians, cv2.COLOR_BGR2LAB)[0]
    if eye[0] < EYES_DARK * skin[0]:
        return "eyes"
    strange = float(np.hypot(*(lower - bridge)[1:])) > MASK_COLOUR or lower[0] < MASK_DARK * bridge[0]
    return "mouth" if strange else ""


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
