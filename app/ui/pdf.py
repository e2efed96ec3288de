"""PDFs on the screen and on paper, by QtPdf: pages as pictures, words found on them, pages printed. For worker threads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

from app.domain.condition import Kind

PROBE_PX = 240
PAPER_WHITE = 250
AIR, MOST_MARGIN = 0.025, 0.2  # shares of a page's width
PRINT_DPI = 300
UNREADABLE = Kind(
    "document.unreadable",
    zh="这份文件无法显示。", zh_next="请回到“表单核对”重新生成文件。",
    en="This document cannot be shown.", en_next="Go back to the forms and draw it again.")
NOT_PRINTED = Kind(
    "document.not_printed",
    zh="打印机没有接受这份文件，可能没有打印完。", zh_next="请检查打印机的电源、连接和纸张，再打印一次。",
    en="The printer did not take the document; it may not be printed.",
    en_next="Check power, connection and paper of the printer and print again.")


class Pages(NamedTuple):
    """``images`` show each page from ``left`` to ``right``, shares of its width."""

    images: tuple[QImage, ...]
    left: float
    right: float


class Hit(NamedTuple):
    """Words found on a page (from 0): a rectangle in shares of the whole page."""

    page: int
    place: QRectF


@contextmanager
def opened(pdf: bytes) -> Iterator[QPdfDocument]:
    """Raises document.unreadable."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready or document.pageCount() == 0:
        raise UNREADABLE()
    yield document
    document.close()


def render(pdf: bytes, width: int, scale: float = 1.0) -> Pages:
    """Every page without its empty side margins, as a picture ``width`` × ``scale`` pixels wide: so the type is as large
    as the pane allows."""
    with opened(pdf) as document:
        left, right = _printed(document)
        shown = round(width * scale)
        across = round(shown / (right - left))
        images = []
        for index in range(document.pageCount()):
            whole = _page(document, index, across)
            page = whole.copy(round(left * across), 0, shown, whole.height())
            page.setDevicePixelRatio(scale)
            images.append(page)
    return Pages(tuple(images), left, right)


def find(pdf: bytes, words: str) -> tuple[Hit, ...]:
    """Where ``words`` stand, in reading order; upper and lower case, and where a line breaks, make no difference."""
    wanted = "".join(words.split()).casefold()
    hits = []
    with opened(pdf) as document:
        for index in range(document.pageCount() if wanted else 0):
            size = document.pagePointSize(index)
            text = document.getAllText(index).text()
            at = [n for n, sign in enumerate(text) if not sign.isspace()]
            plain = "".join(text[n] for n in at).casefold()
            start = plain.find(wanted)
            while start >= 0:
                first, last = at[start], at[start + len(wanted) - 1]
                for polygon in document.getSelectionAtIndex(index, first, last - first + 1).bounds():
                    box = polygon.boundingRect()
                    hits.append(Hit(index, QRectF(box.x() / size.width(), box.y() / size.height(),
                                                  box.width() / size.width(), box.height() / size.height())))
                start = plain.find(wanted, start + len(wanted))
    return tuple(hits)


def print_pages(documents: Sequence[bytes], printer: QPrinter) -> int:
    """Print every page of the documents, A4, as large as the paper takes; how many. Raises document.not_printed."""
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(printer):
        raise NOT_PRINTED()
    paper, printed = printer.pageLayout().paintRectPixels(printer.resolution()), 0
    across = round(paper.width() * min(1.0, PRINT_DPI / printer.resolution()))
    try:
        for pdf in documents:
            with opened(pdf) as document:
                for index in range(document.pageCount()):
                    if printed and not printer.newPage():
                        raise NOT_PRINTED()
                    page = _page(document, index, across)
                    height = round(paper.width() * page.height() / page.width())
                    painter.drawImage(QRect(0, 0, paper.width(), height), page)
                    printed += 1
    finally:
        painter.end()
    return printed


def _page(document: QPdfDocument, index: int, across: int) -> QImage:
    """A whole page on white paper, ``across`` pixels wide."""
    points = document.pagePointSize(index)
    drawn = document.render(index, QSize(across, round(across * points.height() / points.width())))
    ground = QImage(drawn.size(), QImage.Format.Format_RGB32)
    ground.fill(0xFFFFFFFF)
    painter = QPainter(ground)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return ground


def _printed(document: QPdfDocument) -> tuple[float, float]:
    """From where to where the pages are printed, as shares of their width, with a little air; the same for all."""
    left, right = MOST_MARGIN, 1 - MOST_MARGIN
    for index in range(document.pageCount()):
        grey = _page(document, index, PROBE_PX).convertToFormat(QImage.Format.Format_Grayscale8)
        dots, step = grey.constBits(), grey.bytesPerLine()
        inked = [x for x in range(PROBE_PX) if min(dots[x::step]) < PAPER_WHITE]
        if inked:
            left, right = min(left, inked[0] / PROBE_PX - AIR), max(right, (inked[-1] + 1) / PROBE_PX + AIR)
    return max(0.0, left), min(1.0, right)
