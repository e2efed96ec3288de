"""The microphone, or a sound file in its place, as mono blocks at 48 kHz.

PyAV reads both (ALSA, DirectShow, WAV) through one decode path and needs no Qt event loop. Having no microphone is
normal: the recording then says that it is silent and why.
"""

import logging
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.sound import RATE, Block
from app.domain.condition import Condition, Kind

if TYPE_CHECKING:
    import av.container
    import numpy as np

log = logging.getLogger(__name__)
MICROPHONE_MISSING = Kind(
    "microphone.missing",
    zh="没有可用的麦克风。",
    zh_next="请接好麦克风并检查系统的麦克风权限；没有麦克风也可继续，录像将注明无声。",
    en="There is no microphone.",
    en_next="Connect one and check the system's permission; or go on without, the recording then says it is silent.",
)
MICROPHONE_BUSY = Kind(
    "microphone.busy",
    zh="麦克风正被其他程序占用。",
    zh_next="请关闭会议、通话等程序后重试；也可继续，录像将注明无声。",
    en="The microphone is held by another program.",
    en_next="Close meeting or call programs and retry; or go on, the recording then says it is silent.",
)
MICROPHONE_LOST = Kind(
    "microphone.lost",
    zh="麦克风在录制中断开，之后没有声音。",
    zh_next="请重新接好麦克风，暂停后再继续录制。",
    en="The microphone was lost while recording; there is no sound from here on.",
    en_next="Connect it again, then pause and resume the recording.",
)
SOUND_UNREADABLE = Kind(
    "microphone.file_unreadable",
    zh="这个声音文件无法播放。",
    zh_next="请选择完好的 WAV 文件。",
    en="This sound file cannot be played.",
    en_next="Choose an undamaged WAV file.",
)
BLOCK = RATE // 50
FLOOR_DB = 60.0
_JOIN_S = 2.0


def microphones() -> tuple[tuple[str, str], ...]:
    """The microphones that can be named: as ``Microphone`` takes them, and what the system calls them."""
    if sys.platform == "win32":
        import av

        return tuple((device.name, device.description or device.name) for device in av.enumerate_input_devices("dshow")
                     if "audio" in device.media_types)
    return tuple(_capture_cards().items())


def level(samples: "np.ndarray") -> float:
    """Loudness for a meter: 0 at -60 dBFS or below, 1 at full scale (RMS)."""
    import numpy as np

    rms = float(np.sqrt(np.mean(np.square(samples.astype(np.float32))))) / 32768 if len(samples) else 0.0
    return min(1.0, max(0.0, 1 + 20 * math.log10(rms) / FLOOR_DB)) if rms > 0 else 0.0


class Microphone:
    """``spec``: ``auto``, a device's name, or ``file:PATH``, which plays a sound file in real time, once."""

    def __init__(self, spec: str = "auto") -> None:
        self.spec = spec
        self.level = 0.0
        self.trouble: Condition | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_block: Callable[[Block], None]) -> None:
        """Open and hand every block to ``on_block`` on an own thread.

        Raises ``microphone.missing``, ``microphone.busy`` or ``microphone.file_unreadable``. A loss later on is left
        in ``trouble``.
        """
        self._stop.clear()
        self.trouble = None
        source = _open(self.spec)
        self._thread = threading.Thread(target=self._run, args=(source, on_block), name="microphone", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
            self._thread = None
        self.level = 0.0

    def _run(self, source: "av.container.InputContainer", on_block: Callable[[Block], None]) -> None:
        import av

        begun = time.monotonic()
        played = 0.0
        with source:
            try:
                for samples in _blocks(source):
                    seconds = len(samples) / RATE
                    if self.is_file:
                        at = begun + played
                        played += seconds
                        self._stop.wait(max(0.0, at + seconds - time.monotonic()))
                    else:
                        at = time.monotonic() - seconds
                    if self._stop.is_set():
                        return
                    self.level = level(samples)
                    on_block(Block(samples, at))
            except av.FFmpegError:
                self.trouble = SOUND_UNREADABLE() if self.is_file else MICROPHONE_LOST()
        self.level = 0.0
        if not self.is_file and self.trouble is None:
            self.trouble = MICROPHONE_LOST()

    @property
    def running(self) -> bool:
        """Can more sound come?"""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_file(self) -> bool:
        return self.spec.startswith("file:")


def _blocks(source: "av.container.InputContainer") -> Iterator["np.ndarray"]:
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=BLOCK)
    for frame in source.decode(audio=0):
        for part in resampler.resample(frame):
            yield part.to_ndarray()[0]
    for part in resampler.resample(None):
        yield part.to_ndarray()[0]


def _open(spec: str) -> "av.container.InputContainer":
    import av

    if spec.startswith("file:"):
        try:
            source = av.open(str(Path(spec.removeprefix("file:"))))
        except (av.FFmpegError, OSError) as error:
            raise SOUND_UNREADABLE() from error
        if not source.streams.audio:
            source.close()
            raise SOUND_UNREADABLE()
        return source
    backend, names = _devices(spec)
    busy = False
    for name in names:
        try:
            return av.open(name, format=backend, options=_OPTIONS[backend])
        except (av.FFmpegError, OSError) as error:
            log.info("a sound device did not open: %s", type(error).__name__)
            busy = busy or getattr(error, "errno", None) in _BUSY
    raise MICROPHONE_BUSY() if busy else MICROPHONE_MISSING()


_OPTIONS = {"alsa": {"channels": "1", "sample_rate": str(RATE)}, "dshow": {"audio_buffer_size": "20"}}
_USR = Path("/usr")
PCM = Path("/proc/asound/pcm")
_BUSY = (13, 16)  # EACCES, EBUSY


def _devices(spec: str) -> tuple[str, list[str]]:
    """FFmpeg's input format and the names to try, best first."""
    import av

    if sys.platform == "win32":
        if spec != "auto":
            return "dshow", [f"audio={spec}"]
        found = [device for device in av.enumerate_input_devices("dshow") if "audio" in device.media_types]
        found.sort(key=lambda device: not device.is_default)
        return "dshow", [f"audio={device.name}" for device in found]
    _use_system_alsa()
    if spec != "auto":
        return "alsa", [spec]
    cards = _capture_cards()
    served = "ALSA_PLUGIN_DIR" in os.environ  # a sound server may offer what is no card, such as a headset
    return "alsa", ["default", *cards] if cards or served else []


def _use_system_alsa() -> None:
    """Point the ALSA library inside PyAV's wheel at the system's settings; its built-in paths exist nowhere."""
    os.environ.setdefault("ALSA_CONFIG_DIR", "/usr/share/alsa")
    places = ("lib/*/alsa-lib", "lib64/alsa-lib", "lib/alsa-lib")
    plugins = [folder for place in places for folder in _USR.glob(place)]
    if plugins:
        os.environ.setdefault("ALSA_PLUGIN_DIR", str(plugins[0]))


def _capture_cards(listing: Path = PCM) -> dict[str, str]:
    """``plughw`` name → name of each sound card that can record, from the kernel's list."""
    try:
        lines = listing.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return {}
    found = [line.split(":") for line in lines if "capture" in line]
    return {"plughw:{},{}".format(*map(int, numbers.split("-"))): name.strip() for numbers, name, *_ in found}
