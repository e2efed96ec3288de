"""The built-in model pack: where its files lie, that they are whole, and how it is described."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from app.capture.model_pack import ModelFile, ModelPack, model_path, pack_sha256, parse_description
from app.domain.condition import Condition, Kind

MODELS_MISSING = Kind(
    "models.missing", zh="缺少内置的人脸模型文件，或文件已被改动", zh_next="请重新安装本程序。",
    en="A built-in face model file is missing or was changed", en_next="Install the program again.")

PACKAGE = "face_recognition_models"
DESCRIPTION = Path(__file__).resolve().parents[2] / "resources" / "models" / "built-in.toml"


@cache
def folder() -> Path:
    """Where the built-in models lie. Found without importing their package, whose import needs ``pkg_resources``."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MODELS_MISSING()
    return Path(spec.origin).parent / "models"


@cache
def built_in_pack() -> ModelPack:
    """The built-in pack, every file of it hashed. Raises ``models.missing``."""
    text = DESCRIPTION.read_bytes()
    description = parse_description(text)
    try:
        return ModelPack(folder(), text, description, pack_sha256(text, description, folder()), built_in=True)
    except Condition as trouble:
        raise MODELS_MISSING() from trouble


def landmark_model() -> ModelFile | None:
    """The 68-point file, for a pack that brings none; None where this installation is without it."""
    [model] = parse_description(DESCRIPTION.read_bytes()).of_role("landmarks")
    try:
        return model if (folder() / model.file).is_file() else None
    except Condition:
        return None


@cache
def landmark_file() -> Path:
    """Its path; the file is hashed now. Raises ``models.missing``."""
    model = landmark_model()
    if model is None:
        raise MODELS_MISSING()
    return model_path(folder(), model)
