"""A desk that records a video file and a sound file as it records camera and microphone, until it is killed from outside:
``recording_worker FOLDER VIDEO SOUND``. It says each delivered frame's time on the recorder's clock, and each mark once saved.

``… low`` and ``… full`` record on a small disk instead, until that is nearly or wholly full, and say what came of it.
"""

import itertools
import json
import os
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from app.capture.feed import CameraFeed
from app.capture.microphone import Microphone
from app.capture.recorder import Recorder
from app.desk import booth as booth_room
from app.desk import case_book
from app.desk import interview as interview_room
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.interview import InterviewRoom
from app.domain import flow
from app.domain.condition import Condition
from app.store.settings import Settings
from tests import case_facts as f
from tests.fault.desk_worker import open_desk
from tests.waiting import until

SEGMENT_S = 2.5  # short, so that kills meet segments in the act of closing


class Vision:
    """The worker process as far as recording asks it: a face in every picture."""

    def count_faces(self, frame) -> int:
        return 1

    def close(self) -> None:
        """No process."""


class Locator:
    def start(self) -> None:
        """No receiver."""

    stop = start


@contextmanager
def recording_desk(folder: Path, video: Path, sound: Path):
    """(book, interviews, booth) over ``folder``, opened and recovered as the program does it."""
    database, book, _ = open_desk(folder)
    with database:
        booth = Booth(CameraFeed(str(video), loop=True), Locator(), Microphone(f"file:{sound}"), Vision())
        interviews = InterviewRoom(book, booth, Settings(database))
        interviews.recover()
        yield book, interviews, booth


def case_at_interview(book: CaseBook) -> str:
    case_id = book.open_case().case.case_id
    front = f.card_side("front").model_copy(update={"portrait": book.keep(case_id, "id_card_portrait", "image/jpeg", b"x")})
    book.record(case_id, f.terms(), f.placed(), *f.consents(), front, f.card_side("back"), f.card(), f.liveness(),
                f.circumstances())
    return case_id


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(folder: Path, video: Path, sound: Path) -> None:
    booth_room.Recorder = partial(Recorder, segment_s=SEGMENT_S)
    with recording_desk(folder, video, sound) as (book, interviews, booth):
        booth.start()
        until(lambda: booth.feed.latest() is not None)
        case_id = case_at_interview(book)
        say("ready")
        say("case", case_id)
        interviews.start(case_id)
        booth.subscribe(lambda frame: say("frame", booth.recording.elapsed_ms))
        questions = itertools.cycle(q.code for q in flow.questions(book.load(case_id), book.pack(case_id)))
        while True:
            time.sleep(0.3)
            if booth.recording.rolling:
                view = interviews.mark(case_id, next(questions), "yes")
                say("mark", view.case.interviews[-1].marks[-1].at_ms)


def fill(folder: Path, video: Path, sound: Path, how: str) -> dict:
    """Record until the disk ends it; then make room, end it, and go through what is there."""
    case_book.CASE_BYTES = interview_room.RECORDING_BYTES = 1_000_000
    interview_room.ENDING_BYTES = 10_000_000 if how == "low" else 0
    with recording_desk(folder, video, sound) as (book, interviews, booth):
        booth.start()
        until(lambda: booth.feed.latest() is not None)
        case_id = case_at_interview(book)
        interviews.start(case_id)
        until(lambda: booth.recording.elapsed_ms > 1500)
        ballast = folder / "ballast"
        _stuff(ballast, book.vault.room() - 5_000_000 if how == "low" else 1 << 60)
        until(lambda: booth.recording.over)
        trouble, codes = booth.recording.trouble.code, [_code_of(interviews.finish, case_id)]
        if codes[-1] != "done":
            ballast.unlink()
            codes.append(_code_of(interviews.finish, case_id))
        interview = book.load(case_id).interviews[-1]
        segment, = interview.segments
        booth.stop()
        return {"trouble": trouble, "finish": codes, "kept_ms": segment.end_ms - segment.start_ms,
                "missing_ms": interview.ended.duration_ms - segment.end_ms, "bytes": len(book.vault.get(case_id, segment.file)),
                "spools": len(list(folder.rglob("*.spool")))}


def _stuff(ballast: Path, size: int) -> None:
    """Fill the disk with this many bytes, or with as many as it takes."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.tell() < size and file.write(bytes(min(1 << 16, size - file.tell()))):
                pass
        except OSError:
            pass


def _code_of(act, *args) -> str:
    try:
        act(*args)
    except Condition as condition:
        return condition.code
    return "done"


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:4]]
    if sys.argv[4:]:
        say("RESULT", json.dumps(fill(*paths, sys.argv[4])))
    else:
        main(*paths)
