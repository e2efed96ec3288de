"""From the bank's certificate to the manifest: who vouches for what in a package, without opening a single file."""

import re
from typing import TypeVar

from pydantic import ValidationError

from app.domain.evidence import Enrolment, Manifest, Receipt, canonical, digest
from app.domain.model import Model
from app.forms import words
from app.forms.archive import NAME, Source
from app.forms.report import Report

LIMITS = {"manifest.json": 16 << 20, "receipt.json": 1 << 16, "enrolment.json": 1 << 16}
SMALL = 1 << 16
REQUIRED = ("manifest.json", "manifest.sig", "bank.pem", "device.pem", "enrolment.json", "enrolment.sig")
ED25519_HEX = re.compile(rb"[0-9a-f]{128}")
DER_HEX = re.compile(rb"(?:[0-9a-f]{2}){8,80}")
T = TypeVar("T", bound=Model)


def check_trust(source: Source, trusted_pem: bytes | None, report: Report) -> Manifest | None:
    """Check all but the files; the manifest where it can be read at all.

    Where two files contradict each other, the signatures decide which one is named.
    """
    parts = _parts(source, report)
    manifest = _model(parts, "manifest.json", Manifest, report)
    receipt = _model(parts, "receipt.json", Receipt, report)
    enrolment = _model(parts, "enrolment.json", Enrolment, report)
    if manifest is None:
        return None
    report.done(words.fill(words.MANIFEST_READ, manifest.case_number, manifest.revision, len(manifest.files)))
    bank = _bank(parts, trusted_pem, report)
    if bank is None:
        report.left(words.NO_BANK)
        return manifest
    enrolled = _enrolled(parts, enrolment, manifest, bank, report)
    if enrolled:
        fits = _receipt(parts, receipt, manifest, enrolment, report)
        proven = _signed(parts, enrolment, manifest, fits, report)
    else:
        report.left(words.NO_ENROLMENT)
    if not enrolled or proven:
        _same_hash(parts, "bank.pem", manifest.bank_certificate_sha256, report)
        _same_hash(parts, "device.pem", manifest.device_certificate_sha256, report)
    _device(parts, manifest, bank, report)
    return manifest


def _parts(source: Source, report: Report) -> dict[str, bytes]:
    """The small files; what is missing, too big or foreign is reported."""
    names = source.names()
    for name in names:
        if not NAME.fullmatch(name) or not source.is_plain(name):
            report.problem(name, words.FOREIGN)
    parts = {}
    for name in (*REQUIRED, "receipt.json"):
        if name not in names:
            if name in REQUIRED:
                report.problem(name, words.MISSING)
        elif report.bad(name):
            continue
        elif source.size(name) > LIMITS.get(name, SMALL):
            report.problem(name, words.TOO_BIG)
        else:
            with source.open(name) as file:
                parts[name] = file.read()
    return parts


def _model(parts: dict[str, bytes], name: str, kind: type[T], report: Report) -> T | None:
    """Parse and insist on the canonical bytes, so that no byte can change without the meaning changing."""
    data = parts.get(name)
    if data is None:
        return None
    try:
        value = kind.model_validate_json(data)
        if canonical(value.model_dump(mode="json")) == data:
            return value
    except (ValidationError, ValueError):
        pass
    report.problem(name, words.NOT_CANONICAL)
    return None


def _bank(parts: dict[str, bytes], trusted_pem: bytes | None, report: Report):
    if "bank.pem" not in parts:
        return None
    bank = _load(parts["bank.pem"])
    if bank is None or not _is_root(bank):
        report.problem("bank.pem", words.BANK_NOT_CA)
        return None
    if trusted_pem is None:
        report.left(words.NO_TRUST)
    elif _load(trusted_pem) != bank:
        report.problem("bank.pem", words.BANK_UNKNOWN)
        return None
    else:
        report.done(words.BANK_TRUSTED)
    return bank


def _same_hash(parts: dict[str, bytes], name: str, sha256: str, report: Report) -> None:
    if name in parts and not report.bad(name) and digest(parts[name]) != sha256:
        report.problem(name, words.CERTIFICATE_HASH)


