"""The limits a pack brings along, as its engine uses them."""

from __future__ import annotations

from app.capture.face import AttackLimits, Calibration
from app.capture.model_pack import PackDescription


def calibration(description: PackDescription) -> Calibration:
    """Limits of the embedding. What a pack leaves open: strangers in one session are told at ``pass_at``; the figure for
    reading is 0.73 at the pass limit and 0.27 at the review limit."""
    [model] = description.of_role("face_embedding")
    middle = (model.pass_at + model.review_at) / 2
    slope = (model.review_at - model.pass_at) / 2 or 0.05 * middle
    return Calibration(
        pass_at=model.pass_at, review_at=model.review_at, same_person_at=model.same_person_at or model.pass_at,
        similarity_middle=model.similarity_middle or middle, similarity_slope=model.similarity_slope or slope,
        false_match_rate=model.false_match_rate, calibrated_on=model.calibrated_on)


def attack_limits(description: PackDescription) -> AttackLimits | None:
    """None where the pack judges no attacks."""
    decision = description.attack_decision
    if decision is None or not description.of_role("attack_detection"):
        return None
    return AttackLimits(frames=decision.median_over_frames, reject_below=decision.reject_below,
                        review_below=decision.review_below, calibrated_on=decision.calibrated_on)
