"""Processes that are there at once, because what they need was imported before they were forked, and killed at any moment.

A thousand kills want a thousand processes; imported anew each would take longer to start than to work. On a system that
cannot fork they start the slow way.
"""

import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from tests.fault.kills import LIMIT_S

_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
if _FORKS:
    _CONTEXT.set_forkserver_preload(["tests.fault.case_worker"])
READY, DONE = "ready", "done"

Say = Callable[..., None]


@dataclass(frozen=True)
class Life:
    """What a process said before it ended, each time as a tuple of words; ``killed`` unless it came to its own end."""

    said: tuple[tuple[Any, ...], ...]
    killed: bool


class Forked:
    """``work(say, *arguments)`` in a process of its own, which may ``say`` things. Its end is ``life()``."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._ours, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_live, args=(theirs, work, arguments), daemon=True)
        self._process.start()
        theirs.close()
        self._said: list[tuple[Any, ...]] = []

    def hear(self) -> tuple[Any, ...] | None:
        """The next thing it says; None once it has ended. Raises what it died of, if that was not a kill."""
        try:
            words = self._ours.recv() if self._ours.poll(LIMIT_S) else (None, "it hangs")
        except (EOFError, OSError):  # a kill may come in the middle of a word
            return None
        if words[0] is None:
            self.kill()
            raise AssertionError(words[1])
        self._said.append(words)
        return words

    def kill(self) -> None:
        self._process.kill()

    def life(self, after_s: float | None = None) -> Life:
        """Hear it to its end; killed ``after_s`` seconds after it said ready, or by itself."""
        doom = None
        while (words := self.hear()) is not None:
            if words[0] == READY and after_s is not None:
                doom = threading.Timer(after_s, self.kill)
                doom.start()
        if doom:
            doom.cancel()
            doom.join()
        self._process.join()
        self._process.close()
        self._ours.close()
        return Life(tuple(self._said), self._said[-1:] != [(DONE,)])


def _live(line: Connection, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    try:
        work(lambda *words: line.send(words), *arguments)
        line.send((DONE,))
    except BaseException:  # noqa: BLE001 - raised where it is heard
        line.send((None, traceback.format_exc()))
        os._exit(1)
