"""Chinese lines: no line starts with ，。 or ends with （, figures and Latin words stay whole, both margins even."""

import re
from dataclasses import dataclass, replace

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from app.forms.markup import Run

NO_START = frozenset("，。、；：？！）》」』】〕”’…—·％‰℃,.;:?!)]}%>")
NO_END = frozenset("（《「『【〔“‘¥￥$([{<")
UNIT = re.compile(r"[!-~]+|.", re.DOTALL)
MAX_STRETCH = 0.12
INK = HexColor("#1f2933")


@dataclass(frozen=True)
class Style:
    """Sizes in points. ``indent`` is the first line's, in characters; ``fill`` shades a highlighted clause."""

    body: str
    bold: str
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

    def font(self, run: Run) -> str:
        return self.bold if run.bold or self.heavy else self.body


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
        lines.append(_line(units[start:end], indent, end == len(units)))
        start = end
    return lines


def _units(runs: tuple[Run, ...], style: Style, width: float) -> list[Unit]:
    units = []
    for run in runs:
        font = style.font(run)
        for text in UNIT.findall(run.text):
            measure = stringWidth(text, font, style.size)
            if measure > width / 2 and len(text) > 1:
                units += [Unit(c, run.bold, stringWidth(c, font, style.size)) for c in text]
            else:
                units.append(Unit(text, run.bold, measure))
    return units


def _line_end(units: list[Unit], start: int, room: float) -> int:
    end, used = start, 0.0
    while end < len(units) and (used + units[end].width <= room + 0.01 or end == start):
        used += units[end].width
        end += 1
    if end == len(units):
        return end
    cut = end
    while cut > start + 1 and (_opens_badly(units[cut]) or units[cut - 1].text[-1] in NO_END):
        cut -= 1
    return cut if cut > start + 1 else end


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
        return sum(stringWidth(run.text, self.style.font(run), self.style.size) for run in self.runs)

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
        if style.align == "justify" and not line.last and gaps > 0 and 0 < spare / gaps <= MAX_STRETCH * style.size:
            text.setCharSpace(spare / gaps)
        for run in line.runs:
            text.setFont(style.font(run), style.size)
            text.textOut(run.text)
        self.canv.drawText(text)
