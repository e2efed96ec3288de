"""A camera is a device index, an address or a file; all three come through ``cv2.VideoCapture`` by the same path.

Files keep real time by their own time stamps, so that nothing downstream can tell them from a device but by the
recorded ``FrameSource``, which says so for ever.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from app.capture.camera_identity import identify, is_virtual, listed
from app.capture.frames import Frame
from app.domain.condition import Kind
from app.domain.face import FrameSource

log = logging.getLogger(__name__)

CAMERA_MISSING = Kind(
    "camera.missing", zh="找不到摄像头", zh_next="请接好摄像头，或在设置中选择另一个摄像头。",
    en="No camera was found", en_next="Plug the camera in, or choose another one in the settings.")
CAMERA_BUSY = Kind(
    "camera.busy", zh="摄像头正被其他程序占用", zh_next="请关闭会议、聊天等占用摄像头的程序后重试。",
    en="Another program is using the camera", en_next="Close meeting or chat programs that use it and try again.")
CAMERA_LOST = Kind(
    "camera.lost", zh="摄像头中断了", zh_next="请检查连接线，重新接好后会自动继续。",
    en="The camera stopped", en_next="Check its cable; the picture continues once it is back.")
CAMERA_BLACK = Kind(
    "camera.black", zh="摄像头画面全黑", zh_next="请打开镜头盖或隐私开关。",
    en="The camera's picture is black", en_next="Open the lens cover or the privacy switch.")
CAMERA_FROZEN = Kind(
    "camera.frozen", zh="摄像头画面静止不动", zh_next="请重新插拔摄像头。",
    en="The camera's picture stands still", en_next="Unplug the camera and plug it in again.")
CAMERA_VIRTUAL = Kind(
    "camera.virtual", zh="不能使用虚拟摄像头", zh_next="请改用真实的摄像头。",
    en="Virtual cameras are not allowed", en_next="Use a real camera.")
CAMERA_UNREADABLE = Kind(
    "camera.unreadable", zh="这个文件不是可播放的视频", zh_next="请选择完好的视频文件。",
    en="This file is not a video that can be played", en_next="Choose an undamaged video file.")

BLACK_MEAN = 8.0
BLACK_AFTER_S = 2.0
FROZEN_AFTER_S = 3.0
LATE_S = 0.25
VIDEO = (1280, 720)
STILLS = ((3264, 2448), (2592, 1944), (2560, 1440), (1920, 1080), VIDEO)  # for pages, the best first
DEVICE = re.compile(r"(?:/dev/video)?(\d{1,4})", re.ASCII)
HARDWARE = re.compile(r"(usb|pci|platform|acpi|display):(?!//)")  # what a hardware id begins with


def is_device(spec: int | str) -> bool:
    """Whether ``spec`` means a camera at this computer, not a stream or a file."""
    text = str(spec).strip()
    return bool(DEVICE.fullmatch(text) or HARDWARE.match(text))


class Camera:
    """An open camera. ``open`` and ``read`` raise ``camera.*`` conditions; black and frozen leave the camera open."""

    def __init__(self, capture, source: FrameSource, *, pace: bool = True, loop: bool = False,
                 clock: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep) -> None:
        self.source = source
        self._capture, self._loop, self._clock, self._sleep = capture, loop, clock, sleep
        self._file = source.kind == "file"
        self._pace = pace and self._file
        self._start: float | None = None
        self._round_s, self._last_s = 0.0, -1.0
        self._black_since: float | None = None
        self._stamp, self._stamp_since = None, 0.0

    @classmethod
    def open(cls, spec: int | str, *, name: str = "", pace: bool = True, loop: bool = False, still: bool = False) -> Camera:
        """``spec``: device index (also as digits or /dev/videoN), the hardware id of a camera wherever it is plugged in now, an
        address with ``://``, or a file path.

        ``name`` is the device's name where the caller knows it (Windows). ``still`` asks a device for its most pixels, up to
        eight million, at whatever rate, instead of 1280 × 720. ``pace=False`` reads a file as fast as it can be decoded;
        ``loop`` begins a file anew at its end, times going on.
        """
        spec = str(spec).strip()
        hardware_id = ""
        if HARDWARE.match(spec):
            spec = _index_of(spec)
        if device := DEVICE.fullmatch(spec):
            capture, name, hardware_id = _open_device(int(device[1]), name, still)
            kind = "device"
        elif "://" in spec:
            capture, kind, name = _open_stream(spec)
        else:
            capture, kind, name = _open_file(Path(spec))
        return cls(capture, _source(capture, kind, name, hardware_id), pace=pace, loop=loop)

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_exc) -> None:
        self.close()

    def close(self) -> None:
        self._capture.release()

    def read(self) -> Frame:
        """The next frame; waits for it. A file that ends is lost, unless it loops."""
        if self._start is None:
            self._start = self._clock()
        self._catch_up()
        ok, image = self._capture.read()
        if not ok and self._loop and self._file:
            self._rewind()
            ok, image = self._capture.read()
        if not ok or image is None:
            raise CAMERA_LOST()
        frame = Frame(image=image, t_s=self._time(), source=self.source)
        if self._pace:
            self._sleep(max(0.0, self._start + frame.t_s - self._clock()))
        self._judge(frame)
        return frame

    def _time(self) -> float:
        """Seconds since the first read: a file's own time stamps, else the clock of the finest ticks (Windows' monotonic one
        goes by 16 ms); strictly rising."""
        seconds = self._round_s + self._media_s() if self._file else self._clock() - self._start
        self._last_s = max(seconds, self._last_s + 0.001)
        return self._last_s

    def _media_s(self) -> float:
        return self._capture.get(_POS_MSEC) / 1000.0

    def _catch_up(self) -> None:
        """Skip file frames whose time has passed, as a device does when its reader was slow."""
        while self._pace and self._last_s >= 0 and self._clock() - self._start - self._last_s > LATE_S:
            if not self._capture.grab():
                return
            self._time()

    def _rewind(self) -> None:
        self._capture.set(_POS_FRAMES, 0)
        self._round_s = self._last_s + 1.0 / (self.source.fps or 25.0)

    def _judge(self, frame: Frame) -> None:
        small = frame.image[::8, ::8]
        if float(small.mean()) >= BLACK_MEAN:
            self._black_since = None
        elif self._black_since is None:
            self._black_since = frame.t_s
        elif frame.t_s - self._black_since >= BLACK_AFTER_S:
            raise CAMERA_BLACK()
        stamp = crc32(small.tobytes())
        if self._file or stamp != self._stamp:
            self._stamp, self._stamp_since = stamp, frame.t_s
        elif frame.t_s - self._stamp_since >= FROZEN_AFTER_S:
            raise CAMERA_FROZEN()


_POS_MSEC, _POS_FRAMES = 0, 1  # cv2.CAP_PROP_POS_MSEC, cv2.CAP_PROP_POS_FRAMES


def _cv2():
    # Media Foundation's hardware transforms make opening take tens of seconds; the switch works before the import only.
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # quiet: its words about a broken file go past our log
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return cv2


def _index_of(hardware_id: str) -> str:
    index = next((index for index, camera in listed() if camera.hardware_id == hardware_id), None)
    if index is None:
        raise CAMERA_MISSING()
    return str(index)


def _open_device(index: int, name: str, still: bool):
    """The open device, its name and its hardware id. Raises ``camera.virtual`` where no hardware is behind it."""
    cv2 = _cv2()
    if sys.platform == "linux" and not Path(f"/dev/video{index}").exists():
        raise CAMERA_MISSING()
    camera = identify(index)
    name = camera.name or name
    if camera.virtual or is_virtual(name):
        raise CAMERA_VIRTUAL()
    backends = {"win32": (cv2.CAP_MSMF, cv2.CAP_DSHOW), "linux": (cv2.CAP_V4L2,)}.get(sys.platform, (cv2.CAP_ANY,))
    for backend in backends:
        capture = cv2.VideoCapture(index, backend)
        if capture.isOpened():
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            if gives_picture(capture, still):
                if identify(index) != camera:  # another one was put in its place while this one opened
                    capture.release()
                    raise CAMERA_LOST()
                known = backend != cv2.CAP_DSHOW  # which numbers its devices in an order of its own
                return capture, name or f"camera {index}", camera.hardware_id if known else ""
            log.warning("camera opens but gives no picture, index %d, backend %d", index, backend)
            capture.release()
            raise CAMERA_BUSY()
        capture.release()
    raise CAMERA_BUSY() if sys.platform == "linux" else CAMERA_MISSING()


def gives_picture(capture, still: bool) -> bool:
    """Sets the size of an open device's pictures and takes one. What a driver does not have it refuses or replaces by the
    nearest size it has; some announce a size that their cable cannot carry and then give nothing."""
    if still and _sized(capture, STILLS) and capture.read()[0]:
        return True
    _sized(capture, (VIDEO,))
    return capture.read()[0]


def _sized(capture, sizes: tuple[tuple[int, int], ...]) -> bool:
    """Asks for one size after the other until the device has taken one, or a larger one."""
    cv2 = _cv2()
    for width, height in sizes:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        if capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT) > 0.9 * width * height:
            return True
    return False


def _open_stream(address: str):
    capture = _cv2().VideoCapture(address)
    if not capture.isOpened():
        capture.release()
        raise CAMERA_MISSING()
    return capture, "stream", address.split("://", 1)[0]


def _open_file(path: Path):
    if not path.is_file():
        raise CAMERA_MISSING()
    capture = _cv2().VideoCapture(str(path))
    if not capture.isOpened():
        capture.release()
        raise CAMERA_UNREADABLE()
    return capture, "file", path.name


def _source(capture, kind: str, name: str, hardware_id: str) -> FrameSource:
    cv2 = _cv2()
    fps = capture.get(cv2.CAP_PROP_FPS)
    return FrameSource(kind=kind, name=name, width=int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
                       height=int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)), fps=fps if 0 < fps < 1000 else 0.0,
                       hardware_id=hardware_id)
