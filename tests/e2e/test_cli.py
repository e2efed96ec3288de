"""The command line as a user meets it: real processes, every command, what it answers and what it refuses."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.desk.case_book import CaseBook
from app.desk.handed_over import HandedOver
from app.desk.sealing import SealRoom
from app.desk.views import Session
from app.domain.evidence import Manifest, digest
from app.domain.rescue import FILES, MANIFEST
from app.records import Records, records
from app.store.keystore import NoKeyStore
from tests import bad_files, case_facts
from tests.gateway_process import MANAGER, Gateway, running_gateway

pytestmark = pytest.mark.timeout(480)
PASSPHRASE = "只用于测试的口令"
NOBODY = "http://127.0.0.1:9"
FACES = Path("faces/chinese")
LANDMARKS = "shape_predictor_68_face_landmarks.dat"
ALONE = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "DBUS_SESSION_BUS_ADDRESS", "MIANQIAN_PASSPHRASE",
         "MIANQIAN_NEW_PASSPHRASE", "MIANQIAN_STAFF_PASSWORD", "MIANQIAN_DATA", "MIANQIAN_LOG", "PYTHONIOENCODING"}


def surroundings(**changes: str) -> dict[str, str]:
    """A machine without display, key store or settings of ours, but for ``changes``."""
    return {name: value for name, value in os.environ.items() if name not in ALONE} | changes


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "app.cli", *map(str, words)]


def mianqian(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), cwd=case_facts.ROOT, env=surroundings(**environment), capture_output=True,
                          stdin=subprocess.DEVNULL, text=True, encoding="utf-8", timeout=240, check=False)


def answers(*words: object, status: int = 0, **environment: str) -> list[dict]:
    """What ``--json`` prints: JSON objects, one a line, and nothing on standard error."""
    done = mianqian(*words, "--json", **environment)
    assert (done.returncode, done.stderr) == (status, ""), done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def answer(*words: object, **environment: str) -> dict:
    [value] = answers(*words, **environment)
    return value


def refused(code: str, *words: object, **environment: str) -> dict:
    """The condition that ends a command: status 3 and one JSON object."""
    [value] = answers(*words, status=3, **environment)
    assert value["condition"]["code"] == code
    assert value["condition"]["message"]
    assert value["condition"]["next"]
    return value


def each(act: Callable, *cases: tuple) -> list:
    """``act`` on every case, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda case: act(*case), cases))


# -- what needs no data --------------------------------------------------------------------------------------------


def test_help_and_usage():
    for done in each(mianqian, ("--help",), ("doctor", "--help"), ("case", "list", "--help"), ("gateway", "--help")):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("usage: mianqian")
    for done in each(mianqian, (), ("nonsense",), ("match", "one.jpg"), ("ocr", "auto"), ("case",), ("enrol",)):
        assert (done.returncode, done.stdout) == (2, "")
        assert "usage: mianqian" in done.stderr
    assert mianqian("doctor", MIANQIAN_LOG="loud").returncode == 2
    assert mianqian("--version").stdout.startswith("mianqian ")


def test_match_tells_one_person_from_two(shared_data):
    people = shared_data / FACES
    first, second, other = (people / p for p in ("102/102_1.jpg", "102/102_12.jpg", "104/104_1.jpg"))
    same, apart = each(answer, ("match", first, second), ("match", first, other, "--pack", shared_data / "models"))
    assert same.keys() == apart.keys() == {
        "similarity", "distance", "zone", "threshold", "engine", "pack", "ms", "false_match_rate"}
    assert (same["threshold"], apart["threshold"]) == (0.40, 0.55)
    assert same["pack"] != apart["pack"]
    assert 0.001 < same["false_match_rate"] < 0.01
    assert same["zone"] in ("pass", "review")
    assert apart["zone"] == "fail"
    assert same["similarity"] > apart["similarity"]


