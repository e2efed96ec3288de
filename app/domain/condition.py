"""Trouble that a person can act on: a stable code, a sentence in plain words, and what to do next.

Everything else that goes wrong is a bug and travels as an ordinary exception. A room declares its kinds as module
constants and raises them: ``raise CAMERA_BUSY()``. Values put into a sentence never hold personal data.
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Kind:
    """One kind of condition. ``zh``/``en`` say what is wrong, ``zh_next``/``en_next`` what to do; both may hold {names}."""

    code: str
    zh: str
    zh_next: str
    en: str
    en_next: str

    def __call__(self, **values: object) -> "Condition":
        return Condition(self, values)


class Condition(Exception):
    """Raised where a person can act. ``code`` is stable across releases; window, command line and API all show it."""

    def __init__(self, kind: Kind, values: dict[str, object] | None = None) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.values = dict(values or {})

    @property
    def code(self) -> str:
        return self.kind.code

    def message(self, language: Language = "zh") -> str:
        return (self.kind.zh if language == "zh" else self.kind.en).format(**self.values)

    def next(self, language: Language = "zh") -> str:
        return (self.kind.zh_next if language == "zh" else self.kind.en_next).format(**self.values)

    def as_dict(self, language: Language = "zh") -> dict[str, str]:
        """``{"code", "message", "next"}`` as command line and API print it."""
        return {"code": self.code, "message": self.message(language), "next": self.next(language)}

    def __reduce__(self):  # travels from the worker process
        return (Condition, (self.kind, self.values))
