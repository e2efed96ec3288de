"""The outbox: sealed cases on their way to the bank, as rows beside the journal. No state is ever inferred.

``queued -> uploading -> committing -> receipted -> purged``, and aside ``blocked`` (somebody must act) and ``rejected``
(the bank refused it). ``draft`` and ``sealed`` lie before the row: the sealing transaction itself writes ``queued``.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field

from app.domain.clock import Clock
from app.domain.condition import Condition
from app.domain.evidence import FileRef, Manifest, Receipt
from app.domain.model import Model
from app.store.clock import SystemClock
from app.store.database import Database
from app.store.put_back import PutBackNote
from app.store.settings import Settings
from app.sync.choices import Choices
from app.sync.conditions import CHOSEN, CONSENT_WITHDRAWN
from app.sync.withdrawals import Withdrawal, Withdrawals

State = Literal["draft", "sealed", "queued", "uploading", "committing", "receipted", "purged", "blocked", "rejected"]
BACKOFF_MAX = timedelta(minutes=15)
MS = timedelta(milliseconds=1)
_COLUMNS = """case_id, revision, state, reason, manifest_json, device_signature, created_at, attempts, next_attempt_at,
    last_code, receipt_json,
    (SELECT sum("offset") FROM upload u WHERE u.case_id = o.case_id AND u.revision = o.revision),
    (SELECT sum(size) FROM upload u WHERE u.case_id = o.case_id AND u.revision = o.revision)"""
_WAITING = """SELECT case_id, revision, next_attempt_at FROM outbox WHERE state IN ('queued', 'uploading', 'committing')
    AND staff_id = ? ORDER BY created_at, case_id, revision"""


def is_recording(file: FileRef) -> bool:
    """Large, and wanted last: moving pictures and sound."""
    return file.media_type.startswith(("video/", "audio/"))


def _share(state: str, sent: int, size: int) -> float:
    if state in ("receipted", "purged"):
        return 1.0
    return min(0.99, sent / size) if size else 0.0


class Entry(Model):
    """One sealed revision in the outbox. ``sent``/``size`` are bytes the bank acknowledged and bytes in all."""

    case_id: str
    revision: int
    state: State
    reason: str
    manifest: Manifest
    device_signature: str
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    last_code: str | None
    receipt: Receipt | None
    sent: int = Field(ge=0)
    size: int = Field(ge=0)

    @property
    def share(self) -> float:
        """Part of the bytes that is at the bank, 0–1; 1 only with the receipt."""
        return _share(self.state, self.sent, self.size)


class Part(Model):
    """How far one file is. ``url`` is the upload's path at the bank, once there is one."""

    file_id: str
    url: str | None
    offset: int
    size: int
    done: bool


