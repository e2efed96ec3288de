"""One file over loopback: the outbox to the receipt beside plain PUTs, a raw socket and tuspy, in turn, several rounds."""

import os
import secrets
import socket
import statistics
import time
from hashlib import sha256
from pathlib import Path

import requests
from tusclient.client import TusClient
from tusclient.uploader import Uploader as Tuspy

from app.domain import wire
from app.sync.outbox import Outbox
from app.sync.tus import CHUNK_MAX
from app.sync.uploader import Uploader
from benchmarks.lines.meter import Meter
from benchmarks.lines.sinks import sink
from tests.gateway_process import MANAGER, enrolled, open_store, running_gateway

EMPTY = sha256().hexdigest()
OURS, SAME_SERVER, BARE = "our outbox", "requests.put, same server", "requests.put, bare server"


def put(path: Path, address: str) -> None:
    with path.open("rb") as file:
        requests.put(address, data=file, timeout=600).raise_for_status()


def raw(path: Path, port: int) -> None:
    with path.open("rb", buffering=0) as file, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(path.stat().st_size.to_bytes(8))
        while piece := file.read(1 << 20):
            line.sendall(piece)
        assert line.recv(1) == b"k"


class _Signed(Tuspy):
    """tuspy with the signature our gateway asks of each request; the bytes' hash is left to the manifest ('-')."""

    def __init__(self, device, bank, upload: str, **options) -> None:
        self._device, self._bank, self._path, self._method = device, bank, upload, "HEAD"
        super().__init__(url=bank.transport.base_url + upload, client=TusClient(bank.transport.base_url), **options)
        self._method = "PATCH"

    def get_headers(self) -> dict[str, str]:
        moment, nonce = int(time.time()), secrets.token_hex(12)
        content = "-" if self._method == "PATCH" else EMPTY
        text = wire.request_text(self._method, self._path, moment, nonce, content)
        return {"Tus-Resumable": wire.TUS_VERSION, wire.DEVICE: self._device.enrolment.device_id, wire.MOMENT: str(moment),
                wire.NONCE: nonce, wire.CONTENT: content, wire.SIGNATURE: self._device.key.sign(text).hex(),
                "Authorization": f"Bearer {self._bank.staff.token}"}


class Cases:
    """Sends the same bytes as ever new cases: by the outbox, or by tuspy with our commit after it."""

    def __init__(self, device, client, store, megabytes: int) -> None:
        self.device, self.client, self.outbox = device, client, Outbox(store)
        self.uploader = Uploader(client, self.outbox, device.path, lambda receipt: None)
        self.megabytes, self.count = megabytes, 0

    def fresh(self):
        self.count += 1
        case_id = f"case-{self.count:04}"
        file = self.device.file(case_id, os.urandom(self.megabytes * 1_000_000))
        return self.device.path(case_id, file), file, self.device.manifest(case_id, file)

    def by_outbox(self, path: Path, file, manifest) -> None:
        self.outbox.enqueue(manifest, self.device.sign(manifest))
        assert self.uploader.run_once().receipted == 1

    def by_tuspy(self, path: Path, file, manifest) -> None:
        self.client.open_revision(manifest, self.device.sign(manifest))
        url = self.client.create_upload(manifest, file.id, file.cipher_size)
        _Signed(self.device, self.client, url, file_path=str(path), chunk_size=CHUNK_MAX).upload()
        assert self.client.commit(manifest) is not None


def run(folder: Path, megabytes: int, rounds: int) -> None:
    with running_gateway(folder / "gateway") as gateway, sink("gateway", folder) as (put_port, put_pid), \
            sink("http", folder) as (bare_port, bare_pid), sink("socket", folder) as (raw_port, raw_pid), \
            open_store(folder / "store") as store:
        device = enrolled(gateway, folder / "device")
        client = device.client(gateway, MANAGER)
        cases = Cases(device, client, store, megabytes)
        ways = {
            "raw socket": (raw_pid, lambda path, *_: raw(path, raw_port)),
            BARE: (bare_pid, lambda path, *_: put(path, f"http://127.0.0.1:{bare_port}")),
            SAME_SERVER: (put_pid, lambda path, *_: put(path, f"http://127.0.0.1:{put_port}")),
            "tuspy, 8 MB chunks": (gateway.process.pid, cases.by_tuspy),
            OURS: (gateway.process.pid, cases.by_outbox),
        }
        taken = {name: [] for name in ways}
        for _ in range(rounds):
            for name, (pid, send) in ways.items():
                sent = cases.fresh()
                with Meter(os.getpid()) as ours, Meter(pid) as theirs:
                    send(*sent)
                taken[name].append((ours.seconds, ours.cpu_s, theirs.cpu_s))
                sent[0].unlink()
        client.close()
    _tell(taken, megabytes)


def _tell(taken: dict[str, list[tuple[float, float, float]]], megabytes: int) -> None:
    print("raw socket and put: one fsync at the end; tuspy and ours: an fsync and a database row a chunk, checks and a receipt")
    print(f"{'':26} {'best':>9} {'median':>9}   CPU s a run: sender, receiver")
    for name, rows in taken.items():
        seconds, sender, receiver = (statistics.median(column) for column in zip(*rows, strict=True))
        best = megabytes / min(row[0] for row in rows)
        print(f"{name:26} {best:5.0f} MB/s {megabytes / seconds:5.0f} MB/s   {sender:8.2f} {receiver:8.2f}")
    for name, asked in ((SAME_SERVER, " (asked 0.8)"), (BARE, "")):
        shares = [put[0] / own[0] for put, own in zip(taken[name], taken[OURS], strict=True)]
        print(f"{OURS} of {name}: median {statistics.median(shares):.2f}{asked}, each round "
              f"{' '.join(f'{share:.2f}' for share in shares)}")
