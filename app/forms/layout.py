"""Pages of a document: blocks to flowables, header and footer, QR code, and places where people sign.

Imports reportlab; ``app.forms.draw`` loads it late.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer
from reportlab.platypus import Table as Grid

from app.forms.company_seal import DIAMETER, seal_at, seal_edge
from app.forms.fonts import Fonts
from app.forms.markup import Block, Run, Table
from app.forms.typeset import Style, Text

LINE, SHADE, GREY = HexColor("#b8c1cc"), HexColor("#f3f0e6"), HexColor("#5a6572")
HEAD_SHADE = HexColor("#eaeef3")
MARGIN, TOP, BOTTOM, QR_SIDE = 22 * mm, 31 * mm, 22 * mm, 17 * mm
BOX_WIDTH, BOX_HEIGHT, GUTTER = 78 * mm, 24 * mm, 10 * mm
LAST_PARAGRAPHS = 2  # that stay with the signatures
COMPANY = "company"
SEAL_ROOM = DIAMETER - BOX_HEIGHT  # the seal reaches below its box

Box = tuple[int, float, float, float, float]


@dataclass(frozen=True)
class Surround:
    """What is printed around the text of every page. ``seal`` is the company's as PNG, empty for none."""

    bank: str
    title: str
    case_number: str
    foot: str
    qr: str
    seal: bytes = b""


def pages(blocks: list[Block | Table], fonts: Fonts, frame: Surround,
          signers: tuple[tuple[str, str], ...]) -> tuple[bytes, dict[str, Box]]:
    """The PDF and, for each (signer, label), the page (from 0) and box in points where that person signs."""
    boxes: dict[str, Box] = {}
    story = [flowable for block in blocks for flowable in _flowables(block, Styles(fonts))]
    if signers:
        story, last = _last_words(story)
        story.append(KeepTogether([*last, Spacer(1, 10), *_signing_rows(signers, Styles(fonts), boxes, frame.seal)]))
    out = BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=TOP,
                               bottomMargin=BOTTOM, title=frame.title, author=frame.bank, subject=frame.case_number,
                               creator="面签台", invariant=1, pageCompression=1)
    area = Frame(MARGIN, BOTTOM, A4[0] - 2 * MARGIN, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[area]))
    document.build(story, canvasmaker=partial(NumberedCanvas, furniture=_furniture(fonts, frame)))
    return out.getvalue(), boxes


def _last_words(story: list[Flowable]) -> tuple[list[Flowable], list[Flowable]]:
    """The story without its end, and the end that stays with the signatures: nobody signs a page without words of the
    text on it, and no heading is left behind."""
    at = len(story)
    while at and len(story) - at < LAST_PARAGRAPHS and isinstance(story[at - 1], Text):
        at -= 1
    while at < len(story) and at and story[at - 1].getKeepWithNext():
        at -= 1
    return story[:at], story[at:]


class Styles:
    def __init__(self, fonts: Fonts) -> None:
        base = Style(fonts)
        self.paragraph = replace(base, indent=2)
        self.title = replace(base, size=17, leading=26, align="center", heavy=True, after=10, keep_with_next=True)
        self.heading = replace(base, size=11.5, leading=19, before=7, after=3, align="left", heavy=True,
                               keep_with_next=True)
        self.highlight = replace(base, indent=2, fill=SHADE, padding=5, heavy=True, before=2, after=6)
        self.item = replace(base, indent=2, after=2)
        self.cell = replace(base, size=9, leading=13.5, align="left", after=0)
        self.head_cell = replace(self.cell, heavy=True, align="center")
        self.label = replace(base, size=10, leading=15, align="left", after=2)


def _flowables(block: Block | Table, styles: Styles) -> list[Flowable]:
    if isinstance(block, Table):
        return [Spacer(1, 2), _grid(block, styles), Spacer(1, 7)]
    return [Text(block.runs, getattr(styles, block.kind))]


def _grid(table: Table, styles: Styles) -> Grid:
    rows = [[Text(cell, replace(styles.cell, align=align)) for cell, align in zip(row, table.aligns, strict=True)]
            for row in table.rows]
    if table.header:
        rows.insert(0, [Text(cell, styles.head_cell) for cell in table.header])
    commands = [("GRID", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 5), ("RIGHTPADDING", (0, 0), (-1, -1), 5)]
    if table.header:
        commands.append(("BACKGROUND", (0, 0), (-1, 0), HEAD_SHADE))
    return Grid(rows, colWidths=_column_widths(rows), repeatRows=1 if table.header else 0, style=commands,
                hAlign="LEFT")


def _column_widths(rows: list[list[Text]]) -> list[float]:
    """Columns as wide as their longest cell, long ones held back, filled up to the width of the page."""
    whole = A4[0] - 2 * MARGIN
    longest = [max(cell.natural_width() for cell in column) for column in zip(*rows, strict=True)]
    wanted = [min(width + 12, whole * 0.62) for width in longest]
    total = sum(wanted)
    if total <= whole:
        return [width * whole / total for width in wanted]
    fair = whole / len(wanted)
    narrow = sum(width for width in wanted if width <= fair)
    wide = sum(width for width in wanted if width > fair)
    return [width if width <= fair else width * (whole - narrow) / wide for width in wanted]


