"""How long nobody has touched the window: keys, pointer, pen and fingers, the customer's as well as the manager's."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.desk.lock import running_s

TICK_MS = 1000
TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate, QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.InputMethod})


class IdleWatch(QObject):
    """``ticked`` once a second with the seconds since the last touch. It listens at the program's native windows, where all
    input comes in and little else does."""

    ticked = Signal(float)

    def __init__(self, parent: QObject, now: Callable[[], float] = running_s) -> None:
        super().__init__(parent)
        self._now = now
        self._last = now()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)  # once more changes nothing
        self.ticked.emit(self._now() - self._last)

    def stop(self) -> None:
        self._timer.stop()

    def touch(self) -> None:
        self._last = self._now()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self.touch()
        return False
