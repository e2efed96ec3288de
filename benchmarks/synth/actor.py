"""What a person does before the camera: waits, reacts to what the screen asks after a moment, does it, rests again."""

from __future__ import annotations

from math import pi, sin

from app.capture.liveness import LivenessProgress
from app.demo.living import CURVES, LENGTH_S
from app.demo.puppet import Expression

AGAIN_S = 0.7  # rest before an action is tried once more


class Actor:
    """Plays one attempt; seeded reaction time, size of movements and rhythm of swaying."""

    def __init__(self, seed: int) -> None:
        import numpy as np

        random = np.random.default_rng(seed)
        self._react_s = float(random.uniform(0.3, 0.7))
        self._size = float(random.uniform(0.92, 1.08))
        self._phases = random.uniform(0, 2 * pi, 2)
        self._asked, self._since = "", 0.0

    def act(self, t_s: float, progress: LivenessProgress | None) -> Expression:
        """The pose at ``t_s`` after having seen ``progress``. A movement once begun is carried through."""
        asked = progress.action if progress is not None and progress.phase == "action" else None
        if asked and (not self._asked or (self._asked != asked and self._idle(t_s))):
            self._asked, self._since = asked, t_s + self._react_s
        elif asked and asked == self._asked and t_s - self._since > LENGTH_S[asked] + AGAIN_S:
            self._since = t_s
        elif not asked and self._idle(t_s):
            self._asked = ""
        sway = (1.6 * sin(2 * pi * t_s / 3.1 + self._phases[0]), 1.1 * sin(2 * pi * t_s / 2.3 + self._phases[1]))
        curves = CURVES.get(self._asked, {})
        size = self._size if self._asked not in ("blink", "open_mouth") else 1.0
        return Expression(sway=sway, **{name: size * curve(t_s - self._since) for name, curve in curves.items()})

    def _idle(self, t_s: float) -> bool:
        return not self._asked or t_s - self._since > LENGTH_S[self._asked]
