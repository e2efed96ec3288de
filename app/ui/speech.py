"""Reading aloud through the operating system's own voices: for those who read with difficulty, and for scripted questions."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLocale, QObject, Signal

from app.domain.condition import Kind, Language

if TYPE_CHECKING:
    from PySide6.QtTextToSpeech import QTextToSpeech

NO_VOICE = Kind(
    "speech.no_voice", zh="这台电脑没有可用的中文朗读语音。",
    zh_next="请由客户经理或协助阅读人朗读；或请管理员在系统设置里安装中文语音。",
    en="This computer has no voice to read this language aloud.",
    en_next="Read it to the customer yourself or through a helper, or have a voice installed in the system settings.")
LANGUAGES = {"zh": QLocale.Language.Chinese, "en": QLocale.Language.English}
SILENT = "mock"  # Qt's engine for tests: it makes no sound


class Voice(Protocol):
    """What reads aloud. ``ended`` is emitted with True where the text was spoken to its end; not after ``stop``."""

    ended: Signal

    def say(self, text: str, language: Language) -> None: ...

    def stop(self) -> None: ...


class SystemVoice(QObject):
    """The system's engine, loaded when something is first said."""

    ended = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine: QTextToSpeech | None = None
        self._speaking = False

    def say(self, text: str, language: Language) -> None:
        """Begin to speak ``text``; what was being said ends. Raises ``speech.no_voice``."""
        from PySide6.QtTextToSpeech import QTextToSpeech

        self.stop()
        if self._engine is None:
            if not set(QTextToSpeech.availableEngines()) - {SILENT}:
                raise NO_VOICE()
            self._engine = QTextToSpeech(self)
            self._engine.stateChanged.connect(self._changed)
        locale = next((one for one in self._engine.availableLocales() if one.language() == LANGUAGES[language]), None)
        if self._engine.state() == QTextToSpeech.State.Error or locale is None:
            raise NO_VOICE()
        self._engine.setLocale(locale)
        self._speaking = True
        self._engine.say(text)

    def stop(self) -> None:
        self._speaking = False
        if self._engine is not None:
            self._engine.stop()

    def _changed(self, state: "QTextToSpeech.State") -> None:
        from PySide6.QtTextToSpeech import QTextToSpeech

        if self._speaking and state in (QTextToSpeech.State.Ready, QTextToSpeech.State.Error):
            self._speaking = False
            self.ended.emit(state == QTextToSpeech.State.Ready)