def test_match_of_many_pairs_answers_each_and_says_which_picture_is_bad(shared_data, tmp_path):
    people = shared_data / FACES
    shutil.copyfile(people / "102/102_1.jpg", tmp_path / "一.jpg")
    lines = [("一.jpg", people / "102/102_12.jpg"), ("missing.jpg", "一.jpg"), ("一.jpg", people / "104/104_1.jpg")]
    (tmp_path / "pairs.csv").write_text("a,b\n" + "".join(f'"{a}","{b}"\n' for a, b in lines), "utf-8-sig")
    same, bad, apart = answers("match", "--pairs", tmp_path / "pairs.csv", "--pack", shared_data / "models", status=3)
    assert (same["zone"], apart["zone"]) == ("pass", "fail")
    assert (bad["condition"]["code"], bad["about"]) == ("picture.cannot_read", "missing.jpg")
    for text in (b"x,y\n1,2\n", b"a,b\nonly one\n", b"\xff\xfe", b""):
        (tmp_path / "bad.csv").write_bytes(text)
        refused("cli.pairs", "match", "--pairs", tmp_path / "bad.csv")


def test_a_banks_model_pack_is_installed_used_damaged_and_left(shared_data, tmp_path):
    data, pair = ("--data", tmp_path / "数据"), [shared_data / FACES / name for name in ("102/102_1.jpg", "102/102_12.jpg")]
    [built_in] = answer("models", "list", *data)["packs"]
    assert (built_in["active"], built_in["lacks"]) == (True, ["attack_detection"])
    assert {model["file"]: model["commercial_use"] for model in built_in["models"]}[LANDMARKS] is False
    added = answer("models", "add", shared_data / "models", *data)
    assert (added["name"], added["active"], added["lacks"]) == ("open-test-pack", True, [])
    assert [pack["active"] for pack in answer("models", "list", *data)["packs"]] == [False, True]
    assert answer("match", *pair, *data)["pack"] == added["sha256"]
    doctored = tmp_path / "数据" / "models" / added["sha256"] / "MobileFaceNet.onnx"
    doctored.write_bytes(doctored.read_bytes() + b"\0")
    for words in (("match", *pair), ("models", "check")):
        assert "MobileFaceNet.onnx" in refused("models.hash", *words, *data)["condition"]["message"]
    listed = answer("models", "list", *data)["packs"]
    assert (listed[1]["active"], listed[1]["condition"]["code"]) == (True, "models.hash")
    assert answer("models", "use", "built-in", *data)["built_in"] is True
    assert answer("models", "check", *data)["active"] is True
    refused("models.not_here", "models", "use", "open-test-pack", *data)


def test_match_refuses_what_is_no_portrait(shared_data, tmp_path):
    face = shared_data / FACES / "102/102_1.jpg"
    refused("picture.cannot_read", "match", face, tmp_path / "missing.jpg")
    (tmp_path / "空.jpg").write_bytes(b"")
    refused("picture.empty", "match", face, tmp_path / "空.jpg")
    refused("face.two", "match", shared_data / "faces/serengil+deepface/tests/unit/dataset/couple.jpg", face)


def test_a_refusal_is_a_sentence_a_code_and_a_next_step_in_either_language(tmp_path):
    zh, en = each(mianqian, *(("verify", tmp_path / "missing", "--language", language) for language in ("zh", "en")))
    assert (zh.returncode, zh.stdout) == (en.returncode, en.stdout) == (3, "")
    assert zh.stderr == "✗ 找不到要核验的文件或文件夹。 [verify.not_found]\n→ 请检查路径。\n"
    assert en.stderr == "✗ The file or folder to verify is not there. [verify.not_found]\n→ Check the path.\n"
    escaped = mianqian("verify", tmp_path / "missing", PYTHONIOENCODING="ascii")
    assert (escaped.returncode, escaped.stderr[:7]) == (3, "\\u2717 ")


def test_ocr_reads_a_specimen_card_and_answers_several_pictures_in_order(shared_data, tmp_path):
    card, licence, bank_card = (next((shared_data / "documents").glob(name))
                                for name in ("id_front__XieZhiFa*", "driving_licence__*", "bank_card__*"))
    one, several = each(lambda status, *words: answers("ocr", *words, status=status), (0, "id_card_front", card),
                        (3, "auto", licence, tmp_path / "missing.jpg", bank_card))
    [read] = one
    assert read.keys() == {"kind", "fields", "findings", "quality", "ms"}
    assert {name: read["fields"][name]["value"] for name in ("number", "birth", "sex")} == {
        "number": "532101198906010015", "birth": "1989-06-01", "sex": "male"}
    assert read["fields"]["sex"].pop("printed") == "男"
    assert all(field.keys() == {"value", "confidence", "box"} for field in read["fields"].values())
    assert (several[0]["kind"], several[0]["fields"]["vehicle_class"]["value"]) == ("driving_licence", "C1")
    assert several[1]["condition"]["code"] == "picture.cannot_read"
    assert several[2]["kind"] == "bank_card"


