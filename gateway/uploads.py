"""Resumable uploads, tus 1.0 (creation, checksum, termination): an offset is acknowledged after its bytes are on the disk."""

import asyncio
import base64
import binascii
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.domain.evidence import Identifier, Manifest
from app.domain.wire import SO_FAR
from gateway import conditions as c
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.intake import FILE_SIZE_MAX, file_of, own_revision
from gateway.receiving import Receiving
from gateway.tables import Blob, CaseRow
from gateway.turns import POLL_S, Turn

TAKEOVER_S = 10.0
EXTENSIONS = "creation,checksum,termination"
CHECKSUMS = ("sha256", SO_FAR)
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
    if not bank.files.holds(upload_id, blob.offset) and not bank.files.shelf.has(blob.case_id, blob.cipher_sha256):
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


async def receive(bank: Bank, caller: Caller, upload_id: str, request: Request, checksum: tuple[str, str]) -> int:
    """Append the body at ``Upload-Offset``; returns the new offset."""
    async with turn_at(bank, upload_id) as turn:
        blob = await run_in_threadpool(find, bank, caller, upload_id)
        if request.headers.get("upload-offset") != str(blob.offset):
            raise c.UPLOAD_OFFSET(offset=blob.offset)
        announced = request.headers.get("content-length", "0")
        if not announced.isdigit() or blob.offset + int(announced) > blob.size:
            raise c.TOO_LARGE()
        if blob.offset == blob.size:
            return blob.offset
        with bank.files.writing(upload_id, blob.offset) as part:
            receiving = Receiving(bank, turn, blob, part, caller, checksum)
            await receiving.read(request)
            offset = await run_in_threadpool(receiving.settle)
        if not receiving.complete:
            raise c.UPLOAD_CUT(offset=offset)
        return offset


def drop(bank: Bank, caller: Caller, upload_id: str) -> None:
    """Forget an unfinished upload, which the client will begin anew; what is stored stays."""
    blob = find(bank, caller, upload_id)
    if blob.stored_at is None and not bank.files.shelf.has(blob.case_id, blob.cipher_sha256):
        with bank.database.write() as session:
            session.execute(delete(Blob).where(Blob.upload_id == upload_id))
        bank.files.drop(upload_id)


def checksum_of(header: str) -> tuple[str, str]:
    """Algorithm and hex digest of an ``Upload-Checksum: sha256 <base64>`` header, empty where there is none."""
    if not header:
        return "", ""
    name, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise c.REQUEST_INVALID(where="Upload-Checksum") from error
    if name not in CHECKSUMS or len(digest) != 32:
        raise c.REQUEST_INVALID(where="Upload-Checksum")
    return name, digest.hex()


def _metadata(header: str) -> dict[str, str]:
    values = {}
    try:
        for pair in filter(None, header.split(",")):
            name, _, value = pair.strip().partition(" ")
            values[name] = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise c.REQUEST_INVALID(where="Upload-Metadata") from error
    return values
