"""A screen photographed in place of the paper is told, a sheet is not; what is told costs a person's comparison."""

from functools import cache

import pytest

from app.capture import document, pixel_grid, reading
from app.capture.picture import decode
from app.demo.papers import draw_paper
from benchmarks.synth import screen
from benchmarks.synth.specimen import Specimen

FRAME = (960, 640)


@cache
def photographed(panel: str, ratio: float, seed: int = 3) -> bytes:
    page = draw_paper("income_proof")
    return screen.photograph(Specimen("income_proof", seed, page, {}, FRAME), screen.view(seed, panel, ratio))


@pytest.mark.parametrize(("panel", "ratio"), [("stripe", 0.8), ("stripe", 1.3), ("pentile", 1.0)])
def test_a_screen_is_told_whatever_its_pixels_are_like(panel, ratio):
    image = decode(photographed(panel, ratio))
    assert pixel_grid.strength(image, document.find_page(image, None)) > pixel_grid.GRID
    assert [(f.code, f.level) for f in pixel_grid.screen(image, None)] == [("document.screen", "warn")]


def test_the_same_sheet_before_the_same_camera_is_not():
    image = decode(photographed(screen.PAPER, 1))
    assert pixel_grid.strength(image, document.find_page(image, None)) < pixel_grid.GRID - 1
    assert pixel_grid.screen(image, None) == ()


def test_what_is_too_small_to_tell_is_not_told():
    assert pixel_grid.strength(decode(photographed("stripe", 1.3))[:150, :150], None) == 0.0


def test_the_finding_stands_beside_the_others_and_stays_when_the_page_is_mended():
    shot = photographed("stripe", 1.3)
    part = ((0.2, 0.55), (0.8, 0.55), (0.8, 0.95), (0.2, 0.95))
    for read in (reading.read_paper(shot, ""), reading.reframe(shot, "id_card_front", part, 0)):
        assert [f.code for f in read.findings].count("document.screen") == 1
