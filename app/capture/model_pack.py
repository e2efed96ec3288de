"""A model pack: the folder of models that the face check works with, described by its ``pack.toml``.

Nothing in a pack is believed: keys that nobody knows are refused with their place, files are plain files of the folder
itself with the SHA-256 that the description gives, and what is loaded is the bytes that were hashed.
"""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from app.domain.condition import Condition, Kind
from app.domain.evidence import Sha256
from app.domain.model import Model

AGAIN = {"zh_next": "请向银行重新索取模型包，再运行 mianqian models add；也可用 mianqian models use built-in 换回内置模型。",
         "en_next": "Ask the bank for the pack again and run mianqian models add; mianqian models use built-in goes back "
                    "to the built-in models."}
PACK_MISSING = Kind(
    "models.pack_missing", zh="这里没有模型包（找不到或读不了 pack.toml）。",
    zh_next="请给出含有 pack.toml 的文件夹；如果是已启用的模型包丢失，"
            "请用 mianqian models add 重新安装，或用 mianqian models use built-in 换回内置模型。",
    en="There is no model pack here: pack.toml is missing or cannot be read.",
    en_next="Name the folder with the pack.toml. If the pack in use is gone, install it again with mianqian models add, or "
            "go back with mianqian models use built-in.")
PACK_NO_TOML = Kind("models.no_toml", zh="模型包的 pack.toml 不是 TOML：{why}", en="The pack.toml is no TOML: {why}", **AGAIN)
PACK_INVALID = Kind(
    "models.invalid", zh="模型包的 pack.toml 有误。位置：{where}；原因：{why}。",
    en="The pack.toml is wrong. At {where}: {why}.", **AGAIN)
PACK_UNKNOWN = Kind(
    "models.unknown", zh="模型包要求本程序不认识的内容。位置：{where}；值：{value}。", zh_next="请升级本程序，或更换模型包。",
    en="The pack asks for something this program does not know. At {where}: {value}.",
    en_next="Install a newer version of this program, or take another pack.")
PACK_INCOMPLETE = Kind(
    "models.incomplete", zh="模型包缺少必需的模型：{role}。", en="The pack lacks a model it must have: {role}.", **AGAIN)
FILE_MISSING = Kind("models.file_missing", zh="模型包缺少文件 {file}。", en="The pack's file {file} is missing.", **AGAIN)
FILE_OUTSIDE = Kind(
    "models.outside", zh="模型包中的 {file} 不是包内的普通文件。",
    en="The pack's {file} is no plain file of its folder.", **AGAIN)
FILE_TOO_LARGE = Kind(
    "models.too_large", zh="模型包中的 {file} 过大，超过了 {limit}。", en="The pack's {file} is larger than {limit}.", **AGAIN)
HASH_WRONG = Kind(
    "models.hash", zh="模型文件 {file} 与说明中的 SHA-256 不一致，可能损坏或被改动。",
    en="The model file {file} does not have the SHA-256 of its description: it is damaged or was changed.", **AGAIN)
BROKEN = Kind(
    "models.broken", zh="模型文件 {file} 打不开或形状不对。",
    en="The model file {file} does not load, or not as described.", **AGAIN)

DESCRIPTION = "pack.toml"
DESCRIPTION_LIMIT = 64 * 1024
FILE_LIMIT = 512 * 1024 * 1024
MODELS_LIMIT = 16
SHOWN = 60
_HASH = re.compile(r"[0-9a-f]{64}")
_EXTERNAL = b"\n\x08location"  # key of TensorProto.external_data in the file's protobuf


def _printable(text: str) -> str:
    """Descriptions are shown on terminals: nothing in them may steer one."""
    if not all(c.isprintable() or c in "\n\t" for c in text):
        raise ValueError("holds signs that cannot be printed")
    return text


Text = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_printable)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\n\t/\\]+$"), AfterValidator(_printable)]
Positive = Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Triple = tuple[float, float, float]
Role = Literal["face_detector", "landmarks", "face_embedding", "attack_detection"]
RUNTIMES: dict[str, tuple[str, ...]] = {
    "face_detector": ("cv2.FaceDetectorYN", "dlib.frontal_face_detector"),
    "landmarks": ("dlib.shape_predictor",),
    "face_embedding": ("onnxruntime", "cv2.dnn", "dlib.face_recognition_model_v1"),
    "attack_detection": ("cv2.dnn", "onnxruntime"),
}
ENGINES_OWN = frozenset(("dlib.frontal_face_detector", "dlib.face_recognition_model_v1"))  # of the built-in pack alone
DISTANCES = ("1 - cosine", "euclidean")


def _plain_name(name: str) -> str:
    """A file name without any way out of the folder, on Windows too."""
    if not name or len(name.encode()) > 200 or name in (".", "..") or any(
            c in '/\\:*?"<>|' or not c.isprintable() for c in name):
        raise ValueError("must be the name of a file in the pack's own folder")
    return name


