"""The demo customer's face, for camera and card: scikit-image's astronaut portrait (NASA, public domain)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Head and shoulders in the 512-pixel original: left, top, width, height.
CAMERA_CROP = (94, 4, 256, 192)
CARD_CROP = (139, 0, 166, 204)
CARD_SIZE = (358, 441)  # 26 × 32 mm as a resident ID card prints it, at 350 dpi


@cache
def original() -> np.ndarray:
    """The whole portrait, BGR 512×512."""
    import numpy as np
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])


def camera_picture(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """The customer in front of a camera: width, height in pixels, 4:3."""
    return _crop(CAMERA_CROP, size)


def card_portrait() -> np.ndarray:
    """The portrait for an ID card, BGR 358×441 on white."""
    import cv2
    import numpy as np

    picture = _crop(CARD_CROP, CARD_SIZE)
    width, height = CARD_SIZE
    mask = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    mask[:, : width // 20] = mask[:, -width // 20:] = cv2.GC_BGD
    mask[: height // 50] = cv2.GC_BGD
    cv2.ellipse(mask, (round(width * .5), round(height * .47)), (round(width * .42), round(height * .45)), 0, 0, 360,
                cv2.GC_PR_FGD, -1)
    cv2.ellipse(mask, (round(width * .5), round(height * .50)), (round(width * .26), round(height * .33)), 0, 0, 360,
                cv2.GC_FGD, -1)
    mask[round(height * .9):, round(width * .3): round(width * .65)] = cv2.GC_FGD
    cv2.setRNGSeed(1)
    cv2.grabCut(picture, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    person = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    alpha = cv2.GaussianBlur(person, (0, 0), 2.0)[:, :, None]
    return np.rint(picture * alpha + 255.0 * (1 - alpha)).astype(np.uint8)


def _crop(box: tuple[int, int, int, int], size: tuple[int, int]) -> np.ndarray:
    import cv2

    x, y, width, height = box
    return cv2.resize(original()[y:y + height, x:x + width], size, interpolation=cv2.INTER_CUBIC)
