"""Milliseconds since a moment, for figures that are printed."""

import time


class Stopwatch:
    def __init__(self) -> None:
        self._began = time.perf_counter()

    def ms(self) -> int:
        return round((time.perf_counter() - self._began) * 1000)

    def seconds(self) -> float:
        return time.perf_counter() - self._began
