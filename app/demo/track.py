"""A made-up walk around the demo dealer's yard, as a GNSS receiver would record it (NMEA 0183)."""

import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.place import EARTH_RADIUS_M, Position

YARD = Position(latitude=32.0603, longitude=118.7969)
RADIUS_M = 30.0


def sentence(body: str) -> str:
    """``$body*hh`` with its checksum."""
    total = 0
    for byte in body.encode("ascii"):
        total ^= byte
    return f"${body}*{total:02X}\r\n"


def _angle(value: float, width: int, signs: str) -> str:
    degrees, minutes = divmod(round(abs(value) * 60, 5), 60)
    return f"{int(degrees):0{width}d}{minutes:08.5f},{signs[value < 0]}"


def epoch(position: Position, moment: datetime, hdop: float = 0.9) -> str:
    """GGA, GSA and RMC of one second."""
    clock, day = moment.strftime("%H%M%S.00"), moment.strftime("%d%m%y")
    where = f"{_angle(position.latitude, 2, 'NS')},{_angle(position.longitude, 3, 'EW')}"
    return (
        sentence(f"GNGGA,{clock},{where},1,11,{hdop:.1f},18.4,M,5.1,M,,")
        + sentence(f"GNGSA,A,3,01,04,07,09,11,16,21,,,,,,1.6,{hdop:.1f},1.3")
        + sentence(f"GNRMC,{clock},A,{where},0.9,041.0,{day},,,A")
    )


def write_track(
    path: Path,
    *,
    centre: Position = YARD,
    start: datetime | None = None,
    seconds: int = 600,
    seed: int = 7,
) -> Path:
    """Write ``seconds`` epochs, never further than 38 m from ``centre``; the same seed walks the same way."""
    chance = random.Random(seed)
    begin = (start or datetime.now(UTC)).replace(microsecond=0)
    lines = []
    for second in range(seconds):
        bearing = second / 40
        reach = RADIUS_M * (0.7 + 0.3 * math.sin(second / 17)) + chance.uniform(-1.5, 1.5)
        north, east = reach * math.cos(bearing), reach * math.sin(bearing)
        here = Position(
            latitude=centre.latitude + math.degrees(north / EARTH_RADIUS_M),
            longitude=centre.longitude
            + math.degrees(east / (EARTH_RADIUS_M * math.cos(math.radians(centre.latitude)))),
        )
        lines.append(epoch(here, begin + timedelta(seconds=second)))
    path.write_text("".join(lines), encoding="ascii", newline="")
    return path
