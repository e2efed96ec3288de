"""A model pack is believed in nothing: each way in which it can be wrong has a condition of its own."""

import hashlib
import os
import random
import shutil
from contextlib import suppress

import pytest

from app.capture.engines import load_engine
from app.capture.model_pack import DESCRIPTION_LIMIT, parse_description, read_pack
from app.capture.pack_check import check_pack
from app.domain.condition import Condition

YUNET, EMBEDDING = "yunet_2023mar.onnx", "MobileFaceNet.onnx"
ATTACK = "2.7_80x80_MiniFASNetV2.onnx"


@pytest.fixture
def pack(shared_data, tmp_path):
    folder = tmp_path / "银行 模型包"
    folder.mkdir()
    for file in (shared_data / "models").iterdir():
        shutil.copyfile(file, folder / file.name)
    return folder


def change(pack, old, new):
    path = pack / "pack.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def replace_file(pack, name, data):
    """Other bytes under a name, with the description's hash made to fit."""
    change(pack, hashlib.sha256((pack / name).read_bytes()).hexdigest(), hashlib.sha256(data).hexdigest())
    (pack / name).write_bytes(data)


def refused(code, pack):
    with pytest.raises(Condition) as raised:
        check_pack(read_pack(pack))
    said = raised.value
    assert said.code == code
    assert said.message("zh")
    assert said.message("en")
    assert said.next("zh")
    assert said.next("en")
    return said.message("en")


def test_the_banks_pack_is_taken_as_it_is(shared_data):
    engine = load_engine(shared_data / "models")
    assert engine.calibration.pass_at == 0.55
    assert engine.calibration.review_at == 0.65
    assert "22 Chinese" in engine.calibration.calibrated_on
    assert engine.calibration.false_match_rate is None
    assert (engine.attack.frames, engine.attack.reject_below, engine.attack.review_below) == (8, 0.3, 0.7)
    assert not engine.built_in


