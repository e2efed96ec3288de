"""A lamp that the paper mirrors: it adds its light to print and paper alike, and where both reach white nothing is left."""

from __future__ import annotations

import cv2
import numpy as np

WHITE, INK = 255, 40
PAGE_PX = 1000  # the width at which what is hidden is counted
STROKE, LOST = 0.2, 0.25  # share of the paper's brightness that print takes; what is left of that where it is hidden
CHARACTER = 130  # pixels of strokes of one character of small print at that width
HIDES = 3.0  # characters from which on a lamp hides something


def mirrored(picture: np.ndarray, corners: np.ndarray, name: str) -> np.ndarray:
    """The photograph (BGR) with a lamp's or a tube's reflection somewhere on the page at ``corners`` (4 × 2); the camera
    takes its exposure back for it. The same ``name``, the same lamp."""
    dice = np.random.default_rng(list(name.encode()))
    page = cv2.getPerspectiveTransform(np.float32([[0, 0], [1, 0], [1, 1], [0, 1]]), np.float32(corners))
    x, y = cv2.perspectiveTransform(np.float32([[dice.uniform(0.12, 0.88, 2)]]), page)[0, 0]
    short = np.hypot(*(corners[1] - corners[0])) * dice.uniform(0.02, 0.08)
    long, angle = short * dice.uniform(1, 3), dice.uniform(0, np.pi)
    height, width = picture.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32) - x, np.arange(height, dtype=np.float32) - y)
    u, v = (across * np.cos(angle) + down * np.sin(angle)) / long, (down * np.cos(angle) - across * np.sin(angle)) / short
    radius = np.sqrt(u * u + v * v)  # 1 where print is just white
    light = (WHITE - INK) * np.exp(-dice.uniform(0.5, 2) * (radius ** dice.uniform(0.8, 2) - 1))
    colour = dice.uniform(0.92, 1, 3)
    return (picture * dice.uniform(0.8, 1.1) + light[:, :, None] * colour).clip(0, WHITE).astype(np.uint8)


def hidden(picture: np.ndarray, lit: np.ndarray, corners: np.ndarray) -> float:
    """How many characters of small print the lamp has wiped out."""
    width = PAGE_PX
    height = round(width * np.hypot(*(corners[3] - corners[0])) / np.hypot(*(corners[1] - corners[0])))
    page = cv2.getPerspectiveTransform(np.float32(corners), np.float32([[0, 0], [width, 0], [width, height], [0, height]]))
    before, after = (_contrast(cv2.warpPerspective(image, page, (width, height))) for image in (picture, lit))
    return float(((before > STROKE) & (after < LOST * before)).sum()) / CHARACTER


def _contrast(page: np.ndarray) -> np.ndarray:
    grey = cv2.GaussianBlur(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), (0, 0), 1).astype(np.float32)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    return 1 - grey / np.maximum(paper, 1)
