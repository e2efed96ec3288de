"""Where the signing happens: a position fix, its age and accuracy, and the verdict of the dealer's fence.

Coordinates are WGS-84 degrees as the receiver gave them; conversion to Chinese map datums is for display only.
"""

from datetime import datetime
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from pydantic import Field

from app.domain.model import Model

EARTH_RADIUS_M = 6_371_008.8
JUMP_MPS = 70.0  # 252 km/h: faster than any road
PlaceDoubt = Literal["zero_accuracy", "stale", "jump", "clock_differs", "simulated", "frozen", "from_file"]


class FixSource(StrEnum):
    GPSD = "gpsd"
    SERIAL = "serial"
    NMEA_FILE = "nmea_file"
    SYSTEM = "system"
    MANUAL = "manual"


class Fence(StrEnum):
    INSIDE = "inside"
    OUTSIDE = "outside"
    UNCERTAIN = "uncertain"
    UNKNOWN = "unknown"


class Position(Model):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Fix(Model):
    """One position fix. ``accuracy_m`` is the horizontal 1-sigma radius, None where the source does not say.

    ``flags`` name what makes the fix doubtful: ``zero_accuracy``, ``stale``, ``jump``, ``clock_differs``, ``simulated``,
    ``frozen``.
    """

    position: Position
    accuracy_m: float | None = Field(default=None, ge=0)
    source: FixSource
    taken_at: datetime
    age_s: float = Field(default=0.0, ge=0)
    flags: tuple[str, ...] = ()


class PlaceVerdict(Model):
    """What the fix says about the registered place: distance in metres and the fence verdict."""

    distance_m: float | None
    fence: Fence


def distance_m(a: Position, b: Position) -> float:
    """Great-circle distance in metres (haversine on the mean sphere, R = 6 371 008.8 m)."""
    la, lb = radians(a.latitude), radians(b.latitude)
    dla, dlo = lb - la, radians(b.longitude - a.longitude)
    h = sin(dla / 2) ** 2 + cos(la) * cos(lb) * sin(dlo / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


def judge(fix: Fix | None, registered: Position | None, radius_m: float) -> PlaceVerdict:
    """Fence verdict: certain only where the accuracy circle lies wholly on one side of the fence."""
    if fix is None or registered is None:
        return PlaceVerdict(distance_m=None, fence=Fence.UNKNOWN)
    distance = distance_m(fix.position, registered)
    slack = fix.accuracy_m or 0.0
    if distance + slack <= radius_m:
        fence = Fence.INSIDE
    elif distance - slack > radius_m:
        fence = Fence.OUTSIDE
    else:
        fence = Fence.UNCERTAIN
    return PlaceVerdict(distance_m=round(distance, 1), fence=fence)
