"""The lock between two looks at the desk: after how long it falls, and whose password opens it."""

from collections.abc import Callable

from app.store.clock import running_s
from app.store.settings import Settings

__all__ = ["DeskLock", "running_s"]

MINUTES = "lock/minutes"


class DeskLock:
    """``bank_minutes`` is the bank's limit; ``check`` takes the password of whoever works here and raises ``bank.*`` or,
    without a line, ``staff.*``. ``idle_s`` is how long the desk may lie untouched."""

    def __init__(self, bank_minutes: float, settings: Settings, check: Callable[[str], object]) -> None:
        self.bank_minutes, self._settings, self._check = bank_minutes, settings, check
        self.idle_s = self._limit(settings.get(MINUTES, bank_minutes))

    def shorten(self, minutes: float) -> None:
        """Lock sooner than the bank asks for, from now on; a longer time than the bank's is the bank's."""
        self._settings.set(MINUTES, minutes)
        self.idle_s = self._limit(minutes)

    def unlock(self, password: str) -> None:
        """Raises where the password does not hold; tries are counted where it is checked."""
        self._check(password)

    def _limit(self, minutes: float) -> float:
        return 60 * min(minutes, self.bank_minutes)
