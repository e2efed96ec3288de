"""Limits that keep one peer from wearing the gateway out: tries a minute, and the size of a body."""

import threading
import time
from collections import deque

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.condition import Condition
from gateway.answers import trouble
from gateway.conditions import TOO_LARGE, TOO_MANY

BODY_MAX = 4 << 20
_PEERS_MAX = 10_000


class Limiter:
    """At most ``count`` tries in ``seconds`` from one peer; held in memory, so a limit a process."""

    def __init__(self, count: int, seconds: float, clock=time.monotonic) -> None:
        self.count, self.seconds, self.clock = count, seconds, clock
        self._tries: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, peer: str) -> None:
        """Count one try; raises request.too_many with the seconds to wait."""
        now = self.clock()
        with self._lock:
            if len(self._tries) > _PEERS_MAX:
                self._tries = {key: tries for key, tries in self._tries.items() if tries[-1] > now - self.seconds}
            tries = self._tries.setdefault(peer, deque())
            while tries and tries[0] <= now - self.seconds:
                tries.popleft()
            if len(tries) >= self.count:
                raise TOO_MANY(retry_after=int(tries[0] + self.seconds - now) + 1)
            tries.append(now)


class BodyLimit:
    """Refuses a body that is, or says it is, too large. Uploads have their own measure."""

    def __init__(self, app: ASGIApp, maximum: int = BODY_MAX, free: str = "/v1/uploads/") -> None:
        self.app, self.maximum, self.free = app, maximum, free

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(self.free):
            length = Headers(scope=scope).get("content-length", "0")
            if not length.isdigit() or int(length) > self.maximum:
                return await trouble(Condition(TOO_LARGE))(scope, receive, send)
            receive = self._counting(receive)
        return await self.app(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.maximum:
                raise HTTPException(413)
            return message

        return counted
