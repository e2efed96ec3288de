"""Light and camera: how bright the room is, what the screen's colours add to a face, what the sensor makes of it.

The screen's light is added to the room's in linear light; pictures here carry the usual gamma, so a factor on linear
light becomes its 2.2th root on pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.challenge import Colour

if TYPE_CHECKING:
    import numpy as np

GAMMA = 2.2


@dataclass(frozen=True)
class Room:
    """``brightness`` on pixels; ``behind`` besides on the background; ``noise`` sensor noise in grey levels.

    ``screen`` is the light of the signing laptop's white screen on a face, as a share of the room's light (about 60 lx
    against 300 lx in an office).
    """

    name: str
    brightness: float = 1.0
    behind: float = 1.0
    noise: float = 1.6
    screen: float = 0.22


OFFICE = Room("office")
DARK = Room("dark", brightness=0.55, noise=3.2, screen=0.55)
BRIGHT = Room("bright", brightness=1.28, noise=1.2, screen=0.09)
BACKLIT = Room("backlit", brightness=0.72, behind=1.9, noise=2.2, screen=0.25)
ROOMS = {room.name: room for room in (OFFICE, DARK, BRIGHT, BACKLIT)}


def answer(colour: Colour | None, share: float) -> tuple[float, float, float]:
    """What the screen's colour multiplies pixels by, blue, green, red; none for a screen that is off or unknown."""
    if colour is None:
        return 1.0, 1.0, 1.0
    red, green, blue = ((1.0 + share * _linear(value)) ** (1 / GAMMA) for value in colour)
    return blue, green, red


def _linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


class Sensor:
    """The camera: exposure and noise. The same seed, the same noise."""

    def __init__(self, room: Room, size: tuple[int, int], seed: int) -> None:
        import numpy as np

        self._room = room
        self._random = np.random.default_rng(seed)
        self._grain = self._random.normal(0.0, room.noise, (4, size[1], size[0], 3)).astype(np.float32)
        self._number = 0

    def expose(self, scene: np.ndarray, face: np.ndarray) -> np.ndarray:
        """The frame of a scene, BGR uint8. ``face`` says 0–1 where the person is rather than the room behind."""
        import cv2
        import numpy as np

        room = self._room
        self._number += 1
        if room.behind != 1.0:
            factor = room.brightness * (face + room.behind / room.brightness * (1.0 - face))
            scene = scene * factor[:, :, None]
        elif room.brightness != 1.0:
            scene = scene * room.brightness
        grain = np.roll(self._grain[self._number % len(self._grain)], int(self._random.integers(0, scene.shape[1])), 1)
        return cv2.convertScaleAbs(np.clip(scene + grain, 0, 255))


def office_wall(size: tuple[int, int], seed: int) -> np.ndarray:
    """A blurred room behind what is held before the camera: wall, edges of furniture, a lamp. BGR float."""
    import cv2
    import numpy as np

    random = np.random.default_rng(seed)
    width, height = size
    wall = np.empty((height, width, 3), np.float32)
    wall[:] = random.uniform(105, 165) + random.uniform(-12, 12, 3)
    for _ in range(9):
        x, y = random.uniform(-0.1, 0.9, 2) * (width, height)
        w, h = random.uniform(0.1, 0.45, 2) * (width, height)
        shade = random.uniform(45, 210) + random.uniform(-18, 18, 3)
        cv2.rectangle(wall, (int(x), int(y)), (int(x + w), int(y + h)), [float(v) for v in shade], -1)
    return cv2.GaussianBlur(wall, (0, 0), width / 90)
