"""Turns at what only one may do at a time, be the others coroutines, threads, processes or instances on other machines.

A turn is a lock on a file in the folder that all instances share; the operating system takes it back when its holder dies.
"""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout

POLL_S = 0.05


class Turn:
    """One wish for a turn at ``name``, which may be anything: the file is called by its hash."""

    def __init__(self, folder: Path, name: str) -> None:
        path = folder / sha256(name.encode()).hexdigest()[:32]
        self._lock = FileLock(path.with_suffix(".lock"), thread_local=False)
        self._wanted = path.with_suffix(".wanted")

    def take(self) -> bool:
        """Whether it is ours now; does not wait."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        self._wanted.unlink(missing_ok=True)
        return True

    def ask(self) -> bool:
        """``take``, or let the holder know that somebody waits."""
        if self.take():
            return True
        self._wanted.touch()
        return False

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for the turn that we hold."""
        return self._wanted.exists()

    def give_back(self) -> None:
        self._lock.release()

    def forget(self) -> None:
        """There will never again be anything to do under this name."""
        for path in (self._wanted, Path(self._lock.lock_file)):
            with contextlib.suppress(PermissionError):  # Windows removes no open file
                path.unlink(missing_ok=True)


class Turns:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def at(self, name: str) -> Turn:
        return Turn(self._folder, name)

    def forget(self, name: str) -> None:
        self.at(name).forget()

    @contextmanager
    def waiting(self, name: str, stopping: Event) -> Iterator[bool]:
        """Wait for a turn; gives False where ``stopping`` was set before it came."""
        turn = self.at(name)
        while not (taken := turn.take()) and not stopping.wait(POLL_S * 10):
            pass
        try:
            yield taken
        finally:
            if taken:
                turn.give_back()
