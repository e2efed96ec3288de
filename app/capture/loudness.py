"""Whether anybody is heard: since when the sound is near silence, and how much of it was."""

QUIET_LEVEL = 0.2  # of the meter: -48 dBFS, below speech before a laptop


class Loudness:
    """``hear`` takes the level of every block, on the microphone's thread."""

    def __init__(self) -> None:
        self._loud_s: float | None = None
        self._quiet = self._whole = 0.0

    def hear(self, end_s: float, seconds: float, level: float) -> None:
        """A block of ``seconds`` that ended at ``end_s`` of the recorder's clock."""
        self._whole += seconds
        if level < QUIET_LEVEL:
            self._quiet += seconds
        if level >= QUIET_LEVEL or self._loud_s is None:
            self._loud_s = end_s

    def quiet_s(self, now_s: float) -> float:
        """For how long nothing was heard; 0 before the first sound came."""
        return 0.0 if self._loud_s is None else max(0.0, now_s - self._loud_s)

    @property
    def quiet_share(self) -> float | None:
        return round(self._quiet / self._whole, 3) if self._whole else None
