"""One portrait brought to life by bending it: head turns and nods over a depth map, lids that close, a jaw that drops.

Each frame is drawn by one look-up into the portrait: where a pixel of the frame comes from is followed back through
the head's rotation, then through the face's expression. The same pose always gives the same pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DEPTH = 1.30  # of the head in eye distances, from the silhouette's plane to the middle of the face
NOSE_DEPTH = 0.36  # how far the nose tip stands out besides
ROUNDS = 5


@dataclass(frozen=True)
class Expression:
    """``yaw`` degrees towards the person's left, ``pitch`` degrees down, ``lids`` and ``jaw`` 0 at rest to 1.

    ``sway`` moves the head by pixels; ``light`` multiplies blue, green and red on the face.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    lids: float = 0.0
    jaw: float = 0.0
    sway: tuple[float, float] = (0.0, 0.0)
    light: tuple[float, float, float] = (1.0, 1.0, 1.0)


class Puppet:
    """A frontal portrait and its 68 points, ready to be drawn in any expression."""

    def __init__(self, picture: np.ndarray, points: np.ndarray) -> None:
        import numpy as np

        self._picture, self._points = picture, points.astype(np.float32)
        self._right, self._left = self._points[36:42].mean(axis=0), self._points[42:48].mean(axis=0)
        self._eye = float(np.hypot(*(self._left - self._right)))
        self._head = (self._right + self._left) / 2 + np.float32((0, 0.25 * self._eye))
        height, width = picture.shape[:2]
        self._grid = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        self._depth = self._depth_map(*self._grid)

    def draw(self, expression: Expression) -> np.ndarray:
        """The frame of this expression, BGR, of the portrait's size."""
        import cv2

        x, y = self._turned(expression)
        y, gap = self._jaw(x, y, expression.jaw)
        y = self._lids(x, y, expression.lids)
        frame = cv2.remap(self._picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return self._lit(frame, gap, expression.light)

    def _depth_map(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Depth in pixels: a dome over the head that falls to nothing at its silhouette, and the nose on it."""
        import numpy as np

        across, down = (x - self._head[0]) / (1.60 * self._eye), (y - self._head[1]) / (1.75 * self._eye)
        dome = np.clip(1.0 - across ** 2 - down ** 2, 0.0, None) ** 1.25 * DEPTH * self._eye
        tip, bridge = self._points[30], self._points[27]
        above = np.clip((tip[1] - y) / (tip[1] - bridge[1]), 0.0, 1.0)  # the ridge from tip up to bridge
        line = tip[0] + (bridge[0] - tip[0]) * above
        below = np.clip(y - tip[1], 0.0, None) / (0.12 * self._eye)
        ridge = np.exp(-((x - line) / (0.17 * self._eye)) ** 2 - below ** 2) * (1.0 - above) ** 0.8
        return dome + ridge * NOSE_DEPTH * self._eye

    def _turned(self, expression: Expression) -> tuple[np.ndarray, np.ndarray]:
        """Where each frame pixel lies on the unturned face: the head's shift is undone by fixed-point steps."""
        import cv2

        right, down = sin(radians(expression.yaw)), sin(radians(expression.pitch))
        full = DEPTH * self._eye
        x, y = self._grid
        depth = self._depth
        for _ in range(ROUNDS if right or down or any(expression.sway) else 0):
            x = self._grid[0] - depth * (right + expression.sway[0] / full)
            y = self._grid[1] - depth * (down + expression.sway[1] / full)
            depth = cv2.remap(self._depth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return x, y

    def _jaw(self, x: np.ndarray, y: np.ndarray, open_: float) -> tuple[np.ndarray, np.ndarray | None]:
        """Lower lip and chin go down; between the lips darkness appears. Answers new y and the share of darkness."""
        if open_ <= 0:
            return y, None
        import numpy as np

        points, eye = self._points, self._eye
        lip = np.interp(x, points[[60, 67, 66, 65, 64], 0], points[[60, 67, 66, 65, 64], 1]).astype(np.float32)
        middle, half = (points[60, 0] + points[64, 0]) / 2, (points[64, 0] - points[60, 0]) / 2
        chin = points[8, 1]
        lower = np.clip((y - lip) / (chin - lip), 0.0, 1.6)
        widened = half * (1.0 + 0.9 * np.clip(lower, 0.0, 1.0))
        side = np.clip(1.0 - ((x - middle) / widened) ** 2, 0.0, None)
        drop = 0.42 * eye * open_ * side
        # From the lip down to the chin the skin moves whole, below the chin ever less; squeezed but never folded.
        fade = np.clip((1.6 - lower) / 0.6, 0.0, 1.0)
        source = y - drop * fade
        below = y > lip
        gap = below & (source < lip) & (np.abs(x - middle) < half)
        return np.where(below, np.maximum(source, lip), y), gap.astype(np.float32)

    def _lids(self, x: np.ndarray, y: np.ndarray, closed: float) -> np.ndarray:
        """The upper lids come down: the skin between brow and lid is stretched as far as the lid moved."""
        if closed <= 0:
            return y
        import numpy as np

        points = self._points
        for first, brow in ((36, points[17:22]), (42, points[22:27])):
            corner, upper = points[[first, first + 3]], points[[first, first + 1, first + 2, first + 3]]
            lower = points[[first, first + 5, first + 4, first + 3]]
            inside = (x > corner[0, 0]) & (x < corner[1, 0])
            lid, low = np.interp(x, *upper.T) - 2.0, np.interp(x, *lower.T) + 1.0
            top = np.interp(x, *brow.T) + 0.3 * (lid - np.interp(x, *brow.T))
            edge = lid + closed * np.clip(low - lid, 0.0, None)
            skin = inside & (y > top) & (y < edge)
            y = np.where(skin, top + (y - top) * (lid - top) / np.maximum(edge - top, 1.0), y).astype(np.float32)
        return y

    def _lit(self, frame: np.ndarray, gap: np.ndarray | None, light: tuple[float, float, float]) -> np.ndarray:
        import cv2
        import numpy as np

        if gap is not None:
            share = cv2.GaussianBlur(gap, (0, 0), 1.2)[:, :, None]
            frame = frame * (1 - share) + np.float32((28, 18, 45)) * share
        if light != (1.0, 1.0, 1.0):
            near = (self._depth / self._depth.max())[:, :, None]
            frame = frame * (1.0 + near * (np.float32(light) - 1.0))
        return np.clip(frame, 0, 255).astype(np.uint8)
