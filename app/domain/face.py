"""Values of the face check: where frames came from, what an attempt showed, how alike two faces are."""

from typing import Literal

from app.domain.challenge import Action, LightMode, NonceFrom
from app.domain.evidence import Sha256
from app.domain.model import Model

# Hashes of the built-in model packs of all releases: a bank need not approve them (policy pack, ``model_packs``).
BUILT_IN_PACKS = frozenset({"0cdaf935bf64a86dd8f4eb2e86c95088b520b96d6665b7b0c068c574a2134720"})

class FrameSource(Model):
    """Where camera frames came from. ``kind`` 'file' and 'stream' are marked for ever and never pass in production.

    ``hardware_id`` names the device itself (bus, vendor, product, serial or port), '' where the system does not tell.
    """

    kind: Literal["device", "file", "stream"]
    name: str
    width: int
    height: int
    fps: float
    hardware_id: str = ""


def camera_doubts(source: FrameSource, enrolled: tuple[str, ...] | None) -> frozenset[str]:
    """Why a person should look at what this device showed: it does not say which hardware it is, or it is none of those
    ``enrolled`` (None = any real camera will do). Files and streams have marks of their own."""
    if source.kind != "device":
        return frozenset()
    if not source.hardware_id:
        return frozenset({"camera_unknown"})
    known = enrolled is None or source.hardware_id in enrolled
    return frozenset() if known else frozenset({"camera_not_enrolled"})


class ActionResult(Model):
    action: Action
    passed: bool
    at_s: float | None
    measure: float | None


class LightResult(Model):
    """The face's answer to the coloured light. ``correlation`` −1…1 with the colours shown at the best ``lag_s``;
    ``amplitude`` its size as a share of the face's mean brightness; ``answered`` None where it could not be judged."""

    mode: LightMode
    colours: tuple[str, ...] = ()
    correlation: float | None = None
    amplitude: float | None = None
    lag_s: float | None = None
    answered: bool | None = None
    skipped: str = ""


class LivenessResult(Model):
    """The verdict of one liveness attempt with what it rests on. Units: seconds, degrees, ratios as the engine documents.

    ``passive`` is the median probability of a real face over ``passive_frames`` neutral frames, None without such a
    model; ``lacks`` names the roles that the model pack has no model for.
    """

    verdict: Literal["live", "review", "reject"]
    actions: tuple[ActionResult, ...]
    reasons: tuple[str, ...]
    identity_distance_max: float | None
    passive: float | None
    frames: int
    fps: float
    engine: str
    pack_sha256: Sha256
    nonce: str
    source: FrameSource
    nonce_from: NonceFrom = "device"
    attempt: int = 1
    without: tuple[Action, ...] = ()
    passive_frames: int = 0
    light: LightResult | None = None
    lacks: tuple[str, ...] = ()


class EngineFacts(Model):
    """The face engine in use: its model pack, the roles the pack has no model for, the actions it can measure."""

    name: str
    pack_sha256: Sha256
    built_in: bool
    lacks: tuple[str, ...]
    measurable: tuple[Action, ...]


class FaceMatch(Model):
    """Live face against the card's portrait. ``similarity`` is 0–1 for reading, ``distance`` the engine's own measure.

    ``false_match_rate`` is the share of strangers that pass at ``threshold``, as the upper end of its 95 % interval on the
    data that ``calibrated_on`` names; None where nobody measured.
    """

    zone: Literal["pass", "review", "fail"]
    similarity: float
    distance: float
    threshold: float
    review_threshold: float
    engine: str
    pack_sha256: Sha256
    frames_used: int
    false_match_rate: float | None = None
    calibrated_on: str = ""
