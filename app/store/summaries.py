"""The work list's rows: derived from the journal, written in its transactions, searched without reading it."""

import json
from collections.abc import Collection
from datetime import UTC, datetime

from app.domain.summary import CaseSummary
from app.store.database import Database

_FIELDS = tuple(CaseSummary.model_fields)
_COLUMNS = ", ".join(_FIELDS)
_MARKS = ", ".join("?" * len(_FIELDS))
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in _FIELDS if name not in ("case_id", "archived"))
_PUT = f"INSERT INTO case_summary ({_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (case_id) DO UPDATE SET {_CHANGES}, " \
       "archived = CASE WHEN excluded.stage = 'purged' THEN archived ELSE 0 END"
_TRIGRAM = 3


class Summaries:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, row: CaseSummary) -> None:
        """Insert or replace the case's row; inside ``Journal.append(also=…)`` part of the same transaction. An archived case
        is in the list again, unless it was only erased.
        """
        values = row.model_dump() | {"updated_at": _text(row.updated_at), "search": row.search.casefold(),
                                     "criteria": json.dumps(row.criteria)}
        with self._database.transaction() as tables:
            tables.execute(_PUT, [values[name] for name in _FIELDS])

    def progress(self, case_id: str, sync_state: str, sync_share: float) -> None:
        """What the sender moves, without touching the rest of the row."""
        with self._database.transaction() as tables:
            tables.execute("UPDATE case_summary SET sync_state = ?, sync_share = ? WHERE case_id = ?",
                           [sync_state, sync_share, case_id])

    def strip(self, case_id: str) -> None:
        """Leave nothing that a name, a number or a vehicle could be found by."""
        with self._database.transaction() as tables:
            tables.execute("UPDATE case_summary SET customer = '—', search = lower(case_number), note = '' WHERE case_id = ?",
                           [case_id])

    def remove(self, case_id: str) -> None:
        with self._database.transaction() as tables:
            tables.execute("DELETE FROM case_summary WHERE case_id = ?", [case_id])

    def asked_again(self, case_id: str, note: str) -> None:
        """The bank asks for more of a case of which only this line is left."""
        with self._database.transaction() as tables:
            tables.execute("UPDATE case_summary SET stage = 'supplement', archived = 0, note = ? WHERE case_id = ?",
                           [note, case_id])

    def archive(self, case_id: str, archived: bool) -> None:
        """Take a case out of the list, or put it back; nothing else of it changes."""
        with self._database.transaction() as tables:
            tables.execute("UPDATE case_summary SET archived = ? WHERE case_id = ?", [int(archived), case_id])

    def get(self, case_id: str) -> CaseSummary | None:
        found = self._select("case_id = ?", [case_id], 1, 0)
        return found[0] if found else None

    def search(self, text: str = "", states: Collection[str] = (), limit: int = 200, offset: int = 0, *,
               staff_id: str = "", stages: Collection[str] = (), archived: bool | None = None) -> tuple[CaseSummary, ...]:
        """Cases whose search text holds every word of ``text`` and whose sync state is among ``states`` (none = any).

        Last changed first; with ``staff_id`` only that person's, of ``stages`` only (none = any), ``archived`` or not (None =
        either).
        """
        return self._select(*_where(text, states, staff_id, stages, archived), limit, offset)

    def count(self, text: str = "", states: Collection[str] = (), *, staff_id: str = "", stages: Collection[str] = ()) -> int:
        where, values = _where(text, states, staff_id, stages)
        with self._database.reading() as tables:
            return tables.execute(f"SELECT count(*) FROM case_summary WHERE {where}", values).fetchone()[0]

    def tally(self, text: str = "", *, staff_id: str) -> dict[tuple[str, bool], int]:
        """How many cases ``search`` would find, by stage and whether they are archived."""
        where, values = _where(text, (), staff_id)
        sql = f"SELECT stage, archived, count(*) FROM case_summary WHERE {where} GROUP BY stage, archived"
        with self._database.reading() as tables:
            return {(stage, bool(archived)): n for stage, archived, n in tables.execute(sql, values).fetchall()}

    def _select(self, where: str, values: list, limit: int, offset: int) -> tuple[CaseSummary, ...]:
        sql = f"SELECT {_COLUMNS} FROM case_summary WHERE {where} ORDER BY updated_at DESC, id DESC LIMIT ? OFFSET ?"
        with self._database.reading() as tables:
            rows = tables.execute(sql, [*values, limit, offset]).fetchall()
        return tuple(_summary(dict(zip(_FIELDS, row, strict=True))) for row in rows)


def _summary(values: dict) -> CaseSummary:
    return CaseSummary.model_validate(values | {"criteria": json.loads(values["criteria"])})


def _where(text: str, states: Collection[str], staff_id: str, stages: Collection[str] = (),
           archived: bool | None = None) -> tuple[str, list]:
    """Words of three characters and more go through the trigram index; shorter ones are scanned for."""
    parts, values = ["1"], []
    for word in text.casefold().split():
        if len(word) >= _TRIGRAM:
            parts.append("id IN (SELECT rowid FROM case_search WHERE case_search MATCH ?)")
            values.append('"' + word.replace('"', '""') + '"')
        else:
            parts.append("instr(search, ?) > 0")
            values.append(word)
    for column, wanted in (("sync_state", states), ("stage", stages)):
        if wanted:
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    if staff_id:
        parts.append("staff_id = ?")
        values.append(staff_id)
    if archived is not None:
        parts.append("archived = ?")
        values.append(int(archived))
    return " AND ".join(parts), values


def _text(at: datetime) -> str:
    """Fixed width in UTC, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
