"""Every kind of paper that can be invented, and how it is photographed: three levels of care, one photographer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.capture.picture import encode_jpeg
from app.demo import photo
from benchmarks.synth import cards, lamp, sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from benchmarks.synth.specimen import Specimen

DRAW: dict[str, Callable[[int], Specimen]] = {**cards.DRAW, **sheets.DRAW}
LEVELS = {  # how a shot is taken, and the quality of its JPEG
    "clean": (replace(photo.CLEAN, other_tables=0.3), 95),
    "good": (replace(photo.GOOD, pale_tables=0.1, other_tables=0.4, fingers=0.25, shadows=0.2), 88),
    "hard": (replace(photo.HARD, pale_tables=0.5, other_tables=0.4, fingers=0.4, shadows=0.4), 75),
}


def shot(specimen: Specimen, level: str) -> tuple[bytes, np.ndarray]:
    """The photograph as JPEG, and where the paper's corners are in it (4 x 2 pixels, clockwise from its top left)."""
    picture, corners = _taken(specimen, level)
    return encode_jpeg(picture, LEVELS[level][1]), corners


def lit_shot(specimen: Specimen, level: str) -> tuple[bytes, np.ndarray, float]:
    """The same with a lamp mirrored in the paper, and how many characters of print it hides."""
    picture, corners = _taken(specimen, level)
    lit = lamp.mirrored(picture, corners, f"{specimen.kind} {level} {specimen.seed}")
    return encode_jpeg(lit, LEVELS[level][1]), corners, lamp.hidden(picture, lit, corners)


def _taken(specimen: Specimen, level: str) -> tuple[np.ndarray, np.ndarray]:
    taken = {"seed": specimen.seed, "size": specimen.frame, "difficulty": LEVELS[level][0]}
    return photo.photograph(specimen.picture, **taken), photo.corners_of(specimen.picture, **taken)
