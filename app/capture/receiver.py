"""What every place source hands on, and the trouble a source can have. The sources know this and not each other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.condition import Kind
from app.domain.place import FixSource, Position

NO_FIX = Kind(
    "place.no_fix",
    zh="{seconds} 秒内没有得到定位。",
    zh_next="请到窗边或室外再试；也可以填写原因后继续，不影响办理。",
    en="No position was found within {seconds} seconds.",
    en_next="Try again near a window or outdoors, or give a reason and go on.",
)
SOURCE_MISSING = Kind(
    "place.source_missing",
    zh="找不到定位来源：{source}。",
    zh_next="请接好定位接收器或打开系统定位服务后重试；也可以填写原因后继续。",
    en="There is no place source: {source}.",
    en_next="Connect the receiver or turn on the system's location service and retry, or give a reason and go on.",
)
RECEIVER_BUSY = Kind(
    "place.receiver_busy",
    zh="定位接收器 {source} 正被其他程序占用或无权打开。",
    zh_next="请关闭占用它的程序（或请管理员授权）后重试；也可以填写原因后继续。",
    en="The receiver {source} is held by another program, or may not be opened.",
    en_next="Close the program that holds it, or have access granted, and retry; or give a reason and go on.",
)
CANCELLED = Kind(
    "place.cancelled",
    zh="定位已取消。",
    zh_next="需要时请重新定位，或填写原因后继续。",
    en="Positioning was cancelled.",
    en_next="Start it again when needed, or give a reason and go on.",
)
BAD_SPEC = Kind(
    "place.bad_source",
    zh="看不懂的定位来源：{spec}。",
    zh_next="请使用 auto、gpsd、gpsd:主机:端口、serial:端口、nmea:文件 或 system。",
    en="The place source {spec} is not understood.",
    en_next="Use auto, gpsd, gpsd:HOST:PORT, serial:PORT, nmea:FILE or system.",
)


@dataclass(frozen=True)
class Reading:
    """One position as a receiver told it. ``time`` is the receiver's own UTC, None where it says none."""

    position: Position
    accuracy_m: float | None
    source: FixSource
    time: datetime | None = None
    simulated: bool = False


Emit = Callable[[Reading], None]
Stopped = Callable[[], bool]
Watch = Callable[[Emit, Stopped], None]
"""A source: hands on readings until ``stopped()``, asked at least twice a second, says so. A Condition if it cannot."""
