"""A gateway in a process of its own that dies at the ``at``-th time it comes to a ``point``, as it is told while it serves."""

import contextlib
import io
import os
import threading
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import serve
from tests.fault.crash_points import asked
from tests.fault.forked import READY, Line
from tests.fault.kills import Doom, die

DOOMED, STRUCK = "doomed", "struck"
THREADS = ("commit", "face-checks", "housekeeping")
_asked: ContextVar[str] = ContextVar("asked", default="")


def work(line: Line, arguments: list[str], log: Path) -> None:
    """Says ``ready`` once it listens and ``(point, name)`` at each point. Told ``(point, at, errno)`` it says
    ``doomed``; with an errno other than 0 that call fails instead of killing it, and it says ``struck``."""
    doom = Doom(passed=lambda name: line.say("point", name))
    doom.armed = True
    _into_gateway(doom)
    threading.Thread(target=_obey, args=(line, doom), daemon=True).start()
    with log.open("a", encoding="utf-8") as trouble, contextlib.redirect_stderr(trouble), \
            contextlib.redirect_stdout(_Told(line)):
        serve.main(arguments)


class _Told(io.TextIOBase):
    """Standard output, on which the gateway says where it listens."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def write(self, text: str) -> int:
        if text.startswith("listening"):
            self._line.say(READY)
        return len(text)


def _obey(line: Line, doom: Doom) -> None:
    """Until whoever tells it is gone, and then it ends, too."""
    try:
        while True:
            point, at, number = line.told()
            doom.doom(at, point, partial(_fail, line, number) if number else die)
            line.say(DOOMED)
    except (EOFError, OSError):
        die()


def _fail(line: Line, number: int) -> None:
    line.say(STRUCK)
    raise OSError(number, os.strerror(number))


def _into_gateway(doom: Doom) -> None:
    """Before and after each fsync, rename and commit, at each piece received, before and after each answer."""
    def step(name: str) -> None:
        doom.step(f"{_place()} {name}")

    fsync, replace, build = os.fsync, os.replace, serve.build

    def synced(handle: Any) -> None:
        step("unsynced")
        fsync(handle)
        step("synced")

    def renamed(*paths: Any, **options: Any) -> None:
        replace(*paths, **options)
        step("renamed")

    os.fsync, os.replace = synced, renamed
    event.listen(Engine, "commit", lambda _: step("in transaction"))
    event.listen(Session, "after_commit", lambda _: step("committed"))
    serve.build = lambda bank: _Watched(build(bank), step)


def _place() -> str:
    thread = threading.current_thread().name
    return _asked.get() or next((name for name in THREADS if thread.startswith(name)), "start")


class _Watched:
    """The application, telling of what it receives and answers."""

    def __init__(self, app: ASGIApp, step) -> None:
        self._app, self._step = app, step

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        _asked.set(asked(scope["method"], scope["path"]))

        async def received() -> Message:
            message = await receive()
            self._step("received")
            return message

        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._step("answering")
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._step("answered")

        await self._app(scope, received, answering)
