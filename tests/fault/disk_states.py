"""The disks that a power cut may leave, of what a process was seen to do to a folder.

What was forced to the disk is there: the bytes of a file by its own fsync, the names of a folder by the folder's. Of the rest
anything may be there and anything not, in any order, and of a piece of data a part. A rename is there or not, never
half. What an fsync that failed should have forced stays open for ever: the next that succeeds may have forgotten it.
"""

import math
import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath

from tests.fault import strace
from tests.fault.disk_steps import Bytes, Choice, Names, Step, everything
from tests.fault.strace import Call

_NEVER = math.nan  # later than everything, and forced no more
_SHARED_MEMORY = "-shm"  # SQLite's: mapped, never read after a crash


@dataclass
class _Done:
    """A step, when its call had ended, the moment at which it was done, and that from which it is there for good."""

    step: Step
    ended: int
    at: int
    forced: float = math.inf


class History:
    """What a process did, read from ``strace.watch``'s notes. ``moments`` counts the steps, the times something was forced to
    the disk and what was said; a power cut may come after each. ``said`` is (moment, words)."""

    def __init__(self, folder: Path, into: Path) -> None:
        self._root, self._before = os.path.realpath(folder), strace.before(into)
        self._numbers, self._offsets = count(1), {}
        self._folders, self._first = {0}, {}
        self._names: dict[tuple[int, str], int] = {}
        self._done: list[_Done] = []
        self.moments = 0
        self.said: list[tuple[int, tuple]] = []
        self._read_before(0, self._before)
        self._base = dict(self._names)
        for call in strace.calls(into):
            self._take(call)

    def words(self, moment: int) -> list[tuple]:
        """What the process had said by then."""
        return [words for at, words in self.said if at <= moment]

    def disk(self, moment: int, choice: Choice, folder: Path) -> None:
        """Make ``folder``, which is not there, one that a power cut at this moment may leave; readable by its owner alone."""
        names, contents = dict(self._base), {}
        for done in self._done:
            if done.at > moment:
                break
            for part in (done.step,) if done.forced <= moment else choice(done.step):
                if isinstance(part, Names):
                    names.update({(parent, name): file for parent, name, file in part.entries})
                else:
                    _write(contents.setdefault(part.file, bytearray(self._content(part.file))), part)
        self._make(0, names, contents, folder)

    def require_whole(self, folder: Path) -> None:
        """Fails where what was seen is not all that was done: with all of it the folder is as it was left. Uses a ``folder``
        that is not there."""
        self.disk(self.moments, everything, folder)
        assert _files(folder) == _files(Path(self._root))

    def _make(self, number: int, names: dict, contents: dict[int, bytearray], folder: Path) -> None:
        folder.mkdir(mode=0o700)
        for (parent, name), file in names.items():
            if parent != number or file is None:
                continue
            if file in self._folders:
                self._make(file, names, contents, folder / name)
            elif not name.endswith(_SHARED_MEMORY):
                (folder / name).touch(0o600)
                (folder / name).write_bytes(contents[file] if file in contents else self._content(file))

    def _content(self, file: int) -> bytes:
        return self._first[file].read_bytes() if file in self._first else b""

    def _read_before(self, number: int, folder: Path) -> None:
        for path in folder.iterdir():
            file = self._names[number, path.name] = next(self._numbers)
            if path.is_dir():
                self._folders.add(file)
                self._read_before(file, path)
            else:
                self._first[file] = path

    def _take(self, call: Call) -> None:
        if call.said:
            self.moments += 1
            self.said.append((self.moments, call.said))
        elif call.name in ("fsync", "fdatasync"):
            self._force(call)
        elif call.answer >= 0 and (call.name == "openat" or self._place(call.path)):
            getattr(self, f"_{call.name}")(call)

    def _force(self, call: Call) -> None:
        file = self._file(call.path)
        self.moments += 1
        for done in self._done:
            if done.step.file == file and done.ended < call.begun and done.forced == math.inf:
                done.forced = _NEVER if call.answer else self.moments

    def _openat(self, call: Call) -> None:
        path = call.paths[0]
        if not (place := self._place(path)):
            return
        if place not in self._names:
            self._step(call, Names(place[0], ((*place, next(self._numbers)),)))
        elif b"O_TRUNC" in call.arguments:
            self._step(call, Bytes(self._names[place], 0, None))
        self._offsets[call.answer] = 0

    def _write(self, call: Call) -> None:
        self._step(call, Bytes(self._file(call.path), self._offsets[call.handle], call.data))
        self._offsets[call.handle] += call.answer

    def _lseek(self, call: Call) -> None:
        self._offsets[call.handle] = call.answer

    def _pwrite64(self, call: Call) -> None:
        self._step(call, Bytes(self._file(call.path), call.last, call.data))

    def _ftruncate(self, call: Call) -> None:
        self._step(call, Bytes(self._file(call.path), call.last, None))

    def _rename(self, call: Call) -> None:
        old, new = map(self._place, call.paths)
        self._step(call, Names(new[0], ((*old, None), (*new, self._names[old]))))

    def _unlink(self, call: Call) -> None:
        place = self._place(call.path)
        self._step(call, Names(place[0], ((*place, None),)))

    _rmdir = _unlink

    def _mkdir(self, call: Call) -> None:
        place, file = self._place(call.path), next(self._numbers)
        self._folders.add(file)
        self._step(call, Names(place[0], ((*place, file),)))

    def _step(self, call: Call, step: Step) -> None:
        self.moments += 1
        self._done.append(_Done(step, call.ended, self.moments))
        for parent, name, file in step.entries if isinstance(step, Names) else ():
            if file is None:
                del self._names[parent, name]
            else:
                self._names[parent, name] = file

    def _place(self, path: str) -> tuple[int, str] | None:
        """(folder, name) of a path; None where it is elsewhere."""
        if not path.startswith(self._root + os.sep):
            return None
        *folders, name = PurePath(path).relative_to(self._root).parts
        parent = 0
        for each in folders:
            parent = self._names[parent, each]
        return parent, name

    def _file(self, path: str) -> int | None:
        place = self._place(path)
        return self._names[place] if place else 0 if path == self._root else None


def _files(folder: Path) -> dict[PurePath, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and not path.name.endswith(_SHARED_MEMORY)}


def _write(content: bytearray, step: Bytes) -> None:
    if step.data is None:
        del content[step.at:]
    content.extend(bytes(max(0, step.at - len(content))))
    content[step.at:step.at + len(step.data or b"")] = step.data or b""
