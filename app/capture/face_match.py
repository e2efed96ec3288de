"""Is the living face the one on the portrait? Distance, zone and a figure for reading, by the engine's own limits."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from app.capture.face import Calibration, Embedding, FaceEngine
from app.domain.face import FaceMatch


def match(engine: FaceEngine, live: Sequence[Embedding], portrait: Embedding) -> FaceMatch:
    """Compare the mean of live embeddings with the portrait's; zones and rates are those of the engine's pack."""
    limits = engine.calibration
    mean = tuple(sum(column) / len(live) for column in zip(*live, strict=True))
    distance = engine.distance(mean, portrait)
    zone = "pass" if distance <= limits.pass_at else "review" if distance <= limits.review_at else "fail"
    return FaceMatch(zone=zone, similarity=round(similarity(distance, limits), 4), distance=round(distance, 4),
                     threshold=limits.pass_at, review_threshold=limits.review_at, engine=engine.name,
                     pack_sha256=engine.pack_sha256, frames_used=len(live), false_match_rate=limits.false_match_rate,
                     calibrated_on=limits.calibrated_on)


def similarity(distance: float, limits: Calibration) -> float:
    """A 0–1 figure for reading that falls with the distance: 1 / (1 + exp((distance − middle) / slope)).

    Where the pack brings both figures from measured distances, it is about the share of same people at this distance where
    same and different ones come equally often; else it only spreads the pack's zones, 0.73 at the pass and 0.27 at the
    review limit.
    """
    return 1.0 / (1.0 + exp(min((distance - limits.similarity_middle) / limits.similarity_slope, 700.0)))