class Outbox:
    """Each change is one transaction; inside the caller's transaction (sealing) it becomes part of that one."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._put_off: dict[tuple[str, int], int] = {}  # until when, on the monotonic clock
        self.withdrawals = Withdrawals(database)
        self.choices = Choices(Settings(database))
        self._put_back = PutBackNote(Settings(database))

    def enqueue(self, manifest: Manifest, device_signature: str) -> None:
        """Put a sealed revision in the queue. Call it inside the sealing transaction; twice is an error."""
        with self._database.transaction() as tables:
            tables["outbox"].insert({
                "case_id": manifest.case_id, "revision": manifest.revision, "staff_id": manifest.staff_id,
                "state": "queued",
                "manifest_json": manifest.canonical().decode(), "manifest_sha256": manifest.sha256(),
                "device_signature": device_signature, "created_at": self._clock.now().isoformat()})
            tables["upload"].insert_all(
                {"case_id": manifest.case_id, "revision": manifest.revision, "file_id": file.id,
                 "size": file.cipher_size} for file in manifest.files)

    def entry(self, case_id: str, revision: int) -> Entry | None:
        rows = self._entries("WHERE case_id = ? AND revision = ?", (case_id, revision))
        return rows[0] if rows else None

    def latest(self, case_id: str) -> Entry | None:
        """The newest revision of a case that was ever queued."""
        rows = self._entries("WHERE case_id = ? ORDER BY revision DESC LIMIT 1", (case_id,))
        return rows[0] if rows else None

    def entries(self, *states: State) -> tuple[Entry, ...]:
        """All entries in these states, oldest first."""
        marks = ",".join("?" * len(states))
        return self._entries(f"WHERE state IN ({marks}) ORDER BY created_at, case_id, revision", states)

    def due(self, staff_id: str) -> tuple[tuple[str, int], ...]:
        """Case and revision of what this manager may send now, oldest first."""
        return tuple((case_id, revision) for case_id, revision, at in self._waiting(staff_id)
                     if self._wait_s(case_id, revision, at) <= 0)

    def due_in(self, staff_id: str) -> float | None:
        """Seconds until the next waiting entry of this manager may be tried; None when nothing waits."""
        return min((self._wait_s(*row) for row in self._waiting(staff_id)), default=None)

    def _wait_s(self, case_id: str, revision: int, at: datetime | None) -> float:
        """By the clock that nobody can set back, where this very process put the entry off; else by the wall clock, where a
        time further off than any back-off means that it was set back meanwhile: then it is due."""
        if at is None:
            return 0.0
        if (until := self._put_off.get((case_id, revision))) is not None:
            return max(0.0, (until - self._clock.monotonic_ms()) / 1000)
        wait = (at - self._clock.now()).total_seconds()
        return wait if 0 < wait <= BACKOFF_MAX.total_seconds() else 0.0

    def waiting(self, staff_id: str = "") -> int:
        """How many entries of this manager still have to go; of all managers without one."""
        if staff_id:
            return len(self._waiting(staff_id))
        counts = self.counts()
        return sum(counts.get(state, 0) for state in ("queued", "uploading", "committing"))

    def states(self) -> tuple[tuple[str, State, float], ...]:
        """(case, state, share sent) of the newest revision of every case not yet purged."""
        with self._database.reading() as tables:
            rows = tables.execute(
                """SELECT o.case_id, o.state, sum(u."offset"), sum(u.size) FROM outbox o
                LEFT JOIN upload u USING (case_id, revision) WHERE o.state <> 'purged' AND o.revision =
                (SELECT max(revision) FROM outbox n WHERE n.case_id = o.case_id) GROUP BY o.case_id""").fetchall()
        return tuple((case_id, state, _share(state, sent or 0, size or 0)) for case_id, state, sent, size in rows)

    def backlog(self, staff_id: str) -> tuple[int, int]:
        """(bytes the bank has, bytes in all) of everything of this manager that still has to go."""
        with self._database.reading() as tables:
            row = tables.execute(
                'SELECT coalesce(sum(u."offset"), 0), coalesce(sum(u.size), 0) FROM upload u JOIN outbox o'
                " USING (case_id, revision) WHERE o.state IN ('queued', 'uploading', 'committing')"
                " AND o.staff_id = ?", [staff_id]).fetchone()
        return row[0], row[1]

    def counts(self) -> dict[str, int]:
        with self._database.reading() as tables:
            return dict(tables.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())

    def parts(self, entry: Entry) -> dict[str, Part]:
        with self._database.reading() as tables:
            rows = tables.execute(
                'SELECT file_id, url, "offset", size, done FROM upload WHERE case_id = ? AND revision = ?',
                [entry.case_id, entry.revision]).fetchall()
        return {row[0]: Part(file_id=row[0], url=row[1], offset=row[2], size=row[3], done=bool(row[4])) for row in rows}

    def advance(self, entry: Entry, state: State) -> None:
        """Raises consent.withdrawn where that has stopped the entry meanwhile."""
        with self._database.transaction() as tables:
            moved = tables.execute(
                "UPDATE outbox SET state = ?, reason = '' WHERE case_id = ? AND revision = ? AND last_code IS NOT ?",
                [state, entry.case_id, entry.revision, CONSENT_WITHDRAWN.code]).rowcount
        if not moved:
            raise CONSENT_WITHDRAWN()

    def withdraw(self, withdrawal: Withdrawal, *, stops: bool) -> None:
        """A consent was taken back after sealing: the bank is told once it has the case; what it has not confirmed yet is
        no longer sent where that consent ``stops`` it. Call it inside the journal's transaction."""
        with self._database.transaction():
            self.withdrawals.add(withdrawal)
            entry = self.latest(withdrawal.case_id)
            if stops and entry is not None and entry.state not in ("receipted", "purged"):
                self.stop(entry, "rejected", CONSENT_WITHDRAWN())

    def note_part(self, entry: Entry, file: FileRef, url: str | None, offset: int) -> None:
        """What the bank acknowledged of one file."""
        with self._database.transaction() as tables:
            tables.execute(
                'UPDATE upload SET url = ?, "offset" = ?, done = ? WHERE case_id = ? AND revision = ? AND file_id = ?',
                [url, offset, int(offset == file.cipher_size), entry.case_id, entry.revision, file.id])

    def held_by_bank(self, entry: Entry, files: Sequence[FileRef]) -> None:
        """The bank has these files whole, from whatever earlier try."""
        with self._database.transaction():
            for file in files:
                self.note_part(entry, file, None, file.cipher_size)

    def found_at_bank(self, entry: Entry) -> None:
        """The bank has acknowledged it. A commit is asked for once every byte is noted here as sent; so where that is not
        noted and nobody brought it by hand, this data is of before it was sent."""
        noted = all(part.done for part in self.parts(entry).values())
        if not noted and not self.choices.by_hand(entry.case_id):
            self._put_back.note(self._clock.now(), cases=1)

    def postpone(self, entry: Entry, condition: Condition, wait: timedelta) -> None:
        """Keep it waiting: not before ``wait`` from now, at most BACKOFF_MAX. Without any wait, or by choice, it was
        no attempt."""
        wait = min(wait, BACKOFF_MAX)
        self._put_off[entry.case_id, entry.revision] = self._clock.monotonic_ms() + wait // MS
        tried = bool(wait) and condition.code not in CHOSEN
        self._update(entry, attempts=entry.attempts + tried, last_code=condition.code,
                     next_attempt_at=(self._clock.now() + wait).isoformat())

    def stop(self, entry: Entry, state: Literal["blocked", "rejected"], condition: Condition) -> None:
        """Set it aside with its reason; the others go on."""
        self._update(entry, state=state, reason=condition.message("zh"), last_code=condition.code, next_attempt_at=None)

    def release(self) -> None:
        """Queue again what was set aside, and wait no longer with the rest: somebody acted and asks for it. What a customer
        stopped stays so."""
        with self._database.transaction() as tables:
            tables.execute("UPDATE outbox SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL")
            tables.execute(
                "UPDATE outbox SET state = 'queued', reason = '' WHERE state IN ('blocked', 'rejected')"
                " AND last_code IS NOT ?", [CONSENT_WITHDRAWN.code])

    def release_held(self, case_id: str = "") -> None:
        """What a person's choice kept back may be looked at again: of one case, or of all."""
        with self._database.transaction() as tables:
            tables.execute(
                "UPDATE outbox SET next_attempt_at = NULL, last_code = NULL WHERE last_code IN (?, ?) AND ? IN (case_id, '')",
                [*sorted(CHOSEN), case_id])

    def receipted(self, entry: Entry, receipt: Receipt) -> None:
        """Only with a receipt that was verified."""
        self._update(entry, state="receipted", reason="", last_code=None, next_attempt_at=None,
                     receipt_json=receipt.model_dump_json())

    def purged(self, case_id: str) -> None:
        """The case's local files are destroyed; only what has its receipt becomes purged."""
        self.choices.forget(case_id)
        with self._database.transaction() as tables:
            tables.execute("UPDATE outbox SET state = 'purged' WHERE case_id = ? AND state = 'receipted'", [case_id])

    def _waiting(self, staff_id: str) -> list[tuple[str, int, datetime | None]]:
        with self._database.reading() as tables:
            return [(row[0], row[1], _time(row[2])) for row in tables.execute(_WAITING, [staff_id]).fetchall()]

    def _update(self, entry: Entry, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._database.transaction() as tables:
            tables.execute(f"UPDATE outbox SET {names} WHERE case_id = ? AND revision = ?",
                           [*values.values(), entry.case_id, entry.revision])

    def _entries(self, where: str, values: Sequence[object]) -> tuple[Entry, ...]:
        with self._database.reading() as tables:
            rows = tables.execute(f"SELECT {_COLUMNS} FROM outbox o {where}", list(values)).fetchall()
        return tuple(_entry(row) for row in rows)


def _entry(row: Sequence) -> Entry:
    return Entry(
        case_id=row[0], revision=row[1], state=row[2], reason=row[3], manifest=Manifest.model_validate_json(row[4]),
        device_signature=row[5], created_at=_time(row[6]), attempts=row[7], next_attempt_at=_time(row[8]),
        last_code=row[9], receipt=Receipt.model_validate_json(row[10]) if row[10] else None, sent=row[11] or 0,
        size=row[12] or 0)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
