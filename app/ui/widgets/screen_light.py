"""Coloured light from the screen: the window's whole surface in one colour, but for what must stay in sight.

No fade: a colour is on the screen when the call returns, so that the answer on the face can be told from the delay.
"""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QRegion
from PySide6.QtWidgets import QWidget

CORNER = 8  # px, of a button that stays in sight


class ScreenLight(QWidget):
    """Lies over the window of ``picture`` and of the ``buttons``, which stay in sight and in use; takes every press
    elsewhere. The picture fills its own margin with the colour."""

    def __init__(self, name: str, picture: QWidget, *buttons: QWidget) -> None:
        super().__init__(picture.window())
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._picture, self._buttons = picture, buttons
        self._colour = QColor()

    def show_colour(self, colour: QColor) -> None:
        """Fill the window now."""
        self._fit()
        if colour != self._colour or not self.isVisible():
            self._colour = colour
            self.show()
            self.raise_()
            self.repaint()

    def colour(self) -> QColor:
        return self._colour

    def _fit(self) -> None:
        whole = self.parentWidget().rect()
        region = QRegion(whole)
        for widget in (self._picture, *self._buttons):
            if widget.isVisible() and widget.window() is self.parentWidget():
                place = QRect(widget.mapTo(self.parentWidget(), QPoint(0, 0)), widget.size())
                region -= QRegion(place) if widget is self._picture else _rounded(place)
        if self.geometry() != whole:
            self.setGeometry(whole)
        if self.mask() != region:
            self.setMask(region)

    def paintEvent(self, event) -> None:
        QPainter(self).fillRect(event.rect(), self._colour)

    def mousePressEvent(self, event) -> None:
        event.accept()


def _rounded(place: QRect) -> QRegion:
    path = QPainterPath()
    path.addRoundedRect(QRectF(place), CORNER, CORNER)
    return QRegion(path.toFillPolygon().toPolygon())
