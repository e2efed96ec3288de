"""The built-in face models: where they lie, that they are whole, and the one hash that names the set."""

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from app.domain.condition import Kind

MODELS_MISSING = Kind(
    "models.missing", zh="缺少人脸模型文件", zh_next="请重新安装本程序。",
    en="A face model file is missing", en_next="Install the program again.")
MODELS_PACK_UNSUPPORTED = Kind(
    "models.pack_unsupported", zh="此版本还不能使用外部模型包", zh_next="请去掉模型包设置，使用内置模型。",
    en="This version cannot use a model pack yet", en_next="Remove the model pack from the settings.")

PACKAGE = "face_recognition_models"
LANDMARKS = "shape_predictor_68_face_landmarks.dat"
EMBEDDING = "dlib_face_recognition_resnet_model_v1.dat"


@cache
def folder() -> Path:
    """Where the built-in models lie. Found without importing their package, whose import needs ``pkg_resources``."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MODELS_MISSING()
    return Path(spec.origin).parent / "models"


def model(name: str) -> Path:
    path = folder() / name
    if not path.is_file():
        raise MODELS_MISSING()
    return path


@cache
def pack_sha256() -> str:
    """SHA-256 over the lines ``<sha256 of file>  <name>`` of the models in use, in the order of their names."""
    lines = "".join(f"{_file_sha256(model(name))}  {name}\n" for name in sorted((LANDMARKS, EMBEDDING)))
    return sha256(lines.encode()).hexdigest()


def _file_sha256(path: Path) -> str:
    hashed = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()
