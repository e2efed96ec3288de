"""The bank looks at the faces of what it received: a real gateway, its checker's process, and what reviewers are shown."""

import re
import secrets
import shlex
import sqlite3
import sys
from contextlib import closing, contextmanager

import pytest
import requests

from app.capture.picture import encode_jpeg
from app.demo import portrait
from app.domain.recheck import Answer, Unusable
from app.domain.wire import EnrolledCamera
from tests.face_case import CAMERA, FaceCase, answer, send
from tests.gateway_process import REVIEWER, ROOT, Device, Gateway, enrolled, running_gateway
from tests.waiting import until

PROGRAM = ROOT / "tests" / "checker_program.py"
LIMIT_S = 120.0
pytestmark = pytest.mark.timeout(480)


class Bank:
    """A running gateway whose checker does as ``mode`` says, an enrolled device, and a reviewer's view."""

    def __init__(self, gateway: Gateway, device: Device, told) -> None:
        self.gateway, self.device, self.told, self.token = gateway, device, told, ""
        self.client = device.client(gateway)

    def mode(self, mode: str) -> None:
        (self.told / "mode").write_text(mode)

    def answers(self, said: Answer) -> None:
        (self.told / "answer").write_text(said.model_dump_json(), encoding="utf-8")

    def asked(self) -> int:
        return (self.told / "asked").stat().st_size if (self.told / "asked").exists() else 0

    def case(self, **said) -> FaceCase:
        return FaceCase(self.device, "case-" + secrets.token_hex(6), **said)

    def receive(self, manifest):
        self.client.transport.base_url = self.gateway.address
        return send(self.device, self.client, manifest)

    def checks(self, case_id: str) -> dict:
        return self.get(f"/v1/review/cases/{case_id}/face-checks").json()

    def check(self, case_id: str, revision: int = 1) -> dict:
        """The check of a revision, once it is there."""
        return until(lambda: next((each for each in self.checks(case_id)["checks"] if each["revision"] == revision), None),
                     LIMIT_S)

    def page(self, case_id: str) -> requests.Response:
        with requests.Session() as browser:
            browser.post(self.gateway.address + "/review/sign-in", timeout=60, data={
                "staff_id": REVIEWER, "password": self.gateway.passwords[REVIEWER]})
            page = browser.get(f"{self.gateway.address}/review/cases/{case_id}", timeout=60)
            self.seen = {path: browser.get(self.gateway.address + path, timeout=60)
                         for path in re.findall(r'<img src="([^"]+)"', page.text)}
            return page

    def get(self, path: str) -> requests.Response:
        self.token = self.token or requests.post(self.gateway.address + "/v1/staff/sign-in", timeout=60, json={
            "staff_id": REVIEWER, "password": self.gateway.passwords[REVIEWER]}).json()["token"]
        return requests.get(self.gateway.address + path, timeout=60, headers={"Authorization": f"Bearer {self.token}"})


@contextmanager
def a_bank(folder, told, *options: str):
    with running_gateway(folder / "bank", *options) as gateway:
        camera = EnrolledCamera(hardware_id=CAMERA.hardware_id, name=CAMERA.name)
        bank = Bank(gateway, enrolled(gateway, folder / "device", cameras=(camera,)), told)
        yield bank
        bank.client.close()


def started_by(told) -> str:
    return shlex.join([sys.executable.replace("\\", "/"), str(PROGRAM), str(told)])


def codes(check: dict) -> list[str]:
    return [reason["code"] for reason in check["reasons"]]


