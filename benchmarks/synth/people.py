"""Whose faces are brought to life: the demo's public-domain portrait, and photographs that lie beside the checkout.

Photographs are read at run time and never become part of the project. Which people tune limits and which ones only
report is fixed here, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.demo.portrait import camera_picture, card_portrait
from app.demo.puppet import Puppet

if TYPE_CHECKING:
    import numpy as np

SIZE = (640, 480)
EYES_PX = 96.0  # between the eyes of a face before the camera
EYES_SHARE = 0.27  # of the width of an ID portrait
EYES_LEVEL = 0.45  # of its height
ID_SIZE = (358, 441)
RIM_SHARE = 0.38  # half the width of a lens in eye distances, as of 50□18 spectacles

# Frontal photographs without hand or hat, mouth closed, of people whose lids and jaw hold when they are bent.
TUNING = ("astronaut", "chinese/102/102_6.jpg")
REPORTING = ("chinese/107/107_17.jpg", "chinese/110/110_16.jpg",
             "ageitgey+face_recognition/examples/knn_examples/train/rose_leslie/img1.jpg")
FACE_GREY = 140.0  # what a camera's exposure makes of a face


@dataclass(frozen=True, eq=False)
class Person:
    """``picture`` BGR before a camera, ``points`` its 68 points, ``portrait`` the face as an ID photo, BGR 358×441."""

    name: str
    picture: np.ndarray
    points: np.ndarray
    portrait: np.ndarray

    def puppet(self) -> Puppet:
        return Puppet(self.picture, self.points)

    @property
    def eye_px(self) -> float:
        import numpy as np

        return float(np.hypot(*(self.points[42:48].mean(axis=0) - self.points[36:42].mean(axis=0))))


def person(name: str, data: Path | None = None) -> Person:
    """One of ``TUNING`` or ``REPORTING``; all but the astronaut need the folder of shared test data."""
    if name == "astronaut":
        picture = camera_picture(SIZE)
        return Person(name, picture, find_points(picture), card_portrait())
    if data is None:
        raise ValueError(f"{name} needs the shared test data")
    return from_photo(name, read(data / "faces" / name))


def from_photo(name: str, photo: np.ndarray, size: tuple[int, int] = SIZE, eyes_px: float = EYES_PX) -> Person:
    points = find_points(photo)
    picture = _exposed(before_camera(photo, points, size, eyes_px))
    return Person(name, picture, find_points(picture), id_portrait(photo, points))


def read(path: Path) -> np.ndarray:
    """A picture file of any path, BGR."""
    import cv2
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"no picture: {path.name}")
    return picture


def find_points(picture: np.ndarray) -> np.ndarray:
    """The 68 points of the largest face, by the built-in engine."""
    engine = _engine()
    faces = engine.faces(picture, thorough=True)
    if not faces:
        raise ValueError("no face in the picture")
    return engine.points(picture, faces[0])


def before_camera(photo: np.ndarray, points: np.ndarray, size: tuple[int, int], eyes_px: float) -> np.ndarray:
    """The photograph laid upright into a camera's picture, the eyes ``eyes_px`` apart, what is missing blurred in."""
    import cv2
    import numpy as np

    matrix = _upright(points, eyes_px, (0.5 * size[0], 0.42 * size[1]))
    laid = cv2.warpAffine(photo, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.full(photo.shape[:2], 255, np.uint8), matrix, size)
    share = (cv2.erode(inside, np.ones((9, 9))).astype(np.float32) / 255)[:, :, None]
    share = cv2.GaussianBlur(share, (0, 0), 4)[:, :, None]
    return (laid * share + cv2.GaussianBlur(laid, (0, 0), 18) * (1 - share)).astype(np.uint8)


def id_portrait(photo: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Head and shoulders as on an ID card: upright, the eyes in their place, BGR 358×441."""
    import cv2

    width, height = ID_SIZE
    matrix = _upright(points, EYES_SHARE * width, (0.5 * width, EYES_LEVEL * height))
    return cv2.warpAffine(photo, matrix, ID_SIZE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)


def with_glasses(one: Person, seed: int) -> Person:
    """The same person in dark-rimmed glasses that turn with the face; a faint reflection on both lenses."""
    import cv2
    import numpy as np

    random = np.random.default_rng(seed)
    picture, eye = one.picture.astype(np.float32), one.eye_px
    right, left = one.points[36:42].mean(axis=0), one.points[42:48].mean(axis=0)
    ink, thick = tuple(float(v) for v in random.uniform(15, 60, 3)), max(2, round(0.045 * eye))
    rim, lens = np.zeros(picture.shape[:2], np.float32), np.zeros(picture.shape[:2], np.float32)
    axes = (round(RIM_SHARE * eye), round(0.8 * RIM_SHARE * eye))
    for centre in (right, left):
        at = (round(centre[0]), round(centre[1] + 0.04 * eye))
        cv2.ellipse(rim, at, axes, 0, 0, 360, 1.0, thick, cv2.LINE_AA)
        cv2.ellipse(lens, (at[0] - axes[0] // 4, at[1] - axes[1] // 3), (axes[0] // 3, axes[1] // 5), -20, 0, 360, 1.0, -1)
    inner = RIM_SHARE * eye * (left - right) / np.hypot(*(left - right))
    cv2.line(rim, _pixel(right + inner), _pixel(left - inner), 1.0, thick, cv2.LINE_AA)
    for centre, ear in ((right - inner, one.points[0]), (left + inner, one.points[16])):
        cv2.line(rim, _pixel(centre), _pixel((ear[0], centre[1])), 1.0, thick, cv2.LINE_AA)
    shine = cv2.GaussianBlur(lens, (0, 0), 0.05 * eye)[:, :, None] * random.uniform(15, 45)
    share = rim[:, :, None]
    drawn = np.clip((picture + shine) * (1 - share) + np.float32(ink) * share, 0, 255).astype(np.uint8)
    return Person(f"{one.name}+glasses", drawn, one.points, one.portrait)


def _exposed(picture: np.ndarray) -> np.ndarray:
    """The picture with its face as bright as a camera would have made it."""
    import cv2

    points = find_points(picture)
    (left, top), (right, bottom) = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
    return cv2.convertScaleAbs(picture, alpha=FACE_GREY / float(picture[top:bottom, left:right].mean()))


def _upright(points: np.ndarray, eyes_px: float, to: tuple[float, float]) -> np.ndarray:
    """The similarity that sets the eyes level, ``eyes_px`` apart, their middle at ``to``."""
    import numpy as np

    right, left = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    across = (left - right) * eyes_px / float((left - right) @ (left - right))
    turn = np.array([[across[0], across[1]], [-across[1], across[0]]])
    return np.hstack([turn, (np.array(to) - turn @ ((right + left) / 2))[:, None]])


def _pixel(place) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))


@cache
def _engine():
    from app.capture.engines import load_engine

    return load_engine()
