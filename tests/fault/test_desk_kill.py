"""Kill the program at any moment: the case stands where the screen last said saved, and the work list agrees."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.condition import Condition
from tests import case_facts as f
from tests.fault.desk_worker import open_desk
from tests.fault.kills import ROOT, killed

KILLS = int(os.environ.get("DESK_KILLS", "6"))


@pytest.mark.timeout(600)
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


def test_killing_the_program_in_mid_attempt_uses_the_attempt_up(tmp_path):
    """Whoever does not like the actions drawn cannot have others by pulling the plug for ever."""
    folder = tmp_path / "数据 folder"
    database, book, desk = open_desk(folder)
    with database:
        case_id = desk.open_case().case.case_id
        front = f.card_side("front").model_copy(update={"portrait": book.keep(case_id, "id_card_portrait", "image/jpeg", b"x")})
        book.record(case_id, f.terms(), f.placed(), *f.consents(), front, f.card_side("back"), f.card())
        allowed = book.pack(case_id).thresholds.liveness_attempts
    shown = [begin_and_kill(folder, case_id) for _ in range(allowed)]
    database, book, desk = open_desk(folder)
    with database:
        case = book.load(case_id)
        assert [begun.nonce for begun in case.liveness_begun] == shown
        assert (case.liveness_attempts, case.liveness_ended) == (allowed, {})
        with pytest.raises(Condition, match=r"liveness\.attempts_used"):
            desk.begin_liveness(case_id)


def begin_and_kill(folder: Path, case_id: str) -> str:
    """The nonce of an attempt that was shown and then killed with its program."""
    process = subprocess.Popen([sys.executable, "-m", "tests.fault.desk_worker", str(folder), case_id], cwd=ROOT,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    nonce = process.stdout.readline().strip()
    process.kill()
    process.communicate()
    return nonce


def run_and_kill(folder: Path, after_s: float) -> dict[str, tuple[int, str, str]]:
    """Per case the last state that was said to be saved."""
    lines = [line.split() for line in killed("tests.fault.desk_worker", folder, after_s=after_s)]
    return {case_id: (int(events), head, step) for case_id, events, head, step in lines}
