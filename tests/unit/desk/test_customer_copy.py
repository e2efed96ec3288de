"""The customer's copy: one PDF under the customer's password, with the signed originals inside byte for byte."""

from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from app.desk.customer_copy import save_copy
from app.domain.condition import Condition
from app.domain.copy_password import check_copy_password
from app.forms.check import check_pdf
from app.store import disk
from tests import case_facts as f
from tests.unit.forms.forms_bank import NOW, make_bank
from tests.unit.forms.forms_case import context, drawn, sealed

PASSWORD = "Xiaoxing#88"
KNOWN = ("320102198806051229", "13926837150")


@pytest.fixture(scope="module")
def bank():
    return make_bank()


@pytest.fixture(scope="module")
def signed(bank) -> dict[str, bytes]:
    return {code: sealed(bank, drawn(code, context()))[-1] for code in ("cost_sheet", "entrusted_payment")}


def save(signed, bank, folder: Path, password: str = PASSWORD, again: str = PASSWORD) -> Path:
    case = f.case(f.terms(), f.card(), f.form())
    return save_copy(case, f.policy(), signed, bank.ca_pem, folder, password, again, NOW.date())


def test_it_opens_with_the_password_alone_and_holds_the_signed_originals(signed, bank, tmp_path):
    folder = tmp_path / "U 盘"
    folder.mkdir()
    path = save(signed, bank, folder)
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    data = path.read_bytes()
    assert not any(pdf[100:200] in data for pdf in signed.values())
    with path.open("rb") as file:
        reader = PdfFileReader(file)
        assert reader.decrypt("wrong-password1").status.name == "FAILED"
        assert reader.decrypt(PASSWORD).status.name == "OWNER"
        pages = int(reader.root["/Pages"]["/Count"])
        tree = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = [tree[at]["/EF"]["/F"].data for at in range(1, len(tree), 2)]
    assert pages > len(signed)
    assert sorted(files) == sorted([*signed.values(), bank.ca_pem])
    assert all(check_pdf(pdf, bank.ca_pem).ok for pdf in files if pdf != bank.ca_pem)


@pytest.mark.parametrize(("password", "again", "code"), [
    ("abc12", "abc12", "copy.length"), ("密码密码密码密码", "密码密码密码密码", "copy.signs"),
    ("12345678", "12345678", "copy.weak"),
    ("abcdefg1", "abcdefg1", "copy.weak"), ("xq880605!!x198806", "xq880605!!x198806", "copy.known"),
    ("x13926837!", "x13926837!", "copy.known"), (PASSWORD, PASSWORD + "x", "copy.differs")])
def test_a_password_that_will_not_do(password, again, code):
    assert code in {finding.code for finding in check_copy_password(password, again, KNOWN)}


def test_a_good_password():
    assert check_copy_password(PASSWORD, PASSWORD, KNOWN) == ()


def test_a_weak_password_writes_nothing(signed, bank, tmp_path):
    with pytest.raises(Condition) as raised:
        save(signed, bank, tmp_path, "12345678", "12345678")
    assert raised.value.code == "copy.password"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(28, "copy.full"), (30, "copy.read_only"), (19, "copy.gone"), (5, "copy.damaged")])
def test_trouble_of_the_stick_is_told_and_leaves_nothing_half_written(signed, bank, tmp_path, monkeypatch, number, code):
    """ENOSPC, EROFS, ENODEV (pulled out), EIO, as the system raises them while the bytes are spilled."""
    def spill(self, temp: Path, data: bytes) -> None:
        temp.write_bytes(data[:1000])
        raise OSError(number, "as the system says it")

    monkeypatch.setattr(disk.Disk, "spill", spill)
    with pytest.raises(Condition) as raised:
        save(signed, bank, tmp_path)
    assert raised.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_drive_that_is_gone(signed, bank, tmp_path):
    with pytest.raises(Condition) as raised:
        save(signed, bank, tmp_path / "gone")
    assert raised.value.code == "copy.gone"
