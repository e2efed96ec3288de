"""The pieces of one encrypted file, each read and hashed while the one before it is on its way."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.domain.evidence import FileRef
from app.sync import conditions as c

READ = 1 << 20


@dataclass(frozen=True)
class Piece:
    """Bytes of the file from ``offset`` on; ``so_far`` is the hex SHA-256 of the file up to their end."""

    offset: int
    data: bytes
    so_far: str

    @property
    def end(self) -> int:
        return self.offset + len(self.data)


class Pieces:
    """Reads one file in order. One running hash serves as the check of each piece and of the whole: the last piece of a
    file that is not the manifest's is never handed out, so the bank never has all of it.

    ``aside`` runs something of the caller's on the reading thread, in order.
    """

    def __init__(self, path: Path, file: FileRef) -> None:
        self._file = file
        try:
            if path.stat().st_size != file.cipher_size:
                raise c.FILE_DAMAGED(kind=file.kind)
            self._source = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by close()
        except FileNotFoundError as error:
            raise c.FILE_DAMAGED(kind=file.kind) from error
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pieces")
        self._at, self._hash = 0, sha256()
        self._starts = deque([(0, sha256())], maxlen=2)  # of the last two pieces: where one that went wrong begins again
        self._ahead: Future[Piece] | None = None
        self.aside = self._worker.submit

    def close(self) -> None:
        self._worker.shutdown(wait=True)
        self._source.close()

    def at(self, offset: int, size: int) -> Piece:
        """The piece at ``offset``, ``size`` bytes unless it was read ahead or the file ends; the next one is begun.

        Raises sync.file_damaged.
        """
        ahead, self._ahead = self._ahead, None
        piece = ahead.result() if ahead else None
        if piece is None or piece.offset != offset:
            piece = self._worker.submit(self._read, offset, size).result()
        if piece.end < self._file.cipher_size:
            self._ahead = self._worker.submit(self._read, piece.end, size)
        return piece

    def check_whole(self) -> None:
        """Raises sync.file_damaged unless the file on the disk is the one the manifest names."""
        self._worker.submit(self._check_whole).result()

    def _check_whole(self) -> None:
        self._ahead = None
        self._at, self._hash = 0, sha256()
        self._forward(self._file.cipher_size)
        self._check_end()

    def _read(self, offset: int, size: int) -> Piece:
        self._forward(offset)
        self._starts.append((offset, self._hash.copy()))
        data = self._source.read(min(size, self._file.cipher_size - offset))
        if not data:
            raise c.FILE_DAMAGED(kind=self._file.kind)
        self._hash.update(data)
        self._at += len(data)
        if self._at == self._file.cipher_size:
            self._check_end()
        return Piece(offset, data, self._hash.hexdigest())

    def _forward(self, offset: int) -> None:
        """Stand at ``offset``, everything before it hashed."""
        if offset < self._at:
            earlier = [start for start in self._starts if start[0] <= offset]
            self._at, known = max(earlier, default=(0, sha256()), key=lambda start: start[0])
            self._hash = known.copy()
        self._source.seek(self._at)
        while self._at < offset:
            piece = self._source.read(min(READ, offset - self._at))
            if not piece:
                raise c.FILE_DAMAGED(kind=self._file.kind)
            self._hash.update(piece)
            self._at += len(piece)

    def _check_end(self) -> None:
        if self._hash.hexdigest() != self._file.cipher_sha256:
            raise c.FILE_DAMAGED(kind=self._file.kind)
