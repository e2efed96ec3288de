"""A real store in a folder with Chinese characters and a space in its name; fakes only for clock and key store."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from app.store.database import Database
from app.store.journal import Journal
from app.store.keys import Keys, unlock
from app.store.settings import Settings
from app.store.summaries import Summaries
from app.store.vault import Vault
from tests.key_store import MemoryKeyStore


@dataclass
class SteppingClock:
    """Every look at the clock moves it on by one second."""

    boot: str = "boot-1"
    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    ms: int = 0

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def monotonic_ms(self) -> int:
        self.ms += 1000
        return self.ms


@dataclass
class Store:
    folder: Path
    keys: Keys
    database: Database
    journal: Journal
    vault: Vault
    summaries: Summaries
    settings: Settings


BANK = pyrage.x25519.Identity.generate()


def open_store(folder: Path, key_store: MemoryKeyStore) -> Store:
    keys = unlock(folder, key_store=key_store)
    database = Database.open(folder, keys)
    settings = Settings(database)
    return Store(
        folder, keys, database, Journal(database, SteppingClock()),
        Vault(folder, database, keys, lambda: settings.get("bank_recipient")), Summaries(database), settings,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "面签 数据"


@pytest.fixture
def key_store() -> MemoryKeyStore:
    return MemoryKeyStore()


@pytest.fixture
def bank() -> pyrage.x25519.Identity:
    return BANK


@pytest.fixture
def store(folder: Path, key_store: MemoryKeyStore):
    """An open store that is enrolled with ``bank``."""
    opened = open_store(folder, key_store)
    opened.settings.set("bank_recipient", str(BANK.to_public()))
    yield opened
    opened.database.close()


@pytest.fixture
def reopen(folder: Path, key_store: MemoryKeyStore):
    """Open the folder once more, as the next start of the program would."""
    opened = []

    def again() -> Store:
        opened.append(open_store(folder, key_store))
        return opened[-1]

    yield again
    for store in opened:
        store.database.close()
