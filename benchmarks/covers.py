"""What the checks for masks, sunglasses and backlight see: drawn onto photos of bare faces, and the bare faces themselves.

``python -m benchmarks.covers FACES PACK`` prints a table for docs/liveness.md, for the model pack in the folder PACK and
the built-in one. ``FACES`` is searched for pictures; each is scaled to an eye distance of 90 px, and those with one
frontal, lit, sharp face count, whatever is said of covers.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from app.capture.engines import load_engine
from app.capture.face import FaceEngine
from app.capture.measures import measure
from app.capture.quality_face import fault

SIDE_MAX, EYES_MIN_PX, EYES_PX = 1600, 75.0, 90.0
COVERS = frozenset(("mask", "sunglasses", "backlit"))
MASKS = {"blue": (205, 190, 120), "white": (235, 238, 236), "black": (30, 28, 30), "grey": (120, 120, 125),
         "pink": (190, 170, 235), "skin colour": None}
LENSES = {"black, opaque": (0.0, 1.0), "dark, 80 % tint": (0.2, 1.0), "brown, 60 % tint": (0.4, 1.0),
          "clear, dark frame": (1.0, 0.0)}
BACKLIGHTS = {"face ×0.28": 0.28, "face ×0.5": 0.5}
Change = Callable[[np.ndarray, np.ndarray], np.ndarray]


def changes() -> Iterator[tuple[str, str, Change]]:
    """(what is drawn, the code that should be told, how)."""
    yield "bare face", "", lambda image, points: image
    for name, colour in MASKS.items():
        yield f"mask, {name}", "mask", lambda image, points, colour=colour: mask(image, points, colour)
    for name, (passes, _) in LENSES.items():
        wanted = "" if passes == 1.0 else "sunglasses"
        yield f"glasses, {name}", wanted, lambda image, points, passes=passes: glasses(image, points, passes)
    for name, share in BACKLIGHTS.items():
        yield f"backlight, {name}", "backlit", lambda image, points, share=share: backlit(image, points, share)


def mask(image: np.ndarray, points: np.ndarray, colour: tuple[int, int, int] | None) -> np.ndarray:
    """The lower half of the face in one colour; None takes the cheek's own, as a hand or a beige mask would be."""
    outline = np.concatenate([points[1:16], points[[29]]]).astype(np.int32)
    if colour is None:
        x, y = points[[2, 31]].mean(axis=0).astype(int)
        colour = tuple(int(v) for v in np.median(image[y - 4:y + 5, x - 4:x + 5].reshape(-1, 3), axis=0))
    return cv2.fillPoly(image.copy(), [outline], colour)


def glasses(image: np.ndarray, points: np.ndarray, passes: float) -> np.ndarray:
    """Two lenses that let ``passes`` of the light through, with a dark rim."""
    worn = image.copy()
    for eye in (points[36:42], points[42:48]):
        wide = float(np.ptp(eye[:, 0]))
        middle, axes = tuple(int(v) for v in eye.mean(axis=0)), (round(wide * 0.95), round(wide * 0.75))
        lens = cv2.ellipse(np.zeros(image.shape[:2], np.uint8), middle, axes, 0, 0, 360, 1, -1)[:, :, None]
        worn = np.where(lens == 1, worn * passes + 22 * (1 - passes), worn).astype(np.uint8)
        cv2.ellipse(worn, middle, axes, 0, 0, 360, (30, 28, 26), max(1, round(wide / 14)))
    return worn


def backlit(image: np.ndarray, points: np.ndarray, share: float) -> np.ndarray:
    """The head keeps ``share`` of its light, the room behind it is a window."""
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    wide, high = right - left, bottom - top
    middle = (int((left + right) / 2), int((top + bottom) / 2 - high * 0.15))
    head = cv2.ellipse(np.zeros(image.shape[:2], np.uint8), middle, (round(wide * 0.7), round(high * 0.95)), 0, 0, 360, 1, -1)
    return np.where(head[:, :, None] == 1, image * share, 235).astype(np.uint8)


def pictures(folder: Path, engine: FaceEngine) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pictures with one usable face, and its 68 points."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png")):
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            continue
        scale = min(1.0, SIDE_MAX / max(image.shape[:2]))
        for _ in range(2):  # as it comes, then with the eyes at their distance
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
            seen, found = measure(engine, image)
            if found is None or seen.faces != 1:
                break
            scale = EYES_PX / seen.pose.eye_px
        else:
            if seen.pose.eye_px >= EYES_MIN_PX and fault(seen) in (None, *COVERS):
                yield image, found.points


def told(engine: FaceEngine, image: np.ndarray) -> str:
    """What the person would be told; '' for nothing."""
    return fault(measure(engine, image)[0]) or ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.covers", description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("pack", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    engines = {"model pack": load_engine(options.pack), "built-in": load_engine()}
    counts: dict[tuple[str, str], Counter[str]] = {}
    total = 0
    for image, points in pictures(options.faces, engines["model pack"]):
        total += 1
        for name, _, change in changes():
            changed = change(image, points)
            for pack, engine in engines.items():
                counts.setdefault((name, pack), Counter())[told(engine, changed)] += 1
    print(f"{total} photos\n\n| drawn on | pack | told as it is | no face found | told as something else | not told |\n"
          "|---|---|---|---|---|---|")
    for name, wanted, _ in changes():
        for pack in engines:
            count = counts[name, pack]
            shares = [count[wanted] if wanted else 0, count["no_face"],
                      sum(n for code, n in count.items() if code not in ("", "no_face", wanted)), count[""]]
            cells = " | ".join(f"{100 * n / total:.0f} %" for n in shares)
            others = ", ".join(f"{code} {n}" for code, n in count.most_common() if code not in ("", "no_face", wanted))
            print(f"| {name} | {pack} | {cells} | {others}")


if __name__ == "__main__":
    main()
