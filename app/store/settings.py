"""Small values the program remembers, as JSON under a name, inside the encrypted database."""

import json
from contextlib import AbstractContextManager
from typing import Any

from app.store.database import Database


class Settings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        with self._database.reading() as tables:
            row = tables.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
        return json.loads(row[0]) if row else default

    def set(self, name: str, value: Any) -> None:
        """Durable on return; ``None`` is a value like any other."""
        with self._database.transaction() as tables:
            tables.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
                           [name, json.dumps(value, ensure_ascii=False)])

    def together(self) -> AbstractContextManager:
        """``with settings.together():`` all that is set and removed inside, or nothing."""
        return self._database.transaction()

    def remove(self, name: str) -> None:
        with self._database.transaction() as tables:
            tables.execute("DELETE FROM setting WHERE name = ?", [name])

    def remove_all(self, beginning: str) -> None:
        """Every value whose name begins so."""
        with self._database.transaction() as tables:
            tables.execute("DELETE FROM setting WHERE substr(name, 1, ?) = ?", [len(beginning), beginning])
