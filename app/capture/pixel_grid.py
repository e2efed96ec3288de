"""Was a screen photographed in place of the paper? Its grid of coloured pixels, or that grid's beat with the camera's own,
shows everywhere, also where the page is empty; there a sheet shows the grain of the sensor only.

So the emptiest places of the page are looked at. What is periodic there stands out of the spectrum of their brightness and,
which print does not do, of their colours too. (A pattern that does not stop at the document's edge as the sign of a screen:
Kunina, Sher, Nikolaev, Computer Optics 47(4), 2023.)
"""

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.domain.facts import Finding
from app.domain.finding import SCREEN, warn

if TYPE_CHECKING:
    from app.capture.document import Page

PLACE, MOST = 160, 9  # pixels of a place's side, and how many places are looked at
BLOCK = 8  # pixels that are averaged to see what is printed; also the block of JPEG, whose edges are periodic as well
LOWEST = 0.10  # cycles a pixel: text, ruled lines and most security print are coarser
AROUND = 15  # bins of the spectrum with which one is compared
RIM = 0.03  # of the page's size that is left out at its edges
LIT = (80.0, 250.0)  # mean grey of paper; what lies around it on a table or a screen is mostly darker
GRID = 4.0  # papers read up to 3.6, screens mostly above: python -m benchmarks.screens


def screen(image: np.ndarray, page: "Page | None") -> tuple[Finding, ...]:
    """The finding that a screen lies before the camera, where it does. ``page`` is where the paper lies in the BGR ``image``."""
    if strength(image, page) < GRID:
        return ()
    return (warn(SCREEN, "像是对着手机或电脑屏幕拍的：请换原件重拍。如果拍的就是原件，请逐项核对后保存。",
                 "This looks like a photograph of a screen: take the original itself. If this is the original, compare "
                 "its fields and save them."),)


def strength(image: np.ndarray, page: "Page | None") -> float:
    """How far periodic patterns stand out in the empty places of a page, in natural logarithms of amplitude over what is
    around them in the spectrum: brightness plus colour, each the value that a quarter of the places stays below. 0 where no
    place can tell."""
    places = [cv2.split(image[y:y + PLACE, x:x + PLACE].astype(np.float32)) for x, y in _empty(image, page)]
    if not places:
        return 0.0
    bright = [_peak((blue + green + red) / 3) for blue, green, red in places]
    colour = [max(_peak(red - blue), _peak(green - (red + blue) / 2)) for blue, green, red in places]
    return float(np.quantile(bright, 0.25) + np.quantile(colour, 0.25))


def _empty(image: np.ndarray, page: "Page | None") -> list[tuple[int, int]]:
    """Left top corners of the places with the least print, none over another, on the page or else in the whole picture."""
    height, width = image.shape[:2]
    corners = np.array(page.corners) if page else np.array([(0, 0), (width, height)])
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    rim = (RIM * np.array([right - left, bottom - top])).round() if page else (0, 0)
    grey = cv2.cvtColor(cv2.resize(image, (width // BLOCK, height // BLOCK), interpolation=cv2.INTER_AREA),
                        cv2.COLOR_BGR2GRAY).astype(np.float32)
    side = (PLACE // BLOCK,) * 2
    mean = cv2.blur(grey, side)
    print_ = cv2.blur(grey * grey, side) - mean * mean
    found = []
    for y in range(int(max(0, top + rim[1])), int(min(height, bottom - rim[1])) - PLACE + 1, PLACE // 2):
        for x in range(int(max(0, left + rim[0])), int(min(width, right - rim[0])) - PLACE + 1, PLACE // 2):
            middle = min((y + PLACE // 2) // BLOCK, grey.shape[0] - 1), min((x + PLACE // 2) // BLOCK, grey.shape[1] - 1)
            if LIT[0] < mean[middle] < LIT[1]:
                found.append((float(print_[middle]), x, y))
    apart: list[tuple[int, int]] = []
    for _, x, y in sorted(found):
        if len(apart) < MOST and all(abs(x - a) >= PLACE or abs(y - b) >= PLACE for a, b in apart):
            apart.append((x, y))
    return apart


def _peak(channel: np.ndarray) -> float:
    """The most outstanding frequency of one place: also along the rows and columns of the spectrum, where ruled lines and print
    lie in a row."""
    spectrum = cv2.dft((channel - channel.mean()) * WINDOW, flags=cv2.DFT_COMPLEX_OUTPUT)[:HALF]
    level = np.log(cv2.magnitude(spectrum[..., 0], spectrum[..., 1]) + 1)
    around = np.maximum(cv2.blur(level, (AROUND, 1)), cv2.blur(level, (1, AROUND)))
    return float((level - np.maximum(around, cv2.blur(level, (AROUND, AROUND))))[TELLING].max())


def _telling() -> np.ndarray:
    """The frequencies that are looked at: none below ``LOWEST``, none where JPEG's blocks have theirs."""
    down, across = np.meshgrid(*(np.abs(np.fft.fftfreq(PLACE)),) * 2, indexing="ij")
    near = 2.1 / PLACE
    blocks = [(np.abs(one - k / BLOCK) < near) & (other < near) for k in range(1, BLOCK // 2 + 1)
              for one, other in ((down, across), (across, down))]
    return ((np.hypot(down, across) > LOWEST) & ~np.any(blocks, axis=0))[:HALF]


HALF = PLACE // 2 + 1  # rows of a spectrum; the others mirror them
WINDOW = np.outer(*(np.hanning(PLACE),) * 2).astype(np.float32)
TELLING = _telling()
