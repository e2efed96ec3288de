"""One sealed case on its way: manifest, missing files, commit, receipt, a step at a time."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path

from app.domain.condition import Condition
from app.domain.evidence import FileRef, Receipt
from app.sync import conditions as c
from app.sync.client import BankClient
from app.sync.enrolment import verify_receipt
from app.sync.outbox import Entry, Outbox, is_recording
from app.sync.tus import FileSender, Pace, Stopped

log = logging.getLogger(__name__)

ROUNDS_MAX = 3
COMMIT_POLLS_MAX = 150
COMMIT_POLL_S = 2.0
NOTE_S = 0.5


class Stage(Enum):
    """What the next step of a case is about; of several cases the one that stands earlier here goes first."""

    COMMIT = "commit"
    DATA = "data"
    RECORDING = "recording"
    PATIENCE = "patience"


class Sending:
    """``step`` sends one piece; ``not_before`` (monotonic seconds) holds for a step of PATIENCE."""

    def __init__(self, client: BankClient, outbox: Outbox, vault_path: Callable[[str, FileRef], Path],
                 on_receipt: Callable[[Receipt], None], pace: Pace, entry: Entry,
                 progress: Callable[[Entry, float], None]) -> None:
        self.entry = entry
        self.receipted = False
        self.not_before = 0.0
        self._client, self._outbox, self._vault_path = client, outbox, vault_path
        self._on_receipt, self._pace, self._progress = on_receipt, pace, progress
        self._steps = self._whole()

    @property
    def stopping(self) -> threading.Event:
        return self._client.transport.stopping

    def step(self) -> Stage | None:
        """Do the next piece of work; what the one after it is about, None when there is none. Raises what ails it."""
        return next(self._steps, None)

    def close(self) -> None:
        self._steps.close()

    def _whole(self) -> Iterator[Stage]:
        entry = self.entry
        for _ in range(ROUNDS_MAX):
            self._check_allowed(recording=False)
            missing = self._open()
            self._outbox.advance(entry, "uploading")
            for file in in_order(missing):
                stage = Stage.RECORDING if is_recording(file) else Stage.DATA
                yield stage
                self._check_allowed(stage is Stage.RECORDING)
                for _chunk in self._file(file):
                    yield stage
                    self._check_allowed(stage is Stage.RECORDING)
            yield Stage.COMMIT
            self._outbox.advance(entry, "committing")
            try:
                yield from self._commit()
            except Condition as condition:
                if condition.kind is not c.FILES_WANTED:
                    raise
                continue  # the bank dropped what was damaged on its side: it names it when asked again
            return
        raise c.FILES_WANTED()

    def _check_allowed(self, recording: bool) -> None:
        """Raises sync.held or sync.recordings_wait; asked before each step, for a person may choose anew at any time."""
        what = self._outbox.choices.of(self.entry.case_id)
        if what == "nothing":
            raise c.HELD()
        if recording and what == "papers":
            raise c.RECORDINGS_WAIT()

    def _open(self) -> list[FileRef]:
        manifest = self.entry.manifest
        answer = self._client.open_revision(manifest, self.entry.device_signature)
        if answer.state == "receipted":
            self._outbox.found_at_bank(self.entry)
        missing = set(answer.missing) if answer.state == "open" else set()
        self._outbox.held_by_bank(self.entry, [file for file in manifest.files if file.id not in missing])
        return [file for file in manifest.files if file.id in missing]

    def _file(self, file: FileRef) -> Iterator[None]:
        parts = self._outbox.parts(self.entry)
        others = sum(part.offset for part in parts.values() if part.file_id != file.id)
        noted, note_at = parts[file.id].url, 0.0

        def on_offset(url: str | None, offset: int) -> None:
            """Each one is shown; on a quick line not each is worth a durable row: where to go on, the bank tells anyway."""
            nonlocal noted, note_at
            if url != noted or offset == file.cipher_size or time.monotonic() >= note_at:
                self._outbox.note_part(self.entry, file, url, offset)
                noted, note_at = url, time.monotonic() + NOTE_S
            self._progress(self.entry, min(0.99, (others + offset) / max(1, self.entry.size)))
            if self.stopping.is_set():
                raise Stopped

        path = self._vault_path(self.entry.case_id, file)
        return FileSender(self._client, self._pace, self.entry, file, path, on_offset, self.stopping).chunks(
            parts[file.id].url)

    def _commit(self) -> Iterator[Stage]:
        """Until there is a receipt; the bank may ask for patience while it reads everything back."""
        for _ in range(COMMIT_POLLS_MAX):
            receipt = self._client.commit(self.entry.manifest)
            if receipt is not None:
                return self._accept(receipt)
            self.not_before = time.monotonic() + COMMIT_POLL_S
            yield Stage.PATIENCE
        raise c.BUSY(retry_after=0)

    def _accept(self, receipt: Receipt) -> None:
        entry = self.entry
        verify_receipt(self._client.enrolment, entry.manifest, receipt)
        self._on_receipt(receipt)
        self._outbox.receipted(entry, receipt)
        self.receipted = True
        log.info("case %s revision %d receipted as %s", entry.case_id, entry.revision, receipt.receipt_id)
        self._progress(entry, 1.0)


def in_order(files: list[FileRef]) -> list[FileRef]:
    """Small ones first, moving pictures and sound last."""
    return sorted(files, key=lambda file: (is_recording(file), file.cipher_size))
