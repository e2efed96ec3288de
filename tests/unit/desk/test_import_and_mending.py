"""Files become pages and pages are mended at the desk: the original is kept, what is derived is told."""

import pytest

from app.capture.heic import UNREADABLE
from app.capture.ocr import Line
from app.capture.paper_file import FilePage
from app.capture.reading import PaperReading
from app.capture.vision import VISION_RESTARTED
from app.domain.facts import Reading
from app.domain.finding import info
from app.domain.flow import Step
from app.domain.page_frame import WHOLE
from tests import case_facts as f
from tests.refused import refused

PDF = b"%PDF-1.7 statement"
SHOT = b"\xff\xd8\xffshot"
CORNERS = ((0.1, 0.1), (0.9, 0.12), (0.88, 0.9), (0.1, 0.88))
LIVE = info("import.not_live", "来自文件", "from a file")


def read(name: str = "", crop: bytes | None = b"\xff\xd8\xffcrop") -> PaperReading:
    readings = {"name": Reading(value=name, confidence=0.8)} if name else {}
    return PaperReading(kind="", readings=readings, quality=f.GOOD, findings=(), crop_jpeg=crop, ms=1)


@pytest.fixture
def case_id(desk):
    desk.vision.answers |= {"read_paper": read("王小"), "reframe": read("王小明", b"\xff\xd8\xffmended"),
                            "page_corners": None}
    return desk.begin(Step.PAPERS)


def pages(desk, case_id: str, paper: str = "income_proof"):
    return desk.signing.view(case_id).case.papers.get(paper, ())


def taken(desk, case_id: str, paper: str = "income_proof") -> str:
    return desk.signing.capture_paper(case_id, paper, SHOT).case.papers[paper][-1].page_id


# -- import ------------------------------------------------------------------------------------------------------------


def test_a_picture_file_is_the_page_s_original_itself(desk, case_id):
    desk.vision.answers["open_file"] = (FilePage(image=SHOT, findings=(LIVE,)),)
    view = desk.signing.import_paper(case_id, "income_proof", SHOT)
    page, = view.case.papers["income_proof"]
    assert page.imported
    assert page.source is None
    assert desk.vault.get(case_id, page.original) == SHOT
    assert [finding.code for finding in page.findings] == ["import.not_live"]


def test_a_file_of_several_pages_is_kept_once_beside_its_pictures(desk, case_id):
    drawn = [b"\xff\xd8\xffone", b"\xff\xd8\xfftwo"]
    desk.vision.answers["open_file"] = tuple(
        FilePage(image=image, number=at, drawn=True, findings=(LIVE,)) for at, image in enumerate(drawn, start=1))
    before = desk.signing.view(case_id).case.events
    case = desk.signing.import_paper(case_id, "income_proof", PDF).case
    assert case.events == before + 2
    first, second = case.papers["income_proof"]
    assert [desk.vault.get(case_id, page.original) for page in (first, second)] == drawn
    assert first.source == second.source
    assert (first.source_page, second.source_page) == (1, 2)
    assert desk.vault.get(case_id, first.source) == PDF
    assert first.source.media_type == "application/pdf"
    assert [ref.id for ref in case.files()].count(first.source.id) == 1


def test_a_page_with_its_own_text_is_read_by_it(desk, case_id):
    line = Line("王小", 0.99, (0, 0, 9, 9), (0, 4), (9, 4))
    desk.vision.answers |= {"open_file": (FilePage(image=SHOT, drawn=True, lines=(line,)),), "read_page": read("王小")}
    page, = desk.signing.import_paper(case_id, "income_proof", PDF).case.papers["income_proof"]
    function, image, _, lines = next(asked for asked in desk.vision.asked if asked[0] == "read_page")
    assert (function, image, lines) == ("read_page", SHOT, (line,))
    assert page.readings["name"].value == "王小"


def test_a_bad_file_changes_nothing(desk, case_id):
    before = desk.signing.view(case_id).case
    desk.vision.answers["open_file"] = UNREADABLE()
    refused("import.heic", desk.signing.import_paper, case_id, "income_proof", b"heic")
    desk.vision.answers["open_file"] = VISION_RESTARTED()
    refused("import.stalled", desk.signing.import_paper, case_id, "income_proof", b"%PDF-")
    assert desk.signing.view(case_id).case == before


