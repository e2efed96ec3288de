"""What the attack-detection model says of the resting face, frame by frame, and the median that may veto a verdict."""

from __future__ import annotations

from statistics import median

from app.capture.face import AttackLimits

DARK_FACE = 90.0  # mean grey: below it attack models take living faces for screens (generated rooms: 62–86, office 113 on)


class Passive:
    """Probabilities of a real face, 0–1. Their median may lower a verdict and can never improve one.

    Of a dark face the model is not sure enough to turn somebody away: there a person decides.
    """

    def __init__(self, limits: AttackLimits | None) -> None:
        self._limits = limits
        self._seen: list[float] = []
        self._brightness: list[float] = []

    @property
    def wanted(self) -> int:
        """How many frames the model pack wants to be judged by; 0 without a model."""
        return self._limits.frames if self._limits else 0

    @property
    def frames(self) -> int:
        return len(self._seen)

    @property
    def median(self) -> float | None:
        return round(median(self._seen), 4) if self._seen else None

    def see(self, probability: float | None, brightness: float) -> None:
        """One frame; ``brightness`` is the face's mean grey, 0–255."""
        if probability is not None:
            self._seen.append(probability)
            self._brightness.append(brightness)

    def reject(self) -> set[str]:
        """One or two odd frames reject nobody: the median counts from as many frames on as the pack wants."""
        low = self._low and self.frames >= self.wanted and not self._dark
        return {"presentation_attack"} if low else set()

    def review(self) -> set[str]:
        reasons = set()
        if self._limits and self.frames < self.wanted:
            reasons.add("few_passive_frames")
        if self._limits and self._seen and median(self._seen) < self._limits.review_below and not self.reject():
            reasons.add("attack_suspected")
            reasons.update(["too_dark"] if self._low and self._dark else [])
        return reasons

    @property
    def _low(self) -> bool:
        return bool(self._limits and self._seen) and median(self._seen) < self._limits.reject_below

    @property
    def _dark(self) -> bool:
        return median(self._brightness) < DARK_FACE
