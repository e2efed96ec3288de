"""The face checker's process seen from the gateway: whatever it does, the gateway gets an answer or a plain word."""

import sys
import threading
from contextlib import closing

import psutil
import pytest

from app.domain.recheck import Pictures
from gateway.checker import Checker, CheckerTrouble
from tests.face_case import answer
from tests.gateway_process import ROOT

PROGRAM = ROOT / "tests" / "checker_program.py"
PICTURES = Pictures(portrait=b"\xff\xd8 portrait", live=(b"\x00\n\r live",))


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The folder by which the program is told what to do."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    folder = tmp_path / "检查 一"
    folder.mkdir()
    (folder / "answer").write_text(answer("review", 0.44).model_dump_json(), encoding="utf-8")
    (folder / "mode").write_text("answer")
    return folder


def checker(folder, answer_s=60.0):
    return closing(Checker((sys.executable, str(PROGRAM), str(folder)), answer_s))


def asked(folder):
    return (folder / "asked").stat().st_size if (folder / "asked").exists() else 0


def test_it_answers_and_stays_for_the_next_question(told):
    with checker(told) as own:
        first = own.judge(PICTURES)
        pid = own._process.pid
        assert own.judge(PICTURES) == first
        assert own._process.pid == pid
    assert first.judgement.zone == "review"
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_sees_nothing_of_the_gateways_secrets(told, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "geheim")
    with checker(told) as own:
        own.judge(PICTURES)
    assert "PGPASSWORD" not in (told / "environment").read_text()


@pytest.mark.parametrize(("mode", "answer_s", "code"), [
    ("crash", 60, "crashed"), ("rubbish", 60, "crashed"), ("flood", 60, "crashed"), ("hang", 0.3, "late")])
def test_trouble_is_tried_once_more_and_then_told(told, mode, answer_s, code):
    (told / "mode").write_text(mode)
    with checker(told, answer_s) as own:
        with pytest.raises(CheckerTrouble) as trouble:
            own.judge(PICTURES)
        assert trouble.value.code == code
        assert own._process is None
        assert asked(told) == 2
        (told / "mode").write_text("answer")
        own.answer_s = 60.0
        assert own.judge(PICTURES).judgement.zone == "review"


def test_one_crash_is_got_over(told):
    (told / "mode").write_text("crash once")
    with checker(told) as own:
        assert own.judge(PICTURES).judgement.zone == "review"


@pytest.mark.parametrize("command", [
    (), ("/no/such/program/面",), (sys.executable, "-c", "raise SystemExit(1)"), (sys.executable, "-m", "app.no_such")],
    ids=["off", "no program", "ends at once", "no module"])
def test_a_checker_that_is_not_there_is_told_so(told, command):
    with closing(Checker(command)) as own, pytest.raises(CheckerTrouble) as trouble:
        own.judge(PICTURES)
    assert trouble.value.code == ("absent" if command else "off")


def test_closed_in_the_middle_it_ends_at_once(told):
    (told / "mode").write_text("hang")
    own = Checker((sys.executable, str(PROGRAM), str(told)), 60.0)
    met = []

    def ask():
        with pytest.raises(CheckerTrouble) as trouble:
            own.judge(PICTURES)
        met.append(trouble.value.code)

    thread = threading.Thread(target=ask)
    thread.start()
    while not asked(told) and thread.is_alive():
        thread.join(0.01)
    own.close()
    thread.join(30)
    assert met == ["crashed"]
    assert asked(told) == 1
