"""Crash points for a whole process: its disk, its database and its requests tell a ``Doom`` of every step they take."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from app.store import clock, disk
from app.store.database import Database
from app.sync import client
from tests.fault.kills import Doom, DoomedDisk

PIECE = 10_007  # bytes of a request between two crash points; prime, so that no buffer ends there by habit


def into_store(doom: Doom) -> None:
    """Files half written, written, renamed, removed; every outermost transaction right before and after its commit."""
    disk.Disk = partial(DoomedDisk, doom)
    plain = Database.transaction

    @contextmanager
    def transaction(self: Database) -> Iterator[Any]:
        whole = not self._connection.in_transaction
        with plain(self) as tables:
            yield tables
            if whole:
                doom.step("in transaction")
        if whole:
            doom.step("committed")

    Database.transaction = transaction


def into_requests(doom: Doom) -> None:
    """Every ``PIECE`` of a request that went out, and its answer before anybody has looked at it."""
    connection = http.client.HTTPConnection
    putrequest, send, getresponse = connection.putrequest, connection.send, connection.getresponse

    def begun(self, method: str, url: str, *args: Any, **options: Any) -> None:
        self.asked = asked(method, url)
        putrequest(self, method, url, *args, **options)

    def sent(self, data: Any) -> None:
        for piece in _pieces(data):
            send(self, piece)
            doom.step(f"{self.asked} sent")

    def answered(self, *args: Any, **options: Any) -> http.client.HTTPResponse:
        response = getresponse(self, *args, **options)
        doom.step(f"{self.asked} answered")
        return response

    connection.putrequest, connection.send, connection.getresponse = begun, sent, answered


def set_clock(by_s: float) -> None:
    """The wall clock of this process, as it reads it."""
    right = time.time

    class Wrong(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return datetime.fromtimestamp(right() + by_s, tz)

    time.time = lambda: right() + by_s
    clock.datetime = client.datetime = Wrong


def asked(method: str, path: str) -> str:
    """What a request of the gateway's interface is about, in one word."""
    if path.startswith("/v1/uploads"):
        return {"POST": "create", "HEAD": "offset"}.get(method, "append")
    if "/revisions/" in path:
        return "commit" if path.endswith("/commit") else "open"
    return "other"


def _pieces(data: Any) -> Iterator[Any]:
    if hasattr(data, "read"):
        yield from iter(lambda: data.read(PIECE), b"")
        return
    view = memoryview(data)
    for begin in range(0, len(view), PIECE):
        yield view[begin:begin + PIECE]
