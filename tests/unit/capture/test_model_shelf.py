"""The shelf of model packs: only what is whole and works gets on it, and what is in use is never gone round."""

import shutil

import pytest

from app.capture.engines import load_engine
from app.capture.model_shelf import ModelShelf
from app.domain.condition import Condition
from app.store.disk import DISK_FULL, Disk


@pytest.fixture
def pack(shared_data, tmp_path):
    """The bank's pack without its attack detection, quicker to check."""
    folder = tmp_path / "从银行 来"
    folder.mkdir()
    for name in ("yunet_2023mar.onnx", "MobileFaceNet.onnx"):
        shutil.copyfile(shared_data / "models" / name, folder / name)
    text = (shared_data / "models" / "pack.toml").read_text("utf-8")
    (folder / "pack.toml").write_text("[[model]]".join(text.split("[[model]]")[:3]), "utf-8")
    return folder


@pytest.fixture
def data(tmp_path):
    return tmp_path / "数据"


def code_of(act):
    with pytest.raises(Condition) as raised:
        act()
    return raised.value.code


def test_an_empty_shelf_uses_the_built_in_pack_and_makes_nothing(data):
    shelf = ModelShelf(data)
    assert shelf.active() is None
    assert shelf.in_use().built_in
    assert [row.active for row in shelf.packs()] == [True]
    assert not data.exists()


def test_an_added_pack_is_copied_under_its_hash_and_in_use(pack, data):
    added, checks = ModelShelf(data).add(pack)
    assert {check.role for check in checks} == {"face_detector", "landmarks", "face_embedding"}
    shutil.rmtree(pack)
    again = ModelShelf(data)
    assert again.active() == data / "models" / added.sha256
    assert load_engine(again.active()).pack_sha256 == again.in_use().sha256 == added.sha256
    assert [(row.sha256, row.active) for row in again.packs()][1] == (added.sha256, True)
    assert {path.name for path in (data / "models").iterdir()} == {added.sha256, "active"}


def test_a_pack_that_does_not_work_leaves_the_shelf_as_it_was(pack, data):
    shelf = ModelShelf(data)
    (pack / "MobileFaceNet.onnx").write_bytes(b"no network")
    assert code_of(lambda: shelf.add(pack)) == "models.hash"
    assert shelf.active() is None
    assert not data.exists()


def test_a_full_disk_in_the_middle_leaves_the_pack_before_in_use(pack, data):
    class Full(Disk):
        def spill(self, temp, data):
            raise DISK_FULL()

    first, _ = ModelShelf(data).add(pack)
    (pack / "pack.toml").write_text((pack / "pack.toml").read_text("utf-8") + "# another\n", "utf-8")
    assert code_of(lambda: ModelShelf(data, Full()).add(pack)) == "disk.full"
    assert ModelShelf(data).in_use().sha256 == first.sha256
    second, _ = ModelShelf(data).add(pack)
    assert second.sha256 != first.sha256
    assert not list((data / "models").glob("*.part"))
    assert ModelShelf(data).use(first.sha256[:12]).sha256 == first.sha256
    assert ModelShelf(data).in_use().sha256 == first.sha256


@pytest.mark.parametrize("written", [b"", b"\xff\xfe", b"../../elsewhere", b"0" * 64])
def test_an_unreadable_choice_is_told_and_the_built_in_pack_does_not_stand_in(data, written):
    (data / "models").mkdir(parents=True)
    (data / "models" / "active").write_bytes(written)
    shelf = ModelShelf(data)
    assert code_of(shelf.in_use) == "models.pack_missing"
    assert code_of(lambda: load_engine(shelf.active())) == "models.pack_missing"
    assert [row.active for row in shelf.packs()] == [False, True]
    assert shelf.use("built-in").built_in
    assert shelf.active() is None


def test_a_changed_description_is_not_the_pack_of_its_folder(pack, data):
    added, _ = ModelShelf(data).add(pack)
    kept = data / "models" / added.sha256 / "pack.toml"
    kept.write_text(kept.read_text("utf-8").replace("pass_at = 0.55", "pass_at = 0.64"), "utf-8")
    assert code_of(ModelShelf(data).in_use) == "models.hash"
    ModelShelf(data).add(pack)
    assert ModelShelf(data).in_use().sha256 == added.sha256
