"""Peak memory and processor time of a process while a block runs."""

import threading
import time
from types import TracebackType

import psutil


class Meter:
    """``rise_mb``: highest resident memory above that at the block's start; ``cpu_s``: user and system; ``seconds`` of all."""

    def __init__(self, pid: int) -> None:
        self._process, self._done = psutil.Process(pid), threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._highest = 0

    def __enter__(self) -> "Meter":
        self._start, self._cpu, self._began = self._process.memory_info().rss, self._busy(), time.perf_counter()
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu_s = self._busy() - self._cpu
        self._done.set()
        self._watcher.join()
        self.rise_mb = max(0, self._highest - self._start) / 1e6

    def _busy(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self._highest = max(self._highest, self._process.memory_info().rss)
