"""What is held before the camera, or fed in its place: a living face, prints, screens, altered video.

Every presentation follows the challenge as well as its material allows: it sees what the screen asks for, moves at the
right moment and in the right direction. ``INJECTED`` ones never pass a lens; they are video given to the program as a
camera's.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, radians, sin
from typing import TYPE_CHECKING, Protocol

from app.capture.liveness import LivenessProgress
from app.demo.living import PITCH, YAW
from app.demo.puppet import Expression
from benchmarks.synth.actor import Actor
from benchmarks.synth.people import Person
from benchmarks.synth.room import Room, answer, office_wall

if TYPE_CHECKING:
    import numpy as np

PHYSICAL = ("print", "borderless_print", "bent_print", "bent_borderless_print", "cut_out_eyes", "replay_bezel",
            "replay_full")
INJECTED = ("still", "frozen", "splice", "puppet", "puppet_lit")
SPECIES = (*PHYSICAL, *INJECTED)

PAPER_SHEEN, PAPER_TURN, PAPER_BEND, PAPER_TILT = 0.10, 48.0, 1.1, 30.0
PAPER_FAR = 3.2  # distance of the lens in half widths of the paper
GLOSS = 0.03  # of a screen's cover, as a share of what paper throws back


class Presentation(Protocol):
    def scene(self, t_s: float, progress: LivenessProgress | None) -> tuple[np.ndarray, np.ndarray]:
        """The scene (BGR float) and where in it the person is (0–1)."""


def present(species: str, one: Person, room: Room, seed: int, other: Person | None = None) -> Presentation:
    """``genuine`` or one of ``SPECIES``. ``other`` is the accomplice who does the actions of a splice."""
    living = Living(one, room, seed)
    dark = Living(one, replace(room, screen=0.0), seed)
    match species:
        case "genuine" | "puppet_lit":
            return living
        case "puppet" | "frozen":
            return dark
        case "still":
            return Living(one, replace(room, screen=0.0), seed, moves=False)
        case "splice" if other is not None:
            return Splice(Living(other, room, seed), living)
        case "print" | "borderless_print" | "bent_print" | "bent_borderless_print":
            return Print(one, room, seed, borderless="borderless" in species, bent="bent" in species)
        case "cut_out_eyes":
            return Print(one, room, seed, bent=True, eyes=dark)
        case "replay_bezel" | "replay_full":
            return Replay(dark, one, room, seed, bezel=species == "replay_bezel")
    raise ValueError(species)


class Living:
    """A person who does what is asked; the face answers the screen's light by the room's ``screen`` share."""

    def __init__(self, one: Person, room: Room, seed: int, *, moves: bool = True) -> None:
        self._puppet, self._actor, self._room, self._moves = one.puppet(), Actor(seed), room, moves
        self._person = silhouette(one)

    def scene(self, t_s: float, progress: LivenessProgress | None) -> tuple[np.ndarray, np.ndarray]:
        import numpy as np

        colour = progress.light if progress is not None else None
        pose = self.pose(t_s, progress) if self._moves else Expression()
        frame = self._puppet.draw(replace(pose, light=answer(colour, self._room.screen)))
        return frame.astype(np.float32), self._person

    def pose(self, t_s: float, progress: LivenessProgress | None) -> Expression:
        return self._actor.act(t_s, progress)


class Splice:
    """An accomplice does the actions; when it is time to hold still the video goes on with the other's face."""

    def __init__(self, actor: Living, victim: Living) -> None:
        self._actor, self._victim = actor, victim

    def scene(self, t_s: float, progress: LivenessProgress | None) -> tuple[np.ndarray, np.ndarray]:
        held = progress is not None and progress.phase == "hold"
        return (self._victim if held else self._actor).scene(t_s, progress)


