"""Camera, microphone and place as a person tries them: seen, heard and found where they are chosen."""

from threading import Event
from typing import Any

from PySide6.QtCore import QTimer, Signal

from app.domain.condition import Condition
from app.domain.preferences import NO_MICROPHONE
from app.ui import text
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, button, label, restyle, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.device_choice import FIRST, DeviceChoice
from app.ui.widgets.evidence_rail import fix_words

LEVEL_MS = 80
CAMERA_MS = 500
STILL, SPOKEN = 0.02, 0.35  # of the meter: no room is so still; a voice before the laptop
QUIET_MS = 5000
SOUND = (("auto", "系统默认麦克风", "The system's microphone"), (NO_MICROPHONE, "不录声音", "No sound"))


class DeviceCard(Card):
    """A device that is chosen from a list, which stays in force as soon as it is. ``picked``: another one was;
    ``refused`` carries why it cannot be."""

    picked = Signal()
    refused = Signal(object)

    def __init__(self, name: str, preference: str, title: str, always: tuple, desks: Any, *parts: object) -> None:
        self._desks = desks
        self._choice = DeviceChoice(f"{name}.{preference}", preference, always, desks)
        self._words = label("", "label", wrap=True, name=f"{name}.{preference}.words")
        super().__init__(label(title, "heading"), self._choice, *parts, self._words, gap=10)
        self._choice.picked.connect(self.picked)
        self._choice.taken.connect(self.watch)
        self._choice.refused.connect(self.refused)
        self.offer = self._choice.show_found

    def _say_trouble(self, condition: Condition) -> None:
        self._words.setText(_trouble_words(condition))

    def watch(self) -> None:
        """Show what the device gives, until ``leave``."""

    def leave(self) -> None:
        """Let the device go."""


class CameraCard(DeviceCard):
    def __init__(self, name: str, desks: Any, height: int) -> None:
        self._view = CameraView(f"{name}.preview", mirrored=True)
        self._view.setFixedHeight(height)
        super().__init__(name, "camera", tr("摄像头", "Camera"), FIRST, desks, self._view)
        self._doubt = label("", "label", wrap=True, name=f"{name}.camera.doubt")
        restyle(self._doubt, tone="warn")
        self.body.addWidget(self._doubt)
        self._looked_up = False
        self._look_again = QTimer(self)
        self._look_again.setInterval(CAMERA_MS)
        self._look_again.timeout.connect(self._show_camera)

    def watch(self) -> None:
        if not self._look_again.isActive():
            self._view.watch(self._desks.booth)
            self._look_again.start()
        self._looked_up = False
        self._doubt.hide()
        self._show_camera()

    def leave(self) -> None:
        self._look_again.stop()
        self._view.stop()

    def _show_camera(self) -> None:
        state = self._desks.booth.camera_state
        if state.trouble is not None:
            self._say_trouble(state.trouble)
        elif not state.ok:
            self._words.setText(tr("还没有画面…", "No picture yet…"))
        else:
            self._words.setText(f"{state.name} · {state.fps:.0f} fps")
            if not self._looked_up:
                self._looked_up = True
                Operation(self._desks.device.camera_doubt).owned_by(self).then(self._show_doubt).failed(
                    self._say_trouble).start()

    def _show_doubt(self, doubt: Condition | None) -> None:
        self._doubt.setText(_trouble_words(doubt) if doubt else "")
        self._doubt.setVisible(doubt is not None)