class ModelFile(Model):
    """One model. ``file`` is empty for one that lies inside a library. ``input`` and ``output`` say in words what the
    keys of ``pack_input`` say in figures. ``commercial_use`` None where the licence leaves it open."""

    role: Role
    file: Annotated[str, AfterValidator(_plain_name)] = Field(default="", validate_default=False)
    sha256: Sha256 | Literal[""] = ""
    licence: Text
    source: Text = ""
    commercial_use: bool | None = None
    note: Text = ""
    runtime: Annotated[str, StringConstraints(max_length=80)]
    input: Text = ""
    output: Text = ""
    # how pictures are fed, where the words of ``input`` are not of the usual form
    size: Annotated[int, Field(ge=32, le=512)] | None = None
    channels: Literal["RGB", "BGR"] | None = None
    mean: Triple | None = None
    std: Annotated[Triple, AfterValidator(lambda std: _nonzero(std))] | None = None
    enlarged: Annotated[float, Field(ge=1, le=8)] | None = None
    # face_embedding alone
    distance: Annotated[str, StringConstraints(max_length=40)] = ""
    pass_at: Positive | None = None
    review_at: Positive | None = None
    same_person_at: Positive | None = None
    similarity_middle: Positive | None = None
    similarity_slope: Positive | None = None
    false_match_rate: Share | None = None
    calibrated_on: Text = ""

    @model_validator(mode="after")
    def _whole(self) -> ModelFile:
        if bool(self.file) != bool(self.sha256):
            raise ValueError("file and sha256 go together")
        if not self.file and self.runtime != "dlib.frontal_face_detector":
            raise ValueError("file is missing")
        if self.role == "face_embedding":
            if self.pass_at is None or self.review_at is None or not self.distance:
                raise ValueError("an embedding needs distance, pass_at and review_at")
            if self.pass_at > self.review_at:
                raise ValueError("pass_at is above review_at")
        return self


class AttackDecision(Model):
    median_over_frames: Annotated[int, Field(ge=1, le=100)]
    reject_below: Share
    review_below: Share
    calibrated_on: Text = ""

    @model_validator(mode="after")
    def _ordered(self) -> AttackDecision:
        if self.reject_below > self.review_below:
            raise ValueError("reject_below is above review_below")
        return self


class PackDescription(Model):
    """What ``pack.toml`` says. ``builtin_landmarks``: blink and mouth may use the built-in 68-point file (whose licence
    excludes commercial use) where the pack brings none."""

    schema_: Literal[1] = Field(alias="schema")
    name: Short
    version: Short
    note: Text = ""
    builtin_landmarks: bool = True
    model: tuple[ModelFile, ...] = Field(min_length=1, max_length=MODELS_LIMIT)
    attack_decision: AttackDecision | None = None

    def of_role(self, role: Role) -> tuple[ModelFile, ...]:
        return tuple(model for model in self.model if model.role == role)


@dataclass(frozen=True)
class ModelPack:
    """A pack whose description and hashes hold. ``text`` is the pack.toml; ``sha256`` names the pack, all of it together."""

    folder: Path
    text: bytes
    description: PackDescription
    sha256: str
    built_in: bool = False

    def read(self, model: ModelFile) -> bytes:
        """The bytes of a model, hashed as they are read. Raises ``models.*``."""
        return read_model(self.folder, model)

    def path(self, model: ModelFile) -> Path:
        """For libraries that load by path alone; the file is hashed now."""
        return model_path(self.folder, model)

    @cached_property
    def lacks(self) -> tuple[str, ...]:
        return tuple(role for role in ("attack_detection", "landmarks") if not self.description.of_role(role))


def read_pack(folder: Path) -> ModelPack:
    """The pack in ``folder``, its description checked and every file hashed. Raises ``models.*``.

    A folder that is named by a hash, as on the shelf, holds the pack of that hash and no other.
    """
    text = _description_bytes(folder / DESCRIPTION)
    description = parse_description(text)
    if any(model.runtime in ENGINES_OWN for model in description.model):
        raise PACK_UNKNOWN(where="runtime", value="dlib")
    found = pack_sha256(text, description, folder)
    if _HASH.fullmatch(folder.name) and folder.name != found:
        raise HASH_WRONG(file=DESCRIPTION)
    return ModelPack(folder, text, description, found)


def pack_sha256(text: bytes, description: PackDescription, folder: Path) -> str:
    """SHA-256 over the lines ``<sha256>  <name>`` of pack.toml and of every file, in the order of their names, as
    ``sha256sum`` prints them. Each file is hashed and compared on the way."""
    sums = {DESCRIPTION: sha256(text).hexdigest()}
    for model in description.model:
        if model.file:
            _hash_file(_plain_file(folder, model.file), model)
            sums[model.file] = model.sha256
    return sha256("".join(f"{value}  {name}\n" for name, value in sorted(sums.items())).encode()).hexdigest()


