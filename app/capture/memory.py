"""A ceiling, kept by the system itself, on what opening one file may take of this process's memory.

Linux counts what a process could write to (RLIMIT_DATA, since 4.7 private mappings too), Windows what is committed (a job's
ProcessMemoryLimit). It holds for every thread, so files are opened in the vision worker or a command, never in the window.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.capture import memory_windows
from app.domain.condition import Kind

ROOM_BYTES = 240_000_000
NO_MEMORY = -4  # cv2.Error.StsNoMem

TOO_HEAVY = Kind(
    "picture.too_heavy", zh="打开这个文件需要的内存过多，已停止。",
    zh_next="请用较低的分辨率另存为 JPEG，或用摄像头拍摄。",
    en="Opening this file takes too much memory; it was given up.",
    en_next="Save it as JPEG at a lower resolution, or use the camera.")


@contextmanager
def bounded() -> Iterator[None]:
    """While open, this process gets at most ``ROOM_BYTES`` more than it holds; one within another keeps the outer ceiling.
    Raises ``picture.too_heavy`` where more is asked for."""
    import cv2

    with memory_windows.ceiling(ROOM_BYTES) if sys.platform == "win32" else _ceiling(ROOM_BYTES):
        try:
            yield
        except MemoryError as error:
            raise TOO_HEAVY() from error
        except cv2.error as error:
            if error.code != NO_MEMORY:
                raise
            raise TOO_HEAVY() from error


@contextmanager
def _ceiling(room: int) -> Iterator[None]:
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    if before == resource.RLIM_INFINITY:
        _give_back()
        resource.setrlimit(resource.RLIMIT_DATA, (_writable() + room, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))
        if before == resource.RLIM_INFINITY:
            _give_back()


def _writable() -> int:
    """What the system counts of this process against the ceiling, in bytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmData:")) * 1024


def _give_back() -> None:
    """Return what is free within glibc's heap, 100 MB after a page was read; other C libraries do so by themselves."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
