"""Every kind of paper that can be invented, and how it is photographed: three levels of care, one photographer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.demo import photo
from benchmarks.synth import cards

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from benchmarks.synth.specimen import Specimen

DRAW: dict[str, Callable[[int], Specimen]] = {**cards.DRAW}
LEVELS = {"clean": photo.CLEAN, "good": photo.GOOD, "hard": photo.HARD}


def photographed(specimen: Specimen, level: str) -> tuple[np.ndarray, np.ndarray]:
    """The photograph (BGR) and where the paper's corners are in it (4 x 2, clockwise from its top left)."""
    taken = {"seed": specimen.seed, "size": specimen.frame, "difficulty": LEVELS[level]}
    return photo.photograph(specimen.picture, **taken), photo.corners_of(specimen.picture, **taken)
