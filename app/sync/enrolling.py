"""Enrolling: the one-time code and a fresh document key for a certificate and the bank's keys."""

import threading
import unicodedata
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from app.domain import wire
from app.domain.condition import Condition
from app.sync.conditions import CODE_REFUSED, ENROLMENT_BAD, NOT_REACHED, UNREACHABLE
from app.sync.enrolment import DeviceEnrolment
from app.sync.transport import Transport

CONNECT_S = 5.0  # a person waits


def enrol(base_url: str, code: str, device_name: str, signing_key: Ed25519PrivateKey, *,
          cameras: tuple[wire.EnrolledCamera, ...] = (), ca_file: Path | None = None, proxy: str = "",
          stopping: threading.Event | None = None) -> tuple[DeviceEnrolment, str]:
    """Enrol; returns the enrolment and the document key (P-256, PKCS#8 PEM, secret). One code may be tried again.

    ``code`` as a person typed or pasted it. ``cameras`` are those attached now; which of them the bank registered stands in
    the enrolment. Raises ``bank.*``: NOT_REACHED where nothing answers, also because ``stopping`` was set.
    """
    document_key = ec.generate_private_key(ec.SECP256R1())
    try:
        unsigned = wire.EnrolRequest(
            code=tidy_code(code), device_name=device_name[:80], csr_pem=_request_pem(document_key, device_name), proof="0" * 128,
            cameras=cameras, signing_public_key=signing_key.public_key().public_bytes_raw().hex())
    except ValidationError as error:  # nothing like a code; its text would hold what was typed
        raise CODE_REFUSED() from error
    request = unsigned.model_copy(update={"proof": signing_key.sign(unsigned.signed_bytes()).hex()})
    transport = Transport(base_url, ca_file=ca_file, connect_s=CONNECT_S, stopping=stopping)
    transport.use_proxy(proxy)
    try:
        answer = transport.call("POST", "/v1/devices/enrol", body=request, accept=(201,)).read(wire.EnrolAnswer)
    except Condition as condition:
        raise (NOT_REACHED() if condition.kind is UNREACHABLE else condition) from None
    finally:
        transport.close()
    _check(answer, request, document_key)
    enrolment = DeviceEnrolment(
        base_url=transport.base_url, device_id=answer.device_id, device_certificate_pem=answer.device_certificate_pem,
        bank_certificate_pem=answer.bank_certificate_pem, bank_recipient=answer.bank_recipient,
        receipt_key_id=answer.receipt_key_id, receipt_public_key=answer.receipt_public_key,
        statement_json=answer.statement.canonical().decode(), statement_signature=answer.statement_signature,
        cameras=answer.cameras)
    pem = document_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return enrolment, pem.decode()


def tidy_code(typed: str) -> str:
    """A code without what typing, pasting or an input method adds: spaces, unseen signs, wide letters, dashes of other kinds."""
    plain = unicodedata.normalize("NFKC", typed)
    return "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in plain
                   if not letter.isspace() and unicodedata.category(letter) != "Cf")


def _request_pem(key: ec.EllipticCurvePrivateKey, device_name: str) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device_name[:64])])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def _check(answer: wire.EnrolAnswer, request: wire.EnrolRequest, key: ec.EllipticCurvePrivateKey) -> None:
    """The certificate must be of our key and by the bank's authority, which must also have signed the statement."""
    try:
        bank = x509.load_pem_x509_certificate(answer.bank_certificate_pem.encode())
        device = x509.load_pem_x509_certificate(answer.device_certificate_pem.encode())
        device.verify_directly_issued_by(bank)
        bank.public_key().verify(
            bytes.fromhex(answer.statement_signature), answer.statement.canonical(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise ENROLMENT_BAD() from error
    said = (answer.statement.device_id, answer.statement.signing_public_key, answer.statement.receipt_key_id,
            answer.statement.receipt_public_key, device.public_key())
    if said != (answer.device_id, request.signing_public_key, answer.receipt_key_id, answer.receipt_public_key,
                key.public_key()):
        raise ENROLMENT_BAD()
