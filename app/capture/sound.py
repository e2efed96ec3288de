"""Sound laid on the recorder's clock: blocks of samples go in as they come, gapless stretches come out."""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

RATE = 48_000
WINDOW_S = 2.0
SLIP_S = 0.06


@dataclass(frozen=True, eq=False)
class Block:
    """Mono samples (int16, 48 kHz). ``at`` is the monotonic time at which the first of them was heard."""

    samples: "np.ndarray"
    at: float

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


class SoundLine:
    """Places blocks by counting samples from ``zero`` (monotonic seconds) and reads them back in order.

    A block may come late, never early; so the least lateness of the last two seconds is what the count is really off
    by (lost samples, a device clock that drifts), and only that is mended, with silence or by cutting.
    """

    def __init__(self, zero: float) -> None:
        self._zero = zero
        self._next: int | None = None  # sample index of the next block
        self._cursor = 0
        self._pieces: deque[tuple[int, np.ndarray]] = deque()
        self._late: deque[tuple[float, float]] = deque()

    @property
    def until(self) -> int:
        """Index up to which sound has come."""
        return self._next or 0

    @property
    def cursor(self) -> int:
        return self._cursor

    def put(self, block: Block) -> None:
        measured = (block.at - self._zero) * RATE
        if self._next is None:
            self._next = round(measured)
        self._late.append((block.at, measured - self._next))
        while self._late[-1][0] - self._late[0][0] > WINDOW_S:
            self._late.popleft()
        off = min(late for _, late in self._late)
        if abs(off) > SLIP_S * RATE and self._late[-1][0] - self._late[0][0] > WINDOW_S / 2:
            self._next += round(off)
            self._late.clear()
        self._pieces.append((self._next, block.samples))
        self._next += len(block.samples)

    def read(self, until: int) -> "np.ndarray":
        """The samples from the cursor up to ``until``, silence where none came; the cursor moves there."""
        import numpy as np

        begin, self._cursor = self._cursor, max(self._cursor, until)
        out = np.zeros(self._cursor - begin, dtype=np.int16)
        while self._pieces and self._pieces[0][0] < self._cursor:
            index, samples = self._pieces.popleft()
            first, last = max(index, begin), min(index + len(samples), self._cursor)
            if last > first:
                out[first - begin : last - begin] = samples[first - index : last - index]
            if index + len(samples) > self._cursor:
                self._pieces.appendleft((self._cursor, samples[self._cursor - index :]))
                break
        return out
