"""Where a name is written: pen with pressure and tilt, finger or mouse; every point with its time. Ink, not a picture.

The ink lives in this widget alone until it is confirmed: a half-written name is nobody's word, so a crash or leaving the page
ends it, and the document is as unsigned as before.
"""

from time import monotonic

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QInputEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.ink import Ink, InkPoint
from app.ui import theme
from app.ui.text import tr

MOUSE_PRESSURE = 0.5
MM_PER_INCH = 25.4
CREDIBLE_DPI = (40.0, 800.0)
PEN = {QEvent.Type.TabletPress: "down", QEvent.Type.TabletMove: "move", QEvent.Type.TabletRelease: "up"}
TOUCH = {QEvent.Type.TouchBegin: "down", QEvent.Type.TouchUpdate: "move", QEvent.Type.TouchEnd: "up",
         QEvent.Type.TouchCancel: "cancel"}


class SignaturePad(QWidget):
    """``ink()`` is the signature so far. A pen silences finger and mouse until ``clear``: a palm rests on the glass."""

    accessible_role = "picture"
    takes_drags = True

    drawn = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 140)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("签名区", "Signing area"))
        self.setAccessibleDescription(tr("请用手写笔、手指或鼠标书写。Ctrl+Z 撤销一笔，Delete 清除重写。",
                                         "Write by pen, finger or mouse. Ctrl+Z undoes a stroke, Delete clears."))
        self._strokes: list[list[InkPoint]] = []
        self._current: list[InkPoint] | None = None
        self._began = 0
        self._device = ""

    def sizeHint(self) -> QSize:
        return QSize(560, self.minimumHeight())

    def clear(self) -> None:
        self._strokes, self._current, self._device = [], None, ""
        self.update()
        self.drawn.emit()

    def undo(self) -> None:
        """Take the last stroke back."""
        self._strokes, self._current = self._strokes[:-1], None
        if not self._strokes:
            self._device = ""
        self.update()
        self.drawn.emit()

    def is_blank(self) -> bool:
        return not self._strokes

    def ink(self) -> Ink:
        """Everything written, in shares of the pad; its size in millimetres as the screen it stands on reports it."""
        screen = self.screen()
        return Ink(strokes=tuple(tuple(stroke) for stroke in self._strokes),
                   pad_width_mm=_millimetres(self.width(), screen.physicalDotsPerInchX(), self.logicalDpiX()),
                   pad_height_mm=_millimetres(self.height(), screen.physicalDotsPerInchY(), self.logicalDpiY()),
                   device=self._device or "none")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        self.update()

    def tabletEvent(self, event: QTabletEvent) -> None:
        if event.type() in PEN:
            self._put(PEN[event.type()], event, event.position(), event.pressure(), "pen", (event.xTilt(), event.yTilt()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._mouse("down", event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse("move", event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mouse("up", event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and event.type() in TOUCH:
            if event.points() and not self._device.startswith("pen"):
                point = event.points()[0]
                self._put(TOUCH[event.type()], event, point.position(), point.pressure() or MOUSE_PRESSURE, "finger")
            event.accept()
            return True
        return super().event(event)

    def _mouse(self, phase: str, event: QMouseEvent) -> None:
        synthesized = event.device() is not None and event.device().type().name in ("TouchScreen", "Stylus")
        if self._device.startswith(("pen", "finger")) or synthesized:
            return
        self._put(phase, event, event.position(), MOUSE_PRESSURE, "mouse")

    def _put(self, phase: str, event: QInputEvent, at: QPointF, pressure: float, kind: str,
             tilt: tuple[float, float] | None = None) -> None:
        now = event.timestamp() or round(monotonic() * 1000)  # the device's clock, where its driver has one
        if phase == "down":
            if not self._strokes:
                self._began, self._device = now, f"{kind}:{event.device().name()}"[:80]
            self._current = []
            self._strokes.append(self._current)
        if self._current is None:
            return
        if phase == "cancel":  # the system took the touch for a gesture of its own
            self.undo()
            return
        before = max((stroke[-1].t_ms for stroke in self._strokes if stroke), default=0)
        self._current.append(InkPoint(
            x=_share(at.x(), self.width()), y=_share(at.y(), self.height()), t_ms=max(before, now - self._began),
            pressure=max(0.0, min(1.0, pressure)), tilt_x=tilt[0] if tilt else None, tilt_y=tilt[1] if tilt else None))
        if phase == "up":
            self._current = None
        self.update()
        self.drawn.emit()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(theme.colour("surface"))
        edge = "brand" if self.hasFocus() else "line_strong"
        painter.setPen(QPen(theme.colour(edge), 2.4 if self.hasFocus() else 1.6, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(place, 10, 10)
        base = place.top() + place.height() * 0.72
        painter.setPen(QPen(theme.colour("line"), 1.4))
        painter.drawLine(QPointF(place.left() + place.width() * 0.12, base),
                         QPointF(place.right() - place.width() * 0.12, base))
        if self.is_blank():
            painter.setPen(theme.colour("ink2"))
            painter.setFont(theme.font(18))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr("在这里签名", "Sign here"))
        self._paint_ink(painter)

    def _paint_ink(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width, height = self.width(), self.height()
        for stroke in self._strokes:
            pressure = sum(p.pressure for p in stroke) / len(stroke)
            painter.setPen(QPen(theme.colour("ink"), 2.5 + 4.5 * pressure, Qt.PenStyle.SolidLine,
                                Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            path = QPainterPath(QPointF(stroke[0].x * width, stroke[0].y * height))
            for point in stroke[1:]:
                path.lineTo(point.x * width, point.y * height)
            if len(stroke) == 1:
                path.lineTo(stroke[0].x * width + 0.1, stroke[0].y * height)
            painter.drawPath(path)


def _millimetres(length: int, physical_dpi: float, logical_dpi: int) -> float:
    """Screens that do not know their size (projectors, remote desktops) claim impossible densities."""
    dpi = physical_dpi if CREDIBLE_DPI[0] <= physical_dpi <= CREDIBLE_DPI[1] else logical_dpi
    return max(1.0, length / dpi * MM_PER_INCH)


def _share(at: float, whole: int) -> float:
    return max(0.0, min(1.0, at / max(1, whole)))
