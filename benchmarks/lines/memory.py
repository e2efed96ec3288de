"""Memory above idle of both processes while a large file goes."""

import multiprocessing
import os
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.evidence import FileRef, Manifest
from app.sync.client import BankClient
from app.sync.enrolment import DeviceEnrolment
from app.sync.outbox import Outbox
from app.sync.uploader import Uploader
from benchmarks.lines.meter import Meter
from tests.gateway_process import MANAGER, Device, enrolled, open_store, running_gateway

CASE = "case-large"


def run(folder: Path, megabytes: int) -> None:
    with running_gateway(folder / "gateway") as gateway:
        device = enrolled(gateway, folder / "device")
        manifest = device.manifest(CASE, _large(device, megabytes))
        here, there = multiprocessing.Pipe()
        sender = multiprocessing.get_context("spawn").Process(target=_send, args=(
            there, folder, gateway.address, gateway.passwords[MANAGER], device.enrolment, device.key.private_bytes_raw(),
            manifest, device.sign(manifest)))
        sender.start()
        here.recv()
        with Meter(sender.pid) as client, Meter(gateway.process.pid) as bank:
            here.send("go")
            assert here.recv() == 1
        here.send("end")
        sender.join()
    print(f"{megabytes} MB in {client.seconds:.1f} s: client {client.rise_mb:.0f} MB, gateway {bank.rise_mb:.0f} MB above idle "
          "(asked 60)")


def _large(device: Device, megabytes: int) -> FileRef:
    """Encrypted in a stream, so that this process stays small, too."""
    plain, cipher = device.folder / "plain", device.folder / "cipher"
    device.folder.mkdir(parents=True, exist_ok=True)
    block, digest = os.urandom(1_000_000), sha256()
    with plain.open("wb") as file:
        for number in range(megabytes):
            piece = number.to_bytes(8) + block[8:]
            file.write(piece)
            digest.update(piece)
    recipients = [pyrage.x25519.Recipient.from_str(device.enrolment.bank_recipient)]
    with plain.open("rb") as source, cipher.open("wb") as target:
        pyrage.encrypt_io(source, target, recipients)
    plain.unlink()
    with cipher.open("rb") as file:
        whole = sha256()
        while piece := file.read(1 << 20):
            whole.update(piece)
    ref = FileRef(id="f-large", kind="interview", media_type="video/webm", size=megabytes * 1_000_000,
                  sha256=digest.hexdigest(), cipher_size=cipher.stat().st_size, cipher_sha256=whole.hexdigest())
    device.path(CASE, ref).parent.mkdir(parents=True)
    cipher.rename(device.path(CASE, ref))
    return ref


def _send(pipe: Connection, folder: Path, address: str, password: str, enrolment: DeviceEnrolment, key: bytes,
          manifest: Manifest, signature: str) -> None:
    signing = Ed25519PrivateKey.from_private_bytes(key)
    client, device = BankClient(address, enrolment, signing), Device(folder / "device", signing, enrolment, "")
    client.sign_in(MANAGER, password)
    with open_store(folder / "store") as store:
        outbox = Outbox(store)
        outbox.enqueue(manifest, signature)
        pipe.send("ready")
        pipe.recv()
        pipe.send(Uploader(client, outbox, device.path, lambda receipt: None).run_once().receipted)
        pipe.recv()
    client.close()
