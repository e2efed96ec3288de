"""Sends what is due: manifests and small files of all cases first, recordings last, then the commits. One case's trouble
does not hold up the others."""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.domain.condition import Condition
from app.domain.evidence import FileRef, Receipt
from app.sync import conditions as c
from app.sync.client import BankClient
from app.sync.outbox import BACKOFF_MAX, Entry, Outbox
from app.sync.sending import Sending, Stage
from app.sync.tus import Pace, Stopped

log = logging.getLogger(__name__)

BACKOFF_FIRST_S = 2.0
BACKOFF_LAST_S = 900.0
LOOK_S = 2.0
BUSY_MAX = 3

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
    It sends what the outbox's choices allow, at the rate they allow.
    """

    def __init__(self, client: BankClient, outbox: Outbox, vault_path: Callable[[str, FileRef], Path],
                 on_receipt: OnReceipt) -> None:
        self.client = client
        client.transport.rate = outbox.choices.rate
        self._outbox = outbox
        self._vault_path = vault_path
        self._on_receipt = on_receipt
        self._pace = Pace()
        self._turn = threading.Lock()

    @property
    def stopping(self) -> threading.Event:
        """Set it to end a running turn at the next chunk; what was acknowledged stays."""
        return self.client.transport.stopping

    def due_in(self, staff_id: str) -> float | None:
        """Seconds until the next waiting entry may be tried; None when nothing waits."""
        return self._outbox.due_in(staff_id)

    def run_once(self, progress: Progress | None = None) -> RunResult:
        """Try every due entry of whoever is signed in. Never raises a condition: the result tells it."""
        with self._turn:
            staff = self.client.staff
            if staff is None:
                waiting = self._outbox.waiting()
                return RunResult(0, 0, waiting, c.SIGN_IN_NEEDED() if waiting else None)
            turn = _Turn(self._outbox, staff.staff_id, self._sending(progress or _quiet))
            trouble = turn.run(self.stopping) or self._tell_withdrawals(staff.staff_id)
            return RunResult(turn.receipted, turn.stopped, self._outbox.waiting(staff.staff_id), trouble)

    def _sending(self, progress: Progress) -> Callable[[Entry], Sending]:
        return lambda entry: Sending(self.client, self._outbox, self._vault_path, self._on_receipt, self._pace, entry,
                                     progress)

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


class _Turn:
    """One turn: each case goes a step at a time, and the one with the most urgent next step goes first.

    A case sealed meanwhile is looked for every LOOK_S seconds, so that a long recording keeps no papers waiting.
    """

    def __init__(self, outbox: Outbox, staff_id: str, sending: Callable[[Entry], Sending]) -> None:
        self._outbox, self._staff_id, self._begin = outbox, staff_id, sending
        self._ready: dict[Stage, deque[Sending]] = {stage: deque() for stage in Stage}
        self._new: deque[tuple[str, int]] = deque()
        self._seen: set[tuple[str, int]] = set()
        self._look_at = 0.0
        self._busy = 0
        self.receipted = self.stopped = 0

    def run(self, stopping: threading.Event) -> Condition | None:
        """Until nothing is left to do; what ails the line, if that ended it."""
        try:
            while not stopping.is_set() and (following := self._next(stopping)) is not None:
                if trouble := self._step(*following):
                    return trouble
        except Stopped:
            pass
        finally:
            for sending in (each for waiting in self._ready.values() for each in waiting):
                sending.close()
        return None

    def _next(self, stopping: threading.Event) -> tuple[Stage, Sending] | None:
        self._look()
        for stage in (Stage.COMMIT, Stage.DATA):
            if self._ready[stage]:
                return stage, self._ready[stage].popleft()
        if self._new:
            return Stage.DATA, self._begin(self._outbox.entry(*self._new.popleft()))
        if self._ready[Stage.RECORDING]:
            return Stage.RECORDING, self._ready[Stage.RECORDING].popleft()
        if self._ready[Stage.PATIENCE]:
            sending = self._ready[Stage.PATIENCE].popleft()
            stopping.wait(max(0.0, sending.not_before - time.monotonic()))
            return Stage.PATIENCE, sending
        return None

    def _look(self) -> None:
        if time.monotonic() < self._look_at:
            return
        fresh = [key for key in self._outbox.due(self._staff_id) if key not in self._seen]
        self._seen.update(fresh)
        self._new.extend(fresh)
        self._look_at = time.monotonic() + LOOK_S

    def _step(self, done: Stage, sending: Sending) -> Condition | None:
        """The trouble of the line, which would meet every other case, too."""
        try:
            stage = sending.step()
        except Condition as condition:
            self._busy = self._busy + 1 if condition.kind is c.BUSY else 0
            self.stopped += _put_off(self._outbox, sending.entry, condition)
            return condition if condition.code in c.LINE or self._busy >= BUSY_MAX else None
        self._busy = 0
        if stage is None:
            self.receipted += sending.receipted
        elif stage is done is Stage.RECORDING:  # one after the other: half of a recording is worth nothing
            self._ready[stage].appendleft(sending)
        else:
            self._ready[stage].append(sending)
        return None


def _put_off(outbox: Outbox, entry: Entry, condition: Condition) -> int:
    """Set aside (1) or keep waiting (0). What ails the line is no fault of the entry: it goes as soon as that is over."""
    if condition.code in c.CHOSEN:
        outbox.postpone(entry, condition, BACKOFF_MAX)
        return 0
    log.warning("case %s revision %d: %s", entry.case_id, entry.revision, condition.code)
    if condition.code in c.BLOCKS or condition.code in c.REJECTS:
        outbox.stop(entry, "rejected" if condition.code in c.REJECTS else "blocked", condition)
        return 1
    wait = timedelta(0) if condition.code in c.LINE else backoff(
        entry.attempts, float(condition.values.get("retry_after") or 0))
    outbox.postpone(entry, condition, wait)
    return 0


def backoff(attempts: int, retry_after_s: float = 0.0) -> timedelta:
    """Exponential with full jitter between half and the whole; never sooner than the bank asked."""
    whole = min(BACKOFF_LAST_S, BACKOFF_FIRST_S * 2 ** min(attempts, 20))
    return timedelta(seconds=max(retry_after_s, random.uniform(whole / 2, whole)))


def _quiet(_entry: Entry, _share: float) -> None:
    return None
