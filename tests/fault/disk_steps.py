"""What was done to a folder, in steps, and what of a step that nothing forced to the disk is there after a power cut."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

SECTOR, PAGE = 512, 4096


@dataclass(frozen=True)
class Bytes:
    """Written into a file at an offset; with ``data`` None the file got the size ``at``."""

    file: int
    at: int
    data: bytes | None


@dataclass(frozen=True)
class Names:
    """Entries of folders that changed together: (folder, name, file or None). Durable with ``file``, a folder."""

    file: int
    entries: tuple[tuple[int, str, int | None], ...]


Step = Bytes | Names
Choice = Callable[[Step], Iterable[Step]]
"""What of a step that nothing forced reached the disk."""


def nothing(_step: Step) -> Iterable[Step]:
    return ()


def everything(step: Step) -> Iterable[Step]:
    return (step,)


def names(step: Step) -> Iterable[Step]:
    """What is called how, before what is in it."""
    return (step,) if isinstance(step, Names) else ()


def contents(step: Step) -> Iterable[Step]:
    return (step,) if isinstance(step, Bytes) else ()


def some(chance: random.Random, unit: int) -> Choice:
    """Of each step by chance; of data each part between two multiples of ``unit`` in the file for itself."""
    share = chance.choice((0.1, 0.5, 0.9))

    def choice(step: Step) -> Iterator[Step]:
        parts = _parts(step, unit) if isinstance(step, Bytes) and step.data else (step,)
        return (part for part in parts if chance.random() < share)

    return choice


def _parts(step: Bytes, unit: int) -> Iterator[Bytes]:
    end = step.at + len(step.data)
    edges = [step.at, *range(step.at // unit * unit + unit, end, unit), end]
    for begin, stop in pairwise(edges):
        yield replace(step, at=begin, data=step.data[begin - step.at:stop - step.at])


def ways(chance: random.Random) -> tuple[Choice, ...]:
    """What may be left of what nothing forced, from nothing to everything, and torn."""
    return nothing, names, contents, everything, some(chance, 1 << 30), some(chance, PAGE), some(chance, SECTOR)
