"""A lamp mirrored by a sheet of white paper: a place without print, white to the last, around which the paper darkens softly.

White paper itself is no sign. What tells a lamp from an empty place of the sheet is that its light does not end at its edge: it
fades over some millimetres on all sides, down to what the paper is elsewhere. A white label on coloured paper ends sharply.
"""

from __future__ import annotations

import cv2
import numpy as np

WIDTH_PX = 500
WHITE = 248  # the darkest channel, of 255
PRINT_PX = 7  # nothing darker stands within so many pixels
# From here on in pixels of half that width.
LEAST_PX, LARGEST = 12, 0.2  # of a place; the latter as share of the sheet
EDGES_MOST = 1  # of the view that it reaches: in a corner lies what is beside the sheet
NEAR, AROUND = (5.5, 8.0), (18.0, 32.0)  # rings around it, from its edge on
SECTORS, SECTORS_LEAST, SECTOR_LEAST_PX = 12, 4, 5
FADES = 12.0  # grey levels that the outer ring is darker on three of four sides; sheets without a lamp: up to 11
SOFT = 0.16  # share of the fading that the inner ring lacks; at sharp edges up to 0.08, of three lamps in four above 0.4
Box = tuple[float, float, float, float]


def lamps(view: np.ndarray) -> tuple[Box, ...]:
    """Boxes (left, top, width, height as shares of ``view``, the straightened photograph of a sheet, BGR) in which a lamp's
    reflection leaves no print."""
    size = (WIDTH_PX, max(1, round(WIDTH_PX * view.shape[0] / view.shape[1])))
    darkest = cv2.GaussianBlur(cv2.resize(view, size, interpolation=cv2.INTER_AREA).min(axis=2), (0, 0), 1.2)
    bare = (cv2.erode(darkest, _round(PRINT_PX)) >= WHITE).astype(np.uint8)[::2, ::2]
    paper = cv2.dilate(darkest, _round(PRINT_PX + 2))[::2, ::2]
    height, width = bare.shape
    found = []
    _, places, stats, middles = cv2.connectedComponentsWithStats(bare)
    for at, (x, y, w, h, area) in enumerate(stats.tolist()):
        edges = (x == 0) + (y == 0) + (x + w == width) + (y + h == height)
        if at and LEAST_PX <= area < LARGEST * bare.size and edges <= EDGES_MOST:
            reach = int(AROUND[1]) + 1
            window = np.s_[max(0, y - reach):y + h + reach, max(0, x - reach):x + w + reach]
            middle = middles[at] - (max(0, x - reach), max(0, y - reach))
            if _fades(places[window] == at, paper[window], middle):
                found.append((x / width, y / height, w / width, h / height))
    return tuple(found)


def _fades(place: np.ndarray, paper: np.ndarray, middle: np.ndarray) -> bool:
    """Whether the paper darkens softly away from ``place`` on three of four sides; ``middle`` is its own (x, y)."""
    away = cv2.distanceTransform((~place).astype(np.uint8), cv2.DIST_L2, 3)
    y, x = np.mgrid[:place.shape[0], :place.shape[1]].astype(np.float32)
    turn = cv2.phase(x - np.float32(middle[0]), y - np.float32(middle[1])) / (2 * np.pi)
    sector = (turn * SECTORS).astype(int) % SECTORS
    near, around = ((away > least) & (away <= most) for least, most in (NEAR, AROUND))
    rings = [(paper[near & (sector == at)], paper[around & (sector == at)]) for at in range(SECTORS)]
    levels = np.array([(np.median(close), np.median(far)) for close, far in rings if len(close) and len(far) >= SECTOR_LEAST_PX])
    if len(levels) < SECTORS_LEAST:
        return False
    fading = 255 - levels[:, 1]
    return bool(np.percentile(fading, 25) >= FADES and np.median((levels[:, 0] - levels[:, 1]) / np.maximum(4, fading)) >= SOFT)


def _round(size: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
