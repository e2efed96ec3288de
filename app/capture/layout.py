"""Where everything is printed on a page: its labels, and the pieces of print between them, each with the label it belongs to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from app.capture.ocr import Line
from app.capture.rows import Row, cut, label_pattern, level_of, print_height, rows_of, slope_of
from app.domain.facts import Reading

LONG = 4  # characters from which a label is known though other characters touch it
FUZZY = 5  # characters from which a label is known with one of them misread
BEFORE = re.compile(r"(?:[(（]|(?<![\d.\-/])(?:\d{1,2}|[Ⅰ-Ⅻ])\s*[.．、:：]?)\s*$")
AFTER = re.compile(r"\s*[)）]?\s*[:：;；.]?\s*")
EDGE_LEFT, EDGE_RIGHT = " :：;；.、)）/|_-—", " :：;；、(（/|_"
ON_END = 1.3  # height over width of print that runs downwards: beside a table it names its rows
REACH = 0.95  # heights of print by which a value may stand above or below its label
LINE_PITCH = 1.75  # heights of print from one line of a value to the next at most: rows of a table are wider apart
NEAR_GAP = 4.0  # heights of print that may lie between two pieces of one value


@dataclass(frozen=True, eq=False)
class Piece:
    """A run of characters of one line, on a page whose print is level; pixels. ``label`` is '' where it is none."""

    line: Line
    left: float
    right: float
    level: float
    height: float
    label: str = ""
    exact: bool = True

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class Layout:
    """``marks`` are the printed labels, ``pieces`` all other print, both from top to bottom; ``words`` the labels known."""

    def __init__(self, lines: tuple[Line, ...], words: Iterable[str]) -> None:
        self.slope = slope_of(lines)
        self.rows = rows_of(lines)
        known = tuple(sorted(set(words), key=len, reverse=True))
        split = [part for row in self.rows for part in self._split(row, known)]
        self.marks = tuple(part for part in split if part.label)
        self.pieces = tuple(part for part in split if not part.label)
        self._owners = {id(piece): self._owner_of(piece) for piece in self.pieces}

    def owned(self, mark: Piece) -> tuple[Piece, ...]:
        """What stands beside a label, line by line from left to right: level with the piece nearest to the label's level,
        or beginning below or above it."""
        beside = [piece for piece in self.pieces if self._owners[id(piece)] is mark]
        base = min(beside, key=lambda piece: (round(abs(piece.level - mark.level) / mark.height, 1), piece.left), default=None)
        return _in_order(piece for piece in beside if abs(piece.level - base.level) < 0.6 * base.height
                         or abs(piece.left - base.left) < 2 * base.height)

    def beneath(self, mark: Piece) -> tuple[Piece, ...]:
        """The nearest line below a label that no other label claims."""
        below = [piece for piece in self.pieces if self._owners[id(piece)] is None
                 and 0.5 < (piece.level - mark.level) / mark.height < 3.2
                 and piece.left < mark.right and piece.right > mark.left]
        nearest = min(below, key=lambda piece: piece.level, default=None)
        return _in_order(piece for piece in below if abs(piece.level - nearest.level) < 0.5 * nearest.height)

    def following(self, run: tuple[Piece, ...], most: int) -> tuple[Piece, ...]:
        """The run with up to ``most`` - 1 lines more of the same value, which begin straight below it."""
        first, last = run[0], run[-1]
        for _ in range(most - 1):
            below = [piece for piece in self.pieces if self._owners[id(piece)] is None and piece not in run
                     and abs(piece.left - first.left) < 2 * first.height
                     and 0.6 < (piece.level - last.level) / last.height < LINE_PITCH]
            if not below:
                return run
            last = min(below, key=lambda piece: piece.level)
            run = (*run, last)
        return run

    def share(self, mark: Piece) -> tuple[float, float]:
        """Where a label's middle lies, as shares of the width and height of all print."""
        every = (*self.marks, *self.pieces)
        left, right = min(one.left for one in every), max(one.right for one in every)
        top, bottom = min(one.level for one in every), max(one.level for one in every)
        return (mark.middle - left) / max(1.0, right - left), (mark.level - top) / max(1.0, bottom - top)

    def _split(self, row: Row, known: tuple[str, ...]) -> list[Piece]:
        """A row's labels and what is left between them."""
        spans, parts, start = _labels_in(row.text, known), [], 0
        for line in row.lines:
            end = start + len(line.text)
            inside = [(max(low, start) - start, min(high, end) - start, label, exact)
                      for low, high, label, exact in spans if low < end and high > start]
            parts += self._of_line(line, inside)
            start = end + 1
        return _joined_labels(parts)

    def _of_line(self, line: Line, labels: list[tuple[int, int, str, bool]]) -> list[Piece]:
        parts, position = [], 0
        for low, high, label, exact in labels:
            parts += [self._piece(line, position, _trim_before(line.text, position, low)),
                      self._piece(line, low, high, label, exact)]
            position = AFTER.match(line.text, high).end()
        parts.append(self._piece(line, position, len(line.text)))
        return [part for part in parts if part]

    def _piece(self, line: Line, start: int, end: int, label: str = "", exact: bool = True) -> Piece | None:
        if not label:
            text = line.text[start:end]
            start += len(text) - len(text.lstrip(EDGE_LEFT))
            end -= len(text) - len(text.rstrip(EDGE_RIGHT))
        if start >= end or (line.box[3] > ON_END * line.box[2] and len(line.text) > 1):
            return None
        part = cut(line, start, end)
        shift = self.slope * (part.start[1] + part.end[1]) / 2
        return Piece(part, part.start[0] + shift, part.end[0] + shift, level_of(part, self.slope), print_height(part),
                     label, exact)

    def _owner_of(self, piece: Piece) -> Piece | None:
        """The label to the left that is nearest; one row further up or down counts for more than a wide gap."""
        near = [mark for mark in self.marks if mark.right <= piece.left + 0.7 * piece.height
                and abs(mark.level - piece.level) < REACH * max(mark.height, piece.height)]
        return min(near, key=lambda mark: max(0.0, piece.left - mark.right) + 6 * abs(mark.level - piece.level),
                   default=None)


