"""The guide's pages at the desk: the PIN that takes the screen back, the devices, and the first case."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent

from app.ui.guide.page import GuidePage
from app.ui.text import tr
from app.ui.widgets.basics import Card, Figure, button, column, label, row
from app.ui.widgets.device_check import DeviceCheck
from app.ui.widgets.short_form import Line, ShortForm

PREVIEW_PX = 320


class PinPage(GuidePage):
    """The customer has the screen for a while; a PIN takes it back."""

    def __init__(self, run: Any) -> None:
        form = ShortForm(
            "guide.pin",
            Line("new", tr("收回密码", "PIN"), tr("4 到 8 位数字。", "4 to 8 digits."), secret=True, most=8),
            Line("again", tr("再输一次", "Once more"), secret=True, most=8))
        later = button(tr("以后再设", "Later"), "guide.pin.later")
        later.clicked.connect(lambda: self._reach())
        super().__init__(
            "pin", tr("设一个收回密码", "Set a PIN to take the screen back"),
            tr("签字和阅读时屏幕会转给客户。收回时输入这个密码，客户就翻不到别人的业务。忘记了可以用登录密码。",
               "For reading and signing the customer gets the screen. The PIN takes it back, so that she sees no other "
               "customer's case. If forgotten, the sign-in password does it."),
            Card(form), back=False, forward=tr("保存，下一步", "Save and go on"), aside=later, form=form)
        self._run = run

    def enter(self) -> None:
        super().enter()
        self.run(lambda: (self._run.desks.open(), self._run.desks.screen.state().pin), self._show_state)

    def offer(self) -> None:
        super().offer()
        self._form.fields["again"].say("")

    def go(self) -> None:
        pin = self._form["new"]
        if pin != self._form["again"]:
            self._form.fields["again"].say(tr("两次输入的不同。", "The two are not the same."))
            return
        self.run(lambda: self._run.desks.screen.set_pin(pin), lambda _none: self._reach())

    def _show_state(self, state: tuple) -> None:
        if state[1]:
            self._reach()
        else:
            self._form.focus_open()

    def _reach(self) -> None:
        self.run(lambda: self._run.reach("devices"), lambda _none: self.done.emit())


class DevicesPage(GuidePage):
    """Camera, microphone and place, live; none of it is recorded."""

    def __init__(self, run: Any) -> None:
        self._check = DeviceCheck("guide", run.desks, PREVIEW_PX)
        later = button(tr("以后再检查", "Later"), "guide.devices.later")
        later.clicked.connect(self.go)
        right = column(self._check.microphone, self._check.place, None, gap=16)
        cards = row(column(self._check.camera, None), right, gap=16)
        for side in (0, 1):
            cards.setStretch(side, 1)
        super().__init__(
            "devices", tr("检查设备", "Check the devices"),
            tr("看得到画面、音量条随声音动就好。这里不录也不存；以后可在设置（Ctrl+,）里再检查。",
               "A picture, and a bar that follows your voice, are enough. Nothing is recorded or kept; the settings (Ctrl+,) "
               "have the same check."), cards, forward=tr("都好了，下一步", "All fine, go on"), aside=later, wide=True)
        self._run = run
        for card in (self._check.camera, self._check.microphone):
            card.picked.connect(self.notice.clear)
            card.refused.connect(self.notice.show_condition)

    def enter(self) -> None:
        super().enter()
        self.run(self._run.desks.open, lambda _none: self._check.begin())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._check.leave()

    def go(self) -> None:
        self.run(lambda: self._run.reach("begin"), lambda _none: self.done.emit())


class BeginPage(GuidePage):
    """``ended`` with whether a case of practice is to be begun."""

    ended = Signal(bool)

    def __init__(self, run: Any) -> None:
        session = run.desks.session
        work = button(tr("直接进入今日业务", "To today's work"), "guide.begin.work")
        work.clicked.connect(lambda: self._end(False))
        super().__init__(
            "begin", tr("准备好了", "Ready"),
            tr("练习和真的业务一步不差，但永远不会上传，做完可以丢弃。第一次建议先练一笔。",
               "Practice is like a real case in every step, but is never sent and can be discarded. Do one first."),
            Card(Figure(tr("银行", "Bank"), session.bank, name="guide.ready.bank"),
                 Figure(tr("登录人", "Signed in"), f"{session.staff_name} · {session.staff_id}", name="guide.ready.staff"),
                 gap=6),
            Card(label(tr("记住两个键就够了：F1 显示这一页能用的快捷键，Ctrl+, 打开设置。",
                          "Two keys are enough to know: F1 shows the keys of a page, Ctrl+, opens the settings."), wrap=True)),
            forward=tr("先练习一笔（不会上传）", "Practise first (never sent)"), aside=work)
        self._run = run

    def go(self) -> None:
        self._end(True)

    def _end(self, practice: bool) -> None:
        self.run(self._run.end, lambda _none: self.ended.emit(practice))
