"""Cards that are another country's, and cards of which a part lies outside of the picture."""

import cv2
import pytest

from app.capture import outside
from app.capture.document import Page
from app.capture.ocr import Line
from app.capture.reading import read_id_card
from app.demo.papers import draw_paper
from app.demo.photo import GOOD, corners_of, photograph

SIZE = (1000, 600)


def line(text: str, x: int = 300, y: int = 300, width: int = 200, confidence: float = 0.95) -> Line:
    return Line(text, confidence, (x, y, width, 30), (x, y + 15), (x + width, y + 15))


def place(x: float, y: float, width: float) -> Page:
    height = width / 1.586
    return Page(((x, y), (x + width, y), (x + width, y + height), (x, y + height)), 1.0)


@pytest.mark.parametrize("texts", [
    ["SPECIMEN", "Surname DUPONT", "Given names", "Nationality", "Date of birth"],
    ["UTOPIA", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"]])
def test_print_in_latin_letters_is_foreign(texts):
    assert outside.foreign([line(text) for text in texts]).code == "document.foreign"


@pytest.mark.parametrize("texts", [
    ["姓名 样本", "性别 男", "公民身份号码 11010119900101001X"], ["Surname DUPONT", "Given names"], [],
    ["姓名 Name", "性别 Sex", "国籍 Nationality", "签发机关 Issuing Authority", "有效期限 Valid Until", "HUMAN ZHANG"]])
def test_chinese_and_bilingual_cards_and_a_few_words_are_not(texts):
    assert outside.foreign([line(text) for text in texts]) is None


def test_words_that_are_guessed_do_not_count():
    assert outside.foreign([line("Abcdef", confidence=0.5)] * 9) is None


@pytest.mark.parametrize(("lines", "where", "sides"), [
    ([line("姓名"), line("住址", 820)], place(100, 60, 800), ""),
    ([], place(-100, 60, 800), "left"), ([], place(300, 60, 800), "right"), ([], place(100, -90, 700), "top"),
    ([], place(100, 250, 700), "bottom"), ([], place(500, 250, 700), "right and bottom"),
    ([line("号码", 800), line("住址", 800)], None, "right"), ([line("号码", 800)], None, ""),
    ([line("码", 0), line("址", 2)], None, "left"), ([line("签发机关", 300, 0)], None, "top"),
    ([line("有效期限", 300, 570)], None, "bottom")])
def test_the_sides_beyond_which_the_card_goes_on_are_named(lines, where, sides):
    found = outside.cut_off(tuple(lines), SIZE, where)
    assert (found.en.split(" of the picture")[0].removeprefix("The card goes on beyond the ") if found else "") == sides


def test_of_a_picture_turned_for_reading_the_side_is_named_as_it_was_taken():
    sides = {1: "right", 2: "bottom", 3: "left"}  # of the picture as it was taken, turned to the left by quarters
    assert all(f"beyond the {side}" in outside.cut_off((line("签发机关", 300, 0),), SIZE, None, turns=turns).en
               for turns, side in sides.items())


def jpeg(image) -> bytes:
    return cv2.imencode(".jpg", image)[1].tobytes()


def test_a_card_half_out_of_the_picture_says_which_side_is_missing():
    flat, seed = draw_paper("id_card_front"), 1
    photo, corners = photograph(flat, seed), corners_of(flat, seed, (1920, 1080), GOOD)
    across, down = corners.mean(axis=0).round().astype(int)
    for part, side in ((photo[:, :across], "右"), (photo[:down + 40][::-1, ::-1], "上")):
        told = {finding.code: finding for finding in read_id_card(jpeg(part), "front").findings}
        assert told["quality.cut_off"].level == "block"
        assert f"证件的{side}边" in told["quality.cut_off"].zh
    assert "quality.cut_off" not in {finding.code for finding in read_id_card(jpeg(photo), "front").findings}
