"""Is something over the eyes or the mouth? Sunglasses are far darker than the skin below; a mask has another colour.

Skin is what lies on the forehead and high on the cheeks. Clear glasses, dark eyes and a beard of a few days stay well
within the limits; where the eyes cannot be told, nothing is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Cover = Literal["", "eyes", "mouth"]

# Centres and half sizes in eye distances: across from the middle of the eyes, down at a right angle to their line.
FOREHEAD = ((0.0, -0.48, 0.22, 0.10),)
CHEEKS = ((-0.55, 0.55, 0.12, 0.10), (0.55, 0.55, 0.12, 0.10))
EYES = ((-0.5, 0.05, 0.26, 0.16), (0.5, 0.05, 0.26, 0.16))
LOWER = ((-0.52, 1.0, 0.10, 0.14), (0.52, 1.0, 0.10, 0.14), (0.0, 1.42, 0.16, 0.08))
EYES_DARK = 0.36  # of the lightness of the skin, both eyes
MASK_COLOUR, MASK_DARK = 24.0, 0.30  # CIE a*b* distance from the skin; share of its lightness


def cover(image: np.ndarray, points: np.ndarray) -> Cover:
    """What is covered in a roughly frontal face, from 68 points or from five with the eyes first."""
    import cv2
    import numpy as np

    right, left = eyes(points)
    across = left - right
    if np.hypot(*across) < 8:
        return ""
    regions = [_pixels(image, (right + left) / 2, across, group) for group in (FOREHEAD + CHEEKS, EYES, LOWER)]
    if any(region is None for region in regions):
        return ""
    lab = [cv2.cvtColor(region.astype(np.float32)[None] / 255.0, cv2.COLOR_BGR2LAB)[0] for region in regions]
    skin, eye, lower = (np.median(values, axis=0) for values in lab)
    if eye[0] < EYES_DARK * skin[0]:
        return "eyes"
    strange = float(np.hypot(*(lower - skin)[1:])) > MASK_COLOUR or lower[0] < MASK_DARK * skin[0]
    return "mouth" if strange else ""


def eyes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the right and the left eye from 68 points, or from five with the eyes first."""
    if len(points) == 5:
        return points[0], points[1]
    return points[36:42].mean(axis=0), points[42:48].mean(axis=0)


def _pixels(image: np.ndarray, middle: np.ndarray, across: np.ndarray, boxes) -> np.ndarray | None:
    """All pixels of the upright boxes, (n, 3); None where one lies outside the picture."""
    import numpy as np

    unit, down = float(np.hypot(*across)), np.array((-across[1], across[0]))
    parts = []
    for u, v, half_width, half_height in boxes:
        x, y = middle + u * across + v * down
        left, top = round(x - half_width * unit), round(y - half_height * unit)
        right, bottom = round(x + half_width * unit), round(y + half_height * unit)
        part = image[max(0, top):max(0, bottom), max(0, left):max(0, right)]
        if part.size == 0:
            return None
        parts.append(part.reshape(-1, 3))
    return np.concatenate(parts)