def test_a_paper_for_the_camera_only_is_refused_before_the_file_is_opened(desk, case_id):
    refused("papers.camera_only", desk.signing.import_paper, case_id, "photo_together", SHOT)
    assert not desk.vision.asked or desk.vision.asked[-1][0] != "open_file"


# -- mending -----------------------------------------------------------------------------------------------------------


def test_corners_and_turns_make_a_new_crop_and_a_new_reading_of_the_kept_original(desk, case_id):
    page_id = taken(desk, case_id)
    desk.signing.correct_paper(case_id, "income_proof", page_id, {"name": "王小二"})
    case = desk.signing.reframe_paper(case_id, "income_proof", page_id, CORNERS, 5).case
    page, = case.papers["income_proof"]
    assert desk.vision.asked[-1][:2] == ("reframe", SHOT)
    assert desk.vision.asked[-1][3:] == (CORNERS, 1)
    assert (page.corners, page.turns, page.readings["name"].value) == (CORNERS, 1, "王小明")
    assert desk.vault.get(case_id, page.original) == SHOT
    assert desk.vault.get(case_id, page.crop) == b"\xff\xd8\xffmended"
    assert page_id not in case.confirmed_pages
    assert desk.signing.paper_frame(case_id, "income_proof", page_id) == CORNERS


def test_mending_keeps_what_the_import_told(desk, case_id):
    desk.vision.answers["open_file"] = (FilePage(image=SHOT, findings=(LIVE,)),)
    page_id = desk.signing.import_paper(case_id, "income_proof", SHOT).case.papers["income_proof"][0].page_id
    desk.signing.reframe_paper(case_id, "income_proof", page_id, WHOLE, 1)
    assert pages(desk, case_id)[0].findings == (LIVE,)
    assert pages(desk, case_id)[0].imported


def test_mending_begins_with_the_corners_found_else_with_the_whole_picture(desk, case_id):
    page_id = taken(desk, case_id)
    assert desk.signing.paper_frame(case_id, "income_proof", page_id) == WHOLE
    desk.vision.answers["page_corners"] = CORNERS
    assert desk.signing.paper_frame(case_id, "income_proof", page_id) == CORNERS


@pytest.mark.parametrize("corners", [
    ((0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)), ((0.5, 0.5),) * 4, tuple(reversed(CORNERS)),
    ((0.1, 0.1), (0.15, 0.1), (0.15, 0.15), (0.1, 0.15)), ((-0.1, 0), (1, 0), (1, 1), (0, 1))])
def test_corners_that_enclose_no_page_are_refused(desk, case_id, corners):
    page_id = taken(desk, case_id)
    refused("papers.corners", desk.signing.reframe_paper, case_id, "income_proof", page_id, corners, 0)


def test_a_page_taken_anew_stands_where_the_old_one_stood(desk, case_id):
    first, second = taken(desk, case_id), taken(desk, case_id)
    desk.signing.retake_paper(case_id, "income_proof", first, b"\xff\xd8\xffbetter")
    new, kept = pages(desk, case_id)
    assert desk.vault.get(case_id, new.original) == b"\xff\xd8\xffbetter"
    assert new.page_id != first
    assert kept.page_id == second
    refused("papers.page_unknown", desk.signing.retake_paper, case_id, "income_proof", first, SHOT)


def test_a_removal_is_undone_with_place_reading_and_comparison(desk, case_id):
    first, second = taken(desk, case_id), taken(desk, case_id)
    desk.signing.correct_paper(case_id, "income_proof", first, {"name": "王小二"})
    before = desk.signing.view(case_id).case
    desk.signing.remove_paper(case_id, "income_proof", first)
    assert [page.page_id for page in pages(desk, case_id)] == [second]
    after = desk.signing.restore_paper(case_id, "income_proof", first).case
    assert after.papers == before.papers
    assert after.confirmed_pages == before.confirmed_pages
    refused("papers.page_unknown", desk.signing.restore_paper, case_id, "income_proof", first)
    refused("papers.page_unknown", desk.signing.restore_paper, case_id, "bank_card", first)


def test_a_page_that_is_gone_cannot_be_mended(desk, case_id):
    page_id = taken(desk, case_id)
    desk.signing.remove_paper(case_id, "income_proof", page_id)
    refused("papers.page_unknown", desk.signing.reframe_paper, case_id, "income_proof", page_id, WHOLE, 1)