class Print:
    """A sheet of paper with the face, held by hand: turned, rolled and tilted for turns and nods; ``eyes`` live in holes."""

    def __init__(self, one: Person, room: Room, seed: int, *, borderless: bool = False, bent: bool = False,
                 eyes: Living | None = None) -> None:
        import numpy as np

        random = np.random.default_rng(seed)
        self._room, self._actor, self._bent, self._eyes = room, Actor(seed + 1), bent, eyes
        height, width = one.picture.shape[:2]
        self._size = (width, height)
        self._paper = _printed(one.picture, random) if borderless else _bordered(_printed(one.picture, random))
        self._holes = _holes(one) if eyes is not None else None
        self._wall = office_wall(self._size, seed)
        self._scale = 1.25 if borderless else 0.98
        self._sheen = float(random.uniform(0.5, 1.0)) * PAPER_SHEEN

    def scene(self, t_s: float, progress: LivenessProgress | None) -> tuple[np.ndarray, np.ndarray]:
        import cv2
        import numpy as np

        pose = self._actor.act(t_s, progress)
        paper = self._paper if self._eyes is None else self._living_eyes(t_s, progress)
        x, y, shade = self._bend(pose)
        laid = cv2.remap(paper, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(-1, -1, -1))
        cover = (laid[:, :, :1] >= 0).astype(np.float32)
        cover = cv2.GaussianBlur(cover, (0, 0), 0.8)[:, :, None]
        colour = progress.light if progress is not None else None
        lit = np.maximum(laid, 0) * shade[:, :, None] * np.float32(answer(colour, self._room.screen))
        return lit * cover + self._wall * (1 - cover), cover[:, :, 0]

    def _bend(self, pose: Expression) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where each pixel lies on the sheet, and how the light falls on the bent paper.

        The sheet is a piece of a cylinder, turned about the vertical and tilted, seen from ``PAPER_FAR``: its outline
        along the horizontal is tabled and read backwards.
        """
        import numpy as np

        width, height = self._size
        turn = radians(PAPER_TURN) * pose.yaw / YAW
        bend = 0.12 + (PAPER_BEND * abs(pose.yaw) / YAW if self._bent else 0.0)
        tilt = radians(PAPER_TILT) * pose.pitch / PITCH
        along = np.linspace(-1.4, 1.4, 561)
        arc_x, arc_z = np.sin(along * bend) / bend, (1 - np.cos(along * bend)) / bend
        across, depth = arc_x * cos(turn) + arc_z * sin(turn), arc_z * cos(turn) - arc_x * sin(turn)
        nearness = PAPER_FAR / (PAPER_FAR + depth)
        seen, first = np.unique(np.maximum.accumulate(across * nearness), return_index=True)
        columns = (np.arange(width) - width / 2 - pose.sway[0] * 2) / (self._scale * width / 2)
        u, near = np.interp(columns, seen, along[first]), np.interp(columns, seen, nearness[first])
        rows = (np.arange(height) - height / 2 - pose.sway[1] * 2) / (self._scale * height / 2)
        v = rows[:, None] / near[None, :]
        v = v / np.maximum(cos(tilt) - v * sin(tilt) / PAPER_FAR, 0.3)
        v = v * (1 - 0.10 * pose.jaw * (v > 0.2))  # pulled at, for want of a mouth
        x = np.broadcast_to((u + 1) * width / 2, v.shape)
        sheen = 1 + self._sheen * np.sin(u * (1.5 + 2 * bend) + turn)[None, :]
        return (np.float32(x), np.float32((v + 1) * height / 2), np.broadcast_to(np.float32(sheen), v.shape))

    def _living_eyes(self, t_s: float, progress: LivenessProgress | None) -> np.ndarray:
        """The sheet with the eyes of somebody behind it, darker in the paper's shadow."""
        pose = self._eyes.pose(t_s, progress)
        frame = self._eyes._puppet.draw(Expression(lids=pose.lids))
        share, seam = self._holes
        return (self._paper * (1 - share) + frame * 0.82 * share) * seam


class Replay:
    """A video of the person doing everything that is asked, on a phone or tablet held before the camera."""

    def __init__(self, played: Living, one: Person, room: Room, seed: int, *, bezel: bool) -> None:
        import numpy as np

        random = np.random.default_rng(seed)
        self._played, self._room = played, room
        height, width = one.picture.shape[:2]
        self._glow = float(random.uniform(0.9, 1.15))
        self._moire = _moire((width, height), random)
        self._reflection = _window((width, height), random)
        self._wall = office_wall((width, height), seed)
        self._matrix, self._frame = _held((width, height), random, bezel)
        self._number = 0

    def scene(self, t_s: float, progress: LivenessProgress | None) -> tuple[np.ndarray, np.ndarray]:
        import cv2
        import numpy as np

        inner, _ = self._played.scene(t_s, progress)
        height, width = inner.shape[:2]
        shown = _displayed(inner) * self._glow
        matrix = self._matrix.copy()
        matrix[:, 2] += (1.5 * sin(1.7 * t_s), 1.1 * sin(2.3 * t_s))
        laid = cv2.warpAffine(shown, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        colour = progress.light if progress is not None else None
        gloss = self._reflection + 255 * GLOSS * (np.float32(answer(colour, self._room.screen)) - 1)
        lit = laid * self._moire + gloss
        cover, case = (cv2.warpAffine(mask, matrix, (width, height)) for mask in self._frame)
        scene = self._wall * (1 - case[:, :, None]) + 22.0 * case[:, :, None]
        return scene * (1 - cover[:, :, None]) + lit * cover[:, :, None], case


def silhouette(one: Person) -> np.ndarray:
    """Where the person is, 0–1: head and shoulders, soft at the rim."""
    import cv2
    import numpy as np

    height, width = one.picture.shape[:2]
    right, left = one.points[36:42].mean(axis=0), one.points[42:48].mean(axis=0)
    x, y = (right + left) / 2
    eye = one.eye_px
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, (round(x), round(y + 0.2 * eye)), (round(1.3 * eye), round(1.75 * eye)), 0, 0, 360, 1.0, -1)
    cv2.ellipse(mask, (round(x), height), (round(2.6 * eye), max(1, round(height - y - 1.5 * eye))), 0, 0, 360, 1.0, -1)
    return cv2.GaussianBlur(mask, (0, 0), 0.12 * eye)