def test_a_packs_hash_is_what_sha256sum_would_say(pack):
    sums = [(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in pack.iterdir()]
    lines = "".join(f"{value}  {name}\n" for name, value in sorted(sums))
    before = read_pack(pack).sha256
    assert before == hashlib.sha256(lines.encode()).hexdigest()
    change(pack, "pass_at = 0.55", "pass_at = 0.56")
    assert read_pack(pack).sha256 != before


def test_what_is_no_description(pack, tmp_path):
    refused("models.pack_missing", tmp_path / "nowhere")
    refused("models.pack_missing", pack / YUNET)
    for text in (b"schema = \n", b"\xff\xfe\x00", b"a = " + b"[" * 5000):
        (pack / "pack.toml").write_bytes(text)
        refused("models.no_toml", pack)
    (pack / "pack.toml").write_bytes(b"#" * (DESCRIPTION_LIMIT + 1))
    refused("models.too_large", pack)


@pytest.mark.parametrize(("old", "new", "place"), [
    ('name = "open-test-pack"', 'name = "open-test-pack"\ncolour = "red"', "colour"),
    ("reject_below = 0.3", "reject_below = 0.3\nmood = 1", "attack_decision.mood"),
    ('distance = "1 - cosine"', 'distance = "1 - cosine"\nsalt = 1', "model[2].salt"),
    ("pass_at = 0.55", "pass_at = -0.55", "model[2].pass_at"),
    ("pass_at = 0.55", "pass_at = nan", "model[2].pass_at"),
    ("pass_at = 0.55", "pass_at = 0.75", "pass_at is above"),
    ("review_at = 0.65", "", "review_at"),
    ("median_over_frames = 8", "median_over_frames = 0", "median_over_frames"),
    ("reject_below = 0.3", "reject_below = 0.9", "reject_below is above"),
    ('version = "2026.11"', 'version = "a/b"', "version"),
    ('licence = "MIT"', 'licence = "\\u001b]0;MIT\\u0007"', "model[1].licence"),
    ('name = "open-test-pack"', 'name = "a\\u202eb"', "name"),
    ("RGB, /255, ImageNet mean and std", "as it likes", "mean, std"),
    ("enlarged 2.7 times about its centre, ", "", "enlarged"),
    ('file = "MobileFaceNet.onnx"', 'file = "yunet_2023mar.onnx"', "named twice"),
])
def test_a_wrong_description_names_its_place(pack, old, new, place):
    change(pack, old, new)
    assert place in refused("models.invalid", pack)


@pytest.mark.parametrize(("old", "new", "value"), [
    ("schema = 1", "schema = 2", "2"),
    ('role = "face_detector"', 'role = "mind_reader"', "mind_reader"),
    ('runtime = "onnxruntime"', 'runtime = "torch"', "torch"),
    ('distance = "1 - cosine"', 'distance = "hamming"', "hamming"),
    ('runtime = "onnxruntime"', 'runtime = "dlib.face_recognition_model_v1"', "dlib"),
])
def test_what_nobody_knows_is_said(pack, old, new, value):
    change(pack, old, new)
    assert value in refused("models.unknown", pack)


def test_a_pack_without_what_every_check_needs_is_incomplete(pack):
    text = (pack / "pack.toml").read_text("utf-8")
    head, detector, embedding, *attack = text.split("[[model]]")
    (pack / "pack.toml").write_text("[[model]]".join([head, detector, *attack]), "utf-8")
    assert "face_embedding" in refused("models.incomplete", pack)
    (pack / "pack.toml").write_text("[[model]]".join([head, embedding, *attack]), "utf-8")
    assert "face_detector" in refused("models.incomplete", pack)


@pytest.mark.parametrize("name", [
    "../models/MobileFaceNet.onnx", "/etc/passwd", "C:/x.onnx", "..", ".", "", "a\\\\b.onnx", "sub/a.onnx", "x:y"])
def test_no_name_leads_out_of_the_folder(pack, name):
    change(pack, f'file = "{EMBEDDING}"', f'file = "{name}"')
    assert "model[2]" in refused("models.invalid", pack)


@pytest.mark.skipif(os.name == "nt", reason="making links takes rights on Windows")
def test_links_and_pipes_are_no_files_of_the_pack(pack, tmp_path):
    (pack / EMBEDDING).rename(tmp_path / EMBEDDING)
    (pack / EMBEDDING).symlink_to(tmp_path / EMBEDDING)
    refused("models.outside", pack)
    (pack / EMBEDDING).unlink()
    os.mkfifo(pack / EMBEDDING)
    refused("models.outside", pack)
    (pack / "pack.toml").rename(tmp_path / "pack.toml")
    (pack / "pack.toml").symlink_to(tmp_path / "pack.toml")
    refused("models.outside", pack)


def test_a_file_that_is_missing_changed_or_absurdly_large(pack):
    with open(pack / YUNET, "ab") as file:
        file.write(b"\0")
    assert YUNET in refused("models.hash", pack)
    os.truncate(pack / YUNET, 600 * 1024 * 1024)  # sparse: takes no room
    assert YUNET in refused("models.too_large", pack)
    (pack / YUNET).unlink()
    assert YUNET in refused("models.file_missing", pack)


def test_a_file_changed_after_it_was_hashed_is_not_loaded(pack):
    whole = read_pack(pack)
    with open(pack / EMBEDDING, "ab") as file:
        file.write(b"\0")
    with pytest.raises(Condition) as raised:
        check_pack(whole)
    assert raised.value.code == "models.hash"


@pytest.mark.parametrize("name", [YUNET, EMBEDDING, ATTACK])
def test_a_network_spoiled_inside_is_broken_and_nothing_dies_of_it_or_speaks(pack, name, capfd):
    """OpenCV's importer reads past its memory where a node asks for an input that nobody makes."""
    whole, chance = (pack / name).read_bytes(), random.Random(1)
    for _ in range(3):
        data = bytearray(whole)
        for _ in range(12):
            data[chance.randrange(4000)] = chance.randrange(128, 256)
        replace_file(pack, name, bytes(data))
        refused("models.broken", pack)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", [YUNET, EMBEDDING, ATTACK])
def test_a_network_cut_short_or_of_another_shape_is_broken(pack, shared_data, name):
    whole = (pack / name).read_bytes()
    for data in (whole[:len(whole) // 2], b"", b"no network at all",
                 (shared_data / "models" / (ATTACK if name != ATTACK else EMBEDDING)).read_bytes() + b"\x0a\x00"):
        replace_file(pack, name, data)
        assert name in refused("models.broken", pack)


def test_a_network_with_weights_elsewhere_is_broken(pack):
    data = (pack / EMBEDDING).read_bytes()
    replace_file(pack, EMBEDDING, data + b"\n\x08location")
    refused("models.broken", pack)


def test_a_landmark_file_that_is_none_is_broken(pack):
    (pack / "points.dat").write_bytes(b"no shape predictor")
    sha256 = hashlib.sha256(b"no shape predictor").hexdigest()
    change(pack, "[attack_decision]", f'[[model]]\nrole = "landmarks"\nfile = "points.dat"\nsha256 = "{sha256}"\n'
           'licence = "ours"\nruntime = "dlib.shape_predictor"\n\n[attack_decision]')
    assert "points.dat" in refused("models.broken", pack)


def test_a_pack_may_do_without_attack_detection_and_says_so(pack):
    text = (pack / "pack.toml").read_text("utf-8")
    head, detector, embedding, *_ = text.split("[[model]]")
    (pack / "pack.toml").write_text("[[model]]".join([head, detector, embedding]), "utf-8")
    engine = load_engine(pack)
    check_pack(read_pack(pack))
    assert engine.lacks == ("attack_detection",)
    assert engine.attack is None


def test_without_the_68_points_turns_and_nods_remain(pack):
    change(pack, 'version = "2026.11"', 'version = "2026.11"\nbuiltin_landmarks = false')
    engine = load_engine(pack)
    assert engine.lacks == ("landmarks",)
    assert {"turn_left", "turn_right", "nod"} <= engine.measurable
    assert "five points" in engine.name


def test_no_change_of_a_description_is_anything_but_good_or_a_condition(shared_data):
    text, chance = (shared_data / "models" / "pack.toml").read_bytes(), random.Random(7)
    signs = b"\x00\xff\"'[]{}=.,-#\\\n01e" + "面".encode()
    for _ in range(400):
        changed = bytearray(text)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            changed[at:at + chance.randint(0, 6)] = bytes(chance.choices(signs, k=chance.randint(0, 3)))
        with suppress(Condition):
            parse_description(bytes(changed))
