"""How far the database has come, noted beside it, so that one which lost its log or was put back is not taken for today's."""

import contextlib
from pathlib import Path


class Witness:
    """The database's shape and number of commits in a small file. It is written after each commit and never forced to the
    disk, so it may lag behind the database, and never runs ahead of it. ``fresh``: it was not there; whoever wants an older
    database removes it. Raises OSError where it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self.fresh = not path.exists()
        self._file = open(path, "x+b" if self.fresh else "r+b", buffering=0)  # noqa: SIM115 - closed by close()

    def read(self) -> tuple[int, int]:
        """(version, commits); zeros where nothing was noted."""
        self._file.seek(0)
        words = self._file.read().split()
        return (int(words[0]), int(words[1])) if len(words) == 2 and all(map(bytes.isdigit, words)) else (0, 0)

    def note(self, version: int, commits: int) -> None:
        """A note that is not written leaves an older one, which does no harm: so trouble here is none."""
        with contextlib.suppress(OSError):
            self._file.seek(0)
            self._file.write(f"{version:08d} {commits:012d}\n".encode())

    def close(self) -> None:
        self._file.close()
