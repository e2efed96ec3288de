"""A process that works with a real store until it is killed. Run by the fault tests; each confirmed act is one line.

``store_worker.py MODE FOLDER KEYS CASE SEED [CRASH_POINT]`` — the crash point, if given, is reached in the third act.
"""

import json
import os
import random
import signal
import sys
from hashlib import sha256
from pathlib import Path

import pyrage

from app.domain.condition import Condition
from app.domain.facts import FormConfirmed, SecondPersonVerified
from app.domain.summary import CaseSummary
from app.store.clock import SystemClock
from app.store.database import Database
from app.store.disk import Disk
from app.store.journal import Journal
from app.store.keys import unlock
from app.store.migrations import MIGRATIONS
from app.store.recovery import recover
from app.store.settings import Settings
from app.store.summaries import Summaries
from app.store.vault import Vault

BANK = str(pyrage.x25519.Identity.generate().to_public())
PLANTED = "测试客户-readable-110101199001019999"
CRASH_POINTS = ("temp-half", "temp-written", "renamed", "stored", "in-transaction", "committed", "destroying")
CRASH_ACT = 3
# Slow enough to be killed in the middle: 200 000 rows in one transaction.
SLOW_STEP = (
    "CREATE TABLE later (a INTEGER, b TEXT) STRICT",
    "INSERT INTO later WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
    " SELECT i, hex(randomblob(20)) FROM n",
)


class FileKeyStore:
    """Stands in for the operating system's key store, outside the data folder and shared by all processes of a test."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _entries(self) -> dict[str, str]:
        return json.loads(self.path.read_text()) if self.path.is_file() else {}

    def get(self, name: str) -> str | None:
        return self._entries().get(name)

    def put(self, name: str, secret: str) -> None:
        self.path.write_text(json.dumps(self._entries() | {name: secret}))

    def remove(self, name: str) -> None:
        self.path.write_text(json.dumps({key: value for key, value in self._entries().items() if key != name}))


def die() -> None:
    """As abruptly as the system allows: no handler, no flush, no exit code of ours."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


class Mortal(Disk):
    """The real disk, on which the process dies at the named point once it is armed."""

    armed = ""

    def at(self, point: str) -> None:
        if self.armed == point:
            die()

    def spill(self, temp: Path, data: bytes) -> None:
        if self.armed == "temp-half":
            temp.write_bytes(data[: len(data) // 2])
            die()
        super().spill(temp, data)
        self.at("temp-written")

    def rename(self, temp: Path, path: Path) -> None:
        super().rename(temp, path)
        self.at("renamed")

    def remove(self, path: Path) -> bool:
        self.at("destroying")
        return super().remove(path)


class Opened:
    """All parts of one store; opened as the program opens it, recovery included."""

    def __init__(self, folder: Path, key_file: Path, migrations=MIGRATIONS) -> None:
        self.folder = folder
        self.disk = Mortal()
        keys = unlock(folder, key_store=FileKeyStore(key_file))
        self.database = Database.open(folder, keys, migrations)
        self.journal = Journal(self.database, SystemClock())
        self.vault = Vault(folder, self.database, keys, lambda: BANK, self.disk)
        self.summaries = Summaries(self.database)
        self.settings = Settings(self.database)

    def recover(self):
        return recover(self.folder, self.database, self.vault)

    def act(self, case_id: str, data: bytes) -> None:
        """One thing a person does: a file, two facts and the work list's row; printed when it is safe."""
        ref = self.vault.put(case_id, "photo", "image/jpeg", data)
        self.disk.at("stored")
        following = self.journal.head(case_id)[0] + 2

        def along(tables) -> None:
            self.summaries.put(summary(case_id, following))
            self.disk.at("in-transaction")

        form = FormConfirmed(values={"name": PLANTED})
        photo = SecondPersonVerified(staff_id="S", staff_name=PLANTED, statement=sha256(data).hexdigest(), photo=ref)
        events = self.journal.append(case_id, form, photo, actor="S-1", also=along)
        self.disk.at("committed")
        print(f"ACK {events[-1].seq} {events[-1].hash}", flush=True)


def summary(case_id: str, seq: int) -> CaseSummary:
    return CaseSummary(case_id=case_id, case_number="MQ-1", staff_id="S", customer=PLANTED, id_number_masked="",
                       product="p", step=1, stage=str(seq), completeness=0, sync_state="draft", search=PLANTED,
                       updated_at=SystemClock().now())


def payload(rng: random.Random) -> bytes:
    return PLANTED.encode() + rng.randbytes(rng.choice([1, 1000, 70_000, 300_000]))


def work(store: Opened, case_id: str, rng: random.Random, crash_at: str) -> None:
    store.recover()
    print("READY", flush=True)
    for number in range(1, 100_000):
        if number == CRASH_ACT and crash_at == "destroying":
            store.disk.armed = crash_at
            store.vault.destroy(case_id)
        store.disk.armed = crash_at if number == CRASH_ACT else ""
        store.act(case_id, payload(rng))


def code_of(call) -> str:
    try:
        call()
    except Condition as condition:
        return condition.code
    return "done"


def fill(store: Opened, case_id: str, key_file: Path) -> None:
    """On a disk of a few megabytes: fill it with case files, then to the last byte, then make room and go on."""
    ballast = store.folder / "ballast"
    ballast.write_bytes(bytes(400_000))
    codes = ["done"]
    while codes[-1] == "done":
        codes.append(code_of(lambda: store.act(case_id, os.urandom(150_000))))
    full, acts = codes[-1], len(codes) - 2
    with ballast.open("ab", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    before = store.journal.head(case_id)
    row = "x" * 100_000
    journal_full = code_of(lambda: store.journal.append(case_id, FormConfirmed(values={"a": row}), actor="S"))
    setting_full = code_of(lambda: store.settings.set("a", row))
    kept = store.journal.head(case_id) == before and store.settings.get("a") is None
    ballast.unlink()
    after = code_of(lambda: store.act(case_id, os.urandom(1000)))
    store.database.close()
    again = Opened(store.folder, key_file)
    events = again.journal.events(case_id)
    readable = [again.vault.get(case_id, event.fact.photo) for event in events if event.fact.kind.startswith("second")]
    print("RESULT", json.dumps({
        "full": full, "journal_full": journal_full, "setting_full": setting_full, "kept": kept, "after": after,
        "acts": acts, "events": len(events), "files": len(readable), "broken_at": again.journal.verify(case_id),
        "temporary": len(list(store.folder.rglob("*.tmp"))),
    }), flush=True)
    again.database.close()


def main() -> None:
    mode, folder, key_file, case_id, seed = sys.argv[1:6]
    crash_at = sys.argv[6] if len(sys.argv) > 6 else ""
    if mode == "open":
        print("RESULT", json.dumps(code_of(lambda: Opened(Path(folder), Path(key_file)).database.close())), flush=True)
        return
    if mode == "migrate":
        print("READY", flush=True)
        Opened(Path(folder), Path(key_file), (*MIGRATIONS, SLOW_STEP)).database.close()
        print("DONE", flush=True)
        return
    store = Opened(Path(folder), Path(key_file))
    if mode == "fill":
        fill(store, case_id, Path(key_file))
    else:
        work(store, case_id, random.Random(seed), crash_at)


if __name__ == "__main__":
    main()
