"""An undisturbed way through the crash points, from which a row chooses where to strike."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Course:
    """The points passed, in order, and the seconds it took."""

    points: tuple[str, ...]
    seconds: float

    def chosen(self, like: Collection[str], chance: random.Random) -> tuple[str, int]:
        """One of the points like these, as (point, how many times it was passed by then): first which, then which time."""
        kinds = [point for point in dict.fromkeys(self.points) if any(fnmatch(point, each) for each in like)]
        point = chance.choice(kinds)
        return point, chance.randint(1, self.points.count(point))
