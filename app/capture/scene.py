"""Whether two photographs are one, or were taken before one background: cropped, mirrored, recoloured, photographed again.

A photograph leaves marks: the places of its strongest points (SIFT, Lowe 2004) and, of what each looks like, only which of
128 gradients are above their median. They find what may be the same among thousands; then the kept photographs themselves
are laid over each other by a homography (RANSAC). Where nearly every place of both agrees it is the same photograph; where
many points agree and the rest does not, other people or things stand before the same background.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.capture.picture import decode
from app.capture.same_picture import PLACE, correlations

if TYPE_CHECKING:
    import numpy as np

SIDE = 640
CELLS, PER_CELL, MARKS = 8, 4, 160  # so that a textured thing in front does not take all the marks
MARK_BYTES = 18
FAR_BITS, CLEARER = 44, 0.86  # of 128; the second nearest is clearly farther
VOTES_LEAST, APART = 7, 4  # marks that agree on one similarity; 1/255 of the longer side
COMPARED_MOST = 6
INLIERS_LEAST, RATIO, OFF_PX = 22, 0.75, 4
SPREAD_LEAST = 6  # of 8 x 8 cells that hold agreeing points: one sticker or screen in both pictures is no background
ALIKE, WHOLE = 0.5, 0.75

Likeness = Literal["", "background", "photograph"]


@dataclass(frozen=True)
class Look:
    """What a photograph leaves behind, 18 bytes a point, and which kept marks may be of it or of its background."""

    marks: bytes
    near: tuple[int, ...]


def look(data: bytes, kept: tuple[bytes, ...]) -> Look:
    """The photograph's marks, and the likeliest of the ``kept`` ones, six at most. Raises the ``picture.*`` conditions."""
    small = _small(decode(data))
    marks = _marks(small)
    ways = [_unpacked(way) for way in (marks, _marks(small[:, ::-1].copy()))]
    votes = [max(_votes(way, _unpacked(other)) for way in ways) for other in kept]
    order = sorted(range(len(kept)), key=lambda at: -votes[at])
    return Look(marks, tuple(at for at in order if votes[at] >= VOTES_LEAST)[:COMPARED_MOST])


def likeness(one: bytes, other: bytes) -> Likeness:
    """What two photographs share. Raises the ``picture.*`` conditions."""
    a, b = _small(decode(one)), _small(decode(other))
    found = {_laid(a, way) for way in (b, b[:, ::-1].copy())}
    return next((best for best in ("photograph", "background") if best in found), "")


def _small(image: "np.ndarray") -> "np.ndarray":
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    scale = SIDE / max(grey.shape)
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _marks(grey: "np.ndarray") -> bytes:
    import cv2
    import numpy as np

    points, signs = cv2.SIFT_create(1500).detectAndCompute(grey, None)
    if signs is None:
        return b""
    chosen = _spread(points, grey.shape)
    places = np.uint8([[round(value / SIDE * 255) for value in points[at].pt] for at in chosen])
    bits = np.packbits(signs[chosen] > np.median(signs[chosen], axis=1, keepdims=True), axis=1)
    return np.hstack((places, bits)).tobytes()


def _spread(points: tuple, shape: tuple[int, int]) -> list[int]:
    """The strongest points of every cell, then the strongest of all."""
    taken: dict[tuple[int, int], int] = {}
    chosen = []
    for at in sorted(range(len(points)), key=lambda at: -points[at].response):
        x, y = points[at].pt
        cell = int(x * CELLS / shape[1]), int(y * CELLS / shape[0])
        taken[cell] = taken.get(cell, 0) + 1
        if taken[cell] <= PER_CELL:
            chosen.append(at)
    return chosen[:MARKS]


def _unpacked(packed: bytes) -> tuple["np.ndarray", "np.ndarray"]:
    """Places and bits."""
    import numpy as np

    table = np.frombuffer(packed, np.uint8).reshape(-1, MARK_BYTES)
    return np.float32(table[:, :2]), np.ascontiguousarray(table[:, 2:])


def _votes(one: tuple["np.ndarray", "np.ndarray"], other: tuple["np.ndarray", "np.ndarray"]) -> int:
    """How many marks agree on one similarity."""
    import cv2

    source, target = _paired(one, other, cv2.NORM_HAMMING, FAR_BITS, CLEARER)
    if len(source) < VOTES_LEAST:
        return 0
    cv2.setRNGSeed(0)
    matrix, agreeing = cv2.estimateAffine2D(source, target, ransacReprojThreshold=APART, maxIters=500)
    return int(agreeing.sum()) if matrix is not None and _sound(matrix) else 0


def _paired(one, other, norm: int, far: float, clearer: float) -> tuple["np.ndarray", "np.ndarray"]:
    """Places of points that look alike, each clearly more than the second best."""
    import cv2
    import numpy as np

    if len(one[1]) < 2 or len(other[1]) < 2:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    pairs = [best for best, second in cv2.BFMatcher(norm).knnMatch(one[1], other[1], k=2)
             if best.distance <= far and best.distance < clearer * second.distance]
    return one[0][[p.queryIdx for p in pairs]], other[0][[p.trainIdx for p in pairs]]


def _sound(matrix: "np.ndarray") -> bool:
    """Neither mirrored nor squeezed flat nor a tenth of the size."""
    import numpy as np

    first, last = np.linalg.svd(matrix[:2, :2])[1]
    return np.linalg.det(matrix[:2, :2]) > 0 and first < 3 and last > 1 / 3 and first < 2 * last


def _laid(a: "np.ndarray", b: "np.ndarray") -> Likeness:
    import cv2
    import numpy as np

    finder = cv2.SIFT_create(1500)
    (points_a, signs_a), (points_b, signs_b) = (finder.detectAndCompute(grey, None) for grey in (a, b))
    if signs_a is None or signs_b is None:
        return ""
    looks = [(np.float32([p.pt for p in points]), signs) for points, signs in ((points_b, signs_b), (points_a, signs_a))]
    source, target = _paired(*looks, cv2.NORM_L2, float("inf"), RATIO)
    if len(source) < INLIERS_LEAST:
        return ""
    cv2.setRNGSeed(0)
    matrix, agreeing = cv2.findHomography(source, target, cv2.RANSAC, OFF_PX)
    if matrix is None or agreeing.sum() < INLIERS_LEAST or not _sound(matrix):
        return ""
    cells = {(int(x * CELLS / a.shape[1]), int(y * CELLS / a.shape[0])) for x, y in target[agreeing.ravel() == 1]}
    if len(cells) < SPREAD_LEAST:
        return ""
    return "photograph" if _agreeing_places(a, b, matrix) >= WHOLE else "background"


def _agreeing_places(a: "np.ndarray", b: "np.ndarray", matrix: "np.ndarray") -> float:
    """Share of the places of the overlap, where either shows anything, that look the same in both."""
    import cv2
    import numpy as np

    laid = cv2.warpPerspective(b, matrix, (a.shape[1], a.shape[0]))
    inside = cv2.warpPerspective(np.full(b.shape, 255, np.uint8), matrix, (a.shape[1], a.shape[0]), flags=cv2.INTER_NEAREST)
    inside = cv2.erode(inside, np.ones((PLACE, PLACE), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    correlation, textured = correlations(a, laid)
    textured &= inside
    return float((correlation[textured] >= ALIKE).mean()) if textured.any() else 0.0
