"""The guide's pages before anything is connected: the language, and a passphrase where the system has no key store."""

from typing import Any

from PySide6.QtCore import Signal

from app.domain.preferences import TYPE_SIZES
from app.ui import text, theme
from app.ui.guide.page import GuidePage
from app.ui.text import tr
from app.ui.widgets.basics import Card, label
from app.ui.widgets.inputs import Field
from app.ui.widgets.pills import Pills
from app.ui.widgets.short_form import Line, ShortForm


class LanguagePage(GuidePage):
    """``restyled`` carries another language or size of type: the guide is drawn anew with it."""

    restyled = Signal(dict)

    def __init__(self, run: Any) -> None:
        language = Pills("guide.language", (("zh", "中文"), ("en", "English")), text.language())
        language.chosen.connect(lambda code: self.restyled.emit({"language": code}))
        size = Pills("guide.type_size", tuple((str(s), f"{s}%") for s in TYPE_SIZES), str(theme.scaled(100)))
        size.chosen.connect(lambda code: self.restyled.emit({"type_size": int(code)}))
        needed = label(tr(
            "1. 银行发的网关地址和一次性登记码\n2. 您的行内工号和密码\n"
            "3. 已接好的摄像头和麦克风：登记时接着的摄像头会一并报给银行",
            "1. The gateway's address and a one-time code from the bank\n2. Your staff number and password\n"
            "3. Camera and microphone, plugged in: cameras that are there when you enrol are told to the bank"), wrap=True)
        super().__init__(
            "language", tr("欢迎使用面签台", "Welcome to the signing desk"),
            tr("先花几分钟把这台电脑准备好。中途关掉也没关系，下次从停下的地方继续。",
               "A few minutes to get this computer ready. It may be closed at any time and goes on from there."),
            Card(Field(tr("语言", "Language"), language), Field(tr("字号", "Type size"), size), gap=12),
            Card(label(tr("请准备好", "Have ready"), "heading"), needed, gap=10), back=False)
        self._run = run

    def go(self) -> None:
        chosen = {"language": text.language(), "type_size": theme.scaled(100)}
        self.run(lambda: self._run.open(**chosen), lambda _none: self.done.emit())


class PassphrasePage(GuidePage):
    def __init__(self, run: Any) -> None:
        form = ShortForm(
            "guide.passphrase",
            Line("new", tr("数据口令", "Passphrase"),
                 tr("至少 8 个字符，区分大小写。", "8 characters at least; upper and lower case matter."), secret=True),
            Line("again", tr("再输一次", "Once more"), secret=True))
        super().__init__(
            "passphrase", tr("设置数据口令", "Set a data passphrase"),
            tr("本机没有可用的系统密钥库，客户资料改由这个口令加密，每次启动都要输入。它无法找回：请按本行规定保管。",
               "This system has no key store, so a passphrase protects the customers' data and is asked for at every start. "
               "Nobody can recover it: keep it as your bank wants."), Card(form), form=form)
        self._run = run

    def offer(self) -> None:
        super().offer()
        self._form.fields["again"].say("")

    def go(self) -> None:
        if self._form["new"] != self._form["again"]:
            self._form.fields["again"].say(tr("两次输入的不同。", "The two are not the same."))
            return
        chosen = {"language": text.language(), "type_size": theme.scaled(100)}
        self.run(lambda: self._run.open(self._form["new"], **chosen), lambda _none: self.done.emit())
