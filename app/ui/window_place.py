"""Where a window stands: told soon after it was moved, so that a crash forgets little, and taken up again at the next start."""

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

REST_MS = 500
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange)


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
        window.installEventFilter(self)

    def text(self) -> str:
        return self._window.saveGeometry().toBase64().data().decode()

    def take(self, place: str) -> None:
        """Stand there, on a screen that is here; a text that says nothing changes nothing."""
        self._window.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def stop(self) -> None:
        self._window.removeEventFilter(self)
        self._rest.stop()

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if event.type() in MOVES and self._window.isVisible():
            self._rest.start()
        return False
