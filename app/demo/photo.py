"""Photographs a flat picture by simulation: laid askew on a table, lit from one side, slightly out of focus, noisy."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.demo import tabletop

OTHER_TABLES = (tabletop.dark, tabletop.cloth, tabletop.cloth, tabletop.printed_paper)


@dataclass(frozen=True)
class Difficulty:
    """How badly the photograph is taken.

    ``angle`` degrees, ``light`` share of brightness lost across the picture, ``blur`` sigma in pixels of a 1920 wide
    picture, ``noise`` grey levels, ``share`` of the picture's width that the page takes, ``pale_tables`` how often a
    wooden table is near white. How often: ``other_tables`` dark, of cloth or of printed paper, ``fingers`` hold the
    page, ``shadows`` fall across it.
    """

    angle: float
    perspective: float
    light: float
    blur: float
    noise: float
    share: float
    pale_tables: float = 0.0
    other_tables: float = 0.0
    fingers: float = 0.0
    shadows: float = 0.0


CLEAN = Difficulty(angle=2, perspective=0.01, light=0.05, blur=0.5, noise=1.0, share=0.72)
GOOD = Difficulty(angle=8, perspective=0.05, light=0.20, blur=0.9, noise=3.0, share=0.66)
HARD = Difficulty(angle=20, perspective=0.14, light=0.50, blur=1.9, noise=9.0, share=0.50, pale_tables=0.3)


def photograph(flat: np.ndarray, seed: int = 1, size: tuple[int, int] = (1920, 1080),
               difficulty: Difficulty = GOOD) -> np.ndarray:
    """A photograph (BGR, ``size`` = width, height) of a flat BGR picture on a table; the same seed, the same photo."""
    random = np.random.default_rng(seed)
    corners = _corners(random, flat, size, difficulty)
    scene = _lay(flat, _table(random, size, difficulty), corners)
    if difficulty.fingers and random.random() < difficulty.fingers:
        scene = tabletop.fingers(random, scene, corners)
    if difficulty.shadows and random.random() < difficulty.shadows:
        scene = scene * tabletop.shadow(random, size)[:, :, None]
    return _develop(random, scene, difficulty)


def still_video(path: Path, image: np.ndarray, seconds: float = 3.0, fps: float = 15.0, seed: int = 1) -> Path:
    """A short video (Motion JPEG in AVI) of a picture held before the camera with a slight tremor of the hand."""
    random = np.random.default_rng(seed)
    height, width = image.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), fps, (width, height))
    if not writer.isOpened():
        raise OSError(f"cannot write a video to {path.name}")
    try:
        drift = np.zeros(2)
        for _ in range(max(1, round(seconds * fps))):
            drift = 0.8 * drift + random.normal(0, 0.5, 2)
            matrix = np.float32([[1, 0, drift[0]], [0, 1, drift[1]]])
            frame = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
            writer.write(frame)
    finally:
        writer.release()
    return path


def corners_of(flat: np.ndarray, seed: int, size: tuple[int, int], difficulty: Difficulty) -> np.ndarray:
    """Where the same seed puts the flat picture's corners (4 x 2, clockwise from its top left), to measure against."""
    return _corners(np.random.default_rng(seed), flat, size, difficulty)


def _table(random: np.random.Generator, size: tuple[int, int], difficulty: Difficulty) -> np.ndarray:
    if difficulty.other_tables and random.random() < difficulty.other_tables:
        return OTHER_TABLES[random.integers(len(OTHER_TABLES))](random, size)
    return tabletop.wood(random, size, difficulty.pale_tables)


def _corners(random: np.random.Generator, flat: np.ndarray, size: tuple[int, int],
             difficulty: Difficulty) -> np.ndarray:
    height, width = flat.shape[:2]
    scale = min(size[0] * difficulty.share / width, size[1] * min(0.94, difficulty.share + 0.18) / height)
    half = np.array([width, height]) * scale / 2
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    angle = np.radians(random.uniform(-difficulty.angle, difficulty.angle))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = square @ turn.T + random.uniform(-1, 1, (4, 2)) * half * difficulty.perspective
    corners *= min(1.0, *(0.97 * np.array(size) / 2 / np.abs(corners).max(axis=0)))
    room = np.maximum(0, np.array(size) / 2 * 0.98 - np.abs(corners).max(axis=0))
    return corners + np.array(size) / 2 + random.uniform(-0.8, 0.8, 2) * room


def _lay(flat: np.ndarray, table: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The picture on the table, with smooth edges and a soft shadow below."""
    height, width = flat.shape[:2]
    scale = min(1.0, 1.3 * float(np.hypot(*(corners[1] - corners[0]))) / width)
    flat = cv2.resize(flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = flat.shape[:2]
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [width, 0], [width, height], [0, height]]),
                                         np.float32(corners))
    size = (table.shape[1], table.shape[0])
    laid = cv2.warpPerspective(flat, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(_rounded(width, height), matrix, size)[:, :, None].astype(np.float32) / 255
    shadow = cv2.GaussianBlur(np.roll(cover[:, :, 0], (6, 4), (0, 1)), (0, 0), 7)[:, :, None]
    return laid * cover + table * (1 - 0.45 * shadow) * (1 - cover)


def _rounded(width: int, height: int) -> np.ndarray:
    """Outline of what lies there: round corners for cards of ISO ID-1 proportion, sharp ones for sheets."""
    radius = round(0.037 * width) if abs(width / height - 1.586) < 0.03 else 1
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(mask, (0, radius), (width, height - radius), 255, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def _develop(random: np.random.Generator, scene: np.ndarray, difficulty: Difficulty) -> np.ndarray:
    """Light falling off to one side, lens blur, sensor noise."""
    height, width = scene.shape[:2]
    direction = random.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    light = 1 - difficulty.light * (1 + x * np.cos(direction) + y * np.sin(direction)) / 2
    lit = cv2.GaussianBlur((scene * light[:, :, None]).astype(np.float32), (0, 0), difficulty.blur * width / 1920)
    grain = random.standard_normal((height, width, 1), np.float32)
    colour = random.standard_normal(scene.shape, np.float32)
    return (lit + difficulty.noise * (grain + colour / 2)).clip(0, 255).astype(np.uint8)
