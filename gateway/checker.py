"""The face checker as a process of its own: started when first needed, asked one thing at a time, ended when it troubles.

Pictures are hostile. What they may break is that process: it has a time limit here and a memory limit of its own, sees
none of the gateway's environment but what it needs to run, and whatever it says is read as hostile, too.
"""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import TypeVar

from pydantic import ValidationError

from app.domain.model import Model
from app.domain.recheck import ANSWER_MAX, Answer, Pictures, Ready

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "app.capture.recheck")
START_S = 60.0
ANSWER_S = 60.0
END_S = 5.0
TRIES = 2
ENVIRONMENT = frozenset((
    "PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "HOME", "TMPDIR",
    "XDG_DATA_HOME", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "NUMBER_OF_PROCESSORS"))

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class CheckerTrouble(Exception):
    """The checker gave no answer. ``code``: off, absent, crashed or late."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Checker:
    """``command`` starts the program; empty = there is none. ``answer_s`` seconds it may take for one case."""

    def __init__(self, command: tuple[str, ...], answer_s: float = ANSWER_S) -> None:
        self.command, self.answer_s = command, answer_s
        self._process: subprocess.Popen | None = None
        self._lock = Lock()
        self._closed = False

    def judge(self, pictures: Pictures) -> Answer:
        """Raises CheckerTrouble. A checker that dies over a case is started again once for it."""
        if not self.command:
            raise CheckerTrouble("off")
        for attempt in range(1, TRIES + 1):
            try:
                return self._ask(pictures)
            except CheckerTrouble as trouble:
                self.rest()
                log.warning("face checker: %s", trouble.code)
                if trouble.code == "absent" or attempt == TRIES or self._closed:
                    raise
        raise AssertionError("unreachable")

    def rest(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def close(self) -> None:
        self._closed = True
        self.rest()

    def _ask(self, pictures: Pictures) -> Answer:
        process = self._running()
        line = pictures.model_dump_json().encode() + b"\n"

        def exchange() -> Answer:
            process.stdin.write(line)
            process.stdin.flush()
            return _read(process, Answer)

        return _within(self.answer_s, exchange)

    def _running(self) -> subprocess.Popen:
        running = self._process  # close() may take it away at any time
        if running is not None and running.poll() is None:
            return running
        self.rest()
        process = _start(self.command)
        with self._lock:
            self._process = process
        if self._closed:
            self.rest()
            raise CheckerTrouble("absent")
        try:
            ready = _within(START_S, lambda: _read(process, Ready))
        except CheckerTrouble as trouble:
            raise CheckerTrouble("absent") from trouble
        limit = f"{ready.memory_mb} MB of memory" if ready.memory_mb else "no memory limit on this system"
        log.info("face checker ready: %s, pack %s, %s", ready.engine, ready.pack_sha256[:16], limit)
        return process


def _start(command: tuple[str, ...]) -> subprocess.Popen:
    environment = {name: value for name, value in os.environ.items() if name.upper() in ENVIRONMENT}
    options: dict = {"start_new_session": True}  # a group of its own: Ctrl-C is for the gateway, which then ends it
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, **options)
    except OSError as error:
        raise CheckerTrouble("absent") from error


def _read(process: subprocess.Popen, model: type[M]) -> M:
    line = process.stdout.readline(ANSWER_MAX)
    if not line.endswith(b"\n"):  # the end of the pipe, or more than any answer has
        raise CheckerTrouble("crashed")
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        raise CheckerTrouble("crashed") from error


def _within(seconds: float, act: Callable[[], T]) -> T:
    """What ``act`` gives; it may hang on a pipe, so it runs aside and is left behind when its time is over."""
    future: Future[T] = Future()
    Thread(target=_settle, args=(future, act), name="face-checker", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError as error:
        raise CheckerTrouble("late") from error
    except (OSError, ValueError) as error:  # the pipe broke, or was closed meanwhile
        raise CheckerTrouble("crashed") from error


def _settle(future: Future[T], act: Callable[[], T]) -> None:
    try:
        future.set_result(act())
    except Exception as error:  # noqa: BLE001 - raised where the answer is waited for
        future.set_exception(error)


def _end(process: subprocess.Popen) -> None:
    """By force, with what it may have started: there is nothing in it to lose."""
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("face checker had ended")
        except PermissionError:  # it runs as another user: the end of its input ends it
            log.warning("face checker runs as another user and is only asked to end")
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        log.warning("face checker %d does not end", process.pid)
        Thread(target=_close, args=(process,), name="face-checker", daemon=True).start()  # may wait for a reader
    else:
        _close(process)


def _close(process: subprocess.Popen) -> None:
    for pipe in (process.stdin, process.stdout):
        try:
            pipe.close()
        except OSError:  # what was still to be written finds no reader
            log.debug("face checker's pipe broke")