@pytest.fixture(scope="module", autouse=True)
def importable():
    """The test's checker finds the project wherever it is started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        yield


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    told = tmp_path_factory.mktemp("复核 一")
    with a_bank(tmp_path_factory.mktemp("house"), told, "--face-checker", started_by(told)) as bank:
        yield bank


@pytest.fixture
def told(tmp_path):
    folder = tmp_path / "told"
    folder.mkdir()
    (folder / "answer").write_text(answer().model_dump_json(), encoding="utf-8")
    (folder / "mode").write_text("hang")
    return folder


@pytest.fixture
def bank(house):
    house.mode("answer")
    house.answers(answer())
    return house


def test_a_case_with_a_nonce_of_the_bank_agrees_and_the_reviewer_sees_both_sides(bank):
    case = bank.case(nonce_from="bank")
    case.nonce = bank.client.challenge(case.case_id).nonce
    manifest = case.sealed()
    bank.receive(manifest)
    check = bank.check(case.case_id)
    assert (check["verdict"], check["nonce"], check["reasons"]) == ("agree", "bank", [])
    assert check["device"]["zone"] == check["bank"]["zone"] == "pass"
    kinds = {file.id: file.kind for file in manifest.files}
    assert kinds[check["portrait"]] == "id_card_portrait"
    assert [kinds[file] for file in check["live"]] == ["live_face"] * 3
    page = bank.page(case.case_id)
    assert "设备与银行一致" in page.text
    assert "由本行发出，动作顺序相符" in page.text
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]
    assert [got.content for got in bank.seen.values()] == [b"portrait", b"live 1", b"live 2", b"live 3"]
    assert {got.headers["Content-Type"] for got in bank.seen.values()} == {"image/jpeg"}


def test_a_difference_is_said_in_plain_words_and_the_device_hears_nothing_of_it(bank):
    bank.answers(answer("fail", 0.71))
    case = bank.case()
    manifest = case.sealed()
    receipt = bank.receive(manifest)
    check = bank.check(case.case_id)
    assert (check["verdict"], codes(check), check["nonce"]) == ("differ", ["nonce_device", "zone"], "device")
    text = bank.page(case.case_id).text
    assert "不一致，请人工核对" in text
    assert text.index("设备与银行的比对结论不同。") < text.index("随机数由设备生成。")  # the gravest first
    told = [change.fact for change in bank.client.changes(0).changes if change.case_id == case.case_id]
    assert [(fact.kind, fact.status) for fact in told] == [("bank_status_changed", "received")]
    assert bank.client.receipt(manifest) == receipt
    refused = bank.client.transport.call("GET", f"/v1/review/cases/{case.case_id}/face-checks", auth=bank.client._auth,
                                         accept=(403,))
    assert refused.code == "staff.role"


def test_a_nonce_the_bank_never_gave_out_is_seen(bank):
    case = bank.case(nonce="ab" * 32, nonce_from="bank")
    bank.receive(case.sealed())
    check = bank.check(case.case_id)
    assert (check["verdict"], check["nonce"], codes(check)) == ("differ", "bad", ["nonce_unknown"])


def test_a_nonce_given_out_for_another_case_is_seen(bank):
    case = bank.case(nonce_from="bank")
    case.nonce = bank.client.challenge(case.case_id + "-other").nonce
    bank.client.challenge(case.case_id)  # an attempt that the journal leaves out
    bank.receive(case.sealed())
    check = bank.check(case.case_id)
    assert (check["nonce"], codes(check)) == ("bad", ["nonce_foreign", "nonce_unused"])


def test_a_camera_the_bank_does_not_know_cannot_be_live_under_the_policy_of_the_case(bank):
    case = bank.case(source=CAMERA.model_copy(update={"hardware_id": "usb:dead:beef:1"}))
    bank.receive(case.sealed())
    check = bank.check(case.case_id)
    assert check["verdict"] == "differ"
    assert codes(check) == ["nonce_device", "camera_not_enrolled", "live_not_allowed"]


@pytest.mark.parametrize(("mode", "code"), [("crash", "checker_crashed"), ("rubbish", "checker_crashed"),
                                            ("flood", "checker_crashed")])
def test_a_checker_that_breaks_hurts_neither_gateway_nor_the_next_case(bank, mode, code):
    bank.mode(mode)
    broken, before = bank.case(), bank.asked()
    assert bank.receive(broken.sealed()).case_id == broken.case_id
    check = bank.check(broken.case_id)
    assert (check["verdict"], code in codes(check), check["bank"]) == ("unavailable", True, None)
    assert bank.asked() == before + 2
    bank.mode("answer")
    whole = bank.case()
    bank.receive(whole.sealed())
    assert bank.check(whole.case_id)["verdict"] == "agree"


def test_pictures_that_do_not_open_speak_against_the_device(bank):
    bank.answers(Answer(unusable=Unusable(code="picture.not_an_image", zh="这个文件不是图片。", en="It is no picture.")))
    case = bank.case()
    bank.receive(case.sealed())
    check = bank.check(case.case_id)
    assert (check["verdict"], codes(check)) == ("differ", ["nonce_device", "picture.not_an_image"])


def test_two_persons_and_cases_without_pictures_are_not_looked_at(bank):
    before = bank.asked()
    two, bare = bank.case(path="two_person"), "case-" + secrets.token_hex(6)
    bank.receive(two.sealed())
    bank.receive(bank.device.manifest(bare, bank.device.file(bare, b"a paper")))
    assert bank.check(two.case_id)["verdict"] == "two_person"
    check = bank.check(bare)
    assert (check["verdict"], codes(check)) == ("no_pictures", ["journal_missing", "no_pictures"])
    assert bank.asked() == before


def test_each_revision_has_its_own_check(bank):
    case = bank.case()
    first = case.sealed()
    bank.receive(first)
    assert bank.check(case.case_id)["verdict"] == "agree"
    bank.answers(answer("review", 0.47))
    second = case.sealed(revision=2, previous_manifest=first.sha256())
    bank.receive(second)
    assert bank.check(case.case_id, 2)["verdict"] == "differ"
    told = bank.checks(case.case_id)
    assert [(each["revision"], each["verdict"]) for each in told["checks"]] == [(2, "differ"), (1, "agree")]
    assert told["open"] == []
    listed = bank.get("/v1/review/cases").json()["cases"]
    assert [(each["revision"], each["face_check"]) for each in listed if each["case_id"] == case.case_id] == [(2, "differ")]


def test_every_check_and_every_look_at_it_is_audited(bank):
    case = bank.case()
    bank.receive(case.sealed())
    bank.check(case.case_id)
    with closing(sqlite3.connect(bank.gateway.folder / "gateway.db")) as database:
        rows = database.execute("SELECT who, action, detail FROM audit WHERE case_id = ?", [case.case_id]).fetchall()
    assert ("gateway", "face.checked", "1 agree") in rows
    assert (REVIEWER, "review.face_checks", "") in rows


def test_a_check_that_was_open_at_the_end_is_done_after_the_next_start(tmp_path, told):
    with a_bank(tmp_path, told, "--face-checker", started_by(told)) as bank:
        case = bank.case()
        bank.receive(case.sealed())
        for number, end, then in ((1, bank.gateway.stop, "hang"), (2, bank.gateway.kill, "answer")):
            until(lambda number=number: bank.asked() == number, LIMIT_S)
            assert bank.checks(case.case_id) == {"checks": [], "open": [1]}
            assert "银行还没有看过" in bank.page(case.case_id).text
            end()
            bank.mode(then)
            bank.gateway.start()
        assert bank.check(case.case_id)["verdict"] == "agree"
        assert bank.checks(case.case_id)["open"] == []


def test_what_could_not_be_looked_at_is_looked_at_after_a_start_with_a_better_checker(tmp_path, told):
    with a_bank(tmp_path, told, "--face-checker", "none") as bank:
        cheat, case = bank.case(nonce="ab" * 32, nonce_from="bank"), bank.case()
        bank.receive(cheat.sealed())
        bank.receive(case.sealed())
        check = bank.check(case.case_id)
        assert (check["verdict"], codes(check)) == ("unavailable", ["nonce_device", "checker_off"])
        check = bank.check(cheat.case_id)  # the nonce needs no checker
        assert (check["verdict"], check["nonce"], codes(check)) == ("differ", "bad", ["nonce_unknown", "checker_off"])
        for limit_s, mode, expected in (("0.2", "hang", ["nonce_device", "checker_late"]), ("60", "answer", ["nonce_device"])):
            bank.gateway.stop()
            bank.gateway.options = ("--face-seconds", limit_s, "--face-checker", started_by(told))
            bank.mode(mode)
            bank.gateway.start()
            until(lambda expected=expected: codes(bank.check(case.case_id)) == expected, LIMIT_S)
        assert bank.check(case.case_id)["verdict"] == "agree"


def test_the_real_checker_knows_the_same_person_another_one_and_rubbish(tmp_path, shared_data):
    """The project's own checker, as ``gateway serve`` starts it by itself."""
    camera, card = encode_jpeg(portrait.camera_picture()), encode_jpeg(portrait.card_portrait())
    people = shared_data / "faces" / "ageitgey+face_recognition" / "examples"
    with a_bank(tmp_path, None, "--face-checker", "default") as bank:
        same = bank.case(portrait=card, live=(camera, camera))
        other = bank.case(portrait=(people / "biden.jpg").read_bytes(), live=(camera, camera))
        rubbish = bank.case(portrait=card, live=(camera, b"\xff\xd8\xff" + secrets.token_bytes(40_000)))
        for case in (same, other, rubbish):
            bank.receive(case.sealed())
        seen = bank.check(same.case_id)
        assert (seen["bank"]["zone"], seen["bank"]["frames_used"]) == ("pass", 2)
        assert seen["bank"]["lacks"] == ["attack_detection"]
        assert seen["verdict"] == "agree"
        foreign = bank.check(other.case_id)
        assert (foreign["verdict"], foreign["bank"]["zone"], foreign["device"]["zone"]) == ("differ", "fail", "pass")
        broken = bank.check(rubbish.case_id)
        assert (broken["verdict"], broken["bank"]) == ("differ", None)
        assert codes(broken)[-1].startswith("picture.")
