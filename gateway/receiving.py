"""Taking the body of one PATCH: to the disk and hashed while the next bytes come in, with a limit on silence, not on time.

A change of thread costs as much as hashing a hundred kilobytes: there are few.
"""

import asyncio
import time
from hashlib import sha256

from sqlalchemy import exists, update
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.domain.wire import SO_FAR
from gateway import conditions as c
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.devices import check_active
from gateway.files import Part
from gateway.metrics import UPLOADED
from gateway.shelf import Digest
from gateway.tables import Blob, Device
from gateway.turns import Turn

BATCH = 1 << 20
NO_PROGRESS_S = 60.0
CONTESTED_S = 0.5


class Receiving:
    """``checksum`` is the algorithm and hex digest the body is to have; the turn at the upload is ours. ``begin`` and ``settle``
    wait for the disk and the database."""

    def __init__(self, bank: Bank, turn: Turn, blob: Blob, part: Part, caller: Caller, checksum: tuple[str, str]) -> None:
        self.bank, self.turn, self.blob, self.part, self.caller = bank, turn, blob, part, caller
        self.algorithm, self.wanted = checksum
        self.end = blob.offset
        self.complete = False
        self._pieces: list[bytes] = []
        self._arrived = blob.offset
        self._waiting = 0
        self._writing: asyncio.Future[None] | None = None

    def begin(self) -> None:
        """Know the hash of what is here; before ``read``."""
        self._digest = self._so_far()

    async def read(self, request: Request) -> None:
        """Take the body; a cut, a long silence or a newcomer ends it early and what came is kept."""
        self._heard = time.monotonic()
        try:
            while await self._read_until_silent(request) and not await self._given_up():
                pass
        finally:
            await self._written()

    def settle(self) -> int:
        """Make the bytes durable, then the offset; returns it. A whole body that misses a checksum leaves no trace."""
        self._write(self._pieces)
        blob = self.blob
        signed = self.caller.content if self.caller.content != "-" else ""
        if self.complete and any(wanted != self._digest.hexdigest() for wanted in (self.wanted, signed) if wanted):
            self.part.settle(blob.offset)
            raise c.UPLOAD_CHECKSUM()
        if self.end == blob.offset:
            return blob.offset
        self.part.settle(self.end)
        device_id = self.caller.device.device_id
        active = exists().where(Device.device_id == device_id, Device.revoked_at.is_(None))
        with self.bank.database.write() as session:
            moved = session.execute(
                update(Blob).where(Blob.upload_id == blob.upload_id, Blob.offset == blob.offset, active)
                .values(offset=self.end).execution_options(synchronize_session=False))
            if moved.rowcount != 1:
                check_active(session, device_id)
                raise c.UPLOAD_BUSY()
        UPLOADED.inc(self.end - blob.offset)
        if self.algorithm == SO_FAR:
            self.bank.hashes.note(blob.upload_id, self.part.path, self._digest)
        return self.end

    def _so_far(self) -> Digest:
        if self.algorithm != SO_FAR or not self.blob.offset:
            return sha256()
        self.part.cut(self.blob.offset)
        return self.bank.hashes.of(self.blob.upload_id, self.part.path)

    async def _read_until_silent(self, request: Request) -> bool:
        """Whether more may come."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONTESTED_S) as silence:
                while True:
                    silence.reschedule(loop.time() + CONTESTED_S)
                    message = await request.receive()
                    silence.reschedule(None)
                    self._heard = time.monotonic()
                    if message["type"] == "http.disconnect":
                        return False
                    await self._take(message.get("body", b""))
                    if not message.get("more_body", False):
                        self.complete = True
                        return False
        except TimeoutError:
            return True

    async def _given_up(self) -> bool:
        """After a silence: a short one will do where somebody else waits."""
        return time.monotonic() - self._heard > NO_PROGRESS_S or await run_in_threadpool(lambda: self.turn.wanted)

    async def _take(self, piece: bytes) -> None:
        self._arrived += len(piece)
        if self._arrived > self.blob.size:
            raise c.TOO_LARGE()
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting >= BATCH:
            await self._hand_over()

    async def _hand_over(self) -> None:
        await self._written()
        pieces, self._pieces, self._waiting = self._pieces, [], 0
        self._writing = asyncio.get_running_loop().run_in_executor(None, self._write_early, pieces)

    async def _written(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing

    def _write_early(self, pieces: list[bytes]) -> None:
        self._write(pieces)
        self.part.hurry()

    def _write(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self.part.write(piece)
            self._digest.update(piece)
            self.end += len(piece)
