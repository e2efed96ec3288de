"""Where we are: one door to gpsd, a serial receiver, a recorded track or the system's service.

``Locator("auto").start()`` at program start warms the receiver up; ``fix()`` then answers at once.

Specifications: ``auto`` · ``gpsd[:HOST[:PORT]]`` · ``serial[:PORT[@BAUD]]`` · ``nmea:FILE`` · ``system``.
``auto`` asks gpsd, serial and geoclue2 in turn on Linux, the system and serial on Windows, and stays with the first
that gives a position.
"""

import logging
import math
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.capture.gpsd import HOST, PORT, gpsd_watch
from app.capture.nmea import track_watch
from app.capture.qt_receivers import serial_watch, system_watch
from app.capture.receiver import BAD_SPEC, CANCELLED, NO_FIX, RECEIVER_BUSY, SOURCE_MISSING, Reading, Watch
from app.domain.clock import Heard
from app.domain.condition import Condition
from app.domain.place import JUMP_MPS, Fix, FixSource, distance_m

log = logging.getLogger(__name__)
STALE_S = 60.0
FRESH_S = 10.0
FROZEN_S = 120.0  # a receiver's last digits wander; those of a played position need not
CLOCK_S = 300.0
PATIENCE_S = 10.0  # auto: so long one source may stay silent before the next is asked
AGAIN_S, AGAIN_MOST_S = 5.0, 120.0  # between rounds in which nothing was heard; asking costs two processes


def sources(spec: str, pace_s: float = 1.0) -> list[Watch]:
    """The sources a specification names, in order of preference."""
    kind, _, rest = spec.partition(":")
    if kind == "nmea" and rest:
        return [track_watch(Path(rest), pace_s)]
    if kind == "serial":
        port, _, baud = rest.partition("@")
        if not baud or baud.isdecimal():
            return [serial_watch(port or None, int(baud) if baud else None)]
    if kind == "gpsd":
        host, _, port = rest.rpartition(":") if rest.rpartition(":")[2].isdecimal() else (rest, "", "")
        return [gpsd_watch(host or HOST, int(port or PORT))]
    if spec == "system":
        return [system_watch()]
    if spec == "auto":
        local = [gpsd_watch(), serial_watch(), system_watch()]
        return [local[2], local[1]] if sys.platform == "win32" else local
    raise BAD_SPEC(spec=spec)


@dataclass(frozen=True)
class _Heard:
    """A reading, when it came (monotonic), and what is doubtful about it."""

    reading: Reading
    at: float
    wall: datetime
    flags: tuple[str, ...]
    jumped_at: float | None
    still_since: float


