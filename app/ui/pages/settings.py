"""What a person sets on this device; every change is kept and in force at once."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QTextBrowser, QWidget

from app.desk.case_book import APP_VERSION
from app.domain.preferences import TYPE_SIZES
from app.ui import motion, text, theme
from app.ui.files import pick_folder
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Card, Figure, button, column, label, row
from app.ui.widgets.device_check import DeviceCheck
from app.ui.widgets.inputs import Check, Choice, Field
from app.ui.widgets.notice import Notice
from app.ui.widgets.pills import Pills
from app.ui.widgets.queue_options import LIMITS, limit_words
from app.ui.widgets.scroll import Scroll

PREVIEW_PX = 230
LOCK_MINUTES = (1, 2, 3, 5, 10, 15)


class SettingsPage(QWidget):
    """``restyled`` carries changes of language, theme or type size: the window is drawn anew with them. ``other_bank``: the
    device is to be enrolled with another one."""

    restyled = Signal(dict)
    closed = Signal()
    practice = Signal()
    other_bank = Signal()

    def __init__(self, desks: Any) -> None:
        super().__init__()
        self._desks = desks
        self.notice = Notice("settings.notice")
        self.devices = DeviceCheck("settings", desks, PREVIEW_PX)
        for card in (self.devices.camera, self.devices.microphone):
            card.picked.connect(self.notice.clear)
            card.refused.connect(self.notice.show_condition)
        self._proxy = QLineEdit(desks.device.preferences.proxy, objectName="settings.proxy", maxLength=500)
        self._proxy.setPlaceholderText("http://proxy.example:8080")
        self._proxy.editingFinished.connect(self._change_proxy)
        self._limit = Choice("settings.limit", tuple((str(kbit or ""), limit_words(kbit)) for kbit in LIMITS))
        self.setLayout(self._compose())
        self._do(desks.work.upload_limit, then=self._show_limit)

    def _compose(self):
        back = button(tr("完成", "Done"), "settings.done", "primary", shortcut="Escape")
        back.clicked.connect(self.closed)
        heading = row(label(tr("设置", "Settings"), "title"), None, back, gap=12)
        left = column(self.devices.camera, self.devices.microphone, self.devices.place, self._about(), None, gap=16)
        right = column(self._look(), self._line(), self._idle(), None, gap=16)
        cards = row(left, right, gap=16)
        for side in (0, 1):
            cards.setStretch(side, 1)
        made = column(heading, self.notice, gap=12, margins=(26, 9, 26, 22))
        made.addWidget(Scroll(cards), 1)
        return made

    def _look(self) -> Card:
        language = Pills("settings.language", (("zh", "中文"), ("en", "English")), text.language())
        language.chosen.connect(lambda code: self.restyled.emit({"language": code}))
        shade = Pills("settings.theme", (("light", tr("浅色", "Light")), ("dark", tr("深色", "Dark"))), theme.tokens().name)
        shade.chosen.connect(lambda code: self.restyled.emit({"theme": code}))
        size = Pills("settings.type_size", tuple((str(s), f"{s}%") for s in TYPE_SIZES), str(theme.scaled(100)))
        size.chosen.connect(lambda code: self.restyled.emit({"type_size": int(code)}))
        still = Check(tr("减少动态效果（系统已要求时不用再选）", "Less motion (as the system asks, or always)"),
                      "settings.less_motion")
        still.setChecked(self._desks.device.preferences.less_motion)
        still.toggled.connect(self._move_less)
        return Card(label(tr("显示", "Display"), "heading"), row(Field(tr("语言", "Language"), language),
                                                                  Field(tr("主题", "Theme"), shade), gap=24),
                    Field(tr("字号", "Type size"), size), still, gap=10)

    def _move_less(self, on: bool) -> None:
        motion.ask_for_less(on)
        self._do(lambda: self._desks.device.change(less_motion=on))

    def _line(self) -> Card:
        session = self._desks.session
        bank = Figure(tr("银行地址", "Bank's address"), session.gateway or "—", name="settings.bank")
        device = Figure(tr("设备编号", "Device"), session.device_id, name="settings.device")
        trial = self._desks.lock is None
        other = button(tr("接入银行…", "Connect to a bank…") if trial else tr("改用另一家银行…", "Another bank…"),
                       "settings.other_bank")
        other.clicked.connect(self.other_bank)
        why = tr("本机的资料用这家银行的密钥加密，别的银行打不开。全部送达之后，才能用新银行的登记码改登记。",
                 "What is here is encrypted to this bank, and no other can open it. Once all of it has arrived there, the "
                 "device can be enrolled with another bank by that bank's code.")
        if trial:
            why = tr("现在用本机自带的试用网关，资料不会送到任何银行。没有留下试用业务时，可以用登记码接入银行。",
                     "Now the trial gateway on this computer is used, which reaches no bank. Where no case was made on trial, "
                     "the bank's code connects this data to a bank.")
        moving = row(label(why, "label", wrap=True, name="settings.other_bank.why"), other, gap=12)
        moving.setStretch(0, 1)
        return Card(label(tr("网络", "Network"), "heading"), bank, device, moving,
                    Field(tr("代理服务器", "Proxy"), self._proxy, tr("留空则按系统设置。", "Empty: as the system says.")),
                    Field(tr("上传速度", "Speed of sending"), self._limit,
                          tr("与业务列表旁的“发送选项”是同一个设置。", "The same as in the options beside the queue.")), gap=10)

    def _idle(self) -> Card:
        """How soon the desk locks; never later than the bank asks."""
        heading, lock = label(tr("锁屏", "Lock"), "heading"), self._desks.lock
        if lock is None:
            return Card(heading, label(tr("试用网关没有登录密码，所以不锁屏。",
                                          "There is no password with the trial gateway, so nothing locks."), "label", wrap=True))
        now, most = lock.idle_s / 60, lock.bank_minutes
        times = sorted({now, most, *(m for m in LOCK_MINUTES if m < most)})
        choice = Choice("settings.lock", tuple((f"{m:g}", tr(f"{m:g} 分钟", f"{m:g} min")) for m in times))
        choice.choose(f"{now:g}")
        choice.changed.connect(lambda: self._do(lambda: lock.shorten(float(choice.code()))))
        return Card(heading, Field(tr("无人操作多久后锁屏", "Locks when nobody has touched it for"), choice,
                                   tr(f"银行规定最长 {most:g} 分钟；可以更短。Ctrl+L 立即锁屏。",
                                      f"The bank's limit is {most:g} min; it may be less. Ctrl+L locks at once.")), gap=10)

    def _about(self) -> Card:
        news = button(tr("新变化", "What is new"), "settings.news")
        news.clicked.connect(lambda: self._do(self._desks.device.whats_new, then=self._show_news))
        export = button(tr("导出日志", "Export the log"), "settings.export")
        export.clicked.connect(lambda: pick_folder(self, "settings.chooser", self.export_log))
        practice = button(tr("练习一笔", "Practise"), "settings.practice")
        practice.clicked.connect(self.practice)
        self._news = QTextBrowser(objectName="settings.changes")
        self._news.setFixedHeight(260)
        self._news.hide()
        words = label(tr("日志供技术支持查找故障，不含客户和员工的信息。",
                         "For the technical support; it holds nothing about customers or staff."), "label", wrap=True)
        return Card(label(tr("关于", "About"), "heading"), Figure(tr("版本", "Version"), APP_VERSION, name="settings.version"),
                    row(news, export, practice, None), words, self._news, gap=10)

    def _show_news(self, changes: str) -> None:
        self._news.setMarkdown(changes)
        self._news.setVisible(not self._news.isVisible())

    def export_log(self, folder: Path) -> None:
        """Write the log into ``folder`` and say where."""
        self._do(lambda: self._desks.device.export_log(folder), then=lambda file: self.notice.show_words(
            tr("日志已导出", "The log is written"), str(file), "ok"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.devices.begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.leave()

    def leave(self) -> None:
        """Nothing is looked at or listened to any more, also behind the lock."""
        self.devices.leave()

    def _change_proxy(self) -> None:
        typed = self._proxy.text()
        if typed.strip() != self._desks.device.preferences.proxy:
            self.notice.clear()
            self._do(lambda: self._desks.device.change(proxy=typed), then=lambda chosen: self._proxy.setText(chosen.proxy))

    def _show_limit(self, kbit: int | None) -> None:
        self._limit.choose(str(kbit or ""))
        self._limit.changed.connect(lambda: self._do(self._desks.work.limit_upload, int(self._limit.code() or 0) or None))

    def _do(self, fn, *args, then=lambda _result: None) -> None:
        Operation(fn, *args).owned_by(self).then(then).failed(self.notice.show_condition).start()
