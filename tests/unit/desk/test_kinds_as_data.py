"""A kind of document that a bank drops into ``resources/kinds``: recognised, read, named on screen, fit for its packs."""

import shutil

import pytest

from app.capture import kinds as known
from app.capture import paper_reader
from app.capture.ocr import Line
from app.capture.reading import PaperReading
from app.domain.flow import Step
from tests import case_facts as f
from tests.refused import refused

PASS = "vehicle_pass"
SHOT = b"\xff\xd8\xffpass"
LINES = tuple(Line(text, 0.99, (100, top, 600, 40), (100, top + 20), (700, top + 20)) for top, text in (
    (60, "示例通行证"), (160, "号牌号码 苏A12345"), (260, "通行区域 示例物流园"), (360, "备注 无")))


def manual() -> str:
    """The kind that the manual shows."""
    text = (f.ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
    return text.split("```toml\n", 1)[1].split("```", 1)[0]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A program's kinds, to be added to."""
    copied = shutil.copytree(known.FOLDER, tmp_path / "种类 kinds")
    monkeypatch.setattr(known, "FOLDER", copied)
    known.kinds.cache_clear()
    yield copied
    known.kinds.cache_clear()


def drop(folder, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    known.kinds.cache_clear()


def publish(desk, reads: str = PASS, more: str = "") -> None:
    paper = f'[[papers]]\ncode = "pass"\nname = {{ zh = "通行证", en = "Pass" }}\nweight = 1\nreads = "{reads}"\n{more}\n'
    asked = '{ paper = "pass", reason = { zh = "示例", en = "sample" } },\n  { paper = "photo_together"'
    text = f.POLICY_FILE.read_text(encoding="utf-8").replace("[[papers]]\n", f"{paper}[[papers]]\n", 1)
    dealers = (f.POLICY_FILE.parent / "dealers.toml").read_text(encoding="utf-8")
    desk.shelf.put(text.replace('{ paper = "photo_together"', asked, 1), dealers, desk.clock.now())


def test_a_kind_dropped_in_as_data_may_be_asked_for_and_is_read(desk, folder):
    refused("policy.invalid", publish, desk)
    drop(folder, f"{PASS}.toml", manual())
    publish(desk)
    assert paper_reader.recognise(LINES) == PASS
    readings, findings = paper_reader.read_fields(LINES, known.kinds()[PASS])
    assert findings == ()
    desk.vision.answers["read_paper"] = PaperReading(
        kind=PASS, readings=readings, quality=f.GOOD, findings=findings, crop_jpeg=None, ms=1)
    case_id = desk.begin(Step.PAPERS)
    page, = desk.signing.capture_paper(case_id, "pass", SHOT).case.papers["pass"]
    assert desk.vision.asked[-1] == ("read_paper", SHOT, PASS)
    shown = {field.words.zh: field.value for field in desk.signing.paper_fields(case_id, "pass", page.page_id)}
    assert shown == {"车牌号": "苏A12345", "通行区域": "示例物流园"}


def test_whether_it_shows_a_thing_is_told_by_its_file_too(desk, folder):
    drop(folder, f"{PASS}.toml", manual())
    refused("policy.invalid", publish, desk, more='scene = "dealer"')
    drop(folder, f"{PASS}.toml", "photo = true\n" + manual())
    publish(desk, more='scene = "dealer"')
    assert desk.shelf.current.paper("pass").scene == "dealer"


@pytest.mark.parametrize(("name", "text", "where"), [
    ("other.toml", manual(), "code"), (f"{PASS}.toml", "code = ", "TOML"),
    (f"{PASS}.toml", manual().replace("labels =", "lables =", 1), "fields[0].lables"),
    (f"{PASS}.toml", manual().replace("[A-Z0-9]{5,6}", "[A-Z0-9{5,6}", 1), "fields[0].pattern")])
def test_a_file_that_does_not_hold_is_told_by_name_and_place(desk, folder, name, text, where):
    drop(folder, name, text)
    refusal = refused("kinds.invalid", publish, desk)
    assert (refusal.values["name"], refusal.values["where"]) == (name, where)
