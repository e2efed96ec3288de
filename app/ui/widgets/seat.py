"""The place in a page of what the customer is to see: it lends the part to the customer's screen and shows meanwhile, small,
what stands there."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.text import tr
from app.ui.widgets.basics import Card, column, label

LOOK_MS = 500


class Seat(QWidget):
    """Holds ``part`` while it is at home. ``aside``: it goes along only where one window is turned over to the customer, and
    nothing stands in for it; what stays with the manager where there are two displays."""

    def __init__(self, part: QWidget, *, aside: bool = False) -> None:
        super().__init__()
        self.part, self.aside = part, aside
        self._mirror = None if aside else Mirror(part)
        self.setLayout(column(part, gap=0))

    @property
    def lent(self) -> bool:
        return self.part.parentWidget() is not self

    def lend(self) -> QWidget:
        """The part, for whoever puts it into a layout of its own."""
        if self._mirror is not None:
            self.layout().addWidget(self._mirror)
            self._mirror.show()
        return self.part

    def take_back(self) -> None:
        if self.lent:
            if self._mirror is not None:
                self.layout().removeWidget(self._mirror)
                self._mirror.hide()
            move(self.part, self.layout())


class Mirror(Card):
    """What the customer sees now, as a picture that is renewed twice a second."""

    def __init__(self, part: QWidget) -> None:
        super().__init__(label(tr("客户屏正在显示", "On the customer's screen"), "label"), padding=12)
        self._picture = Glass(part)
        self.body.addWidget(self._picture, 1)


class Glass(QWidget):
    accessible_role = "picture"

    def __init__(self, part: QWidget) -> None:
        super().__init__()
        self._part = part
        self.setMinimumSize(120, 80)
        self.setAccessibleName(tr("客户屏的画面", "Picture of the customer's screen"))
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    def showEvent(self, event) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, _event) -> None:
        shown = self._part.window()
        if shown is self.window():
            return
        size = shown.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        seen: QPixmap = shown.grab()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(place, theme.colour("background"))
        painter.drawPixmap(place, seen, QRectF(seen.rect()))


def move(part: QWidget, layout) -> None:
    """Into another layout, shown or hidden as it was."""
    hidden = part.isHidden()
    layout.addWidget(part)
    part.setVisible(not hidden)
