"""Killing a working process from outside or from within: at a random moment, or at a chosen durable step.

A worker prints ``ready`` and then one line for each act where the screen would say saved. ``Doom`` counts what it does to the
disk and to the journal, so that a test can choose the very step at which it dies.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from app.store.disk import Disk
from app.store.journal import Journal

LIMIT_S = 60
ROOT = Path(__file__).resolve().parents[2]


def die() -> None:
    """As abruptly as the system allows: no handler, no flush, no exit code of ours."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


class Doom:
    """Dies at durable step number ``at``, counted from 1 once ``armed``; 0 lives for ever. With a ``point`` only steps of
    that name count, which begin with the ``phase`` they come in; ``passed`` hears the name of each.
    """

    def __init__(self, at: int = 0, point: str = "", passed: Callable[[str], None] | None = None) -> None:
        self._passed = passed
        self.armed = False
        self.phase = ""
        self.doom(at, point)

    def doom(self, at: int, point: str = "", fate: Callable[[], None] = die) -> None:
        """From now on, die as said above, or meet another fate."""
        self._left, self._point, self._fate = at, point, fate

    def step(self, name: str = "") -> None:
        """One more durable step is done, or half done."""
        if not self.armed:
            return
        name = f"{self.phase} {name}".strip()
        if self._passed:
            self._passed(name)
        if self._left and self._point in ("", name):
            self._left -= 1
            if not self._left:
                self._fate()


class DoomedDisk(Disk):
    """Three steps a file: half of it written, all of it under a temporary name, its own name. Two to remove one."""

    def __init__(self, doom: Doom) -> None:
        self._doom = doom

    def spill(self, temp: Path, data: bytes) -> None:
        if self._doom.armed:
            temp.write_bytes(data[: len(data) // 2])
            self._doom.step("half")
            temp.unlink()
        super().spill(temp, data)
        self._doom.step("written")

    def rename(self, temp: Path, path: Path) -> None:
        super().rename(temp, path)
        self._doom.step("renamed")

    def remove(self, path: Path) -> bool:
        self._doom.step("removing")
        was_there = super().remove(path)
        self._doom.step("removed")
        return was_there


class DoomedJournal(Journal):
    """Two steps an act: inside its transaction, and right after it."""

    def __init__(self, database, clock, doom: Doom) -> None:
        super().__init__(database, clock)
        self._doom = doom

    def append(self, case_id, *new, actor, also=None):
        def along(tables) -> None:
            if also:
                also(tables)
            self._doom.step("in transaction")

        events = super().append(case_id, *new, actor=actor, also=along)
        self._doom.step("committed")
        return events


def killed(module: str, *arguments: object, after_s: float | None = None, **environment: str) -> list[str]:
    """Run ``python -m module arguments`` and kill it ``after_s`` seconds after it said ready; None lets it end by itself.

    The whole lines that it said after that: what was confirmed. ``environment`` is added to ours.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as trouble, subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, stderr=trouble,
            encoding="utf-8", env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment) as process:
        ready = process.stdout.readline()
        limit = threading.Timer(LIMIT_S if after_s is None else after_s, process.kill)
        limit.start()
        said = process.stdout.read()  # not communicate, which forgets what came together with the first line
        limit.cancel()
        process.wait()
        trouble.seek(0)
        errors = trouble.read()
    assert ready == "ready\n", errors
    assert not errors, errors
    return [line for line in said.splitlines(keepends=True) if line.endswith("\n")]
