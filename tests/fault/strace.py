"""What a process does to the files of one folder, call by call, as strace sees it; and calls of it that are made to fail."""

import ctypes
import os
import pickle
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fault.forked import Line
from tests.fault.verdict import NotRun
from tests.waiting import until

_CALLS = "openat,write,pwrite64,ftruncate,lseek,fsync,fdatasync,rename,unlink,mkdir,rmdir"
_ANYBODY = 0x59616D61, -1  # prctl's PR_SET_PTRACER, PR_SET_PTRACER_ANY: so that a child may watch its parent
_BEFORE, _TRACE, _WHO = "before", "trace", "who"
_WHOLE = re.compile(rb"(\d+) +(\w+)\((.*)\) += (-?\d+)(.*)")
_BEGUN = re.compile(rb"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
_ENDED = re.compile(rb"(\d+) +<\.\.\. \w+ resumed>(.*)\) += (-?\d+)(.*)")
_HANDLE = re.compile(rb"(\d+)<([^>]*)>")
_TEXT = re.compile(rb'"([^"]*)"')
_LONGEST = 1 << 28
_LAST = 200


@dataclass(frozen=True)
class Call:
    """One call and what came of it. ``begun`` and ``ended`` are its places among all that began or ended; a call that was never
    answered is not told."""

    begun: int
    ended: int
    name: str
    arguments: bytes
    answer: int

    @property
    def handle(self) -> int:
        return int(_HANDLE.match(self.arguments).group(1))

    @property
    def path(self) -> str:
        """Of the open file that it is about, or the first that it names."""
        found = _HANDLE.match(self.arguments)
        return os.fsdecode(_plain(found.group(2))) if found else self.paths[0]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(os.fsdecode(_plain(text)) for text in _TEXT.findall(self.arguments))

    @property
    def data(self) -> bytes:
        """Of it, as much as was written."""
        return _plain(_TEXT.search(self.arguments).group(1))[:self.answer]

    @property
    def last(self) -> int:
        """Its last argument: an offset or a size."""
        return int(self.arguments.rpartition(b",")[2])

    @property
    def said(self) -> tuple | None:
        """What the process told ``forked.Forked`` by it."""
        if self.name != "write" or not self.path.startswith("socket:"):
            return None
        return pickle.loads(self.data[4:])  # our own, as multiprocessing sends them


def require() -> None:
    """Raises NotRun where no process can be watched."""
    if shutil.which("strace") is None or subprocess.run(["strace", "-qo", os.devnull, "true"], check=False).returncode:
        raise NotRun("there is no strace here, or it may watch nothing")


def watch(folder: Path, into: Path, *faults: str) -> None:
    """From now on and until it ends, note in ``into`` all that this process does in ``folder``, beginning with a copy of it.
    ``faults`` are strace's own words for calls that fail, as ``fsync:error=EIO:when=3``."""
    into.mkdir(parents=True)
    shutil.copytree(folder, into / _BEFORE)
    ctypes.CDLL(None).prctl(*_ANYBODY, 0, 0, 0)
    _attached(os.getpid(), into / _TRACE, "-y", "-xx", "-s", str(_LONGEST), "-e", "trace=" + _CALLS, *_injected(faults))
    (into / _WHO).write_text(str(os.getpid()))


def watched(line: Line, folder: Path, into: Path, faults: tuple[str, ...], work: Callable[..., None], *arguments: Any) -> None:
    """``work(line, *arguments)``, watched."""
    watch(folder, into, *faults)
    work(line, *arguments)


@contextmanager
def failing(process: int, into: Path, *faults: str) -> Iterator[None]:
    """Inside, calls of a process fail as ``faults`` say."""
    strace = _attached(process, into / _TRACE, *_injected(faults))
    try:
        yield
    finally:
        strace.terminate()
        strace.wait()


def _attached(process: int, noted: Path, *options: str) -> subprocess.Popen:
    strace = subprocess.Popen(["strace", "-f", "-q", "-o", noted, *options, "-p", str(process)])
    until(lambda: "TracerPid:\t0" not in Path(f"/proc/{process}/status").read_text())
    return strace


def _injected(faults: tuple[str, ...]) -> Iterator[str]:
    return (word for fault in faults for word in ("-e", "inject=" + fault))


def before(into: Path) -> Path:
    """The folder as it was when the watch began."""
    return into / _BEFORE


def calls(into: Path) -> Iterator[Call]:
    """All that were answered, in the order of their answers; waits for the end of who was watched."""
    who = (into / _WHO).read_bytes()
    lines = until(lambda: _over((into / _TRACE).read_bytes().splitlines(), who))
    begun: dict[bytes, tuple[int, bytes, bytes]] = {}
    for number, line in enumerate(lines):
        if found := _WHOLE.fullmatch(line):
            _, name, arguments, answer, _ = found.groups()
            yield Call(number, number, name.decode(), arguments, int(answer))
        elif found := _BEGUN.fullmatch(line):
            begun[found.group(1)] = number, *found.groups()[1:]
        elif found := _ENDED.fullmatch(line):
            at, name, arguments = begun.pop(found.group(1))
            yield Call(at, number, name.decode(), arguments + found.group(2), int(found.group(3)))


def struck(into: Path) -> int:
    """How many calls were made to fail."""
    return (into / _TRACE).read_bytes().count(b"(INJECTED)")


def _over(lines: list[bytes], who: bytes) -> list[bytes]:
    """The lines, once one of the last of them says the end of ``who``."""
    return lines if [who, b"+++"] in [line.split(maxsplit=2)[:2] for line in lines[-_LAST:]] else []


def _plain(text: bytes) -> bytes:
    return bytes.fromhex(text.replace(b"\\x", b"").decode()) if text.startswith(b"\\x") else text
