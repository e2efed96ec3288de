import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.condition import Condition
from app.domain.ink import Ink
from app.forms.check import check_pdf
from app.forms.seal import ink_operators, sign_pdf
from tests.unit.forms.forms_bank import NOW, ink, key_pem, make_bank


def codes(verdict) -> list[str]:
    return [code for code, _ in verdict.problems]


def test_three_signers_in_order(bank, versions):
    verdict = check_pdf(versions[-1], bank.ca_pem)
    assert verdict.ok
    assert verdict.problems == ()
    assert [signature.signer for signature in verdict.signatures] == ["borrower 示例", "spouse 示例", "manager 示例"]
    assert all(signature.valid and signature.signed_at == NOW for signature in verdict.signatures)
    assert [s.covers for s in verdict.signatures] == ["entire_revision", "entire_revision", "entire_file"]


def test_every_signature_only_appends(versions):
    assert all(after.startswith(before) for before, after in pairwise(versions))


def test_an_outside_witness_finds_every_signature_valid(versions, tmp_path):
    assert shutil.which("pdfsig"), "this test needs poppler-utils"
    path = tmp_path / "合同 1.pdf"
    path.write_bytes(versions[-1])
    out = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    assert out.count("Signature is Valid") == 3
    assert out.count("ETSI.CAdES.detached") == 3
    assert "Total document signed" in out


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_anywhere_is_found(bank, versions, data):
    pdf = bytearray(versions[-1])
    place = data.draw(st.integers(min_value=0, max_value=len(pdf) - 1))
    pdf[place] ^= data.draw(st.integers(min_value=1, max_value=255))
    assert not check_pdf(bytes(pdf), bank.ca_pem).ok


def test_one_changed_byte_inside_the_signature_is_found(bank, versions):
    pdf = versions[-1]
    start = pdf.rindex(b"/Contents <") + len("/Contents ")
    end = pdf.index(b">", start)
    for place in [*range(start, start + 400), *range(end - 5, end + 1)]:
        for change in (0x01, 0x20):
            changed = bytearray(pdf)
            changed[place] ^= change
            assert not check_pdf(bytes(changed), bank.ca_pem).ok, place


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%%EOF\n", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_whatever_is_added_after_signing_is_found(bank, versions, tail):
    assert codes(check_pdf(versions[-1] + tail, bank.ca_pem)) == ["not_whole"]


def test_a_cut_file_shows_its_earlier_revision_or_nothing(bank, versions):
    assert not check_pdf(versions[-1][:-1], bank.ca_pem).ok
    assert codes(check_pdf(versions[0], bank.ca_pem)) == ["unsigned"]


def test_another_bank_is_foreign(versions):
    assert codes(check_pdf(versions[-1], make_bank().ca_pem)) == ["foreign"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"/ByteRange [0 1 2 3]", b"\x00" * 1000])
def test_what_is_no_signed_pdf_is_refused_in_words(bank, data):
    assert not check_pdf(data, bank.ca_pem).ok


def test_a_broken_root_is_named(versions):
    assert codes(check_pdf(versions[-1], b"no certificate")) == ["trust_root"]


def sign(bank, contract, **changes):
    values = {"ink": ink(1), "signed_at": NOW, "key": bank.device_key_pem, "device": bank.device_pem, **changes}
    return sign_pdf(contract.pdf, contract.signature_boxes["borrower"], values["ink"], "示例", values["signed_at"],
                    values["key"], values["device"], bank.ca_pem)


def test_a_foreign_key_does_not_sign(bank, contract):
    with pytest.raises(Condition) as raised:
        sign(bank, contract, key=make_bank().device_key_pem)
    assert raised.value.code == "forms.key_mismatch"


def test_an_expired_certificate_does_not_sign(bank, contract):
    with pytest.raises(Condition) as raised:
        sign(bank, contract, signed_at=NOW + timedelta(days=800))
    assert raised.value.code == "forms.certificate_expired"


def test_a_certificate_of_another_bank_does_not_sign(bank, contract):
    other = make_bank()
    with pytest.raises(Condition) as raised:
        sign(bank, contract, key=other.device_key_pem, device=other.device_pem)
    assert raised.value.code == "forms.certificate_foreign"


def test_blank_ink_does_not_sign(bank, contract):
    with pytest.raises(Condition) as raised:
        sign(bank, contract, ink=Ink(strokes=(), pad_width_mm=1, pad_height_mm=1, device="pen"))
    assert raised.value.code == "ink.blank"


def test_a_certificate_without_signing_use_is_not_accepted(bank, contract):
    wrong = replace(bank, device_key_pem=key_pem(bank.keys.tsa_key), device_pem=bank.keys.tsa.public_bytes(Encoding.PEM))
    assert not check_pdf(sign(wrong, contract), bank.ca_pem).ok


def test_ink_is_drawn_as_lines_inside_its_box():
    drawing = ink_operators(ink(1), 200, 68, NOW).decode()
    places = [tuple(map(float, line.split()[2:4])) for line in drawing.splitlines() if line.endswith("l S")]
    assert len(places) == 90
    assert all(0 < x < 200 and 10 < y < 68 for x, y in places)


def test_the_ink_can_be_seen_on_the_page(contract, versions, tmp_path):
    before, after = (picture(pdf, tmp_path / f"{i}.pdf") for i, pdf in enumerate((contract.pdf, versions[-1])))
    assert before != after


def picture(pdf: bytes, path) -> bytes:
    path.write_bytes(pdf)
    return subprocess.run(["pdftoppm", "-r", "30", "-gray", path], capture_output=True, check=True).stdout
