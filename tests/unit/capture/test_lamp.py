"""A lamp that white paper mirrors is told where it hides print; white paper, labels and light from one side are not."""

import cv2
import numpy as np
import pytest

from app.capture.document import Page
from app.capture.lamp import lamps
from app.capture.quality_page import judge, measure
from app.capture.quality_places import located
from app.demo.papers import draw_paper
from benchmarks.synth.lamp import HIDES, hidden, mirrored

WIDTH = 1000


@pytest.fixture(scope="module")
def sheet() -> np.ndarray:
    """A printed page in the light of a room, straightened."""
    page = draw_paper("income_proof")
    page = cv2.resize(page, (WIDTH, round(WIDTH * page.shape[0] / page.shape[1])), interpolation=cv2.INTER_AREA)
    return (page * 0.86).astype(np.uint8)


def corners(page: np.ndarray) -> np.ndarray:
    height, width = page.shape[:2]
    return np.float32([[0, 0], [width, 0], [width, height], [0, height]])


def found(page: np.ndarray) -> Page:
    return Page(tuple(map(tuple, corners(page).tolist())), 1.0)


def slope(page: np.ndarray, brightest: float, darkest: float) -> np.ndarray:
    """Light that falls off to the right."""
    light = np.linspace(brightest, darkest, page.shape[1], dtype=np.float32)[None, :, None]
    return (page * light).clip(0, 255).astype(np.uint8)


def labelled(page: np.ndarray) -> np.ndarray:
    """White labels, their edges as soft as a lens makes them, on darker paper."""
    page = (page * 0.8).astype(np.uint8)
    cv2.rectangle(page, (200, 300), (420, 380), (255, 255, 255), -1)
    cv2.circle(page, (700, 800), 70, (255, 255, 255), -1)
    return cv2.GaussianBlur(page, (0, 0), 1.5)


@pytest.mark.parametrize("changed", [
    lambda page: page, lambda page: np.full_like(page, 255), lambda page: slope(page, 1.16, 0.7), labelled,
    lambda page: (page / 0.86).clip(0, 255).astype(np.uint8)], ids=["as it is", "blank", "one side", "labels", "white"])
def test_white_paper_without_a_lamp_is_not_told(sheet, changed):
    assert lamps(changed(sheet)) == ()


@pytest.mark.parametrize("name", ["a", "c", "g", "k", "o", "y"])
def test_a_lamp_that_hides_print_is_told_with_its_place(sheet, name):
    lit = mirrored(sheet, corners(sheet), name)
    assert hidden(sheet, lit, corners(sheet)) > HIDES
    page = found(sheet)
    quality, findings = judge(measure(lit, WIDTH, card=False), page, card=False)
    glare = next(finding for finding in located(findings, lit) if finding.code == "quality.glare")
    assert (glare.level, quality.score) == ("block", 0.0)
    for left, top, width, height in glare.places:
        middle = lit[round((top + height / 2) * lit.shape[0]), round((left + width / 2) * WIDTH)]
        assert middle.min() >= 230


def test_pale_print_on_white_paper_is_no_glare(sheet):
    pale = (255 - (255 - sheet / 0.86).clip(0) * 0.45).clip(0, 255).astype(np.uint8)
    page = found(sheet)
    assert "quality.glare" not in {finding.code for finding in judge(measure(pale, WIDTH, card=False), page, card=False)[1]}


def test_where_the_sheets_edges_are_not_known_nothing_is_taken_for_a_lamp(sheet):
    lit = mirrored(sheet, corners(sheet), "a")
    assert "quality.glare" not in {finding.code for finding in judge(measure(lit, WIDTH, card=False), None, card=False)[1]}
