"""5 000 sealed cases wait: how long until the store is open and the queue can be shown and started."""

import time
from datetime import UTC, datetime
from pathlib import Path

from app.domain.evidence import GENESIS, FileRef, Manifest
from app.domain.summary import CaseSummary
from app.store.summaries import Summaries
from app.sync.outbox import Outbox
from tests.gateway_process import MANAGER, open_store

CASES, FILES = 5_000, 12
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)


def run(folder: Path) -> None:
    with open_store(folder) as store:
        outbox, summaries = Outbox(store), Summaries(store)
        with store.transaction():
            for number in range(CASES):
                outbox.enqueue(_manifest(number), "00" * 64)
                summaries.put(_summary(number))
    steps = []
    began = _now()
    with open_store(folder) as store:
        steps.append(("the store is open (passphrase and all)", *_since(*began)))
        outbox, summaries = Outbox(store), Summaries(store)
        for name, act in (
                ("first page of the list", lambda: summaries.search(staff_id=MANAGER)),
                ("queue card: count and bytes", lambda: (outbox.waiting(), outbox.backlog(MANAGER))),
                ("states of all cases", outbox.states),
                ("what is due", lambda: outbox.due(MANAGER)),
                ("the first to go", lambda: outbox.entry("case-00000", 1))):
            began = _now()
            act()
            steps.append((name, *_since(*began)))
    steps.append(("all of it (asked: 2 000 ms passed)", sum(step[1] for step in steps), sum(step[2] for step in steps)))
    print(f"{'':40} {'passed':>10} {'processor':>10}")
    for name, passed, busy in steps:
        print(f"{name:40} {passed * 1000:7.0f} ms {busy * 1000:7.0f} ms")


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(passed: float, busy: float) -> tuple[float, float]:
    """Seconds that passed since ``_now``, and those of the processor among them."""
    return time.perf_counter() - passed, time.process_time() - busy


def _manifest(number: int) -> Manifest:
    files = tuple(FileRef(id=f"f-{number}-{each}", kind="paper", media_type="image/jpeg", size=200_000, sha256="0" * 64,
                          cipher_size=200_200, cipher_sha256=f"{number * FILES + each:064x}") for each in range(FILES))
    return Manifest(
        case_id=f"case-{number:05}", case_number=f"MQ-{number:05}", revision=1, policy_version="1", policy_sha256="0" * 64,
        device_id="dev-1", staff_id=MANAGER, product="new_car_instalment", dealer_id="D1001", sealed_at=NOW,
        monotonic_ms=number, journal_head=GENESIS, journal_length=1, completeness=1.0, operation_score=90.0,
        app_version="0.1.0", device_certificate_sha256="0" * 64, bank_certificate_sha256="0" * 64, files=files)


def _summary(number: int) -> CaseSummary:
    return CaseSummary(case_id=f"case-{number:05}", case_number=f"MQ-{number:05}", staff_id=MANAGER, customer="测*",
                       id_number_masked="110***********0000", product="new_car_instalment", step=11, stage="sealed",
                       completeness=1.0, sync_state="queued", updated_at=NOW, search=f"测试{number}")
