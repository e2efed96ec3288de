import shutil
import struct
import subprocess
import zipfile
from datetime import timedelta

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.condition import Condition
from app.domain.evidence import Manifest
from app.forms.package import verify_package, write_package, zip_package
from tests.unit.forms.forms_bank import NOW, make_bank
from tests.unit.forms.forms_case import PackageMaker

SMALL = ("manifest.json", "manifest.sig", "device.pem", "bank.pem", "enrolment.json", "enrolment.sig", "receipt.json")


@pytest.fixture
def folder(package, tmp_path):
    """A copy of the package that a test may spoil."""
    return shutil.copytree(package.folder / "package", tmp_path / "证据 copy")


@pytest.fixture(scope="module")
def tiny(bank, tmp_path_factory) -> PackageMaker:
    """A package with two small files, quick to check again and again."""
    maker = PackageMaker(bank, tmp_path_factory.mktemp("spoil"))
    for data in (b"one", b"two"):
        maker.keep("photo", "image/jpeg", data)
    maker.write(maker.manifest("0" * 64, 1))
    return maker


@pytest.fixture(scope="module")
def spoiled(tiny):
    """For the many single-byte changes; each is undone."""
    return tiny.folder / "package"


def files(verdict) -> set[str]:
    return {problem.file for problem in verdict.problems}


def flipped(path, place: int, change: int, act):
    data = path.read_bytes()
    changed = bytearray(data)
    changed[place] ^= change
    path.write_bytes(changed)
    try:
        return act()
    finally:
        path.write_bytes(data)


def test_a_whole_package_verifies_with_everything_checked(package, bank):
    verdict = verify_package(package.folder / "package", trust_bank_certificate=bank.ca_pem,
                             identity=str(package.identity))
    assert verdict.ok
    assert verdict.problems == ()
    assert verdict.unchecked == ()
    assert any("3 个签名" not in words.zh and "签名" in words.zh for words in verdict.checked)
    assert verdict.manifest.case_id == "case-1"


def test_what_could_not_be_checked_is_said(package):
    verdict = verify_package(package.folder / "package")
    assert verdict.ok
    assert len(verdict.unchecked) == 2


def test_without_receipt_it_verifies_and_says_so(bank, versions, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    verdict = verify_package(maker.make(versions, receipt=False), trust_bank_certificate=bank.ca_pem)
    assert verdict.ok
    assert [words.en for words in verdict.unchecked if "receipt" in words.en]


@pytest.mark.parametrize("name", SMALL)
def test_every_single_byte_of_the_small_files_counts_and_is_named(spoiled, bank, name):
    path = spoiled / name
    size = path.stat().st_size
    for place in range(size) if size < 1500 else range(0, size, 7):
        verdict = flipped(path, place, 0x20 if place % 2 else 0x01,
                          lambda: verify_package(spoiled, trust_bank_certificate=bank.ca_pem))
        assert not verdict.ok, place
        assert name in files(verdict), place


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_byte_of_any_file_counts_and_is_named(spoiled, data):
    names = sorted(p.relative_to(spoiled).as_posix() for p in spoiled.rglob("*") if p.is_file())
    name = data.draw(st.sampled_from(names))
    place = data.draw(st.integers(min_value=0, max_value=(spoiled / name).stat().st_size - 1))
    change = data.draw(st.integers(min_value=1, max_value=255))
    verdict = flipped(spoiled / name, place, change, lambda: verify_package(spoiled))
    assert not verdict.ok
    assert name in files(verdict)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "device.pem", "bank.pem", "receipt.json"])
def test_one_change_is_blamed_on_one_file_only(spoiled, bank, name):
    place = (spoiled / name).stat().st_size // 2
    verdict = flipped(spoiled / name, place, 0x01, lambda: verify_package(spoiled, trust_bank_certificate=bank.ca_pem))
    assert files(verdict) == {name}


def test_missing_extra_and_foreign_files_are_named(folder):
    gone = next((folder / "files").iterdir())
    gone.unlink()
    (folder / "files" / f"{'0' * 64}.age").write_bytes(b"x")
    (folder / "note.txt").write_text("hello")
    (folder / "enrolment.sig").unlink()
    assert files(verify_package(folder)) == {f"files/{gone.name}", f"files/{'0' * 64}.age", "note.txt", "enrolment.sig"}


def test_a_link_instead_of_a_file_is_not_followed(folder, tmp_path):
    for name in ("bank.pem", f"files/{next((folder / 'files').iterdir()).name}"):
        outside = tmp_path / name.replace("/", "_")
        shutil.move(folder / name, outside)
        (folder / name).symlink_to(outside)
        assert name in files(verify_package(folder))


def test_a_package_of_another_bank_is_not_the_one_you_trust(package):
    verdict = verify_package(package.folder / "package", trust_bank_certificate=make_bank().ca_pem)
    assert files(verdict) == {"bank.pem"}


def test_a_forger_with_his_own_bank_fails_against_the_true_certificate(bank, versions, tmp_path):
    forger = PackageMaker(make_bank(), tmp_path)
    path = forger.make(versions)
    assert not verify_package(path, trust_bank_certificate=bank.ca_pem).ok


def test_another_devices_signature_is_found(bank, package, folder):
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    (folder / "manifest.sig").write_text(make_bank().device_signing.sign(manifest.canonical()).hex())
    assert files(verify_package(folder)) == {"manifest.sig"}


def test_a_re_signed_changed_manifest_betrays_itself_by_the_receipt(bank, folder):
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    changed = manifest.model_copy(update={"operation_score": 100.0})
    (folder / "manifest.json").write_bytes(changed.canonical())
    (folder / "manifest.sig").write_text(bank.device_signing.sign(changed.canonical()).hex())
    assert files(verify_package(folder)) == {"receipt.json"}


