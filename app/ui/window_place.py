"""Where a window stands: told soon after it was moved, so that a crash forgets little, and taken up again at the next start."""

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

REST_MS = 500
USUAL = 1366, 768
SMALLEST = 1024, 540  # a screen of 1366x768 at 125 % has 1093x551 between title and task bar


def take_usual_size(window: QWidget) -> None:
    """The size of a window that has no place yet: no larger than its screen."""
    window.resize(QSize(*USUAL).boundedTo(window.screen().availableSize()))


class WindowPlace(QObject):
    """``changed`` carries place, size and screen as text once the window has come to rest."""

    changed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.changed.emit(self.text()))

    def text(self) -> str:
        return self._window.saveGeometry().toBase64().data().decode()

    def take(self, place: str) -> None:
        """Stand there, on a screen that is here; a text that says nothing changes nothing."""
        self._window.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def moved(self) -> None:
        """The window was moved, resized, made as large as its screen, or the like."""
        if self._window.isVisible():
            self._rest.start()

    def stop(self) -> None:
        self._rest.stop()


def bring_to_front(window: QWidget) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()
