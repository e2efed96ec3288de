"""What the attack-detection model says of the resting face, frame by frame, and the median that may veto a verdict."""

from __future__ import annotations

from statistics import median

from app.capture.face import AttackLimits


class Passive:
    """Probabilities of a real face, 0–1. Their median may lower a verdict and can never improve one."""

    def __init__(self, limits: AttackLimits | None) -> None:
        self._limits = limits
        self._seen: list[float] = []

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

    def see(self, probability: float | None) -> None:
        if probability is not None:
            self._seen.append(probability)

    def reject(self) -> set[str]:
        """One or two odd frames reject nobody: the median counts from as many frames on as the pack wants."""
        low = self._limits and self._seen and median(self._seen) < self._limits.reject_below
        return {"presentation_attack"} if low and self.frames >= self.wanted else set()

    def review(self) -> set[str]:
        reasons = set()
        if self._limits and self.frames < self.wanted:
            reasons.add("few_passive_frames")
        if self._limits and self._seen and median(self._seen) < self._limits.review_below and not self.reject():
            reasons.add("attack_suspected")
        return reasons
