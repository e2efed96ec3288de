"""Photographs used again in another case: what is found and what is falsely found. Run: python -m benchmarks.same_picture

    --outside DIR  more photographs (JPEG, PNG), e.g. ../shared/data/faces; each is then compared with every other
    --most N       how many of them at most (default 120)
    --show         name the pairs that were found though they are two files

Recall is measured on scikit-image's photographs: each one changed as somebody would who uses it again, and other people put
before its background. ``marks`` is the first look (which of all kept marks may be it), ``found`` the answer after the
photographs themselves were laid over each other.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import skimage

from app.capture import scene
from app.capture.picture import encode_jpeg
from app.demo.photo import GOOD, HARD, photograph

PHOTOGRAPHS = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png", "ihc.png", "retina.jpg",
               "camera.png", "coins.png", "brick.png", "gravel.png", "grass.png", "hubble_deep_field.jpg")
FOLDER = Path(skimage.__file__).parent / "data"
LONG = 1280
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def cropped(share: float) -> Change:
    """``share`` of either side is left."""
    def change(image: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        height, width = (round(side * share) for side in image.shape[:2])
        top, left = (int(draw.integers(0, whole - part + 1)) for whole, part in zip(image.shape[:2], (height, width),
                                                                                    strict=True))
        return image[top:top + height, left:left + width]
    return change


def gamma(power: float) -> Change:
    return lambda image, _draw: np.uint8(255 * (image / 255) ** power)


def recoloured(image: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return np.uint8(np.clip(image * draw.uniform(0.6, 1.3, 3) + draw.uniform(-20, 20, 3), 0, 255))


def compressed(image: np.ndarray, _draw: np.random.Generator) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 40])[1], cv2.IMREAD_COLOR)


def printed(difficulty) -> Change:
    return lambda image, draw: photograph(image, int(draw.integers(1 << 30)), difficulty=difficulty)


def from_a_screen(image: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A screen's lines, its glow and the beat of two grids, photographed askew."""
    rows, columns = np.mgrid[:image.shape[0], :image.shape[1]]
    beat = 1 + 0.05 * np.sin(rows / 2.3) + 0.05 * np.sin(columns / 2.1 + rows / 31)
    return photograph(np.uint8(np.clip(image * beat[..., None] + 14, 0, 255)), int(draw.integers(1 << 30)))


def before_it(image: np.ndarray, other: np.ndarray, draw: np.random.Generator, share: float) -> np.ndarray:
    """Another thing stands before the picture's background and covers ``share`` of it; seen from a step aside."""
    height, width = image.shape[:2]
    other = cv2.resize(other, (width, height))
    place = np.zeros((height, width), np.uint8)
    half = np.sqrt(share / np.pi) * np.array([width, height])
    middle = (int(width * draw.uniform(0.4, 0.6)), int(height * draw.uniform(0.5, 0.7)))
    cv2.ellipse(place, middle, (int(half[0]), int(half[1])), 0, 0, 360, 255, -1)
    mixed = np.where(place[..., None] > 0, other, image)
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    seen = np.float32(corners + draw.uniform(-0.05, 0.05, (4, 2)) * (width, height))
    return cv2.warpPerspective(recoloured(mixed, draw), cv2.getPerspectiveTransform(corners, seen), (width, height))


CHANGES: dict[str, Change] = {
    "crop 90 %": cropped(0.9), "crop 80 %": cropped(0.8), "crop 70 %": cropped(0.7), "crop 60 %": cropped(0.6),
    "mirrored": lambda image, _draw: image[:, ::-1].copy(), "darker": gamma(1.7), "brighter": gamma(0.6),
    "recoloured": recoloured, "JPEG 40": compressed, "print, good": printed(GOOD), "print, hard": printed(HARD),
    "screen": from_a_screen,
    "mirror+crop 70 %+JPEG 40": lambda image, draw: compressed(cropped(0.7)(image[:, ::-1].copy(), draw), draw)}


def loaded(path: Path) -> np.ndarray | None:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None or min(image.shape[:2]) < 200:
        return None
    scale = min(1.0, LONG / max(image.shape[:2]))
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image


def recall(photographs: list[np.ndarray], kept: tuple[bytes, ...]) -> None:
    print(f"{'change':26} {'marks':>7} {'photograph':>11} {'background':>11}   of {len(photographs)}")
    draw = np.random.default_rng(7)
    originals = [encode_jpeg(image) for image in photographs]
    for name, change in CHANGES.items():
        _row(name, [encode_jpeg(change(image, draw)) for image in photographs], originals, kept)
    for share in (0.25, 0.4, 0.55):
        others = photographs[1:] + photographs[:1]
        shots = [encode_jpeg(before_it(*pair, draw, share)) for pair in zip(photographs, others, strict=True)]
        _row(f"another {share:.0%} before it", shots, originals, kept)


def _row(name: str, shots: list[bytes], originals: list[bytes], kept: tuple[bytes, ...]) -> None:
    near = sum(at in scene.look(shot, kept).near for at, shot in enumerate(shots))
    likes = [scene.likeness(shot, original) for shot, original in zip(shots, originals, strict=True)]
    print(f"{name:26} {near:7} {likes.count('photograph'):11} {likes.count('background'):11}", flush=True)


def false_alarms(photographs: list[tuple[str, np.ndarray]], show: bool) -> None:
    """Every photograph against every other, as the desk does: the marks first, then what they bring up."""
    data = [encode_jpeg(image) for _, image in photographs]
    kept = tuple(scene.look(one, ()).marks for one in data)
    asked, found = 0, []
    for at, one in enumerate(data):
        others = kept[:at]
        for other in scene.look(one, others).near:
            asked += 1
            if like := scene.likeness(one, data[other]):
                found.append((like, photographs[at][0], photographs[other][0]))
    pairs = len(data) * (len(data) - 1) // 2
    print(f"\n{len(data)} different photographs, {pairs} pairs: {asked} brought up by their marks, {len(found)} called the same")
    if show:
        print("\n".join(f"  {like:11} {one} = {other}" for like, one, other in found))


def speed(photographs: list[np.ndarray], kept: tuple[bytes, ...]) -> None:
    shot = encode_jpeg(photographs[0])
    print(f"\nmarks of a photograph: {sum(map(len, kept)) / len(kept):.0f} bytes")
    for many in (100, 1000, 3000):
        stored = (kept * (many // len(kept) + 1))[:many]
        began = time.process_time()
        scene.look(shot, stored)
        print(f"against {many:5} kept: {time.process_time() - began:.2f} s of one core")
    began = time.process_time()
    for one, other in combinations([encode_jpeg(image) for image in photographs[:4]], 2):
        scene.likeness(one, other)
    print(f"laid over each other: {(time.process_time() - began) / 6:.2f} s of one core a pair")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--outside", type=Path, nargs="*", default=[])
    options.add_argument("--most", type=int, default=120)
    options.add_argument("--show", action="store_true")
    chosen = options.parse_args()
    cv2.setNumThreads(1)
    named = [(name, loaded(FOLDER / name)) for name in PHOTOGRAPHS]
    photographs = [image for _, image in named]
    kept = tuple(scene.look(encode_jpeg(image), ()).marks for image in photographs)
    recall(photographs, kept)
    paths = [path for folder in chosen.outside for path in sorted(folder.rglob("*")) if path.suffix in (".jpg", ".png")]
    outside = [(path.name, image) for path in paths if (image := loaded(path)) is not None][:chosen.most]
    false_alarms(named + outside, chosen.show)
    speed(photographs, kept)


if __name__ == "__main__":
    main()
