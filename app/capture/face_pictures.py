"""Faces in single pictures, as the vision worker compares them: chip photo, photo together, templates of live frames.

But for ``template``, every embedding made here is dropped when the answer is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.capture.face import Embedding, Face
from app.capture.face_match import match
from app.capture.measures import measure
from app.capture.picture import decode, encode_jpeg
from app.capture.quality_face import one_face
from app.capture.session import engine, portrait_embedding
from app.domain.condition import Condition
from app.domain.face import FaceMatch

if TYPE_CHECKING:
    import numpy as np

CROP_PX = 480


@dataclass(frozen=True)
class Template:
    """A person's face as numbers, comparable within one model pack."""

    pack_sha256: str
    embedding: Embedding


@dataclass(frozen=True)
class Together:
    """A photo of several people: how many faces, and the one most like each person; None where nothing was compared."""

    faces: int
    customer: FaceMatch | None = None
    manager: FaceMatch | None = None


def check_portrait(picture: bytes) -> None:
    """Raise ``face.*`` or ``picture.*`` unless the face of a card's portrait can be compared."""
    portrait_embedding(engine(), decode(picture))


def face_crop(picture: bytes) -> bytes:
    """The one face in it with a margin, at most ``CROP_PX`` high, as JPEG. Raises ``face.*`` or ``picture.*`` where it
    could not be compared."""
    import cv2

    image = decode(picture)
    seen, _ = measure(engine(), image, thorough=True)
    trouble = one_face(seen)
    if trouble is not None:
        raise trouble
    x, y, width, height = seen.box
    crop = image[max(0, y - height // 2):y + height * 3 // 2, max(0, x - width // 2):x + width * 3 // 2]
    scale = min(1.0, CROP_PX / crop.shape[0])
    return encode_jpeg(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def compare_with_chip(portrait: bytes | None, chip_photo: bytes) -> FaceMatch | None:
    """The printed portrait against the chip's photo; None where there is no print to compare, or it is unusable. A photo
    that is no picture raises, and one without a face where there is something to compare."""
    photo = decode(chip_photo)
    if portrait is None:
        return None
    theirs = portrait_embedding(engine(), photo)
    try:
        printed = portrait_embedding(engine(), decode(portrait))
    except Condition as trouble:
        if not trouble.code.startswith(("face.", "picture.")):
            raise
        return None
    return match(engine(), [printed], theirs)


def template(frames_jpeg: Sequence[bytes]) -> Template | None:
    """The mean face of several frames of one person; None where none of them can be compared."""
    faces = _embeddings(frames_jpeg)
    mean = tuple(sum(column) / len(faces) for column in zip(*faces, strict=True))
    return Template(engine().pack_sha256, mean) if faces else None


def alike(face: Template, others: Sequence[Embedding]) -> tuple[int, ...]:
    """Which of ``others``, of the same model pack, are this person by the stricter of the pack's limits."""
    limits = engine().calibration
    if face.pack_sha256 != engine().pack_sha256:
        return ()
    limit = min(limits.pass_at, limits.same_person_at)
    return tuple(at for at, other in enumerate(others)
                 if len(other) == len(face.embedding) and engine().distance(face.embedding, other) <= limit)


def read_together(photo: bytes, customer: Sequence[bytes], manager: bytes | None) -> Together:
    """Count the faces in ``photo`` and look for the two people among them; nobody is two faces at once. Without pictures
    of anybody the faces are counted only."""
    image = decode(photo)
    found = everybody(image)
    live, own = _embeddings(customer), _embeddings([manager] if manager else [])
    if not found or not (live or own):
        return Together(len(found))
    faces = [engine().embedding(image, face, engine().points(image, face)) for face in found]
    customers = [match(engine(), live, face) for face in faces] if live else []
    managers = [match(engine(), own, face) for face in faces] if own else []
    return _assigned(len(found), customers, managers)


def everybody(image: np.ndarray) -> list[Face]:
    """Every sure face of a picture of several people. An engine stops at the first size that shows a face, so where fewer
    than two show, overlapping halves are searched on their own."""
    found = _sure(image, 0)
    if len(found) < 2:
        half = image.shape[1] // 2
        for left in (0, half // 2, half):
            found += [face for face in _sure(image[:, left:left + half], left) if not any(_same(face, f) for f in found)]
    return found


def _sure(image: np.ndarray, left: int) -> list[Face]:
    """Sure faces of a part of a picture that begins at ``left``, in pixels of the whole."""
    faces = engine().faces(image.copy(), thorough=True)
    return [_moved(face, left) for face in faces if face.sure]


def _moved(face: Face, left: int) -> Face:
    x, y, width, height = face.box
    five = tuple((px + left, py) for px, py in face.five) if face.five else None
    return replace(face, box=(x + left, y, width, height), five=five)


def _same(a: Face, b: Face) -> bool:
    """Whether the middle of one lies within the other."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = a.box, b.box
    return bx <= ax + aw / 2 <= bx + bw and by <= ay + ah / 2 <= by + bh


def _assigned(faces: int, customers: list[FaceMatch], managers: list[FaceMatch]) -> Together:
    """The pair of different faces that fits best together."""
    if not customers or not managers:
        least = min(customers or managers, key=lambda m: m.distance)
        return Together(faces, customer=least) if customers else Together(faces, manager=least)
    pairs = [(c.distance + m.distance, c, m) for i, c in enumerate(customers) for j, m in enumerate(managers) if i != j]
    if not pairs:  # one face: it is the one of the two it is more like
        customer, manager = customers[0], managers[0]
        return Together(faces, customer=customer) if customer.distance <= manager.distance else Together(
            faces, manager=manager)
    _, customer, manager = min(pairs, key=lambda pair: pair[0])
    return Together(faces, customer, manager)


def _embeddings(pictures: Sequence[bytes]) -> list[Embedding]:
    """The faces of those pictures that can be compared."""
    faces = []
    for picture in pictures:
        try:
            faces.append(portrait_embedding(engine(), decode(picture)))
        except Condition as trouble:
            if not trouble.code.startswith(("face.", "picture.")):
                raise
    return faces
