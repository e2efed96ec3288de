"""Fifty clients at once against two gateway processes over one database."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from app.sync.client import BankClient
from app.sync.enrolment import verify_receipt
from gateway.database import Database
from tests.gateway_process import Device, enrolled, running_gateways
from tests.postgres import cluster

CLIENTS, CASES = 50, 6
SIZES = (2_000, 20_000, 200_000)


def run(folder: Path) -> None:
    _against("SQLite", folder / "sqlite", "")
    with cluster(durable=True) as url:
        _against("PostgreSQL", folder / "postgresql", url)


def _against(name: str, folder: Path, database: str) -> None:
    with running_gateways(folder / "gateway", 2, database=database) as gateways:
        device = enrolled(gateways[0], folder / "device")
        clients = [device.client(gateways[number % 2]) for number in range(CLIENTS)]
        jobs = [_sealed(device, f"case-{number:04}") for number in range(CLIENTS * CASES)]
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            spans = list(pool.map(lambda number: _work(clients[number], device, jobs[number::CLIENTS]), range(CLIENTS)))
        seconds = time.perf_counter() - began
        for client in clients:
            client.close()
        bank = Database(gateways[0].places[1])
        with bank.read() as session:
            rows = session.execute(text("SELECT count(*) FROM revision WHERE receipt_json IS NOT NULL")).scalar_one()
            told = session.execute(text("SELECT count(*) FROM audit WHERE action = 'intake.received'")).scalar_one()
        bank.close()
    commits = [span for each in spans for span in each]
    p95 = statistics.quantiles(commits, n=20)[-1]
    print(f"{name:10} {CLIENTS} clients, {len(jobs)} cases of {len(SIZES)} files, no trouble (it would end this), "
          f"{rows} receipts, {told} taken in, {len(commits) / seconds:.1f} commits/s, "
          f"commit p50 {statistics.median(commits) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")


def _sealed(device: Device, case_id: str):
    return device.manifest(case_id, *(device.file(case_id, os.urandom(size)) for size in SIZES))


def _work(client: BankClient, device: Device, manifests: list) -> list[float]:
    """Seconds of each commit; a trouble ends the benchmark."""
    spans = []
    for manifest in manifests:
        client.open_revision(manifest, device.sign(manifest))
        for file in manifest.files:
            url = client.create_upload(manifest, file.id, file.cipher_size)
            client.append(url, 0, device.path(manifest.case_id, file).read_bytes(), file.cipher_sha256)
        began = time.perf_counter()
        while (receipt := client.commit(manifest)) is None:
            time.sleep(0.1)
        spans.append(time.perf_counter() - began)
        verify_receipt(device.enrolment, manifest, receipt)
    return spans
