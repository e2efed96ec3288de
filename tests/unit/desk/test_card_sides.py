"""Both sides of an identity card at the desk: another person's among the papers, and the customer's own, whichever is shown."""

import pytest

from app.capture.paper_file import FilePage
from app.capture.reading import IdCardReading, PaperReading
from app.domain.facts import Finding, Reading
from app.domain.finding import block
from app.domain.flow import Step
from tests import case_facts as f
from tests.refused import refused

SHOT = b"\xff\xd8\xffshot"
CARD = "spouse_id_card"
VALUES = {"front": {"name": "周样例", "number": "360426199101010071"},
          "back": {"authority": "示例市公安局", "valid_from": "2019-06-18", "valid_to": "2039-06-18"}, "": {}}
WRONG = block("document.wrong_kind", "这是机动车驾驶证", "This is a driving licence")


def read(side: str, *findings: Finding, **values: str) -> PaperReading:
    readings = {name: Reading(value=value, confidence=0.97) for name, value in (VALUES[side] | values).items()}
    return PaperReading(kind=f"id_card_{side}" if side else "", readings=readings, quality=f.GOOD, findings=findings,
                        crop_jpeg=b"\xff\xd8\xffcrop", ms=1, side=side)


@pytest.fixture
def married(desk):
    case_id = desk.begin(Step.PAPERS)
    desk.signing.set_circumstances(case_id, f.circumstances(marital="married").circumstances)

    def shoot(side: str, *findings: Finding, paper: str = CARD, **values: str):
        desk.vision.answers["read_paper"] = read(side, *findings, **values)
        return desk.signing.capture_paper(case_id, paper, SHOT)

    return desk, case_id, shoot


def item(view):
    return next(item for item in view.checklist.items if item.paper == CARD)


def test_the_side_that_is_shown_is_the_side_that_is_kept(married):
    _, _, shoot = married
    view = shoot("back")
    assert (item(view).state, item(view).sides_missing) == ("missing", ("front",))
    view = shoot("front")
    assert (item(view).state, item(view).value) == ("captured", 1)
    assert [page.side for page in view.case.papers[CARD]] == ["back", "front"]


def test_a_side_twice_is_refused_and_says_which_one_is_wanted(married):
    desk, case_id, shoot = married
    before = shoot("front").case
    told = refused("card.side_taken", shoot, "front")
    assert "人像面" in told.message()
    assert "国徽面" in told.next()
    assert desk.signing.view(case_id).case == before
    shoot("back")
    refused("card.both_taken", shoot, "back")


def test_an_unusable_side_gives_way_to_a_new_picture_of_it(married):
    _, _, shoot = married
    assert item(shoot("", WRONG)).state == "missing"
    view = shoot("front")
    page, = view.case.papers[CARD]
    assert (page.side, page.readings["name"].value) == ("front", "周样例")
    assert item(shoot("back")).state == "captured"


def test_a_side_is_taken_anew_by_a_picture_of_the_same_side_only(married):
    desk, case_id, shoot = married
    shoot("front")
    page = shoot("back").case.papers[CARD][0]
    desk.vision.answers["read_paper"] = read("back")
    refused("card.other_side", desk.signing.retake_paper, case_id, CARD, page.page_id, SHOT)
    desk.vision.answers["read_paper"] = read("", name="周样板")
    front, back = desk.signing.retake_paper(case_id, CARD, page.page_id, SHOT).case.papers[CARD]
    assert (front.side, front.readings["name"].value, back.side) == ("front", "周样板", "back")


def test_a_file_with_both_sides_on_two_pages_fills_both(married):
    desk, case_id, _ = married
    desk.vision.answers["open_file"] = tuple(FilePage(image=SHOT, number=n, drawn=True, findings=()) for n in (1, 2))
    desk.vision.answers["read_paper"] = read("")
    view = desk.signing.import_paper(case_id, CARD, b"%PDF-1.7 copy")
    assert [page.side for page in view.case.papers[CARD]] == ["front", "back"]


def test_the_fields_are_those_of_the_side_and_a_correction_settles_what_was_not_read(married):
    desk, case_id, shoot = married
    unread = block("id_card.unreadable", "没有读全", "not read")
    page, = shoot("", unread).case.papers[CARD]
    names = [field.name for field in desk.signing.paper_fields(case_id, CARD, page.page_id)]
    assert names == ["name", "number", "sex", "nation", "birth", "address"]
    view = desk.signing.correct_paper(case_id, CARD, page.page_id, VALUES["front"])
    assert view.case.papers[CARD][0].findings == ()
    back = shoot("back").case.papers[CARD][1]
    view = desk.signing.correct_paper(case_id, CARD, back.page_id, VALUES["back"] | {"valid_to": "长期"})
    assert view.case.papers[CARD][1].readings["valid_to"].value == "长期"
    refused("papers.value_form", desk.signing.correct_paper, case_id, CARD, back.page_id, {"valid_to": "很久"})


def test_the_customers_own_card_and_an_expired_one_are_recognised(married):
    _, _, shoot = married
    view = shoot("front", number=f.card().card.number)
    assert {"cross.own_card": "block"}.items() <= {one.code: one.level for one in view.cross}.items()
    assert item(view).value == 0
    view = shoot("back", valid_to="2024-06-18")
    assert {one.code for one in view.cross} >= {"cross.own_card", "cross.card_over"}


def test_what_the_guarantors_card_says_is_filled_into_the_contract(married):
    desk, case_id, shoot = married
    desk.signing.set_circumstances(case_id, f.circumstances(has_guarantor=True).circumstances)
    shoot("front", paper="guarantor_id_card")
    known = {field.code: (field.value, field.source) for field in desk.signing.form_fields(case_id)}
    assert known["guarantor_name"] == ("周样例", "guarantor_id_card")
    assert known["guarantor_id_number"] == ("360426199101010071", "guarantor_id_card")


# -- the customer's own card, whichever side comes first ------------------------------------------------------------------


def own(side: str) -> IdCardReading:
    return IdCardReading(kind=f"id_card_{side}" if side else "", side=side, readings={}, quality=f.GOOD, findings=(),
                         crop_jpeg=b"\xff\xd8\xffcrop", portrait_jpeg=None, ms=1)


def test_whichever_side_of_the_own_card_is_shown_is_taken_and_a_good_one_never_replaced(desk):
    case_id = desk.begin(Step.ID_CARD)
    for side in ("back", ""):
        desk.vision.answers["read_id_card"] = own(side)
        desk.signing.capture_id_card(case_id, "either", SHOT)
    before = desk.signing.view(case_id).case
    assert set(before.card_sides) == {"front", "back"}
    refused("card.both_taken", desk.signing.capture_id_card, case_id, "either", SHOT)
    refused("capture.camera_only", desk.signing.capture_id_card, case_id, "either", SHOT, True)
    assert desk.signing.view(case_id).case == before
