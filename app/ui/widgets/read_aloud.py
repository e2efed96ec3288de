"""A button that reads a text aloud, and stops."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from app.domain.condition import Condition
from app.ui import speech, text, theme
from app.ui.text import tr


class ReadAloud(QPushButton):
    """``heard`` when a text was spoken to its end; ``trouble`` carries the Condition where there is no voice."""

    heard = Signal()
    trouble = Signal(object)

    def __init__(self, name: str, words: Callable[[], str]) -> None:
        super().__init__(tr("朗读", "Read aloud"))
        self.setObjectName(name)
        self.setAutoDefault(False)
        self.setMinimumHeight(theme.TARGET)
        self._words, self._aloud = words, False
        self.read_with(speech.SystemVoice(self))
        self.clicked.connect(self._pressed)

    def read_with(self, voice: speech.Voice) -> None:
        """Read aloud through this voice from now on."""
        self._voice = voice
        voice.ended.connect(self._ended)

    def hush(self) -> None:
        if self._aloud:
            self._voice.stop()
            self._ended(False)

    def _pressed(self) -> None:
        if self._aloud:
            self.hush()
            return
        try:
            self._voice.say(self._words(), text.language())
        except Condition as condition:
            self.trouble.emit(condition)
            return
        self._aloud = True
        self.setText(tr("停止朗读", "Stop reading"))

    def _ended(self, whole: bool) -> None:
        self._aloud = False
        self.setText(tr("朗读", "Read aloud"))
        if whole:
            self.heard.emit()
