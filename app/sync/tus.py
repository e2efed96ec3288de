"""Sending one file by tus: from the bank's own offset, in chunks that follow the line."""

import random
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.sync import conditions as c
from app.sync.client import BankClient, ChunkDamaged, OffsetDiffers, UploadGone
from app.sync.outbox import Entry

CHUNK_MIN, CHUNK_MAX = 64 << 10, 8 << 20
FAST_S, SLOW_S = 0.5, 4.0
CUTS_MAX = 5
DAMAGES_MAX = 5
RESTARTS_MAX = 3


class Stopped(Exception):
    """The program wants to end; everything acknowledged is noted."""


class Pace:
    """The chunk size of the line: doubled after a quick chunk, halved after a slow or broken one."""

    def __init__(self, chunk: int = 512 << 10) -> None:
        self.chunk = chunk

    def took(self, seconds: float) -> None:
        if seconds < FAST_S:
            self.chunk = min(CHUNK_MAX, self.chunk * 2)
        elif seconds > SLOW_S:
            self.broke()

    def broke(self) -> None:
        self.chunk = max(CHUNK_MIN, self.chunk // 2)


class FileSender:
    """Sends one file of an entry; ``on_offset(url, offset)`` hears each acknowledged offset before the next chunk."""

    def __init__(self, client: BankClient, pace: Pace, entry: Entry, file: FileRef, path: Path,
                 on_offset: Callable[[str | None, int], None], stopping: threading.Event) -> None:
        self.client, self.pace, self.entry, self.file, self.path = client, pace, entry, file, path
        self.on_offset = on_offset
        self.stopping = stopping
        self.cuts = self.damages = self.restarts = 0

    def send(self, url: str | None) -> None:
        """Until the bank has every byte. Raises ``bank.*`` after several cuts with no byte gained, or file_damaged."""
        check_local(self.path, self.file)
        while True:
            try:
                url, offset = self._begin(url)
                self._chunks(url, offset)
                return
            except UploadGone:
                self._restart()
                url = None
            except Condition as condition:
                if condition.kind not in (c.UNREACHABLE, c.BUSY):
                    raise
                self._cut(condition)

    def _begin(self, url: str | None) -> tuple[str, int]:
        if url is None:
            url, offset = self.client.create_upload(self.entry.manifest, self.file.id, self.file.cipher_size), 0
        else:
            offset = self.client.upload_offset(url)
        if offset > self.file.cipher_size:
            raise c.NOT_OUR_SERVER()
        self.on_offset(url, offset)
        return url, offset

    def _chunks(self, url: str, offset: int) -> None:
        with open(self.path, "rb", buffering=0) as file:
            while offset < self.file.cipher_size:
                file.seek(offset)
                chunk = file.read(self.pace.chunk)
                if not chunk:
                    raise c.FILE_DAMAGED(kind=self.file.kind)
                offset = self._chunk(url, offset, chunk)
                self.on_offset(url, offset)

    def _chunk(self, url: str, offset: int, chunk: bytes) -> int:
        """The bank's offset after this chunk; never one that we did not send."""
        started = time.monotonic()
        try:
            reached = self.client.append(url, offset, chunk)
        except OffsetDiffers as differs:
            self._gained(offset, differs.offset)
            reached = differs.offset
            if reached > self.file.cipher_size:
                raise c.NOT_OUR_SERVER() from differs
            return reached
        except ChunkDamaged:
            self._damaged()
            return offset
        if not offset < reached <= offset + len(chunk):
            raise c.NOT_OUR_SERVER()
        self.cuts = self.damages = 0
        self.pace.took(time.monotonic() - started)
        return reached

    def _gained(self, ours: int, theirs: int) -> None:
        self.damages += 1
        if self.damages > DAMAGES_MAX or theirs == ours:
            raise c.BUSY(retry_after=0)

    def _damaged(self) -> None:
        """Something on the way changes bytes: send again, and make sure that it is not our own disk."""
        self.damages += 1
        self.pace.broke()
        if self.damages > DAMAGES_MAX:
            check_local(self.path, self.file)
            raise c.NOT_OUR_SERVER()

    def _restart(self) -> None:
        self.restarts += 1
        self.on_offset(None, 0)
        if self.restarts > RESTARTS_MAX:
            raise c.BUSY(retry_after=0)

    def _cut(self, condition: Condition) -> None:
        self.cuts += 1
        self.pace.broke()
        if self.cuts > CUTS_MAX:
            raise condition
        if self.stopping.wait(random.uniform(0.1, 0.3) * 2 ** self.cuts):
            raise Stopped


def check_local(path: Path, file: FileRef) -> None:
    """Raises sync.file_damaged unless the encrypted file on the disk is the one the manifest names."""
    digest, size = sha256(), 0
    try:
        with open(path, "rb", buffering=0) as source:
            while piece := source.read(1 << 20):
                digest.update(piece)
                size += len(piece)
    except FileNotFoundError as error:
        raise c.FILE_DAMAGED(kind=file.kind) from error
    if (size, digest.hexdigest()) != (file.cipher_size, file.cipher_sha256):
        raise c.FILE_DAMAGED(kind=file.kind)
