"""Recording 720p at 25 pictures a second with sound, spooled, kept and looked at for faces as at the desk: cores used,
dropped pictures, what the disk costs, size. Exit 1 if any picture was dropped or a core did not do.

python benchmarks/recording.py [--seconds 120] [--segment 30] [--json]
"""

import argparse
import json
import sys
import tempfile
import threading
import time
import wave
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import psutil
import pyrage

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.capture.face_watch import FaceWatch
from app.capture.frames import Frame
from app.capture.microphone import Microphone
from app.capture.recorder import Recorder
from app.capture.segment import Piece, Segment
from app.capture.vision import Vision
from app.store.database import Database
from app.store.keys import Keys, unlock
from app.store.keystore import NoKeyStore
from app.store.spool import About
from app.store.vault import Vault

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

    def subscribe(self, subscriber, _wants):
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


class Disk:
    """A real store: pieces go to a spool, closed segments become case files, as the desk keeps them."""

    def __init__(self, folder: Path, database: Database, keys: Keys) -> None:
        bank = str(pyrage.x25519.Identity.generate().to_public())
        self.vault = Vault(folder, database, keys, lambda: bank)
        self.begin, self.spools = self.vault.spooler("case"), {}
        self.appended: list[float] = []
        self.kept: list[float] = []
        self.bytes = 0

    def piece(self, piece: Piece) -> None:
        began = time.monotonic()
        if piece.index not in self.spools:
            self.spools[piece.index] = self.begin(About(interview_id="i", start_ms=piece.start_ms))
        self.spools[piece.index].append(piece.data)
        self.appended.append(1000 * (time.monotonic() - began))

    def segment(self, segment: Segment) -> None:
        began = time.monotonic()
        self.vault.put("case", "interview_segment", segment.media_type, segment.data)
        self.kept.append(1000 * (time.monotonic() - began))
        self.bytes += len(segment.data)


class Feed:
    """The scene as the face watch asks for it."""

    error = None

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def latest(self) -> Frame:
        return Frame(self._scene.pictures[0], 0.0)


def measure(seconds: float, segment_s: float) -> dict[str, float]:
    scene, vision = Scene(), Vision()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name) / "data"
        keys = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "only-for-this-benchmark")
        disk = Disk(folder, stack.enter_context(Database.open(folder, keys)), keys)
        tone = write_tone(Path(name) / "tone.wav", seconds + 5)
        vision.start()
        stack.callback(vision.close)
        vision.count_faces(Frame(scene.pictures[0], 0.0))  # loads the face engine before anything is timed
        recorder = Recorder(scene, Microphone(f"file:{tone}"), disk.segment, on_piece=disk.piece, segment_s=segment_s)
        watch = FaceWatch(vision, Feed(scene), lambda: recorder.elapsed_ms, lambda: True)
        worker = psutil.Process(vision.pid)
        recorder.start()
        watch.start()
        player = threading.Thread(target=scene.play, args=(seconds,))
        cpu, theirs, begun = time.process_time(), sum(worker.cpu_times()[:2]), time.monotonic()
        player.start()
        player.join()
        ending = time.monotonic()
        watch.stop()
        summary = recorder.stop()
        stopped = time.monotonic()
        spent, looked = time.process_time() - cpu, sum(worker.cpu_times()[:2]) - theirs
        for spool in disk.spools.values():
            spool.close()
    return {
        "seconds": round(ending - begun, 1),
        "pictures": summary.frames,
        "dropped": summary.dropped,
        "segments": summary.segments,
        "cores_used": round((spent + looked) / (stopped - begun), 2),
        "cores_of_it_for_looking_at_faces": round(looked / (stopped - begun), 3),
        "cpu_ms_per_picture": round(1000 * spent / max(1, summary.frames), 1),
        "spooled_pieces_a_second": round(len(disk.appended) / seconds, 1),
        "spool_ms_with_fsync_p50": round(float(np.percentile(disk.appended, 50)), 1),
        "spool_ms_with_fsync_p95": round(float(np.percentile(disk.appended, 95)), 1),
        "spool_ms_with_fsync_most": round(max(disk.appended), 1),
        "keep_segment_ms_most": round(max(disk.kept), 1),
        "stop_ms": round(1000 * (stopped - ending)),
        "megabytes": round(disk.bytes / 1e6, 2),
        "kilobit_per_s": round(disk.bytes * 8 / 1000 / seconds),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--segment", type=float, default=30, help="length of a segment in seconds")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.seconds, arguments.segment)
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value}")
    return 1 if figures["dropped"] or figures["cores_used"] >= 1 else 0


if __name__ == "__main__":
    sys.exit(main())
