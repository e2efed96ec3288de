"""The journal: the only record of what happened in a case. It grows by whole acts and never changes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from app.domain.chain import broken_at, link
from app.domain.clock import Clock, Heard, Witnesses
from app.domain.condition import Kind
from app.domain.evidence import GENESIS, FileRef, Sha256, canonical
from app.domain.facts import Event, Fact
from app.domain.model import Model
from app.store.database import Database
from app.store.sqlcipher import sqlite_utils

JOURNAL_UNREADABLE = Kind(
    "journal.unreadable",
    zh="该案件含有本版本无法识别的记录。", zh_next="请安装最新版本的面签台后再打开；数据没有改动。",
    en="This case holds entries that this version cannot read.",
    en_next="Install the latest version and open it again; nothing was changed.",
)


class Tombstone(Model):
    """What stays of a case whose journal was erased; manifest and receipt of its seals stay in the outbox."""

    case_id: str
    case_number: str
    staff_id: str
    id_number_masked: str
    opened_at: datetime
    journal_head: Sha256
    journal_length: int
    erased_at: datetime


class Journal:
    def __init__(self, database: Database, clock: Clock, witnesses: Witnesses | None = None) -> None:
        self._database = database
        self._clock = clock
        self._witnesses = witnesses

    def append(self, case_id: str, *facts: Fact, actor: str,
               also: Callable[[sqlite_utils.Database], None] | None = None) -> tuple[Event, ...]:
        """Add the facts of one act, all or none, durable on return.

        ``also`` writes what must never be seen apart from them (summary row, outbox row) in the same transaction; if it
        raises, nothing was appended. It gets the open tables and may call other stores of this database.
        """
        with self._database.transaction() as tables:
            seq, previous = _head(tables, case_id)
            events = []
            for fact in facts:
                seq += 1
                event = link(case_id, seq, self._clock.now().astimezone(UTC), self._clock.monotonic_ms(),
                             self._clock.boot, actor, fact, previous, **self._heard())
                _insert(tables, event)
                events.append(event)
                previous = event.hash
            if also:
                also(tables)
        return tuple(events)

    def _heard(self) -> dict[str, Heard | None]:
        if self._witnesses is None:
            return {}
        return {"bank_time": self._witnesses.bank(), "gnss_time": self._witnesses.gnss()}

    def events(self, case_id: str, after: int = 0) -> tuple[Event, ...]:
        """The case's events in order, from the one behind sequence number ``after``; empty for an unknown case."""
        with self._database.reading() as tables:
            rows = tables.execute(
                "SELECT json FROM event WHERE case_id = ? AND seq > ? ORDER BY seq", [case_id, after]).fetchall()
        try:
            return tuple(Event.model_validate_json(row[0]) for row in rows)
        except ValidationError:
            raise JOURNAL_UNREADABLE() from None  # its text would quote what the case holds

    def bury(self, stone: Tombstone, also: Callable[[], None]) -> None:
        """Erase every event of the case, with what ``also`` does; only its tombstone stays, and it grows no more. Not inside
        a transaction. Afterwards nothing of it is left in the database's free pages or in its log."""
        with self._database.transaction() as tables:
            tables["tombstone"].insert(stone.model_dump(mode="json"))
            for table in ("event", "case_file"):
                tables.execute(f"DELETE FROM {table} WHERE case_id = ?", [stone.case_id])
            also()
        self._database.forget()

    def tombstone(self, case_id: str) -> Tombstone | None:
        with self._database.reading() as tables:
            rows = list(tables.query("SELECT * FROM tombstone WHERE case_id = ?", [case_id]))
        return Tombstone.model_validate(rows[0]) if rows else None

    def case_ids(self) -> tuple[str, ...]:
        """All cases, oldest first."""
        with self._database.reading() as tables:
            rows = tables.execute(
                "SELECT case_id FROM event INDEXED BY event_first WHERE seq = 1 ORDER BY rowid").fetchall()
        return tuple(row[0] for row in rows)

    def head(self, case_id: str) -> tuple[int, str]:
        """(number of events, hash of the last one); (0, GENESIS) for an unknown case."""
        with self._database.reading() as tables:
            return _head(tables, case_id)

    def verify(self, case_id: str) -> int | None:
        """Sequence number of the first stored event that does not fit the chain, or None where all do."""
        with self._database.reading() as tables:
            rows = tables.execute(
                "SELECT seq, at, kind, hash, json FROM event WHERE case_id = ? ORDER BY seq", [case_id]).fetchall()
        events = []
        for seq, at, kind, sha256, text in rows:
            try:
                event = Event.model_validate_json(text)
            except ValidationError:
                return broken_at(events) or seq
            if event.case_id != case_id or _columns(event) != (seq, at, kind, sha256):
                return broken_at(events) or seq
            events.append(event)
        return broken_at(events)


def file_refs(value: Any) -> Iterator[FileRef]:
    """Every file named anywhere inside a fact, an event or a collection of them."""
    if isinstance(value, FileRef):
        yield value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from file_refs(getattr(value, name))
    elif isinstance(value, dict):
        yield from file_refs(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from file_refs(item)


def _head(tables: sqlite_utils.Database, case_id: str) -> tuple[int, str]:
    sql = "SELECT seq, hash FROM event WHERE case_id = ? ORDER BY seq DESC LIMIT 1"
    row = tables.execute(sql, [case_id]).fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)


def _columns(event: Event) -> tuple[int, str, str, str]:
    return event.seq, event.at.isoformat(), event.fact.kind, event.hash


def _insert(tables: sqlite_utils.Database, event: Event) -> None:
    text = canonical(event.model_dump(mode="json")).decode()
    tables.execute("INSERT INTO event (case_id, seq, at, kind, hash, json) VALUES (?, ?, ?, ?, ?, ?)",
                   [event.case_id, *_columns(event), text])
    for ref in file_refs(event.fact):
        tables.execute("INSERT OR IGNORE INTO case_file (case_id, cipher_sha256) VALUES (?, ?)",
                       [event.case_id, ref.cipher_sha256])
