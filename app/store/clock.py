"""The machine's own clocks."""

import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _boot() -> str:
    """The kernel's boot id; where there is none a name for this process: it compares fewer values, but none wrongly."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.is_file() else str(uuid4())


class SystemClock:
    def __init__(self) -> None:
        self.boot = _boot()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000
