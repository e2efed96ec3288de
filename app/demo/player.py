"""Hands for the demo: finds the window's widgets by name and uses them with keys, mouse and drops, as a person would."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QComboBox, QLineEdit, QWidget

from app.demo.handwriting import strokes
from app.ui.widgets.notice import Notice

PATIENCE_S = 60.0
STEP_MS = 15
POINT_MS = 12
DOWN, MOVE, UP = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease


def live(ms: int) -> None:
    """Let the window live for a while. (``QTest.qWait`` keeps Python's lock, and every other thread would starve.)"""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


class Stuck(RuntimeError):
    """The window did not get to where the play expected it; carries the names of widgets and codes only."""


class Player:
    """``pause_ms`` is the rest between two actions: 0 to be quick, several hundred for people watching."""

    def __init__(self, window: QWidget, pause_ms: int = 0) -> None:
        self.window = window
        self._pause_ms = pause_ms

    def find(self, name: str) -> QWidget | None:
        """The visible widget of this name, if there is one."""
        return next((w for w in self.window.findChildren(QWidget, name) if w.isVisible()), None)

    def wait(self, what: str, until: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        """Let the window live until something holds; raises Stuck with the conditions shown where it never does."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                shown = [n.code() for n in self.window.findChildren(Notice) if n.isVisible() and n.code()]
                raise Stuck(f"waiting for {what}; shown: {', '.join(shown) or 'nothing'}")
            live(STEP_MS)

    def ready(self, name: str, seconds: float = PATIENCE_S) -> QWidget:
        """The widget, once it is there and enabled."""
        self.wait(name, lambda: (w := self.find(name)) is not None and w.isEnabled(), seconds)
        live(self._pause_ms)
        return self.find(name)

    def click(self, name: str, seconds: float = PATIENCE_S) -> None:
        QTest.mouseClick(self.ready(name, seconds), Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Fill a line: keys for ASCII, a committed composition for Chinese, as an input method does."""
        line = self.ready(name)
        if not isinstance(line, QLineEdit):
            raise Stuck(f"{name} is no line")
        line.setFocus()
        line.selectAll()
        if text.isascii():
            QTest.keyClicks(line, text)
        else:
            QTest.keyClick(line, Qt.Key.Key_Delete)
            commit = QInputMethodEvent()
            commit.setCommitString(text)
            QApplication.sendEvent(line, commit)

    def choose(self, name: str, code: str) -> None:
        """Choose an item of a drop-down by its code."""
        choice = self.ready(name)
        if not isinstance(choice, QComboBox) or choice.findData(code) < 0:
            raise Stuck(f"{name} offers no {code}")
        choice.setCurrentIndex(choice.findData(code))

    def read_to_end(self, name: str) -> None:
        """Scroll a text to its end once it has been laid out, page by page."""
        area = self.ready(name)
        if not isinstance(area, QAbstractScrollArea):
            raise Stuck(f"{name} does not scroll")
        live(60)
        bar = area.verticalScrollBar()
        while bar.value() < bar.maximum():
            bar.triggerAction(bar.SliderAction.SliderPageStepAdd)
            live(max(STEP_MS, self._pause_ms // 4))

    def drop(self, name: str, file: Path) -> None:
        """Drop a file on a widget."""
        target = self.ready(name)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        at = QPointF(target.rect().center())
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(target, QDragEnterEvent(at.toPoint(), copy, data, Qt.MouseButton.LeftButton, none))
        QApplication.sendEvent(target, QDropEvent(at, copy, data, Qt.MouseButton.LeftButton, none))
        QApplication.sendEvent(target, QEvent(QEvent.Type.Leave))

    def write(self, name: str, who: str, seed: int) -> None:
        """Write ``who`` by hand on a signature pad with the mouse, a little different for each seed, a point each 12 ms of
        the mouse's own clock."""
        pad, at_ms = self.ready(name), round(time.monotonic() * 1000)
        for stroke in strokes(who, seed):
            points = [QPointF(x * pad.width(), y * pad.height()) for x, y in stroke]
            for number, point in enumerate((*points, points[-1])):
                kind = MOVE if 0 < number < len(points) else DOWN if number == 0 else UP
                held = Qt.MouseButton.NoButton if kind == UP else Qt.MouseButton.LeftButton
                event = QMouseEvent(kind, point, pad.mapToGlobal(point), Qt.MouseButton.LeftButton, held,
                                    Qt.KeyboardModifier.NoModifier)
                event.setTimestamp(at_ms := at_ms + POINT_MS)
                QApplication.sendEvent(pad, event)
                live(1 if self._pause_ms == 0 else POINT_MS)
