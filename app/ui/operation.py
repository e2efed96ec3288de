"""The window's one way to do work: off its thread, one act after another, with failure and progress in one place.

    Operation(desk.seal, case_id).owned_by(page).then(page.refresh).failed(page.trouble).start()

A lane is one worker thread. Acts of the desk share the lane "desk" and so never overlap; waiting for a place or drawing
a document has its own. Callbacks run on the window's thread, and not at all once the owner is gone.
"""

import heapq
import logging
from collections.abc import Callable
from itertools import count
from threading import Condition as ThreadCondition
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from app.domain.condition import Condition, Kind
from app.domain.fault import described

log = logging.getLogger(__name__)
SLOW_MS = 300
LONG_MS = 2000
PROGRAM_FAULT = Kind(
    "program.fault",
    zh="程序在这一步出了意外（{kind}）。", zh_next="已保存的内容不受影响；请重试，仍不行请把编号告诉技术支持。",
    en="The program failed at this step ({kind}).",
    en_next="What was saved is safe. Try again; if it repeats, report this code.")


class Lane:
    """A worker thread with a queue: lower ``rank`` first, then first come, first served."""

    def __init__(self, name: str) -> None:
        self._jobs: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()
        self._wake = ThreadCondition()
        self._open = True
        self._thread = Thread(target=self._run, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def put(self, job: Callable[[], None], rank: int) -> None:
        with self._wake:
            if self._open:
                heapq.heappush(self._jobs, (rank, next(self._order), job))
                self._wake.notify()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Drop what has not begun, let the job under way finish. True where the thread ended in time."""
        with self._wake:
            self._open = False
            self._jobs.clear()
            self._wake.notify()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._open and not self._jobs:
                    self._wake.wait()
                if not self._open:
                    return
                _, _, job = heapq.heappop(self._jobs)
            job()
            del job


_lanes: dict[str, Lane] = {}
_under_way: set["Operation"] = set()


def shut_down(timeout_s: float = 5.0) -> bool:
    """Close every lane; what has not begun is dropped. True where all threads ended in time."""
    closed = [lane.close(timeout_s) for lane in _lanes.values()]
    _lanes.clear()
    for operation in list(_under_way):
        operation.forget()
    return all(closed)


def under_way() -> bool:
    """Whether any work that somebody still waits for has not ended."""
    return bool(_under_way)


class Operation(QObject):
    """One piece of work. ``slow`` fires after 300 ms, ``long`` after 2 s, ``ended`` in the end, come what may."""

    slow = Signal()
    long = Signal()
    ended = Signal()
    _finished = Signal(object, object)

    def __init__(self, fn: Callable[..., Any], *args: Any, lane: str = "desk", rank: int = 0) -> None:
        super().__init__()
        self._fn, self._args, self._lane, self._rank = fn, args, lane, rank
        self._then: Callable[[Any], None] | None = None
        self._failed: Callable[[Condition], None] | None = None
        self._owner: QObject | None = None
        self._finished.connect(self._finish)

    def then(self, callback: Callable[[Any], None]) -> "Operation":
        self._then = callback
        return self

    def failed(self, callback: Callable[[Condition], None]) -> "Operation":
        """``callback`` gets the Condition; a bug arrives as PROGRAM_FAULT and is logged without its values."""
        self._failed = callback
        return self

    def owned_by(self, owner: QObject) -> "Operation":
        self._owner = owner
        return self

    def start(self) -> "Operation":
        _under_way.add(self)
        for after, signal in ((SLOW_MS, self.slow), (LONG_MS, self.long)):
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda signal=signal: signal.emit() if self._wanted() else None)
            timer.start(after)
        if self._lane not in _lanes:
            _lanes[self._lane] = Lane(self._lane)
        _lanes[self._lane].put(self._work, self._rank)
        return self

    def forget(self) -> None:
        """No callback from now on."""
        self._then = self._failed = None
        _under_way.discard(self)

    def _wanted(self) -> bool:
        """Nobody is told anything once the owner is gone."""
        return self._owner is None or isValid(self._owner)

    def _work(self) -> None:
        try:
            result, error = self._fn(*self._args), None
        except Exception as trouble:  # noqa: BLE001 - the one place where bugs of every act are caught and named
            result, error = None, trouble
        if isValid(self):
            self._finished.emit(result, error)

    def _finish(self, result: Any, error: Exception | None) -> None:
        then, failed = self._then, self._failed
        self.forget()
        for timer in self.findChildren(QTimer):
            timer.stop()
        if self._wanted():
            self.ended.emit()
            if error is None:
                if then:
                    then(result)
            else:
                self._report(error, failed)
        self.deleteLater()

    def _report(self, error: Exception, failed: Callable[[Condition], None] | None) -> None:
        condition = error if isinstance(error, Condition) else _fault(error)
        if failed:
            failed(condition)
        else:
            log.warning("nobody shows condition %s", condition.code)


def _fault(error: Exception) -> Condition:
    """A bug, logged as kind and places only: its message may hold personal data."""
    log.error("an act failed unexpectedly: %s", described(error))
    return PROGRAM_FAULT(kind=type(error).__name__)
