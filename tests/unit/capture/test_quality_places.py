"""A quality problem is shown where it lies, and as one of the whole page where it is everywhere."""

import cv2
import numpy as np
import pytest

from app.capture.quality_places import located
from app.demo import card
from app.domain.finding import block, warn

CARD = card.draw_front(card.demo_customer())
HEIGHT, WIDTH = CARD.shape[:2]
BOX = (0.25, 0.25, 0.25, 0.5)  # left, top, width, height


def spoilt(how) -> np.ndarray:
    """The card with its ``BOX`` changed."""
    left, top, width, height = (round(share * side) for share, side in zip(BOX, (WIDTH, HEIGHT) * 2, strict=True))
    image = CARD.copy()
    image[top:top + height, left:left + width] = how(image)[top:top + height, left:left + width]
    return image


def overlap(places) -> float:
    """Intersection over union of the places with ``BOX``."""
    masks = np.zeros((2, 200, 200), bool)
    for mask, boxes in zip(masks, ((BOX,), places), strict=True):
        for left, top, width, height in boxes:
            mask[round(top * 200):round((top + height) * 200), round(left * 200):round((left + width) * 200)] = True
    return float((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())


@pytest.mark.parametrize(("code", "how", "least"), [
    ("quality.glare", lambda image: np.full_like(image, 255), 0.8),
    ("quality.overexposed", lambda image: np.full_like(image, 254), 0.8),
    ("quality.dark", lambda image: image // 4, 0.8),
    ("quality.blur", lambda image: cv2.GaussianBlur(image, (0, 0), 9), 0.3)])
def test_the_spoilt_part_of_the_page_is_named(code, how, least):
    finding, = located((block(code, "坏", "bad"),), spoilt(how))
    assert overlap(finding.places) >= least


def test_what_is_wrong_everywhere_and_what_is_no_place_names_none():
    everywhere = (warn("quality.dark", "暗", "dark"), warn("quality.skew", "歪", "askew"))
    assert [finding.places for finding in located(everywhere, CARD // 4)] == [(), ()]