def test_a_certificate_that_was_not_valid_at_sealing(bank, versions, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    maker.make(versions)
    late = maker.manifest("0" * 64, 1).model_copy(update={"sealed_at": NOW + timedelta(days=900)})
    assert "device.pem" in files(verify_package(maker.write(late)))


def test_the_wrong_key_opens_nothing(package):
    verdict = verify_package(package.folder / "package", identity=str(pyrage.x25519.Identity.generate()))
    assert not verdict.ok
    assert all(name.startswith("files/") for name in files(verdict))


def test_a_key_of_wrong_form_is_a_condition(package):
    with pytest.raises(Condition) as raised:
        verify_package(package.folder / "package", identity="password")
    assert raised.value.code == "package.identity"


def test_a_journal_with_another_head_is_found(bank, versions, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    maker.make(versions)
    verdict = verify_package(maker.write(maker.manifest("1" * 64, 5)), identity=str(maker.identity))
    assert files(verdict) == maker.names("journal")


def test_a_signed_document_that_was_changed_before_sealing_is_found(bank, versions, tmp_path):
    spoiled = bytearray(versions[-1])
    spoiled[len(versions[0]) // 2] ^= 1
    maker = PackageMaker(bank, tmp_path)
    path = maker.make([*versions[:-1], bytes(spoiled)])
    verdict = verify_package(path, identity=str(maker.identity))
    assert len(files(verdict)) == 1
    assert files(verdict) < maker.names("form_signed")


def test_a_document_other_than_the_one_shown_is_found(bank, versions, contract, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    path = maker.make([versions[0] + b"\n", *versions[1:]])
    verdict = verify_package(path, identity=str(maker.identity))
    assert files(verdict) == maker.names("form_signed")


def test_writing_again_replaces_the_package_but_nothing_else(package, bank, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    maker.keep("photo", "image/jpeg", b"one")
    first = maker.write(maker.manifest("0" * 64, 1), receipt=False)
    maker.refs.clear()
    maker.keep("photo", "image/jpeg", b"two")
    assert verify_package(maker.write(maker.manifest("0" * 64, 1))).ok
    (first / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(Condition) as raised:
        maker.write(maker.manifest("0" * 64, 1))
    assert raised.value.code == "package.folder_in_use"
    assert (first / "holiday.jpg").read_bytes() == b"mine"


def test_a_damaged_stored_file_is_not_exported(bank, tmp_path):
    maker = PackageMaker(bank, tmp_path)
    maker.keep("photo", "image/jpeg", b"one")
    maker.refs[0][1].write_bytes(b"other")
    with pytest.raises(Condition) as raised:
        maker.write(maker.manifest("0" * 64, 1))
    assert raised.value.code == "package.file_damaged"
    assert not (tmp_path / "package" / "manifest.json").exists()


def test_no_package_there(tmp_path):
    with pytest.raises(Condition) as raised:
        verify_package(tmp_path / "nothing")
    assert raised.value.code == "package.not_found"


@pytest.fixture(scope="module")
def zipped(package, tmp_path_factory):
    return zip_package(package.folder / "package", tmp_path_factory.mktemp("zip") / "证据 1.zip")


def test_the_zip_verifies_and_other_tools_open_it(zipped, package, bank, tmp_path):
    verdict = verify_package(zipped, trust_bank_certificate=bank.ca_pem, identity=str(package.identity))
    assert verdict.ok
    assert verdict.unchecked == ()
    with zipfile.ZipFile(zipped) as opened:
        assert opened.testzip() is None
    subprocess.run([shutil.which("python3"), "-m", "zipfile", "-e", zipped, tmp_path / "out"], check=True)
    assert verify_package(tmp_path / "out").ok


def test_equal_packages_make_equal_zips(zipped, package, tmp_path):
    assert zip_package(package.folder / "package", tmp_path / "b.zip").read_bytes() == zipped.read_bytes()


def test_every_byte_of_the_zips_own_frame_counts(tiny, tmp_path):
    data = zip_package(tiny.folder / "package", tmp_path / "tiny.zip").read_bytes()
    start = data.index(b"PK\x01\x02")
    target = tmp_path / "x.zip"
    for place in [*range(30 + len("bank.pem")), *range(start, len(data))]:
        changed = bytearray(data)
        changed[place] ^= 0x01
        target.write_bytes(changed)
        assert files(verify_package(target)) == {"x.zip"}, place


def test_a_check_sum_changed_twice_alike_is_found(zipped, tmp_path):
    data = bytearray(zipped.read_bytes())
    for header in (data.index(b"PK\x03\x04") + 14, data.index(b"PK\x01\x02") + 16):
        value, = struct.unpack_from("<I", data, header)
        struct.pack_into("<I", data, header, value ^ 1)
    target = tmp_path / "x.zip"
    target.write_bytes(data)
    assert files(verify_package(target)) == {"x.zip"}


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "files/../../evil", "manifest.json/x", "恶意.txt"])
def test_path_tricks_in_a_zip_are_named_and_never_written(zipped, tmp_path, name):
    target = tmp_path / "x.zip"
    shutil.copy(zipped, target)
    with zipfile.ZipFile(target, "a") as opened:
        opened.writestr(name, "evil")
    assert not verify_package(target).ok
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["x.zip"]


def test_a_bomb_is_not_unpacked(tmp_path):
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("manifest.json", b"0" * (64 << 20))
    assert not verify_package(target).ok


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 5000])
def test_what_is_no_zip_is_refused_in_words(tmp_path, data):
    target = tmp_path / "x.zip"
    target.write_bytes(data)
    assert files(verify_package(target)) == {"x.zip"}


def test_writer_is_exported():
    assert callable(write_package)
