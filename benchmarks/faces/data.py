"""Whose photographs are compared: the test data beside the checkout, by person."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PHOTOS_MAX = 4  # of one person
DEEPFACE = Path("faces/serengil+deepface/tests/unit/dataset")
JOHNS = Path("faces/davisking+dlib/examples/johns")
KNN = Path("faces/ageitgey+face_recognition/examples/knn_examples/train")
People = dict[str, tuple[Path, ...]]


def shared_data() -> Path:
    """The folder of test faces beside the checkout; ends the program with a plain word where it is missing."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "manifest.csv").is_file():
        raise SystemExit(f"the face benchmark needs the shared test data in {folder}, which is missing")
    return folder


def chinese(data: Path) -> People:
    """11 Chinese public figures, four press photographs each: hats, hands, profiles."""
    return {folder.name: tuple(sorted(folder.glob("*.jpg"))) for folder in sorted((data / "faces/chinese").iterdir())}


def western(data: Path) -> People:
    """Western public figures with at least two photographs, from three collections; no more than four of each."""
    people: dict[str, list[Path]] = defaultdict(list)
    for folder in sorted((data / JOHNS).iterdir()):
        people[folder.name] += sorted(folder.glob("*.jpg"))
    for folder in sorted((data / KNN).iterdir()):
        people[folder.name] += sorted(folder.glob("*.jp*g"))
    for number, names in enumerate(_same(_pairs(data / DEEPFACE / "master.csv"))):
        people[f"deepface-{number}"] += [path for name in names if (path := data / DEEPFACE / name).is_file()]
    return {name: tuple(paths[:PHOTOS_MAX]) for name, paths in people.items() if len(paths) > 1}


def published(data: Path) -> tuple[tuple[str, ...], list[tuple[Path, Path, bool, dict[str, float]]]]:
    """deepface's own distances for labelled pairs, as its project publishes them: names of its models, and the pairs."""
    with (data / DEEPFACE / "face-recognition-pivot.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    models = tuple(name for name in rows[0] if name.endswith("_cosine"))
    folder = data / DEEPFACE
    pairs = [(folder / Path(row["file_x"]).name, folder / Path(row["file_y"]).name, row["decision"] == "Yes",
              {name: float(row[name]) for name in models}) for row in rows]
    return models, [pair for pair in pairs if pair[0].is_file() and pair[1].is_file()]


def _pairs(path: Path) -> list[tuple[str, str]]:
    """The pairs of one person."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["file_x"].strip(), row["file_y"].strip()) for row in csv.DictReader(file)
                if row["Decision"].strip() == "Yes"]


def _same(pairs: list[tuple[str, str]]) -> list[list[str]]:
    """Pictures of one person each, from the pairs: what hangs together is one person."""
    groups: list[set[str]] = []
    for one, other in pairs:
        touched = [group for group in groups if one in group or other in group]
        groups = [group for group in groups if group not in touched] + [{one, other}.union(*touched)]
    return sorted(sorted(group) for group in groups)
