"""gpsd's JSON protocol over TCP: ask to watch, read TPV reports.

``eph`` (else the hypotenuse of ``epx`` and ``epy``) is taken as the accuracy as it stands: gpsd leaves its certainty
open, most receivers' figure is the wider 95 % one, so the fence is judged with caution rather than with hope.
"""

import json
import socket
import time
from datetime import datetime
from math import hypot
from typing import Any

from app.capture.receiver import SOURCE_MISSING, Emit, Reading, Stopped, Watch
from app.domain.place import FixSource, Position

HOST, PORT = "127.0.0.1", 2947
HELLO_S = 5.0
BARE_S = 3.0  # a gpsd may be told of its receiver a moment after it starts
SIMULATED = 8  # TPV "status"
_WATCH = b'?WATCH={"enable":true,"json":true};\n'


def reading(report: dict[str, Any]) -> Reading | None:
    """The reading in a TPV report; None while the receiver has no position (mode below 2)."""
    if report.get("class") != "TPV" or report.get("mode", 0) < 2 or "lat" not in report or "lon" not in report:
        return None
    accuracy = report.get("eph")
    if accuracy is None and "epx" in report and "epy" in report:
        accuracy = hypot(report["epx"], report["epy"])
    moment = datetime.fromisoformat(report["time"]) if "time" in report else None
    position = Position(latitude=report["lat"], longitude=report["lon"])
    return Reading(position, accuracy, FixSource.GPSD, moment, simulated=report.get("status") == SIMULATED)


def gpsd_watch(host: str = HOST, port: int = PORT) -> Watch:
    """A source that listens to a gpsd. Missing: nothing listens, something else does, or gpsd has no receiver."""
    name = f"gpsd {host}:{port}"

    def watch(emit: Emit, stopped: Stopped) -> None:
        try:
            line = socket.create_connection((host, port), timeout=HELLO_S)
        except OSError as error:
            raise SOURCE_MISSING(source=name) from error
        with line:
            line.settimeout(0.4)
            try:
                line.sendall(_WATCH)
                _listen(line, name, emit, stopped)
            except OSError as error:  # gpsd went away
                raise SOURCE_MISSING(source=name) from error

    return watch


def _listen(line: socket.socket, name: str, emit: Emit, stopped: Stopped) -> None:
    greeted, bare_since, since, rest = False, None, time.monotonic(), b""
    while not stopped():
        try:
            data = line.recv(65536)
        except TimeoutError:
            data = None
        now = time.monotonic()
        if data == b"" or (not greeted and now - since > HELLO_S) or len(rest) > 1_000_000:
            raise SOURCE_MISSING(source=name)
        *whole, rest = (rest + (data or b"")).split(b"\n")
        for report in filter(None, map(_report, whole)):
            greeted = greeted or report.get("class") == "VERSION"
            if report.get("class") == "DEVICES":
                bare_since = None if report.get("devices") else now
            elif report.get("class") in ("DEVICE", "TPV"):
                bare_since = None
            if greeted and (found := reading(report)) is not None:
                emit(found)
        if bare_since is not None and now - bare_since > BARE_S:
            raise SOURCE_MISSING(source=f"{name}（未接接收器 / no receiver）")


def _report(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
