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
    """Sets a PIN, typed twice; changing one asks for it, or for the password in its place. ``wanted`` carries the new one,
    what proves that the manager wants it, and whether that is the password; ``left`` closes the form."""

    wanted = Signal(str, str, bool)
    left = Signal()

    def __init__(self, name: str) -> None:
        self._change, self._by_password = False, False
        self._proof = _secret(f"{name}.proof", LONGEST_PASSWORD)
        self._pin, self._again = _secret(f"{name}.new", LONGEST_PIN), _secret(f"{name}.again", LONGEST_PIN)
        self._keep = button(tr("保存", "Save"), f"{name}.keep")
        self._back = button(tr("取消", "Cancel"), f"{name}.cancel")
        self._other = button("", f"{name}.other", "quiet")
        self._proof_field = Field("", self._proof)
        words = label(tr("把屏幕从客户手里收回时要输入它。忘记了可以用登录密码。",
                         "Asked for when the screen is taken back from the customer. If forgotten, the sign-in password "
                         "does it."), "caption", wrap=True)
        fields = row(self._proof_field, Field(tr("收回密码（4–8 位数字）", "PIN (4 to 8 digits)"), self._pin),
                     Field(tr("再输一次", "Once more"), self._again), self._keep, self._back, gap=12)
        for one in (self._keep, self._back):
            fields.setAlignment(one, Qt.AlignmentFlag.AlignBottom)
        super().__init__(row(words, self._other, gap=12), fields, padding=12)
        self.body.itemAt(0).setStretch(0, 1)
        self._keep.clicked.connect(self._want)
        self._back.clicked.connect(self.left)
        self._other.clicked.connect(lambda: self._ask_proof(not self._by_password))
        for line in (self._proof, self._pin, self._again):
            line.textChanged.connect(lambda _text: self._judge())
            line.returnPressed.connect(self._want)
        self._ask_proof(False)

    def begin(self, *, change: bool) -> None:
        """Empty; ``change``: there is a PIN, and it is asked for."""
        self._change = change
        for line in (self._pin, self._again):
            line.clear()
        self._ask_proof(False)
        self.show()
        (self._proof if change else self._pin).setFocus()

    def refuse(self) -> None:
        """What was typed as proof does not hold."""
        self._ask_proof(self._by_password)
        self._proof.setFocus()

    def _ask_proof(self, by_password: bool) -> None:
        self._by_password = by_password
        self._proof.clear()
        self._proof_field.setVisible(self._change)
        self._other.setVisible(self._change)
        self._proof_field.rename(tr("您的登录密码", "Your password") if by_password else tr("现在的收回密码", "Present PIN"))
        self._other.setText(tr("改用收回密码", "Use the PIN") if by_password else tr("忘记了？改用登录密码",
                                                                             "Forgotten? Use the sign-in password"))
        self._judge()

    def _judge(self) -> None:
        proven = not self._change or bool(self._proof.text())
        self._keep.setEnabled(proven and bool(self._pin.text()) and self._pin.text() == self._again.text())

    def _want(self) -> None:
        if self._keep.isEnabled():
            self.wanted.emit(self._pin.text(), self._proof.text(), self._by_password)


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
