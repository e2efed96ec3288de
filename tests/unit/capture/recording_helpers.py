"""A generated camera and a generated voice: flashes and beeps at known times, so that sync can be measured."""

import io
import math
import threading
import time
import wave
from pathlib import Path

import av
import numpy as np

from app.capture.frames import Frame

RATE = 48_000


class GeneratedFeed:
    """Calls back at ``fps`` with pictures that are white during ``flash`` seconds of every second, else dark."""

    def __init__(self, width: int = 320, height: int = 240, fps: float = 20.0, flash: float = 0.2) -> None:
        self.size, self.fps, self.flash = (height, width), fps, flash
        self.live = True
        self.zero: float | None = None
        self._subscribers: list = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def subscribe(self, subscriber):
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def __enter__(self) -> "GeneratedFeed":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        self.zero = time.monotonic()
        count = 0
        while not self._stop.wait(max(0.0, self.zero + count / self.fps - time.monotonic())):
            at = time.monotonic() - self.zero
            image = np.full((*self.size, 3), 235 if at % 1.0 < self.flash else 20, dtype=np.uint8)
            count += 1
            if self.live:
                for subscriber in tuple(self._subscribers):
                    subscriber(Frame(image, at))


def write_voice(path: Path, seconds: float, beep: float = 0.2) -> Path:
    """A WAV of 16 kHz stereo with a 1 kHz tone during ``beep`` seconds of every second."""
    times = np.arange(int(seconds * 16_000)) / 16_000
    tone = np.where(times % 1.0 < beep, np.sin(2 * math.pi * 1000 * times) * 16_000, 0).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.repeat(tone, 2).tobytes())
    return path


def decode(data: bytes) -> tuple[list[tuple[float, float]], np.ndarray]:
    """``(time, brightness)`` of every picture, and the sound as one array that begins at time 0 of the segment."""
    pictures, sound = [], np.zeros(0, dtype=np.float32)
    with av.open(io.BytesIO(data)) as container:
        for frame in container.decode(*container.streams):
            if isinstance(frame, av.VideoFrame):
                pictures.append((frame.time, float(frame.to_ndarray(format="gray").mean())))
            else:
                samples = frame.to_ndarray()[0].astype(np.float32)
                index = round(frame.time * RATE)
                sound = np.concatenate([sound[:index], np.zeros(max(0, index - len(sound)), np.float32), samples])
    return sorted(pictures), sound
