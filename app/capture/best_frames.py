"""The few best frames of an attempt, kept whole as evidence and for the match; the others are let go at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.capture.face import Embedding
from app.capture.measures import FaceMeasures
from app.capture.quality_face import usefulness

if TYPE_CHECKING:
    import numpy as np

BEST_FRAMES = 5
TINTED = 0.5  # a face under coloured light serves less


@dataclass(frozen=True, eq=False)
class BestFrame:
    image: np.ndarray
    embedding: Embedding
    score: float


class BestFrames:
    """At most five, best first. Pictures and embeddings live in memory only."""

    def __init__(self) -> None:
        self.frames: list[BestFrame] = []

    def offer(self, image: np.ndarray, embedding: Embedding, seen: FaceMeasures, *, tinted: bool) -> None:
        score = usefulness(seen) - (TINTED if tinted else 0.0)
        if len(self.frames) < BEST_FRAMES or score > self.frames[-1].score:
            self.frames.append(BestFrame(image.copy(), embedding, score))
            self.frames.sort(key=lambda frame: frame.score, reverse=True)
            del self.frames[BEST_FRAMES:]
