"""Photographs of a screen that shows a paper: its grid of coloured sub-pixels seen by a camera with a grid of its own.

Every camera pixel integrates the light of nine points of the screen, in linear light; then lens, shot noise, a Bayer mosaic and
its demosaicing, gamma and JPEG. ``paper`` in place of a panel is the same camera before the printed sheet: what is found
there is a false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.capture.picture import encode_jpeg

if TYPE_CHECKING:
    from benchmarks.synth.specimen import Specimen

PANELS = ("stripe", "pentile")
PAPER = "paper"
GAMMA = 2.2
ROWS = 120  # of the camera's picture, worked on at a time
POINTS = (-1 / 3, 0.0, 1 / 3)
DESK = 58  # grey of what a viewer shows around a page


@dataclass(frozen=True)
class View:
    """``panel`` is how the screen's sub-pixels lie, ``ratio`` camera pixels per screen pixel, ``blur`` the lens's sigma in
    camera pixels, ``angle`` degrees, ``tilt`` how much nearer one side is, ``noise`` of a white pixel as a share, ``quality``
    of the JPEG."""

    panel: str
    ratio: float
    blur: float
    angle: float
    tilt: tuple[float, float]
    noise: float
    quality: int


def view(seed: int, panel: str, ratio: float) -> View:
    """The same seed, the same hand and camera."""
    dice = np.random.default_rng([seed, 77])
    return View(panel, ratio, dice.uniform(0.5, 1.2), dice.uniform(-6, 6), tuple(dice.uniform(-0.06, 0.06, 2)),
                dice.uniform(0.006, 0.02), int(dice.integers(80, 96)))


def photograph(specimen: Specimen, seen: View) -> bytes:
    """JPEG of the paper on a screen (or, of ``paper``, itself) that fills the picture."""
    width, height = specimen.frame
    dice = np.random.default_rng([specimen.seed, 78])
    ratio = seen.ratio if seen.panel != PAPER else 0.5  # print is finer than the camera
    shown = _shown(specimen.picture, np.array((width, height)) / ratio)
    matrix = _matrix(seen, ratio, (width, height), shown.shape[1::-1])
    strips = [_light(shown, matrix, seen.panel, width, top, min(ROWS, height - top)) for top in range(0, height, ROWS)]
    light = cv2.GaussianBlur(np.concatenate(strips), (0, 0), seen.blur) * dice.uniform(0.7, 0.95)
    light += dice.standard_normal(light.shape, np.float32) * seen.noise * np.sqrt(np.maximum(light, 0.01))
    return encode_jpeg(_demosaiced(light), seen.quality)


def _shown(flat: np.ndarray, room: np.ndarray) -> np.ndarray:
    """The screen's picture, linear light 0-1: the page as large as a viewer makes it in ``room``, the width and height in screen
    pixels that the camera sees, and more around it."""
    scale = min(0.86 * room[0] / flat.shape[1], 0.92 * room[1] / flat.shape[0])
    page = cv2.resize(flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    width, height = (1.3 * room).round().astype(int)
    screen = np.full((height, width, 3), DESK, np.uint8)
    top, left = (height - page.shape[0]) // 2, (width - page.shape[1]) // 2
    screen[top:top + page.shape[0], left:left + page.shape[1]] = page
    return (screen.astype(np.float32) / 255) ** GAMMA


def _matrix(seen: View, ratio: float, size: tuple[int, int], screen: tuple[int, int]) -> np.ndarray:
    """From camera pixels to screen pixels."""
    turn, middle = np.radians(seen.angle), np.array(size) / 2
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / ratio
    whole = np.eye(3)
    whole[:2, :2], whole[:2, 2] = rotation, np.array(screen) / 2 - rotation @ middle
    lean = np.eye(3)
    lean[2, :2] = np.array(seen.tilt) / np.array(size)
    lean[2, 2] = 1 - lean[2, :2] @ middle
    return whole @ lean


def _light(shown: np.ndarray, matrix: np.ndarray, panel: str, width: int, top: int, rows: int) -> np.ndarray:
    """What falls on ``rows`` of camera pixels."""
    total = np.zeros((rows, width, 3), np.float32)
    for down in POINTS:
        for across in POINTS:
            x, y = np.arange(width) + across, np.arange(top, top + rows)[:, None] + down
            u, v, w = ((a * x + b * y + c).astype(np.float32) for a, b, c in matrix)
            u, v = u / w, v / w
            if panel == PAPER:
                total += cv2.remap(shown, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            else:
                pixels = cv2.remap(shown, np.floor(u), np.floor(v), cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
                total += pixels * _lit(u, v, panel)
    return total / len(POINTS) ** 2


def _lit(u: np.ndarray, v: np.ndarray, panel: str) -> np.ndarray:
    """1 / aperture where a sub-pixel of that colour shines (BGR), 0 in the black between; ``stripe`` an LCD's three stripes,
    ``pentile`` a phone's: green in every pixel, red and blue by turns."""
    across, down = u % 1, v % 1
    if panel == "stripe":
        high = (down > 0.06) & (down < 0.94)
        stripes = [high & (np.abs(across - middle) < 0.125) for middle in (5 / 6, 0.5, 1 / 6)]
        return np.stack(stripes, axis=2).astype(np.float32) / (0.25 * 0.88)
    green = (np.hypot(across - 0.25, down - 0.5) < 0.22).astype(np.float32) / (np.pi * 0.22**2)
    large = (np.hypot(across - 0.75, down - 0.5) < 0.26).astype(np.float32) / (np.pi * 0.26**2)
    even = (np.floor(u) + np.floor(v)) % 2 == 0
    return np.stack([2 * large * even, green, 2 * large * ~even], axis=2)


def _demosaiced(light: np.ndarray) -> np.ndarray:
    """One colour a pixel, as the sensor sees, and the picture made of it."""
    raw = light[:, :, 1].copy()
    raw[0::2, 0::2], raw[1::2, 1::2] = light[0::2, 0::2, 2], light[1::2, 1::2, 0]
    bayer = (raw.clip(0, 1) * 65535).astype(np.uint16)
    colours = cv2.cvtColor(bayer, cv2.COLOR_BayerBG2BGR_EA).astype(np.float32) / 65535
    return (255 * colours ** (1 / GAMMA)).round().astype(np.uint8)
