"""Kill the program at any moment: the case stands where the screen last said saved, and the work list agrees."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fault.desk_worker import open_desk

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("DESK_KILLS", "6"))


@pytest.mark.timeout(240)
def test_killed_at_random_moments_a_case_stands_where_the_screen_last_said_saved(tmp_path):
    chance = random.Random(20261123)
    folder = tmp_path / "数据 folder"
    for _ in range(KILLS):
        last = run_and_kill(folder, chance.uniform(0.02, 0.5))
        database, book, desk = open_desk(folder)
        with database:
            for case_id, (events, head, step) in last.items():
                view = desk.view(case_id)
                assert view.case.events >= events
                journal = book.events(case_id)
                assert journal[events - 1].hash == head
                if view.case.events == events:
                    assert view.current == step
                line = book._summaries.get(case_id)
                assert (line.step, line.completeness) == (view.step(view.current).number, view.completeness)


def run_and_kill(folder: Path, after_s: float) -> dict[str, tuple[int, str, str]]:
    """Per case the last state that was said to be saved, in whole lines only."""
    process = subprocess.Popen([sys.executable, "-m", "tests.fault.desk_worker", str(folder)], cwd=ROOT,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(after_s)
    process.kill()
    said = process.stdout.read()
    process.wait()
    process.stdout.close()
    lines = [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return {case_id: (int(events), head, step) for case_id, events, head, step in lines}
