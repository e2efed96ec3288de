"""Where the files of received cases stand for good, behind one port: a folder, or a bucket (``s3_shelf``)."""

import os
import re
import shutil
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from gateway.durable import sync_folder

PIECE = 1 << 20
Digest = type(sha256())
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


class Shelf(Protocol):
    """Encrypted files by case and SHA-256. Trouble of the storage is OSError."""

    def has(self, case_id: str, cipher_sha256: str) -> bool: ...

    def put(self, part: Path, case_id: str, cipher_sha256: str) -> None:
        """Take a checked file; it is there for certain when this returns, and the part is gone. Repeating it is harmless."""

    def open(self, case_id: str, cipher_sha256: str) -> BinaryIO: ...

    def drop(self, case_id: str, cipher_sha256: str) -> None: ...

    def ready(self) -> bool:
        """Whether files can be put there now."""


class FolderShelf:
    """``FOLDER/<case>/<sha256>.age``; on the file system of ``incoming``, so that a part is moved and not copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, case_id: str, cipher_sha256: str) -> Path:
        return self.folder / folder_name(case_id) / f"{cipher_sha256}.age"

    def has(self, case_id: str, cipher_sha256: str) -> bool:
        return self.path(case_id, cipher_sha256).exists()

    def put(self, part: Path, case_id: str, cipher_sha256: str) -> None:
        target = self.path(case_id, cipher_sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        sync_folder(self.folder)
        os.replace(part, target)
        sync_folder(target.parent)

    def open(self, case_id: str, cipher_sha256: str) -> BinaryIO:
        return open(self.path(case_id, cipher_sha256), "rb", buffering=0)

    def drop(self, case_id: str, cipher_sha256: str) -> None:
        self.path(case_id, cipher_sha256).unlink(missing_ok=True)

    def ready(self) -> bool:
        return shutil.disk_usage(self.folder).free > 0


def folder_name(case_id: str) -> str:
    """A folder name that is safe on every file system; odd identifiers become their hash."""
    if _PLAIN_NAME.fullmatch(case_id) and not _RESERVED.fullmatch(case_id):
        return case_id
    return "x." + sha256(case_id.encode()).hexdigest()


def hashed(source: BinaryIO) -> Digest:
    """SHA-256 of an open file, read in pieces; closes it."""
    digest = sha256()
    with source:
        while piece := source.read(PIECE):
            digest.update(piece)
    return digest
