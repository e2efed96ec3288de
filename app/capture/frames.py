"""One camera frame, the value every room of capture shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.face import FrameSource

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture and its time. ``image`` is BGR uint8 H×W×3, ``t_s`` seconds since the source began, never falling.

    ``earlier_s`` are the times of frames since the last one handed on, which were passed over.
    """

    image: np.ndarray
    t_s: float
    source: FrameSource | None = None
    earlier_s: tuple[float, ...] = ()
