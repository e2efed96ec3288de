"""The 68 iBUG points of a face, by dlib's shape predictor."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.model_pack import BROKEN

if TYPE_CHECKING:
    import numpy as np

HOG_SIDE, HOG_LOWER = 2.19, 0.05  # of the larger of eye distance and eyes-to-mouth; median over 127 photos
PARTS = 68


class Points68:
    """Loads at first use. ``file`` gives the model's path, hashed; it may raise ``models.*``."""

    def __init__(self, file: Callable[[], Path]) -> None:
        self._file = file

    @cached_property
    def _predictor(self):
        import dlib

        path = self._file()
        try:
            return dlib.shape_predictor(str(path))
        except (RuntimeError, MemoryError) as error:
            raise BROKEN(file=path.name) from error

    def find(self, image: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
        """float (68, 2) in pixels; ``box`` as dlib's own detector would draw it."""
        import dlib
        import numpy as np

        x, y, width, height = box
        crop, left, top = around(image, x, y, width, height)
        x, y = x - left, y - top
        shape = self._predictor(crop, dlib.rectangle(x, y, x + width, y + height))
        if shape.num_parts != PARTS:
            raise BROKEN(file=self._file().name)
        return np.array([(p.x + left, p.y + top) for p in shape.parts()], dtype=np.float64)


def hog_box(five: np.ndarray) -> tuple[int, int, int, int]:
    """The square that dlib's detector would draw about these five points; its predictor was trained on such boxes."""
    import numpy as np

    eyes, mouth = (five[0] + five[1]) / 2, (five[3] + five[4]) / 2
    length = max(float(np.hypot(*(five[1] - five[0]))), float(np.hypot(*(mouth - eyes))), 1.0)
    side = HOG_SIDE * length
    x, y = (eyes + mouth) / 2 + (0.0, HOG_LOWER * length) - side / 2
    return round(x), round(y), round(side), round(side)


def around(image: np.ndarray, x: int, y: int, width: int, height: int) -> tuple[np.ndarray, int, int]:
    """The face with as much again on every side, RGB, and where its corner lies: less to copy than a whole frame."""
    import cv2

    rows, columns = image.shape[:2]
    left, top = min(max(0, x - width), columns - 1), min(max(0, y - height), rows - 1)
    crop = image[top:max(y + 2 * height, top + 1), left:max(x + 2 * width, left + 1)]
    return cv2.cvtColor(crop, cv2.COLOR_BGR2RGB), left, top
