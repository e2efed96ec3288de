"""The door before the work: says what is being prepared, or asks who signs in; then it closes itself."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.domain.condition import Condition, Language
from app.ui import icons, text, theme
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, holder, label, row
from app.ui.widgets.inputs import Field
from app.ui.widgets.notice import BusyLine, Notice

WIDTH = 440


class Entrance(QWidget):
    """``prepare`` runs something long behind a busy line; ``ask`` wants staff number and password."""

    def __init__(self, language: Language = "zh", theme_name: theme.ThemeName = "light", type_size: int = 100) -> None:
        super().__init__()
        text.set_language(language)
        theme.apply(theme_name, type_size)
        self.setWindowTitle(tr("面签台", "Signing desk"))
        self.setProperty("panel", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(1366, 768)
        mark = QLabel()
        mark.setPixmap(icons.logo())
        self.notice, self.busy = Notice("entrance.notice", narrow=True), BusyLine()
        self.words = label("", "caption", wrap=True, name="entrance.words")
        self.staff = QLineEdit(objectName="entrance.staff", maxLength=40)
        self.password = QLineEdit(objectName="entrance.password", maxLength=200)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.enter = button(tr("登录", "Sign in"), "entrance.sign_in", "primary")
        self.enter.clicked.connect(self._sign_in)
        for line in (self.staff, self.password):
            line.returnPressed.connect(self._sign_in)
            line.textChanged.connect(lambda _text: self._offer())
        self._form = holder(column(Field(tr("工号", "Staff number"), self.staff), Field(tr("密码",
                                                                                           "Password"), self.password),
                                   row(None, self.enter), gap=12))
        self._form.hide()
        card = Card(row(mark, label(tr("面签台", "Signing desk"), "title"), None, gap=10), self.words, self.busy,
                    self.notice, self._form, gap=14, padding=24)
        card.setFixedWidth(WIDTH)
        self.setLayout(column(None, row(None, card, None), None))
        self._check: Callable[[str, str], Any] | None = None
        self._then: Callable[[Any], None] | None = None

    def prepare(self, words: str, fn: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run ``fn`` off the window's thread; trouble is shown with a button to try again."""
        self.words.setText(words)
        self.notice.clear()
        self.busy.begin()
        operation = Operation(fn).owned_by(self).then(then).failed(
            lambda condition: self.notice.show_condition(condition, tr("重试", "Try again"),
                                                         lambda: self.prepare(words, fn, then)))
        operation.ended.connect(self.busy.end)
        operation.start()

    def refuse(self, condition: Condition) -> None:
        """Nothing can be begun; say why."""
        self.words.setText(tr("面签台没有打开本机数据。已有的数据没有改动。",
                              "The data on this computer was not opened, and not changed."))
        self.notice.show_condition(condition)

    def ask(self, staff_id: str, check: Callable[[str, str], Any], then: Callable[[Any], None]) -> None:
        """Ask for staff number and password until ``check`` accepts them; its result goes to ``then``."""
        self._check, self._then = check, then
        self.words.setText(tr("请用行内工号登录。离线时可用上次登录过的密码。",
                              "Sign in with your staff number; offline, with the password used here before."))
        self.staff.setText(staff_id)
        self._form.show()
        self._offer()
        (self.password if staff_id else self.staff).setFocus()

    def _offer(self) -> None:
        self.enter.setEnabled(bool(self.staff.text().strip() and self.password.text()))

    def _sign_in(self) -> None:
        if not self.enter.isEnabled():
            return
        self.notice.clear()
        self.enter.setEnabled(False)
        self.busy.begin()
        operation = Operation(self._check, self.staff.text().strip(), self.password.text()).owned_by(self)
        operation.ended.connect(self.busy.end)
        operation.then(self._then).failed(self._refused).start()

    def _refused(self, condition: Condition) -> None:
        self.password.clear()
        self.password.setFocus()
        self.notice.show_condition(condition)
