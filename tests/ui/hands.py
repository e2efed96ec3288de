"""A person at the window who has only a keyboard, or only a touch screen."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QComboBox, QScroller, QWidget

from app.ui import operation
from app.ui.window import MainWindow
from tests.ui.scenes import come_to
from tests.ui.steps import find, write

MOST_TABS = 90
TARGET = 40
HOLD_MS = 80  # a finger that rests before it leaves: the list stops where it was dragged to


class Keyboard:
    """Moves by Tab alone and acts by Space, Enter and letters. A signature needs a pointer: there is no handwriting by keys."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def press(self, name: str) -> None:
        self._reach(name)
        self._key(Qt.Key.Key_Space)

    def begin(self) -> None:
        self._key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    def fill(self, name: str, text: str) -> None:
        self._reach(name)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        _type(text)

    def next_item(self, name: str) -> None:
        self._reach(name)
        self._key(Qt.Key.Key_Down)

    def read_to_end(self, name: str) -> None:
        self._reach(name)
        bar = find(self._window, name, QAbstractScrollArea).verticalScrollBar()

        def paged() -> bool:
            self._key(Qt.Key.Key_PageDown)
            return bar.value() >= bar.maximum()

        come_to(paged)

    def write(self, name: str) -> None:
        self._reach(name)
        write(QApplication.focusWidget())

    def _reach(self, name: str) -> None:
        """Tab on until the widget has the focus; it must be whole in sight then."""
        come_to(lambda: _usable(self._window, name))
        seen = []
        for _ in range(MOST_TABS):
            focus = QApplication.focusWidget()
            if focus is not None and name in (focus.objectName(), focus.parentWidget() and focus.parentWidget().objectName()):
                come_to(lambda focus=focus: not focus.visibleRegion().isEmpty())
                return
            if isinstance(focus, QAbstractButton) and focus.group() and find(self._window, name) in focus.group().buttons():
                self._key(Qt.Key.Key_Right)  # one of several answers, as with radio buttons
                continue
            seen.append(focus.objectName() or type(focus).__name__ if focus else None)
            self._key(Qt.Key.Key_Tab)
        raise AssertionError(f"no way to {name} by Tab: {' > '.join(map(str, seen))}")

    def _key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self._window, key, modifier)


class Touch:
    """Taps and drags with one finger. Text comes from the system's keyboard on the screen, as committed compositions."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._screen: QPointingDevice = QTest.createTouchDevice()

    def press(self, name: str) -> None:
        come_to(lambda: _usable(self._window, name))
        widget = find(self._window, name)
        assert min(widget.width(), widget.height()) >= TARGET, f"{name} is {widget.width()}x{widget.height()} px"
        self._bring_into_sight(widget)
        self._drag(widget, [widget.visibleRegion().boundingRect().center()])

    def begin(self) -> None:
        self.press("home.new")

    def fill(self, name: str, text: str) -> None:
        self.press(name)
        assert QApplication.focusWidget().objectName() == name
        QApplication.focusWidget().selectAll()
        _type(text)

    def next_item(self, name: str) -> None:
        self.press(name)
        choice = find(self._window, name, QComboBox)
        come_to(choice.view().isVisible)
        at = choice.model().index(choice.currentIndex() + 1, 0)
        view = choice.view().viewport()
        self._drag(view, [choice.view().visualRect(at).center()])
        come_to(lambda: not choice.view().isVisible())

    def read_to_end(self, name: str) -> None:
        come_to(lambda: _usable(self._window, name))
        area = find(self._window, name, QAbstractScrollArea)
        bar, view = area.verticalScrollBar(), area.viewport()

        def flicked() -> bool:
            if bar.value() < bar.maximum():
                self._flick(view)
            return bar.value() >= bar.maximum()

        come_to(flicked)

    def write(self, name: str) -> None:
        pad = find(self._window, name)
        for at in range(3):
            self._drag(pad, [QPoint(60 + 50 * at + 3 * step, 60 + 6 * step) for step in range(12)])

    def _flick(self, view: QWidget, up: bool = True) -> None:
        middle, low, high = view.width() // 2, view.height() * 3 // 4, view.height() // 4
        begin, end = (low, high) if up else (high, low)
        self._drag(view, [QPoint(middle, begin + (end - begin) * step // 6) for step in range(7)])
        come_to(lambda: QScroller.scroller(view).state() == QScroller.State.Inactive)  # a touch before would only stop it

    def _bring_into_sight(self, widget: QWidget) -> None:
        """Drag the list that holds it until it can be touched."""
        area = widget.parentWidget()
        while area is not None and not isinstance(area, QAbstractScrollArea):
            area = area.parentWidget()
        if area is not None:
            def seen() -> bool:
                if widget.visibleRegion().boundingRect().height() < TARGET:
                    self._flick(area.viewport(), up=widget.mapTo(area, QPoint(0, 0)).y() > 0)
                return widget.visibleRegion().boundingRect().height() >= TARGET

            come_to(seen)

    def _drag(self, widget: QWidget, points: list[QPoint]) -> None:
        """The system tells the window of a touch, so that the window's own way to the widget is gone."""
        window = widget.window()
        places = [widget.mapTo(window, point) for point in points]
        for at, place in enumerate(places):
            touch = QTest.touchEvent(window.windowHandle(), self._screen)
            (touch.press if at == 0 else touch.move)(0, place)
            touch.commit()
            QTest.qWait(5 if len(places) > 1 else 0)
        QTest.qWait(HOLD_MS if len(places) > 1 else 0)
        touch = QTest.touchEvent(window.windowHandle(), self._screen)
        touch.release(0, places[-1])
        touch.commit()


def _usable(window: MainWindow, name: str) -> bool:
    """It is there, may be used, and nothing moves any more."""
    widget = window.findChild(QWidget, name)
    return not operation.under_way() and widget is not None and widget.isVisible() and widget.isEnabled()


def _type(text: str) -> None:
    focus = QApplication.focusWidget()
    if text.isascii():
        QTest.keyClicks(focus, text)
    else:
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(focus, commit)
