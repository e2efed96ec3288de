"""The bank's timestamp and revocation list on signed documents (PAdES B-LT), by the gateway's own service."""

import re
import shutil
import subprocess
from datetime import timedelta
from itertools import pairwise

import pytest
from asn1crypto import core
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.condition import Condition
from app.forms.check import check_pdf
from app.forms.longterm import append_timestamp
from app.forms.package import verify_package
from app.forms.seal import sign_pdf
from tests.unit.forms.forms_bank import NOW, ink, make_bank
from tests.unit.forms.forms_case import PackageMaker


def raised(bank, pdf: bytes, *, revoked=(), ask=None) -> bytes:
    return append_timestamp(pdf, bank.device_pem, bank.ca_pem, bank.keys.revocation_list(revoked, NOW), ask or bank.stamp)[0]


@pytest.fixture(scope="module")
def stamped(bank, versions) -> bytes:
    return raised(bank, versions[-1])


def test_three_signatures_and_the_banks_time_over_them(bank, versions, stamped):
    verdict = check_pdf(stamped, bank.ca_pem)
    assert verdict.ok
    assert [signature.valid for signature in verdict.signatures] == [True] * 3
    assert verdict.timestamped_at == NOW + timedelta(minutes=1)
    assert stamped.startswith(versions[-1])
    assert check_pdf(versions[-1], bank.ca_pem).timestamped_at is None


def test_outside_witnesses_agree(bank, stamped, tmp_path):
    """poppler about the signatures; it does not judge document timestamps, so OpenSSL is asked about that one."""
    assert shutil.which("pdfsig"), "this test needs poppler-utils"
    assert shutil.which("openssl"), "this test needs openssl"
    path = tmp_path / "合同 1.pdf"
    path.write_bytes(stamped)
    out = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    assert out.count("Signature is Valid") == 3
    first, start, end, rest = map(int, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", stamped)[-1])
    padded = bytes.fromhex(stamped[start + 1:end - 1].decode())
    parts = {"data": stamped[first:start] + stamped[end:end + rest], "ca.pem": bank.ca_pem,
             "token": core.Sequence.load(padded, strict=False).dump()}
    for name, data in parts.items():
        (tmp_path / name).write_bytes(data)
    said = subprocess.run(["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-token_in", "-CAfile", "ca.pem",
                           "-attime", str(int(NOW.timestamp()))], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in said.stdout, said.stderr


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_anywhere_is_found(bank, stamped, data):
    pdf = bytearray(stamped)
    pdf[data.draw(st.integers(min_value=0, max_value=len(pdf) - 1))] ^= data.draw(st.integers(min_value=1, max_value=255))
    assert not check_pdf(bytes(pdf), bank.ca_pem).ok


def test_one_changed_byte_inside_the_timestamp_is_found(bank, stamped):
    start = stamped.rindex(b"/Contents <") + len("/Contents ")
    for place in range(start, start + 2600, 17):
        changed = bytearray(stamped)
        changed[place] ^= 0x01
        assert not check_pdf(bytes(changed), bank.ca_pem).ok, place


def test_a_device_revoked_before_the_timestamp_does_not_pass(bank, versions):
    serial = x509.load_pem_x509_certificate(bank.device_pem).serial_number
    with pytest.raises(Condition) as refused:
        raised(bank, versions[-1], revoked=[(serial, NOW - timedelta(hours=1))])
    assert refused.value.code == "forms.timestamp_bad"


@pytest.mark.parametrize("answer", [
    pytest.param(lambda query: b"", id="nothing"),
    pytest.param(lambda query: make_bank().stamp(b"what?"), id="a refusal"),
    pytest.param(lambda query: make_bank().stamp(query), id="another bank's")])
def test_a_timestamp_that_does_not_hold_is_not_used(bank, versions, answer):
    with pytest.raises(Condition) as refused:
        raised(bank, versions[-1], ask=answer)
    assert refused.value.code == "forms.timestamp_bad"


def test_an_answer_to_another_question_is_not_used(bank, versions):
    asked: list[bytes] = []

    def late(query: bytes) -> bytes:
        asked.append(query)
        return bank.stamp(asked[0])

    raised(bank, versions[1], ask=late)
    with pytest.raises(Condition):
        raised(bank, versions[-1], ask=late)


def test_nobody_signs_after_the_timestamp(bank, stamped):
    again = sign_pdf(stamped, (0, 60, 60, 200, 120), ink(9), "manager", NOW, bank.device_key_pem, bank.device_pem,
                     bank.ca_pem)
    assert not check_pdf(again, bank.ca_pem).ok


def test_the_timestamp_service_stamps_nothing_but_a_sha256():
    from asn1crypto import tsp

    sha1 = tsp.TimeStampReq({"version": "v1", "message_imprint": {
        "hash_algorithm": {"algorithm": "sha1"}, "hashed_message": b"\0" * 20}})
    status = core.Sequence.load(make_bank().stamp(sha1.dump()))[0]
    assert tsp.PKIStatusInfo.load(status.dump())["status"].native == "rejection"


def test_a_package_tells_which_documents_carry_the_banks_time(bank, versions, stamped, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    path = maker.make(versions, stamped=stamped)
    verdict = verify_package(path, trust_bank_certificate=bank.ca_pem, identity=str(maker.identity))
    assert verdict.ok
    assert any("1 of them carry the bank's timestamp" in words.en for words in verdict.checked)


def test_a_package_whose_journal_tells_another_time_is_found(bank, versions, stamped, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    path = maker.make(versions, stamped=stamped, stamped_at=NOW)
    verdict = verify_package(path, identity=str(maker.identity))
    assert {problem.file for problem in verdict.problems} == maker.names("form_timestamped")


def test_signatures_before_it_are_as_they_were(versions, stamped):
    assert all(after.startswith(before) for before, after in pairwise([*versions, stamped]))
