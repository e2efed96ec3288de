"""Live faces against portraits: the mean of up to three photographs of a person against a portrait from another one.

Every photograph takes its turn as the portrait, as it is and as it would come from a card; the live side is every triple
of the remaining ones (all people, all triples). Beside it runs plain ``face_recognition.compare_faces``: one photograph
against one portrait, as that package is commonly used.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from types import ModuleType

from app.capture.face import Embedding, FaceEngine
from app.capture.picture import decode, encode_jpeg
from app.capture.session import portrait_embedding
from app.domain.condition import Condition
from benchmarks.faces.cards import card_portrait, portrait_of
from benchmarks.faces.data import People
from benchmarks.faces.rates import Comparison
from benchmarks.synth.people import read

LIVE = 3
PLAIN_TOLERANCE = 0.6
KINDS = ("original", "card-like")


@dataclass(frozen=True)
class Picture:
    """One photograph, and the portraits made of it by kind (JPEG)."""

    person: str
    path: Path
    photo: bytes
    portraits: dict[str, bytes]


def pictures(people: People) -> list[Picture]:
    """Every photograph with its portraits; a photograph without a face is its own portrait and will be refused."""
    made = []
    for person, paths in people.items():
        for path in paths:
            photo = read(path)
            portrait = portrait_of(photo)
            jpeg = encode_jpeg(photo, 95)
            card = jpeg if portrait is None else card_portrait(portrait, len(made))
            made.append(Picture(person, path, jpeg, {"original": jpeg, "card-like": card}))
    return made


def photographs(paths: list[Path]) -> list[Picture]:
    """Photographs that stand for themselves only."""
    jpegs = [encode_jpeg(read(path), 95) for path in paths]
    return [Picture(path.name, path, jpeg, dict.fromkeys(KINDS, jpeg)) for path, jpeg in zip(paths, jpegs, strict=True)]


class Embedded:
    """The pictures as one engine sees them, by the product's one recipe; None where it refuses a picture."""

    def __init__(self, engine: FaceEngine, made: list[Picture]) -> None:
        self._engine, self._made = engine, made
        self.live = [self._embed(one.photo) for one in made]
        self._portraits: dict[str, list[Embedding | None]] = {"original": self.live}

    def _embed(self, jpeg: bytes) -> Embedding | None:
        try:
            return portrait_embedding(self._engine, decode(jpeg))
        except Condition:
            return None

    def comparisons(self, kind: str) -> list[Comparison]:
        """Mean of up to three live photographs against a portrait. A stranger may try with every triple of his own."""
        by_person: dict[str, list[int]] = {}
        for number, one in enumerate(self._made):
            by_person.setdefault(one.person, []).append(number)
        if kind not in self._portraits:
            self._portraits[kind] = [self._embed(one.portraits[kind]) for one in self._made]
        found = []
        for number, one in enumerate(self._made):
            portrait = self._portraits[kind][number]
            for person, numbers in by_person.items():
                live = [self.live[n] for n in numbers if n != number and self.live[n] is not None]
                size = min(LIVE, len(live))
                for triple in combinations(live, size) if size else [()]:
                    found.append(Comparison(person, one.person, self._distance(triple, portrait)))
        return found

    def pairs(self, wanted: list[tuple[Path, Path, bool]]) -> list[tuple[bool, float | None]]:
        """Distances of single pairs."""
        place = {one.path: number for number, one in enumerate(self._made)}
        return [(same, self._distance((self.live[place[a]],), self.live[place[b]])) for a, b, same in wanted]

    def _distance(self, live: tuple[Embedding | None, ...], portrait: Embedding | None) -> float | None:
        if portrait is None or not live or None in live:
            return None
        mean = tuple(sum(column) / len(live) for column in zip(*live, strict=True))
        return self._engine.distance(mean, portrait)


class Plain:
    """``face_recognition`` as its documentation shows it: default detector, one encoding a picture, tolerance 0.6."""

    def __init__(self, made: list[Picture]) -> None:
        self._package = face_recognition()
        self._made = made
        self._live = [self._encode(one.photo) for one in made]
        self._cards = [self._encode(one.portraits["card-like"]) for one in made]

    def _encode(self, jpeg: bytes):
        encodings = self._package.face_encodings(decode(jpeg)[:, :, ::-1].copy())
        return encodings[0] if encodings else None

    def comparisons(self, kind: str) -> list[Comparison]:
        portraits = self._live if kind == "original" else self._cards
        found = []
        for number, one in enumerate(self._made):
            for other, stranger in enumerate(self._made):
                if other != number:
                    known, live = portraits[number], self._live[other]
                    distance = None if known is None or live is None else float(
                        self._package.face_distance([known], live)[0])
                    found.append(Comparison(stranger.person, one.person, distance))
        return found


def face_recognition() -> ModuleType:
    """The package. Its models' package asks for ``pkg_resources``, which newer setuptools no longer have: stand in for it."""
    if "face_recognition" not in sys.modules and find_spec("pkg_resources") is None:
        stand_in = ModuleType("pkg_resources")
        stand_in.resource_filename = lambda package, name: str(Path(find_spec(package).origin).parent / name)
        sys.modules["pkg_resources"] = stand_in
    import face_recognition as package

    return package
