"""A drawn picture of the place: the dealer, the fence around it, the fix and its accuracy, to scale. No map service."""

from math import cos, radians

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.place import EARTH_RADIUS_M, Fix, Position
from app.ui import theme
from app.ui.text import tr


class FenceMap(QWidget):
    """North is up. Without a fix only the fence is drawn; without a dealer a bare ground."""

    accessible_role = "picture"

    def __init__(self, *, scale_bar: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(tr("面签地点与车商围栏的地图", "Map of the place and the dealer's fence"))
        self._dealer: Position | None = None
        self._radius_m = 200.0
        self._fix: Fix | None = None
        self._scale_bar = scale_bar
        self.setMinimumHeight(104)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(236, 104)

    def show_place(self, dealer: Position | None, radius_m: float, fix: Fix | None) -> None:
        self._dealer, self._radius_m, self._fix = dealer, radius_m, fix
        self.update()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(ground, 8, 8)
        painter.fillPath(path, theme.colour("background"))
        painter.setClipPath(path)
        self._paint_grid(painter)
        if self._dealer:
            self._paint_dealer(painter)
        painter.setClipping(False)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _reach_m(self) -> float:
        """Half of the shorter side in metres: the fence, or the fix where it lies farther out."""
        reach = self._radius_m * 1.45
        offset = self._offset_m()
        if offset:
            reach = max(reach, 1.25 * max(abs(offset[0]) * self.height() / max(1, self.width()), abs(offset[1])))
        return reach

    def _offset_m(self) -> tuple[float, float] | None:
        """Metres east and north of the dealer."""
        if not (self._fix and self._dealer):
            return None
        position = self._fix.position
        north = radians(position.latitude - self._dealer.latitude) * EARTH_RADIUS_M
        east = radians(position.longitude - self._dealer.longitude) * EARTH_RADIUS_M * cos(radians(position.latitude))
        return east, north

    def _paint_grid(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("line"), 1))
        for x in range(self.width() // 2 % 48, self.width(), 48):
            painter.drawLine(x, 0, x, self.height())
        for y in range(self.height() // 2 % 48, self.height(), 48):
            painter.drawLine(0, y, self.width(), y)

    def _paint_dealer(self, painter: QPainter) -> None:
        scale = min(self.width(), self.height()) / 2 / self._reach_m()
        centre = QPointF(self.width() / 2, self.height() / 2)
        fill = QColor(theme.colour("brand"))
        fill.setAlphaF(0.16)
        painter.setBrush(fill)
        painter.setPen(QPen(theme.colour("brand"), 1.2, Qt.PenStyle.DashLine))
        painter.drawEllipse(centre, self._radius_m * scale, self._radius_m * scale)
        painter.setPen(QPen(theme.colour("surface"), 1.5))
        painter.setBrush(theme.colour("ok"))
        painter.drawRect(QRectF(centre.x() - 4.5, centre.y() - 4.5, 9, 9))
        offset = self._offset_m()
        if offset:
            self._paint_fix(painter, QPointF(centre.x() + offset[0] * scale, centre.y() - offset[1] * scale), scale)
        if self._scale_bar:
            self._paint_scale(painter, scale)

    def _paint_fix(self, painter: QPainter, at: QPointF, scale: float) -> None:
        accuracy = (self._fix.accuracy_m or 0) * scale
        if accuracy > 6:
            halo = QColor(theme.colour("brand"))
            halo.setAlphaF(0.14)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(at, accuracy, accuracy)
        painter.setPen(QPen(theme.colour("surface"), 2))
        painter.setBrush(theme.colour("brand"))
        painter.drawEllipse(at, 6.5, 6.5)

    def _paint_scale(self, painter: QPainter, scale: float) -> None:
        length = next(m for m in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**9) if m * scale >= 48)
        y = self.height() - 16
        painter.setPen(QPen(theme.colour("ink2"), 2))
        painter.drawLine(QPointF(16, y), QPointF(16 + length * scale, y))
        painter.setFont(theme.font(theme.LABEL))
        painter.drawText(QPointF(16, y - 6), f"{length} m" if length < 1000 else f"{length / 1000:g} km")
