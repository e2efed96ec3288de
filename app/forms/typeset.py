"""Chinese lines: no line starts with ，。 or ends with （, figures and Latin words stay whole, both margins even."""

import re
from dataclasses import dataclass, replace

from reportlab.lib.colors import Color, HexColor
from reportlab.platypus import Flowable

from app.forms.fonts import Fonts
from app.forms.markup import Run

NO_START = frozenset("，。、；：？！）》」』】〕”’…—·％‰℃,.;:?!)]}%>")
NO_END = frozenset("（《「『【〔“‘¥￥$([{<")
UNIT = re.compile(r"[!-~]+|.", re.DOTALL)
MAX_STRETCH = 0.12
GROUP = 8
INK = HexColor("#1f2933")


@dataclass(frozen=True)
class Style:
    """Sizes in points. ``indent`` is the first line's, in characters; ``fill`` shades a highlighted clause."""

    fonts: Fonts
    size: float = 10.5
    leading: float = 17.0
    indent: int = 0
    align: str = "justify"
    before: float = 0.0
    after: float = 4.0
    heavy: bool = False
    keep_with_next: bool = False
    fill: Color | None = None
    padding: float = 0.0

    def width(self, text: str, bold: bool) -> float:
        return self.fonts.width(text, bold or self.heavy, self.size)

    def pieces(self, run: Run) -> list[tuple[str, str]]:
        return self.fonts.pieces(run.text, run.bold or self.heavy)


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]
    width: float
    indent: float
    last: bool


@dataclass(frozen=True)
class Unit:
    """What is never broken: one Chinese character, or a run of figures and Latin letters."""

    text: str
    bold: bool
    width: float


def break_lines(runs: tuple[Run, ...], style: Style, width: float) -> list[Line]:
    """Greedy lines of at most ``width`` points; a character that may not start a line takes its neighbour along."""
    units = _units(runs, style, width)
    lines, start = [], 0
    while start < len(units):
        while start < len(units) - 1 and lines and units[start].text == " ":
            start += 1
        indent = style.indent * style.size if not lines else 0.0
        end = _line_end(units, start, width - indent)
        if _lonely(units[end:]) and end - start > 2:
            end = _kept(units, start, end - 1)
        lines.append(_line(units[start:end], indent, end == len(units)))
        start = end
    return lines


def _units(runs: tuple[Run, ...], style: Style, width: float) -> list[Unit]:
    units = []
    for run in runs:
        for text in UNIT.findall(run.text):
            measure = style.width(text, run.bold)
            if measure > width / 2 and len(text) > 1:
                units += [Unit(part, run.bold, style.width(part, run.bold)) for part in _parts(text, width / measure)]
            else:
                units.append(Unit(text, run.bold, measure))
    return units


def _parts(text: str, share: float) -> list[str]:
    """A long figure in groups of eight, so that a hash is broken evenly; by single signs where a line is shorter than that."""
    group = GROUP if share * len(text) >= 2 * GROUP else 1
    return [text[at:at + group] for at in range(0, len(text), group)]


def _line_end(units: list[Unit], start: int, room: float) -> int:
    end, used = start, 0.0
    while end < len(units) and (used + units[end].width <= room + 0.01 or end == start):
        used += units[end].width
        end += 1
    return end if end == len(units) else _kept(units, start, end)


def _kept(units: list[Unit], start: int, end: int) -> int:
    """The nearest place at or before ``end`` where a line may be broken; ``end`` where there is none."""
    cut = end
    while cut > start + 1 and (_opens_badly(units[cut]) or units[cut - 1].text[-1] in NO_END):
        cut -= 1
    return cut if cut > start + 1 else end


def _lonely(rest: list[Unit]) -> bool:
    """Whether a last line would hold one Chinese character and its punctuation, nothing else."""
    words = [unit for unit in rest if unit.text not in NO_START]
    return bool(rest) and len(rest) <= 3 and len(words) <= 1 and all(len(unit.text) == 1 for unit in words)


def _opens_badly(unit: Unit) -> bool:
    return unit.text[0] in NO_START and (len(unit.text) == 1 or not unit.text.isascii())


def _line(units: list[Unit], indent: float, last: bool) -> Line:
    while len(units) > 1 and units[-1].text == " ":
        units = units[:-1]
    runs: list[Run] = []
    for unit in units:
        if runs and runs[-1].bold == unit.bold:
            runs[-1] = Run(runs[-1].text + unit.text, unit.bold)
        else:
            runs.append(Run(unit.text, unit.bold))
    return Line(tuple(runs), sum(unit.width for unit in units), indent, last)


class Text(Flowable):
    """One paragraph that can break across pages."""

    def __init__(self, runs: tuple[Run, ...], style: Style, lines: list[Line] | None = None) -> None:
        super().__init__()
        self.runs, self.style, self.lines = runs, style, lines
        self.keepWithNext = style.keep_with_next
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if self.lines is None:
            self.lines = break_lines(self.runs, self.style, width - 2 * self.style.padding)
        self.width = width
        self.height = len(self.lines) * self.style.leading + 2 * self.style.padding
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        room = int((height - 2 * self.style.padding) // self.style.leading)
        if room < 2 or len(self.lines) - room < 2:
            room = min(room, len(self.lines) - 2)
        if room < 2:
            return []
        head = Text(self.runs, replace(self.style, after=0), self.lines[:room])
        return [head, Text(self.runs, replace(self.style, before=0), self.lines[room:])]

    def natural_width(self) -> float:
        """Width in points if nothing were broken."""
        return sum(self.style.width(run.text, run.bold) for run in self.runs)

    def draw(self) -> None:
        style, canvas = self.style, self.canv
        if style.fill is not None:
            canvas.setFillColor(style.fill)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        room = self.width - 2 * style.padding
        y = self.height - style.padding - style.size - (style.leading - style.size) / 2 + 0.12 * style.size
        for line in self.lines:
            self._draw_line(line, y, room)
            y -= style.leading

    def _draw_line(self, line: Line, y: float, room: float) -> None:
        style = self.style
        spare = room - line.indent - line.width
        shift = {"center": spare / 2, "right": spare}.get(style.align, 0.0)
        text = self.canv.beginText(style.padding + line.indent + shift, y)
        text.setFillColor(INK)
        gaps = sum(len(run.text) for run in line.runs) - 1
        stretched = style.align == "justify" and not line.last and gaps > 0 and 0 < spare / gaps <= MAX_STRETCH * style.size
        text.setCharSpace(spare / gaps if stretched else 0)  # it would last from the line before
        for name, part in (piece for run in line.runs for piece in style.pieces(run)):
            text.setFont(name, style.size)
            text.textOut(part)
        self.canv.drawText(text)
