"""The main job as a user runs it: one whole case in its own process, from camera to receipt, and what it leaves behind."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.capture.verdict import LOW_FPS
from app.demo.story import DEFAULT
from app.domain.wire import FaceCheck
from app.embedded import EmbeddedGateway
from app.verify import verify_path
from tests import foreign_verifier
from tests.case_facts import ROOT
from tests.disk_image import orderly, showing, traces_of_picture, traces_of_text
from tests.waiting import until

pytestmark = pytest.mark.timeout(1200)
PAGES = 11
LOUD = re.compile(r"^[-\d]{10} [\d:,]{12} (WARNING|ERROR|CRITICAL) |^Traceback|Warning: ", re.MULTILINE)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> dict:
    """What ``mianqian demo --json`` says, with its folder, a home and a temporary folder of its own, and its log."""
    out, home, temporary = (tmp_path_factory.mktemp(name) for name in ("演示 输出", "home", "tmp"))
    own = {"HOME": str(home), "TMPDIR": str(temporary), "XDG_RUNTIME_DIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "demo", "--out", str(out), "--json"], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | own | {"QT_QPA_PLATFORM": "offscreen", "MIANQIAN_LOG": "DEBUG"}, timeout=1100, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert not LOUD.search(done.stderr), done.stderr[-4000:]
    log = home / "log"
    log.write_text(done.stderr, encoding="utf-8")
    return json.loads(done.stdout) | {"out": out, "home": home, "tmp": temporary, "log": log}


def command(*args: object) -> tuple[int, dict]:
    done = subprocess.run([sys.executable, "-m", "app.cli", *map(str, args), "--json"], cwd=ROOT, capture_output=True,
                          text=True, timeout=240, check=False)
    return done.returncode, json.loads(done.stdout)


def test_it_ends_with_a_receipt_that_the_bank_gives_again(demo):
    assert demo["verified"] is True
    assert demo["receipt"].startswith("rcpt-")
    assert demo["completeness"] > 0.9
    assert demo["score"] > 80
    steps = {step["step"]: step["result"] for step in demo["steps"]}
    assert steps["receipt asked again"] == "the same"
    face = re.fullmatch(r"(live|review), distance ([0-9.]+) .*, ([0-9]+) fps", steps["liveness and face match"])
    assert face, steps["liveness and face match"]
    assert face[1] == "live" or int(face[3]) <= LOW_FPS  # too busy a machine leads to review, as it must
    assert float(face[2]) < 0.3


def test_every_signature_holds_for_outsiders_and_carries_the_banks_time(demo):
    steps = {step["step"]: step["result"] for step in demo["steps"]}
    people = re.match(r"(\d+) by hand of (\d+) people on (\d+) sealed PDFs", steps["signatures"])
    signatures, signers, documents = map(int, people.groups())
    assert signers >= 2
    assert steps["bank's time"] == f"on {documents} of {documents} documents (PAdES B-LT)"
    assert steps["outside witnesses"] == (f"pdfsig: {signatures} of {signatures} signatures valid; "
                                          f"pdftotext: Chinese from {documents} of {documents} PDFs")


def test_a_verifier_made_from_the_document_alone_agrees(demo):
    keys = demo["out"] / "gateway" / "files" / "keys"
    identity = next(line for line in (keys / "files.age-identity").read_text().splitlines() if line.startswith("AGE-SECRET"))
    assert foreign_verifier.verify(Path(demo["package"]), (keys / "ca.pem").read_bytes(), identity) == set()


def test_every_page_was_photographed(demo):
    names = {Path(path).name[:2] for path in demo["screens"]}
    assert {f"{n:02d}" for n in range(PAGES + 2)} <= names
    assert all(Path(path).stat().st_size > 20_000 for path in demo["screens"])


def test_the_command_line_accepts_package_and_documents(demo):
    code, said = command("verify", demo["package"], "--trust", demo["out"] / "documents" / "bank.pem")
    assert (code, said["ok"]) == (0, True)
    code, said = command("verify", demo["documents"][0])
    assert (code, said["ok"]) == (0, True)


def test_the_bank_looks_for_itself_and_sees_the_same(demo, tmp_path):
    """The gateway of the demo looks at no faces; started again with its face checker, it does what it left open."""
    house = shutil.copytree(demo["out"] / "gateway", tmp_path / "银行")
    with EmbeddedGateway(house, face_checker=True) as gateway:
        gateway.wait()
        check = until(lambda: _face_check(house), 300)
    assert (check.verdict, check.nonce) == ("agree", "bank")
    assert [reason.code for reason in check.reasons] == ["camera_file"]
    assert check.bank.zone == check.device.zone == "pass"
    assert abs(check.bank.distance - check.device.distance) < 0.02
    assert len(check.live) == check.bank.frames_used == check.device.frames_used


def _face_check(house: Path) -> FaceCheck | None:
    with closing(sqlite3.connect(house / "gateway.db")) as database:
        rows = database.execute("SELECT report_json FROM identity_check WHERE verdict <> 'unavailable'").fetchall()
    return FaceCheck.model_validate_json(rows[0][0]) if rows else None


def test_one_changed_byte_in_any_file_is_found_and_named(demo, tmp_path):
    package = tmp_path / "package"
    shutil.copytree(demo["package"], package)
    files = [path for path in sorted(package.rglob("*")) if path.is_file()]
    assert len(files) > 50
    for path in files:
        sound = path.read_bytes()
        path.write_bytes(sound[:len(sound) // 2] + bytes([sound[len(sound) // 2] ^ 1]) + sound[len(sound) // 2 + 1:])
        verdict = verify_path(package, None, None)
        assert not verdict.ok
        assert path.relative_to(package).as_posix() in {problem.file for problem in verdict.problems}
        path.write_bytes(sound)
    assert verify_path(package, None, None).ok


def test_the_command_line_refuses_a_changed_package_with_its_own_code(demo, tmp_path):
    package = tmp_path / "package"
    shutil.copytree(demo["package"], package)
    victim = sorted((package / "files").iterdir())[0]
    victim.write_bytes(victim.read_bytes()[:-1] + b"\0")
    code, said = command("verify", package)
    assert code == 3
    assert said["condition"]["code"] == "verify.failed"
    assert said["problems"][0]["file"] == f"files/{victim.name}"


def test_the_bank_opens_every_file_with_its_own_key(demo):
    key = next((demo["out"] / "gateway" / "files" / "keys").glob("*age*"))
    verdict = verify_path(Path(demo["package"]), demo["out"] / "documents" / "bank.pem", key)
    assert verdict.ok, verdict.problems


def test_a_stolen_disk_shows_nothing_of_the_customer(demo):
    """Data folder, database log, spools, temporary folders, the person's own folder and a log at its most talkative."""
    story = DEFAULT
    words = (story.customer.name, story.customer.number, story.customer.address, story.spouse.name, story.spouse.number,
             story.vin, story.bank_card, story.employer, "13900000001")
    pictures = [path.read_bytes() for path in (demo["out"] / "props").glob("*.jpg")]
    needles = [*(trace for word in words for trace in traces_of_text(word)),
               *(trace for picture in pictures for trace in traces_of_picture(picture))]
    assert len(pictures) > 5
    assert showing([demo["out"] / "props"], needles)
    assert showing([demo["out"] / "data", demo["home"]], needles) == []
    assert [path for folder in ("home", "tmp") for path in demo[folder].rglob("*")] == [demo["log"]]
    data = list((demo["out"] / "data").rglob("*"))
    assert {path.name for path in data if path.is_file() and orderly(path)} <= {"keys.json", "mianqian.commits"}
    assert os.name != "posix" or not any(path.stat().st_mode & 0o077 for path in data)