class Locator:
    """Watches the sources of ``spec`` in its own thread and keeps the latest fix. ``with`` or ``stop()`` ends it."""

    def __init__(
        self,
        spec: str = "auto",
        *,
        pace_s: float = 1.0,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spec = spec
        self._sources = sources(spec, pace_s)
        self._wall, self._monotonic = wall, monotonic
        self._changed = threading.Condition()
        self._heard: _Heard | None = None
        self._trouble: Condition | None = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> "Locator":
        """Begin to watch in the background; again without effect while it runs."""
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._stop.clear()
                self._trouble = None
                self._thread = threading.Thread(target=self._run, name="place", daemon=True)
                self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> "Locator":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def latest(self) -> Fix | None:
        """The last fix with its age now, None before the first."""
        with self._changed:
            return None if self._heard is None else self._as_fix(self._heard)

    def time(self) -> Heard | None:
        """What the satellites' clock said at the last fix; None where no receiver of its own told one lately."""
        with self._changed:
            heard = self._heard
        if heard is None or heard.reading.time is None or heard.reading.source not in (FixSource.GPSD, FixSource.SERIAL):
            return None
        age_s = max(0.0, self._monotonic() - heard.at)
        asleep = abs((self._wall() - heard.wall).total_seconds() - age_s) > STALE_S  # or its clock was set
        return Heard(at=heard.reading.time, age_ms=round(age_s * 1000)) if age_s <= STALE_S and not asleep else None

    def fix(self, timeout_s: float = 30.0, cancel: threading.Event | None = None) -> Fix:
        """A fix no older than ``FRESH_S``, else after ``timeout_s`` one no older than ``STALE_S``.

        Raises ``place.no_fix``, ``place.source_missing`` or ``place.receiver_busy`` as soon as no source is left to
        wait for, ``place.cancelled`` when ``cancel`` is set.
        """
        self.start()
        deadline = time.monotonic() + timeout_s
        with self._changed:
            self._trouble = None  # something may have been plugged in since: look again now
            self._wake.set()
            while True:
                if cancel is not None and cancel.is_set():
                    raise CANCELLED()
                fix = None if self._heard is None else self._as_fix(self._heard)
                if fix is not None and fix.age_s <= FRESH_S:
                    return fix
                left = deadline - time.monotonic()
                if left <= 0 or self._trouble is not None:
                    if fix is not None and fix.age_s <= STALE_S:
                        return fix
                    raise self._trouble or NO_FIX(seconds=round(timeout_s))
                self._changed.wait(min(left, 0.1))

    def _as_fix(self, heard: _Heard) -> Fix:
        age = max(0.0, self._monotonic() - heard.at)
        reading = heard.reading
        return Fix(
            position=reading.position,
            accuracy_m=None if reading.accuracy_m is None else round(reading.accuracy_m, 1),
            source=reading.source,
            taken_at=reading.time or heard.wall,
            age_s=round(age, 1),
            flags=heard.flags + (("stale",) if age > STALE_S else ()),
        )

    def _run(self) -> None:
        """Ask the sources in turn until stopped; a round in which all of them failed is told to whoever waits."""
        pause_s = AGAIN_S
        while not self._stop.is_set():
            self._wake.clear()
            before = self._heard
            troubles = [trouble for watch in self._sources if (trouble := self._ask(watch)) is not None]
            if self._stop.is_set():
                return
            with self._changed:
                if len(troubles) == len(self._sources):
                    busy = [trouble for trouble in troubles if trouble.kind == RECEIVER_BUSY]
                    self._trouble = busy[0] if busy else troubles[0]
                    if len(troubles) > 1 and not busy:
                        self._trouble = SOURCE_MISSING(source="gpsd · 串口 serial · 系统 system")
                self._changed.notify_all()
            if self.spec.startswith("nmea:"):
                return
            pause_s = AGAIN_S if self._heard is not before or self._wake.is_set() else min(2 * pause_s, AGAIN_MOST_S)
            self._wake.wait(pause_s)

    def _ask(self, watch: Watch) -> Condition | None:
        """Listen to one source while it is worth it. The trouble that ended it, None when it was only silent."""
        begun, patience = time.monotonic(), PATIENCE_S if len(self._sources) > 1 else math.inf
        spoke = False

        def emit(reading: Reading) -> None:
            nonlocal spoke
            spoke = True
            self._hear(reading)

        def enough() -> bool:
            return self._stop.is_set() or (not spoke and time.monotonic() - begun > patience)

        try:
            watch(emit, enough)
        except Condition as trouble:
            log.info("place source ended: %s", trouble.code)
            return trouble
        return None if spoke or len(self._sources) > 1 else NO_FIX(seconds=round(time.monotonic() - begun))

    def _hear(self, reading: Reading) -> None:
        if reading.accuracy_m is not None and not (math.isfinite(reading.accuracy_m) and reading.accuracy_m >= 0):
            reading = Reading(reading.position, None, reading.source, reading.time, reading.simulated)
        now, wall = self._monotonic(), self._wall()
        own_clock = reading.source != FixSource.SYSTEM
        with self._changed:
            before = self._heard
            jumped_at = before.jumped_at if before is not None else None
            if before is not None and _is_jump(before, reading, now):
                jumped_at = now
            still = before is not None and before.reading.position == reading.position
            still_since = before.still_since if still else now
            flags = []
            if reading.accuracy_m == 0:
                flags.append("zero_accuracy")
            if jumped_at is not None and now - jumped_at <= STALE_S:
                flags.append("jump")
            if own_clock and reading.time is not None and abs((reading.time - wall).total_seconds()) > CLOCK_S:
                flags.append("clock_differs")
            if reading.simulated:
                flags.append("simulated")
            if own_clock and now - still_since > FROZEN_S:
                flags.append("frozen")
            if not own_clock and reading.time is not None:
                # the system may hand on an old position: count from its stamp
                now -= max(0.0, (wall - reading.time).total_seconds())
            self._heard = _Heard(reading, now, wall, tuple(flags), jumped_at, still_since)
            self._trouble = None
            self._changed.notify_all()


def _is_jump(before: _Heard, reading: Reading, now: float) -> bool:
    """Moved further than both accuracies and the fastest car explain, by the receiver's clock where it has one."""
    earlier = before.reading
    if earlier.time is not None and reading.time is not None:
        seconds = (reading.time - earlier.time).total_seconds()
    else:
        seconds = now - before.at
    slack = (earlier.accuracy_m or 0.0) + (reading.accuracy_m or 0.0)
    return distance_m(earlier.position, reading.position) - slack > JUMP_MPS * max(1.0, seconds)
