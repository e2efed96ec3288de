"""What this process knows of the parts it has written: their hash so far, so that nobody need read them again."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from gateway.files import Stamp, stamp_of
from gateway.shelf import Digest, hashed

KEPT = 2_000


class RunningHashes:
    """SHA-256 of each part up to its end, by upload. Believed only while the file has the size, time and place that it had
    after our own last write: whatever else touched it, or another process's work, is read from the disk."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Stamp, Digest]] = OrderedDict()
        self._lock = Lock()

    def of(self, upload_id: str, path: Path) -> Digest:
        """The running hash of the whole file at ``path``; the caller may go on with it."""
        with self._lock:
            known = self._known.get(upload_id)
        if known is not None and known[0] == stamp_of(path):
            return known[1].copy()
        return hashed(open(path, "rb", buffering=0))

    def note(self, upload_id: str, path: Path, digest: Digest) -> None:
        """``digest`` is that of all of the file, as this process wrote it."""
        with self._lock:
            self._known[upload_id] = (stamp_of(path), digest)
            self._known.move_to_end(upload_id)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