class MicrophoneCard(DeviceCard):
    """Listens, keeps nothing, and moves a bar with what it hears."""

    def __init__(self, name: str, desks: Any) -> None:
        self.level = Bar(height=8)
        self.level.setAccessibleName(tr("音量", "Level"))
        super().__init__(name, "microphone", tr("麦克风", "Microphone"), SOUND, desks, self.level)
        self._heard: Any = None
        self._wanted = False
        self._quiet_ms = 0
        self._meter = QTimer(self)
        self._meter.setInterval(LEVEL_MS)
        self._meter.timeout.connect(self._show_level)

    def watch(self) -> None:
        self._fall_silent()
        self._wanted = True
        self._words.setText(tr("正在打开麦克风…", "Opening the microphone…"))
        Operation(self._desks.booth.try_microphone).owned_by(self).then(self._hear).failed(self._say_trouble).start()

    def leave(self) -> None:
        self._wanted = False
        self._fall_silent()

    def _hear(self, heard: Any) -> None:
        self._heard = heard
        if not self._wanted:
            self._fall_silent()
        elif heard is None:
            self._words.setText(tr("录像不带声音。", "Recordings have no sound."))
        else:
            self._words.setText(tr("请说一句话，音量条应随声音变化。", "Say something: the bar should follow your voice."))
            self._quiet_ms = 0
            self._meter.start()

    def _show_level(self) -> None:
        level = self._heard.level
        self.level.show_share(level, "ok")
        self._quiet_ms = 0 if level > STILL else self._quiet_ms + LEVEL_MS
        if self._quiet_ms >= QUIET_MS:
            self._words.setText(tr("没有听到声音：请看看麦克风是否静音、系统音量是否太低，或换一个。",
                                   "Nothing is heard: see whether it is muted or set too low, or choose another."))
        elif level > SPOKEN:
            self._words.setText(tr("听到了。", "It hears you."))

    def _fall_silent(self) -> None:
        self._meter.stop()
        self.level.show_share(0)
        heard, self._heard = self._heard, None
        if heard is not None:
            Operation(heard.stop).start()


class PlaceCard(Card):
    """Looks for a fix once, when asked."""

    def __init__(self, name: str, desks: Any) -> None:
        self._desks, self._left = desks, Event()
        self._try = button(tr("试定位", "Try"), f"{name}.place")
        self._try.clicked.connect(self._find)
        self._words = label(tr("定位最多等 30 秒；室内可能没有卫星信号，可以到窗边再试，或以后再试。",
                               "Up to 30 seconds. Indoors there may be no signal: try at a window, or later."), "label",
                            wrap=True, name=f"{name}.fix")
        super().__init__(row(label(tr("定位", "Place"), "heading"), None, self._try), self._words, gap=10)

    def watch(self) -> None:
        self._left = Event()

    def leave(self) -> None:
        self._left.set()

    def _find(self) -> None:
        self._try.setEnabled(False)
        self._words.setText(tr("正在定位…", "Looking for a fix…"))
        operation = Operation(lambda: self._desks.booth.find_fix(cancel=self._left), lane="place").owned_by(self)
        operation.then(lambda fix: self._words.setText(fix_words(fix))).failed(
            lambda condition: self._words.setText(_trouble_words(condition)))
        operation.ended.connect(lambda: self._try.setEnabled(True))
        operation.start()


class DeviceCheck:
    """The three cards of a page. ``begin`` while it is in sight, ``leave`` when it is not."""

    def __init__(self, name: str, desks: Any, preview_px: int) -> None:
        self._desks = desks
        self.camera, self.microphone, self.place = (
            CameraCard(name, desks, preview_px), MicrophoneCard(name, desks), PlaceCard(name, desks))
        self._on = False

    def begin(self) -> None:
        """What can be chosen is looked up; then the camera is shown and the microphone heard."""
        self._on = True
        look_up = Operation(lambda: (self._desks.booth.cameras(), self._desks.booth.microphones())).owned_by(self.camera)
        look_up.then(self._found).failed(self.camera.refused.emit).start()

    def leave(self) -> None:
        """Nothing is looked at or listened to any more."""
        self._on = False
        for card in (self.camera, self.microphone, self.place):
            card.leave()

    def _found(self, found: tuple) -> None:
        for card, items in zip((self.camera, self.microphone), found, strict=True):
            card.offer(items)
        if self._on:
            for card in (self.camera, self.microphone, self.place):
                card.watch()


def _trouble_words(condition: Condition) -> str:
    spoken = text.language()
    return f"{condition.message(spoken)} {condition.next(spoken)}"
