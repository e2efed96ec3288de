"""The machine's own clocks."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.domain.clock import Heard

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _boot() -> str:
    """The kernel's boot id; where there is none a name for this process: it compares fewer values, but none wrongly."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.is_file() else str(uuid4())


def running_s() -> float:
    """Seconds on a clock that goes on while the computer sleeps (Linux's monotonic one does not)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


class OtherClocks:
    """The bank's and the satellites' time, once somebody here hears them: who does puts itself in place."""

    bank: Callable[[], Heard | None]
    gnss: Callable[[], Heard | None]

    def __init__(self) -> None:
        self.bank = self.gnss = lambda: None


class SystemClock:
    def __init__(self) -> None:
        self.boot = _boot()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000
