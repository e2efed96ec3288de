"""Photographs of a screen in place of the paper: which are told, and which papers are falsely. Run: python -m benchmarks.screens

    --per-kind N   papers of a kind (default 2)
    --outside DIR  published papers besides (../shared/data/documents): each told as a screen is a false alarm
    --seeds WHICH  reporting (default) or tuning; only tuning prints the single values

Papers: as ``benchmarks.documents`` photographs them, as files draw them, and before the very camera that is simulated before
the screens. Screens: an LCD's stripes and a phone's pentile grid at half to three camera pixels a screen pixel.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from app.capture import document, picture, pixel_grid
from app.capture.kinds import kinds
from app.domain.condition import Condition
from benchmarks.papers.report import table
from benchmarks.synth import screen
from benchmarks.synth.papers import DRAW, LEVELS, shot
from benchmarks.synth.specimen import SEEDS, Specimen

BANDS = ((0.5, 0.6), (0.6, 0.8), (0.8, 1.2), (1.2, 1.8), (1.8, 3.0))
PICTURES = (".jpg", ".jpeg", ".png")


class Looks:
    """What was seen of pictures of one sort."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.seconds: list[float] = []

    def look(self, image: np.ndarray) -> float:
        page = None if document.is_flat(image) else document.find_page(image, None)
        began = time.process_time()
        self.values.append(pixel_grid.strength(image, page))
        self.seconds.append(time.process_time() - began)
        return self.values[-1]

    def row(self, name: str) -> tuple[object, ...]:
        told = sum(value >= pixel_grid.GRID for value in self.values)
        least, middle, most = np.percentile(self.values, (0, 50, 100))
        return (name, len(self.values), told, f"{least:.1f}", f"{middle:.1f}", f"{most:.1f}",
                f"{1000 * np.median(self.seconds):.0f}", f"{1000 * max(self.seconds):.0f}")


def papers(specimens: list[Specimen], outside: Path | None) -> Iterator[tuple[str, Iterable[tuple[str, bytes]]]]:
    """Names of sorts of papers, with their pictures, to be looked at one sort after the other."""
    for level in LEVELS:
        yield f"papers, {level}", ((one.kind, shot(one, level)[0]) for one in specimens)
    yield "papers as files draw them", ((one.kind, picture.encode_jpeg(one.picture)) for one in specimens)
    yield "papers, simulated camera", ((one.kind, screen.photograph(one, screen.view(one.seed, screen.PAPER, 1)))
                                       for one in specimens)
    if outside:
        files = sorted(file for file in outside.rglob("*") if file.suffix.lower() in PICTURES)
        yield "published papers", ((file.name, file.read_bytes()) for file in files)


def screens(specimens: list[Specimen]) -> Iterator[tuple[str, Iterable[tuple[str, bytes]]]]:
    """The same of screens, by how many camera pixels see one of theirs."""
    for low, high in BANDS:
        for panel in screen.PANELS:
            ratios = np.random.default_rng(round(100 * low)).uniform(low, high, len(specimens))
            yield f"{panel}, {low}–{high}", ((one.kind, screen.photograph(one, screen.view(one.seed, panel, ratio)))
                                             for one, ratio in zip(specimens, ratios, strict=True))


def main() -> None:
    arguments = _arguments()
    cv2.setNumThreads(1)
    sheets = [kind for kind in DRAW if not kinds()[kind].photo]
    specimens = [DRAW[kind](seed) for seed in SEEDS[arguments.seeds][:arguments.per_kind] for kind in sheets]
    rows = []
    for name, pictures in chain(papers(specimens, arguments.outside), screens(specimens)):
        looks = Looks()
        for one, data in pictures:
            try:
                value = looks.look(picture.decode(data))
            except Condition:  # the folder holds other things too
                continue
            if arguments.seeds == "tuning":
                print(f"  {name} {one} {value:.2f}", flush=True)
        rows.append(looks.row(name))
        print("  ".join(map(str, rows[-1])), flush=True)
    print(f"\n{table(('pictures', 'of them', 'told as a screen', 'least', 'median', 'most', 'ms p50', 'ms most'), rows)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-kind", type=int, default=2)
    parser.add_argument("--outside", type=Path)
    parser.add_argument("--seeds", choices=list(SEEDS), default="reporting")
    return parser.parse_args()


if __name__ == "__main__":
    main()
