"""Error rates and how far they can be trusted: shares with exact intervals, ROC, EER, bootstrap over people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

BOOTSTRAP = 400


@dataclass(frozen=True)
class Share:
    """``hits`` of ``of``, with its 95 % interval by Clopper and Pearson (1934)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        return clopper_pearson(self.hits, self.of)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{_percent(self.value)} % ({self.hits}/{self.of}; {_percent(low)}–{_percent(high)})"


@dataclass(frozen=True)
class Comparison:
    """One comparison: the people on both sides, and the distance; None where a picture showed no face."""

    live: str
    portrait: str
    distance: float | None

    @property
    def genuine(self) -> bool:
        return self.live == self.portrait


@dataclass(frozen=True)
class Rates:
    """Of one set of comparisons. Intervals are 95 % by bootstrap over people, as comparisons of one person depend.

    Genuine comparisons without a face count as refused; ``no_face`` says how many they are.
    """

    genuine: int
    impostor: int
    people: int
    no_face: int
    eer: tuple[float, float, float]
    tpr_at: dict[float, tuple[float, float, float]]
    threshold_at: dict[float, float]
    roc: tuple[tuple[float, float], ...]


def clopper_pearson(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share, by bisection on the binomial distribution."""
    if not of:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _bisect(lambda p: 1 - _at_most(hits - 1, of, p) < tail)
    high = 1.0 if hits == of else _bisect(lambda p: _at_most(hits, of, p) > tail)
    return low, high


def within(comparisons: Sequence[Comparison], limit: float) -> tuple[Share, Share]:
    """Shares of genuine and of impostor comparisons at or below a limit; no face is refused, and no stranger's try."""
    genuine = [c for c in comparisons if c.genuine]
    strangers = [c for c in comparisons if not c.genuine and c.distance is not None]
    return (Share(sum(c.distance is not None and c.distance <= limit for c in genuine), len(genuine)),
            Share(sum(c.distance <= limit for c in strangers), len(strangers)))


def rates(comparisons: Sequence[Comparison], fmr: Sequence[float] = (1e-2, 1e-3), seed: int = 1) -> Rates:
    """ROC, EER and TPR at false-match rates. A rate that the impostors are too few to show is that of no false match."""
    import numpy as np

    people = sorted({c.live for c in comparisons} | {c.portrait for c in comparisons})
    index = {name: number for number, name in enumerate(people)}
    used = [c for c in comparisons if c.genuine or c.distance is not None]
    distance = np.array([inf if c.distance is None else c.distance for c in used])
    genuine = np.array([c.genuine for c in used])
    sides = np.array([(index[c.live], index[c.portrait]) for c in used])
    table = _Table(distance, genuine)
    ones = np.ones(len(used))
    drawn: list[list[float]] = []
    random = np.random.default_rng(seed)
    for _ in range(BOOTSTRAP):
        weight = np.bincount(random.integers(0, len(people), len(people)), minlength=len(people)).astype(float)
        pairs = np.where(genuine, weight[sides[:, 0]], weight[sides[:, 0]] * weight[sides[:, 1]])
        if pairs[genuine].sum() and pairs[~genuine].sum():
            drawn.append([table.eer(pairs), *(table.tpr_at(rate, pairs) for rate in fmr)])
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    best = [table.eer(ones), *(table.tpr_at(rate, ones) for rate in fmr)]
    spans = [(value, float(a), float(b)) for value, a, b in zip(best, low, high, strict=True)]
    return Rates(genuine=int(genuine.sum()), impostor=int((~genuine).sum()), people=len(people),
                 no_face=sum(c.distance is None for c in used), eer=spans[0],
                 tpr_at=dict(zip(fmr, spans[1:], strict=True)),
                 threshold_at={rate: table.threshold_at(rate, ones) for rate in fmr}, roc=table.roc(ones))


class _Table:
    """Comparisons sorted by distance, so that weighted rates at every threshold are two running sums."""

    def __init__(self, distance: np.ndarray, genuine: np.ndarray) -> None:
        import numpy as np

        self._order = np.argsort(distance, kind="stable")
        self._distance = distance[self._order]
        self._genuine = genuine[self._order]
        self._last = np.append(self._distance[1:] != self._distance[:-1], True)  # ties fall together

    def _rates(self, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        import numpy as np

        weight = weight[self._order]
        true, false = np.where(self._genuine, weight, 0.0), np.where(self._genuine, 0.0, weight)
        keep = self._last & np.isfinite(self._distance)
        return self._distance[keep], (true.cumsum() / true.sum())[keep], (false.cumsum() / false.sum())[keep]

    def tpr_at(self, fmr: float, weight: np.ndarray) -> float:
        _, true, false = self._rates(weight)
        allowed = true[false <= fmr]
        return float(allowed[-1]) if len(allowed) else 0.0

    def threshold_at(self, fmr: float, weight: np.ndarray) -> float:
        """The largest distance seen at which no more than ``fmr`` of strangers match."""
        distance, _, false = self._rates(weight)
        allowed = distance[false <= fmr]
        return float(allowed[-1]) if len(allowed) else 0.0

    def eer(self, weight: np.ndarray) -> float:
        import numpy as np

        _, true, false = self._rates(weight)
        crossing = int(np.argmin(np.abs(false - (1 - true))))
        return float((false[crossing] + 1 - true[crossing]) / 2)

    def roc(self, weight: np.ndarray) -> tuple[tuple[float, float], ...]:
        """(FMR, TPR) where either changes by enough to be seen."""
        _, true, false = self._rates(weight)
        kept = [(0.0, 0.0)]
        for point in zip(false.tolist(), true.tolist(), strict=True):
            if point[1] - kept[-1][1] > 1e-9 or point[0] - kept[-1][0] > 0.01:
                kept.append((round(point[0], 5), round(point[1], 5)))
        return (*kept, (1.0, kept[-1][1]))


def _percent(share: float) -> str:
    return f"{100 * share:.2f}" if 0 < share < 0.01 else f"{100 * share:.1f}"


def _at_most(hits: int, of: int, p: float) -> float:
    """P(X <= hits) for a binomial X."""
    if p <= 0.0 or p >= 1.0:
        return float(p <= 0.0 or hits >= of)
    ways = lgamma(of + 1)
    return sum(exp(ways - lgamma(k + 1) - lgamma(of - k + 1) + k * log(p) + (of - k) * log1p(-p))
               for k in range(hits + 1))


def _bisect(low_side) -> float:
    """Where ``low_side`` turns from true to false on 0–1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if low_side(middle) else (low, middle)
    return (low + high) / 2
