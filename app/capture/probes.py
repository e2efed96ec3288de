"""The doctor's looks at this machine: camera, place source, microphone, disk, clock. Each opens, tries, closes."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from app.capture.camera import Camera, is_device
from app.capture.location import Locator
from app.capture.microphone import Microphone
from app.capture.sound import Block
from app.domain.condition import Condition

State = Literal["ok", "warn", "bad"]
GIB = 1024**3
DISK_WARN, DISK_BAD = 5 * GIB, 1 * GIB
SHEET_PIXELS = 4_000_000  # A4 with print of 3.5 mm: lines of 20 pixels and more
YEARS = range(2025, 2100)
DRIFT_S = 0.05
_LISTEN_S = 1.5


@dataclass(frozen=True)
class Probe:
    """What was found. ``warn``: work goes on without it; ``bad``: it does not. ``detail``: figures and codes."""

    name: str
    state: State
    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""
    detail: str = ""


def _trouble(name: str, state: State, trouble: Condition) -> Probe:
    words = trouble.message("zh"), trouble.message("en"), trouble.next("zh"), trouble.next("en")
    return Probe(name, state, *words, detail=trouble.code)


def camera(spec: int | str = 0) -> Probe:
    """Open the camera and take a second of pictures; of a device, also one with its most pixels."""
    try:
        with Camera.open(spec) as device:
            begun, count = time.monotonic(), 0
            while count < 5 or (count < 30 and time.monotonic() - begun < 1.0):
                frame = device.read()
                count += 1
            fps = count / (time.monotonic() - begun)
            height, width = frame.image.shape[:2]
        best = _most_pixels(spec) if is_device(spec) else None
    except Condition as trouble:
        return _trouble("camera", "bad", trouble)
    source = device.source
    detail = " ".join(filter(None, (source.kind, source.name, source.hardware_id, f"{width}x{height}", f"{fps:.0f}/s",
                                    best and f"best {best[0]}x{best[1]}")))
    if min(width, height) < 480:
        return Probe(
            "camera",
            "warn",
            f"摄像头画面只有 {width}×{height}。",
            f"The camera's picture is only {width}×{height}.",
            "请换用 720p 或以上的摄像头，证件才看得清。",
            "Use a camera of 720p or more, so that cards can be read.",
            detail,
        )
    if best and best[0] * best[1] < SHEET_PIXELS:
        return Probe(
            "camera",
            "warn",
            f"摄像头正常，但最高只有 {best[0]}×{best[1]}，整页 A4 资料拍不清楚。",
            f"The camera works, but has at most {best[0]}×{best[1]}: too few pixels for a whole A4 sheet.",
            "证件可以照常拍；整页资料请用手机、高拍仪或扫描仪拍好后导入，或分两次拍。",
            "Cards are fine; import whole sheets from a phone, document camera or scanner, or take them by halves.",
            detail,
        )
    return Probe("camera", "ok", "摄像头正常。", "The camera works.", detail=detail)


def _most_pixels(spec: int | str) -> tuple[int, int]:
    """Width and height of the largest picture that a device gives."""
    with Camera.open(spec, still=True) as device:
        height, width = device.read().image.shape[:2]
    return width, height


def place(spec: str = "auto", timeout_s: float = 15.0, cancel: threading.Event | None = None) -> Probe:
    """Ask the source for a fix. None is a warning: a case goes on with a reason."""
    try:
        with Locator(spec) as locator:
            fix = locator.fix(timeout_s, cancel)
    except Condition as trouble:
        return _trouble("place", "warn", trouble)
    accuracy = "?" if fix.accuracy_m is None else f"{fix.accuracy_m:.0f}"
    detail = " ".join((fix.source.value, f"±{accuracy} m", *fix.flags))
    if fix.flags:
        return Probe(
            "place",
            "warn",
            "定位可用，但结果可疑。",
            "There is a position, but it is doubtful.",
            "请检查接收器、系统时间和是否有模拟定位软件。",
            "Check the receiver, the system's time and any program that simulates positions.",
            detail,
        )
    return Probe("place", "ok", "定位正常。", "The place is found.", detail=detail)


def microphone(spec: str = "auto") -> Probe:
    """Listen for a moment. None is a warning: the recording then says that it is silent."""
    device, loudest, heard = Microphone(spec), 0.0, threading.Event()

    def on_block(_: Block) -> None:
        nonlocal loudest
        loudest = max(loudest, device.level)
        heard.set()

    try:
        device.start(on_block)
    except Condition as trouble:
        return _trouble("microphone", "warn", trouble)
    time.sleep(_LISTEN_S)
    device.stop()
    detail = f"level {loudest:.2f}"
    if not heard.is_set() or loudest == 0:
        return Probe(
            "microphone",
            "warn",
            "麦克风已打开，但没有声音。",
            "The microphone is open but nothing is heard.",
            "请检查静音开关和系统的麦克风权限。",
            "Check its mute switch and the system's microphone permission.",
            detail,
        )
    return Probe("microphone", "ok", "麦克风正常。", "The microphone works.", detail=detail)


def disk(folder: Path) -> Probe:
    """Free space where ``folder`` is or will be, and whether it can be written."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / GIB:.1f} GB"
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"\0" * 4096)
    except OSError as error:
        return Probe(
            "disk",
            "bad",
            "数据目录不能写入。",
            "The data folder cannot be written.",
            "请检查磁盘是否已满、目录权限，或另选数据目录。",
            "Check for a full disk and the folder's permission, or choose another data folder.",
            type(error).__name__,
        )
    if free < DISK_WARN:
        return Probe(
            "disk",
            "bad" if free < DISK_BAD else "warn",
            f"磁盘剩余空间不足（{detail}）。",
            f"The disk is nearly full ({detail} free).",
            "请清理磁盘；每笔业务的录像约需 0.1 GB。",
            "Free some space; the recording of one case takes about 0.1 GB.",
            detail,
        )
    return Probe("disk", "ok", f"磁盘剩余 {detail}。", f"{detail} of disk are free.", detail=detail)


def clock(
    wall: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Probe:
    """Is the year sane, and does the wall clock run as fast as the monotonic one?"""
    wall_before, mono_before = wall(), monotonic()
    sleep(0.3)
    drift = (wall() - wall_before) - (monotonic() - mono_before)
    year = datetime.fromtimestamp(wall_before, UTC).year
    detail = f"{datetime.fromtimestamp(wall_before, UTC):%Y-%m-%dT%H:%M:%SZ} drift {drift * 1000:+.0f} ms"
    fix_zh, fix_en = "请在系统设置中打开自动校时。", "Turn on automatic time in the system's settings."
    if year not in YEARS:
        return Probe("clock", "bad", "系统时间不对。", "The system's time is wrong.", fix_zh, fix_en, detail)
    if abs(drift) > DRIFT_S:
        return Probe("clock", "warn", "系统时间正在跳动。", "The system's time jumps.", fix_zh, fix_en, detail)
    return Probe("clock", "ok", "系统时间正常。", "The clock is right.", detail=detail)
