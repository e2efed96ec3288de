"""Pages are found where they lie, and the quality gate says what to change."""

import cv2
import numpy as np
import pytest

from app.capture import document, quality_page
from app.capture.picture import decode
from app.demo import card, papers, photo
from benchmarks.synth import cards, sheets
from benchmarks.synth.papers import shot

SIZE = (1920, 1080)


@pytest.fixture(scope="module")
def front():
    return card.draw_front(card.demo_customer())


def overlap(page, corners, size=SIZE) -> float:
    found, true = (np.zeros(size[::-1], np.uint8) for _ in range(2))
    cv2.fillConvexPoly(found, np.int32(page.corners), 1)
    cv2.fillConvexPoly(true, np.int32(corners), 1)
    return float((found & true).sum() / (found | true).sum())


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_a_card_on_a_table_is_found(front, seed):
    page = document.find_page(photo.photograph(front, seed))
    assert page is not None
    assert overlap(page, photo.corners_of(front, seed, SIZE, photo.GOOD)) >= 0.93


def test_corners_begin_at_the_top_left_and_go_clockwise(front):
    page = document.find_page(photo.photograph(front, 11))
    (x0, y0), (x1, _), (x2, y2), (x3, _) = page.corners
    assert x0 < x1
    assert x3 < x2
    assert y0 < y2


def test_a_card_lying_upright_in_the_picture_is_turned_lengthwise(front):
    upright = np.rot90(photo.photograph(front, 11)).copy()
    page = document.find_page(upright)
    assert page is not None
    assert page.aspect == pytest.approx(document.ID1_ASPECT, rel=0.12)


def test_a_sheet_is_found_and_keeps_its_own_proportion():
    sheet = papers.draw_paper("income_proof")
    picture = photo.photograph(sheet, 21)
    page = document.find_page(picture, None)
    assert overlap(page, photo.corners_of(sheet, 21, SIZE, photo.GOOD)) >= 0.93
    assert document.warp(picture, page, 1400, None).shape[1] == 1400


def test_a_folded_sheet_is_not_cut_at_its_fold():
    """A fold across the middle, a shadow over one half."""
    specimen = sheets.DRAW["insurance_policy"](10_007)
    picture, corners = shot(specimen, "good")
    assert overlap(document.find_page(decode(picture), None), corners, specimen.frame) >= 0.93


def test_an_opened_booklet_is_one_page():
    specimen = cards.DRAW["vehicle_licence"](10_000)
    picture, corners = shot(specimen, "good")
    assert overlap(document.find_page(decode(picture), None), corners) >= 0.93


def test_a_card_under_fingers_on_a_white_table_is_found():
    specimen = cards.DRAW["id_card_front"](10_001)
    picture, corners = shot(specimen, "hard")
    assert overlap(document.find_page(decode(picture)), corners) >= 0.93


def test_a_page_drawn_from_a_file_is_told_from_a_photograph_of_one():
    sheet = papers.draw_paper("income_proof")
    assert document.is_flat(sheet)
    assert not document.is_flat(photo.photograph(sheet, 21))


def test_nothing_is_found_on_an_empty_table_or_in_a_tiny_picture():
    table = np.random.default_rng(1).integers(90, 110, (1080, 1920, 3), np.uint8)
    assert document.find_page(table) is None
    assert document.find_page(np.zeros((3, 3, 3), np.uint8)) is None
    assert document.find_page(np.full((400, 600, 3), 255, np.uint8)) is None


def judged(image):
    page = document.find_page(image)
    view = document.warp(image, page) if page else document.whole(image)
    measures = quality_page.measure(view, page.width_px if page else image.shape[1])
    quality, findings = quality_page.judge(measures, page)
    return quality, {finding.code: finding.level for finding in findings}


def test_a_good_photograph_passes(front):
    quality, findings = judged(photo.photograph(front, 11))
    assert findings == {}
    assert quality.score == 1.0
    assert quality.corners_found


def test_each_fault_has_its_own_finding(front):
    good = photo.photograph(front, 11, difficulty=photo.CLEAN)
    assert judged(cv2.GaussianBlur(good, (0, 0), 7))[1].get("quality.blur") == "block"
    assert judged((good * 0.22).astype(np.uint8))[1].get("quality.dark") == "block"
    glaring = good.copy()
    cv2.circle(glaring, (960, 540), 230, (255, 255, 255), -1)
    assert judged(glaring)[1].get("quality.glare") == "block"
    assert judged(cv2.convertScaleAbs(good, alpha=1.7, beta=90))[1].get("quality.overexposed") == "block"
    small = np.full_like(good, 60)
    small[400:670, 700:1180] = cv2.resize(good, (480, 270))
    assert judged(small)[1].get("quality.small") in ("warn", "block")


def test_noise_does_not_make_a_blurred_page_look_sharp(front):
    blurred = cv2.GaussianBlur(photo.photograph(front, 11, difficulty=photo.CLEAN), (0, 0), 7)
    noisy = blurred.astype(float) + np.random.default_rng(2).normal(0, 4, blurred.shape)
    assert "quality.blur" in judged(noisy.clip(0, 255).astype(np.uint8))[1]


def test_white_paper_with_black_ink_is_neither_glare_nor_over_exposed():
    page = np.full((900, 1300, 3), 255, np.uint8)
    for row in range(60, 860, 60):
        cv2.putText(page, "0123456789 ABCDEF", (60, row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3)
    quality, findings = quality_page.judge(quality_page.measure(page, 1300, card=False), None, card=False)
    assert findings == ()
    assert quality.score == 1.0


def test_a_readable_poor_page_is_a_warning_not_a_wall(front):
    quality, findings = quality_page.judge(
        quality_page.measure(cv2.GaussianBlur(front, (0, 0), 14), 1000), None)
    assert quality.score == 0.0
    softer, softened = quality_page.readable_anyway(quality, findings)
    assert softer.score == 0.5
    assert {finding.level for finding in softened} == {"warn"}