def _printed(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Ink on paper: less contrast, a cast, a printer's dots, the softness of a second lens. BGR float."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    cast = random.uniform(0.94, 1.04, 3).astype(np.float32)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    dots = np.sin(x * 2.05 + y * 1.1) * np.sin(y * 2.05 - x * 1.1)
    paper = (np.float32(picture) * 0.80 + 26) * cast + 4.0 * dots[:, :, None]
    return cv2.GaussianBlur(paper, (0, 0), 0.9)


def _bordered(paper: np.ndarray) -> np.ndarray:
    """The sheet's white rim, as an office printer leaves it."""
    width = paper.shape[1]
    rim = round(0.05 * width)
    left, right = round(0.14 * width), round(0.86 * width)
    paper = paper.copy()
    paper[:rim // 2], paper[-rim // 2:] = 232, 232
    paper[:, left:left + rim], paper[:, right - rim:right] = 232, 232
    paper[:, :left], paper[:, right:] = -1, -1
    return paper


def _holes(one: Person) -> tuple[np.ndarray, np.ndarray]:
    """Where the paper is cut away around both eyes (0–1), and the dark seam of the cut."""
    import cv2
    import numpy as np

    holes = np.zeros(one.picture.shape[:2], np.float32)
    for first in (36, 42):
        eye = one.points[first:first + 6]
        x, y = eye.mean(axis=0)
        half = float(np.hypot(*(eye[3] - eye[0]))) / 2
        cv2.ellipse(holes, (round(float(x)), round(float(y))), (round(1.25 * half), round(0.85 * half)), 0, 0, 360, 1.0, -1)
    soft = cv2.GaussianBlur(holes, (0, 0), 0.8)
    rim = cv2.GaussianBlur(cv2.dilate(holes, np.ones((3, 3))) - holes, (0, 0), 0.7)
    return soft[:, :, None], (1 - 0.45 * rim)[:, :, None]


def _displayed(picture: np.ndarray) -> np.ndarray:
    """What a screen makes of a video: coded small, shown with more contrast, blacks that glow, a bluish white."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width * 3 // 4, height * 3 // 4), interpolation=cv2.INTER_AREA)
    coded = cv2.imencode(".jpg", np.clip(small, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    shown = cv2.resize(cv2.imdecode(coded, cv2.IMREAD_COLOR), (width, height), interpolation=cv2.INTER_LINEAR)
    bright = 255 * (shown.astype(np.float32) / 255) ** 1.12
    return (bright * 0.92 + 14) * np.float32((1.06, 1.0, 0.97))


def _moire(size: tuple[int, int], random: np.random.Generator) -> np.ndarray:
    """The camera's grid over the screen's: a fine pattern, its slow beat, each colour shifted."""
    import numpy as np

    x, y = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    angle, fine, slow = random.uniform(0.02, 0.15), random.uniform(2.2, 2.8), random.uniform(0.10, 0.25)
    along = x * np.cos(angle) + y * np.sin(angle)
    layers = [1 + 0.035 * np.sin(fine * along + shift) + 0.022 * np.sin(slow * (y + 0.3 * x) + shift)
              for shift in (0.0, 2.1, 4.2)]
    return np.stack(layers, axis=2).astype(np.float32)


def _window(size: tuple[int, int], random: np.random.Generator) -> np.ndarray:
    """A window reflected in the cover glass: a soft pale patch, and a little over all."""
    import cv2
    import numpy as np

    width, height = size
    patch = np.zeros((height, width), np.float32)
    x, y = random.uniform(0.05, 0.75) * width, random.uniform(0.0, 0.7) * height
    cv2.rectangle(patch, (int(x), int(y)), (int(x + 0.22 * width), int(y + 0.25 * height)), 1.0, -1)
    return (4 + random.uniform(8, 26) * cv2.GaussianBlur(patch, (0, 0), width / 40))[:, :, None]


def _held(size: tuple[int, int], random: np.random.Generator,
          bezel: bool) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """How the screen is held, 2×3; and masks of its picture and of the whole device before that movement."""
    import cv2
    import numpy as np

    width, height = size
    picture, device = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    if not bezel:
        picture[:], device[:] = 1.0, 1.0
        return cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-2, 2)), 1.08), (picture, device)
    left, right = round(0.20 * width), round(0.80 * width)
    picture[round(0.02 * height):round(0.98 * height), left:right] = 1.0
    rim = round(0.025 * width)
    device[:, left - rim:right + rim] = 1.0
    return cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-5, 5)), 0.86), (picture, device)
