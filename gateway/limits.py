"""Limits that keep one peer from wearing the gateway out: tries a minute, and the size of a body."""

import time
from dataclasses import dataclass
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.condition import Condition
from gateway.answers import trouble
from gateway.conditions import TOO_LARGE, TOO_MANY
from gateway.database import Database, insert
from gateway.tables import Tries

BODY_MAX = 4 << 20


@dataclass(frozen=True)
class Limiter:
    """At most ``count`` tries of one peer in each stretch of ``seconds``, counted in the database for all instances."""

    name: str
    count: int
    seconds: int

    def check(self, database: Database, peer: str, at: float | None = None) -> None:
        """Count one try; raises request.too_many with the seconds to wait. ``at`` is Unix time, None for now."""
        moment = time.time() if at is None else at
        slot = int(moment // self.seconds)
        ends = (slot + 1) * self.seconds
        row = {"peer": sha256(f"{self.name} {peer}".encode()).hexdigest(), "slot": slot, "ends": ends, "count": 1}
        with database.write() as session:
            tried = session.scalar(insert(session, Tries).values(row).on_conflict_do_update(
                index_elements=[Tries.peer, Tries.slot], set_={"count": Tries.count + 1}).returning(Tries.count))
        if tried > self.count:
            raise TOO_MANY(retry_after=int(ends - moment) + 1)


ENROLMENTS = Limiter("enrol", 20, 60)
SIGN_INS = Limiter("sign-in", 60, 60)
CHALLENGES = Limiter("challenge", 30, 60)


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
