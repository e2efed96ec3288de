"""F6 goes from one part of the window to the next, and over to the customer's window on another display."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.text import tr


class PaneKeys(QObject):
    """``panes`` tells the parts in their order, those out of sight too; each keeps the place where the focus was in it."""

    def __init__(self, window: QWidget, panes: Callable[[], tuple[QWidget, ...]]) -> None:
        super().__init__(window)
        self._panes = panes
        self._keys = QShortcut(QKeySequence("F6"), window), QShortcut(QKeySequence("Shift+F6"), window)
        for key, step in zip(self._keys, (1, -1), strict=True):
            key.setContext(Qt.ShortcutContext.ApplicationShortcut)  # the way back, too, from a window of its own
            key.activated.connect(lambda step=step: self._go(step))

    def name(self) -> None:
        """In the language of the moment, for the list of keys."""
        for key, words in zip(self._keys, (tr("下一个区域", "Next part"), tr("上一个区域", "Part before")), strict=True):
            key.setWhatsThis(words)

    def _go(self, step: int) -> None:
        ways = [(pane, way) for pane in self._panes() if pane.isVisible() and (way := _way_in(pane)) is not None]
        focus = QApplication.focusWidget()
        at = next((n for n, (pane, _) in enumerate(ways) if focus is pane or pane.isAncestorOf(focus)), -1 if step > 0 else 0)
        if ways:
            pane, way = ways[(at + step) % len(ways)]
            pane.window().activateWindow()
            way.setFocus(Qt.FocusReason.TabFocusReason)


def _way_in(pane: QWidget) -> QWidget | None:
    """What had the focus in it last, or else the first control that can take it."""
    last, first = pane.focusWidget(), pane.nextInFocusChain()
    if last is not None and _takes_focus(last):
        return last
    one = first
    while not (pane.isAncestorOf(one) and _takes_focus(one)):
        one = one.nextInFocusChain()
        if one is first:
            return None
    return one


def _takes_focus(widget: QWidget) -> bool:
    """A page takes it, too, but only to begin with, and does not show it."""
    page = widget.focusPolicy() == Qt.FocusPolicy.TabFocus and widget.layout() is not None
    return not page and widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
