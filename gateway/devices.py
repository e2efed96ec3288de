"""Devices: one-time codes, enrolment, revocation, and the signature on every request."""

import secrets
import time
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from app.domain import wire
from app.domain.evidence import Enrolment
from gateway import cameras
from gateway.bank import Bank
from gateway.conditions import (
    CODE_UNKNOWN,
    DEVICE_CLOCK,
    DEVICE_REPLAYED,
    DEVICE_REVOKED,
    DEVICE_SIGNATURE,
    DEVICE_UNKNOWN,
    KEYS_BAD,
)
from gateway.database import Database, audit, insert, now
from gateway.tables import Device, EnrolmentCode, SeenRequest, stamp

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CLOCK_TOLERANCE_S = 300


def new_code() -> str:
    """Twenty characters in groups of five: 100 bits, none of them easily confused."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(5)) for _ in range(4))


def add_code(session: Session, code: str, device_name: str, valid_for: timedelta) -> None:
    made = now()
    session.merge(EnrolmentCode(
        code_sha256=_code_digest(code), device_name=device_name, made_at=stamp(made),
        expires_at=stamp(made + valid_for), device_id=None))
    audit(session, "office", "", "code.made")


def enrol(bank: Bank, request: wire.EnrolRequest) -> wire.EnrolAnswer:
    """Turn a code into a certified device. The same device asking again (its answer was lost) keeps its
    id and the cameras it told first."""
    verify_ed25519(request.signing_public_key, request.proof, request.signed_bytes(), KEYS_BAD)
    with bank.database.write() as session:
        code = session.get(EnrolmentCode, _code_digest(request.code), with_for_update=True)
        if code is None or code.expires_at < stamp(now()):
            raise CODE_UNKNOWN()
        if code.device_id is not None:
            return _asked_again(bank, session, code.device_id, request)
        if session.query(Device).filter_by(signing_public_key=request.signing_public_key).first():
            raise KEYS_BAD()
        device_id = "dev-" + secrets.token_hex(8)
        answer = _certified(bank, request, device_id)
        session.add(Device(
            device_id=device_id, name=code.device_name or request.device_name,
            signing_public_key=request.signing_public_key, certificate_pem=answer.device_certificate_pem,
            enrolled_at=stamp(now()), receipt_key_id=answer.receipt_key_id))
        code.device_id = device_id
        audit(session, "office", device_id, "device.enrolled")
        session.flush()
        cameras.register(session, device_id, request.cameras or ())
        return answer.model_copy(update={"cameras": cameras.of_device(session, device_id)})


def revoke(database: Database, device_id: str) -> bool:
    """Stop a device at once; False where there is none of that id."""
    with database.write() as session:
        device = session.get(Device, device_id)
        if device is None:
            return False
        device.revoked_at = device.revoked_at or stamp(now())
        audit(session, "office", device_id, "device.revoked")
        return True


def revocation_list(bank: Bank) -> bytes:
    """The authority's list of the certificates of stopped devices, made anew at each request."""
    with bank.database.read() as session:
        stopped = session.query(Device).filter(Device.revoked_at.is_not(None)).order_by(Device.revoked_at).all()
    return bank.keys.revocation_list(
        ((x509.load_pem_x509_certificate(device.certificate_pem.encode()).serial_number,
          datetime.fromisoformat(device.revoked_at)) for device in stopped), now())


def verify_request(bank: Bank, headers, method: str, target: str) -> Device:
    """The device that signed this request. The body's hash is named by the signature and checked by the caller."""
    device_id, moment = headers.get(wire.DEVICE, ""), headers.get(wire.MOMENT, "")
    nonce, content = headers.get(wire.NONCE, ""), headers.get(wire.CONTENT, "")
    with bank.database.read() as session:
        device = session.get(Device, device_id) if device_id else None
    if device is None:
        raise DEVICE_UNKNOWN()
    if not moment.isascii() or not moment.isdigit() or not 8 <= len(nonce) <= 64 or len(moment) > 12:
        raise DEVICE_SIGNATURE()
    text = wire.request_text(method, target, int(moment), nonce, content)
    verify_ed25519(device.signing_public_key, headers.get(wire.SIGNATURE, ""), text, DEVICE_SIGNATURE)
    if abs(int(moment) - time.time()) > CLOCK_TOLERANCE_S:
        raise DEVICE_CLOCK()
    if device.revoked_at is not None:
        raise DEVICE_REVOKED()
    if not _repeatable(method, target):
        _note(bank.database, device_id, nonce, int(moment))
    return device


def check_active(session: Session, device_id: str) -> Device:
    """Raises device.revoked: what took long to arrive or to check ends with the device, too."""
    device = session.get_one(Device, device_id, populate_existing=True)
    if device.revoked_at is not None:
        raise DEVICE_REVOKED()
    return device


def _repeatable(method: str, target: str) -> bool:
    """An upload's bytes are bound to their offset and its HEAD tells a number: noting those would only cost time."""
    return method in ("HEAD", "PATCH") and target.startswith("/v1/uploads/")


def _note(database: Database, device_id: str, nonce: str, moment: int) -> None:
    """Raises device.replayed where any instance has taken this request before."""
    with database.write() as session:
        noted = session.scalar(insert(session, SeenRequest).values(device_id=device_id, nonce=nonce, moment=moment)
                               .on_conflict_do_nothing().returning(SeenRequest.nonce))
    if noted is None:
        raise DEVICE_REPLAYED()


def verify_ed25519(public_key_hex: str, signature_hex: str, message: bytes, kind) -> None:
    """Raise ``kind`` unless the signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex)).verify(bytes.fromhex(signature_hex), message)
    except (InvalidSignature, ValueError) as error:
        raise kind() from error


def _certified(bank: Bank, request: wire.EnrolRequest, device_id: str) -> wire.EnrolAnswer:
    keys, moment = bank.keys, now()
    certificate = keys.certify(request.csr_pem, device_id, moment)
    statement = Enrolment(
        device_id=device_id, signing_public_key=request.signing_public_key, receipt_key_id=keys.receipt_key_id,
        receipt_public_key=keys.receipt_public_key)
    return wire.EnrolAnswer(
        device_id=device_id,
        device_certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        bank_certificate_pem=keys.ca_pem, bank_recipient=keys.recipient, receipt_key_id=keys.receipt_key_id,
        receipt_public_key=keys.receipt_public_key, statement=statement,
        statement_signature=keys.sign_enrolment(statement), server_time=moment)


def _asked_again(bank: Bank, session: Session, device_id: str, request: wire.EnrolRequest) -> wire.EnrolAnswer:
    device = session.get_one(Device, device_id)
    if device.signing_public_key != request.signing_public_key or device.revoked_at is not None:
        raise CODE_UNKNOWN()
    answer = _certified(bank, request, device_id)
    device.certificate_pem, device.receipt_key_id = answer.device_certificate_pem, answer.receipt_key_id
    return answer.model_copy(update={"cameras": cameras.of_device(session, device_id)})


def _code_digest(code: str) -> str:
    return sha256(code.strip().upper().replace("-", "").replace(" ", "").encode()).hexdigest()
