"""Whether two pictures are one: sent again, recompressed, made smaller, a little cropped or turned.

First a perceptual hash finds what may be the same: the signs of the lowest frequencies of the cosine transform, which a new
compression hardly moves. Forms of one kind look alike to it, so what it finds is laid over each other point by point, and then
every small place must look the same: another name or number on the same form shows as one place that does not.
"""

from typing import TYPE_CHECKING

from app.capture.picture import decode

if TYPE_CHECKING:
    import numpy as np

HASH_SIDE, FREQUENCIES = 48, 12
BITS = FREQUENCIES * FREQUENCIES - 1
SIDE = 1200
PLACE = 24  # px of a small place at SIDE, about one printed character
ALIKE = 0.6  # correlation of a place
ODD_MOST = 500  # px of the largest place that does not fit; the same picture has 0-330, another content 700 and more
INLIERS_LEAST, TEXTURE_LEAST, OVERLAP_LEAST, SCALE_MOST = 15, 400, 0.7, 1.4


def picture_hash(image: "np.ndarray") -> str:
    """143 bits of a BGR picture as 36 hex digits; compare by the number of bits that differ."""
    import cv2
    import numpy as np

    grey = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (HASH_SIDE, HASH_SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.dct(grey.astype(np.float32))[:FREQUENCIES, :FREQUENCIES].flatten()[1:]
    bits = int("".join("1" if above else "0" for above in low > np.median(low)), 2)
    return f"{bits:036x}"


def same_picture(one: bytes, other: bytes) -> bool:
    """Are these picture files one picture? Raises the ``picture.*`` conditions."""
    import cv2
    import numpy as np

    a, b = _grey(decode(one)), _grey(decode(other))
    matrix = _laid_over(a, b)
    if matrix is None or not 1 / SCALE_MOST < abs(np.linalg.det(matrix[:, :2])) ** 0.5 < SCALE_MOST:
        return False
    height, width = a.shape
    laid = cv2.warpAffine(b, matrix, (width, height))
    inside = cv2.warpAffine(np.full(b.shape, 255, np.uint8), matrix, (width, height), flags=cv2.INTER_NEAREST)
    margin = np.ones((2 * PLACE, 2 * PLACE), np.uint8)
    inside = cv2.erode(inside, margin, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    if inside.mean() < OVERLAP_LEAST:
        return False
    correlation, textured = correlations(a, laid)
    textured &= inside
    return bool(textured.sum() >= TEXTURE_LEAST and _largest((correlation < ALIKE) & textured) < ODD_MOST)


def _grey(image: "np.ndarray") -> "np.ndarray":
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    scale = SIDE / max(grey.shape)
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def _laid_over(a: "np.ndarray", b: "np.ndarray") -> "np.ndarray | None":
    """The affine matrix that lays ``b`` over ``a`` by their corners (ORB, RANSAC), None where too few agree."""
    import cv2
    import numpy as np

    finder = cv2.ORB_create(2000, fastThreshold=8)
    (points_a, signs_a), (points_b, signs_b) = (finder.detectAndCompute(grey, None) for grey in (a, b))
    if signs_a is None or signs_b is None:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(signs_a, signs_b)
    best = sorted(matches, key=lambda match: match.distance)[:600]
    if len(best) < INLIERS_LEAST:
        return None
    target = np.float32([points_a[match.queryIdx].pt for match in best])
    source = np.float32([points_b[match.trainIdx].pt for match in best])
    cv2.setRNGSeed(0)
    matrix, agreeing = cv2.estimateAffine2D(source, target, ransacReprojThreshold=3)
    return matrix if matrix is not None and agreeing.sum() >= INLIERS_LEAST else None


def correlations(a: "np.ndarray", b: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    """Correlation of the two pictures around every point, and where there is anything printed to compare."""
    import cv2
    import numpy as np

    def mean(values: "np.ndarray") -> "np.ndarray":
        return cv2.blur(values, (PLACE, PLACE))

    a, b = (cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.5) for grey in (a, b))
    mean_a, mean_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - mean_a ** 2, mean(b * b) - mean_b ** 2
    shared = mean(a * b) - mean_a * mean_b
    return (shared / np.sqrt(np.maximum(spread_a, 1) * np.maximum(spread_b, 1)),
            np.maximum(spread_a, spread_b) > 64)


def _largest(odd: "np.ndarray") -> int:
    """Pixels of the largest connected patch."""
    import cv2
    import numpy as np

    count, _, stats, _ = cv2.connectedComponentsWithStats(odd.astype(np.uint8))
    return int(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0
