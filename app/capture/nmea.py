"""NMEA 0183 as GNSS receivers speak it: sentences with a verified checksum, grouped into one reading an epoch.

Accuracy: GST's standard deviations where the receiver sends them (1 sigma, metres), else HDOP x 5.1 m, the user
equivalent range error of single-frequency GNSS (GPS SPS: about 5.1 m, 1 sigma), else unknown.
"""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from math import hypot
from pathlib import Path

from app.capture.receiver import SOURCE_MISSING, Emit, Reading, Stopped, Watch
from app.domain.place import FixSource, Position

UERE_M = 5.1
LINE_LIMIT = 1024  # NMEA allows 82; a file of garbage may hold no line end at all
SIMULATED = {"7", "8"}  # GGA quality: manual input, simulator
_SENTENCE = re.compile(rb"\$([A-Z]{2})(GGA|RMC|GST),([ -~]*?)\*([0-9A-Fa-f]{2})\s*$")


def checksum(body: bytes) -> int:
    """XOR of the bytes between ``$`` and ``*``."""
    total = 0
    for byte in body:
        total ^= byte
    return total


def parse(line: bytes) -> tuple[str, list[str]] | None:
    """``("GGA", fields)`` of a whole sentence this module reads; None for any other or a spoiled line."""
    match = _SENTENCE.search(line)
    if match is None:
        return None
    talker, kind, fields, given = match.groups()
    if checksum(talker + kind + b"," + fields) != int(given, 16):
        return None
    return kind.decode(), fields.decode("ascii").split(",")


@dataclass
class NmeaReader:
    """Turns lines into readings. GGA carries the position; RMC before or after it brings the date, GST the error."""

    source: FixSource
    sentences: int = 0
    _date: date | None = field(default=None, repr=False)
    _sigma: tuple[str, float] | None = field(default=None, repr=False)
    _last: datetime | None = field(default=None, repr=False)

    def feed(self, line: bytes) -> Reading | None:
        """The reading that this line completes, if it does. Spoiled lines are passed over."""
        sentence = parse(line)
        if sentence is None:
            return None
        self.sentences += 1
        kind, fields = sentence
        try:
            return getattr(self, f"_{kind.lower()}")(fields)
        except (ValueError, IndexError):  # a right checksum over nonsense: some receivers do that while they start
            return None

    def _rmc(self, fields: list[str]) -> None:
        if fields[1] == "A" and fields[8]:
            self._date = datetime.strptime(fields[8], "%d%m%y").date()

    def _gst(self, fields: list[str]) -> None:
        self._sigma = (fields[0], hypot(float(fields[5]), float(fields[6])))

    def _gga(self, fields: list[str]) -> Reading | None:
        quality = fields[5]
        if quality in ("", "0"):
            return None
        position = Position(latitude=_degrees(fields[1], fields[2]), longitude=_degrees(fields[3], fields[4]))
        if self._sigma is not None and self._sigma[0] == fields[0]:
            accuracy = self._sigma[1]
        else:
            accuracy = float(fields[7]) * UERE_M if fields[7] else None
        return Reading(position, accuracy, self.source, self._moment(fields[0]), simulated=quality in SIMULATED)

    def _moment(self, clock: str) -> datetime | None:
        if self._date is None or len(clock) < 6:
            return None
        minute = time_of_day(int(clock[:2]), int(clock[2:4]), tzinfo=UTC)
        moment = datetime.combine(self._date, minute) + timedelta(seconds=float(clock[4:]))
        if self._last is not None and self._last - moment > timedelta(hours=12):
            moment += timedelta(days=1)  # past midnight GGA may come before the RMC that brings the new date
        self._last = moment
        return moment


def _degrees(value: str, hemisphere: str) -> float:
    """``ddmm.mmmm``/``dddmm.mmmm`` with N, S, E or W to signed degrees."""
    number = float(value)
    whole = int(number // 100)
    minutes = number - whole * 100
    if hemisphere not in ("N", "S", "E", "W") or not 0 <= minutes < 60:
        raise ValueError(hemisphere)
    return (whole + minutes / 60) * (-1 if hemisphere in "SW" else 1)


def epochs(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Groups of lines that share one time of day, as a receiver sends them in one burst."""
    group: list[bytes] = []
    clock = None
    for line in lines:
        sentence = parse(line)
        if sentence is not None and sentence[1][0] != clock:
            if group and clock is not None:
                yield group
                group = []
            clock = sentence[1][0]
        group.append(line)
    if group:
        yield group


def track_watch(path: Path, pace_s: float = 1.0) -> Watch:
    """A source that plays a recorded track, one epoch each ``pace_s`` seconds, once; then it ends."""

    def watch(emit: Emit, stopped: Stopped) -> None:
        reader = NmeaReader(FixSource.NMEA_FILE)
        try:
            stream = path.open("rb")
        except OSError as error:
            raise SOURCE_MISSING(source=path.name) from error
        with stream:
            for group in epochs(iter(lambda: stream.readline(LINE_LIMIT), b"")):
                readings = [reading for line in group if (reading := reader.feed(line)) is not None]
                if readings:
                    emit(readings[-1])
                due = time.monotonic() + pace_s
                while not stopped() and (left := due - time.monotonic()) > 0:
                    time.sleep(min(0.2, left))
                if stopped():
                    return

    return watch
