"""A handwritten signature as it was drawn: every point with its place, time, pressure and tilt, never just a picture."""

from hashlib import sha256
from itertools import pairwise
from math import hypot
from typing import Annotated

from pydantic import Field, model_validator

from app.domain.condition import Kind
from app.domain.model import Model

MIN_POINTS = 5
MIN_LENGTH_MM = 5.0
SAME_WITHIN = 0.005

BLANK = Kind("ink.blank", zh="还没有签名。", zh_next="请在签名区内手写姓名。",
             en="There is no signature yet.", en_next="Write the name by hand inside the signing area.")
TOO_SHORT = Kind("ink.too_short", zh="签名太短，只有一个点或一小段笔画。", zh_next="请清除后完整书写姓名。",
                 en="The signature is too short: a dot or a small stroke.",
                 en_next="Clear it and write the whole name.")
COPIED = Kind("ink.copied", zh="这个签名与另一处签名的笔迹完全相同。", zh_next="请清除后重新手写，每一处都要亲笔签。",
              en="This signature is the very same ink as another one.",
              en_next="Clear it and write again; every place is signed by hand.")

Share = Annotated[float, Field(ge=0, le=1)]


Tilt = Annotated[float, Field(ge=-90, le=90)]


class InkPoint(Model):
    """``x``, ``y`` are shares of the pad (0,0 top left); ``t_ms`` since the first touch, by the device's own clock where it
    has one; ``pressure`` 0–1. ``tilt_x``, ``tilt_y`` are the pen's degrees from upright to the right and towards the writer,
    None of what cannot tell."""

    x: Share
    y: Share
    t_ms: int = Field(ge=0)
    pressure: Share
    tilt_x: Tilt | None = None
    tilt_y: Tilt | None = None


class Ink(Model):
    """One signature. ``device`` names what drew it: pen, finger or mouse, with its model where known."""

    strokes: tuple[tuple[InkPoint, ...], ...]
    pad_width_mm: float = Field(gt=0, le=2000)
    pad_height_mm: float = Field(gt=0, le=2000)
    device: str

    @model_validator(mode="after")
    def _in_order(self) -> "Ink":
        if any(b.t_ms < a.t_ms for a, b in pairwise(self.points())):
            raise ValueError("the points of a signature are not in order of time")
        return self

    def points(self) -> tuple[InkPoint, ...]:
        return tuple(point for stroke in self.strokes for point in stroke)

    def length_mm(self) -> float:
        """Length of all strokes on the pad in millimetres, pen-up moves not counted."""
        return sum(hypot((b.x - a.x) * self.pad_width_mm, (b.y - a.y) * self.pad_height_mm)
                   for stroke in self.strokes for a, b in pairwise(stroke))


def check_ink(ink: Ink) -> None:
    """Raises ``ink.blank`` without any point and ``ink.too_short`` below 5 points or 5 mm of line."""
    count = len(ink.points())
    if count == 0:
        raise BLANK()
    if count < MIN_POINTS or ink.length_mm() < MIN_LENGTH_MM:
        raise TOO_SHORT()


def same_ink(a: Ink, b: Ink) -> bool:
    """True for a copied signature: stroke by stroke and point by point the same shape, wherever and however large.

    No hand repeats itself to half a per cent at every point, so times are not compared and may have been changed.
    """
    if [len(stroke) for stroke in a.strokes] != [len(stroke) for stroke in b.strokes]:
        return False
    return all(abs(p - q) <= SAME_WITHIN and abs(r - s) <= SAME_WITHIN
               for (p, r), (q, s) in zip(_shape(a), _shape(b), strict=True))


def shape_sha256(ink: Ink) -> str:
    """The same for a copy, wherever and however large, and for nothing else: by it other cases are searched. A copy that was
    rounded to other pixels escapes; ``same_ink`` is for that."""
    strokes = ",".join(str(len(stroke)) for stroke in ink.strokes)
    return sha256((strokes + ";" + " ".join(f"{x:.3f} {y:.3f}" for x, y in _shape(ink))).encode()).hexdigest()


def _shape(ink: Ink) -> list[tuple[float, float]]:
    """The points in millimetres, moved to the origin and scaled so that the longer side is 1."""
    places = [(p.x * ink.pad_width_mm, p.y * ink.pad_height_mm) for p in ink.points()]
    if not places:
        return []
    left, top = min(x for x, _ in places), min(y for _, y in places)
    side = max(max(x for x, _ in places) - left, max(y for _, y in places) - top) or 1.0
    return [((x - left) / side, (y - top) / side) for x, y in places]
