"""The port through which time enters: rules and stores are handed a clock, they never read one."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    @property
    def boot(self) -> str:
        """Names the span within which ``monotonic_ms`` values may be compared."""

    def now(self) -> datetime:
        """UTC wall time, aware."""

    def monotonic_ms(self) -> int:
        """Milliseconds on a clock that nobody can set back."""
