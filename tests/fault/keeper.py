"""Keeps a gateway running: whenever it is killed it starts again at once, at its old address."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.fault import gateway_worker
from tests.fault.forked import READY, Forked
from tests.gateway_process import Gateway
from tests.waiting import until

UP_S = 120.0


class Keeper:
    """``points`` are the crash points passed so far, ``kills`` the deaths, ``strikes`` the calls that failed instead; ``died``
    is called at each death before the restart; ``around`` gives what the next one's work is wrapped in, if anything."""

    def __init__(self, gateway: Gateway, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        gateway.address = f"http://127.0.0.1:{port}"
        self._arguments = ["serve", *gateway.places, "--port", str(port), "--bootstrap",
                           str(gateway.folder / "bootstrap.json"), *gateway.options]
        self._log = log
        self.points: list[str] = []
        self.kills = self.strikes = 0
        self.died: Callable[[], None] = lambda: None
        self.around: Callable[[], tuple[Any, ...]] = tuple
        self._process: Forked | None = None
        self._lock = threading.Lock()
        self._up, self._answered, self._obeyed, self._closing = threading.Event(), threading.Event(), False, False
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()

    def doom(self, point: str, at: int, number: int = 0) -> None:
        """The gateway of now dies when it next comes to ``point`` for the ``at``-th time, or with an error ``number`` meets
        that there; at 0 lives on. Where it dies before it has heard so, the next one is told."""
        self._obeyed = False
        while not self._obeyed:
            self.wait()
            self._answered.clear()
            if process := self._process:
                with suppress(OSError):  # it is dead, and that is not known here yet
                    process.tell(point, at, number)
                if not self._answered.wait(UP_S):
                    raise AssertionError("the gateway does not obey")

    def kill(self) -> None:
        with self._lock:
            if self._process:
                self._process.kill()

    @property
    def process_id(self) -> int:
        return self._process.process_id

    def restart(self) -> None:
        """Kill it, and wait for the next one."""
        kills = self.kills
        self.kill()
        until(lambda: self.kills > kills)
        self.wait()

    def wait(self) -> None:
        """Until it is up."""
        if not self._up.wait(UP_S):
            raise AssertionError("the gateway does not come up: " + self._log.read_text(encoding="utf-8")[-2000:])

    def close(self) -> None:
        self._closing = True
        while self._thread.is_alive():
            self.kill()
            self._thread.join(0.1)

    def _keep(self) -> None:
        while not self._closing:
            self._process = Forked(*self.around(), gateway_worker.work, self._arguments, self._log)
            while (words := self._process.hear()) is not None:
                self._hear(words)
            self._up.clear()
            with self._lock:
                self._process.bury()
                self._process = None
            self._answered.set()
            if not self._closing:
                self.kills += 1
                self.died()

    def _hear(self, words: tuple) -> None:
        match words:
            case ("point", name):
                self.points.append(name)
            case (gateway_worker.DOOMED,):
                self._obeyed = True
                self._answered.set()
            case (gateway_worker.STRUCK,):
                self.strikes += 1
            case (what,) if what == READY:
                self._up.set()
