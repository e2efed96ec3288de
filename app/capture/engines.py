"""Which engine a model pack asks for."""

from __future__ import annotations

from pathlib import Path

from app.capture import models
from app.capture.face import FaceEngine
from app.capture.face_dlib import DlibEngine


def load_engine(pack: Path | None = None) -> FaceEngine:
    """The engine of a model pack; without one the built-in. Models load at their first use."""
    if pack is not None:
        raise models.MODELS_PACK_UNSUPPORTED()
    return DlibEngine()
