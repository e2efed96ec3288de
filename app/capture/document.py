"""Finding a page in a picture: four corners by edges, then a straight view of it.

Several channels are cut into shapes by edges and by brightness; every shape's hull becomes a quadrilateral whose sides
are fitted anew to the outline (cards have round corners). The best one has real edges under all four sides and, for a
card, the ISO/IEC 7810 ID-1 proportion.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, degrees, exp, log

import cv2
import numpy as np

ID1_ASPECT = 85.60 / 53.98
CARD_WIDTH = 1000
SEARCH_SIDE = 560
ACCEPT = 1.1
FLAT_BRIGHT, FLAT_EVEN = 200, 5.0  # grey of a drawn page's rim, and how much it may vary: light on a table varies by more
AREA_MIN, AREA_MAX = 0.06, 0.97
EDGE_OVER_NOISE, EDGE_LIMITS = 1.3, (16.0, 40.0)  # of the gradient, whose middle value is the sensor's noise
LIKELY, SNAP = 3, 7
OUTER, NEARLY, SOUND = 1.1, 0.15, 0.7


@dataclass(frozen=True)
class Page:
    """Corners in picture pixels, clockwise from the page's top left; ``score`` 0-1.6, trustworthy above ``ACCEPT``."""

    corners: tuple[tuple[float, float], ...]
    score: float

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Lengths of top, right, bottom and left side in pixels."""
        points = np.array([*self.corners, self.corners[0]])
        return tuple(float(np.hypot(*(b - a))) for a, b in pairwise(points))

    @property
    def width_px(self) -> int:
        top, _, bottom, _ = self.sides
        return round((top + bottom) / 2)

    @property
    def aspect(self) -> float:
        top, right, bottom, left = self.sides
        return (top + bottom) / max(1.0, right + left)

    @property
    def skew_degrees(self) -> float:
        """Rotation of the top side against the picture's horizontal."""
        (x0, y0), (x1, y1) = self.corners[:2]
        return degrees(atan2(y1 - y0, x1 - x0))

    @property
    def perspective(self) -> float:
        """Largest log-ratio of opposite sides: 0 seen from straight above."""
        top, right, bottom, left = (max(1.0, side) for side in self.sides)
        return max(abs(log(top / bottom)), abs(log(left / right)))


def find_page(image: np.ndarray, aspect: float | None = ID1_ASPECT) -> Page | None:
    """The page in a BGR picture, None where no shape is good enough. ``aspect`` width / height, None for any paper."""
    height, width = image.shape[:2]
    scale = SEARCH_SIDE / max(height, width)
    if min(height, width) < 64:
        return None
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gradient, edges = edges_of(small)
    quads = [quad for hull in _shapes(small) if (quad := _quad(hull)) is not None]

    def score(quad: np.ndarray) -> float:
        return _support(quad, edges) + 0.6 * _proportion(quad, aspect)

    likely = sorted(quads, key=score, reverse=True)[:LIKELY]
    likely += [snapped for quad in likely if (snapped := _snapped(quad, gradient)) is not None]
    best = max(likely, key=score, default=None)
    if best is None or score(best) < ACCEPT:
        return None
    found = best if aspect else _outermost(best, quads, gradient, edges)
    corners = _from_top_left(found / scale, aspect)
    return Page(tuple((float(x), float(y)) for x, y in corners), round(score(best), 3))


def is_flat(image: np.ndarray) -> bool:
    """Whether the picture is a page itself, as files draw it: its rim is bright and even, and there is no table around it.
    What looks like a page in it is then a frame or a picture printed on it."""
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (0, 0), 5)
    rim = max(2, round(0.01 * min(grey.shape)))
    around = np.concatenate([side.ravel() for side in (grey[:rim], grey[-rim:], grey[:, :rim], grey[:, -rim:])])
    return float(np.median(around)) > FLAT_BRIGHT and float(around.std()) < FLAT_EVEN


def warp(image: np.ndarray, page: Page, width: int = CARD_WIDTH, aspect: float | None = ID1_ASPECT) -> np.ndarray:
    """Straight view of the page, ``width`` pixels wide; without an aspect the page keeps its own."""
    height = round(width / (aspect or page.aspect))
    target = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(np.float32(page.corners), target)
    return cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_AREA if page.width_px > 2 * width
                               else cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def whole(image: np.ndarray, width: int = CARD_WIDTH) -> np.ndarray:
    """The whole picture, at most ``width`` pixels wide."""
    scale = width / image.shape[1]
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image


def _channels(small: np.ndarray):
    blurred = cv2.GaussianBlur(small, (5, 5), 0)
    yield cv2.cvtColor(blurred, cv2.COLOR_BGR2GRAY)
    yield cv2.cvtColor(blurred, cv2.COLOR_BGR2HSV)[:, :, 1]
    yield from cv2.split(cv2.cvtColor(blurred, cv2.COLOR_BGR2LAB))[1:]


