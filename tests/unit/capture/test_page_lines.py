"""A page whose outline is broken is found by its straight sides around its words."""

import cv2
import numpy as np
import pytest

from app.capture.page_lines import page_around

SHEET = np.float32([[210, 90], [1050, 130], [1020, 720], [190, 660]])
WORDS = np.array([(300, 160), (900, 180), (280, 600), (930, 640)], float)


def photograph(fingers: bool) -> np.ndarray:
    """A sheet with a printed table on it, two fingers over its edges, half of it in shadow."""
    image = np.full((800, 1280, 3), (70, 60, 120), np.uint8)
    cv2.fillConvexPoly(image, np.int32(SHEET), (238, 240, 242))
    cv2.polylines(image, [np.int32([[260, 220], [980, 250], [960, 560], [250, 520]])], True, (90, 60, 40), 2)
    image[:, 700:] = (image[:, 700:] * 0.6).astype(np.uint8)
    if fingers:
        for centre in ((620, 100), (600, 700)):
            cv2.circle(image, centre, 70, (120, 150, 200), -1)
    return image


@pytest.mark.parametrize("fingers", [False, True])
def test_the_sides_around_the_words_are_the_pages(fingers):
    page = page_around(photograph(fingers), WORDS)
    assert np.abs(np.array(page.corners) - SHEET).max() < 12


def test_without_edges_around_the_words_there_is_none():
    assert page_around(np.full((800, 1280, 3), 200, np.uint8), WORDS) is None
    assert page_around(photograph(False), np.vstack([WORDS, [(60, 400)]])) is None
