"""A sheet's print level and the right way up: it may lie sideways or upside down, and its edges may not be found.

The first reading tells: lines that stand on end, words that say nothing, print that runs aslant. What lies well costs one
reading, what does not at most four more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan, cos, sin

import numpy as np

from app.capture import ocr, paper_reader
from app.capture.document import Page, warp, whole
from app.capture.rows import slope_of
from app.capture.stamps import paled

LEAST_LINES = 5
ON_END = 1.5  # height over width from which the reader takes a line to stand on end, and reads it turned to the left
STAMPED, UNDER_STAMP = 0.03, 0.85  # share of a line that a stamp covers, and how sure it is then at most
UNSURE = 0.9  # mean confidence below which level lines may be upside down
SURE = 0.8  # confidence of lines that tell where the print is
ASLANT, ROOMY = 0.015, 0.75  # slope of print, and share of the view's width that it takes, at which it is cut anew


@dataclass(frozen=True)
class Upright:
    """``image`` turned by ``turns`` quarters to the left against the first view, its lines, and the kind they say."""

    image: np.ndarray
    lines: tuple[ocr.Line, ...]
    kind: str
    turns: int = 0


def sheet(view: np.ndarray, page: Page | None, image: np.ndarray, movable: bool = True) -> Upright:
    """The sheet of a straight ``view``, turned if need be. Where its edges were not found in ``image``, or nothing was
    recognised between them, it is cut out by its print. Not ``movable``: read as it lies."""
    if not movable:
        lines = ocr.lines(view, ocr.PAGE_SIDE)
        return Upright(view, lines, paper_reader.recognise(lines))
    seen = _righted(view, page, image)
    if page and seen.kind:
        return seen
    rough = _righted(whole(image, view.shape[1]), None, image) if page else seen
    cut = _by_print(rough, image)
    read = (seen, rough, _read(cut, rough.turns)) if cut is not None else (seen, rough)
    return max(read, key=lambda one: (bool(one.kind), _sure_lines(one)))


def _righted(view: np.ndarray, page: Page | None, image: np.ndarray) -> Upright:
    """A view the right way up. What lies on its side, at ``page`` in ``image``, is cut anew as wide as if it lay upright."""
    first = _read(view, 0)
    turns = _turns(first)
    if not turns:
        return first
    if turns % 2 and page:
        view = warp(image, page, round(view.shape[1] * page.aspect), None)
    second = _read(np.rot90(view, turns).copy(), turns)
    return second if second.kind or (first.kind == "" and _sureness(second) > _sureness(first)) else first


def _by_print(seen: Upright, image: np.ndarray) -> np.ndarray | None:
    """The box around all print, level and as wide as the view; None where that would be no better than the view."""
    lines = tuple(line for line in seen.lines if line.confidence > SURE and line.box[2] > line.box[3])
    if len(lines) < LEAST_LINES:
        return None
    angle = atan(slope_of(lines))
    points = np.array([point for line in lines for point in (line.start, line.end)])
    turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    level = points @ turn
    margin = 2.0 * float(np.median([line.box[3] for line in lines]))
    (left, top), (right, bottom) = level.min(axis=0) - margin, level.max(axis=0) + margin
    width = seen.image.shape[1]
    if abs(angle) < ASLANT and right - left > ROOMY * width:
        return None
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) @ turn.T
    upright = np.rot90(image, seen.turns)
    scale = upright.shape[1] / width
    return warp(np.ascontiguousarray(upright), Page(tuple((x * scale, y * scale) for x, y in corners.tolist()), 0.0), width, None)


def _read(image: np.ndarray, turns: int) -> Upright:
    cleared, stamp = paled(image)
    lines = tuple(_less_sure(line, stamp) for line in ocr.lines(cleared, ocr.PAGE_SIDE))
    return Upright(image, lines, paper_reader.recognise(lines), turns)


def _less_sure(line: ocr.Line, stamp: np.ndarray) -> ocr.Line:
    """Print under a stamp is read with characters missing or invented, and surely so."""
    x, y, width, height = line.box
    covered = stamp[y:y + height, x:x + width]
    if covered.size and covered.mean() > STAMPED:
        return replace(line, confidence=min(line.confidence, UNDER_STAMP))
    return line


def _turns(first: Upright) -> int:
    """How many quarters to the left it should be turned, 0 where it lies right or nothing can be told."""
    if len(first.lines) < LEAST_LINES:
        return 0
    long = [line for line in first.lines if len(line.text) > 2]
    on_end = sum(line.box[3] > ON_END * line.box[2] for line in long)
    if on_end > len(long) / 2:
        return 1 if first.kind or _sureness(first) > UNSURE else 3
    return 2 if not first.kind and _sureness(first) < UNSURE else 0


def _sureness(seen: Upright) -> float:
    return float(np.mean([line.confidence for line in seen.lines])) if seen.lines else 0.0


def _sure_lines(seen: Upright) -> int:
    return sum(line.confidence > SURE for line in seen.lines)
