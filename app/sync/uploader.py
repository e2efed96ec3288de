"""Sends what is due: manifest, missing files, commit, receipt. One case's trouble does not hold up the others."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.condition import Condition
from app.domain.evidence import FileRef, Receipt
from app.sync import conditions as c
from app.sync.client import BankClient
from app.sync.enrolment import verify_receipt
from app.sync.outbox import Entry, Outbox
from app.sync.tus import FileSender, Pace, Stopped

log = logging.getLogger(__name__)

BACKOFF_FIRST_S = 2.0
BACKOFF_LAST_S = 900.0
ROUNDS_MAX = 3
COMMIT_POLLS_MAX = 150
COMMIT_POLL_S = 2.0

OnReceipt = Callable[[Receipt], None]
Progress = Callable[[Entry, float], None]


@dataclass(frozen=True)
class RunResult:
    """One turn of the queue: receipts gained, entries set aside, entries still waiting, and what ails the line."""

    receipted: int
    stopped: int
    waiting: int
    trouble: Condition | None = None


class Uploader:
    """``vault_path(case_id, file)`` says where the encrypted file lies.

    ``on_receipt`` is called with each verified receipt before the entry becomes ``receipted``; after a crash in between
    it is called again with the very same receipt, so it must bear repetition. ``progress(entry, share)`` is optional.
    """

    def __init__(self, client: BankClient, outbox: Outbox, vault_path: Callable[[str, FileRef], Path],
                 on_receipt: OnReceipt) -> None:
        self.client = client
        self._outbox = outbox
        self._vault_path = vault_path
        self._on_receipt = on_receipt
        self._pace = Pace()
        self._turn = threading.Lock()

    @property
    def stopping(self) -> threading.Event:
        """Set it to end a running turn at the next chunk; what was acknowledged stays."""
        return self.client.transport.stopping

    def next_due(self, staff_id: str) -> datetime | None:
        return self._outbox.next_due(staff_id)

    def run_once(self, progress: Progress | None = None) -> RunResult:
        """Try every due entry of whoever is signed in. Never raises a condition: the result tells it."""
        with self._turn:
            staff = self.client.staff
            if staff is None:
                waiting = self._outbox.waiting()
                return RunResult(0, 0, waiting, c.SIGN_IN_NEEDED() if waiting else None)
            receipted = stopped = 0
            for key in self._outbox.due(staff.staff_id):
                entry = self._outbox.entry(*key)
                try:
                    self._send(entry, progress or _quiet)
                    receipted += 1
                except Stopped:
                    break
                except Condition as condition:
                    stopped += self._put_off(entry, condition)
                    if condition.code in c.LINE:
                        return RunResult(receipted, stopped, self._outbox.waiting(), condition)
            return RunResult(receipted, stopped, self._outbox.waiting(), self._tell_withdrawals(staff.staff_id))

    def _tell_withdrawals(self, staff_id: str) -> Condition | None:
        """Tell the bank what customers took back after sealing; the trouble that kept one from being told."""
        for withdrawal in self._outbox.withdrawals.due(staff_id):
            try:
                self.client.withdraw(withdrawal)
            except Condition as condition:
                log.warning("case %s: a withdrawn consent is not told yet: %s", withdrawal.case_id, condition.code)
                return condition
            self._outbox.withdrawals.told(withdrawal)
        return None

    def _send(self, entry: Entry, progress: Progress) -> None:
        for _ in range(ROUNDS_MAX):
            if self.stopping.is_set():
                raise Stopped
            answer = self.client.open_revision(entry.manifest, entry.device_signature)
            missing = set(answer.missing) if answer.state == "open" else set()
            self._outbox.held_by_bank(entry, [file for file in entry.manifest.files if file.id not in missing])
            self._outbox.advance(entry, "uploading")
            for file in in_order(entry.manifest.files):
                if file.id in missing:
                    self._send_file(entry, file, progress)
            self._outbox.advance(entry, "committing")
            try:
                receipt = self._commit(entry)
            except Condition as condition:
                if condition.kind is not c.FILES_WANTED:
                    raise
                continue  # the bank dropped what was damaged on its side: it names it when asked again
            self._accept(entry, receipt)
            progress(entry, 1.0)
            return
        raise c.FILES_WANTED()

    def _send_file(self, entry: Entry, file: FileRef, progress: Progress) -> None:
        parts = self._outbox.parts(entry)
        others = sum(part.offset for part in parts.values() if part.file_id != file.id)

        def on_offset(url: str | None, offset: int) -> None:
            self._outbox.note_part(entry, file, url, offset)
            progress(entry, min(0.99, (others + offset) / max(1, entry.size)))
            if self.stopping.is_set():
                raise Stopped

        FileSender(self.client, self._pace, entry, file, self._vault_path(entry.case_id, file), on_offset,
                   self.stopping).send(parts[file.id].url)

    def _commit(self, entry: Entry) -> Receipt:
        """The receipt; the bank may ask for patience while it reads everything back."""
        for _ in range(COMMIT_POLLS_MAX):
            receipt = self.client.commit(entry.manifest)
            if receipt is not None:
                return receipt
            if self.stopping.wait(COMMIT_POLL_S):
                raise Stopped
        raise c.BUSY(retry_after=0)

    def _accept(self, entry: Entry, receipt: Receipt) -> None:
        verify_receipt(self.client.enrolment, entry.manifest, receipt)
        self._on_receipt(receipt)
        self._outbox.receipted(entry, receipt)
        log.info("case %s revision %d receipted as %s", entry.case_id, entry.revision, receipt.receipt_id)

    def _put_off(self, entry: Entry, condition: Condition) -> int:
        """Set aside (1) or keep waiting (0)."""
        log.warning("case %s revision %d: %s", entry.case_id, entry.revision, condition.code)
        if condition.code in c.BLOCKS or condition.code in c.REJECTS:
            self._outbox.stop(entry, "rejected" if condition.code in c.REJECTS else "blocked", condition)
            return 1
        waits = (c.SIGN_IN_NEEDED, c.DEVICE_REVOKED, c.DEVICE_UNKNOWN)
        wait = timedelta(0) if condition.kind in waits else backoff(
            entry.attempts, float(condition.values.get("retry_after") or 0))
        self._outbox.postpone(entry, condition, wait)
        return 0


def in_order(files: tuple[FileRef, ...]) -> list[FileRef]:
    """Small ones first, moving pictures and sound last."""
    return sorted(files, key=lambda file: (file.media_type.startswith(("video/", "audio/")), file.cipher_size))


def backoff(attempts: int, retry_after_s: float = 0.0) -> timedelta:
    """Exponential with full jitter between half and the whole; never sooner than the bank asked."""
    whole = min(BACKOFF_LAST_S, BACKOFF_FIRST_S * 2 ** min(attempts, 20))
    return timedelta(seconds=max(retry_after_s, random.uniform(whole / 2, whole)))


def _quiet(_entry: Entry, _share: float) -> None:
    return None