class Run:
    """Print read as one text; ``squeezed`` without blanks. Its characters know where they stand."""

    def __init__(self, lines: Iterable[Line], squeezed: bool = False) -> None:
        self._at: list[tuple[Line, int] | None] = []
        characters = []
        for line in lines:
            if characters and not squeezed:
                characters.append(" ")
                self._at.append(None)
            for index, character in enumerate(line.text):
                if not squeezed or not character.isspace():
                    characters.append(character)
                    self._at.append((line, index))
        self.text = "".join(characters)

    def reading(self, start: int, end: int, value: str) -> Reading:
        """Reading of the characters ``start`` to ``end``: as sure as the least sure of its lines."""
        places: dict[int, tuple[Line, list[int]]] = {}
        for at in self._at[start:end]:
            if at:
                places.setdefault(id(at[0]), (at[0], []))[1].append(at[1])
        parts = tuple(cut(line, min(where), max(where) + 1) for line, where in places.values())
        row = Row(parts)
        return row.reading(0, len(row.text), value)


def near_run(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces up to the first wide gap in a line: what lies beyond it is another cell's."""
    for index, (one, other) in enumerate(pairwise(pieces), 1):
        same_line = abs(one.level - other.level) < 0.5 * max(one.height, other.height)
        if same_line and other.left - one.right > NEAR_GAP * max(one.height, other.height):
            return pieces[:index]
    return pieces


def _in_order(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Line by line, each from left to right; a line is what stands level with its leftmost piece."""
    left, lines = sorted(pieces, key=lambda one: (one.left, one.level)), []
    while left:
        line = [one for one in left if abs(one.level - left[0].level) < 0.6 * max(one.height, left[0].height)]
        left = [one for one in left if one not in line]
        lines.append(line)
    return tuple(piece for line in sorted(lines, key=lambda line: line[0].level) for piece in line)


def _labels_in(text: str, known: tuple[str, ...]) -> list[tuple[int, int, str, bool]]:
    """Start, end, label, and whether every character agrees; the longest labels first, none inside another."""
    taken: list[tuple[int, int, str, bool]] = []
    characters = set(text)
    for exact in (True, False):
        for label in known:
            if sum(sign not in characters for sign in label) > (0 if exact or len(label) < FUZZY else 1):
                continue
            for found in _pattern(label, exact or len(label) < FUZZY).finditer(text):
                low, high = found.span()
                if _stands_alone(text, low, label) and all(high <= a or low >= b for a, b, *_ in taken):
                    taken.append((low, high, label, exact))
    return sorted(taken)


def _stands_alone(text: str, start: int, label: str) -> bool:
    return len(label) >= LONG or start == 0 or not "\u4e00" <= text[start - 1] <= "\u9fff"


@cache
def _pattern(label: str, exact: bool) -> re.Pattern[str]:
    if exact:
        return re.compile(label_pattern(label))
    misread = (label_pattern(label[:at]) + r"\s*\S\s*" + label_pattern(label[at + 1:]) for at in range(1, len(label) - 1))
    return re.compile("|".join(misread))


def _trim_before(text: str, start: int, end: int) -> int:
    """Where the print before a label ends: its item number and opening bracket are the label's."""
    found = BEFORE.search(text, start, end)
    return found.start() if found else end


def _joined_labels(parts: list[Piece]) -> list[Piece]:
    """Parts of one label whose characters stand apart become one mark."""
    joined: list[Piece] = []
    for part in parts:
        last = joined[-1] if joined else None
        if part.label and last and last.label == part.label and len(last.line.text) + len(part.line.text) <= len(part.label) + 3:
            joined[-1] = Piece(last.line, last.left, part.right, (last.level + part.level) / 2,
                               max(last.height, part.height), part.label, last.exact)
        else:
            joined.append(part)
    return joined