class SigningPlace(Flowable):
    """An empty box for one person's ink, with the company's seal where that person signs for it; notes where on which
    page it came to lie."""

    def __init__(self, signer: str, label: str, styles: Styles, boxes: dict[str, Box], seal: bytes) -> None:
        super().__init__()
        self.signer, self.boxes, self.seal = signer, boxes, seal if signer == COMPANY else b""
        self.caption = Text((Run(label),), styles.label)
        self.width = BOX_WIDTH

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.caption_height = self.caption.wrap(BOX_WIDTH, height)[1]
        self.height = self.caption_height + BOX_HEIGHT + 8 + (SEAL_ROOM if self.seal else 0)
        return BOX_WIDTH, self.height

    def draw(self) -> None:
        canvas = self.canv
        self.caption.canv = canvas
        canvas.saveState()
        canvas.translate(0, self.height - self.caption_height)
        self.caption.draw()
        canvas.restoreState()
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.7)
        foot = self.height - self.caption_height - BOX_HEIGHT - 2
        canvas.rect(0, foot, BOX_WIDTH, BOX_HEIGHT, stroke=1, fill=0)
        if self.seal:
            seal_at(canvas, self.seal, BOX_WIDTH - DIAMETER / 2, foot + BOX_HEIGHT - DIAMETER / 2)
        x, y = canvas.absolutePosition(0, foot)
        box = (canvas.getPageNumber() - 1, x, y, x + BOX_WIDTH, y + BOX_HEIGHT)
        self.boxes[self.signer] = (box[0], *(round(value, 2) for value in box[1:]))


def _signing_rows(signers: tuple[tuple[str, str], ...], styles: Styles, boxes: dict[str, Box],
                  seal: bytes) -> list[Flowable]:
    places = [SigningPlace(signer, label, styles, boxes, seal) for signer, label in signers]
    rows = [places[i:i + 2] + [""] * (2 - len(places[i:i + 2])) for i in range(0, len(places), 2)]
    return [Grid(rows, colWidths=[BOX_WIDTH + GUTTER, BOX_WIDTH], hAlign="LEFT", style=[
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM")])]


class NumberedCanvas(Canvas):
    """Holds every page back until the number of pages is known, then prints header and footer on each."""

    def __init__(self, *args, furniture: Callable[[Canvas, int, int], None], **kw) -> None:
        super().__init__(*args, **kw)
        self.furniture = furniture
        self.held: list[dict] = []

    def showPage(self) -> None:
        self.held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        held = self.held
        for number, state in enumerate(held, start=1):
            self.__dict__.update(state)
            self.furniture(self, number, len(held))
            super().showPage()
        super().save()


def _furniture(fonts: Fonts, frame: Surround) -> Callable[[Canvas, int, int], None]:
    def draw(canvas: Canvas, number: int, count: int) -> None:
        width, height = A4
        canvas.setFillColor(GREY)
        _print(canvas, fonts, height - 18 * mm, frame.bank, 9)
        _print(canvas, fonts, height - 23 * mm, f"{frame.title}　编号 {frame.case_number}", 9)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, height - 27 * mm, width - MARGIN, height - 27 * mm)
        _print(canvas, fonts, 12 * mm, frame.foot, 7.5)
        canvas.drawRightString(width - MARGIN, 12 * mm, f"第 {number} 页 / 共 {count} 页")
        if number == 1:
            _qr_form(canvas, frame.qr)
        canvas.saveState()
        canvas.translate(width - MARGIN - QR_SIDE, height - 26 * mm)
        canvas.doForm("case")
        canvas.restoreState()
        if frame.seal:
            seal_edge(canvas, frame.seal, number, count, width, height)
    return draw


def _print(canvas: Canvas, fonts: Fonts, y: float, text: str, size: float) -> None:
    """One line from the left margin; the body's font of this size stays set."""
    line = canvas.beginText(MARGIN, y)
    for name, part in fonts.pieces(text, bold=False):
        line.setFont(name, size)
        line.textOut(part)
    canvas.drawText(line)
    canvas.setFont(fonts.body.name, size)


def _qr_form(canvas: Canvas, text: str) -> None:
    """The QR code once as a form XObject: one filled path of its dark squares."""
    code = QrCodeWidget(text, barLevel="M")
    code.qr.make()
    matrix = code.qr.modules
    side = QR_SIDE / len(matrix)
    canvas.beginForm("case", 0, 0, QR_SIDE, QR_SIDE)
    canvas.setFillColor(HexColor("#000000"))
    path = canvas.beginPath()
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                path.rect(column * side, QR_SIDE - (row + 1) * side, side, side)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.endForm()
