"""A document to read: the very PDF bytes that are signed, drawn page by page off the window's thread."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel

from app.domain.condition import Condition
from app.ui import theme
from app.ui.operation import Operation
from app.ui.pdf import Hit, Pages, render
from app.ui.text import tr
from app.ui.widgets.basics import column, holder
from app.ui.widgets.notice import Waiting
from app.ui.widgets.scroll import LEAST_PX, Scroll

GAP_PX = 12
END_WITHIN_PX = 24
LEAST_WIDTH = 240


class PageLabel(QLabel):
    """One page, and the words found on it marked."""

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self.setPixmap(QPixmap.fromImage(image))
        self._marks: list[tuple[QRectF, bool]] = []

    def mark(self, marks: list[tuple[QRectF, bool]]) -> None:
        """Rectangles in pixels of the page; True marks the one looked at now."""
        self._marks = marks
        self.update()

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for place, now in self._marks:
            shade = QColor(theme.colour("warn" if now else "brand"))
            shade.setAlphaF(0.35 if now else 0.18)
            painter.fillRect(place, shade)


class ReadingPane(Scroll):
    """Shows a PDF in a column of pages and says once the reader has been at its end."""

    read_to_end = Signal()
    page_changed = Signal(int, int)
    trouble = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(words=tr("文件正文", "The document"), name=name)
        self._pages: list[PageLabel] = []
        self._sides = (0.0, 1.0)
        self._pdf = b""
        self._at_end = False
        self._zoom = 1.0
        self._waiting = Waiting(f"{name}.waiting")
        self._column = column(self._waiting, gap=GAP_PX)
        self.setWidget(holder(self._column, "scroll"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # for large type
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # a bar that comes late would draw twice
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._moved())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, LEAST_PX)

    @property
    def page_count(self) -> int:
        return len(self._pages)

    @property
    def at_end(self) -> bool:
        return self._at_end

    def show_pdf(self, pdf: bytes, zoom: float = 1.0) -> None:
        """Draw these bytes; the pane keeps its place in the meantime, and whether their end has been read."""
        been_at_end = self._at_end and pdf == self._pdf
        self.await_document()
        self._pdf, self._zoom, self._at_end = pdf, zoom, been_at_end
        self._waiting.show_words(tr("正在打开文件…", "Opening the document…"))
        width = max(LEAST_WIDTH, round(self.viewport().width() * zoom))
        Operation(render, pdf, width, self.devicePixelRatioF(), lane="drawing").owned_by(self).then(
            lambda pages: self._show(pdf, pages)).failed(self._failed).start()

    def enlarge(self, zoom: float) -> None:
        """Draw what is shown, or comes, at another size."""
        self._zoom = zoom
        if self._pdf:
            self.show_pdf(self._pdf, zoom)

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

    def _show(self, pdf: bytes, pages: Pages) -> None:
        if pdf is not self._pdf:
            return
        self.clear()
        self._pdf, self._sides = pdf, (pages.left, pages.right)
        self._waiting.hide()
        for number, image in enumerate(pages.images, start=1):
            page = PageLabel(image)
            page.setAccessibleName(tr(f"第 {number} 页", f"Page {number}"))
            self._pages.append(page)
            self._column.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
        self.verticalScrollBar().setValue(0)
        self.setEnabled(True)
        self._moved()

    def show_hits(self, hits: Sequence[Hit], now: int) -> None:
        """Mark what was found; ``now`` is the number of the hit that is scrolled to."""
        for number, page in enumerate(self._pages):
            page.mark([(self._place(hit), at == now) for at, hit in enumerate(hits) if hit.page == number])
        if hits:
            hit = hits[now]
            top = sum(self._heights()[:hit.page]) + self._place(hit).top()
            self.verticalScrollBar().setValue(round(top - self.viewport().height() / 3))

    def go_to_page(self, number: int) -> None:
        """Scroll to the top of a page, from 1."""
        self.verticalScrollBar().setValue(round(sum(self._heights()[:number - 1])))

    def _place(self, hit: Hit) -> QRectF:
        """Where a hit lies on its page's picture, in pixels."""
        size = self._pages[hit.page].pixmap().deviceIndependentSize()
        left, right = self._sides
        across = size.width() / (right - left)
        return QRectF((hit.place.x() - left) * across, hit.place.y() * size.height(), hit.place.width() * across,
                      hit.place.height() * size.height())

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
