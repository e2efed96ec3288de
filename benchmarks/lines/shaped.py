"""A line of a given rate: the outbox to the receipt beside a plain PUT through the same kind of slow line, in turn."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.lines.sinks import sink
from benchmarks.lines.speed import Cases, put
from tests.fault_proxy import Fault, FaultProxy
from tests.gateway_process import MANAGER, enrolled, open_store, running_gateway

LINES = ((10, 5), (100, 40))  # megabits a second, megabytes that go
ROUNDS = 3


def run(folder: Path) -> None:
    with running_gateway(folder / "gateway") as gateway, sink("gateway", folder) as (port, _), \
            open_store(folder / "store") as store, FaultProxy(gateway.address) as way, \
            FaultProxy(f"http://127.0.0.1:{port}") as plain:
        device = enrolled(gateway, folder / "device")
        client = device.client(gateway, MANAGER)
        client.transport.base_url = way.address
        cases = Cases(device, client, store, 0)
        for megabits, cases.megabytes in LINES:
            client.close()  # a connection keeps the line it was opened on
            way.usual = plain.usual = Fault(rate=megabits * 125_000)
            spans = []
            for _ in range(ROUNDS):
                sent = cases.fresh()
                spans.append((_seconds(partial(cases.by_outbox, *sent)), _seconds(partial(put, sent[0], plain.address))))
            ours, puts = (statistics.median(column) for column in zip(*spans, strict=True))
            bits = 8 * cases.megabytes
            print(f"{megabits:3} Mbit/s, {cases.megabytes:2} MB: ours {bits / ours:.1f}, plain put {bits / puts:.1f} Mbit/s; "
                  f"ours is {puts / ours:.2f} of it (asked 0.9)")
        client.close()


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
