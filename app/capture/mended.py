"""The view of a page as a person framed it: cut at four corners, turned by quarters."""

import numpy as np

from app.capture.document import Page, warp
from app.domain.page_frame import Corners

LONG_SIDE_PX = 3500


def view(image: np.ndarray, corners: Corners, turns: int, width: int) -> tuple[np.ndarray, Page]:
    """The page ``width`` pixels wide once it is turned, no side beyond 3500, and where it lies in the picture turned alike."""
    page = Page(tuple((x * image.shape[1], y * image.shape[0]) for x, y in corners), 0.0)
    across = width if turns % 2 == 0 else width * page.aspect
    scale = min(1.0, LONG_SIDE_PX / max(across, across / page.aspect))
    cut = warp(image, page, max(1, round(across * scale)), None)
    return np.ascontiguousarray(np.rot90(cut, -turns)), turned(page, image.shape[:2], turns)


def turned(page: Page, size: tuple[int, int], turns: int) -> Page:
    """The page as it lies in a picture of ``size`` (height, width) that is turned clockwise by quarters."""
    corners, height, width = page.corners, *size
    for _ in range(turns):
        points = [(height - y, x) for x, y in corners]
        corners, height, width = (points[3], *points[:3]), width, height
    return Page(tuple(corners), page.score)


def shares(image: np.ndarray, page: Page) -> Corners:
    """A found page's corners as shares of the picture, beginning with the one nearest to the picture's top left."""
    height, width = image.shape[:2]
    points = [(min(1.0, max(0.0, x / width)), min(1.0, max(0.0, y / height))) for x, y in page.corners]
    first = min(range(4), key=lambda at: sum(points[at]))
    return (*points[first:], *points[:first])
