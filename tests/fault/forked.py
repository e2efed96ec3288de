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
    _CONTEXT.set_forkserver_preload(["tests.fault.case_worker", "tests.fault.disk_worker", "tests.fault.gateway_worker"])
READY, DONE = "ready", "done"



class Line:
    """The worker's end of what joins it to the test."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._one = threading.Lock()

    def say(self, *words: Any) -> None:
        with self._one:
            self._connection.send(words)

    def told(self) -> tuple[Any, ...]:
        """What ``Forked.tell`` told next; waits for it."""
        return self._connection.recv()


@dataclass(frozen=True)
class Life:
    """What a process said before it ended, each time as a tuple of words; ``killed`` unless it came to its own end."""

    said: tuple[tuple[Any, ...], ...]
    killed: bool


class Forked:
    """``work(line, *arguments)`` in a process of its own. Its end is ``life()``."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._ours, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_live, args=(theirs, work, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def hear(self, within_s: float | None = None) -> tuple[Any, ...] | None:
        """The next thing it says; None once it has ended. Raises what it died of, if that was not a kill, and its silence."""
        try:
            words = self._ours.recv() if self._ours.poll(within_s) else (None, "it hangs")
        except (EOFError, OSError):  # a kill may come in the middle of a word
            return None
        if words[0] is None:
            self.kill()
            raise AssertionError(words[1])
        return words

    def tell(self, *words: Any) -> None:
        self._ours.send(words)

    @property
    def process_id(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def life(self, after_s: float | None = None) -> Life:
        """Hear it to its end; killed ``after_s`` seconds after it said ready, or by itself."""
        doom, said = threading.Timer(after_s or 0, self.kill), []
        while (words := self.hear(LIMIT_S)) is not None:
            said.append(words)
            if words == (READY,) and after_s is not None:
                doom.start()
        doom.cancel()
        self.bury()
        return Life(tuple(said), said[-1:] != [(DONE,)])

    def bury(self) -> None:
        """Wait for its end and let go of what is left of it."""
        self._process.join()
        self._process.close()
        self._ours.close()


def _live(connection: Connection, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    try:
        work(Line(connection), *arguments)
        connection.send((DONE,))
    except BaseException:  # noqa: BLE001 - raised where it is heard
        connection.send((None, traceback.format_exc()))
        os._exit(1)
