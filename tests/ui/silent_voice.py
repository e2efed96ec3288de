"""A voice at the port of reading aloud."""

from PySide6.QtCore import QObject, Signal


class SilentVoice(QObject):
    """Speaks nothing, and ends when the test says so."""

    ended = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str, language: str) -> None:
        self.said.append(text)

    def stop(self) -> None:
        self.said.append("")
