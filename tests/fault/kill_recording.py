"""Kill the program while it records, again and again, and see what is left of the recording after the next start.

    python -m tests.fault.kill_recording --runs 200 [--seed 20261128]

Each run is a new case of one data folder. After a kill: every segment plays to its last picture, the journal's chain holds,
what was said to be saved is there, at most two seconds of the delivered frames are missing, nothing plain and no spool lies
on the disk, and the case is an honest draft that goes on from the interview.
"""

import argparse
import io
import random
import sys
import tempfile
import wave
from pathlib import Path

import av
import cv2
import numpy as np

from app.desk.case_book import CaseBook
from app.domain import flow
from app.domain.case import Interview
from app.domain.flow import Step
from tests.fault.kills import killed
from tests.fault.recording_worker import recording_desk

LOST_MAX_MS = 2000
KILL_WITHIN_S = 7.0
SIZE, FPS, CLIP_S = (640, 360), 25, 4
COLUMNS = ("killed_s", "frames", "segments", "recovered", "spools", "lost_ms", "soundless_ms")
EBML = b"\x1aE\xdf\xa3"


class Props:
    """A grainy clip, half a minute of tone, and the data folder, all in one folder with a Chinese name."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "数据 folder"
        self.video, self.sound = folder / "镜头.avi", folder / "声音.wav"
        chance = np.random.default_rng(1)
        writer = cv2.VideoWriter(str(self.video), cv2.VideoWriter.fourcc(*"MJPG"), FPS, SIZE)
        wall = np.linspace(60, 140, SIZE[0])[None, :, None]
        for number in range(FPS * CLIP_S):
            picture = (wall + chance.normal(0, 2, (SIZE[1], SIZE[0], 3))).astype(np.uint8)
            cv2.circle(picture, (60 + 5 * number, 180), 50, (200, 160, 120), -1)
            writer.write(picture)
        writer.release()
        times = np.arange(30 * 16_000) / 16_000
        with wave.open(str(self.sound), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes((np.sin(2 * np.pi * 300 * times) * 8000).astype("<i2").tobytes())


def kill_once(props: Props, chance: random.Random) -> dict[str, object]:
    """One run: what was lost, in milliseconds of delivered frames, and how the recording stands after recovery."""
    after_s = chance.uniform(0.0, KILL_WITHIN_S)
    said = killed("tests.fault.recording_worker", props.data, props.video, props.sound, after_s=after_s)
    told = {word: [int(line.split()[1]) for line in said if line.startswith(word)] for word in ("frame", "mark")}
    case_id = said[0].split()[1]
    assert not any(EBML in path.read_bytes() for path in props.data.rglob("*") if path.is_file()), "plain video on the disk"
    spools = len(list(props.data.rglob("*.spool")))
    with recording_desk(props.data, props.video, props.sound) as (book, _, _):
        if not (interviews := book.load(case_id).interviews):
            assert not told["frame"]  # killed before it was said to record
            return dict.fromkeys(COLUMNS, 0) | {"killed_s": f"{after_s:.2f}", "spools": spools}
        interview = interviews[-1]
        _check_case(book, case_id, interview, told["mark"])
        sound_ms = sum(_play(book, case_id, segment) for segment in interview.segments)
    lost_ms = _lost(interview, told["frame"])
    kept_ms = sum(s.end_ms - s.start_ms for s in interview.segments)
    return {"killed_s": f"{after_s:.2f}", "frames": len(told["frame"]), "segments": len(interview.segments),
            "recovered": sum(s.recovered for s in interview.segments), "spools": spools, "lost_ms": lost_ms,
            "soundless_ms": max(0, kept_ms - sound_ms)}


def _check_case(book: CaseBook, case_id: str, interview: Interview, marks: list[int]) -> None:
    case, pack = book.load(case_id), book.pack(case_id)
    assert interview.finished, "the recording is left open"
    assert interview.ended.interrupted
    assert set(marks) <= {mark.at_ms for mark in interview.marks}
    assert flow.blocking(case, pack, Step.INTERVIEW) or flow.current(case, pack) == Step.FORMS
    left = [path.name for path in book.vault._folder.parent.rglob("*") if path.suffix in (".spool", ".tmp")]
    assert left == []


def _play(book: CaseBook, case_id: str, segment) -> int:
    """Play a segment to its end; milliseconds of sound in it."""
    pictures, sound_s = 0, 0.0
    with av.open(io.BytesIO(book.vault.get(case_id, segment.file))) as container:
        assert container.duration is not None, "no duration: it cannot be sought in"
        for frame in container.decode(*container.streams):
            if isinstance(frame, av.VideoFrame):
                pictures += 1
            else:
                sound_s = max(sound_s, frame.time + frame.samples / frame.sample_rate)
    assert pictures == segment.frames, f"{pictures} of {segment.frames} pictures play"
    return round(sound_s * 1000)


def _lost(interview: Interview, frames: list[int]) -> int:
    """Milliseconds between first and last delivered frame that no segment holds."""
    if not frames:
        return 0
    begin, end = frames[0], frames[-1]
    kept = sum(max(0, min(end, s.end_ms) - max(begin, s.start_ms)) for s in interview.segments)
    return max(0, end - begin - kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261128)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        props = Props(Path(folder))
        print("  ".join(f"{name:>12}" for name in ("seed", *COLUMNS)))
        rows = []
        for seed in range(arguments.seed, arguments.seed + arguments.runs):
            rows.append(kill_once(props, random.Random(seed)))
            print("  ".join(f"{value:>12}" for value in (seed, *(rows[-1][name] for name in COLUMNS))), flush=True)
    lost = sorted(max(row["lost_ms"], row["soundless_ms"]) for row in rows)
    over = sum(one > LOST_MAX_MS for one in lost)
    print(f"\n{len(rows)} kills, {sum(row['segments'] for row in rows)} segments, all of which play; "
          f"lost: median {lost[len(lost) // 2]} ms, most {lost[-1]} ms; more than {LOST_MAX_MS} ms: {over}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