def test_ocr_of_hostile_files_answers_each_with_what_to_do_and_goes_on(shared_data, tmp_path):
    """Every file in one process, whose worker they all go through, the last is sound and still read."""
    files = [tmp_path / f"{code} 坏.bin" for code in bad_files.REFUSED]
    for file, made in zip(files, bad_files.REFUSED.values(), strict=True):
        file.write_bytes(made())
    invoice = next((shared_data / "documents").glob("ofd_invoice__*"))
    told = answers("ocr", "vat_invoice", *files, invoice, status=3)
    assert [answer["condition"]["code"] for answer in told[:-1]] == list(bad_files.REFUSED)
    assert all(answer["condition"]["next"] for answer in told[:-1])
    assert (told[-1]["page"], told[-1]["fields"]["total"]["value"]) == (1, "318.00")
    assert {"import.not_live", "import.own_text", "import.ofd_seal"} <= {finding["code"] for finding in told[-1]["findings"]}


def test_ocr_of_an_unknown_kind_names_the_known_ones(tmp_path):
    said = refused("ocr.kind_unknown", "ocr", "passport", tmp_path / "any.jpg", "--language", "en")["condition"]
    assert "passport" in said["message"]
    assert all(kind in said["next"] for kind in ("auto", "photo", "id_card_front", "driving_licence"))


def test_a_banks_own_policy_pack_is_checked_line_by_line(tmp_path):
    own = tmp_path / "我行 政策包.toml"
    text = (case_facts.ROOT / "resources" / "policy" / "default.toml").read_text(encoding="utf-8")
    own.write_text(text, encoding="utf-8-sig", newline="\r\n")
    fine = answer("policy", "check", own)
    assert (fine["ok"], fine["notes"], len(fine["products"]), fine["forms"]) == (True, [], 10, 37)
    texts = shutil.copytree(case_facts.ROOT / "resources" / "forms", tmp_path / "文本")
    loan = texts / "loan_contract.md"
    loan.write_text(loan.read_text(encoding="utf-8").replace("customer.phone", "customer.fone", 1), encoding="utf-8")
    (fault,) = refused("policy.flawed", "policy", "check", own, "--forms", texts)["problems"]
    assert (fault["where"], "customer.phone" in fault["zh"]) == ("loan_contract.md", True)
    slips = (("ltv_max = 0.80", "ltv_max = 1.80"), ('paper = "bank_card"', 'paper = "bank_cart"'))
    for right, wrong in slips:
        text = text.replace(right, wrong, 1)
    own.write_text(text, encoding="utf-8")
    lines = [text[:text.index(wrong)].count("\n") + 1 for _, wrong in slips]
    told = refused("policy.flawed", "policy", "check", own)
    assert [problem["line"] for problem in told["problems"]] == lines
    assert f"第 {lines[0]} 行" in told["condition"]["message"]
    spoken = mianqian("policy", "check", own, "--language", "en")
    assert spoken.returncode == 3
    assert "did you mean bank_card?" in spoken.stdout
    assert "[policy.flawed]" in spoken.stderr
    own.write_bytes("银行".encode("gbk"))
    for file in (own, tmp_path / "missing.toml", tmp_path):
        refused("policy.unreadable", "policy", "check", file)


def test_a_photograph_shown_as_video_is_not_alive(shared_data, tmp_path):
    video = still_video(shared_data / FACES / "104/104_1.jpg", tmp_path / "静止 photo.avi")
    order = ("turn_left", "blink", "open_mouth")
    judged, said = each(mianqian, ("liveness", video, "--allow-file", "--order", ",".join(order), "--json"),
                        ("liveness", video))
    assert (judged.returncode, judged.stderr, said.returncode, said.stderr) == (0, "", 0, "")
    value = json.loads(judged.stdout)
    assert value.keys() == {"verdict", "steps", "passive", "identity", "light", "reasons", "fps"}
    assert value["verdict"] == "reject"
    assert [(step["action"], step["passed"]) for step in value["steps"]] == [(action, False) for action in order]
    assert said.stdout.startswith("未通过 (reject)\n  ✗ ")
    assert "画面来自文件 (frame_source_file)" in said.stdout


