"""Icons drawn with painter paths on a grid of 24, in any colour and size."""

from collections.abc import Callable
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap

from app.ui import theme


def _check() -> QPainterPath:
    path = QPainterPath(QPointF(6, 12.5))
    path.lineTo(10.5, 17)
    path.lineTo(18, 8)
    return path


def _plus() -> QPainterPath:
    path = QPainterPath(QPointF(12, 5))
    path.lineTo(12, 19)
    path.moveTo(5, 12)
    path.lineTo(19, 12)
    return path


def _cross() -> QPainterPath:
    path = QPainterPath(QPointF(6, 6))
    path.lineTo(18, 18)
    path.moveTo(18, 6)
    path.lineTo(6, 18)
    return path


def _camera() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3, 7, 18, 13), 2, 2)
    path.addEllipse(QPointF(12, 13.5), 3.6, 3.6)
    path.moveTo(8.5, 7)
    path.lineTo(10, 4.5)
    path.lineTo(14, 4.5)
    path.lineTo(15.5, 7)
    return path


def _page() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(5, 3.5, 14, 17), 2, 2)
    for y in (8.5, 12, 15.5):
        path.moveTo(8.5, y)
        path.lineTo(15.5, y)
    return path


def _place() -> QPainterPath:
    path = QPainterPath(QPointF(12, 21))
    path.cubicTo(7, 15, 5.5, 12.5, 5.5, 9.8)
    path.cubicTo(5.5, 6, 8.4, 3.5, 12, 3.5)
    path.cubicTo(15.6, 3.5, 18.5, 6, 18.5, 9.8)
    path.cubicTo(18.5, 12.5, 17, 15, 12, 21)
    path.addEllipse(QPointF(12, 9.8), 2.4, 2.4)
    return path


def _search() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(10.5, 10.5), 5.5, 5.5)
    path.moveTo(14.7, 14.7)
    path.lineTo(19.5, 19.5)
    return path


def _back() -> QPainterPath:
    path = QPainterPath(QPointF(14.5, 6))
    path.lineTo(8.5, 12)
    path.lineTo(14.5, 18)
    return path


def _down() -> QPainterPath:
    path = QPainterPath(QPointF(7, 10))
    path.lineTo(12, 15)
    path.lineTo(17, 10)
    return path


def _archive() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3.5, 4.5, 17, 4.5), 1.2, 1.2)
    path.moveTo(5, 9)
    path.lineTo(5, 19.5)
    path.lineTo(19, 19.5)
    path.lineTo(19, 9)
    path.moveTo(10, 13)
    path.lineTo(14, 13)
    return path


def _restore() -> QPainterPath:
    path = QPainterPath(QPointF(9, 5))
    path.lineTo(4.5, 9.5)
    path.lineTo(9, 14)
    path.moveTo(4.5, 9.5)
    path.lineTo(14.5, 9.5)
    path.cubicTo(21, 9.5, 21, 19, 14.5, 19)
    path.lineTo(9, 19)
    return path


def _gear() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(12, 12), 3, 3)
    path.addEllipse(QPointF(12, 12), 6.2, 6.2)
    for tooth in range(8):
        x, y = cos(tooth * pi / 4), sin(tooth * pi / 4)
        path.moveTo(12 + 6.2 * x, 12 + 6.2 * y)
        path.lineTo(12 + 8.8 * x, 12 + 8.8 * y)
    return path


_PATHS: dict[str, Callable[[], QPainterPath]] = {
    "check": _check, "plus": _plus, "cross": _cross, "camera": _camera, "page": _page, "place": _place,
    "search": _search, "back": _back, "down": _down, "archive": _archive,
    "restore": _restore, "gear": _gear}


def draw(painter: QPainter, name: str, box: QRectF, colour: QColor, width: float = 1.8) -> None:
    """Stroke the icon into ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_PATHS[name]())
    painter.restore()


def icon(name: str, colour: QColor | None = None, size: int = 20) -> QIcon:
    return QIcon(_pixmap(size, lambda p, box: draw(p, name, box, colour or theme.colour("ink2"), 2)))


def in_disc(name: str, size: int) -> QPixmap:
    """A large icon on a tinted disc, for states that are empty."""
    def paint(painter: QPainter, box: QRectF) -> None:
        painter.setBrush(theme.colour("brand_tint"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(box)
        inset = size * 0.27
        draw(painter, name, box.adjusted(inset, inset, -inset, -inset), theme.colour("brand"), 1.5)
    return _pixmap(size, paint)


def logo(size: int = 24) -> QPixmap:
    """The house's mark: 面 on a rounded square."""
    def paint(painter: QPainter, box: QRectF) -> None:
        painter.setBrush(theme.colour("brand"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(theme.colour("on_brand"))
        painter.setFont(theme.font(round(size * 0.58), QFont.Weight.Bold))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "面")
    return _pixmap(size, paint)


def _pixmap(size: int, paint: Callable[[QPainter, QRectF], None], scale: int = 2) -> QPixmap:
    made = QPixmap(QSize(size, size) * scale)
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
