"""The settings' port in memory."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any


class MemorySettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value

    def together(self) -> AbstractContextManager:
        return nullcontext()
