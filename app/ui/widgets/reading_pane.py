"""A document to read: the very PDF bytes that are signed, drawn page by page off the window's thread."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea

from app.domain.condition import Condition, Kind
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import column, holder
from app.ui.widgets.notice import Waiting

GAP_PX = 12
END_WITHIN_PX = 24
PROBE_PX = 240
PAPER_WHITE = 250
AIR, MOST_MARGIN = 0.025, 0.2  # shares of a page's width
UNREADABLE = Kind(
    "document.unreadable",
    zh="这份文件无法显示。", zh_next="请回到“表单核对”重新生成文件。",
    en="This document cannot be shown.", en_next="Go back to the forms and draw it again.")


def render(pdf: bytes, width: int, scale: float = 1.0) -> tuple[QImage, ...]:
    """Every page without its empty side margins, as a picture ``width`` × ``scale`` pixels wide: so the type is as large
    as the pane allows. For a worker thread; raises document.unreadable."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument(None)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready or document.pageCount() == 0:
        raise UNREADABLE()
    left, right = _printed(document)
    shown = round(width * scale)
    across = round(shown / (right - left))
    pages = []
    for index in range(document.pageCount()):
        whole = _page(document, index, across)
        page = whole.copy(round(left * across), 0, shown, whole.height())
        page.setDevicePixelRatio(scale)
        pages.append(page)
    document.close()
    return tuple(pages)


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


class ReadingPane(QScrollArea):
    """Shows a PDF in a column of pages and says once the reader has been at its end."""

    read_to_end = Signal()
    page_changed = Signal(int, int)
    trouble = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("文件正文", "The document"))
        self._pages: list[QLabel] = []
        self._pdf = b""
        self._at_end = False
        self._zoom = 1.0
        self._waiting = Waiting(f"{name}.waiting")
        self._column = column(self._waiting, gap=GAP_PX)
        self.setWidget(holder(self._column, "scroll"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # a bar that comes late would draw twice
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._moved())

    @property
    def page_count(self) -> int:
        return len(self._pages)

    @property
    def at_end(self) -> bool:
        return self._at_end

    def show_pdf(self, pdf: bytes, zoom: float = 1.0) -> None:
        """Draw these bytes; the pane keeps its place in the meantime."""
        self.await_document()
        self._pdf, self._zoom = pdf, zoom
        self._waiting.show_words(tr("正在打开文件…", "Opening the document…"))
        width = max(320, round(self.viewport().width() * zoom))
        Operation(render, pdf, width, self.devicePixelRatioF(), lane="drawing").owned_by(self).then(
            lambda pages: self._show(pdf, pages)).failed(self._failed).start()

    def await_document(self) -> None:
        """A document is on its way: what still shows is shut until it is there."""
        self._at_end = False
        self.setEnabled(False)

    def clear(self) -> None:
        self._pdf = b""
        for page in self._pages:
            self._column.removeWidget(page)
            page.deleteLater()
        self._pages = []

    def _show(self, pdf: bytes, pages: tuple[QImage, ...]) -> None:
        if pdf is not self._pdf:
            return
        self.clear()
        self._pdf = pdf
        self._waiting.hide()
        for image in pages:
            page = QLabel()
            page.setPixmap(QPixmap.fromImage(image))
            self._pages.append(page)
            self._column.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
        self.verticalScrollBar().setValue(0)
        self.setEnabled(True)
        self._moved()

    def _failed(self, condition: Condition) -> None:
        self._waiting.show_words(condition.message())
        self.trouble.emit(condition)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        if self._pdf and event.oldSize().width() != event.size().width():
            self.show_pdf(self._pdf, self._zoom)

    def _heights(self) -> list[float]:
        """From the pictures themselves: the scroll bar's range lags behind the layout."""
        return [page.pixmap().deviceIndependentSize().height() + GAP_PX for page in self._pages]

    def _height(self) -> float:
        return sum(self._heights())

    def _page_at(self, y: float) -> int:
        passed = 0.0
        for number, height in enumerate(self._heights(), start=1):
            passed += height
            if y < passed:
                return number
        return len(self._pages)

    def _moved(self) -> None:
        bar = self.verticalScrollBar()
        if self._pages:
            self.page_changed.emit(self._page_at(bar.value() + self.viewport().height() / 2), len(self._pages))
        seen = bar.value() + self.viewport().height()
        if self._pages and not self._at_end and seen >= self._height() - END_WITHIN_PX:
            self._at_end = True
            self.read_to_end.emit()
