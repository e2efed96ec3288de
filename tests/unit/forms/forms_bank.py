"""A bank and a device made on the spot: certificates, keys and ink for the tests of documents and packages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import sin

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from app.domain.evidence import Enrolment
from app.domain.ink import Ink, InkPoint

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Bank:
    """All keys of one bank with one enrolled device."""

    ca_key: ec.EllipticCurvePrivateKey
    ca_pem: bytes
    device_key_pem: bytes
    device_pem: bytes
    device_signing: ed25519.Ed25519PrivateKey
    receipt_key: ed25519.Ed25519PrivateKey

    def enrolment(self) -> tuple[bytes, str]:
        statement = Enrolment(device_id="device-1", signing_public_key=raw(self.device_signing),
                              receipt_key_id="receipt-1", receipt_public_key=raw(self.receipt_key)).canonical()
        return statement, self.ca_key.sign(statement, ec.ECDSA(hashes.SHA256())).hex()


def raw(key: ed25519.Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def make_bank() -> Bank:
    ca_key, device_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, device_name = name("示范银行签名根证书"), name("device-1")
    ca = certificate(ca_name, ca_name, ca_key, ca_key, ca=True)
    device = certificate(device_name, ca_name, device_key, ca_key, ca=False)
    pem = device_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Bank(ca_key, ca, pem, device, ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate())


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(subject, issuer, key, issuer_key, *, ca: bool, days: int = 700) -> bytes:
    usage = x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, key_encipherment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=ca, crl_sign=ca,
                          encipher_only=False, decipher_only=False)
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(NOW - timedelta(days=1))
               .not_valid_after(NOW + timedelta(days=days)).add_extension(usage, critical=True)
               .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True))
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM)


def ink(seed: int = 1) -> Ink:
    """Three plausible strokes; every seed writes a little differently."""
    strokes = []
    for part in range(3):
        strokes.append(tuple(
            InkPoint(x=0.1 + 0.27 * part + 0.2 * i / 30,
                     y=0.5 + 0.3 * sin(i / 4 + seed * 1.7 + part) * (0.5 + i / 60),
                     t_ms=part * 600 + i * 12, pressure=0.3 + 0.6 * i / 30) for i in range(31)))
    return Ink(strokes=tuple(strokes), pad_width_mm=160, pad_height_mm=70, device="pen")
