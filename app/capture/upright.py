"""A sheet's print level and the right way up: it may lie sideways or upside down, and its edges may not be found.

The first reading tells: lines that stand on end, words that say nothing, print that runs aslant. What lies well costs one
reading, what does not at most four more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import atan, cos, sin

import numpy as np

from app.capture import ocr, paper_reader
from app.capture.document import Page, warp, whole
from app.capture.kinds import kinds
from app.capture.page_lines import page_around
from app.capture.rows import slope_of
from app.capture.stamps import paled

LEAST_LINES = 5
WORD = re.compile("[\u3400-\u9fff]{2}")
ON_END = 1.5  # height over width from which the reader takes a line to stand on end, and reads it turned to the left
STAMPED, UNDER_STAMP = 0.03, 0.85  # share of a line that a stamp covers, and how sure it is then at most
UNSURE = 0.9  # mean confidence below which level lines may be upside down
CUT_SURE = 0.5  # of a line that an edge cuts through
SURE = 0.8  # confidence of lines that tell where the print is
AT_EDGE, CUT_LINES = 0.006, 3  # share of the view's width within which print is cut by its edge, and lines that tell so
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
    recognised between them, or they cut through print, it is cut out by its print. Not ``movable``: read as it lies."""
    if not movable:
        lines = ocr.lines(view, ocr.PAGE_SIDE)
        return Upright(view, lines, paper_reader.recognise(lines))
    seen = _righted(view, page, image)
    if page and seen.kind and not _cuts_print(seen):
        return seen
    rough = _righted(whole(image, view.shape[1]), None, image) if page else seen
    cut = _by_print(rough, image)
    read = (seen, rough, _read(cut, rough.turns)) if cut is not None else (seen, rough)
    return max(read, key=lambda one: (_fields(one), _sure_lines(one)))


def _cuts_print(seen: Upright) -> bool:
    """Whether lines run out of the view to its left or right: what was taken for the page's edges is something else."""
    width = seen.image.shape[1]
    words = [line for line in seen.lines if len(line.text) > 1 and line.confidence > CUT_SURE]
    return any(sum(at_edge) >= CUT_LINES for at_edge in ([line.left <= AT_EDGE * width for line in words],
                                                         [line.right >= (1 - AT_EDGE) * width for line in words]))


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
    """What lies around all print: the page by its edges, else the level box around the print; as wide as the view. None where
    that would be no better than the view."""
    lines = tuple(line for line in seen.lines if line.confidence > SURE and line.box[2] > line.box[3])
    if len(lines) < LEAST_LINES:
        return None
    width = seen.image.shape[1]
    upright = np.ascontiguousarray(np.rot90(image, seen.turns))
    scale = upright.shape[1] / width
    words = [line for line in lines if WORD.search(line.text)]  # what is read in a patterned table is none
    page = page_around(upright, _ends(words) * scale) if words else None
    if page is None:
        corners = _level_box(lines, width)
        page = Page(tuple((x * scale, y * scale) for x, y in corners), 0.0) if corners else None
    return warp(upright, page, width, None) if page else None


def _ends(lines: Iterable[ocr.Line]) -> np.ndarray:
    return np.array([point for line in lines for point in (line.start, line.end)])


def _level_box(lines: tuple[ocr.Line, ...], width: int) -> list[tuple[float, float]] | None:
    """Corners of the box around the lines, as level as they are; None where the view, ``width`` wide, is that already."""
    angle = atan(slope_of(lines))
    turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    level = _ends(lines) @ turn
    margin = 2.0 * float(np.median([line.box[3] for line in lines]))
    (left, top), (right, bottom) = level.min(axis=0) - margin, level.max(axis=0) + margin
    if abs(angle) < ASLANT and right - left > ROOMY * width:
        return None
    return (np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) @ turn.T).tolist()


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


def _fields(seen: Upright) -> int:
    """How many fields of its kind a view gives."""
    return len(paper_reader.read_fields(seen.lines, kinds()[seen.kind])[0]) if seen.kind else 0


def _sure_lines(seen: Upright) -> int:
    return sum(line.confidence > SURE for line in seen.lines)
