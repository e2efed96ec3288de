"""Does the face answer the coloured light of the screen? Numbers only, but for ``sample``, which looks at a picture.

While the person holds still the screen shows the colours that the nonce draws. Skin reflects them: its logarithm rises
with the light of the screen in each channel, skin colour falling out. What the camera does by itself (exposure, white
balance) changes the room behind by as much and is taken off. A picture fed in from elsewhere, or light of another
sequence, does not follow. Two sequences can be alike by chance; whitening makes that rare (0.7 % of 1 000 drawn pairs):
brightness and the two opponent colours count alike, though the screen changes brightness most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.capture.cover import eyes
from app.domain.challenge import COLOURS, LIGHT_STEP_S, LIGHT_STEPS, Colour, LightMode, draw_light
from app.domain.face import LightResult

if TYPE_CHECKING:
    import numpy as np

SHOWN_S = LIGHT_STEPS * LIGHT_STEP_S
LAG_MAX_S, LAG_STEP_S = 0.6, 0.04  # screen, exposure, transport
WATCHED_S = SHOWN_S + LAG_MAX_S
ANSWERED, NO_ANSWER = 0.65, 0.45  # between them nobody can say
AMPLITUDE_MIN, AMPLITUDE_MAX = 0.012, 0.80
SAMPLES_NEEDED, STEPS_NEEDED = 12, 7  # a camera of 5 frames a second gives two or three a step
SKIN_DARK, SKIN_CLIPPED = 25.0, 232.0  # above, part of a patch's pixels are clipped and answer no more
AROUND_DARK, AROUND_CLIPPED = 12.0, 245.0
WHITE_FLOOR = 0.2  # of an opponent colour that the drawn sequence hardly uses

# Forehead, bridge of the nose, cheeks, above and below the mouth: in eye distances from the middle of the eyes.
PATCHES = ((0.0, -0.50), (0.0, 0.05), (-0.62, 0.62), (0.62, 0.62), (-0.45, 0.95), (0.45, 0.95), (0.0, 1.50))
PATCH_SHARE = 0.28


@dataclass(frozen=True)
class LightSample:
    """What one frame shows ``since_s`` seconds after the first colour: means of skin and of the room behind, RGB 0–255.

    ``patches`` are the means of the places of skin apart, where they are known.
    """

    since_s: float
    skin: tuple[float, float, float]
    around: tuple[float, float, float] | None
    patches: tuple[tuple[float, float, float], ...] = ()


class LightWatch:
    """The light of one attempt: which colour to show when, and what the face made of it."""

    def __init__(self, nonce: str, mode: LightMode, skipped: str = "") -> None:
        self.mode, self.skipped = mode, skipped
        self.colours = draw_light(nonce) if self.wanted else ()
        self._began: float | None = None
        self._samples: list[LightSample] = []

    @property
    def wanted(self) -> bool:
        return self.mode != "off" and not self.skipped

    def begin(self, t_s: float) -> None:
        """Show the first colour from this frame on; once begun, nothing changes."""
        if self.wanted and self._began is None:
            self._began = t_s

    def watching(self, t_s: float) -> bool:
        """Whether a frame of this time tells of the light."""
        return self._began is not None and 0.0 <= t_s - self._began <= WATCHED_S

    def over(self, t_s: float) -> bool:
        """Whether nothing more is to be learnt: all has been seen, or there is no light."""
        return not self.wanted or (self._began is not None and t_s - self._began > WATCHED_S)

    def colour(self, t_s: float) -> Colour | None:
        """What the screen should show now."""
        name = None if self._began is None else shown(self.colours, t_s - self._began)
        return COLOURS[name] if name else None

    def see(self, t_s: float, image: np.ndarray, points: np.ndarray, box: tuple[int, int, int, int]) -> None:
        """Take in a frame with a frontal, resting face, while ``watching``."""
        taken = sample(image, points, box, self.since(t_s))
        if taken is not None:
            self.take(taken)

    def since(self, t_s: float) -> float:
        """Seconds after the first colour."""
        return t_s - self._began

    def take(self, taken: LightSample) -> None:
        self._samples.append(taken)

    def result(self) -> LightResult:
        if not self.wanted:
            return LightResult(mode=self.mode, skipped=self.skipped)
        answer = judge(self.colours, self._samples)
        return LightResult(
            mode=self.mode, colours=self.colours, correlation=_rounded(answer.correlation),
            amplitude=_rounded(answer.amplitude), lag_s=_rounded(answer.lag_s), answered=answer.answered)


@dataclass(frozen=True)
class Answer:
    """How the face answered; all None where there was too little to see. See ``LightResult``."""

    correlation: float | None = None
    amplitude: float | None = None
    lag_s: float | None = None
    answered: bool | None = None


def shown(colours: Sequence[str], since_s: float) -> str | None:
    """The colour on the screen ``since_s`` after the first; None before and after."""
    step = int(since_s // LIGHT_STEP_S)
    return colours[step] if 0 <= step < len(colours) else None


def linear(colour: Colour) -> tuple[float, float, float]:
    """Light of a screen colour, 0–1 a channel, by the sRGB curve (IEC 61966-2-1)."""
    parts = (value / 255 for value in colour)
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return red, green, blue


def sample(image: np.ndarray, points: np.ndarray, box: tuple[int, int, int, int], since_s: float) -> LightSample | None:
    """Means of the ``PATCHES`` of skin, and of the room left and right of the head; None where no skin is in the picture."""
    import numpy as np

    right, left = eyes(points)
    across = left - right
    eye_px = float(np.hypot(*across)) or 1.0
    down = np.array((-across[1], across[0]))
    middle, half = (right + left) / 2, max(2, round(PATCH_SHARE * eye_px / 2))
    patches = []
    for u, v in PATCHES:
        x, y = (middle + u * across + v * down).round().astype(int)
        patch = image[max(0, y - half):max(0, y + half), max(0, x - half):max(0, x + half)]
        if patch.size:
            patches.append(patch.reshape(-1, 3))
    if len(patches) < len(PATCHES):
        return None
    means = [_rgb(patch.mean(axis=0)) for patch in patches]
    skin = tuple(sum(channel) / len(means) for channel in zip(*means, strict=True))
    return LightSample(since_s, skin, _around(image, box), tuple(means))


def _around(image: np.ndarray, box: tuple[int, int, int, int]) -> tuple[float, float, float] | None:
    """The room: left and right of the head, from the picture's top to the chin; None where the face fills it."""
    import numpy as np

    x, y, width, height = box
    sides = (image[:max(0, y + height), :max(0, x - width // 2)], image[:max(0, y + height), x + width + width // 2:])
    pixels = [side[::4, ::4].reshape(-1, 3) for side in sides if side.shape[1] >= width // 8]
    return _rgb(np.concatenate(pixels).mean(axis=0)) if pixels else None


def judge(colours: Sequence[str], samples: Sequence[LightSample]) -> Answer:
    """The best correlation of skin and screen over all lags, and how much full white would brighten the face."""
    skin = _skin(samples) if _covered(samples) else None
    if skin is None:
        return Answer()
    lags = [n * LAG_STEP_S for n in range(round(LAG_MAX_S / LAG_STEP_S) + 1)]
    correlation, amplitude, lag_s = max((*_fit(colours, samples, skin, lag), lag) for lag in lags)
    return Answer(correlation, amplitude, lag_s, _answered(correlation, amplitude))


def _answered(correlation: float, amplitude: float) -> bool | None:
    """Yes, no, or None where it cannot be said: half a likeness, or an answer too small or too large for skin."""
    if correlation < NO_ANSWER:
        return False
    if correlation >= ANSWERED and AMPLITUDE_MIN <= amplitude <= AMPLITUDE_MAX:
        return True
    return None


def _covered(samples: Sequence[LightSample]) -> bool:
    steps = {int(s.since_s // LIGHT_STEP_S) for s in samples} & set(range(LIGHT_STEPS))
    return len(samples) >= SAMPLES_NEEDED and len(steps) >= STEPS_NEEDED


def _fit(colours: Sequence[str], samples: Sequence[LightSample], skin: np.ndarray, lag_s: float) -> tuple[float, float]:
    """Correlation and gain of log ``skin`` against the screen's light ``lag_s`` before, by least squares together with a
    share 0–1 of the room's own changes. Means and steady drifts are taken off all three first."""
    import numpy as np

    lit = [shown(colours, s.since_s - lag_s) is not None for s in samples]
    kept = [s for s, one in zip(samples, lit, strict=True) if one]
    times = np.array([s.since_s for s in kept])
    screen = np.array([linear(COLOURS[shown(colours, s.since_s - lag_s)]) for s in kept])
    screen, skin, room = (_steady(times, _opponent(v)) for v in (screen, skin[lit], _room(kept)))
    scale = np.maximum(screen.std(axis=0), WHITE_FLOOR)
    screen, skin, room = ((v / scale).ravel() for v in (screen, skin, room))
    share = _share(screen, skin, room)
    answer = skin - share * room
    power, energy = float(screen @ screen), float(answer @ answer)
    if power <= 0.0 or energy <= 1e-12:
        return 0.0, 0.0
    return float(screen @ answer) / (power * energy) ** 0.5, float(screen @ answer) / power


def _share(screen: np.ndarray, skin: np.ndarray, room: np.ndarray) -> float:
    """How much of the room's changes the skin shares besides its answer: 0 none, 1 all (the camera's own)."""
    power = float(screen @ screen) or 1.0
    rest = room - (float(room @ screen) / power) * screen
    spread = float(rest @ rest)
    return min(max(float(rest @ skin) / spread, 0.0), 1.0) if spread > 1e-12 else 0.0


def _opponent(rgb: np.ndarray) -> np.ndarray:
    """Brightness, red against blue, green against both; orthonormal."""
    import numpy as np

    axes = np.array(((1, 1, 1), (1, 0, -1), (-1, 2, -1))) / np.sqrt(((3,), (2,), (6,)))
    return rgb @ axes.T


def _steady(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Without mean and linear drift."""
    import numpy as np

    slope = times - times.mean()
    centred = values - values.mean(axis=0)
    return centred - np.outer(slope, slope @ centred / (slope @ slope))


def _log(values: Sequence[tuple[float, float, float]]) -> np.ndarray:
    import numpy as np

    return np.log(np.maximum(np.array(values), 1.0))


def _skin(samples: Sequence[LightSample]) -> np.ndarray | None:
    """Log of the skin, (samples, 3); None where a channel is too dark or overexposed everywhere.

    Of several patches the quiet ones count more, as hair or a shadow's edge comes and goes in others: quiet is what
    changes little from frame to frame, while the screen's own changes are the same in all.
    """
    import numpy as np

    patches = np.array([s.patches or (s.skin,) for s in samples])  # samples × patches × channels
    usable = (patches.mean(axis=0) <= SKIN_CLIPPED) & (patches.mean(axis=0) >= SKIN_DARK)
    if not usable.any(axis=0).all():
        return None
    logs = np.log(np.maximum(patches, 1.0))
    unrest = np.square(np.diff(logs, axis=0)).mean(axis=(0, 2)) + 1e-8
    weights = usable / unrest[:, None]
    return ((logs - logs.mean(axis=0)) * weights).sum(axis=1) / weights.sum(axis=0)


def _room(samples: Sequence[LightSample]) -> np.ndarray:
    """Log of the room; all zero where it cannot be used in every frame."""
    import numpy as np

    rooms = [s.around for s in samples]
    if any(r is None or min(r) < AROUND_DARK or max(r) > AROUND_CLIPPED for r in rooms):
        return np.zeros((len(samples), 3))
    return _log(rooms)


def _rgb(bgr: np.ndarray) -> tuple[float, float, float]:
    blue, green, red = (float(v) for v in bgr)
    return red, green, blue


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
