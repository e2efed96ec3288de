"""How fast bytes may leave: a token bucket at the sending socket, set by a person at any time."""

import threading
import time
from collections.abc import Callable

BURST_S = 0.25


class RateLimit:
    """``bytes_per_s`` None lets everything through; a change counts at once, for what is on its way too."""

    def __init__(self, bytes_per_s: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self.limit(bytes_per_s)

    def limit(self, bytes_per_s: int | None) -> None:
        with self._changed:
            self._rate, self._tokens, self._filled = bytes_per_s, 0.0, self._clock()
            self._changed.notify_all()

    def take(self, count: int, stopping: threading.Event) -> None:
        """Wait until ``count`` bytes may go, or until ``stopping`` is set (looked at four times a second)."""
        with self._changed:
            while self._rate is not None and not stopping.is_set():
                moment = self._clock()
                self._tokens = min(self._rate * BURST_S, self._tokens + (moment - self._filled) * self._rate)
                self._filled = moment
                if self._tokens >= 0:
                    self._tokens -= count
                    return
                self._changed.wait(min(0.25, -self._tokens / self._rate))
