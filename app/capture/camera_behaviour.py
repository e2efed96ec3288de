"""Does a device's picture behave as a camera's: with a sensor's noise in it, and frames that come when a sensor gives them?

Software that poses as a camera often shows a rendered or decoded picture whose background stays the same to the last
bit, and hands its frames over in bursts, at another pace than it claims, or by the beat of a computed clock. None of it is
proof (a busy computer disturbs times too), so what is found here leads to review and never rejects. The very same picture
coming again and a change of size are told by the attempt itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.domain.face import FrameSource

if TYPE_CHECKING:
    import numpy as np

WIDTH, CELL = 160, 4
TONES = (24, 232)  # darker and brighter cells may be clipped, and clipped pixels have no noise
STILL_S, STILL_FRAMES, STILL_SHARE = 3.0, 30, 0.25
JUDGED_SHARE = 0.1
INTERVALS, INTERVALS_KEPT = 60, 600
BEAT_S = 20e-6
BURST_PART, BURST_SHARE = 0.25, 0.4
HURRY = 1.9


def behaviour_of(source: FrameSource) -> CameraBehaviour | None:
    """Devices only: a file or a stream is marked as such already, and its frames come as somebody else wrote them."""
    return CameraBehaviour(source.fps) if source.kind == "device" else None


def small_grey(image: np.ndarray) -> np.ndarray:
    """Every n-th pixel of the green channel, about 160 wide. Nothing is averaged: that would take the noise away."""
    step = max(1, image.shape[1] // WIDTH)
    return image[step // 2::step, step // 2::step, 1].copy()


class CameraBehaviour:
    """``see`` every frame that is analysed; ``reasons`` are codes for the verdict, all of them for review."""

    def __init__(self, claimed_fps: float) -> None:
        self.noise, self.cadence = Noise(), Cadence(claimed_fps)

    def see(self, t_s: float, grey: np.ndarray, earlier_s: Sequence[float] = ()) -> None:
        """``grey`` H×W uint8 of ``small_grey``; ``earlier_s`` times of frames since the last one that nobody analysed."""
        self.noise.see(t_s, grey)
        for time_s in (*earlier_s, t_s):
            self.cadence.see(time_s)

    @property
    def reasons(self) -> frozenset[str]:
        found = {"camera_no_noise": self.noise.missing, "camera_timing": self.cadence.unnatural}
        return frozenset(reason for reason, true in found.items() if true)


class Noise:
    """``missing`` once a quarter of the picture stood still to the last bit for three seconds while the rest moved.

    Judged on cells of 4×4 samples, each about 1/40 of the picture's width. Measured: scenes without any movement at noise
    of 0.3 grey levels and more, as Motion-JPEG of quality 60 to 95, keep at most 15 % of their cells, recorded H.264 videos
    of people 0.1 %; a rendered face without noise 66 %, the same as Motion-JPEG 65 %, as MPEG-4 or VP9 41 %.
    """

    def __init__(self) -> None:
        self.missing = False
        self.share = 0.0
        self._last: np.ndarray | None = None
        self._changed_s: np.ndarray | None = None
        self._frames: np.ndarray | None = None

    def see(self, t_s: float, grey: np.ndarray) -> None:
        import numpy as np

        cells = _cells(grey)
        last, self._last = self._last, cells
        if last is None or last.shape != cells.shape:
            self._changed_s, self._frames = np.full(cells.shape[:2], t_s), np.zeros(cells.shape[:2], int)
            return
        changed = (last != cells).any(axis=2)
        if not changed.any():
            return  # one frame given twice tells nothing
        self._changed_s[changed], self._frames[changed] = t_s, 0
        self._frames[~changed] += 1
        mean = cells.mean(axis=2)
        judged = (mean >= TONES[0]) & (mean <= TONES[1])
        if judged.mean() < JUDGED_SHARE:
            return
        still = (t_s - self._changed_s >= STILL_S) & (self._frames >= STILL_FRAMES)
        self.share = max(self.share, float(still[judged].mean()))
        self.missing = self.share >= STILL_SHARE


class Cadence:
    """``unnatural`` once 60 intervals show a beat without any jitter, bursts, or twice the pace that the device claims.

    Measured for a source of 30 frames a second with four buffers: on two loaded cores intervals spread by 4.5 ms and 0.7 %
    are shorter than a quarter of the usual one; with four more busy processes 23 ms and 19 %. Only a reader that is itself
    starved (three busy threads beside it in one process) looks like bursts, with 66 %.
    """

    def __init__(self, claimed_fps: float) -> None:
        self._claimed_s = 1 / claimed_fps if claimed_fps > 0 else None
        self._last_s: float | None = None
        self._intervals: deque[float] = deque(maxlen=INTERVALS_KEPT)

    def see(self, t_s: float) -> None:
        if self._last_s is not None:
            self._intervals.append(t_s - self._last_s)
        self._last_s = t_s

    @property
    def unnatural(self) -> bool:
        import numpy as np

        if len(self._intervals) < INTERVALS:
            return False
        seen = np.array(self._intervals)
        mean_s = seen.mean()
        bursts = (seen < BURST_PART * (self._claimed_s or mean_s)).mean()
        hurry = self._claimed_s is not None and HURRY * mean_s < self._claimed_s
        return bool(seen.std() < BEAT_S or bursts >= BURST_SHARE or hurry)


def _cells(grey: np.ndarray) -> np.ndarray:
    """H/4 × W/4 × 16: the samples of each cell."""
    rows, columns = grey.shape[0] // CELL, grey.shape[1] // CELL
    cut = grey[:rows * CELL, :columns * CELL].reshape(rows, CELL, columns, CELL)
    return cut.transpose(0, 2, 1, 3).reshape(rows, columns, CELL * CELL)