def test_liveness_refuses_what_is_no_video(tmp_path):
    refused("liveness.no_video", "liveness", tmp_path / "missing.mp4")
    (tmp_path / "text.mp4").write_text("not a video")
    refused("camera.unreadable", "liveness", tmp_path / "text.mp4")
    assert "turn_left" in refused("cli.order", "liveness", tmp_path / "text.mp4", "--order", "wink")["condition"]["next"]


def test_several_videos_get_an_answer_each(shared_data, tmp_path):
    video = still_video(shared_data / FACES / "104/104_1.jpg", tmp_path / "a.avi")
    bad, judged = answers("liveness", tmp_path / "missing.mp4", video, "--pack", shared_data / "models", status=3)
    assert (bad["condition"]["code"], bad["about"]) == ("liveness.no_video", str(tmp_path / "missing.mp4"))
    assert judged["verdict"] == "reject"


def still_video(picture: Path, video: Path) -> Path:
    import cv2
    import numpy as np

    face = cv2.resize(cv2.imdecode(np.frombuffer(picture.read_bytes(), np.uint8), cv2.IMREAD_COLOR), (480, 480))
    written = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 25, (480, 480))
    for _ in range(60):
        written.write(face)
    written.release()
    return video


def test_the_doctor_looks_at_every_part_says_what_to_do_and_leaves_nothing_behind(shared_data, tmp_path):
    clip, data = shared_data / "video/vardanagarwal+Proctoring-AI/eye_tracking/center_focus.mp4", tmp_path / "数据"
    common = ("doctor", "--data", data, "--microphone", "none", "--place", "nmea:missing.nmea")
    fine, bad = each(mianqian, (*common, "--camera", clip, "--json"),
                     (*common, "--camera", "missing.avi", "--gateway", NOBODY, "--language", "en"))
    assert (fine.returncode, fine.stderr, bad.returncode, bad.stderr) == (0, "", 0, "")
    found = json.loads(fine.stdout)
    states = {probe["name"]: probe["state"] for probe in found["probes"]}
    assert list(states) == ["camera", "place", "disk", "clock", "key_store", "fonts", "models", "data", "gateway"]
    assert found["ok"] is True
    assert (states["place"], states["fonts"], states["models"], states["gateway"]) == ("warn", "ok", "warn", "ok")
    assert "✗ The bank cannot be reached now.\n  → " in bad.stdout
    assert bad.stdout.endswith("See to what is marked ✗ before signing.\n")
    assert not data.exists()


# -- a data folder and its bank ------------------------------------------------------------------------------------


@dataclass
class Office:
    """A data folder enrolled through the command line, with an open case and a sealed one."""

    gateway: Gateway
    data: Path
    open: str
    sealed: str
    package: Path

    def __call__(self, *words: object) -> tuple:
        return (*words, "--data", self.data)

    @property
    def secrets(self) -> dict[str, str]:
        return {"MIANQIAN_PASSPHRASE": PASSPHRASE, "MIANQIAN_STAFF_PASSWORD": self.gateway.passwords[MANAGER]}


@contextmanager
def opened(data: Path) -> Iterator[Records]:
    with records(data, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE) as here:
        yield here


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("命令行 cli")
    with running_gateway(folder / "bank") as gateway:
        made = Office(gateway, folder / "本机 data", "", "", folder / "package")
        enrolled = answer(*made("enrol", "--gateway", gateway.address, "--code", gateway.code), **made.secrets)
        assert enrolled["gateway"] == gateway.address
        synced = mianqian(*made("sync", "--staff", MANAGER), **made.secrets)
        assert (synced.returncode, synced.stdout) == (0, "新回执 0，受阻 0，待发 0\n"), synced.stderr
        with opened(made.data) as here:
            book = here.book(Session(staff_id=MANAGER, staff_name="陈立", device_id=enrolled["device_id"], bank="",
                                     gateway=gateway.address))
            made.open = open_case(book)
            made.sealed = seal_case(here, book, open_case(book), made.package)
        yield made


