"""Resumable uploads, tus 1.0 (creation, checksum, termination): an offset is acknowledged after its bytes are on the disk."""

import asyncio
import base64
import binascii
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
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
T = TypeVar("T")


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
        found = session.execute(select(Blob, CaseRow.staff_id).join(CaseRow, CaseRow.case_id == Blob.case_id)
                                .where(Blob.upload_id == upload_id)).one_or_none()
    if found is None:
        bank.files.turns.forget(upload_id)
        raise c.UPLOAD_GONE()
    blob, owner = found
    if owner != caller.staff_id:
        raise c.UPLOAD_GONE()
    if not bank.files.holds(upload_id, blob.offset) and not bank.files.shelf.has(blob.case_id, blob.cipher_sha256):
        with bank.database.write() as session:
            session.delete(session.get_one(Blob, upload_id))
        bank.files.drop(upload_id)
        raise c.UPLOAD_GONE()
    return blob


async def in_turn(bank: Bank, upload_id: str, act: Callable[[], T]) -> T:
    """What ``act`` gives, called off the loop while nobody else is at this upload."""
    def alone(turn: Turn) -> T:
        try:
            return act()
        finally:
            turn.give_back()

    return await _with_turn(bank, upload_id, alone)


async def receive(bank: Bank, caller: Caller, upload_id: str, request: Request, checksum: tuple[str, str]) -> int:
    """Append the body at ``Upload-Offset``; returns the new offset."""
    receiving, held = await _with_turn(
        bank, upload_id, partial(_begin, bank, caller, upload_id, request.headers, checksum))
    with held:
        if receiving.end == receiving.blob.size:  # it may be on the shelf by now: nothing is touched
            return receiving.end
        await receiving.read(request)
        offset = await run_in_threadpool(_end, receiving, held)
    if not receiving.complete:
        raise c.UPLOAD_CUT(offset=offset)
    return offset


async def _with_turn(bank: Bank, upload_id: str, act: Callable[[Turn], T]) -> T:
    """What ``act`` gives, called off the loop with the turn, which it gives back or hands on. Raises upload.busy.

    One writer an upload, over all processes and instances. A newcomer is mostly the client come back after a cut: the old one
    then takes what is still on its way and stops at the first silence."""
    turn, end = bank.files.turns.at(upload_id), time.monotonic() + TAKEOVER_S
    while True:
        try:
            return await run_in_threadpool(_asked, turn, act)
        except _Taken as taken:
            if time.monotonic() > end:
                raise c.UPLOAD_BUSY() from taken
        await asyncio.sleep(POLL_S)


class _Taken(Exception):
    """Somebody else has the turn."""


def _asked(turn: Turn, act: Callable[[Turn], T]) -> T:
    if not turn.ask():
        raise _Taken
    return act(turn)


def _begin(bank: Bank, caller: Caller, upload_id: str, headers: Headers, checksum: tuple[str, str],
           turn: Turn) -> tuple[Receiving, ExitStack]:
    """Ready to read, and what is held until the end of it."""
    with ExitStack() as held:
        held.callback(turn.give_back)
        blob = find(bank, caller, upload_id)
        if headers.get("upload-offset") != str(blob.offset):
            raise c.UPLOAD_OFFSET(offset=blob.offset)
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or blob.offset + int(announced) > blob.size:
            raise c.TOO_LARGE()
        part = held.enter_context(bank.files.writing(upload_id, blob.offset))
        receiving = Receiving(bank, turn, blob, part, caller, checksum)
        if blob.offset < blob.size:
            receiving.begin()
        return receiving, held.pop_all()


def _end(receiving: Receiving, held: ExitStack) -> int:
    with held:
        return receiving.settle()


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
