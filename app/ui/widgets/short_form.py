"""A few lines that all have to be filled in before one can go on."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.text import tr
from app.ui.widgets.basics import column
from app.ui.widgets.inputs import Field


@dataclass(frozen=True)
class Line:
    """``name`` of the line, its caption, what helps below it; ``optional`` ones may stay empty."""

    name: str
    caption: str
    note: str = ""
    secret: bool = False
    optional: bool = False
    example: str = ""
    most: int = 200


class ShortForm(QWidget):
    """``changed`` with every letter; ``entered`` by the Enter key once all is filled in."""

    changed = Signal()
    entered = Signal()

    def __init__(self, name: str, *lines: Line) -> None:
        super().__init__()
        self._lines = {line.name: line for line in lines}
        self._edits = {line.name: QLineEdit(objectName=f"{name}.{line.name}", maxLength=line.most) for line in lines}
        self.fields = {line.name: Field(line.caption, self._edits[line.name], line.note) for line in lines}
        for line in lines:
            edit = self._edits[line.name]
            edit.setPlaceholderText(line.example)
            if line.secret:
                edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.textChanged.connect(lambda _text: self.changed.emit())
            edit.returnPressed.connect(self._enter)
        self.setLayout(column(*self.fields.values(), gap=12))
        self.setFocusProxy(self._edits[lines[0].name])

    @property
    def lacks(self) -> tuple[str, ...]:
        """The captions of lines that still have to be filled in."""
        return tuple(line.caption for line in self._lines.values() if not self[line.name].strip() and not line.optional)

    def __getitem__(self, name: str) -> str:
        return self._edits[name].text()

    def fill(self, name: str, words: str) -> None:
        self._edits[name].setText(words)

    def forget_secrets(self) -> None:
        """Those are typed anew; the first of them waits for it."""
        secret = [self._edits[name] for name, line in self._lines.items() if line.secret]
        for edit in secret:
            edit.clear()
        secret[0].setFocus()

    def focus_open(self) -> None:
        """To the first line that waits for something."""
        waiting = (edit for name, edit in self._edits.items() if not edit.text() and not self._lines[name].optional)
        next(waiting, self).setFocus()

    def _enter(self) -> None:
        if not self.lacks:
            self.entered.emit()


def sign_in_form(name: str) -> ShortForm:
    """Staff number and password."""
    return ShortForm(name, Line("staff", tr("工号", "Staff number"), most=40),
                     Line("password", tr("密码", "Password"), secret=True))


def passphrase_form(name: str) -> ShortForm:
    """The passphrase of a data folder that is there."""
    return ShortForm(name, Line("passphrase", tr("数据口令", "Data passphrase"), secret=True))