def open_case(book: CaseBook) -> str:
    view = book.open_case()
    book.record(view.case.case_id, case_facts.terms(), case_facts.placed(), *case_facts.consents(), case_facts.card())
    return view.case.case_id


def seal_case(here: Records, book: CaseBook, case_id: str, package: Path) -> str:
    """Bring the papers that cannot be left out, seal, and write the package."""
    for item in book.view(case_id).checklist.blocks_sealing:
        for page in range(item.pages_min):
            kept = book.keep(case_id, item.paper, "image/jpeg", f"{item.paper} {page}".encode() * 50)
            fact = case_facts.paper(item.paper, f"{item.paper}-{page}", original=kept)
            book.record(case_id, fact)
    room = SealRoom(book, here.keys, here.settings, here.outbox)
    case = room.seal(book.load(case_id)).case
    room.export(case, package)
    return case_id


def test_case_list_finds_and_shows_cases(office):
    cases = answer(*office("case", "list"), **office.secrets)["cases"]
    assert {case["case_id"] for case in cases} == {office.open, office.sealed}
    assert all(case["customer"] and "林晓星" not in case["customer"] for case in cases)
    [number] = [case["case_number"] for case in cases if case["case_id"] == office.open]
    head, line = mianqian(*office("case", "list", number), **office.secrets).stdout.splitlines()
    assert head.split()[:2] == ["编号", "客户"]
    assert line.startswith(number)


def test_case_show_tells_step_by_step_what_is_lacking(office):
    shown = answer(*office("case", "show", office.open, "--language", "en"), **office.secrets)
    assert shown["case_id"] == office.open
    assert [step["step"] for step in shown["steps"]][:2] == ["terms", "place"]
    assert [step["state"] for step in shown["steps"]][:4] == ["done", "done", "done", "current"]
    assert shown["steps"][3]["lacks"]
    by_number = mianqian(*office("case", "show", shown["case_number"]), **office.secrets)
    assert (by_number.returncode, by_number.stderr) == (0, "")
    assert "▸  4  身份证" in by_number.stdout
    refused("case.unknown", *office("case", "show", "MQ-20000101-0001"), **office.secrets)


def test_one_sealed_case_is_written_as_a_rescue_copy_by_its_number(office, tmp_path):
    with opened(office.data) as here:
        number = here.summaries.get(office.sealed).case_number
    written = answer(*office("case", "rescue", number, "--out", tmp_path / "U盘"), **office.secrets)
    folder = Path(written["folder"])
    assert (folder, written["case_id"]) == (tmp_path / "U盘" / f"{number}-r1-rescue", office.sealed)
    manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    found = {path.stem: digest(path.read_bytes()) for path in (folder / FILES).iterdir()}
    assert found == {file.cipher_sha256: file.cipher_sha256 for file in manifest.files}
    refused("rescue.not_sealed", *office("case", "rescue", office.open, "--out", tmp_path), **office.secrets)
    refused("staff.wrong_password", *office("case", "rescue", number, "--out", tmp_path / "theirs"),
            **office.secrets | {"MIANQIAN_STAFF_PASSWORD": "nothing like it"})
    assert not (tmp_path / "theirs").exists()


def test_a_forgotten_pin_is_forgotten_by_whoever_has_the_password(office):
    with opened(office.data) as here:
        kept = HandedOver(here.settings, MANAGER)
        here.settings.set(kept.pin, {"verifier": "", "tried": 5})
        kept.note(True)
    refused("staff.password_needed", *office("pin", "forget"), MIANQIAN_PASSPHRASE=PASSPHRASE)
    assert answer(*office("pin", "forget"), **office.secrets) == {"forgotten": True}
    with opened(office.data) as here:
        assert not HandedOver(here.settings, MANAGER).at_start(password_given=False)


def test_sync_sends_a_sealed_case_and_brings_the_receipt(office):
    refused("bank.unreachable", *office("sync", "--gateway", NOBODY), **office.secrets)
    assert answer(*office("sync"), **office.secrets) == {"receipted": 1, "stopped": 0, "waiting": 0}
    [line] = [case for case in answer(*office("case", "list"), **office.secrets)["cases"]
              if case["case_id"] == office.sealed]
    assert (line["stage"], line["sync_state"]) == ("received", "receipted")


