"""The keys that work here and now, as they are really registered, over the window; any key or press takes it away."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from app.ui import theme
from app.ui.text import tr
from app.ui.widgets.basics import Card, column, label, row

LINES = 12  # in a column
ALWAYS = (("F1", "快捷键", "Keys"), ("Tab", "下一个控件", "Next control"), ("Shift+Tab", "上一个控件", "Previous control"),
          ("Enter", "列表中：打开这笔业务", "In the list: open the case"), ("Delete", "列表中：归档", "In the list: archive"))


def keys(window: QWidget) -> Iterator[tuple[str, str]]:
    """Key and what it does, of every button in sight and every shortcut that says what it is for."""
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and not button.shortcut().isEmpty():
            key = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            yield key, button.accessibleName() or button.text().replace(key, "").strip()
    for shortcut in window.findChildren(QShortcut):
        if shortcut.isEnabled() and shortcut.whatsThis() and shortcut.parent().isVisible():
            yield shortcut.key().toString(QKeySequence.SequenceFormat.NativeText), shortcut.whatsThis()


class KeyMap(QWidget):
    def __init__(self, over: QWidget) -> None:
        lines = [*keys(over.window()), *((key, tr(zh, en)) for key, zh, en in ALWAYS)]
        super().__init__(over)
        self.setObjectName("keys")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for number, (key, words) in enumerate(lines):
            line, side = number % LINES, 2 * (number // LINES)
            grid.addWidget(label(key, "strong", name=f"keys.{number}"), line, side)
            grid.addWidget(label(words), line, side + 1)
        card = Card(label(tr("快捷键", "Keys"), "title"), grid, label(tr("按任意键关闭", "Any key closes this"), "label"),
                    gap=14, padding=24)
        self.setLayout(column(None, row(None, card, None), None))
        self.setGeometry(over.rect())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("; ".join(f"{key} {words}" for key, words in lines))
        self._before = over.window().focusWidget()
        self.show()
        self.raise_()
        self.setFocus()

    def paintEvent(self, _event) -> None:
        shade = QColor(theme.colour("ink") if theme.tokens().name == "light" else theme.colour("background"))
        shade.setAlphaF(0.6)
        QPainter(self).fillRect(self.rect(), shade)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:  # a key is for this, and for nothing below it
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, _event) -> None:
        self._close()

    def mousePressEvent(self, _event) -> None:
        self._close()

    def _close(self) -> None:
        if self._before is not None:
            self._before.setFocus()
        self.hide()
        self.deleteLater()