def parse_description(text: bytes) -> PackDescription:
    """The description that the bytes of a pack.toml hold. Raises ``models.no_toml``, ``invalid``, ``unknown``, ``incomplete``."""
    try:
        data = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PACK_NO_TOML(why=_shown(str(error) or "nesting")) from None
    _known(data)
    try:
        description = TypeAdapter(PackDescription).validate_python(data)
    except ValidationError as error:
        raise _invalid(error) from None
    _complete(description)
    return description


def read_model(folder: Path, model: ModelFile) -> bytes:
    path = _plain_file(folder, model.file)
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT)
    except OSError as error:
        raise FILE_MISSING(file=model.file) from error
    if sha256(data).hexdigest() != model.sha256:
        raise HASH_WRONG(file=model.file)
    return data


def model_path(folder: Path, model: ModelFile) -> Path:
    """The path of a model whose bytes have just been hashed. Raises ``models.*``."""
    path = _plain_file(folder, model.file)
    _hash_file(path, model)
    return path


def _description_bytes(path: Path) -> bytes:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise FILE_OUTSIDE(file=DESCRIPTION)
        if found.st_size > DESCRIPTION_LIMIT:
            raise FILE_TOO_LARGE(file=DESCRIPTION, limit="64 KB")
        with path.open("rb") as file:
            return file.read(DESCRIPTION_LIMIT)
    except (OSError, ValueError) as error:
        raise PACK_MISSING() from error


def _plain_file(folder: Path, name: str) -> Path:
    """The path of a file that lies in the folder itself, is no link and not absurdly large."""
    path = folder / _plain_name(name)
    try:
        found = path.lstat()
    except OSError as error:
        raise FILE_MISSING(file=name) from error
    if not stat.S_ISREG(found.st_mode):
        raise FILE_OUTSIDE(file=name)
    if found.st_size > FILE_LIMIT:
        raise FILE_TOO_LARGE(file=name, limit="512 MB")
    return path


def _hash_file(path: Path, model: ModelFile) -> None:
    hashed = sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                hashed.update(block)
    except OSError as error:
        raise FILE_MISSING(file=model.file) from error
    if hashed.hexdigest() != model.sha256:
        raise HASH_WRONG(file=model.file)


def _known(data: dict[str, Any]) -> None:
    """Whether this program knows what the pack asks for; a newer one may."""
    if data.get("schema", 1) != 1:
        raise PACK_UNKNOWN(where="schema", value=_shown(data["schema"]))
    models = data.get("model")
    for number, model in enumerate(models if isinstance(models, list) else [], 1):
        if not isinstance(model, dict):
            continue
        role, runtime, distance = (model.get(key) for key in ("role", "runtime", "distance"))
        if isinstance(role, str) and role not in RUNTIMES:
            raise PACK_UNKNOWN(where=f"model[{number}].role", value=_shown(role))
        if isinstance(role, str) and isinstance(runtime, str) and runtime not in RUNTIMES[role]:
            raise PACK_UNKNOWN(where=f"model[{number}].runtime", value=_shown(runtime))
        if isinstance(distance, str) and distance not in DISTANCES:
            raise PACK_UNKNOWN(where=f"model[{number}].distance", value=_shown(distance))


def _complete(description: PackDescription) -> None:
    for role in ("face_detector", "face_embedding"):
        if not description.of_role(role):
            raise PACK_INCOMPLETE(role=role)
    for role in ("face_detector", "face_embedding", "landmarks"):
        if len(description.of_role(role)) > 1:
            raise PACK_INVALID(where=f"model.role = {role}", why="only one of this role")
    if description.of_role("attack_detection") and description.attack_decision is None:
        raise PACK_INVALID(where="attack_decision", why="missing, although there is an attack_detection model")
    names = [model.file.casefold() for model in description.model if model.file]
    if len(set(names)) != len(names) or DESCRIPTION in names:
        raise PACK_INVALID(where="model.file", why="a file is named twice")


def _invalid(error: ValidationError) -> Condition:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    return PACK_INVALID(where=_shown(where) or DESCRIPTION, why=_shown(first["msg"].removeprefix("Value error, ")))


def elsewhere(data: bytes) -> bool:
    """Whether an ONNX file wants weights from other files, perhaps outside its pack."""
    return _EXTERNAL in data


def _shown(value: object) -> str:
    """A hostile text as it may stand in a sentence."""
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _nonzero(triple: Triple) -> Triple:
    if any(not abs(value) > 1e-6 for value in triple):
        raise ValueError("must not be 0")
    return triple
