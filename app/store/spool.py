"""What is being captured right now, appended to one file in small encrypted records, each durable as it is written.

A file is: magic; a 4-byte length and the header, an age file to the case's own key that holds a fresh 256-bit key and
what the spool is about; then records of a 4-byte length and AES-256-GCM cipher text, whose nonce is the record's number.
So records can be neither read, changed, left out, doubled nor put in another order unseen; what a kill left half written
at the end is no record.
"""

import json
import os
import secrets
import struct
from pathlib import Path

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.model import Model
from app.store.disk import Disk, conditions

SUFFIX = ".spool"
_MAGIC = b"mianqian-spool/1\n"
_LENGTH = struct.Struct(">I")
_KEY_BYTES = 32


class About(Model):
    """What a spool holds: a stretch of a recording that began at ``start_ms`` of its clock."""

    interview_id: str
    start_ms: int


class Spool:
    """One open spool. ``append`` is durable on return; after it raised, what was appended before still stands."""

    def __init__(self, path: Path, about: About, recipient: pyrage.x25519.Recipient, disk: Disk) -> None:
        key = secrets.token_bytes(_KEY_BYTES)
        header = pyrage.encrypt(json.dumps({"key": key.hex(), "about": about.model_dump()}).encode(), [recipient])
        self.path, self._disk = path, disk
        self._cipher, self._records, self._end = AESGCM(key), 0, 0
        with conditions():
            self._file = path.open("xb", buffering=0)
            try:
                self._write(_MAGIC + _LENGTH.pack(len(header)) + header)
                disk.sync_folder(path.parent)
            except BaseException:
                self._file.close()
                raise

    def append(self, data: bytes) -> None:
        """Raises a disk condition; the file then ends where it ended before."""
        sealed = self._cipher.encrypt(_nonce(self._records), data, None)
        with conditions():
            self._write(_LENGTH.pack(len(sealed)) + sealed)
        self._records += 1

    def close(self) -> None:
        self._file.close()

    def remove(self) -> None:
        """Close it and take it away: what it held is kept elsewhere now."""
        self.close()
        self._disk.remove(self.path)

    def _write(self, data: bytes) -> None:
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view):]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise
        self._end += len(data)


class LeftSpool(Model):
    """A spool whose writer is gone, with the whole records it holds."""

    path: Path
    about: About
    data: bytes


def read(path: Path, identity: pyrage.x25519.Identity) -> LeftSpool | None:
    """What a spool holds; None where not even its header was written, or the header is another case's."""
    with conditions():
        content = path.read_bytes()
    at = len(_MAGIC) + _LENGTH.size
    if len(content) < at or not content.startswith(_MAGIC):
        return None
    end = at + _LENGTH.unpack_from(content, len(_MAGIC))[0]
    try:
        header = json.loads(pyrage.decrypt(content[at:end], [identity]))
    except pyrage.DecryptError:
        return None
    return LeftSpool(path=path, about=About.model_validate(header["about"]),
                     data=b"".join(_records(content, end, AESGCM(bytes.fromhex(header["key"])))))


def _records(content: bytes, at: int, cipher: AESGCM):
    number = 0
    while at + _LENGTH.size <= len(content):
        begin = at + _LENGTH.size
        at = begin + _LENGTH.unpack_from(content, begin - _LENGTH.size)[0]
        try:
            yield cipher.decrypt(_nonce(number), content[begin:at], None)
        except InvalidTag:
            return
        number += 1


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
