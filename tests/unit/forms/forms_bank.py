"""A bank with the gateway's own keys and a device it enrolled, and ink, for the tests of documents and packages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sin, tau
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.domain.evidence import Enrolment
from app.domain.ink import Ink, InkPoint
from gateway import timestamps
from gateway.keys import BankKeys, load_or_make

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DEVICE = "device-1"


@dataclass(frozen=True)
class Bank:
    """A bank's keys and one device of it."""

    keys: BankKeys
    device_key_pem: bytes
    device_pem: bytes
    device_signing: Ed25519PrivateKey

    @property
    def ca_pem(self) -> bytes:
        return self.keys.ca_pem.encode()

    def enrolment(self) -> tuple[bytes, str]:
        statement = Enrolment(
            device_id=DEVICE, signing_public_key=self.device_signing.public_key().public_bytes_raw().hex(),
            receipt_key_id=self.keys.receipt_key_id, receipt_public_key=self.keys.receipt_public_key)
        return statement.canonical(), self.keys.sign_enrolment(statement)

    def stamp(self, query: bytes, at: datetime = NOW + timedelta(minutes=1)) -> bytes:
        """What the bank's timestamp service answers."""
        return timestamps.answer(self.keys, query, at)


def make_bank(folder: Path | None = None, now: datetime = NOW, device_signing: Ed25519PrivateKey | None = None) -> Bank:
    """The bank whose keys lie in ``folder``, a new one without; its device is always new."""
    if folder is None:
        with TemporaryDirectory() as made:
            return make_bank(Path(made), now, device_signing)
    keys, device_key = load_or_make(folder, now), ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(device_key, hashes.SHA256())
    certificate = keys.certify(request.public_bytes(Encoding.PEM).decode(), DEVICE, now)
    return Bank(keys, key_pem(device_key), certificate.public_bytes(Encoding.PEM),
                device_signing or Ed25519PrivateKey.generate())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def ink(seed: int = 1) -> Ink:
    """Three plausible strokes; every seed writes differently."""
    chance, strokes = Random(seed), []
    for part in range(3):
        begin, pace = chance.uniform(0, tau), chance.uniform(3, 5)
        strokes.append(tuple(
            InkPoint(x=0.1 + 0.27 * part + 0.2 * i / 30,
                     y=0.5 + 0.3 * sin(i / pace + begin) * (0.5 + i / 60),
                     t_ms=part * 600 + i * 12, pressure=0.3 + 0.6 * i / 30) for i in range(31)))
    return Ink(strokes=tuple(strokes), pad_width_mm=160, pad_height_mm=70, device="pen")
