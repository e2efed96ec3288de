"""The manager's short PIN: set in the manager's window, asked for on the customer's screen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, label, row
from app.ui.widgets.inputs import Field
from app.ui.widgets.notice import Notice

LONGEST_PIN, LONGEST_PASSWORD = 8, 200
WIDTH = 460


class PinForm(Card):
    """Sets a PIN, typed twice. ``wanted`` carries it; ``left`` closes the form."""

    wanted = Signal(str)
    left = Signal()

    def __init__(self, name: str) -> None:
        self._pin, self._again = _secret(f"{name}.new", LONGEST_PIN), _secret(f"{name}.again", LONGEST_PIN)
        self._keep = button(tr("保存", "Save"), f"{name}.keep")
        back = button(tr("取消", "Cancel"), f"{name}.cancel")
        fields = row(Field(tr("收回密码（4–8 位数字）", "PIN (4 to 8 digits)"), self._pin),
                     Field(tr("再输一次", "Once more"), self._again), self._keep, back, gap=12)
        for one in (self._keep, back):
            fields.setAlignment(one, Qt.AlignmentFlag.AlignBottom)
        super().__init__(label(tr("把屏幕从客户手里收回时要输入它。忘记了可以用登录密码。",
                                  "Asked for when the screen is taken back from the customer. If forgotten, the sign-in "
                                  "password does it."), "caption", wrap=True), fields, padding=12)
        self._keep.clicked.connect(self._want)
        back.clicked.connect(self.left)
        for line in (self._pin, self._again):
            line.textChanged.connect(lambda _text: self._judge())
            line.returnPressed.connect(self._want)
        self._judge()

    def begin(self) -> None:
        for line in (self._pin, self._again):
            line.clear()
        self.show()
        self._pin.setFocus()

    def _judge(self) -> None:
        self._keep.setEnabled(bool(self._pin.text()) and self._pin.text() == self._again.text())

    def _want(self) -> None:
        if self._keep.isEnabled():
            self.wanted.emit(self._pin.text())


class PinGate(QWidget):
    """Asks for the PIN, or for the password in its place. ``tried`` carries what was typed and whether it is the password."""

    tried = Signal(str, bool)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.notice = Notice("customer.gate.notice")
        self._line = _secret("customer.gate.secret", LONGEST_PIN)
        self._open = button(tr("收回屏幕", "Take back"), "customer.gate.open", "primary")
        self._other = button("", "customer.gate.other", "quiet")
        back = button(tr("返回客户页面", "Back to the customer"), "customer.gate.back")
        self._title = label("", "title", name="customer.gate.title")
        card = Card(self._title, self._line, self.notice, row(self._open, back, None), self._other, gap=14, padding=24)
        card.setFixedWidth(WIDTH)
        self.setLayout(column(None, row(None, card, None), None))
        self._password = False
        self._open.clicked.connect(self._try)
        self._line.returnPressed.connect(self._try)
        self._line.textChanged.connect(lambda typed: self._open.setEnabled(bool(typed)))
        self._other.clicked.connect(lambda: self.begin(not self._password))
        back.clicked.connect(self.left)

    def begin(self, password: bool = False) -> None:
        """Ask anew."""
        self._password = password
        self.notice.clear()
        self._line.clear()
        self._open.setEnabled(False)
        self._line.setMaxLength(LONGEST_PASSWORD if password else LONGEST_PIN)
        words = tr("请客户经理输入登录密码", "Manager: enter your password") if password else tr(
            "请客户经理输入收回密码", "Manager: enter the PIN")
        self._title.setText(words)
        self._line.setAccessibleName(words)
        self._other.setText(tr("改用收回密码", "Use the PIN") if password else tr("忘记了？改用登录密码",
                                                                              "Forgotten? Use the sign-in password"))
        self._line.setFocus()

    def refuse(self, condition) -> None:
        self._line.clear()
        self._line.setFocus()
        self.notice.show_condition(condition)

    def _try(self) -> None:
        if self._open.isEnabled():
            self._open.setEnabled(False)
            self.tried.emit(self._line.text(), self._password)


def _secret(name: str, most: int) -> QLineEdit:
    line = QLineEdit(objectName=name, maxLength=most)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line
