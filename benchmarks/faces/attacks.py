"""Living and spoofed faces played through real attempts: what is let in, what is turned away, and by what.

Every clip is judged with the policy that a production pack has (an engine without attack detection is at best review),
the coloured light observed; what enforcing the light would change is told beside it. Prints and screens come from an
enrolled camera, as they do in life. Injected video is judged as if it came from an enrolled camera, which shows what the
pictures alone give away; the kind that nothing in its pictures gives away is played again as what it is, a device that
nobody enrolled. That doubt rests on the device alone and holds for every injected video alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.capture.camera import CAMERA_LOST, Camera
from app.capture.face import FaceEngine
from app.capture.frames import Frame
from app.capture.measures import measure
from app.capture.quality_face import fault
from app.capture.session import LivenessOutcome
from app.domain.challenge import LivenessRules
from app.domain.condition import Condition
from app.domain.face import LivenessResult
from benchmarks.faces.cards import card_portrait
from benchmarks.synth.clip import CAMERA_ID, Clip, play
from benchmarks.synth.people import REPORTING, TUNING, Person, person

REPORTING_SEED, TUNING_SEED = 500, 900
ENROLLED = LivenessRules(light="observe", cameras=(CAMERA_ID,))
UNKNOWN_ID = "usb:0000:0000:unknown"
GENUINE = {  # name → frames a second, room, glasses
    "15 fps": (15, "office", False), "5 fps": (5, "office", False), "10 fps": (10, "office", False),
    "25 fps": (25, "office", False), "dark": (10, "dark", False), "bright": (10, "bright", False),
    "backlit": (10, "backlit", False), "glasses": (10, "office", True)}
ATTACK_FPS = 10
UNTOLD = "puppet_lit"  # the attack that no picture tells: played as an unknown camera besides


@dataclass(frozen=True)
class Trial:
    """One attempt's outcome. ``group`` is the species or, of a living person, the circumstances."""

    engine: str
    genuine: bool
    group: str
    person: str
    seed: int
    source: str
    result: LivenessResult
    zone: str | None

    @property
    def verdict(self) -> str:
        return self.result.verdict

    @property
    def clean(self) -> bool:
        """Nothing speaks against it but what every attempt with such a pack is told: there is no attack detection."""
        return self.verdict != "reject" and not set(self.result.reasons) - {"no_attack_detection"}

    @property
    def answered(self) -> bool:
        """The coloured light was answered; without that, enforcing it rejects or asks for review."""
        return self.result.light is not None and self.result.light.answered is True


@dataclass(frozen=True)
class Cast:
    people: tuple[Person, ...]
    cards: tuple[bytes, ...]
    seed: int

    @classmethod
    def of(cls, names: tuple[str, ...], data: Path | None, seed: int) -> Cast:
        people = tuple(person(name, data) for name in names)
        return cls(people, tuple(card_portrait(one.portrait, 50 + n) for n, one in enumerate(people)), seed)


def tuning(data: Path | None) -> Cast:
    return Cast.of(TUNING, data, TUNING_SEED)


def reporting(data: Path) -> Cast:
    return Cast.of(REPORTING, data, REPORTING_SEED)


def living(cast: Cast, engines: dict[str, FaceEngine], groups: tuple[str, ...]) -> Iterator[Trial]:
    """Person by person in every circumstance of ``groups``."""
    for number, one in enumerate(cast.people):
        for place, group in enumerate(groups):
            fps, room, glasses = GENUINE[group]
            clip = Clip("genuine", one, cast.seed + 10 * place + number, fps=fps, room=room, glasses=glasses)
            yield from _trials(clip, group, cast.cards[number], engines)


def spoofed(cast: Cast, engines: dict[str, FaceEngine], species: tuple[str, ...]) -> Iterator[Trial]:
    """Person by person in every way of ``species``."""
    for number, one in enumerate(cast.people):
        for place, name in enumerate(species):
            clip = Clip(name, one, cast.seed + 100 + 10 * place + number, fps=ATTACK_FPS, other=cast.people[number - 1])
            yield from _trials(clip, name, cast.cards[number], engines, unknown=name == UNTOLD and number == 0)


def _trials(clip: Clip, group: str, card: bytes, engines: dict[str, FaceEngine],
            unknown: bool = False) -> Iterator[Trial]:
    """``unknown``: play it once more as a camera that nobody enrolled, which no picture has a part in."""
    for name, engine in engines.items():
        yield _trial(clip, group, name, "enrolled", play(clip, engine, ENROLLED, card))
        if unknown:
            source = clip.source.model_copy(update={"hardware_id": UNKNOWN_ID})
            yield _trial(clip, group, name, "unknown", play(clip, engine, ENROLLED, card, source))


def _trial(clip: Clip, group: str, engine: str, source: str, outcome: LivenessOutcome) -> Trial:
    return Trial(engine, clip.species == "genuine", group, clip.one.name, clip.seed, source, outcome.result,
                 outcome.match.zone if outcome.match else None)


@dataclass(frozen=True)
class Watched:
    """What attack detection says of a real video or still: frames that were good enough, and the median probability."""

    name: str
    genuine: bool
    frames: int
    median: float | None


VIDEOS = ("video/vardanagarwal+Proctoring-AI/eye_tracking/center_focus.mp4",
          "video/vardanagarwal+Proctoring-AI/eye_tracking/center_left_center.mp4",
          "video/vardanagarwal+Proctoring-AI/eye_tracking/center_right_center.mp4",
          "video/ageitgey+face_recognition/examples/short_hamilton_clip.mp4")
STILLS = {"image_T1.jpg": True, "image_F1.jpg": False, "image_F2.jpg": False}
STILL_FOLDER = "faces/minivision-ai+Silent-Face-Anti-Spoofing/images/sample"
EVERY = 6


def watched(data: Path, engine: FaceEngine) -> Iterator[Watched]:
    """Real recordings hold no whole challenge; what they can show is what attack detection makes of their frames."""
    from statistics import median

    from benchmarks.synth.people import read

    for name in VIDEOS:
        seen = [p for image in _every(data / name) if (p := _probability(engine, image, still=False)) is not None]
        yield Watched(Path(name).name, True, len(seen), median(seen) if seen else None)
    for name, real in STILLS.items():
        p = _probability(engine, read(data / STILL_FOLDER / name), still=True)
        yield Watched(name, real, int(p is not None), p)


def _every(path: Path) -> Iterator:
    with Camera.open(str(path), pace=False) as camera:
        number = 0
        while True:
            try:
                frame: Frame = camera.read()
            except Condition as trouble:
                if trouble.code != CAMERA_LOST.code:
                    raise
                return
            if number % EVERY == 0:
                yield frame.image
            number += 1


def _probability(engine: FaceEngine, image, *, still: bool) -> float | None:
    seen, found = measure(engine, image, 0.0, thorough=still)
    return None if found is None or (not still and fault(seen)) else engine.live_probability(image, found.face)