def test_sync_and_enrol_refuse_what_the_bank_refuses(office, tmp_path):
    wrong = office.secrets | {"MIANQIAN_STAFF_PASSWORD": "nothing like it"}
    refused("bank.wrong_password", *office("sync"), **wrong)
    refused("staff.password_needed", *office("sync"), MIANQIAN_PASSPHRASE=PASSPHRASE)
    refused("bank.code_refused", "enrol", "--data", tmp_path, "--gateway", office.gateway.address, "--code", "short",
            MIANQIAN_PASSPHRASE=PASSPHRASE)
    refused("device.not_enrolled", "sync", "--data", tmp_path, MIANQIAN_PASSPHRASE=PASSPHRASE)


def test_verify_accepts_a_package_and_names_the_file_that_changed(office):
    bank = office.package / "bank.pem"
    checked = answer("verify", office.package, "--trust", bank)
    assert checked["ok"] is True
    assert checked["checked"]
    said = mianqian("verify", office.package, "--language", "en")
    assert (said.returncode, said.stderr) == (0, "")
    assert all(line[0] in "✓·" for line in said.stdout.splitlines())
    victim = sorted((office.package / "files").iterdir())[0]
    sound = victim.read_bytes()
    victim.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    found = refused("verify.failed", "verify", office.package)
    assert [problem["file"] for problem in found["problems"]] == [f"files/{victim.name}"]
    victim.write_bytes(sound)


def test_verify_refuses_what_it_cannot_judge(office, tmp_path):
    pdf = tmp_path / "合同.pdf"
    pdf.write_bytes(b"%PDF-1.7\nnothing")
    refused("verify.trust_needed", "verify", pdf)
    refused("verify.unreadable", "verify", pdf, "--trust", tmp_path / "missing.pem")
    assert refused("verify.failed", "verify", pdf, "--trust", office.package / "bank.pem")["problems"]
    refused("verify.unreadable", "verify", office.package, "--identity", tmp_path / "missing")


def test_the_data_passphrase_is_changed(office, tmp_path):
    data = shutil.copytree(office.data, tmp_path / "拷贝 copy")
    assert answer("passphrase", "--data", data, MIANQIAN_NEW_PASSPHRASE="新的数据口令 2026", **office.secrets) == {"ok": True}
    refused("keys.wrong_passphrase", "case", "list", "--data", data, **office.secrets)
    assert answer("case", "list", "--data", data, **office.secrets | {"MIANQIAN_PASSPHRASE": "新的数据口令 2026"})["cases"]


def test_a_folder_that_does_not_open_is_rescued_for_the_bank(office, tmp_path):
    data = shutil.copytree(office.data, tmp_path / "拷贝 copy")
    (data / "mianqian.db").write_bytes(b"\0" * 8192)
    refused("store.unreadable", "case", "list", "--data", data, **office.secrets)
    got = answer("rescue", "--data", data, "--out", tmp_path / "out", **office.secrets)
    assert got["keys"] is None
    [case] = [case for case in got["cases"] if case["case_id"] == office.sealed]
    assert (case["files"], case["damaged"], case["events"]) == (len(list((tmp_path / "out" / office.sealed).glob("*.age"))), 0, 0)
    assert case["files"] > 1
    keyless = answer("rescue", "--data", data, "--out", tmp_path / "again")
    assert keyless["keys"]["code"] == "keys.passphrase_needed"
    assert keyless["cases"] == got["cases"]
    refused("rescue.out_exists", "rescue", "--data", data, "--out", tmp_path / "out")
    refused("device.no_data", "rescue", "--data", tmp_path / "nothing", "--out", tmp_path / "more")


def test_nothing_is_made_where_there_is_nothing(tmp_path):
    data = tmp_path / "nothing here"
    each(refused, *(("device.no_data", *words, "--data", data) for words in (("case", "list"), ("case", "show", "1"), ("sync",))),
         ("keys.passphrase_needed", "enrol", "--data", data, "--gateway", NOBODY, "--code", "any code"))
    assert not list(tmp_path.rglob("*.*"))


def test_the_passphrase_is_asked_for_by_name(office):
    refused("keys.passphrase_needed", *office("case", "list"))
    refused("keys.wrong_passphrase", *office("case", "list"), MIANQIAN_PASSPHRASE="another passphrase")


