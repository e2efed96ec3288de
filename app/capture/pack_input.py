"""How a pack's model wants its pictures: from the keys of ``pack.toml``, else from the usual words of ``input``.

The words are of a few known forms ("112x112 …, RGB, /255, ImageNet mean and std", "enlarged 2.7 times"). What neither
keys nor words say is refused, never guessed: a network fed wrongly still answers, only not about faces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.capture.model_pack import PACK_INVALID, ModelFile, PackDescription

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_SIZE = re.compile(r"\b(\d{2,3})\s*[x×]\s*(\d{2,3})\b")
_ENLARGED = re.compile(r"\benlarged (\d+(?:\.\d+)?) times")
_SAME = re.compile(r"^\s*the same\b")


@dataclass(frozen=True)
class EmbeddingInput:
    """An aligned face of ``size`` pixels; a pixel's value 0–1 becomes (value − mean) / std, in the order ``channels``."""

    size: int
    channels: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class AttackInput:
    """The face box enlarged ``enlarged`` times, cut out and shrunk to ``size`` pixels, BGR 0–255."""

    size: int
    enlarged: float


def embedding_input(model: ModelFile) -> EmbeddingInput:
    """Raises ``models.invalid`` where something stays open."""
    mean, std = _normalisation(model)
    channels = model.channels or ("RGB" if "RGB" in model.input else "BGR" if "BGR" in model.input else None)
    if channels is None:
        raise _open(model, "channels")
    return EmbeddingInput(_size(model), channels, mean, std)


def attack_inputs(description: PackDescription) -> tuple[AttackInput, ...]:
    """One for each attack-detection model; "the same, …" takes over the size of the one before."""
    inputs: list[AttackInput] = []
    for model in description.of_role("attack_detection"):
        size = inputs[-1].size if inputs and model.size is None and _SAME.match(model.input) else _size(model)
        said = _ENLARGED.search(model.input)
        enlarged = model.enlarged or (float(said[1]) if said else None)
        if enlarged is None or not 1 <= enlarged <= 8:
            raise _open(model, "enlarged")
        inputs.append(AttackInput(size, enlarged))
    return tuple(inputs)


def _size(model: ModelFile) -> int:
    said = _SIZE.search(model.input)
    if model.size is not None:
        return model.size
    if said is None or said[1] != said[2] or not 32 <= int(said[1]) <= 512:
        raise _open(model, "size")
    return int(said[1])


def _normalisation(model: ModelFile) -> tuple[Sequence[float], Sequence[float]]:
    if model.mean is not None and model.std is not None:
        return model.mean, model.std
    words = model.input
    if "ImageNet mean and std" in words and "/255" in words:
        return IMAGENET
    if "127.5" in words:
        return (0.5,) * 3, (0.5,) * 3
    if "0-255" in words:
        return (0.0,) * 3, (1 / 255,) * 3
    raise _open(model, "mean, std")


def _open(model: ModelFile, key: str):
    return PACK_INVALID(where=f"{model.file}: input", why=f"neither the words nor the key {key} say how to feed it")
