"""A page mended by a person: cut at her corners and turned, from the picture as it was captured."""

import cv2
import numpy as np
import pytest

from app.capture import mended, picture, reading
from app.capture.document import Page
from app.demo import card
from app.domain.page_frame import WHOLE

PAGE = ((0.25, 0.2), (0.75, 0.2), (0.75, 0.8), (0.25, 0.8))


def photographed(height: int = 900, width: int = 1200) -> np.ndarray:
    """A sheet on a dark table, its quarters white, red, green and blue, clockwise from the top left."""
    image = np.full((height, width, 3), 40, np.uint8)
    top, left, bottom, right = height * 2 // 10, width // 4, height * 8 // 10, width * 3 // 4
    middle, centre = (top + bottom) // 2, (left + right) // 2
    image[top:middle, left:centre] = 255
    image[top:middle, centre:right] = (0, 0, 255)
    image[middle:bottom, centre:right] = (0, 255, 0)
    image[middle:bottom, left:centre] = (255, 0, 0)
    return image


def quarters(image: np.ndarray) -> list[str]:
    """Colours clockwise from the top left."""
    height, width = image.shape[:2]
    names = {(True, True, True): "white", (False, False, True): "red", (False, True, False): "green",
             (True, False, False): "blue"}
    places = ((1, 1), (1, 3), (3, 3), (3, 1))
    return [names[tuple(bool(c > 128) for c in image[height * y // 4, width * x // 4])] for y, x in places]


@pytest.mark.parametrize(("turns", "seen"), [
    (0, ["white", "red", "green", "blue"]), (1, ["blue", "white", "red", "green"]),
    (2, ["green", "blue", "white", "red"]), (3, ["red", "green", "blue", "white"])])
def test_the_page_is_cut_at_the_corners_and_turned_clockwise(turns, seen):
    cut, page = mended.view(photographed(), PAGE, turns, 700)
    assert quarters(cut) == seen
    assert cut.shape[1] == pytest.approx(700, abs=1)
    assert cut.shape[1] / cut.shape[0] == pytest.approx(page.aspect, rel=0.01)
    assert abs(page.skew_degrees) < 1


def test_flat_corners_do_not_make_a_picture_without_end():
    cut, _ = mended.view(photographed(), ((0, 0.5), (1, 0.49), (1, 0.51), (0, 0.52)), 1, 1400)
    assert max(cut.shape) <= mended.LONG_SIDE_PX


def test_reading_anew_gives_a_crop_and_the_quality_of_the_page_alone():
    data = picture.encode_jpeg(photographed())
    read = reading.reframe(data, "", PAGE, 1)
    assert quarters(picture.decode(read.crop_jpeg)) == ["blue", "white", "red", "green"]
    assert read.quality.width_px == pytest.approx(540, abs=2)
    whole = reading.reframe(data, "", WHOLE, 0)
    assert picture.decode(whole.crop_jpeg).shape[:2] == (1050, 1400)


def test_a_photograph_can_be_turned_too():
    read = reading.reframe(picture.encode_jpeg(photographed()), reading.PHOTO, PAGE, 2)
    assert quarters(picture.decode(read.crop_jpeg)) == ["green", "blue", "white", "red"]


def test_the_corners_found_begin_at_the_top_left_and_lead_round_clockwise():
    sheet = np.full((900, 1200, 3), 40, np.uint8)
    cv2.fillPoly(sheet, [np.array([[300, 180], [900, 200], [880, 720], [320, 700]])], (230, 230, 230))
    found = reading.page_corners(picture.encode_jpeg(sheet), "")
    expected = ((0.25, 0.2), (0.75, 0.222), (0.733, 0.8), (0.267, 0.778))
    assert np.abs(np.array(found) - np.array(expected)).max() < 0.02
    assert reading.page_corners(picture.encode_jpeg(np.full((400, 400, 3), 90, np.uint8)), "") is None


def test_corners_are_shares_whatever_the_order_they_were_found_in():
    image = np.zeros((100, 200, 3), np.uint8)
    page = Page(((180, 20), (180, 80), (20, 80), (20, 20)), 1.2)
    assert mended.shares(image, page) == ((0.1, 0.2), (0.9, 0.2), (0.9, 0.8), (0.1, 0.8))


def test_a_card_lying_on_its_side_is_read_once_it_is_turned():
    drawn = card.draw_back(card.demo_customer())
    height, width = drawn.shape[:2]
    table = np.full((height + 400, width + 400, 3), 60, np.uint8)
    table[200:200 + height, 200:200 + width] = drawn
    lying = picture.encode_jpeg(np.ascontiguousarray(np.rot90(table)))
    corners = reading.page_corners(lying, "id_card_back")
    read = reading.reframe(lying, "id_card_back", corners, 1)
    assert read.readings["valid_from"].value == "2019-05-20"
    assert picture.decode(read.crop_jpeg).shape[1] == 1000
