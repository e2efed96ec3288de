"""Fields a person fills in: money in yuan with fen inside, choices, a search box that asks as you type."""

import re
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from app.ui import icons, theme
from app.ui.widgets.basics import column, label, restyle, row

MAX_FEN = 100_000_000_00


class NumberInput(QLineEdit):
    """Yuan as typed (12万, 120,000 or 120000.50); ``fen()`` is None while it does not read as an amount."""

    changed = Signal()

    def __init__(self, name: str, placeholder: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.textChanged.connect(lambda _text: self.changed.emit())
        self.editingFinished.connect(self._tidy)

    def fen(self) -> int | None:
        return parse_yuan(self.text())

    def show_fen(self, fen: int | None) -> None:
        if fen != self.fen():
            self.setText("" if fen is None else _plain(fen))

    def _tidy(self) -> None:
        fen = self.fen()
        if fen is not None:
            self.setText(_plain(fen))


def parse_yuan(typed: str) -> int | None:
    """Fen of an amount in yuan, or None. Full-width digits, separators and 万 are understood."""
    tidy = re.sub(r"[\s,，¥￥元]", "", typed).translate(str.maketrans("０１２３４５６７８９．", "0123456789."))
    factor = 1
    if tidy.endswith("万"):
        tidy, factor = tidy[:-1], 10_000
    try:
        fen = Decimal(tidy) * factor * 100
    except InvalidOperation:
        return None
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= MAX_FEN:
        return None
    return int(fen)


def _plain(fen: int) -> str:
    return f"{fen // 100:,}" + (f".{fen % 100:02d}" if fen % 100 else "")


class Choice(QComboBox):
    """A drop-down over (code, words) pairs; ``searchable`` finds an item by any part of its words."""

    changed = Signal()

    def __init__(self, name: str, items: tuple[tuple[str, str], ...] = (), *, searchable: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        if searchable:
            self._make_searchable()
        self.offer(items)
        self.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def _make_searchable(self) -> None:
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.lineEdit().setFrame(False)
        self.lineEdit().setStyleSheet("border: 0; padding: 0; min-height: 34px; background: transparent;")
        self.lineEdit().editingFinished.connect(lambda: self.setEditText(self.itemText(self.currentIndex())))

    def offer(self, items: tuple[tuple[str, str], ...]) -> None:
        """Replace the items and keep the choice where it is still among them."""
        if [(self.itemData(i), self.itemText(i)) for i in range(self.count())] == list(items):
            return
        chosen = self.code()
        self.blockSignals(True)
        self.clear()
        for code, words in items:
            self.addItem(words, code)
        self.setCurrentIndex(max(0, self.findData(chosen)) if items else -1)
        self.blockSignals(False)

    def code(self) -> str:
        return self.currentData() or ""

    def choose(self, code: str) -> None:
        at = self.findData(code)
        if at >= 0:
            self.setCurrentIndex(at)

    def paintEvent(self, _event) -> None:
        """Words that do not fit end in an ellipsis."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        box, text = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        width = self.style().subControlRect(box, option, text, self).width()
        option.currentText = option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, width)
        painter = QStylePainter(self)
        painter.drawComplexControl(box, option)
        if not self.isEditable():
            painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        place = QRectF(self.width() - 28, self.height() / 2 - 9, 18, 18)
        icons.draw(painter, "down", place, theme.colour("ink2"), 2)

    def wheelEvent(self, event) -> None:
        event.ignore()


class Check(QCheckBox):
    """A check box of 40 px with a drawn tick."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def hitButton(self, _place) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 34, theme.TARGET)

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(1, self.height() / 2 - 10, 20, 20)
        on = self.isChecked()
        edge = "brand" if on or self.hasFocus() else "ink3"
        painter.setPen(QPen(theme.colour(edge), 2 if self.hasFocus() else 1.4))
        painter.setBrush(theme.colour("brand" if on else "surface"))
        painter.drawRoundedRect(place, 5, 5)
        if on:
            icons.draw(painter, "check", place.adjusted(1, 1, -1, -1), theme.colour("on_brand"), 3)
        painter.setPen(theme.colour("ink" if self.isEnabled() else "ink3"))
        painter.setFont(self.font())
        painter.drawText(QRectF(30, 0, self.width() - 30, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())


class SearchBox(QLineEdit):
    """Asks 120 ms after the last key."""

    asked = Signal(str)

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(120)
        self._timer.timeout.connect(lambda: self.asked.emit(self.text().strip()))
        self.textChanged.connect(lambda _text: self._timer.start())


class Field(QWidget):
    """A field under its caption with room for one finding below it."""

    def __init__(self, caption: str, field: QWidget, note: str = "") -> None:
        super().__init__()
        self.field = field
        self._caption = label(caption, "label")
        self._note = label(note, "label", wrap=True)
        self._note.setVisible(bool(note))
        self._plain = note
        self._aside = label("", "label")
        self._caption.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(caption)
        if isinstance(field, QComboBox) and field.isEditable():
            field.lineEdit().setAccessibleName(caption)
        self.setLayout(column(row(self._caption, None, self._aside, gap=6), field, self._note, gap=4))

    def rename(self, caption: str) -> None:
        self._caption.setText(caption)
        self.field.setAccessibleName(caption)

    def mark(self, words: str, tone: str) -> None:
        """A short word beside the caption, such as how sure a reading is; ``warn`` colours the field too."""
        self._aside.setText(words)
        restyle(self._aside, tone=tone)
        if isinstance(self.field, QLineEdit):
            restyle(self.field, tone=tone if tone == "warn" else "")

    def say(self, words: str, tone: str = "bad") -> None:
        """Show a finding, or the plain note again for no words."""
        self._note.setText(words or self._plain)
        self._note.setVisible(bool(words or self._plain))
        restyle(self._note, tone=tone if words else "")
        if isinstance(self.field, QLineEdit):
            restyle(self.field, tone=tone if words else "")

    def note(self) -> str:
        return self._note.text()
