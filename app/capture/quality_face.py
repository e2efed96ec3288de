"""Is this picture of a face good enough to compare? One guidance code for what is wrong first."""

from __future__ import annotations

from app.capture.measures import FaceMeasures
from app.domain.condition import Condition, Kind

EYES_MIN_PX, EYES_WANTED_PX = 60.0, 90.0
PORTRAIT_EYES_MIN_PX = 24.0
YAW_MAX, PITCH_MAX, ROLL_MAX = 20.0, 40.0, 25.0
DARK_MEAN = 50.0
NIGHT_MEAN = 30.0
BACKLIT_MEAN, BACKLIT_TIMES = 85.0, 2.0
GLARE_SHARE = 0.30
SHARPNESS_MIN = 6.0

FACE_NONE = Kind(
    "face.none", zh="没有看到人脸", zh_next="请让一张完整的正脸出现在画面中央。",
    en="No face was found", en_next="Bring one whole face, looking straight, into the middle of the picture.")
FACE_TWO = Kind(
    "face.two", zh="画面中不止一张人脸", zh_next="请只留下要核验的一个人。",
    en="There is more than one face", en_next="Let only the person to be checked be in the picture.")
FACE_SMALL = Kind(
    "face.small", zh="人脸太小，无法比对", zh_next="请靠近一点，或使用更清晰的图片。",
    en="The face is too small to compare", en_next="Come closer, or use a larger picture.")


def fault(measures: FaceMeasures) -> str | None:
    """The guidance code of what to mend first before a live frame can be used; None where it is good."""
    pose = measures.pose
    if pose is None:
        return "too_dark" if measures.scene < NIGHT_MEAN else "no_face"
    if measures.faces > 1:
        return "two_faces"
    if pose.eye_px < EYES_MIN_PX:
        return "too_small"
    if measures.brightness < BACKLIT_MEAN and measures.room > BACKLIT_TIMES * measures.brightness:
        return "backlit"
    if measures.brightness < DARK_MEAN:
        return "too_dark"
    if measures.glare > GLARE_SHARE:
        return "too_bright"
    if abs(pose.yaw) > YAW_MAX or abs(pose.pitch) > PITCH_MAX or abs(pose.roll) > ROLL_MAX:
        return "turned_away"
    if measures.covered:
        return {"eyes": "sunglasses", "mouth": "mask"}[measures.covered]
    if measures.sharpness < SHARPNESS_MIN:
        return "blurred"
    return None


def hint(measures: FaceMeasures) -> str | None:
    """What would make a faultless frame better still; nothing has to wait for it."""
    small = measures.pose is not None and EYES_MIN_PX <= measures.pose.eye_px < EYES_WANTED_PX
    return "closer_is_better" if small else None


def usefulness(measures: FaceMeasures) -> float:
    """How well a faultless frame would serve as evidence and for comparing: sharp, large, frontal, eyes open, well lit."""
    pose = measures.pose
    lit = min(measures.brightness / 90.0, 1.0) - max(0.0, measures.brightness - 190.0) / 65.0 - measures.glare
    return (min(measures.sharpness, 60.0) / 60.0 + min(pose.eye_px, 120.0) / 120.0 + min(pose.ear, 0.30) / 0.30 + lit
            - (abs(pose.yaw) + abs(pose.pitch) / 2) / 10.0)


def one_face(measures: FaceMeasures) -> Condition | None:
    """What keeps a single picture, as a card's portrait, from being compared at all."""
    if measures.pose is None:
        return FACE_NONE()
    if measures.faces > 1:
        return FACE_TWO()
    if measures.pose.eye_px < PORTRAIT_EYES_MIN_PX:
        return FACE_SMALL()
    return None
