"""The port through which time enters: rules and stores are handed a clock, they never read one."""

from datetime import datetime
from typing import Protocol

from pydantic import Field

from app.domain.model import Model


class Clock(Protocol):
    @property
    def boot(self) -> str:
        """Names the span within which ``monotonic_ms`` values may be compared."""

    def now(self) -> datetime:
        """UTC wall time, aware."""

    def monotonic_ms(self) -> int:
        """Milliseconds on a clock that nobody can set back."""


class Heard(Model):
    """A time that somebody else told, ``age_ms`` milliseconds ago on the monotonic clock; it has gone on since."""

    at: datetime
    age_ms: int = Field(ge=0)


class Witnesses(Protocol):
    """Who else knows the time; None where nothing was heard since the program began."""

    def bank(self) -> Heard | None: ...

    def gnss(self) -> Heard | None: ...
