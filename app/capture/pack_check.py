"""Does every model of a pack really work? Each is loaded and run on a picture of a face, which must be found and known.

A network that loads may still be fed wrongly; then its answers are nonsense, and that shows here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.engines import engine_of
from app.capture.face import FaceEngine
from app.capture.model_pack import BROKEN, ModelPack, Role
from app.capture.picture import decode

if TYPE_CHECKING:
    import numpy as np

PICTURE = Path(__file__).resolve().parents[2] / "resources" / "models" / "test-face.jpg"


@dataclass(frozen=True)
class FileCheck:
    """A model that was hashed, loaded and run; ``ms`` for both of the latter."""

    role: Role
    file: str
    ms: int


def check_pack(pack: ModelPack) -> list[FileCheck]:
    """Load and run every model of a pack, whose hashes hold. Raises ``models.broken`` at the first that does not work."""
    engine, picture = engine_of(pack), decode(PICTURE.read_bytes())
    steps: dict[str, Callable[[], bool]] = {
        "face_detector": lambda: len(engine.faces(picture)) == 1,
        "landmarks": lambda: len(_points(engine, picture)) == 68,
        "face_embedding": lambda: _knows_its_own(engine, picture),
        "attack_detection": lambda: 0.0 <= engine.live_probability(picture, engine.faces(picture)[0]) <= 1.0}
    checks = []
    for role, works in steps.items():
        models = [model for model in engine.models if model.role == role]
        begun = time.perf_counter()
        if models and not works():
            raise BROKEN(file=models[0].file or models[0].runtime)
        ms = round((time.perf_counter() - begun) * 1000)
        checks += [FileCheck(role, model.file or model.runtime, ms) for model in models]
    return checks


def _points(engine: FaceEngine, picture: np.ndarray) -> np.ndarray:
    return engine.points(picture, engine.faces(picture)[0])


def _knows_its_own(engine: FaceEngine, picture: np.ndarray) -> bool:
    """The same face in another light and size is the same person by the pack's own limit."""
    import cv2
    import numpy as np

    darker = cv2.resize(np.clip(picture * 0.8 + 6, 0, 255).astype(np.uint8), None, fx=0.8, fy=0.8,
                        interpolation=cv2.INTER_AREA)
    rows = []
    for one in (picture, darker):
        for face in engine.faces(one)[:1]:
            rows.append(engine.embedding(one, face, engine.points(one, face)))
    return len(rows) == 2 and engine.distance(*rows) <= engine.calibration.pass_at
