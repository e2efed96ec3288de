"""Text lines gathered into rows of a page, with the place of every character span kept."""

import re
from dataclasses import dataclass
from statistics import median

from app.capture.ocr import Line
from app.domain.facts import Reading

GAP = " "


@dataclass(frozen=True)
class Row:
    """Lines that stand side by side, from left to right."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return GAP.join(line.text for line in self.lines)

    @property
    def middle(self) -> float:
        return sum(line.middle for line in self.lines) / len(self.lines)

    def reading(self, start: int, end: int, value: str, share: float = 1.0) -> Reading:
        """Reading of the characters ``start`` to ``end`` of the row's text; ``share`` lowers its confidence."""
        parts = [(line, low, high) for line, low, high in self._spans() if low < end and high > start]
        boxes = [_part(line, max(start, low) - low, min(end, high) - low) for line, low, high in parts]
        confidence = min((line.confidence for line, _, _ in parts), default=0.0)
        return Reading(value=value, confidence=round(confidence * share, 4), box=union(boxes))

    def _spans(self):
        position = 0
        for line in self.lines:
            yield line, position, position + len(line.text)
            position += len(line.text) + len(GAP)


def rows_of(lines: tuple[Line, ...]) -> tuple[Row, ...]:
    """Rows from top to bottom: lines within about half a line's height of the row's level belong to it."""
    slope = slope_of(lines)
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: level_of(item, slope)):
        row_level = median(level_of(item, slope) for item in rows[-1]) if rows else 0.0
        if rows and abs(level_of(line, slope) - row_level) < 0.55 * min(print_height(line), print_height(rows[-1][-1])):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(Row(tuple(sorted(row, key=lambda item: item.left))) for row in rows)


def slope_of(lines: tuple[Line, ...]) -> float:
    """How far the print falls per pixel to the right: the median of the lines that are long enough to tell."""
    runs = [(line.end[0] - line.start[0], line.end[1] - line.start[1]) for line in lines]
    slopes = [fall / run for (run, fall), line in zip(runs, lines, strict=True) if run > 3 * print_height(line)]
    return median(slopes) if slopes else 0.0


def level_of(line: Line, slope: float) -> float:
    """Height of the line's middle on a page whose print is level."""
    return (line.start[1] + line.end[1]) / 2 - slope * (line.start[0] + line.end[0]) / 2


def print_height(line: Line) -> float:
    """Height of the print, without what a tilt adds to the upright box."""
    return max(8.0, line.box[3] - abs(line.end[1] - line.start[1]))


def cut(line: Line, start: int, end: int) -> Line:
    """Some characters of a line as a line of their own."""
    box = _part(line, start, end)
    width = line.box[2] or 1
    ends = [tuple(a + (b - a) * (x - line.left) / width for a, b in zip(line.start, line.end, strict=True))
            for x in (box[0], box[0] + box[2])]
    return Line(line.text[start:end], line.confidence, box, *ends)


def label_pattern(label: str) -> str:
    """Regular expression of a printed label, whose characters may stand apart."""
    return r"\s*".join(re.escape(character) for character in label)


def union(boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int] | None:
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _part(line: Line, start: int, end: int) -> tuple[int, int, int, int]:
    """Box of some characters of a line; Chinese characters are twice as wide as Latin ones."""
    widths = [1 if character.isascii() else 2 for character in line.text]
    total = sum(widths) or 1
    left = line.left + round(line.box[2] * sum(widths[:start]) / total)
    right = line.left + round(line.box[2] * sum(widths[:end]) / total)
    return left, line.box[1], right - left, line.box[3]
