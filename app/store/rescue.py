"""Getting out of a data folder what the bank can still use, when it does not open any more. What lies there stays as it is.

Case files are encrypted to the bank already and need no key of this computer. Journal entries are read one by one around
what is damaged, where the key is there, and encrypted to the bank. ``rescue.json`` lists what was found, without a name.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyrage

from app.domain.evidence import digest
from app.domain.model import Model
from app.store import disk, layout
from app.store.keys import Keys
from app.store.sqlcipher import sqlite3

BYTES_AN_EVENT = 100  # at least; how many row numbers are tried follows from the database's size


class RescuedCase(Model):
    """``files`` are whole, ``damaged`` are not what their name says; ``events`` were read of the journal."""

    case_id: str
    files: int
    damaged: int
    events: int


def rescue(folder: Path, out: Path, keys: Keys | None) -> tuple[RescuedCase, ...]:
    """Copy what is left of ``folder`` into the new folder ``out``. Raises disk conditions."""
    with disk.conditions():
        out.mkdir(parents=True)
        events, recipient = _database(folder / layout.DATABASE, keys) if keys else ({}, None)
        names = {path.name for kind in (layout.CASES, layout.ASIDE) for path in (folder / kind).glob("*") if path.is_dir()}
        told = tuple(_case(folder, out, case_id, events.get(case_id, []) if recipient else [], recipient)
                     for case_id in sorted(names | set(events)))
        (out / "rescue.json").write_text(json.dumps([case.model_dump() for case in told], indent=1), encoding="utf-8")
    return told


def _case(folder: Path, out: Path, case_id: str, events: list[str], recipient: str | None) -> RescuedCase:
    place, files, damaged = out / case_id, 0, 0
    place.mkdir()
    for kind in (layout.CASES, layout.ASIDE):
        for path in sorted((folder / kind / case_id).glob("*.age")):
            cipher = path.read_bytes()
            whole = digest(cipher) == path.stem
            (place / (path.name if whole else f"{path.name}.damaged")).write_bytes(cipher)
            files, damaged = files + whole, damaged + (not whole)
    if events:
        plain = "[" + ",\n".join(events) + "]"
        sealed = pyrage.encrypt(plain.encode(), [pyrage.x25519.Recipient.from_str(recipient)])
        (place / "journal.json.age").write_bytes(sealed)
    return RescuedCase(case_id=case_id, files=files, damaged=damaged, events=len(events))


def _database(path: Path, keys: Keys) -> tuple[dict[str, list[str]], str | None]:
    """Events by case in their order, and the bank's recipient; whatever cannot be read is passed over."""
    found: dict[str, list[str]] = {}
    enrolment = next(_rows(path, keys, "SELECT value FROM setting WHERE name = 'enrolment' AND ? < 2", 1), None)
    most = path.stat().st_size // BYTES_AN_EVENT if path.is_file() else 0
    for case_id, text in _rows(path, keys, "SELECT case_id, json FROM event NOT INDEXED WHERE rowid = ?", most):
        found.setdefault(case_id, []).append(text)
    return found, json.loads(enrolment[0])["bank_recipient"] if enrolment else None


def _rows(path: Path, keys: Keys, sql: str, most: int) -> Iterator[tuple]:
    """What ``sql`` gives for each number up to ``most``; after a page that cannot be read the connection is made anew."""
    number = 1
    while number <= most:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA cipher_log_level=NONE")
            connection.execute(f"PRAGMA key=\"x'{keys.database_key().hex()}'\"")
            try:
                while number <= most:
                    yield from connection.execute(sql, [number]).fetchall()
                    number += 1
            except sqlite3.Error:
                number += 1
