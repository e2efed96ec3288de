"""The door before the work: says what is being prepared, or asks who signs in; then it closes itself."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.condition import Condition, Language
from app.ui import icons, text, theme
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, holder, label, row
from app.ui.widgets.notice import BusyLine, Notice
from app.ui.widgets.short_form import ShortForm, passphrase_form, sign_in_form
from app.ui.window_place import take_usual_size

WIDTH = 440


class Entrance(QWidget):
    """``prepare`` runs something long behind a busy line; ``ask`` wants staff number and password, ``ask_passphrase`` what opens
    the data folder."""

    def __init__(self, language: Language = "zh", theme_name: theme.ThemeName = "light", type_size: int = 100) -> None:
        super().__init__()
        text.set_language(language)
        theme.apply(theme_name, type_size)
        self.setWindowTitle(tr("面签台", "Signing desk"))
        self.setProperty("panel", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        take_usual_size(self)
        mark = QLabel()
        mark.setPixmap(icons.logo())
        self.notice, self.busy = Notice("entrance.notice", narrow=True), BusyLine()
        self.words = label("", "caption", wrap=True, name="entrance.words")
        self._form: ShortForm | None = None
        self._place = column(gap=0)
        self.enter = button("", "entrance.sign_in", "primary")
        self.enter.clicked.connect(self._try)
        self.enter.hide()
        card = Card(row(mark, label(tr("面签台", "Signing desk"), "title"), None, gap=10), self.words, self.busy,
                    self.notice, self._place, holder(row(None, self.enter)), gap=14, padding=24)
        card.setFixedWidth(WIDTH)
        self.setLayout(column(None, row(None, card, None), None))
        self._check: Callable[..., Any] | None = None
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
        self.words.setText(tr("请用行内工号登录。离线时可用上次登录过的密码。",
                              "Sign in with your staff number; offline, with the password used here before."))
        self.enter.setText(tr("登录", "Sign in"))
        form = sign_in_form("entrance")
        form.fill("staff", staff_id)
        self._show_form(form, lambda: check(form["staff"].strip(), form["password"]), then)

    def ask_passphrase(self, check: Callable[[str], Any], then: Callable[[Any], None]) -> None:
        """Ask for the passphrase of the data folder until ``check`` accepts it."""
        self.words.setText(tr("本机没有可用的系统密钥库，请输入数据口令。",
                              "There is no key store here; enter the data passphrase."))
        self.enter.setText(tr("打开", "Open"))
        form = passphrase_form("entrance")
        self._show_form(form, lambda: check(form["passphrase"]), then)

    def _show_form(self, form: ShortForm, check: Callable[[], Any], then: Callable[[Any], None]) -> None:
        if self._form is not None:
            self._place.removeWidget(self._form)
            self._form.deleteLater()
        self._form, self._check, self._then = form, check, then
        form.changed.connect(self._offer)
        form.entered.connect(self._try)
        self._place.addWidget(form)
        self.enter.show()
        self._offer()
        form.focus_open()

    def _offer(self) -> None:
        self.enter.setEnabled(not self._form.lacks)

    def _try(self) -> None:
        if not self.enter.isEnabled():
            return
        self.notice.clear()
        self.enter.setEnabled(False)
        self.busy.begin()
        operation = Operation(self._check).owned_by(self)
        operation.ended.connect(self.busy.end)
        operation.then(self._then).failed(self._refused).start()

    def _refused(self, condition: Condition) -> None:
        self._form.forget_secrets()
        self.notice.show_condition(condition)
