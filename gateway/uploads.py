"""Resumable uploads, tus 1.0 (creation, checksum): an offset is acknowledged after its bytes are on the disk."""

import asyncio
import base64
import binascii
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from app.domain.evidence import Identifier, Manifest
from gateway import conditions as c
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.devices import check_active
from gateway.intake import FILE_SIZE_MAX, file_of, own_revision
from gateway.metrics import UPLOADED
from gateway.tables import Blob, CaseRow
from gateway.turns import POLL_S, Turn

BUFFER = 1 << 20
NO_PROGRESS_S = 60.0
CONTESTED_S = 0.5
TAKEOVER_S = 10.0
EXTENSIONS = "creation,checksum"
_IDENTIFIER = TypeAdapter(Identifier)


def create(bank: Bank, caller: Caller, length: str, metadata: str) -> Blob:
    """A place for one file of an opened manifest; asked again, the same place."""
    names = _metadata(metadata)
    try:
        case_id, file_id = (_IDENTIFIER.validate_python(names[key]) for key in ("case", "file"))
        number, size = int(names["revision"]), int(length)
    except (KeyError, ValueError, ValidationError) as error:
        raise c.REQUEST_INVALID(where="Upload-Metadata") from error
    if size > FILE_SIZE_MAX:
        raise c.TOO_LARGE()
    try:
        with bank.database.write() as session:
            row = own_revision(session, caller, case_id, number)
            file = file_of(Manifest.model_validate_json(row.manifest_json), file_id)
            if size != file.cipher_size:
                raise c.MANIFEST_BAD(where="Upload-Length") if size < file.cipher_size else c.TOO_LARGE()
            blob = session.scalars(
                select(Blob).where(Blob.case_id == case_id, Blob.cipher_sha256 == file.cipher_sha256)).first()
            if blob is None:
                blob = Blob(upload_id=secrets.token_hex(16), case_id=case_id, cipher_sha256=file.cipher_sha256,
                            size=size, offset=0, stored_at=None)
                session.add(blob)
            return blob
    except IntegrityError:  # two at once: the other one's place is there now
        return create(bank, caller, length, metadata)


def find(bank: Bank, caller: Caller, upload_id: str) -> Blob:
    """The caller's own upload; raises upload.gone where it is unknown, someone else's, or its bytes were lost."""
    with bank.database.read() as session:
        blob = session.get(Blob, upload_id)
        case = session.get(CaseRow, blob.case_id) if blob else None
    if blob is None:
        bank.files.turns.forget(upload_id)
    if blob is None or case is None or case.staff_id != caller.staff_id:
        raise c.UPLOAD_GONE()
    stored = bank.files.stored(blob.case_id, blob.cipher_sha256).exists()
    if not stored and not bank.files.holds(upload_id, blob.offset):
        with bank.database.write() as session:
            session.delete(session.get_one(Blob, upload_id))
        bank.files.drop(upload_id)
        raise c.UPLOAD_GONE()
    return blob


@asynccontextmanager
async def turn_at(bank: Bank, upload_id: str) -> AsyncIterator[Turn]:
    """One writer an upload, over all processes and instances. A newcomer is mostly the client come back after a cut: the old
    one then takes what is still on its way and stops at the first silence. Raises upload.busy."""
    turn, end = bank.files.turns.at(upload_id), time.monotonic() + TAKEOVER_S
    while not await run_in_threadpool(turn.ask):
        if time.monotonic() > end:
            raise c.UPLOAD_BUSY()
        await asyncio.sleep(POLL_S)
    try:
        yield turn
    finally:
        await run_in_threadpool(turn.give_back)