@pytest.mark.skipif(os.name != "posix", reason="types at a POSIX terminal")
def test_a_new_passphrase_is_typed_twice(tmp_path):
    import pty

    typist, terminal = pty.openpty()
    process = subprocess.Popen(
        command("enrol", "--data", tmp_path / "new", "--gateway", NOBODY, "--code", "any code"), cwd=case_facts.ROOT,
        env=surroundings(), stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    asked = b""
    with process:
        for typed in (b"one passphrase\n", b"another passphrase\n"):
            while not asked.endswith(b": "):
                asked += process.stderr.read(1)
            os.write(typist, typed)
            asked = b""
        said = process.stderr.read().decode()
    os.close(typist)
    os.close(terminal)
    assert process.returncode == 3
    assert "[keys.passphrase_differs]" in said
    assert not (tmp_path / "new" / "keys.json").exists()


# -- what stays open -----------------------------------------------------------------------------------------------


def test_run_without_a_display_says_so(tmp_path):
    if sys.platform.startswith("linux"):
        refused("window.no_display", "run", "--data", tmp_path / "data")
        assert not (tmp_path / "data").exists()


@pytest.mark.skipif(os.name != "posix", reason="closes the window by a POSIX signal")
def test_run_opens_the_window_on_its_own_gateway_and_closes_tidily(tmp_path):
    data, secret = tmp_path / "窗口 data", {"MIANQIAN_PASSPHRASE": PASSPHRASE}
    for start in ("first", "next"):
        process = subprocess.Popen(
            command("run", "--trial", "--data", data, "--camera", "missing.avi", "--microphone", "none"), cwd=case_facts.ROOT,
            env=surroundings(QT_QPA_PLATFORM="offscreen", MIANQIAN_LOG="INFO", **secret), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, encoding="utf-8")
        with process:
            said = ""
            while "the window is open" not in said and (line := process.stderr.readline()):
                said += line
            assert "the window is open" in said, said
            if start == "first":
                refused("store.in_use", "case", "list", "--data", data, **secret)
            process.send_signal(signal.SIGINT)  # the next start hears it even before its loop begins
            printed, rest = process.communicate(timeout=60)
        assert (process.returncode, printed) == (0, ""), rest
        assert "Traceback" not in said + rest
    assert answer("sync", "--data", data, **secret) == {"receipted": 0, "stopped": 0, "waiting": 0}
    assert answer("pin", "forget", "--data", data, **secret) == {"forgotten": False}  # here nobody has a password
    refused("bank.not_reached", "enrol", "--data", data, "--gateway", NOBODY, "--code", "any old code", **secret)


@pytest.mark.skipif(os.name != "posix", reason="closes the window by a POSIX signal")
def test_run_shows_in_the_window_why_the_data_folder_does_not_open(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "mianqian.db").write_bytes(b"\0" * 8192)  # its key file is gone
    process = subprocess.Popen(
        command("run", "--data", data), cwd=case_facts.ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=surroundings(QT_QPA_PLATFORM="offscreen", MIANQIAN_LOG="INFO", MIANQIAN_PASSPHRASE=PASSPHRASE))
    with process:
        said = ""
        while "does not open: keys.damaged" not in said and (line := process.stderr.readline()):
            said += line
        assert process.poll() is None, said
        process.send_signal(signal.SIGINT)
        assert "[keys.damaged]" in process.communicate(timeout=60)[1]
    assert process.returncode == 3


def test_gateway_serve_prints_its_address_and_ends_with_its_input(tmp_path):
    places = ("--database", f"sqlite:///{tmp_path / 'gateway.db'}", "--files", tmp_path / "files")
    process = subprocess.Popen(
        command("gateway", "serve", *places, "--port", 0, "--stop-with-stdin"), cwd=case_facts.ROOT, env=surroundings(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
    with process:
        address = process.stdout.readline().strip().removeprefix("listening on ")
        assert requests.get(f"{address}/healthz", timeout=60).status_code == 200
        process.stdin.close()
        assert process.wait(60) == 0
    assert len(answer("gateway", "code", *places)["code"]) >= 20


def test_gateway_refuses_what_it_cannot_serve(tmp_path):
    files = ("--files", tmp_path / "files")
    each(refused, ("serve.insecure", "gateway", "serve", "--host", "0.0.0.0", *files),
         ("serve.database", "gateway", "code", "--database", "nonsense", *files))
