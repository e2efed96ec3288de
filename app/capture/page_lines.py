"""The page around print that was read: fingers, a shadow or a pale table break its outline, but its sides still run straight.

Long straight edges with all of the print on one side of them are candidates for that side of the page.
"""

from itertools import product

import cv2
import numpy as np

from app.capture.document import SEARCH_SIDE, Page, edges_of

LONG, GAP, VOTES = 0.15, 12, 40  # least length as a share of the picture's short side; pixels that a line may be broken by
SAME_PX, NEAREST = 6, 5  # lines nearer than this at both ends are one; how many are tried for each side
STEPS = np.linspace(0.05, 0.95, 60)
LEAST_SIDE = 0.6  # share of every side that lies on an edge
SMALLER = 0.1  # how much of that share counts as much as the picture's whole area


def page_around(image: np.ndarray, points: np.ndarray) -> Page | None:
    """The quadrilateral around all ``points`` (n×2, pixels of the BGR picture, which stands about upright) with edges under its
    sides, the smaller one of two alike; None where there is none."""
    scale = SEARCH_SIDE / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    across, down = _lines(small)
    sides = [*_beyond(across, points * scale, width), *_beyond(down, points[:, ::-1] * scale, height)]
    quads = [_crossed(top, bottom, left, right, width, height) for top, bottom, left, right in product(*sides)]
    if not quads:
        return None
    every = np.stack(quads)
    supports = _on_edges(every, edges_of(small)[1])
    sound = supports.min(axis=1) > LEAST_SIDE
    if not sound.any():
        return None
    areas = np.array([cv2.contourArea(quad) for quad in every.astype(np.float32)]) / (width * height)
    best = max(np.flatnonzero(sound), key=lambda at: supports[at].mean() - SMALLER * areas[at])
    return Page(tuple((x / scale, y / scale) for x, y in quads[best].tolist()), round(float(supports[best].mean()), 3))


def _lines(small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lines across (n×2: their height at the picture's left and right) and down (at its top and bottom)."""
    height, width = small.shape[:2]
    blurred = cv2.GaussianBlur(small, (5, 5), 0)
    marks = np.zeros((height, width), np.uint8)
    for channel in (cv2.cvtColor(blurred, cv2.COLOR_BGR2GRAY), cv2.cvtColor(blurred, cv2.COLOR_BGR2HSV)[:, :, 1]):
        marks |= cv2.Canny(channel, 12, 36)
    found = cv2.HoughLinesP(marks, 1, np.pi / 360, VOTES, minLineLength=LONG * min(height, width), maxLineGap=GAP)
    pieces = np.empty((0, 4)) if found is None else found.reshape(-1, 4).astype(float)
    across = np.abs(pieces[:, 2] - pieces[:, 0]) > np.abs(pieces[:, 3] - pieces[:, 1])
    return _drawn_out(pieces[across], width), _drawn_out(pieces[~across][:, [1, 0, 3, 2]], height)


def _drawn_out(pieces: np.ndarray, reach: int) -> np.ndarray:
    """Pieces (along, across, along, across) drawn out to 0 and ``reach``, the longest first and none twice."""
    lines: list[np.ndarray] = []
    for x0, y0, x1, y1 in sorted(pieces.tolist(), key=lambda piece: -np.hypot(piece[2] - piece[0], piece[3] - piece[1])):
        slope = (y1 - y0) / (x1 - x0)
        line = np.array([y0 - slope * x0, y0 + slope * (reach - x0)])
        if all(np.abs(line - other).max() > SAME_PX for other in lines):
            lines.append(line)
    return np.array(lines).reshape(-1, 2)


def _beyond(lines: np.ndarray, points: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """The lines before and behind all points, the nearest first; ``points`` as along and across."""
    along = points[:, 0] / reach
    gaps = points[:, 1] - (lines[:, :1] * (1 - along) + lines[:, 1:] * along)
    before, behind = gaps.min(axis=1), -gaps.max(axis=1)
    return tuple(lines[order[distance[order] > 0][:NEAREST]]
                 for distance, order in ((before, np.argsort(before)), (behind, np.argsort(behind))))


def _crossed(top: np.ndarray, bottom: np.ndarray, left: np.ndarray, right: np.ndarray, width: int, height: int) -> np.ndarray:
    """Corners where the sides meet, clockwise from the top left."""
    corners = []
    for (start, end), (upper, lower) in ((top, left), (top, right), (bottom, right), (bottom, left)):
        fall, lean = (end - start) / width, (lower - upper) / height
        x = (upper + lean * start) / (1 - lean * fall)
        corners.append((x, start + fall * x))
    return np.array(corners)


def _on_edges(quads: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Share of every side (n×4) that lies on an edge."""
    height, width = edges.shape
    points = quads[:, :, None] + (np.roll(quads, -1, axis=1) - quads)[:, :, None] * STEPS[:, None]
    x, y = points[..., 0].round().astype(int), points[..., 1].round().astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return (inside & edges[y.clip(0, height - 1), x.clip(0, width - 1)]).mean(axis=2)
