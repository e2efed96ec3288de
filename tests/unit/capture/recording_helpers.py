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
from app.capture.microphone import Microphone

RATE = 48_000


class GeneratedFeed:
    """Calls back at ``fps`` with pictures that are white during ``flash`` seconds of every second, else dark.

    ``given`` holds when each was handed over and whether it was white: a busy machine hands over late.
    """

    def __init__(self, width: int = 320, height: int = 240, fps: float = 20.0, flash: float = 0.2) -> None:
        self.size, self.fps, self.flash = (height, width), fps, flash
        self.live = True
        self.given: list[tuple[float, bool]] = []
        self._subscribers: list = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def subscribe(self, subscriber, wants=""):
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def __enter__(self) -> "GeneratedFeed":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        zero, count = time.monotonic(), 0
        while not self._stop.wait(max(0.0, zero + count / self.fps - time.monotonic())):
            at = time.monotonic() - zero
            white = at % 1.0 < self.flash
            image = np.full((*self.size, 3), 235 if white else 20, dtype=np.uint8)
            count += 1
            if self.live:
                self.given.append((time.monotonic(), white))
                for subscriber in tuple(self._subscribers):
                    subscriber(Frame(image, at))


class SteppedFeed:
    """A clock and a camera in one: each ``step`` moves the clock on by the time of a picture, then hands one over."""

    def __init__(self, fps: float = 20.0) -> None:
        self.now, self.fps = 0.0, fps
        self._subscribers: list = []

    def subscribe(self, subscriber, wants=""):
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def step(self) -> None:
        self.now = round(self.now + 1 / self.fps, 6)
        for subscriber in tuple(self._subscribers):
            subscriber(Frame(np.full((240, 320, 3), 90, np.uint8), self.now))


class Voice(Microphone):
    """A sound file in the microphone's place that remembers when its first sample was heard."""

    began: float | None = None

    def __init__(self, file: Path) -> None:
        super().__init__(f"file:{file}")

    def start(self, on_block) -> None:
        def hear(block) -> None:
            self.began = block.at if self.began is None else self.began
            on_block(block)

        super().start(hear)


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
