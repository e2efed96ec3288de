"""What is seen of a locked desk: whose it is, and the way back to it. Nothing of any case."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.desk.views import Session
from app.domain.condition import Condition
from app.ui import icons
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, label, row
from app.ui.widgets.inputs import Field
from app.ui.widgets.notice import BusyLine, Notice

WIDTH = 460


class LockPage(QWidget):
    """``unlock`` takes what was typed and raises where it does not hold; it is the password, or the ``pin`` that takes the
    window back from the customer. ``opened`` once it held; ``other_person`` where somebody else wants to work here."""

    opened = Signal()
    other_person = Signal()

    def __init__(self, unlock: Callable[[str], object], session: Session, *, pin: bool = False) -> None:
        super().__init__()
        self._check = unlock
        self.setProperty("panel", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark = QLabel()
        mark.setPixmap(icons.logo())
        self.notice, self.busy = Notice("lock.notice", narrow=True), BusyLine()
        self.password = QLineEdit(objectName="lock.password", maxLength=200)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        secret = tr("收回密码", "PIN") if pin else tr("密码", "Password")
        self.password.setAccessibleName(secret)
        self.enter = button(tr("解锁", "Unlock"), "lock.unlock", "primary")
        self.other = button(tr("换人登录", "Another person"), "lock.other", "quiet")
        self._going_on = label("", wrap=True, name="lock.going_on")
        who = label(tr(f"{session.staff_name} · 工号 {session.staff_id}", f"{session.staff_name} · {session.staff_id}"),
                    "heading", name="lock.staff")
        words = tr("程序结束时窗口在客户手里，内容没有丢失。请客户经理输入收回密码。",
                   "The customer had the window when the program ended; nothing is lost. Manager: enter the PIN.") if pin else tr(
            "办理中的业务原样保留，待传的照常上传。请输入您的登录密码；离线时也可以解锁。",
            "Work in progress is kept as it stands, and sending goes on. Enter your sign-in password; it works offline too.")
        self.enter.clicked.connect(self._unlock)
        self.other.clicked.connect(self.other_person)
        if pin:
            self.other.hide()
        self.password.returnPressed.connect(self._unlock)
        self.password.textChanged.connect(lambda _text: self._offer())
        card = Card(row(mark, label(tr("面签台已锁定", "The desk is locked"), "title"), None, gap=12), who,
                    label(words, "caption", wrap=True, name="lock.words"), self._going_on, self.busy, self.notice,
                    Field(secret, self.password),
                    row(self.other, None, self.enter, gap=12), gap=14, padding=24)
        card.setFixedWidth(WIDTH)
        self.setLayout(column(None, row(None, card, None), None))
        self.setFocusProxy(self.password)
        self._offer()

    def show_going_on(self, recording: bool) -> None:
        """A recording does not stop for a lock, and whoever comes by is told so."""
        self._going_on.setText(tr("● 双录仍在进行。", "● The recording goes on."))
        self._going_on.setVisible(recording)

    def refuse_other(self) -> None:
        self.notice.show_words(tr("双录还在进行，现在不能换人。", "A recording is under way, so nobody else can sign in now."),
                               tr("请由本人解锁，结束双录后再换人。", "Its manager unlocks and finishes it first."), "warn")

    def _offer(self) -> None:
        self.enter.setEnabled(bool(self.password.text()))

    def _unlock(self) -> None:
        if not self.enter.isEnabled():
            return
        self.notice.clear()
        self.enter.setEnabled(False)
        self.busy.begin()
        operation = Operation(self._check, self.password.text(), lane="lock").owned_by(self)
        operation.ended.connect(self.busy.end)
        operation.then(lambda _none: self.opened.emit()).failed(self._refused).start()
        self.password.clear()

    def _refused(self, condition: Condition) -> None:
        self.password.setFocus()
        self.notice.show_condition(condition)
