"""A recording's time line, painted: what is kept, what is missing, questions and signatures, and where the picture stands."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.domain.timeline import TimeLine
from app.ui import text, theme

MARGIN, TOP, TRACK = 8, 14, 18
NEAR_PX = 6


class TimeLineBar(QWidget):
    """``sought`` gives the time of a click, in ms of the recording."""

    sought = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFixedHeight(TOP + TRACK + 16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._line: TimeLine | None = None
        self._at_ms = 0

    def show_line(self, line: TimeLine) -> None:
        self._line, self._at_ms = line, 0
        self.setAccessibleName("; ".join(f"{text.minutes(h.start_ms / 1000)} {text.of(h.words)}" for h in line.holes))
        self.update()

    def show_at(self, at_ms: int) -> None:
        self._at_ms = at_ms
        self.update()

    def _x(self, at_ms: int) -> float:
        return MARGIN + (self.width() - 2 * MARGIN) * at_ms / max(1, self._line.duration_ms)

    def _ms(self, x: float) -> int:
        share = (x - MARGIN) / max(1, self.width() - 2 * MARGIN)
        return round(min(1.0, max(0.0, share)) * self._line.duration_ms)

    def mousePressEvent(self, event) -> None:
        if self._line is not None:
            self.sought.emit(self._ms(event.position().x()))

    def event(self, event) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._line is not None:
            QToolTip.showText(event.globalPos(), self._words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def _words_at(self, x: float) -> str:
        at = self._ms(x)
        near = [text.of(note.words) for note in self._line.notes if abs(self._x(note.at_ms) - x) <= NEAR_PX]
        missing = [text.of(hole.words) for hole in self._line.holes if hole.start_ms <= at < hole.end_ms]
        return "\n".join([text.minutes(at / 1000), *near, *missing])

    def paintEvent(self, _event) -> None:
        if self._line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRect(self._span(0, self._line.duration_ms))
        for stretch in self._line.stretches:
            painter.setBrush(theme.colour("warn_tint" if stretch.recovered else "brand_tint"))
            painter.drawRect(self._span(stretch.start_ms, stretch.end_ms).adjusted(0.5, 0, -0.5, 0))
        for hole in self._line.holes:
            painter.setBrush(theme.colour("warn" if hole.sound_only else "bad"))
            place = self._span(hole.start_ms, hole.end_ms)
            painter.drawRect(place.adjusted(0, TRACK - 4 if hole.sound_only else 0, 0, 0))
        for note in self._line.notes:
            self._paint_note(painter, self._x(note.at_ms), note.kind == "signature", note.alarm)
        painter.setPen(QPen(theme.colour("ink"), 2))
        here = self._x(self._at_ms)
        painter.drawLine(QPointF(here, TOP - 6), QPointF(here, TOP + TRACK + 6))

    def _span(self, start_ms: int, end_ms: int) -> QRectF:
        left = self._x(start_ms)
        return QRectF(left, TOP, max(1.0, self._x(end_ms) - left), TRACK)

    @staticmethod
    def _paint_note(painter: QPainter, x: float, signature: bool, alarm: bool) -> None:
        """A triangle above for a question, a diamond below for a signature; red where a reviewer must look."""
        painter.setBrush(theme.colour("bad" if alarm else "ok" if signature else "brand"))
        below = TOP + TRACK + 7
        shape = ((x, below - 6), (x + 5, below), (x, below + 6), (x - 5, below)) if signature else (
            (x - 5, 2), (x + 5, 2), (x, TOP - 3))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in shape]))
