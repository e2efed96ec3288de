"""The card's chip by a certified reader: the same rules, differences from the print, photos compared, bad plugins told."""

import pytest

from app.capture.picture import NOT_AN_IMAGE
from app.desk.identity import IdentityRoom
from app.domain.flow import Step
from tests import case_facts as f
from tests.refused import refused
from tests.unit.desk.conftest import CHIP_PHOTO, StaffPort, chip_fields


@pytest.fixture
def carded(desk) -> str:
    """A case with both sides captured and confirmed."""
    desk.vision.answers["compare_with_chip"] = f.liveness().match
    return desk.begin(Step.LIVENESS)


def lacks(desk, case_id: str) -> list[str]:
    return [lack.code for lack in desk.signing.view(case_id).step(Step.ID_CARD).lacks]


def test_the_chip_is_read_compared_and_kept(desk, carded):
    read = desk.signing.read_id_chip(carded).case.id_chip
    assert read.card == f.card().card
    assert (read.reader, read.match.zone, read.findings) == (desk.signing.id_reader, "pass", ())
    assert desk.vision.asked == [("compare_with_chip", b"portrait", CHIP_PHOTO)]
    assert read.photo in desk.book.load(carded).files()
    assert lacks(desk, carded) == []


@pytest.mark.parametrize(("zone", "told"), [
    ("pass", []), ("review", [("id_chip.portrait_unsure", "info")]), ("fail", [("id_chip.portrait", "warn")])])
def test_a_print_that_is_not_the_chips_photo_is_found(desk, carded, zone, told):
    desk.vision.answers["compare_with_chip"] = f.liveness(zone=zone).match
    read = desk.signing.read_id_chip(carded).case.id_chip
    assert [(finding.code, finding.level) for finding in read.findings] == told
    assert lacks(desk, carded) == []


def test_a_long_term_card_has_no_end(desk, carded):
    desk.chip.fields = chip_fields(valid_to="")
    assert desk.signing.read_id_chip(carded).case.id_chip.card.valid_to is None


def test_what_differs_from_the_print_is_found_and_another_number_stops_the_case(desk, carded):
    desk.chip.fields = chip_fields(address="江苏省示例市样本路 1 号", name=" 林晓 星")
    desk.signing.read_id_chip(carded)
    assert desk.book.load(carded).card.findings == ()  # blanks are no difference
    desk.chip.fields = chip_fields(address="示例市另一路 2 号", number="110101199003071233", birth="1990-03-07", sex="male")
    found = {finding.code: finding.level for finding in desk.signing.read_id_chip(carded).case.card.findings}
    assert {code: found[code] for code in ("id_chip.number", "id_chip.address", "id_chip.birth", "id_chip.sex")} == {
        "id_chip.number": "block", "id_chip.address": "warn", "id_chip.birth": "warn", "id_chip.sex": "warn"}
    assert lacks(desk, carded) == ["id_chip.number"]
    refused("flow.not_yet", desk.signing.begin_liveness, carded)


def test_fields_confirmed_after_the_chip_are_compared_with_it_too(desk, carded):
    desk.signing.read_id_chip(carded)
    wrong = f.card().card.model_copy(update={"name": "林晓月"})
    assert "id_chip.name" in {finding.code for finding in desk.signing.check_card(carded, wrong)}
    assert "id_chip.name" in {x.code for x in desk.signing.confirm_id_card(carded, wrong).case.card.findings}
    assert desk.signing.confirm_id_card(carded, f.card().card).case.card.findings == ()


def test_the_chips_fields_go_through_the_cards_rules(desk, carded):
    desk.chip.fields = chip_fields(valid_to="2021-06-11")
    assert desk.signing.read_id_chip(carded).case.id_chip.findings
    assert lacks(desk, carded)


def test_without_the_face_consent_no_face_is_compared(desk):
    desk.vision.answers["compare_with_chip"] = None
    case_id = desk.begin(Step.LIVENESS, face_recognition=False)
    assert desk.signing.read_id_chip(case_id).case.id_chip.match is None
    assert desk.vision.asked == [("compare_with_chip", None, CHIP_PHOTO)]


def test_a_new_picture_of_the_card_asks_for_its_chip_again(desk, carded):
    desk.signing.read_id_chip(carded)
    desk.book.record(carded, f.card_side("front"))
    assert desk.book.load(carded).id_chip is None


def test_the_front_comes_before_the_chip(desk):
    refused("id_reader.front_first", desk.signing.read_id_chip, desk.begin(Step.ID_CARD))


@pytest.mark.parametrize(("changes", "code"), [
    ({"fault": RuntimeError("林晓星 320102198806051229")}, "id_reader.failed"),
    ({"fault": SystemExit(3)}, "id_reader.failed"),
    ({"fields": chip_fields(birth="5 June 1988")}, "id_reader.unreadable"),
    ({"fields": chip_fields(sex="女")}, "id_reader.unreadable"),
    ({"fields": {"name": "林晓星"}}, "id_reader.unreadable"),
    ({"fields": chip_fields() | {"name": 7}}, "id_reader.unreadable"),
    ({"fields": None}, "id_reader.unreadable"),
    ({"photo": b""}, "id_reader.unreadable"),
    ({"photo": b"x" * 3_000_000}, "id_reader.unreadable"),
    ({"photo": "text"}, "id_reader.unreadable")])
def test_a_plugin_that_misbehaves_is_a_condition_and_changes_nothing(desk, carded, changes, code, caplog):
    vars(desk.chip).update(changes)
    events = desk.book.load(carded).events
    refused(code, desk.signing.read_id_chip, carded)
    assert desk.book.load(carded).events == events
    assert "320102" not in caplog.text


def test_a_chip_photo_that_is_no_picture_is_told(desk, carded):
    desk.vision.answers["compare_with_chip"] = NOT_AN_IMAGE()
    refused("picture.not_an_image", desk.signing.read_id_chip, carded)
    assert desk.book.load(carded).id_chip is None


def test_without_a_reader_there_is_none(desk, carded):
    room = IdentityRoom.of(desk.book, desk.booth, StaffPort(), desk.settings, desk.templates)
    assert room.chip.reader_name == ""
    refused("id_reader.none", room.chip.read, desk.book.load(carded))
