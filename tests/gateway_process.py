"""A real gateway process on loopback, and sealed cases to send to it."""

import json
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.evidence import GENESIS, FileRef, Manifest, Receipt
from app.domain.wire import EnrolledCamera
from app.store.database import Database
from app.store.keys import unlock
from app.store.keystore import NoKeyStore
from app.sync.client import BankClient
from app.sync.enrolling import enrol
from app.sync.enrolment import DeviceEnrolment
from gateway.bootstrap import Bootstrap

ROOT = Path(__file__).resolve().parents[1]
MANAGER, COLLEAGUE, REVIEWER = "10482", "10517", "20031"


@dataclass
class Gateway:
    """``address`` to talk to, ``code`` to enrol with, ``passwords`` of the staff by number; ``database`` a URL, its own
    SQLite file where there is none."""

    folder: Path
    code: str
    passwords: dict[str, str]
    address: str = ""
    options: tuple[str, ...] = ()
    database: str = ""
    process: subprocess.Popen | None = None
    log: list[str] = field(default_factory=list)

    @property
    def places(self) -> list[str]:
        return ["--database", self.url, "--files", str(self.folder / "files")]

    @property
    def url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'gateway.db'}"

    def start(self, port: int = 0) -> None:
        command = [sys.executable, "-m", "gateway", "serve", *self.places, "--port", str(port), "--bootstrap",
                   str(self.folder / "bootstrap.json"), *self.options]
        flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            encoding="utf-8", creationflags=flags)
        threading.Thread(target=self._collect, args=(self.process.stderr,), daemon=True).start()
        self.address = self._first_line().removeprefix("listening on ").strip()
        if not self.address.startswith("http"):
            self.process.wait(60)
            raise AssertionError("the gateway did not start:\n" + "".join(self.log))

    def _first_line(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: lines.put(self.process.stdout.readline()), daemon=True).start()
        return lines.get(timeout=60)

    def stop(self) -> int:
        """Ask it to end, as an operator would; returns its exit code."""
        self.process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(60)
        self.process.stdin.close()
        self.process.stdout.close()
        return code

    def _collect(self, stream) -> None:
        with stream:
            self.log.extend(stream)

    def office(self, *arguments: str, text: str = "") -> dict:
        """Run one of the office's commands; returns its JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway", *arguments, *self.places, "--json"], cwd=ROOT, input=text,
            capture_output=True, text=True, encoding="utf-8", timeout=240, check=False)
        return json.loads(done.stdout)


@contextmanager
def running_gateway(folder: Path, *options: str, database: str = "") -> Iterator[Gateway]:
    """A started gateway with one unused code and three staff; stopped at the end. Fails where that was not clean.

    It has no face checker unless ``options`` name one.
    """
    with running_gateways(folder, 1, *options) as (gateway,):
        yield gateway


def gateway_to_start(folder: Path, *options: str, database: str = "") -> Gateway:
    """One over ``folder`` that was not started yet; the first over it makes the code and the staff."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bootstrap.json"
    if not path.exists():
        Bootstrap.new("测试平板", (MANAGER, "陈立", "manager"), (COLLEAGUE, "周宁", "manager"),
                      (REVIEWER, "林审核", "reviewer")).save(path)
    first = Bootstrap.model_validate_json(path.read_bytes())
    options = options if "--face-checker" in options else (*options, "--face-checker", "none")
    return Gateway(folder, first.code, {person.id: person.password for person in first.staff}, options=options,
                   database=database)


@contextmanager
def running_gateways(folder: Path, count: int, *options: str, database: str = "") -> Iterator[tuple[Gateway, ...]]:
    """As ``running_gateway``, several instances over one database and folder, started at the same moment."""
    gateways = tuple(gateway_to_start(folder, *options, database=database) for _ in range(count))
    try:
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(Gateway.start, gateways))
        yield gateways
    finally:
        codes = [gateway.stop() for gateway in gateways if gateway.process and gateway.process.poll() is None]
        assert not any(codes)


@dataclass
class Device:
    """An enrolled device with its client, its encrypted store and files on the disk."""

    folder: Path
    key: Ed25519PrivateKey
    enrolment: DeviceEnrolment
    document_key_pem: str
    policy_sha256: str = ""

    def client(self, gateway: Gateway, staff: str = MANAGER, address: str = "", **options) -> BankClient:
        """A client, signed in as ``staff`` unless that is ''."""
        client = BankClient(address or gateway.address, self.enrolment, self.key, **options)
        if staff:
            client.sign_in(staff, gateway.passwords[staff])
        return client

    def path(self, case_id: str, file: FileRef) -> Path:
        return self.folder / case_id / f"{file.cipher_sha256}.age"

    def file(self, case_id: str, data: bytes, kind: str = "paper", media_type: str = "image/jpeg") -> FileRef:
        own = pyrage.x25519.Identity.generate().to_public()
        cipher = pyrage.encrypt(data, [own, pyrage.x25519.Recipient.from_str(self.enrolment.bank_recipient)])
        ref = FileRef(id="f-" + secrets.token_hex(6), kind=kind, media_type=media_type, size=len(data),
                      sha256=sha256(data).hexdigest(), cipher_size=len(cipher),
                      cipher_sha256=sha256(cipher).hexdigest())
        path = self.path(case_id, ref)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cipher)
        return ref

    def manifest(self, case_id: str, *files: FileRef, **changed: object) -> Manifest:
        values = {
            "case_id": case_id, "case_number": "MQ-" + case_id[-6:], "revision": 1, "policy_version": "test",
            "policy_sha256": self.policy_sha256, "device_id": self.enrolment.device_id, "staff_id": MANAGER,
            "product": "new_car_instalment", "dealer_id": "D1001", "sealed_at": datetime.now(UTC),
            "monotonic_ms": int(time.monotonic() * 1000), "journal_head": GENESIS, "journal_length": 1,
            "completeness": 1.0, "operation_score": 90.0, "app_version": "0.1.0",
            "device_certificate_sha256": self.enrolment.device_certificate_sha256,
            "bank_certificate_sha256": self.enrolment.bank_certificate_sha256, "files": files}
        return Manifest(**{**values, **changed})

    def send(self, client: BankClient, manifest: Manifest) -> Receipt:
        """All of a case, each file in one piece, and the bank's receipt for it."""
        client.open_revision(manifest, self.sign(manifest))
        for file in manifest.files:
            url = client.create_upload(manifest, file.id, file.cipher_size)
            client.append(url, 0, self.path(manifest.case_id, file).read_bytes())
        return client.commit(manifest)

    def sign(self, manifest: Manifest) -> str:
        return self.key.sign(manifest.canonical()).hex()


def enrolled(gateway: Gateway, folder: Path, code: str = "", cameras: tuple[EnrolledCamera, ...] = ()) -> Device:
    """Enrol a fresh device (with the gateway's first code unless another is given) and learn the policy in force."""
    key = Ed25519PrivateKey.generate()
    enrolment, document_key = enrol(gateway.address, code or gateway.code, "测试平板", key, cameras=cameras)
    device = Device(folder, key, enrolment, document_key)
    client = device.client(gateway)
    device.policy_sha256 = client.policy().sha256
    client.close()
    return device


@contextmanager
def open_store(folder: Path) -> Iterator[Database]:
    """A real encrypted database under a passphrase."""
    keys = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "不要使用这个密码")
    with Database.open(folder, keys) as database:
        yield database
