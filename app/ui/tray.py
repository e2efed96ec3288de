"""The mark in the system's tray: how many cases wait to be sent, and the way back to the window. Nothing where there is none."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.desk.views import QueueView
from app.ui import icons, theme
from app.ui.text import tr
from app.ui.widgets.top_bar import queue_words

SIZE = 32


class Tray(QObject):
    opened = Signal()
    sync = Signal()
    quit = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.icon = QSystemTrayIcon(_picture(0), self)
        self.menu = QMenu()
        for words, asked in ((tr("打开面签台", "Open the signing desk"), self.opened), (tr("立即同步", "Sync now"), self.sync),
                             (tr("退出", "Quit"), self.quit)):
            self.menu.addAction(words).triggered.connect(lambda _checked=False, asked=asked: asked.emit())
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._pressed)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon.show()

    def show_queue(self, queue: QueueView) -> None:
        self.icon.setIcon(_picture(queue.cases))
        self.icon.setToolTip(tr("面签台", "Signing desk") + "\n" + queue_words(queue)[0])

    def close(self) -> None:
        self.icon.hide()
        self.icon.setContextMenu(None)
        self.menu.deleteLater()
        self.deleteLater()

    def _pressed(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.opened.emit()


def _picture(count: int) -> QIcon:
    """The house's mark, with the count in its corner."""
    made = icons.logo(SIZE)
    if count:
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(SIZE - 19, SIZE - 19, 19, 19)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("warn"))
        painter.drawEllipse(place)
        painter.setPen(theme.colour("surface"))
        painter.setFont(theme.font(12, QFont.Weight.Bold))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(count) if count < 100 else "99")
        painter.end()
    return QIcon(made)
