"""Five points of a face, and the face laid onto the usual template by turning, scaling and shifting alone.

The template is the five-point one that ArcFace-type networks are trained with (Deng et al. 2019), for 112 pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TEMPLATE = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041))
TEMPLATE_SIZE = 112
NOSE_TIP, MOUTH_RIGHT, MOUTH_LEFT = 30, 48, 54


def five_points(points: np.ndarray) -> np.ndarray:
    """Right eye, left eye, nose tip, right and left corner of the mouth, (5, 2): of 68 points, or the five themselves."""
    import numpy as np

    if len(points) == 5:
        return points
    return np.array([points[36:42].mean(axis=0), points[42:48].mean(axis=0), points[NOSE_TIP], points[MOUTH_RIGHT],
                     points[MOUTH_LEFT]])


def aligned(image: np.ndarray, five: np.ndarray, size: int = TEMPLATE_SIZE) -> np.ndarray:
    """The face on the template, BGR (size, size, 3). Best similarity in the least-squares sense (Umeyama 1991)."""
    import cv2
    import numpy as np

    target = np.array(TEMPLATE) * (size / TEMPLATE_SIZE)
    source = np.asarray(five, np.float64)
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    norm = float((a ** 2).sum()) or 1e-9
    cosine, sine = float((a * b).sum()) / norm, float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / norm
    turn = np.array([[cosine, -sine], [sine, cosine]])
    shift = target.mean(axis=0) - turn @ source.mean(axis=0)
    return cv2.warpAffine(image, np.hstack([turn, shift[:, None]]), (size, size), flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REPLICATE)
