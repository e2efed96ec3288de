"""The port that every face engine stands behind, and the values that go through it.

An engine finds faces, measures them, turns them into embeddings and, where its model pack can, judges whether a face is
a real one. It decides nothing: limits come with the pack, rules belong to liveness and match. ``face_dlib`` is the
engine of the built-in pack, ``face_onnx`` that of a bank's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.capture.face_pose import Pose
from app.domain.challenge import Action

if TYPE_CHECKING:
    import numpy as np

    from app.capture.model_pack import ModelFile

Embedding = tuple[float, ...]


@dataclass(frozen=True)
class Face:
    """A found face: box x, y, width, height in pixels of the picture, and the detector's own score.

    ``sure`` where the score is high enough to count it as a second person. ``five`` are right eye, left eye, nose tip,
    right and left corner of the mouth (the person's own sides) in pixels, where the detector tells them.
    """

    box: tuple[int, int, int, int]
    score: float
    sure: bool = True
    five: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True)
class Calibration:
    """Limits in the engine's own distance and the data behind them; see ``face_match.similarity`` for its two figures.

    ``same_person_at`` is the limit within one session: the same camera and light, so stricter than it looks.
    ``false_match_rate`` is the upper end of the 95 % interval of the share of strangers within ``pass_at``.
    """

    pass_at: float
    review_at: float
    same_person_at: float
    similarity_middle: float
    similarity_slope: float
    false_match_rate: float | None
    calibrated_on: str


@dataclass(frozen=True)
class AttackLimits:
    """The median live probability over at least ``frames`` neutral frames: below one limit reject, below the other review."""

    frames: int
    reject_below: float
    review_below: float
    calibrated_on: str = ""


class FaceEngine(Protocol):
    """What liveness and match need of a face engine. Pictures are BGR uint8, unmirrored.

    ``lacks`` names the roles its pack has no model for ("attack_detection", "landmarks"); ``measurable`` the actions
    that it can tell; ``attack`` is None where it judges no attacks; ``models`` are all that it uses, with their licences.
    """

    name: str
    pack_sha256: str
    built_in: bool
    lacks: tuple[str, ...]
    measurable: frozenset[Action]
    calibration: Calibration
    attack: AttackLimits | None
    models: tuple[ModelFile, ...]

    def faces(self, image: np.ndarray, *, thorough: bool = False, wide: bool = False) -> list[Face]:
        """Faces, largest first. ``thorough`` searches at more sizes, for single pictures. ``wide`` looks for smaller faces
        beside a large one too, where the engine would else be content with that; for now and then."""

    def points(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The points that ``pose`` and ``embedding`` of this engine rest on, float (n, 2) in pixels."""

    def pose(self, points: np.ndarray) -> Pose:
        """Angles and ratios from ``points``; a ratio that the engine cannot measure stays constant."""

    def embedding(self, image: np.ndarray, face: Face, points: np.ndarray) -> Embedding:
        """The face as numbers; the mean of several is an embedding too."""

    def distance(self, a: Embedding, b: Embedding) -> float:
        """How different two faces are, 0 and up, in the unit of ``calibration``."""

    def live_probability(self, image: np.ndarray, face: Face) -> float | None:
        """0–1 that the face is real and no print or screen; None without such a model."""


@dataclass(frozen=True, eq=False)
class Located:
    """The face of a picture that counts, with its points: what an embedding is made from."""

    face: Face
    points: np.ndarray
