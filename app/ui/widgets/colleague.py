"""Another employee at this desk: number and password beside what that person has to say."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.text import tr
from app.ui.widgets.basics import row
from app.ui.widgets.inputs import Field


class Colleague(QWidget):
    """``changed`` with every key."""

    changed = Signal()

    def __init__(self, name: str, who: str) -> None:
        super().__init__()
        self._staff = QLineEdit(objectName=f"{name}.staff_id", maxLength=40)
        self._password = QLineEdit(objectName=f"{name}.password", maxLength=200)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self._staff, self._password):
            field.textChanged.connect(lambda _text: self.changed.emit())
        self.setLayout(row(Field(who, self._staff), Field(tr("密码", "Password"), self._password), gap=12))

    def lacking(self, *more: tuple[str, str]) -> list[str]:
        """Names of what is not given yet, of number, password and ``more``: what is there and its name."""
        asked = ((self._staff.text().strip(), tr("工号", "staff number")), (self._password.text(), tr("密码", "password")), *more)
        return [name for there, name in asked if not there]

    def give(self) -> tuple[str, str]:
        """Number and password; the password does not stay in its field."""
        given = self._staff.text().strip(), self._password.text()
        self._password.clear()
        return given


def missing_words(lacking: list[str]) -> str:
    """What is missing, in one line; '' for nothing."""
    return tr("还差：", "Missing: ") + tr("、", ", ").join(lacking) if lacking else ""
