"""The company's seal on its documents: whole at the signature, and in strips across the edges of all pages (骑缝章).

A facsimile of the sample that the company gave, part of the page before anybody signs; what binds is the signature over it.
Imports reportlab; ``app.forms.layout`` loads it.
"""

from io import BytesIO

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DIAMETER = 40 * mm
PAGES_AT_ONCE = 20  # strips of 2 mm; a longer document is sealed in groups, as paper is fanned


def seal_at(canvas: Canvas, png: bytes, x: float, y: float) -> None:
    """The whole seal, its centre at ``x``, ``y`` in points."""
    canvas.drawImage(ImageReader(BytesIO(png)), x - DIAMETER / 2, y - DIAMETER / 2, DIAMETER, DIAMETER, mask="auto")


def seal_edge(canvas: Canvas, png: bytes, number: int, count: int, width: float, height: float) -> None:
    """This page's strip at the right edge. Laid side by side the pages of a group show the whole seal; a single page has
    no edge to cross."""
    first = (number - 1) // PAGES_AT_ONCE * PAGES_AT_ONCE
    group = min(PAGES_AT_ONCE, count - first)
    if group < 2:
        return
    strip, at = DIAMETER / group, number - 1 - first
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(width - strip, 0, strip, height)
    canvas.clipPath(path, stroke=0, fill=0)
    seal_at(canvas, png, width - strip - at * strip + DIAMETER / 2, height * 0.55)
    canvas.restoreState()
