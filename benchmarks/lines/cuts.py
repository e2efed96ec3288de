"""Bytes that go twice when the line is cut again and again at random bytes."""

import os
import random
from pathlib import Path

from app.sync.outbox import Outbox
from app.sync.tus import CHUNK_MAX
from app.sync.uploader import Uploader
from tests.fault_proxy import Fault, FaultProxy
from tests.gateway_process import enrolled, open_store, running_gateway

SEED = 20261128


def run(folder: Path, megabytes: int, cuts: int) -> None:
    chance = random.Random(SEED)
    with running_gateway(folder / "gateway") as gateway, open_store(folder / "store") as store:
        device = enrolled(gateway, folder / "device")
        file = device.file("case-cut", os.urandom(megabytes * 1_000_000))
        manifest = device.manifest("case-cut", file)
        faults = [Fault(cut_up=chance.randrange(1_000, 2 * megabytes * 1_000_000 // cuts), reset=chance.random() < 0.5)
                  for _ in range(cuts)]
        with FaultProxy(gateway.address, *faults) as proxy:
            client = device.client(gateway)
            client.transport.base_url = proxy.address
            outbox = Outbox(store)
            outbox.enqueue(manifest, device.sign(manifest))
            uploader = Uploader(client, outbox, device.path, lambda receipt: None)
            turns = 0
            while outbox.entry("case-cut", 1).state != "receipted":
                outbox.release()
                uploader.run_once()
                turns += 1
            client.close()
            again = proxy.sent_up - file.cipher_size
            print(f"{megabytes} MB, {proxy.torn} cuts at random bytes (seed {SEED}), {turns} turns of the queue: "
                  f"{again / 1e6:.2f} MB more than the file went up, headers counted, "
                  f"{again / max(1, proxy.torn) / 1e6:.3f} MB a cut (asked at most a chunk: {CHUNK_MAX / 1e6:.1f} MB)")
