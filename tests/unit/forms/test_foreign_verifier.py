"""A verifier written from docs/evidence.md alone says the same of a package as this program's."""

import ast
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from app.forms.longterm import append_timestamp
from app.forms.package import verify_package
from tests import foreign_verifier
from tests.unit.forms.forms_bank import NOW, make_bank
from tests.unit.forms.forms_case import PackageMaker


@pytest.fixture(scope="module")
def handed_over(bank, versions, tmp_path_factory) -> PackageMaker:
    """A package with three signers, the bank's time and a receipt."""
    stamped, at = append_timestamp(versions[-1], bank.device_pem, bank.ca_pem, bank.keys.revocation_list((), NOW), bank.stamp)
    maker = PackageMaker(bank, tmp_path_factory.mktemp("foreign 外人"))
    maker.make(versions, stamped=stamped, stamped_at=at)
    return maker


def foreign(maker: PackageMaker, folder: Path | None = None) -> set[str]:
    return foreign_verifier.verify(folder or maker.folder / "package", maker.bank.ca_pem, str(maker.identity))


def test_it_is_short_and_uses_nothing_of_the_program():
    source = Path(foreign_verifier.__file__).read_text(encoding="utf-8")
    imported = {name.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in imported if name.split(".")[0] in ("app", "gateway", "tests")}
    assert sum(1 for line in source.splitlines() if line.strip()) <= 150


def test_a_whole_package_holds(handed_over, package):
    assert foreign(handed_over) == set()
    assert foreign(package) == set()


def test_another_bank_does_not_hold(handed_over):
    assert "bank.pem" in foreign_verifier.verify(handed_over.folder / "package", make_bank().ca_pem, str(handed_over.identity))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.999])
def test_both_verifiers_find_a_changed_byte_in_any_file(handed_over, tmp_path, share):
    folder = shutil.copytree(handed_over.folder / "package", tmp_path / "changed")
    for path in sorted(folder.rglob("*.*")):
        data = bytearray(path.read_bytes())
        data[int(len(data) * share)] ^= 0x01
        whole = path.read_bytes()
        path.write_bytes(data)
        assert foreign(handed_over, folder), path.name
        assert not verify_package(folder, trust_bank_certificate=handed_over.bank.ca_pem).ok, path.name
        path.write_bytes(whole)


@pytest.mark.parametrize("spoil", ["shown", "unsigned", "journal time", "added"])
def test_both_find_what_was_wrong_before_sealing(bank, versions, tmp_path, spoil):
    maker = PackageMaker(bank, tmp_path)
    stamped, at = append_timestamp(versions[-1], bank.device_pem, bank.ca_pem, bank.keys.revocation_list((), NOW), bank.stamp)
    if spoil == "shown":
        maker.make([versions[0] + b"\n", *versions[1:]])
    elif spoil == "unsigned":
        maker.make([*versions[:-1], versions[-1][:-40] + b" " * 40])
    elif spoil == "journal time":
        maker.make(versions, stamped=stamped, stamped_at=at + timedelta(hours=1))
    else:
        maker.make(versions, stamped=stamped + b"\n", stamped_at=at)
    assert foreign(maker)
    assert not verify_package(maker.folder / "package", identity=str(maker.identity)).ok