def _shapes(small: np.ndarray):
    """Hulls of everything that might be a page."""
    area = small.shape[0] * small.shape[1]
    kernel = np.ones((3, 3), np.uint8)
    for channel in _channels(small):
        stretched = cv2.normalize(channel, None, 0, 255, cv2.NORM_MINMAX)
        masks = [_otsu(stretched, sign, level) for sign in (1, -1) for level in (None, _table_level(stretched))]
        masks += [cv2.dilate(cv2.Canny(stretched, low, low * 3), kernel, iterations=2) for low in (15, 40)]
        for mask in masks:
            mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel, iterations=2)
            outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            for outline in outlines:
                if len(outline) > 120:
                    hull = cv2.convexHull(outline)
                    if AREA_MIN * area < cv2.contourArea(hull) < AREA_MAX * area:
                        yield hull


def _otsu(channel: np.ndarray, sign: int, level: float | None) -> np.ndarray:
    """What is brighter (``sign`` 1) or darker (-1) than the best cut through all pixels, or through those on that side
    of ``level``."""
    side = channel if level is None else channel[(channel.astype(np.int16) - int(level)) * sign > 0]
    if side.size < 64:
        return np.zeros_like(channel)
    cut, _ = cv2.threshold(side.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    return cv2.inRange(channel, int(cut) + 1, 255) if sign > 0 else cv2.inRange(channel, 0, int(cut))


def _table_level(channel: np.ndarray) -> float:
    """The middle value along the picture's rim, where the table is."""
    rim = max(2, channel.shape[0] // 20)
    return float(np.median(np.concatenate([channel[:rim].ravel(), channel[-rim:].ravel(), channel[:, :rim].ravel(),
                                           channel[:, -rim:].ravel()])))


def _quad(hull: np.ndarray) -> np.ndarray | None:
    """Four corners (float, in order) of a hull whose sides are nearly straight."""
    length = cv2.arcLength(hull, True)
    for tolerance in (0.02, 0.035, 0.05, 0.07):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(corners) == 4:
            break
    else:
        return None
    rough = corners[:, 0].astype(np.float32)
    if cv2.contourArea(rough) < 0.85 * cv2.contourArea(hull):
        return None
    return _refit(rough, _dense(hull[:, 0]))


def _dense(points: np.ndarray) -> np.ndarray:
    """Points two pixels apart along a closed outline."""
    ring = np.vstack([points, points[:1]]).astype(np.float32)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
    places = np.arange(0.0, way[-1], 2)
    return np.column_stack([np.interp(places, way, ring[:, axis]) for axis in (0, 1)]).astype(np.float32)


def _refit(rough: np.ndarray, outline: np.ndarray) -> np.ndarray | None:
    """Fits each side to the outline's middle part and crosses neighbouring sides."""
    sides = []
    for index in range(4):
        a, b = rough[index], rough[(index + 1) % 4]
        along = (b - a) / max(1e-6, np.hypot(*(b - a)))
        offset = outline - a
        position = offset @ along / max(1e-6, np.hypot(*(b - a)))
        distance = np.abs(offset @ np.array([-along[1], along[0]]))
        near = outline[(position > 0.12) & (position < 0.88) & (distance < 8)]
        if len(near) < 6:
            sides.append(np.array([along[0], along[1], a[0], a[1]]))
        else:
            sides.append(cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)[:, 0])
    return _crossed(sides, rough)


def _snapped(quad: np.ndarray, gradient: np.ndarray) -> np.ndarray | None:
    """The quadrilateral with every side moved onto the strongest edge beside it, most points of which must agree."""
    sides, reach = [], np.arange(-SNAP, SNAP + 1)
    for a, b in pairwise(np.vstack([quad, quad[:1]])):
        along = (b - a) / max(1e-6, np.hypot(*(b - a)))
        places = a + (b - a) * np.linspace(0.08, 0.92, 48)[:, None]
        across = places[:, None] + reach[:, None] * np.array([-along[1], along[0]])
        x, y = across[..., 0].round().astype(int), across[..., 1].round().astype(int)
        values = gradient[y.clip(0, gradient.shape[0] - 1), x.clip(0, gradient.shape[1] - 1)]
        strongest = across[np.arange(len(places)), values.argmax(axis=1)]
        sides.append(cv2.fitLine(strongest.astype(np.float32), cv2.DIST_WELSCH, 0, 0.01, 0.01)[:, 0])
    return _crossed(sides, quad)


def _crossed(sides: list[np.ndarray], rough: np.ndarray) -> np.ndarray | None:
    """Corners where neighbouring sides (direction and a point of each) cross, if they stay near the rough ones."""
    corners = [_cross(sides[index - 1], sides[index]) for index in range(4)]
    if any(corner is None for corner in corners):
        return None
    quad = np.array(corners, np.float32)
    return quad if cv2.isContourConvex(quad) and np.abs(quad - rough).max() < 40 else None


def _cross(one: np.ndarray, other: np.ndarray) -> np.ndarray | None:
    (dx, dy, x, y), (other_dx, other_dy, other_x, other_y) = one.tolist(), other.tolist()
    turn = dy * other_dx - dx * other_dy
    if abs(turn) < 0.2:
        return None
    step = ((other_y - y) * other_dx - (other_x - x) * other_dy) / turn
    return np.array([x + step * dx, y + step * dy])


def edges_of(small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How strongly a small BGR picture changes at every pixel, and where (bool) that is more than its noise."""
    gradient = _gradient(small)
    return gradient, gradient > np.clip(EDGE_OVER_NOISE * np.median(gradient), *EDGE_LIMITS)


def _gradient(small: np.ndarray) -> np.ndarray:
    """Strength of the strongest colour edge at every pixel, thickened by one pixel."""
    blurred = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)
    across = cv2.Sobel(blurred, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(blurred, cv2.CV_32F, 0, 1)
    return cv2.dilate(cv2.magnitude(across, down).max(axis=2), np.ones((3, 3), np.uint8))


def _support(quad: np.ndarray, edges: np.ndarray) -> float:
    """Share of the outline that lies on an edge, 0-1; the worst side counts half."""
    height, width = edges.shape
    steps = np.linspace(0.08, 0.92, 60)[:, None, None]
    points = (quad + (np.roll(quad, -1, axis=0) - quad) * steps).round().astype(int)
    x, y = points[..., 0], points[..., 1]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    sides = (inside & edges[y.clip(0, height - 1), x.clip(0, width - 1)]).mean(axis=0)
    return 0.5 * float(sides.mean()) + 0.5 * float(sides.min())


def _outermost(best: np.ndarray, quads: list[np.ndarray], gradient: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The largest shape with edges of its own that holds the best one: a folder its pages, a sheet its printed frame, or
    the page with one like it close beside."""
    supports = [(_support(quad, edges), quad) for quad in quads]
    least = _support(best, edges) - NEARLY
    around = [quad for support, quad in supports if support > least and _encloses(quad, best)]
    around += [both for support, quad in supports if support > SOUND and (both := _spread(quad, best)) is not None]
    if not around:
        return best
    outer = max(around, key=cv2.contourArea)
    snapped = _snapped(outer, gradient)
    return outer if snapped is None else snapped


def _spread(page: np.ndarray, other: np.ndarray) -> np.ndarray | None:
    """Both pages of an opened booklet as one shape, None where these two are none."""
    areas = cv2.contourArea(page), cv2.contourArea(other)
    hull = cv2.convexHull(np.vstack([page, other]))
    shared, _ = cv2.intersectConvexConvex(page, other)
    if max(areas) > 1.5 * min(areas) or shared > 0.05 * min(areas) or cv2.contourArea(hull) > 1.15 * sum(areas):
        return None
    return _quad(hull)


def _encloses(outer: np.ndarray, inner: np.ndarray) -> bool:
    shared, _ = cv2.intersectConvexConvex(outer, inner)
    area = cv2.contourArea(inner)
    return shared > 0.95 * area and cv2.contourArea(outer) > OUTER * area and _proportion(outer, None) > 0


def _proportion(quad: np.ndarray, aspect: float | None) -> float:
    lengths = [float(np.hypot(*(b - a))) for a, b in pairwise(np.vstack([quad, quad[:1]]))]
    one, other = lengths[0] + lengths[2], lengths[1] + lengths[3]
    if min(one, other) < 40:
        return 0.0
    ratio = max(one, other) / min(one, other)
    if aspect is None:
        return 0.6 if ratio < 2.2 else 0.3 if ratio < 3.2 else 0.0
    return exp(-abs(log(ratio / max(aspect, 1 / aspect))) / 0.15)


def _from_top_left(quad: np.ndarray, aspect: float | None) -> np.ndarray:
    """Clockwise from the top left; a card lying upright in the picture is turned so that its long side is on top."""
    centre = quad.mean(axis=0)
    quad = quad[np.argsort(np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0]))]
    quad = np.roll(quad, -int(np.argmin(quad.sum(axis=1))), axis=0)
    top, right = np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[1]))
    bottom, left = np.hypot(*(quad[2] - quad[3])), np.hypot(*(quad[3] - quad[0]))
    if aspect is not None and (top + bottom > right + left) != (aspect > 1):
        quad = np.roll(quad, -1, axis=0)
    return quad
