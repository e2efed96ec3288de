"""Recording 720p at 25 pictures a second with sound: share of one core, dropped pictures, size. Exit 1 if any dropped.

python benchmarks/recording.py [--seconds 30] [--segment 20] [--json]
"""

import argparse
import json
import sys
import tempfile
import threading
import time
import wave
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.capture.frames import Frame
from app.capture.microphone import Microphone
from app.capture.recorder import Recorder

WIDTH, HEIGHT, FPS = 1280, 720, 25


class Scene:
    """A camera's picture: grain, a soft background, a person-sized shape that sways. Made beforehand."""

    def __init__(self, count: int = 50) -> None:
        chance = np.random.default_rng(1)
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        back = (90 + 60 * np.sin(columns / 210) * np.cos(rows / 160))[..., None] + np.array([10.0, 0.0, -10.0])
        self.pictures = []
        for index in range(count):
            middle = WIDTH / 2 + 60 * np.sin(2 * np.pi * index / count)
            shape = ((columns - middle) / 180) ** 2 + ((rows - 400) / 300) ** 2 < 1
            picture = np.where(shape[..., None], np.array([120.0, 150.0, 200.0]), back)
            noise = chance.normal(0, 3, (HEIGHT, WIDTH, 1))
            self.pictures.append(np.clip(picture + noise, 0, 255).astype(np.uint8))
        self._subscribers: list = []

    def subscribe(self, subscriber):
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def play(self, seconds: float) -> None:
        zero = time.monotonic()
        for index in range(round(seconds * FPS)):
            time.sleep(max(0.0, zero + index / FPS - time.monotonic()))
            for subscriber in tuple(self._subscribers):
                subscriber(Frame(self.pictures[index % len(self.pictures)], index / FPS))


def write_tone(path: Path, seconds: float) -> Path:
    times = np.arange(int(seconds * 48_000)) / 48_000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((np.sin(2 * np.pi * 300 * times) * 8000).astype("<i2").tobytes())
    return path


def measure(seconds: float, segment_s: float) -> dict[str, float]:
    scene, segments = Scene(), []
    with tempfile.TemporaryDirectory() as folder:
        tone = write_tone(Path(folder) / "tone.wav", seconds + 5)
        recorder = Recorder(scene, Microphone(f"file:{tone}"), segments.append, segment_s=segment_s)
        recorder.start()
        player = threading.Thread(target=scene.play, args=(seconds,))
        cpu, begun = time.process_time(), time.monotonic()
        player.start()
        player.join()
        ending = time.monotonic()
        summary = recorder.stop()
        stopped = time.monotonic()
        spent = time.process_time() - cpu
    size = sum(len(segment.data) for segment in segments)
    return {
        "seconds": round(ending - begun, 1),
        "pictures": summary.frames,
        "dropped": summary.dropped,
        "segments": summary.segments,
        "cpu_share_of_one_core_percent": round(100 * spent / (stopped - begun), 1),
        "cpu_ms_per_picture": round(1000 * spent / max(1, summary.frames), 1),
        "stop_ms": round(1000 * (stopped - ending)),
        "megabytes": round(size / 1e6, 2),
        "kilobit_per_s": round(size * 8 / 1000 / seconds),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--segment", type=float, default=20, help="length of a segment in seconds")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.seconds, arguments.segment)
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value}")
    return 1 if figures["dropped"] else 0


if __name__ == "__main__":
    sys.exit(main())
