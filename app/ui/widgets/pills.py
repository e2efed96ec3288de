"""A few choices side by side, one of them chosen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from app.ui.widgets.basics import button, row


class Pills(QWidget):
    """``chosen`` carries the code that a person pressed; ``code`` is the one in force."""

    chosen = Signal(str)

    def __init__(self, name: str, items: tuple[tuple[str, str], ...], code: str) -> None:
        super().__init__()
        self.code = code
        self._pills = QButtonGroup(self)
        self._buttons = {code: self._pill(f"{name}.{code}", code, words) for code, words in items}
        self._buttons[code].setChecked(True)
        self.setLayout(row(*self._buttons.values(), None, gap=8))

    def say(self, code: str, words: str) -> None:
        self._buttons[code].setText(words)

    def _pill(self, name: str, code: str, words: str) -> QPushButton:
        pill = button(words, name, "pill")
        pill.setCheckable(True)
        pill.clicked.connect(lambda: self._choose(code))
        self._pills.addButton(pill)
        return pill

    def _choose(self, code: str) -> None:
        self.code = code
        self.chosen.emit(code)
