"""The guide's pages at the bank: enrolling with its code, and signing in."""

from threading import Event
from typing import Any

from app.domain.condition import Condition
from app.ui.guide.page import GuidePage
from app.ui.text import tr
from app.ui.widgets.basics import Card, Figure, button, label, row
from app.ui.widgets.short_form import Line, ShortForm, sign_in_form


class BankPage(GuidePage):
    """Enrols with the bank's code. Who has none may try the program out with the embedded gateway."""

    def __init__(self, run: Any) -> None:
        form = ShortForm(
            "guide.bank",
            Line("address", tr("银行网关地址", "The gateway's address"), example="https://bank.example", most=500),
            Line("code", tr("一次性登记码", "One-time code"), tr("可以直接粘贴；大小写、空格和横线都不要紧。",
                                                          "Paste it as it came; case, spaces and dashes do not matter.")),
            Line("proxy", tr("代理服务器（单位上网要经过代理时）", "Proxy (where the company has one)"), optional=True,
                 example="http://proxy.example:8080", most=500))
        self._proxy = button(tr("通过代理上网…", "Behind a proxy…"), "guide.bank.with_proxy", "quiet")
        self._proxy.clicked.connect(self._show_proxy)
        trial = button(tr("没有登记码，先在本机试用", "No code: try it out here"), "guide.bank.trial")
        trial.setVisible(not run.anew)
        trial.clicked.connect(self.try_out)
        cameras = label(tr("现在接着的摄像头会一并登记；以后换摄像头要请银行补登，否则人脸检测转人工复核。",
                           "Cameras that are plugged in now are registered with it. Another one later has to be registered by "
                           "the bank, else its face checks go to review."), "label", wrap=True)
        super().__init__(
            "bank", tr("连接银行", "Connect to the bank"),
            tr("把这台电脑登记到银行。登记只做一次，之后没有网络也能办理。",
               "Enrol this computer with the bank, once; after that it also works without a network."),
            Card(form, row(self._proxy, None), cameras, gap=10), forward=tr("登记", "Enrol"), aside=trial, form=form)
        if run.anew:
            self._back.setText(tr("不改了", "Keep the bank"))
        self._run, self._stopping = run, Event()
        form.fill("address", run.address)
        form.fill("proxy", run.proxy)
        form.fields["proxy"].setVisible(bool(run.proxy))
        self._proxy.setVisible(not run.proxy)

    def enter(self) -> None:
        super().enter()
        if self._run.tries_out:
            self.try_out()

    def go(self) -> None:
        self._stopping = Event()
        given = (self._form["address"], self._form["code"], self._form["proxy"], self._stopping)
        self.run(lambda: self._run.enrol(*given), lambda _none: self.done.emit(), stoppable=True)

    def stop(self) -> None:
        self._stopping.set()

    def try_out(self) -> None:
        self.words.setText(tr("正在启动本机自带的试用网关，约十秒…",
                              "The trial gateway on this computer starts; about ten seconds…"))
        self.run(self._run.try_out, lambda _none: self.done.emit())

    def refuse(self, condition: Condition) -> None:
        if self._stopping.is_set():
            self.notice.show_words(tr("已停止，没有登记。", "Stopped; nothing was enrolled."))
            return
        super().refuse(condition)
        if condition.code == "bank.not_reached":
            self._show_proxy()

    def _show_proxy(self) -> None:
        self._form.fields["proxy"].show()
        self._proxy.hide()


class SignInPage(GuidePage):
    def __init__(self, run: Any) -> None:
        form = sign_in_form("guide.sign_in")
        address, device, cameras = run.enrolled_with
        registered = "、".join(cameras) or tr("没有（人脸检测将转人工复核）", "none (face checks go to review)")
        super().__init__(
            "sign_in", tr("登录", "Sign in"),
            tr("本机已登记。请用行内工号登录，随后取回银行的产品与规则。",
               "This computer is enrolled. Sign in with your staff number; then the bank's products and rules are fetched."),
            Card(Figure(tr("银行地址", "Bank's address"), address, name="guide.enrolled.bank"),
                 Figure(tr("设备编号", "Device"), device, name="guide.enrolled.device"),
                 Figure(tr("已登记的摄像头", "Registered cameras"), registered, name="guide.enrolled.cameras"), gap=6),
            Card(form), forward=tr("登录", "Sign in"), form=form)
        self._run = run
        form.fill("staff", run.staff_id)

    def go(self) -> None:
        staff, password = self._form["staff"].strip(), self._form["password"]
        self.run(lambda: self._run.sign_in(staff, password), lambda _none: self.done.emit())

    def refuse(self, condition: Condition) -> None:
        super().refuse(condition)
        self._form.forget_secrets()
