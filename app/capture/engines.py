"""Which engine a model pack asks for."""

from __future__ import annotations

from pathlib import Path

from app.capture.built_in_pack import built_in_pack
from app.capture.face import FaceEngine
from app.capture.face_dlib import DlibEngine
from app.capture.face_onnx import PackEngine
from app.capture.model_pack import ModelPack, read_pack


def load_engine(pack: Path | None = None) -> FaceEngine:
    """The engine of the model pack in a folder; without one the built-in. Files are hashed now, models load at their
    first use. Raises ``models.*``."""
    return engine_of(built_in_pack() if pack is None else read_pack(pack))


def engine_of(pack: ModelPack) -> FaceEngine:
    return DlibEngine(pack) if pack.built_in else PackEngine(pack)
