"""Sending one file by tus: from the bank's own offset, in chunks that follow the line."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.sync import conditions as c
from app.sync.client import BankClient, ChunkDamaged, OffsetDiffers, UploadGone
from app.sync.outbox import Entry
from app.sync.pieces import Piece, Pieces

CHUNK_MIN, CHUNK_MAX = 64 << 10, 8 << 20
VERY_FAST_S, FAST_S, SLOW_S = 0.1, 0.5, 4.0
CUTS_MAX = 5
DAMAGES_MAX = 5
RESTARTS_MAX = 3


class Stopped(Exception):
    """The program wants to end; everything acknowledged is noted."""


class Pace:
    """The chunk size of the line: doubled after a quick chunk, four times as large after a very quick one, halved after a slow
    or broken one."""

    def __init__(self, chunk: int = 512 << 10) -> None:
        self.chunk = chunk

    def took(self, seconds: float) -> None:
        if seconds < FAST_S:
            self.chunk = min(CHUNK_MAX, self.chunk * (4 if seconds < VERY_FAST_S else 2))
        elif seconds > SLOW_S:
            self.broke()

    def broke(self) -> None:
        self.chunk = max(CHUNK_MIN, self.chunk // 2)


class FileSender:
    """Sends one file of an entry. ``on_offset(url, offset)`` hears of each acknowledged offset, on a thread of its own while
    the next chunk is on its way, and of all of them before the file is done; it may raise to end the sending."""

    def __init__(self, client: BankClient, pace: Pace, entry: Entry, file: FileRef, path: Path,
                 on_offset: Callable[[str | None, int], None], stopping: threading.Event) -> None:
        self.client, self.pace, self.entry, self.file = client, pace, entry, file
        self.on_offset = on_offset
        self.stopping = stopping
        self.cuts = self.damages = self.restarts = 0
        self._path = path
        self._noted: Future[None] | None = None

    def chunks(self, url: str | None) -> Iterator[None]:
        """Comes back after each chunk, and ends when the bank has every byte.

        Raises ``bank.*`` after several cuts with no byte gained, or file_damaged.
        """
        self._pieces = Pieces(self._path, self.file)
        try:
            while True:
                try:
                    url, offset = self._begin(url)
                    while offset < self.file.cipher_size:
                        offset = self._chunk(url, offset)
                        self._note(url, offset)
                        yield
                    self._note_done()
                    return
                except UploadGone:
                    self._restart()
                    url = None
                except Condition as condition:
                    if condition.kind not in (c.UNREACHABLE, c.BUSY):
                        raise
                    self._cut(condition)
        finally:
            self._pieces.close()

    def _begin(self, url: str | None) -> tuple[str, int]:
        if url is None:
            url, offset = self.client.create_upload(self.entry.manifest, self.file.id, self.file.cipher_size), 0
        else:
            offset = self.client.upload_offset(url)
        if offset > self.file.cipher_size:
            raise c.NOT_OUR_SERVER()
        self._note(url, offset)
        return url, offset

    def _chunk(self, url: str, offset: int) -> int:
        """The bank's offset after the next chunk; never one that we did not send."""
        piece = self._pieces.at(offset, self.pace.chunk)
        started = time.monotonic()
        try:
            reached = self.client.append(url, offset, piece.data, piece.so_far)
        except OffsetDiffers as differs:
            return self._theirs(offset, differs.offset)
        except ChunkDamaged:
            self._damaged(url)
            return offset
        if not offset < reached <= piece.end:
            raise c.NOT_OUR_SERVER()
        self._went(piece, time.monotonic() - started)
        return reached

    def _went(self, piece: Piece, seconds: float) -> None:
        self.cuts = self.damages = 0
        if 2 * len(piece.data) >= self.pace.chunk or seconds > SLOW_S:  # a small file's speed says nothing of a large one's
            self.pace.took(seconds)

    def _theirs(self, ours: int, theirs: int) -> int:
        self.damages += 1
        if self.damages > DAMAGES_MAX or theirs == ours:
            raise c.BUSY(retry_after=0)
        if theirs > self.file.cipher_size:
            raise c.NOT_OUR_SERVER()
        return theirs

    def _damaged(self, url: str) -> None:
        """Something changes bytes. Send again; after several times make sure that it is not our own disk and begin anew,
        for what the bank holds may be damaged, too; then it is the way there."""
        self.damages += 1
        self.pace.broke()
        if self.damages > DAMAGES_MAX:
            self._pieces.check_whole()
            if self.restarts:
                raise c.CHANGED_ON_WAY()
            self.damages = 0
            self.client.drop_upload(url)
            raise UploadGone

    def _restart(self) -> None:
        self.restarts += 1
        self._note(None, 0)
        if self.restarts > RESTARTS_MAX:
            raise c.BUSY(retry_after=0)

    def _cut(self, condition: Condition) -> None:
        self.cuts += 1
        self.pace.broke()
        if self.cuts > CUTS_MAX:
            raise condition
        if self.stopping.wait(random.uniform(0.1, 0.3) * 2 ** self.cuts):
            raise Stopped

    def _note(self, url: str | None, offset: int) -> None:
        self._note_done()
        self._noted = self._pieces.aside(self.on_offset, url, offset)

    def _note_done(self) -> None:
        noted, self._noted = self._noted, None
        if noted is not None:
            noted.result()
