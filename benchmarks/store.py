"""How fast the store is on this machine: ``python benchmarks/store.py [FOLDER]`` (a temporary one by default)."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyrage

from app.domain.evidence import FileRef
from app.domain.facts import Circumstances, CircumstancesSet, FormConfirmed, SecondPersonVerified
from app.domain.summary import CaseSummary
from app.store.clock import SystemClock
from app.store.database import Database
from app.store.journal import Journal
from app.store.keys import unlock
from app.store.keystore import NoKeyStore
from app.store.summaries import Summaries
from app.store.vault import Vault

CASES = 5_000
EVENTS = 60
CLOCK = SystemClock()


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each run."""
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spans.append((time.perf_counter() - began) * 1000)
    return spans


def show(name: str, spans: list[float]) -> None:
    p95 = statistics.quantiles(spans, n=20)[-1] if len(spans) > 1 else spans[0]
    print(f"{name:<52} p50 {statistics.median(spans):8.2f}  p95 {p95:8.2f}  max {max(spans):8.2f} ms  n={len(spans)}")


def row(number: int) -> CaseSummary:
    return CaseSummary(case_id=f"case-{number}", case_number=f"MQ-2026-{number:05}", staff_id="S-1", customer="测*",
                       id_number_masked="110***********0000", product="new_car", step=1 + number % 11, stage="capture",
                       completeness=0.5, sync_state="draft", updated_at=CLOCK.now(),
                       search=f"测试{number} MQ-2026-{number:05} 京A{number:05} 110101{number:012}")


def files(vault: Vault, journal: Journal) -> None:
    for size in (500_000, 5_000_000):
        data = os.urandom(size)
        refs: list[FileRef] = []
        put = timed(lambda d=data, r=refs: r.append(vault.put("case-f", "photo", "image/jpeg", d)), 30)
        show(f"vault.put {size / 1e6} MB", put)
        show(f"vault.get {size / 1e6} MB", timed(lambda r=refs: vault.get("case-f", r[0]), 30))
    photo = os.urandom(500_000)

    def act() -> None:
        ref = vault.put("case-f", "photo", "image/jpeg", photo)
        fact = SecondPersonVerified(staff_id="S", staff_name="N", statement="s", photo=ref)
        journal.append("case-f", fact, actor="S")

    show("one act: 0.5 MB file and its event", timed(act, 100))


def events(journal: Journal, summaries: Summaries) -> None:
    fact = CircumstancesSet(circumstances=Circumstances())
    form = FormConfirmed(values={f"field_{number}": "填写的内容" * 4 for number in range(20)})
    show("journal.append, one event", timed(lambda: journal.append("case-a", fact, actor="S"), 300))
    show("journal.append, five events and the list's row", timed(
        lambda: journal.append("case-b", *[form] * 5, actor="S", also=lambda tables: summaries.put(row(0))), 200))
    show("journal.events, 300 events", timed(lambda: journal.events("case-a"), 20))
    show("journal.verify, 300 events", timed(lambda: journal.verify("case-a"), 20))


def work_list(summaries: Summaries, database: Database) -> None:
    with database.transaction():
        for number in range(CASES):
            summaries.put(row(number))
    show(f"list: first 200 of {CASES}", timed(summaries.search, 30))
    show(f"list: all {CASES}", timed(lambda: summaries.search(limit=CASES), 10))
    for text in ("测", "测试", "测试49", "MQ-2026-04999", "不存在的名字"):
        both = timed(lambda t=text: (summaries.search(t), summaries.count(t)), 30)
        show(f"search {text!r} (first 200) and count", both)


def large(journal: Journal, database: Database, folder: Path, keys) -> None:
    """What opening costs once a laptop has kept thousands of cases."""
    form = FormConfirmed(values={f"field_{number}": "填写的内容" for number in range(8)})
    for number in range(CASES // 5):
        journal.append(f"old-{number}", *[form] * EVENTS, actor="S")
    show("journal.case_ids", timed(journal.case_ids, 10))
    database.close()
    size = (folder / "mianqian.db").stat().st_size / 1e6
    with Database.open(folder, keys) as again:
        show(f"check of {size:.0f} MB", timed(again.check, 3))
    show(f"opening {size:.0f} MB", timed(lambda: Database.open(folder, keys).close(), 10))


def run(folder: Path) -> None:
    began = time.perf_counter()
    keys = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "benchmark only")
    print(f"first unlock with a passphrase {1000 * (time.perf_counter() - began):.0f} ms")
    bank = str(pyrage.x25519.Identity.generate().to_public())
    began = time.perf_counter()
    database = Database.open(folder, keys)
    print(f"first opening with all migrations {1000 * (time.perf_counter() - began):.0f} ms")
    journal, summaries = Journal(database, CLOCK), Summaries(database)
    events(journal, summaries)
    files(Vault(folder, database, keys, lambda: bank), journal)
    work_list(summaries, database)
    large(journal, database, folder, keys)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            run(Path(temporary))
