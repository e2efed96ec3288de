"""The program's log: what helps to find a fault is in it, and nothing of a person, whatever an act was given."""

import json
import logging
import zipfile

import pytest

from app import program_log
from app.cli import _parser
from app.main import RESOURCES
from app.sync.conditions import UNREACHABLE
from app.ui.operation import _fault
from tests import case_facts as f

NAME, NUMBER, PHONE = "林晓星", "320102198806051229", "13900000001"
log = logging.getLogger("app.desk.anything")


def written(folder) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in program_log.files(folder))


def test_codes_places_and_small_numbers_are_kept_and_everything_else_is_left_out(tmp_path):
    case_id = "6f1c0a52-8d5f-4e0a-9c57-2f1f6f0b7c11"
    with program_log.kept(tmp_path):
        log.info("the window is open")
        log.warning("signing in: %s after %.1f s", UNREACHABLE().code, 2.5)
        log.info("case %s revision %d: %s", case_id, 2, NAME)
        log.error("%s %s %s %s", NUMBER, PHONE, "Lin Xiaoxing", {"name": NAME})
        logging.getLogger("urllib3").error("GET /cases?name=%s", NAME)
        with pytest.raises(ZeroDivisionError) as bug:
            1 / len([n for n in NAME if n == "x"])
        assert _fault(bug.value).code == "program.fault"
    lines = [line.split(" ", 2)[2] for line in written(tmp_path).splitlines()]
    assert lines[:5] == [
        "INFO app.desk.anything: the window is open",
        "WARNING app.desk.anything: signing in: bank.unreachable after 2.5 s",
        f"INFO app.desk.anything: case {case_id} revision 2: …",
        "ERROR app.desk.anything: … … … …",
        "ERROR urllib3: …"]
    assert lines[5].startswith(
        "ERROR app.ui.operation: an act failed unexpectedly: ZeroDivisionError at desk/test_program_log.py:")


def test_the_log_is_overwritten_in_turn_and_the_terminal_says_no_more_than_before(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(program_log, "BYTES", 400)
    shown = logging.StreamHandler()
    root = logging.getLogger()
    root.addHandler(shown)
    try:
        with program_log.kept(tmp_path):
            for _ in range(60):
                log.info("one of many lines")
        assert "one of many" not in capsys.readouterr().err
        assert len(program_log.files(tmp_path)) == program_log.FILES
    finally:
        root.removeHandler(shown)


def test_an_exported_log_names_nobody_of_the_cases_on_the_device(desk, capsys):
    """A whole case of a named person, a fault in the middle of it; the ZIP is searched for what it was about."""
    folder = desk.database.folder
    with program_log.kept(folder):
        case_id = desk.begin()
        desk.signing.seal(case_id)
        log.error("%s", f.card().card)
    file = folder / "for support.zip"
    asked = _parser().parse_args(["log", "export", str(file), "--data", str(folder), "--json"])
    assert asked.run(asked) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(file)}
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert set(parts) == {"log/mianqian.log", "doctor.json", "versions.json"}
    assert {probe["name"] for probe in json.loads(parts["doctor.json"])} == {"disk", "clock", "key_store", "fonts", "models"}
    assert json.loads(parts["versions.json"])["packages"]["pydantic"]
    card = f.card().card
    planted = [card.name, card.number, card.address, PHONE, "10482", "陈立", str(folder), str(RESOURCES.parent)]
    found = [(name, plant) for name, data in parts.items() for plant in planted if plant.encode() in data]
    assert found == []
