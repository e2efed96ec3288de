"""Red stamps made pale, so that the print below them can be read. Red print of its own becomes paler, not lost."""

import cv2
import numpy as np

START, FULL = 0.03, 0.15  # share of red light without green and blue from which, and at which, ink counts as stamp ink
KEPT = 0.30  # share of its contrast that stamp ink keeps
BRIGHT = 0.66  # share of the paper's brightness below which print is dark, whatever its colour
PRESSED = 0.3  # red share of ink that is a stamp's beyond doubt: brown and orange print has less


def paled(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A BGR picture whose red ink is nearly as bright as the paper around it, dark print under it still dark; and the
    mask (0 or 1) of what is a stamp's beyond doubt."""
    red = image[:, :, 2].astype(np.float32)
    excess = (red - cv2.max(image[:, :, 0], image[:, :, 1])) / np.maximum(red, 1)
    excess -= float(np.median(excess[::8, ::8]))  # the tint of the light
    paper = cv2.dilate(cv2.resize(red, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA), np.ones((3, 3), np.uint8))
    paper = np.maximum(1, cv2.resize(paper, (red.shape[1], red.shape[0]), interpolation=cv2.INTER_LINEAR))
    share = ((excess - START) / (FULL - START)).clip(0, 1)
    light = ((red / paper - BRIGHT) / 0.1).clip(0, 1)
    bright = red + (1 - KEPT) * light * (paper - red).clip(0)
    cleared = image + share[:, :, None] * (bright[:, :, None] - image).clip(0)
    return cleared.astype(np.uint8), ((excess > PRESSED) & (light > 0.5)).astype(np.uint8)