class Receiving:
    """One PATCH: bytes to the disk in large pieces, hashed on the way, with a limit on silence and not on time."""

    def __init__(self, bank: Bank, turn: Turn, blob: Blob, device_id: str) -> None:
        self.bank, self.turn, self.blob, self.device_id = bank, turn, blob, device_id
        self.end = blob.offset
        self.digest = sha256()
        self.complete = False

    async def read(self, request: Request) -> None:
        """Take the body; a cut, a long silence or a newcomer ends it early and what came is kept."""
        pending, stream = bytearray(), request.stream()
        while not self.complete:
            try:
                piece = await self._next(stream)
            except (ClientDisconnect, TimeoutError):
                break
            self.complete = piece is None
            pending += piece or b""
            if self.end + len(pending) > self.blob.size:
                raise c.TOO_LARGE()
            if len(pending) >= BUFFER:
                await run_in_threadpool(self._write, bytes(pending))
                pending.clear()
        if pending:
            await run_in_threadpool(self._write, bytes(pending))

    async def _next(self, stream: AsyncIterator[bytes]) -> bytes | None:
        """The next piece, None at the end. Raises TimeoutError after a silence: a short one where somebody else waits."""
        coming, end = asyncio.ensure_future(anext(stream, None)), time.monotonic() + NO_PROGRESS_S
        while not (await asyncio.wait({coming}, timeout=CONTESTED_S))[0]:
            if time.monotonic() > end or await run_in_threadpool(lambda: self.turn.wanted):
                coming.cancel()
                raise TimeoutError
        return coming.result()

    def settle(self, *sums: str) -> int:
        """Make the bytes durable, then the offset; returns it. A whole body that misses a checksum leaves no trace."""
        blob, files = self.blob, self.bank.files
        if self.complete and any(wanted != self.digest.hexdigest() for wanted in sums if wanted):
            files.settle(blob.upload_id, blob.offset)
            raise c.UPLOAD_CHECKSUM()
        if self.end == blob.offset:
            return blob.offset
        files.settle(blob.upload_id, self.end)
        with self.bank.database.write() as session:
            check_active(session, self.device_id)
            moved = session.execute(
                update(Blob).where(Blob.upload_id == blob.upload_id, Blob.offset == blob.offset)
                .values(offset=self.end))
        if moved.rowcount != 1:
            raise c.UPLOAD_BUSY()
        UPLOADED.inc(self.end - blob.offset)
        return self.end

    def _write(self, data: bytes) -> None:
        self.bank.files.write_at(self.blob.upload_id, self.end, data)
        self.digest.update(data)
        self.end += len(data)


async def receive(bank: Bank, caller: Caller, upload_id: str, request: Request, checksum: str) -> int:
    """Append the body at ``Upload-Offset``; returns the new offset."""
    async with turn_at(bank, upload_id) as turn:
        blob = await run_in_threadpool(find, bank, caller, upload_id)
        if request.headers.get("upload-offset") != str(blob.offset):
            raise c.UPLOAD_OFFSET(offset=blob.offset)
        announced = request.headers.get("content-length", "0")
        if not announced.isdigit() or blob.offset + int(announced) > blob.size:
            raise c.TOO_LARGE()
        receiving = Receiving(bank, turn, blob, caller.device.device_id)
        await receiving.read(request)
        signed = "" if caller.content == "-" else caller.content
        offset = await run_in_threadpool(receiving.settle, checksum, signed)
        if not receiving.complete:
            raise c.UPLOAD_CUT(offset=offset)
        return offset


def checksum_hex(header: str) -> str:
    """The hex digest of an ``Upload-Checksum: sha256 <base64>`` header, or '' where there is none."""
    if not header:
        return ""
    name, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise c.REQUEST_INVALID(where="Upload-Checksum") from error
    if name != "sha256" or len(digest) != 32:
        raise c.REQUEST_INVALID(where="Upload-Checksum")
    return digest.hex()


def _metadata(header: str) -> dict[str, str]:
    values = {}
    try:
        for pair in filter(None, header.split(",")):
            name, _, value = pair.strip().partition(" ")
            values[name] = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise c.REQUEST_INVALID(where="Upload-Metadata") from error
    return values
