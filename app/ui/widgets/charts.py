"""The radar of the five criteria and the ring of one score, painted."""

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.text import tr


def score_tone(score: float) -> str:
    return "ok" if score >= 80 else "warn" if score >= 60 else "bad"


class RadarChart(QWidget):
    """Shares 0–1 on as many axes as there are values, with names around and a figure in the middle."""

    accessible_role = "picture"

    def __init__(self, *, names: bool = True) -> None:
        super().__init__()
        self.setAccessibleName(tr("操作质量", "Quality"))
        self._values: tuple[tuple[str, float], ...] = ()
        self._middle = ""
        self._names = names
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(88, 88)

    def show_values(self, values: tuple[tuple[str, float], ...], middle: str = "") -> None:
        self._values, self._middle = values, middle
        self.setAccessibleName(", ".join(f"{name} {share:.0%}" for name, share in values))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 200) if self._names else QSize(96, 96)

    def paintEvent(self, _event) -> None:
        if len(self._values) < 3:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin_x, margin_y = (58, 26) if self._names else (4, 4)
        radius = max(8.0, min(self.width() / 2 - margin_x, (self.height() - 2 * margin_y) / 1.84))
        centre = QPointF(self.width() / 2, self.height() / 2 + radius * 0.08)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1.2))
        for share in (1.0, 0.67, 0.34):
            painter.drawPolygon(self._polygon(centre, radius, [share] * len(self._values)))
        if any(value for _, value in self._values):
            self._paint_shape(painter, centre, radius)
        if self._names:
            self._paint_names(painter, centre, radius)
        if self._middle:
            painter.setPen(theme.colour("ink"))
            painter.setFont(theme.font(34, QFont.Weight.Bold))
            painter.drawText(QRectF(centre.x() - 60, centre.y() - 26, 120, 52), Qt.AlignmentFlag.AlignCenter,
                             self._middle)

    def _paint_shape(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        fill = QColor(theme.colour("brand"))
        fill.setAlphaF(0.14)
        painter.setBrush(fill)
        painter.setPen(QPen(theme.colour("brand"), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                            Qt.PenJoinStyle.RoundJoin))
        painter.drawPolygon(self._polygon(centre, radius, [v for _, v in self._values]))

    def _polygon(self, centre: QPointF, radius: float, shares: list[float]) -> QPolygonF:
        return QPolygonF([self._at(centre, radius * max(0.04, share), i) for i, share in enumerate(shares)])

    def _at(self, centre: QPointF, length: float, index: int) -> QPointF:
        angle = 2 * pi * index / len(self._values) - pi / 2
        return QPointF(centre.x() + length * cos(angle), centre.y() + length * sin(angle))

    def _paint_names(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        painter.setPen(theme.colour("ink2"))
        painter.setFont(theme.font(theme.LABEL))
        for index, (name, _) in enumerate(self._values):
            tip = self._at(centre, radius + 8, index)
            place = QRectF(tip.x() - 60, tip.y() - 10, 120, 20)
            side = tip.x() - centre.x()
            align = Qt.AlignmentFlag.AlignHCenter
            if side > 4:
                place.moveLeft(tip.x())
                align = Qt.AlignmentFlag.AlignLeft
            elif side < -4:
                place.moveRight(tip.x())
                align = Qt.AlignmentFlag.AlignRight
            else:
                place.moveBottom(tip.y() + 4)
            if tip.y() > centre.y() + radius * 0.5:
                place.moveTop(tip.y() - 4)
                place.moveCenter(QPointF(self._at(centre, radius, index).x(), place.center().y()))
                align = Qt.AlignmentFlag.AlignHCenter
            painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, name)


class ScoreRing(QWidget):
    """One score 0–100 as a ring with the figure inside."""

    accessible_role = "picture"

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self._score: float | None = None
        self._tone = "brand"

    def show_score(self, score: float | None, *, provisional: bool = False) -> None:
        """``provisional`` paints it neutral: a case that has only begun is not a bad one."""
        self._score = score
        self._tone = "brand" if provisional or score is None else score_tone(score)
        self.setAccessibleName(tr("操作质量", "Quality") + (" —" if score is None else f" {score:.0f}"))
        self.update()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(5, 5, -5, -5)
        pen = QPen(theme.colour("track"), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawEllipse(place)
        shown = "—"
        if self._score is not None:
            shown = f"{self._score:.0f}"
            pen.setColor(theme.colour(self._tone))
            painter.setPen(pen)
            painter.drawArc(place, 90 * 16, -round(self._score / 100 * 360 * 16))
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(17, QFont.Weight.Bold))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
