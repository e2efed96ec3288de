"""One invented paper of a known kind: what it looks like and what it says. Seeds to tune by are never reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TUNING = range(10_000, 20_000)
REPORTING = range(50_000, 60_000)
SEEDS = {"tuning": TUNING, "reporting": REPORTING}
FRAME = (1920, 1080)


@dataclass(frozen=True, eq=False)
class Specimen:
    """``kind`` code of ``resources/kinds``, ``picture`` flat BGR, ``fields`` as the reader writes them, ``frame`` width
    and height of the photograph that the desk's camera takes of it."""

    kind: str
    seed: int
    picture: np.ndarray
    fields: dict[str, str]
    frame: tuple[int, int] = FRAME


