"""What the running gateway is made of, built once and handed to every room of it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from starlette.requests import Request

from app.domain.evidence import FileRef
from gateway.database import Database
from gateway.files import CaseFiles, decrypted, whole
from gateway.hashes import RunningHashes
from gateway.keys import BankKeys


@dataclass(frozen=True)
class Bank:
    """``dealers`` is the admitted dealers' list as TOML text; ``face_checker`` the command of the face checker, empty for
    none, and ``face_check_s`` the seconds it may take for one case. With less than ``keep_free`` bytes of room it is not
    ready."""

    database: Database
    files: CaseFiles
    keys: BankKeys
    dealers: str
    face_checker: tuple[str, ...] = ()
    face_check_s: float = 60.0
    keep_free: int = 1 << 30
    hashes: RunningHashes = field(default_factory=RunningHashes)
    hashing: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))


    def plain(self, case_id: str, ref: FileRef) -> Iterator[bytes]:
        """The plain bytes of a stored file, in pieces. Raises OSError in the middle where it is not what the manifest names."""
        return decrypted(self._source(case_id, ref), self.keys.identities, ref.sha256)

    def whole(self, case_id: str, ref: FileRef) -> bytes:
        """All of them, in memory only. Raises OSError."""
        return whole(self._source(case_id, ref), self.keys.identities, ref)

    def _source(self, case_id: str, ref: FileRef) -> Callable[[], BinaryIO]:
        return lambda: self.files.shelf.open(case_id, ref.cipher_sha256)


def bank_of(request: Request) -> Bank:
    return request.app.state.bank
