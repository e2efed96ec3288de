"""One row of the work list, painted as a whole: name and number, bar, score, state and what its last cell does."""

from enum import IntEnum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText, QTransform

from app.domain.summary import CaseSummary
from app.ui import icons, theme
from app.ui.widgets.basics import paint_bar, paint_pill, pill_width

ROW_HEIGHT = 61
LAID_OUT = 4096  # lines of words that are kept ready


class Column(IntEnum):
    CUSTOMER = 0
    PRODUCT = 1
    PROGRESS = 2
    PAPERS = 3
    SCORE = 4
    STATE = 5
    UPDATED = 6
    SHELF = 7


class CaseRow:
    """A list is scrolled through: fonts are made once, and words that come again are laid out once."""

    def __init__(self) -> None:
        self._text, self._label = _Line(theme.font()), _Line(theme.font(theme.LABEL))
        self._strong = _Line(theme.font(theme.TEXT, QFont.Weight.DemiBold))
        self._shelf = {name: icons.icon(name) for name in ("cross", "restore", "archive")}

    def paint(self, painter: QPainter, place: QRectF, lefts: list[int], widths: list[int], summary: CaseSummary,
              words: list[str], state: tuple[str, str], *, chosen: bool) -> None:
        """``lefts`` and ``widths`` of the columns in pixels, ``words`` of each; ``state`` is the pill's words and tone."""
        if chosen:
            painter.fillRect(place, theme.colour("brand_tint"))
        painter.fillRect(QRectF(place.left(), place.bottom() - 1, place.width(), 1), theme.colour("line"))
        cells = [QRectF(left + 14, place.top(), width - 22, place.height() - 1)
                 for left, width in zip(lefts, widths, strict=True)]
        self._paint_customer(painter, cells[Column.CUSTOMER], words[Column.CUSTOMER],
                             summary.id_number_masked or summary.case_number)
        for column, line, tone in ((Column.PRODUCT, self._text, "ink"), (Column.PROGRESS, self._text, "ink2"),
                                   (Column.SCORE, self._text, "ink"), (Column.UPDATED, self._label, "ink2")):
            line.paint(painter, cells[column], words[column], tone)
        self._paint_papers(painter, cells[Column.PAPERS], words[Column.PAPERS], summary.completeness)
        cell = cells[Column.STATE]
        paint_pill(painter, QRectF(cell.left(), cell.center().y() - 11.5, min(pill_width(state[0]), cell.width()), 23), *state)
        if words[Column.SHELF]:
            name = "cross" if summary.practice else "restore" if summary.archived else "archive"
            right = lefts[Column.SHELF] + widths[Column.SHELF]
            self._shelf[name].paint(painter, QRect(right - 35, int(place.center().y()) - 10, 20, 20))

    def _paint_customer(self, painter: QPainter, cell: QRectF, name: str, number: str) -> None:
        self._strong.paint(painter, cell, name, "ink", top=10)
        self._label.paint(painter, cell, number, "ink2", top=theme.scaled(34))

    def _paint_papers(self, painter: QPainter, cell: QRectF, share: str, completeness: float) -> None:
        bar = QRectF(cell.left(), cell.center().y() - 3, max(24.0, cell.width() - 54), 6)
        paint_bar(painter, bar, completeness, "ok" if completeness >= 0.995 else "brand")
        self._label.paint(painter, cell.adjusted(cell.width() - 46, 0, 0, 0), share, "ink")


class _Line:
    """Paints one line of words in one font; what does not fit ends in …"""

    def __init__(self, font: QFont) -> None:
        self._font, self._metrics = font, QFontMetrics(font)
        self._laid_out = lru_cache(LAID_OUT)(self._lay_out)

    def paint(self, painter: QPainter, place: QRectF, words: str, tone: str, top: int | None = None) -> None:
        """Vertically in the middle, or ``top`` pixels below the upper edge."""
        down = (place.height() - self._metrics.height()) / 2 if top is None else top
        painter.setFont(self._font)
        painter.setPen(theme.colour(tone))
        painter.drawStaticText(QPointF(place.left(), int(place.top() + down)), self._laid_out(words, int(place.width())))

    def _lay_out(self, words: str, width: int) -> QStaticText:
        shown = words
        if self._metrics.horizontalAdvance(words) > width:
            shown = self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
        made = QStaticText(shown)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.prepare(QTransform(), self._font)
        return made
