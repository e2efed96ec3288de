"""A process that keeps a case is killed at random moments and at named points. What it confirmed must be there.

``STORE_KILLS`` sets how many seeds are run (two kills each); a failing seed is in the test's name.
"""

import os
import random
import subprocess
import sys
import threading
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from app.domain.condition import Condition
from app.store import layout
from app.store.migrations import MIGRATIONS
from tests.fault.store_worker import CRASH_ACT, CRASH_POINTS, PLANTED, SLOW_STEP, Opened

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("STORE_KILLS", "20"))
LONGEST_S = 0.4


class Process:
    """The worker with its standard output read as it comes, so that a full pipe never holds it up."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, str(Path(__file__).with_name("store_worker.py")), *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        self.popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                                      text=True, encoding="utf-8")
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.ready = threading.Event()
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read(self) -> None:
        for line in self.popen.stdout:
            if line.endswith("\n"):  # a line cut short by the kill confirmed nothing
                self.lines.append(line.strip())
            self.ready.set()
        self.ready.set()

    def _read_errors(self) -> None:
        self.errors.extend(self.popen.stderr)

    def kill_after(self, seconds: float) -> None:
        assert self.ready.wait(60), "the worker did not start"
        threading.Event().wait(seconds)
        self.popen.kill()
        self.finish()

    def finish(self) -> None:
        try:
            self.popen.wait(60)
        finally:
            self.popen.kill()
            for reader in self._readers:
                reader.join()
            self.popen.stdout.close()
            self.popen.stderr.close()
        assert not self.errors, "".join(self.errors)

    def confirmed(self) -> list[tuple[int, str]]:
        return [(int(seq), sha) for word, seq, sha in (line.split() for line in self.lines if line.startswith("ACK"))]


@contextmanager
def restarted(folder: Path, key_file: Path, **named):
    store = Opened(folder, key_file, **named)
    try:
        yield store
    finally:
        store.database.close()


def case_files(folder: Path, case_id: str) -> list[Path]:
    return sorted((folder / layout.CASES / case_id).glob("*"))


def check_before_recovery(folder: Path, case_id: str) -> None:
    for path in case_files(folder, case_id):
        if path.suffix == ".age":
            assert sha256(path.read_bytes()).hexdigest() == path.stem, "a half file under a final name"
    for path in folder.rglob("*"):
        assert not path.is_file() or PLANTED.encode() not in path.read_bytes(), f"plain text in {path.name}"


def check_after_recovery(store: Opened, case_id: str, confirmed: list[tuple[int, str]]) -> None:
    events = store.journal.events(case_id)
    hashes = {event.seq: event.hash for event in events}
    assert store.journal.verify(case_id) is None
    assert all(hashes.get(seq) == sha for seq, sha in confirmed), "a confirmed act is gone"
    assert len(events) % 2 == 0, "half an act"
    assert len(events) - (confirmed[-1][0] if confirmed else 0) in (0, 2), "more than the act in flight"
    photos = [event.fact for event in events if event.fact.kind == "second_person_verified"]
    for fact in photos:
        assert sha256(store.vault.get(case_id, fact.photo)).hexdigest() == fact.statement
    assert {path.name for path in case_files(store.folder, case_id)} == {f"{f.photo.cipher_sha256}.age" for f in photos}
    row = store.summaries.get(case_id)
    assert (row.stage if row else "0") == str(len(events)), "the work list disagrees with the journal"


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_killed_at_a_random_moment(tmp_path, seed):
    rng = random.Random(seed)
    folder, key_file = tmp_path / "面签 数据", tmp_path / "keys"
    confirmed: list[tuple[int, str]] = []
    for kill in range(2):
        process = Process("work", folder, key_file, "case-1", f"{seed}-{kill}")
        process.kill_after(rng.uniform(0, LONGEST_S))
        confirmed += process.confirmed()
        check_before_recovery(folder, "case-1")
        with restarted(folder, key_file) as store:
            store.recover()
            check_after_recovery(store, "case-1", confirmed)
            again = store.recover()
            assert (again.unconfirmed, again.destroyed) == (0, 0)
            head = store.journal.head("case-1")
            confirmed = [head] if head[0] else []


# point -> (files that recovery removes, acts that count after it)
EXPECTED = {
    "temp-half": (1, CRASH_ACT - 1), "temp-written": (1, CRASH_ACT - 1), "renamed": (1, CRASH_ACT - 1),
    "stored": (1, CRASH_ACT - 1), "in-transaction": (1, CRASH_ACT - 1), "committed": (0, CRASH_ACT),
}


@pytest.mark.parametrize("point", EXPECTED)
def test_killed_at_a_named_point(tmp_path, point):
    folder, key_file = tmp_path / "面签 数据", tmp_path / "keys"
    process = Process("work", folder, key_file, "case-1", 1, point)
    process.finish()
    assert process.popen.returncode != 0
    assert len(process.confirmed()) == CRASH_ACT - 1
    check_before_recovery(folder, "case-1")
    removed, acts = EXPECTED[point]
    with restarted(folder, key_file) as store:
        assert store.recover().unconfirmed == removed
        check_after_recovery(store, "case-1", process.confirmed())
        assert store.journal.head("case-1")[0] == acts * 2
        store.act("case-1", b"goes on")


def test_killed_while_destroying_a_case(tmp_path):
    folder, key_file = tmp_path / "面签 数据", tmp_path / "keys"
    Process("work", folder, key_file, "case-1", 1, "destroying").finish()
    assert len(case_files(folder, "case-1")) == CRASH_ACT - 1
    with restarted(folder, key_file) as store:
        assert store.vault.destroyed("case-1")
        assert store.recover().destroyed == CRASH_ACT - 1
        assert store.recover().destroyed == 0
        assert case_files(folder, "case-1") == []
        assert store.journal.verify("case-1") is None


def test_every_named_point_is_tested():
    assert set(CRASH_POINTS) == {*EXPECTED, "destroying"}


@pytest.mark.parametrize("seed", range(1, 7))
def test_killed_while_migrating(tmp_path, seed):
    folder, key_file = tmp_path / "面签 数据", tmp_path / "keys"
    with restarted(folder, key_file) as store:
        for _ in range(3):
            store.act("case-1", b"before the migration")
        before = store.journal.events("case-1")
    process = Process("migrate", folder, key_file, "-", seed)
    process.kill_after(random.Random(seed).uniform(0.02, 0.7))
    with restarted(folder, key_file, migrations=(*MIGRATIONS, SLOW_STEP)) as store:
        assert store.journal.events("case-1") == before
        with store.database.reading() as tables:
            assert tables.execute("SELECT count(*) FROM later").fetchone()[0] == 200_000
            assert tables.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1
    copies = list(folder.glob(layout.COPY_GLOB))
    assert len(copies) == 1
    copies[0].replace(folder / layout.DATABASE)
    with restarted(folder, key_file) as store:
        assert store.journal.events("case-1") == before


def test_killed_holding_the_lock_leaves_it_free(tmp_path):
    folder, key_file = tmp_path / "面签 数据", tmp_path / "keys"
    process = Process("work", folder, key_file, "case-1", 1)
    assert process.ready.wait(60)
    with pytest.raises(Condition) as raised:
        Opened(folder, key_file)
    process.kill_after(0)
    assert raised.value.code == "store.in_use"
    Opened(folder, key_file).database.close()
