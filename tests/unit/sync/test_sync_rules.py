"""The small rules of sending: addresses, answers, order, pace, back-off, receipts."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from requests import Request

from app.domain import wire
from app.domain.condition import Condition
from app.domain.evidence import GENESIS, FileRef, Manifest, Receipt
from app.sync import conditions
from app.sync.enrolling import tidy_code
from app.sync.enrolment import DeviceEnrolment, verify_receipt
from app.sync.sending import in_order
from app.sync.transport import DeviceAuth, Transport
from app.sync.tus import CHUNK_MAX, CHUNK_MIN, Pace
from app.sync.uploader import backoff

BANK = Ed25519PrivateKey.generate()


def file(name, size, media_type="image/jpeg"):
    return FileRef(id=name, kind="paper", media_type=media_type, size=size, sha256=GENESIS, cipher_size=size,
                   cipher_sha256=GENESIS)


def manifest(**changed):
    values = {
        "case_id": "case-1", "case_number": "MQ-1", "revision": 1, "policy_version": "1", "policy_sha256": GENESIS,
        "device_id": "dev-1", "staff_id": "10482", "product": "p", "dealer_id": "d",
        "sealed_at": datetime(2026, 11, 23, tzinfo=UTC), "monotonic_ms": 1, "journal_head": GENESIS,
        "journal_length": 1, "completeness": 1.0, "operation_score": 90.0, "app_version": "0.1.0",
        "device_certificate_sha256": GENESIS, "bank_certificate_sha256": GENESIS, "files": (file("f", 1),)}
    return Manifest(**{**values, **changed})


def receipt_for(sealed, key=BANK, **changed):
    values = {"receipt_id": "rcpt-1", "case_id": sealed.case_id, "revision": sealed.revision,
              "manifest_sha256": sealed.sha256(), "received_at": datetime(2026, 11, 23, tzinfo=UTC), "key_id": "k-1"}
    unsigned = Receipt(**{**values, **changed})
    return unsigned.model_copy(update={"signature": key.sign(unsigned.signed_bytes()).hex()})


ENROLMENT = DeviceEnrolment(
    base_url="http://127.0.0.1:1", device_id="dev-1", device_certificate_pem="", bank_certificate_pem="",
    bank_recipient="", receipt_key_id="k-1", receipt_public_key=BANK.public_key().public_bytes_raw().hex(),
    statement_json="{}", statement_signature="")


def test_the_banks_receipt_for_this_manifest_is_believed():
    verify_receipt(ENROLMENT, manifest(), receipt_for(manifest()))


@pytest.mark.parametrize("receipt", [
    receipt_for(manifest(revision=2)),
    receipt_for(manifest(operation_score=1.0)),
    receipt_for(manifest(), key=Ed25519PrivateKey.generate()),
    receipt_for(manifest(), key_id="k-2"),
    receipt_for(manifest()).model_copy(update={"receipt_id": "rcpt-2"}),
    receipt_for(manifest()).model_copy(update={"signature": "no hex"}),
], ids=["other revision", "other manifest", "other key", "other key id", "changed after signing", "no signature"])
def test_any_other_receipt_is_not(receipt):
    with pytest.raises(Condition) as refused:
        verify_receipt(ENROLMENT, manifest(), receipt)
    assert refused.value.code == "bank.receipt_bad"


@pytest.mark.parametrize(("address", "code"), [
    ("http://bank.example", "bank.insecure"), ("ftp://bank.example", "bank.address"),
    ("https://user:secret@bank.example", "bank.address"), ("https://", "bank.address"), ("", "bank.address"),
    ("bank.example:0", "bank.address"), ("我们 银行", "bank.address"), ("https://bank.example?code=1", "bank.address")])
def test_addresses_that_will_not_do(address, code):
    with pytest.raises(Condition) as refused:
        Transport(address)
    assert refused.value.code == code


@pytest.mark.parametrize(("typed", "address"), [
    ("https://bank.example/", "https://bank.example"), ("http://127.0.0.1:8443", "http://127.0.0.1:8443"),
    ("http://[::1]:8443", "http://[::1]:8443"), (" bank.example\n", "https://bank.example"),
    ("ｂａｎｋ。example：8443/", "https://bank.example:8443"), ("https://bank.example/desk/", "https://bank.example/desk")])
def test_addresses_that_will_also_as_people_type_them(typed, address):
    transport = Transport(typed)
    assert transport.base_url == address
    transport.close()


@pytest.mark.parametrize("typed", [
    "ABCDE-FGH23-45678-9JKLM", " ABCDE-FGH23-45678-9JKLM\r\n", "ＡＢＣＤＥ－ＦＧＨ23－45678－9JKLM", "ABCDE–FGH23—45678‐9JKLM",
    "ABCDE-FGH23-\n45678-9JKLM\u200b"])
def test_a_code_may_be_pasted_with_what_comes_along(typed):
    assert tidy_code(typed) == "ABCDE-FGH23-45678-9JKLM"


@pytest.mark.parametrize(("status", "code", "expected"), [
    (403, "device.revoked", "bank.device_revoked"), (401, "staff.token", "bank.sign_in_needed"),
    (409, "intake.conflict", "bank.conflict"), (422, "intake.manifest", "bank.rejected"),
    (413, "request.too_large", "bank.rejected"), (507, None, "bank.full"), (429, "request.too_many", "bank.busy"),
    (425, None, "bank.busy"), (408, None, "bank.busy"), (423, "upload.busy", "bank.busy"),
    (422, "enrol.keys", "bank.enrolled_before"),
    (500, "gateway.fault", "bank.busy"), (504, None, "bank.busy"), (403, None, "bank.not_our_server"),
    (407, None, "bank.not_our_server"), (200, None, "bank.not_our_server")])
def test_answers_become_conditions(status, code, expected):
    condition = conditions.of_answer(status, code, "why", 3)
    assert condition.code == expected
    for language in ("zh", "en"):
        assert condition.message(language)
        assert condition.next(language)


def test_a_request_is_signed_over_method_target_time_and_body():
    key = Ed25519PrivateKey.generate()
    auth = DeviceAuth("dev-1", key, lambda: "token").signer(lambda: 1_800_000_000.9)
    sent = auth(Request("POST", "http://127.0.0.1/v1/x?a=1", data=b"body").prepare())
    text = wire.request_text("POST", "/v1/x?a=1", 1_800_000_000, sent.headers[wire.NONCE], sent.headers[wire.CONTENT])
    Ed25519PublicKey.from_public_bytes(key.public_key().public_bytes_raw()).verify(
        bytes.fromhex(sent.headers[wire.SIGNATURE]), text)
    assert sent.headers["Authorization"] == "Bearer token"
    assert sent.headers[wire.CONTENT] == "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"


def test_small_files_go_first_and_the_recording_last():
    files = (file("video", 10, "video/webm"), file("scan", 500), file("sound", 5, "audio/webm"), file("page", 20))
    assert [each.id for each in in_order(files)] == ["page", "scan", "sound", "video"]


def test_chunks_grow_on_a_quick_line_and_shrink_on_a_bad_one():
    pace = Pace()
    for _ in range(2):
        pace.took(0.01)
    assert pace.chunk == CHUNK_MAX
    slower = Pace()
    slower.took(0.2)
    assert slower.chunk == 2 * Pace().chunk
    pace.took(1.0)
    assert pace.chunk == CHUNK_MAX
    for _ in range(20):
        pace.took(9.0)
    assert pace.chunk == CHUNK_MIN


def test_back_off_grows_has_jitter_has_an_end_and_honours_the_bank():
    assert 1.0 <= backoff(0).total_seconds() <= 2.0
    assert 16.0 <= backoff(4).total_seconds() <= 32.0
    assert 450.0 <= backoff(1000).total_seconds() <= 900.0
    assert backoff(0, 120).total_seconds() == 120
    assert len({backoff(5) for _ in range(20)}) > 10
