"""Files of cases: parts on their way in the folder ``incoming``, whole ones on the shelf, and in ``turns`` whose turn it is at
one of them."""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import FileIO
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import BinaryIO

import pyrage

from app.domain.evidence import FileRef
from gateway.durable import sync_folder
from gateway.shelf import FolderShelf, Shelf
from gateway.turns import Turns

PIECE = 1 << 18
Identities = tuple[pyrage.x25519.Identity, ...]


class CaseFiles:
    """``shelf``: where whole files stand, ``FOLDER/cases`` unless another is given."""

    def __init__(self, folder: Path, shelf: Shelf | None = None) -> None:
        self.incoming = folder / "incoming"
        self.shelf = shelf or FolderShelf(folder / "cases")
        self.keys = folder / "keys"
        turns = folder / "turns"
        for each in (self.incoming, turns):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.turns = Turns(turns)

    def part(self, upload_id: str) -> Path:
        return self.incoming / f"{upload_id}.part"

    def writing(self, upload_id: str, offset: int) -> "Part":
        return Part(self.part(upload_id), offset)

    def holds(self, upload_id: str, offset: int) -> bool:
        """Whether the part still has the ``offset`` bytes that were acknowledged."""
        path = self.part(upload_id)
        return offset == 0 or (path.exists() and path.stat().st_size >= offset)

    def keep(self, upload_id: str, case_id: str, cipher_sha256: str) -> None:
        """Put a checked part in its place for good."""
        self.shelf.put(self.part(upload_id), case_id, cipher_sha256)
        self.turns.forget(upload_id)

    def drop(self, upload_id: str) -> None:
        self.part(upload_id).unlink(missing_ok=True)
        self.turns.forget(upload_id)


class Part:
    """One file on its way, opened at the first need, written from ``offset`` on; nothing is durable until ``settle``."""

    def __init__(self, path: Path, offset: int) -> None:
        self.path, self._offset = path, offset
        self._file: FileIO | None = None

    def write(self, data: bytes) -> None:
        file = self._opened()
        view = memoryview(data)
        while view:
            view = view[file.write(view):]

    def hurry(self) -> None:
        """Let the disk begin with what was written, so that ``settle`` waits for less. On Linux the advice, that nobody will
        read these bytes soon, starts the writing of dirty ones; where there is no such call nothing happens."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._opened().fileno(), self._offset, 0, os.POSIX_FADV_DONTNEED)

    def cut(self, size: int) -> None:
        """Leave nothing behind the first ``size`` bytes."""
        file = self._opened()
        if os.fstat(file.fileno()).st_size != size:
            file.truncate(size)

    def settle(self, size: int) -> None:
        """Cut to ``size`` bytes and make them durable."""
        self.cut(size)
        os.fsync(self._opened().fileno())
        if not self._offset:
            sync_folder(self.path.parent)

    def __enter__(self) -> "Part":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _opened(self) -> FileIO:
        if self._file is None:
            self._file = open(self.path, "r+b" if self.path.exists() else "xb", buffering=0)  # noqa: SIM115
            self._file.seek(self._offset)
        return self._file


Stamp = tuple[int, int, int]


def stamp_of(path: Path) -> Stamp:
    """Changes whenever somebody writes into the file or puts another one in its place."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


def decrypted(source: Callable[[], BinaryIO], identities: Identities, plain_sha256: str) -> Iterator[bytes]:
    """The plain bytes of the age file that ``source`` opens, in pieces, never on disk and never whole in memory.

    Raises when the file does not decrypt or is not what the manifest named; the receiver then sees a broken answer.
    """
    pipe = _Pipe()
    worker = Thread(target=pipe.fill, args=(source, identities), name="decrypt", daemon=True)
    worker.start()
    digest = sha256()
    try:
        for piece in pipe:
            digest.update(piece)
            yield piece
    finally:
        pipe.stopped.set()
        worker.join()
    if digest.hexdigest() != plain_sha256:
        raise OSError("stored file does not match its manifest")


def whole(source: Callable[[], BinaryIO], identities: Identities, ref: FileRef) -> bytes:
    """The plain bytes, in memory only; raises OSError where they are not there, not whole or more than they should be."""
    data = bytearray()
    for piece in decrypted(source, identities, ref.sha256):
        data += piece
        if len(data) > ref.size:
            raise OSError("a stored file is larger than its manifest says")
    return bytes(data)


class _Pipe:
    """Joins pyrage, which writes into a file object, with a reader that takes pieces; holds a few pieces at most."""

    def __init__(self) -> None:
        self.pieces: Queue[bytes | OSError | None] = Queue(maxsize=4)
        self.stopped = Event()
        self.pending = bytearray()

    def fill(self, source: Callable[[], BinaryIO], identities: Identities) -> None:
        try:
            with source() as file:
                pyrage.decrypt_io(file, self, list(identities))
            self.flush()
            self._put(None)
        except (OSError, pyrage.DecryptError) as error:
            self._put(OSError(f"cannot decrypt: {error}"))

    def write(self, data: bytes) -> int:
        if self.stopped.is_set():
            raise BrokenPipeError("the reader has gone")
        self.pending += data
        if len(self.pending) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self.pending:
            self._put(bytes(self.pending))
            self.pending.clear()

    def _put(self, item: bytes | OSError | None) -> None:
        while not self.stopped.is_set():
            try:
                return self.pieces.put(item, timeout=0.2)
            except Full:
                continue
        return None

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                item = self.pieces.get(timeout=60)
            except Empty as error:
                raise OSError("the storage does not answer") from error
            if item is None:
                return
            if isinstance(item, OSError):
                raise item
            yield item
