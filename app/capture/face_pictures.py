"""Faces in single pictures, as the vision worker compares them: chip photo, live frames, the manager's own face.

Every embedding made here is dropped when the answer is given.
"""

from __future__ import annotations

from app.capture.face_match import match
from app.capture.measures import measure
from app.capture.picture import decode, encode_jpeg
from app.capture.quality_face import one_face
from app.capture.session import engine, portrait_embedding
from app.domain.condition import Condition
from app.domain.face import FaceMatch

CROP_PX = 480


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
    except Condition:
        return None
    return match(engine(), [printed], theirs)
