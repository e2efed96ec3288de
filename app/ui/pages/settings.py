"""What a person sets on this device; every change is kept and in force at once."""

from pathlib import Path
from threading import Event
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QTextBrowser, QWidget

from app.desk.case_book import APP_VERSION
from app.domain.condition import Condition
from app.domain.preferences import NO_MICROPHONE, TYPE_SIZES
from app.ui import text, theme
from app.ui.files import pick_folder
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Figure, button, column, label, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.evidence_rail import fix_words
from app.ui.widgets.inputs import Choice, Field
from app.ui.widgets.notice import Notice
from app.ui.widgets.pills import Pills
from app.ui.widgets.scroll import Scroll

LEVEL_MS = 80
CAMERA_MS = 500
FIRST = ("0", "系统的第一个摄像头", "The system's first camera")
SOUND = (("auto", "系统默认麦克风", "The system's microphone"), (NO_MICROPHONE, "不录声音", "No sound"))


class SettingsPage(QWidget):
    """``restyled`` carries changes of language, theme or type size: the window is drawn anew with them."""

    restyled = Signal(dict)
    closed = Signal()
    practice = Signal()

    def __init__(self, desks: Any) -> None:
        super().__init__()
        self._desks = desks
        self._chosen = desks.device.preferences
        self._heard: Any = None
        self._left = Event()
        self.notice = Notice("settings.notice")
        self._preview = CameraView("settings.preview", mirrored=True)
        self._preview.setFixedHeight(230)
        self._seen_words = label("", "label", wrap=True, name="settings.seen")
        self._look_again = QTimer(self)
        self._look_again.setInterval(CAMERA_MS)
        self._look_again.timeout.connect(self._show_camera)
        self._camera = Choice("settings.camera", (_first(self._chosen.camera, (FIRST,)),))
        self._microphone = Choice("settings.microphone", (_first(self._chosen.microphone, SOUND),))
        self._level = Bar(height=8)
        self._level.setAccessibleName(tr("音量", "Level"))
        self._heard_words = label("", "label", wrap=True, name="settings.heard")
        self._place = button(tr("试定位", "Try"), "settings.place")
        self._place.clicked.connect(self._find_place)
        self._place_words = label(
            tr("定位最多等 30 秒；室内可能没有卫星信号。", "Up to 30 seconds; indoors there may be no signal."), "label",
            wrap=True, name="settings.fix")
        self._meter = QTimer(self)
        self._meter.setInterval(LEVEL_MS)
        self._meter.timeout.connect(self._show_level)
        self._proxy = QLineEdit(self._chosen.proxy, objectName="settings.proxy", maxLength=500)
        self._proxy.setPlaceholderText("http://proxy.example:8080")
        self._proxy.editingFinished.connect(self._change_proxy)
        self._camera.changed.connect(lambda: self._change(camera=self._camera.code()))
        self._microphone.changed.connect(self._change_microphone)
        self.setLayout(self._compose())

    def _compose(self):
        back = button(tr("完成", "Done"), "settings.done", "primary", shortcut="Escape")
        back.clicked.connect(self.closed)
        heading = row(label(tr("设置", "Settings"), "title"), None, back, gap=12)
        left = column(
            Card(label(tr("摄像头", "Camera"), "heading"), self._camera, self._preview, self._seen_words,
                 gap=10),
            Card(label(tr("麦克风", "Microphone"), "heading"), self._microphone, self._level, self._heard_words, gap=10),
            Card(row(label(tr("定位", "Place"), "heading"), None, self._place), self._place_words, gap=10),
            None, gap=16)
        right = column(self._look(), self._line(), self._about(), None, gap=16)
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
        return Card(label(tr("显示", "Display"), "heading"), row(Field(tr("语言", "Language"), language),
                                                                  Field(tr("主题", "Theme"), shade), gap=24),
                    Field(tr("字号", "Type size"), size), gap=10)

    def _line(self) -> Card:
        bank = Figure(tr("银行地址", "Bank's address"), self._desks.session.gateway or "—", name="settings.bank")
        self._proxy_field = Field(tr("代理服务器", "Proxy"), self._proxy,
                                  tr("留空则按系统设置。要改为另一家银行，请技术人员重新登记本机。",
                                     "Empty: as the system says. To move to another bank, the device is enrolled anew."))
        return Card(label(tr("网络", "Network"), "heading"), bank, self._proxy_field, gap=10)

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
        """In sight: what can be chosen is looked up; then the camera is shown and the microphone heard."""
        super().showEvent(event)
        self._left = Event()
        self._do(lambda: (self._desks.booth.cameras(), self._desks.booth.microphones()), then=self._offer)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.leave()

    def leave(self) -> None:
        """Nothing is looked at or listened to any more, also behind the lock."""
        self._left.set()
        self._look_again.stop()
        self._preview.stop()
        self._fall_silent()

    def _offer(self, found: tuple) -> None:
        for choice, items, always, chosen in ((self._camera, found[0], (FIRST,), self._chosen.camera),
                                              (self._microphone, found[1], SOUND, self._chosen.microphone)):
            named = (*((code, tr(zh, en)) for code, zh, en in always), *items)
            known = chosen in {code for code, _ in named}
            choice.offer(named if known else ((chosen, _absent(chosen)), *named))
        self._show_chosen()
        if not self._left.is_set():
            self._preview.watch(self._desks.booth)
            self._look_again.start()
            self._show_camera()
            self._listen()

    def _show_chosen(self) -> None:
        for choice, chosen in ((self._camera, self._chosen.camera), (self._microphone, self._chosen.microphone)):
            choice.blockSignals(True)
            choice.choose(chosen)
            choice.blockSignals(False)

    def _change(self, then=lambda _chosen: None, **values: Any) -> None:
        self.notice.clear()
        self._do(lambda: self._desks.device.change(**values), then=lambda chosen: (self._took(chosen), then(chosen)),
                 failed=self._refused)

    def _took(self, chosen: Any) -> None:
        self._chosen = chosen

    def _refused(self, condition: Condition) -> None:
        self.notice.show_condition(condition)
        self._show_chosen()

    def _change_proxy(self) -> None:
        if self._proxy.text().strip() != self._chosen.proxy:
            self._change(lambda chosen: self._proxy.setText(chosen.proxy), proxy=self._proxy.text())

    def _change_microphone(self) -> None:
        self._fall_silent()
        self._change(lambda _chosen: self._listen(), microphone=self._microphone.code())

    def _show_camera(self) -> None:
        state = self._desks.booth.camera_state
        spoken = text.language()
        self._seen_words.setText(f"{state.name} · {state.fps:.0f} fps" if state.trouble is None else
                                 f"{state.trouble.message(spoken)} {state.trouble.next(spoken)}")

    def _listen(self) -> None:
        self._heard_words.setText("")
        self._do(self._desks.booth.try_microphone, then=self._hear, failed=self._deaf)

    def _hear(self, heard: Any) -> None:
        self._heard = heard
        if self._left.is_set():
            self._fall_silent()
            return
        if heard is None:
            self._heard_words.setText(tr("录像不带声音。", "Recordings have no sound."))
            return
        self._heard_words.setText(tr("请说一句话，音量条应随声音变化。", "Say something: the bar should follow your voice."))
        self._meter.start()

    def _deaf(self, condition: Condition) -> None:
        spoken = text.language()
        self._heard_words.setText(f"{condition.message(spoken)} {condition.next(spoken)}")

    def _find_place(self) -> None:
        self._place.setEnabled(False)
        self._place_words.setText(tr("正在定位…", "Looking for a fix…"))
        operation = Operation(lambda: self._desks.booth.find_fix(cancel=self._left), lane="place").owned_by(self)
        operation.then(lambda fix: self._place_words.setText(fix_words(fix))).failed(self._no_place)
        operation.ended.connect(lambda: self._place.setEnabled(True))
        operation.start()

    def _no_place(self, condition: Condition) -> None:
        spoken = text.language()
        self._place_words.setText(f"{condition.message(spoken)} {condition.next(spoken)}")

    def _fall_silent(self) -> None:
        self._meter.stop()
        self._level.show_share(0)
        heard, self._heard = self._heard, None
        if heard is not None:
            Operation(heard.stop).start()

    def _show_level(self) -> None:
        self._level.show_share(self._heard.level, "ok")

    def _do(self, fn, then, failed=None) -> None:
        Operation(fn).owned_by(self).then(then).failed(failed or self.notice.show_condition).start()


def _first(chosen: str, always: tuple) -> tuple[str, str]:
    """What stands in a list until it is known what can be chosen."""
    return next(((code, tr(zh, en)) for code, zh, en in always if code == chosen), (chosen, _absent(chosen)))


def _absent(chosen: str) -> str:
    return tr(f"{chosen}（未连接）", f"{chosen} (not connected)")
