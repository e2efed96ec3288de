"""A portrait as it comes from an identity card: printed small on the demo's card, photographed, found and cut out again.

Everything after the photograph is the product's own work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture import document
from app.capture.reading import _portrait
from app.demo.card import demo_customer, draw_front
from app.demo.photo import GOOD, corners_of, photograph
from benchmarks.synth.people import find_points, id_portrait

if TYPE_CHECKING:
    import numpy as np

PRINTED_WIDTH = 178  # pixels across the portrait: what the print keeps of 26 mm
SEED = 100


def card_portrait(portrait: np.ndarray, seed: int) -> bytes:
    """An ID portrait (BGR) off a photographed card, JPEG as the product keeps it."""
    import cv2

    height, width = portrait.shape[:2]
    small = cv2.resize(portrait, (PRINTED_WIDTH, round(PRINTED_WIDTH * height / width)), interpolation=cv2.INTER_AREA)
    flat = draw_front(demo_customer(), cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))
    photo = photograph(flat, SEED + seed)
    page = document.find_page(photo)
    if page is None:  # the person would move the card; here its true place is known
        corners = corners_of(flat, SEED + seed, (photo.shape[1], photo.shape[0]), GOOD)
        page = document.Page(tuple((float(x), float(y)) for x, y in corners), 1.0)
    return _portrait(document.warp(photo, page))


def portrait_of(photo: np.ndarray) -> np.ndarray | None:
    """Cut from a photograph what an ID portrait would show; None where no face is found."""
    try:
        return id_portrait(photo, find_points(photo))
    except ValueError:
        return None
