"""A sheet's print the right way up: it may lie sideways or upside down before the camera.

The first reading tells: lines that stand on end, or words that say nothing. There is at most one more reading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.capture import ocr, paper_reader
from app.capture.document import Page, warp
from app.capture.stamps import paled

LEAST_LINES = 5
ON_END = 1.5  # height over width from which the reader takes a line to stand on end, and reads it turned to the left
STAMPED, UNDER_STAMP = 0.03, 0.85  # share of a line that a stamp covers, and how sure it is then at most
UNSURE = 0.9  # mean confidence below which level lines may be upside down


@dataclass(frozen=True)
class Upright:
    """``image`` turned by ``turns`` quarters to the left against the first view, its lines, and the kind they say."""

    image: np.ndarray
    lines: tuple[ocr.Line, ...]
    kind: str
    turns: int = 0


def sheet(view: np.ndarray, page: Page | None, image: np.ndarray, turnable: bool = True) -> Upright:
    """The sheet of a straight ``view``, turned if need be. One that lies on its side, at ``page`` in ``image``, is cut
    anew as wide as if it had lain upright."""
    first = _read(view, 0)
    turns = _turns(first) if turnable else 0
    if not turns:
        return first
    if turns % 2 and page:
        view = warp(image, page, round(view.shape[1] * page.aspect), None)
    second = _read(np.rot90(view, turns).copy(), turns)
    return second if second.kind or (first.kind == "" and _sureness(second) > _sureness(first)) else first


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