def _load(pem: bytes):
    """A certificate with a P-256 key, else None."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None
    fits = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    return certificate if fits else None


def _is_root(bank) -> bool:
    from cryptography import x509

    try:
        constraints = bank.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return constraints.ca and _issued(bank, bank)


def _issued(certificate, issuer) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _device(parts: dict[str, bytes], manifest: Manifest, bank, report: Report) -> None:
    if "device.pem" not in parts or report.bad("device.pem"):
        return
    device = _load(parts["device.pem"])
    if device is None:
        report.problem("device.pem", words.CERTIFICATE_FORM)
    elif not _issued(device, bank):
        report.problem("device.pem", words.DEVICE_FOREIGN)
    elif not device.not_valid_before_utc <= manifest.sealed_at <= device.not_valid_after_utc:
        report.problem("device.pem", words.DEVICE_EXPIRED)
    else:
        report.done(words.DEVICE_TRUSTED)


def _enrolled(parts: dict[str, bytes], enrolment: Enrolment | None, manifest: Manifest, bank, report: Report) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    signature = _hex(parts, "enrolment.sig", DER_HEX, report)
    if enrolment is None or signature is None:
        return False
    try:
        bank.public_key().verify(signature, enrolment.canonical(), ECDSA(SHA256()))
    except InvalidSignature:
        if digest(parts["bank.pem"]) == manifest.bank_certificate_sha256:
            report.problem("enrolment.json", words.ENROLMENT_SIGNATURE)
            report.problem("enrolment.sig", words.ENROLMENT_SIGNATURE)
        return False
    report.done(words.ENROLMENT_TRUSTED)
    return True


def _receipt(parts, receipt: Receipt | None, manifest: Manifest, enrolment: Enrolment, report: Report) -> bool | None:
    """Does the bank's genuine receipt name these bytes of the manifest? None without a genuine receipt."""
    if receipt is None:
        if "receipt.json" not in parts:
            report.left(words.NO_RECEIPT)
        return None
    genuine = receipt.key_id == enrolment.receipt_key_id and _ed25519(
        enrolment.receipt_public_key, receipt.signature.encode(), receipt.signed_bytes())
    if not genuine:
        report.problem("receipt.json", words.RECEIPT_SIGNATURE)
        return None
    about = (receipt.case_id, receipt.revision, receipt.manifest_sha256)
    if about != (manifest.case_id, manifest.revision, digest(parts["manifest.json"])):
        return False
    report.done(words.fill(words.RECEIPT_GOOD, receipt.receipt_id))
    return True


def _signed(parts, enrolment: Enrolment, manifest: Manifest, fits: bool | None, report: Report) -> bool:
    """The device's signature; where it is wrong, the receipt tells whether manifest or signature was changed.

    True where signature or receipt proves the manifest's bytes.
    """
    if _hex(parts, "manifest.sig", ED25519_HEX, report) is None:
        return bool(fits)
    if not _ed25519(enrolment.signing_public_key, parts["manifest.sig"], parts["manifest.json"]):
        if fits is not True:
            report.problem("manifest.json", words.MANIFEST_SIGNATURE)
        if fits is not False:
            report.problem("manifest.sig", words.MANIFEST_SIGNATURE)
        return bool(fits)
    if fits is False:
        report.problem("receipt.json", words.RECEIPT_OTHER)
    if enrolment.device_id != manifest.device_id:
        report.problem("manifest.json", words.ENROLMENT_DEVICE)
    report.done(words.MANIFEST_SIGNED)
    return True


def _hex(parts, name: str, form: re.Pattern[bytes], report: Report) -> bytes | None:
    data = parts.get(name)
    if data is None:
        return None
    if not form.fullmatch(data):
        report.problem(name, words.NOT_HEX)
        return None
    return bytes.fromhex(data.decode("ascii"))


def _ed25519(public_key_hex: str, signature_hex: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not ED25519_HEX.fullmatch(signature_hex):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex))
        key.verify(bytes.fromhex(signature_hex.decode("ascii")), message)
    except InvalidSignature:
        return False
    return True
