"""The ceiling on this process's memory on Windows: a job object of its own whose limit is put up and taken away.

Calls, constants and structures are from Microsoft's documentation of jobapi2.h, winnt.h and psapi.h. The tests run it
against an imitation of kernel32; on Windows itself it has not been run yet.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import Structure, byref, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, sizeof
from functools import cache
from typing import Any

EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
PROCESS_MEMORY = 0x100  # JOB_OBJECT_LIMIT_PROCESS_MEMORY


class Limits(Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [("process_time", c_int64), ("job_time", c_int64), ("flags", c_uint32), ("least_working_set", c_size_t),
                ("most_working_set", c_size_t), ("most_processes", c_uint32), ("affinity", c_size_t),
                ("priority", c_uint32), ("scheduling", c_uint32), ("io", c_uint64 * 6), ("process_memory", c_size_t),
                ("job_memory", c_size_t), ("peak_process_memory", c_size_t), ("peak_job_memory", c_size_t)]


class Counters(Structure):
    """PROCESS_MEMORY_COUNTERS; ``committed`` is PagefileUsage."""

    _fields_ = [("size", c_uint32), ("faults", c_uint32), ("working", c_size_t * 2), ("pools", c_size_t * 4),
                ("committed", c_size_t), ("peak_committed", c_size_t)]


@contextmanager
def ceiling(room: int, kernel: Any = None) -> Iterator[None]:
    """While open, this process commits at most ``room`` bytes more; one within another keeps the outer ceiling. Raises
    OSError where the system refuses."""
    job = _job(kernel)
    before = job.limit
    if before is None:
        job.hold(job.committed() + room)
    try:
        yield
    finally:
        job.hold(before)


class Job:
    """The job object this process is in for good; ``limit`` in bytes, None where there is none now."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel = kernel or ctypes.windll.kernel32
        self.limit: int | None = None
        kernel.GetCurrentProcess.restype = kernel.CreateJobObjectW.restype = c_void_p
        self._process = c_void_p(kernel.GetCurrentProcess())
        self._handle = c_void_p(kernel.CreateJobObjectW(None, None))
        _good(self._handle.value)
        _good(kernel.AssignProcessToJobObject(self._handle, self._process))

    def hold(self, limit: int | None) -> None:
        limits = Limits() if limit is None else Limits(flags=PROCESS_MEMORY, process_memory=limit)
        _good(self._kernel.SetInformationJobObject(self._handle, EXTENDED_LIMITS, byref(limits), sizeof(limits)))
        self.limit = limit

    def committed(self) -> int:
        counters = Counters(size=sizeof(Counters))
        _good(self._kernel.K32GetProcessMemoryInfo(self._process, byref(counters), sizeof(counters)))
        return counters.committed


_job = cache(Job)


def _good(done: int | None) -> None:
    if not done:
        raise OSError("Windows refused the memory limit")
