"""A button that acts only after being held: a customer does not leave her page by a stray touch."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QPushButton

from app.ui import theme

HOLD_MS = 1000
STEP_MS = 40


class HoldButton(QPushButton):
    """``held`` fires after one second of pressing by mouse, finger or space bar."""

    held = Signal()

    def __init__(self, words: str, name: str) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setAutoDefault(False)
        self.setMinimumHeight(theme.TARGET)
        self._gone = 0
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._tick)
        self.pressed.connect(self._begin)
        self.released.connect(self._end)

    def keyPressEvent(self, event) -> None:
        if not event.isAutoRepeat():
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event) -> None:
        if not event.isAutoRepeat():
            super().keyReleaseEvent(event)

    def _begin(self) -> None:
        self._gone = 0
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._gone = 0
        self.update()

    def _tick(self) -> None:
        self._gone += STEP_MS
        self.update()
        if self._gone >= HOLD_MS:
            self._end()
            self.setDown(False)
            self.held.emit()

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        if self._gone:
            painter = QPainter(self)
            width = round((self.width() - 16) * self._gone / HOLD_MS)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("brand"))
            painter.drawRoundedRect(8, self.height() - 6, width, 3, 1.5, 1.5)
