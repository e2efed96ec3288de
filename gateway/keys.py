"""The bank's keys: certificate authority, timestamp key, receipt key and file identity. They live in the keys folder only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pyrage
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.domain.evidence import Enrolment, Receipt
from gateway.conditions import KEYS_BAD
from gateway.durable import write_secret

CA_YEARS, DEVICE_YEARS, TSA_YEARS = 10, 2, 5
REVOCATION_LIST_DAYS = 7
CLOCK_SLACK = timedelta(days=1)
RECEIPT, IDENTITY, OLD = "receipt.key.pem", "files.age-identity", "old"


@dataclass(frozen=True)
class BankKeys:
    """Built by ``load_or_make``. Only public parts and signatures ever leave this object. Of receipt keys and identities the
    first is in use; the others are those of before, for what was made under them."""

    ca_key: ec.EllipticCurvePrivateKey
    ca: x509.Certificate
    tsa_key: ec.EllipticCurvePrivateKey
    tsa: x509.Certificate
    receipt_keys: tuple[Ed25519PrivateKey, ...]
    identities: tuple[pyrage.x25519.Identity, ...]

    @property
    def recipient(self) -> str:
        return str(self.identities[0].to_public())

    @property
    def ca_pem(self) -> str:
        return self.ca.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def receipt_public_key(self) -> str:
        return _public(self.receipt_keys[0]).hex()

    @property
    def receipt_key_id(self) -> str:
        return _key_id(self.receipt_keys[0])

    @property
    def _receipt_keys_by_id(self) -> dict[str, Ed25519PrivateKey]:
        return {_key_id(key): key for key in self.receipt_keys}

    def same_as_in(self, folder: Path) -> bool:
        """Whether the keys there are still these: the folder is there, and nobody has changed keys since the start."""
        names = (_public(_private(folder / RECEIPT, _absent)), (folder / IDENTITY).read_text("ascii").strip())
        return names == (_public(self.receipt_keys[0]), str(self.identities[0])) and _tsa_there(folder, self.tsa)

    def sign_receipt(self, receipt: Receipt) -> Receipt:
        """``receipt.key_id`` says with which key, in use or of before."""
        key = self._receipt_keys_by_id[receipt.key_id]
        return receipt.model_copy(update={"signature": key.sign(receipt.signed_bytes()).hex()})

    def check_receipt(self, receipt: Receipt) -> None:
        """Raises InvalidSignature unless one of this bank's keys, in use or of before, made it."""
        try:
            key, signature = self._receipt_keys_by_id[receipt.key_id], bytes.fromhex(receipt.signature)
        except (KeyError, ValueError) as error:
            raise InvalidSignature from error
        key.public_key().verify(signature, receipt.signed_bytes())

    def sign_enrolment(self, statement: Enrolment) -> str:
        return self.ca_key.sign(statement.canonical(), ec.ECDSA(hashes.SHA256())).hex()

    def certify(self, csr_pem: str, device_id: str, now: datetime) -> x509.Certificate:
        """A certificate for signing documents. Only the request's key is used; raises enrol.keys if it is not P-256."""
        return _issued(self.ca, device_id, _requested_key(csr_pem), now, DEVICE_YEARS).sign(self.ca_key, hashes.SHA256())

    def revocation_list(self, revoked: Iterable[tuple[int, datetime]], now: datetime) -> bytes:
        """The certificates that no longer hold, by serial number and since when, as a signed list in DER."""
        builder = (
            x509.CertificateRevocationListBuilder().issuer_name(self.ca.subject)
            .last_update(now).next_update(now + timedelta(days=REVOCATION_LIST_DAYS))
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
            .add_extension(_authority_key(self.ca), critical=False))
        for serial, since in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build())
        return builder.sign(self.ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def load_or_make(folder: Path, now: datetime) -> BankKeys:
    """The keys in ``folder``; what is missing is made, readable by the owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_key = _private(folder / "ca.key.pem", lambda: ec.generate_private_key(ec.SECP256R1()))
    make_receipt_key(folder, anew=False)
    make_identity(folder, anew=False)
    ca = _certificate(folder / "ca.pem", lambda: _authority(ca_key, now))
    tsa_key = _private(folder / "tsa.key.pem", lambda: ec.generate_private_key(ec.SECP256R1()))
    return BankKeys(
        ca_key=ca_key, ca=ca, tsa_key=tsa_key,
        tsa=_certificate(folder / "tsa.pem", lambda: _timestamper(ca, ca_key, tsa_key, now)),
        receipt_keys=tuple(_private(path, _absent) for path in _all(folder, RECEIPT)),
        identities=tuple(pyrage.x25519.Identity.from_str(path.read_text("ascii").strip()) for path in _all(folder, IDENTITY)))


def make_receipt_key(folder: Path, anew: bool = True) -> None:
    """Where there is none, or ``anew`` in place of the one that is there."""
    if anew or not (folder / RECEIPT).exists():
        write_secret(folder / RECEIPT, _pem(Ed25519PrivateKey.generate()))


def make_identity(folder: Path, anew: bool = True) -> None:
    """As ``make_receipt_key``."""
    if anew or not (folder / IDENTITY).exists():
        write_secret(folder / IDENTITY, f"{pyrage.x25519.Identity.generate()}\n".encode())


def _all(folder: Path, name: str) -> list[Path]:
    """The one in use, then those of before, the latest first."""
    return [folder / name, *sorted((folder / OLD).glob(f"*.{name}"), reverse=True)]


def _pem(key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _key_id(key: Ed25519PrivateKey) -> str:
    return "receipt-" + sha256(_public(key)).hexdigest()[:16]


def _tsa_there(folder: Path, tsa: x509.Certificate) -> bool:
    return x509.load_pem_x509_certificate((folder / "tsa.pem").read_bytes()) == tsa


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _absent() -> Ed25519PrivateKey:
    raise OSError("a key is not there")


def _private(path: Path, make):
    if not path.exists():
        write_secret(path, _pem(make()))
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def _certificate(path: Path, make: Callable[[], x509.Certificate]) -> x509.Certificate:
    if not path.exists():
        write_secret(path, make().public_bytes(serialization.Encoding.PEM))
    return x509.load_pem_x509_certificate(path.read_bytes())


def _issued(ca: x509.Certificate, name: str, key, now: datetime, years: int) -> x509.CertificateBuilder:
    """What the authority's certificates for signing have in common."""
    return (
        _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), ca.subject, key, now, years)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(_authority_key(ca), critical=False))


def _authority_key(ca: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value)


def _timestamper(ca: x509.Certificate, ca_key, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """For timestamps and nothing else, as RFC 3161 (2.3) asks."""
    only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return (_issued(ca, "Timestamp " + _short(key.public_key()), key.public_key(), now, TSA_YEARS)
            .add_extension(only, critical=True).sign(ca_key, hashes.SHA256()))


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "面签设备证书"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Device signing CA " + _short(key.public_key())),
    ])
    return (
        _builder(name, name, key.public_key(), now, CA_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256()))


def _builder(subject: x509.Name, issuer: x509.Name, key, now: datetime, years: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK).not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False))


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def _requested_key(csr_pem: str) -> ec.EllipticCurvePublicKey:
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        valid, key = request.is_signature_valid, request.public_key()
    except (ValueError, InvalidSignature) as error:
        raise KEYS_BAD() from error
    if not valid or not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise KEYS_BAD()
    return key


def _short(key: ec.EllipticCurvePublicKey) -> str:
    return x509.SubjectKeyIdentifier.from_public_key(key).digest.hex()[:8]
