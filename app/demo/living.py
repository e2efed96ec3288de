"""A video of the demo customer living: still, blinking, turning, opening the mouth, nodding, lit by the screen's colours.

The same actions and settings give the same bytes. Nothing downstream is told that it is no person: the frames go
through the camera's file path, and the evidence says "file".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from math import pi, sin
from pathlib import Path

from app.capture.engines import load_engine
from app.capture.feed import CameraFeed
from app.capture.light import linear
from app.capture.liveness import LivenessProgress
from app.demo.portrait import camera_picture
from app.demo.puppet import Expression, Puppet
from app.domain.challenge import ACTIONS, COLOURS, Action, Colour

LEAD_S, BETWEEN_S, HOLD_S = 2.0, 1.4, 4.0
YAW, PITCH = 24.0, 17.0
NOISE = 1.6
SCREEN_SHARE = 0.25  # a white screen's light on the face against the room's: an office, the screen at arm's length
GAMMA = 2.2
REST_S, LIT_S = 3.1, 0.8
LIT = "lit-"
CLIPS = ("still", *ACTIONS, *(LIT + name for name in COLOURS))
LENGTH_S: dict[str, float] = {"blink": 1.8, "turn_left": 2.2, "turn_right": 2.2, "open_mouth": 1.8, "nod": 1.8}


def render_living(path: Path, actions: Sequence[Action], *, fps: int = 15, size: tuple[int, int] = (640, 480),
                  lead_s: float = LEAD_S, hold_s: float = HOLD_S) -> Path:
    """Write a motion-JPEG video (.avi): still, each action in its order with rests between, still again."""
    parts: list[tuple[str, float]] = [("still", lead_s)]
    for action in actions:
        parts += [(action, LENGTH_S[action]), ("still", BETWEEN_S)]
    parts.append(("still", hold_s))
    return _write(path, parts, fps, size)


def render_clips(folder: Path, *, fps: int = 15, size: tuple[int, int] = (640, 480)) -> dict[str, Path]:
    """One clip for each of ``CLIPS``, all beginning and ending in the same pose; kept between calls."""
    folder.mkdir(parents=True, exist_ok=True)
    clips = {name: folder / f"{name}.avi" for name in CLIPS}
    for name, path in clips.items():
        if not path.is_file():
            draft = path.with_name(f"{name}.draft.avi")
            _write(draft, [(name, LENGTH_S.get(name, REST_S if name == "still" else LIT_S))], fps, size)
            draft.replace(path)
    return clips


class Customer:
    """Plays the customer in front of a feed: reads what the screen asks for and does it, by changing the clip."""

    def __init__(self, feed: CameraFeed, clips: dict[str, Path]) -> None:
        self._feed, self._clips = feed, clips
        self._playing = ""

    def rest(self) -> None:
        """Come before the camera and look into it, whatever it showed before."""
        self._playing = ""
        self._play("still")

    def react(self, progress: LivenessProgress) -> None:
        """Do the action the progress asks for, else look into the camera, in the light that the screen gives."""
        self._play(progress.action if progress.phase == "action" else lit(progress.light))

    def _play(self, name: str) -> None:
        if name != self._playing:
            self._playing = name
            self._feed.switch(str(self._clips[name]), loop=True)


def lit(light: Colour | None) -> str:
    """The clip of a resting face in this light of the screen."""
    return next((LIT + name for name, colour in COLOURS.items() if colour == light), "still")


def screen_light(colour: Colour, share: float = SCREEN_SHARE) -> tuple[float, float, float]:
    """By how much blue, green and red of a face's picture rise when the screen shows ``colour``; ``share`` is the light
    of a white screen on the face against that of the room."""
    red, green, blue = ((1.0 + share * part) ** (1 / GAMMA) for part in linear(colour))
    return blue, green, red


def _write(path: Path, parts: Sequence[tuple[str, float]], fps: int, size: tuple[int, int]) -> Path:
    import cv2
    import numpy as np

    puppet = _puppet(size)
    seed = int.from_bytes(sha256(repr((parts, fps, size)).encode()).digest()[:8])
    noise = np.random.default_rng(seed)
    grain = noise.normal(0.0, NOISE, (8, size[1], size[0], 3)).astype(np.float32)
    writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), fps, size)
    if not writer.isOpened():
        raise OSError(f"cannot write {path.name}")
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, 92)
    for number, expression in enumerate(_play(parts, fps)):
        shift = noise.integers(0, size[0])
        frame = puppet.draw(expression) + np.roll(grain[number % len(grain)], shift, axis=1)
        writer.write(np.clip(frame, 0, 255).astype(np.uint8))
    writer.release()
    return path


@cache
def _puppet(size: tuple[int, int]) -> Puppet:
    picture = camera_picture(size)
    engine = load_engine()
    return Puppet(picture, engine.points(picture, engine.faces(picture)[0]))


def _play(parts: Sequence[tuple[str, float]], fps: int) -> Iterator[Expression]:
    now = 0
    for name, length_s in parts:
        for number in range(round(length_s * fps)):
            yield _expression(name, number / fps, (now + number) / fps)
        now += round(length_s * fps)


def _expression(name: str, t_s: float, clock_s: float) -> Expression:
    """The pose ``t_s`` into a part. The head is never quite still; it sways by a pixel or two."""
    sway = (1.6 * sin(2 * pi * clock_s / 3.1), 1.1 * sin(2 * pi * clock_s / 2.3))
    light = screen_light(COLOURS[name.removeprefix(LIT)]) if name.startswith(LIT) else (1.0, 1.0, 1.0)
    values = {field: curve(t_s) for field, curve in CURVES.get(name, {}).items()}
    return Expression(sway=sway, light=light, **values)


def _hump(begin_s: float, rise_s: float, hold_s: float, peak: float = 1.0) -> Callable[[float], float]:
    """Zero, up to ``peak`` within ``rise_s``, held, and down as it came; smooth."""
    def curve(t_s: float) -> float:
        t_s -= begin_s
        part = min(t_s, 2 * rise_s + hold_s - t_s) / rise_s
        part = min(max(part, 0.0), 1.0)
        return peak * part * part * (3 - 2 * part)

    return curve


def _twice(first: Callable[[float], float], second: Callable[[float], float]) -> Callable[[float], float]:
    return lambda t_s: max(first(t_s), second(t_s))


CURVES: dict[str, dict[str, Callable[[float], float]]] = {
    "blink": {"lids": _twice(_hump(0.3, 0.13, 0.08), _hump(1.0, 0.13, 0.08))},
    "turn_left": {"yaw": _hump(0.2, 0.5, 0.7, YAW)},
    "turn_right": {"yaw": _hump(0.2, 0.5, 0.7, -YAW)},
    "open_mouth": {"jaw": _hump(0.3, 0.3, 0.6)},
    "nod": {"pitch": _hump(0.3, 0.4, 0.3, PITCH)},
}
