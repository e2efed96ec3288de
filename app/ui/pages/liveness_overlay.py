"""What lies over the camera's picture: one sentence of guidance, the ring, the seconds, and how picture and people are."""

from typing import Any

from app.domain.guidance import GUIDANCE
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.camera_view import Overlay

LIGHT = {"too_dark": ("光线太暗", "Too dark"), "too_bright": ("光线太强", "Too bright"), "backlit": ("背光", "Backlit"),
         "blurred": ("画面模糊", "Blurred")}
PEOPLE = {"two_faces": ("多人", "Two people", "bad"), "no_face": ("无人脸", "No face", "warn"),
          "too_small": ("太远", "Too far", "warn"), "turned_away": ("脸没有正对", "Turned away", "warn"),
          "sunglasses": ("眼睛被遮住", "Eyes covered", "warn"), "mask": ("口鼻被遮住", "Mouth covered", "warn")}


def overlay(progress: Any | None) -> Overlay:
    """The picture's words for a liveness progress; bare for None."""
    if progress is None:
        return Overlay()
    guidance = progress.guidance
    light, people = LIGHT.get(guidance), PEOPLE.get(guidance)
    pills = ((tr(*light), "warn") if light else (tr("光线良好", "Good light"), "ok"),
             (tr(*people[:2]), people[2]) if people else (tr("单人", "One person"), "ok"))
    share = len(progress.done) / max(1, len(progress.actions))
    if progress.phase == "hold":
        share = max(share, 0.95)
    lit = progress.light is not None and not progress.finished
    seconds = max(0, round(progress.seconds_left))
    return Overlay(
        guidance=text.of(GUIDANCE[guidance]), progress=1.0 if progress.phase == "passed" else share,
        seconds_left="" if progress.finished else tr(f"剩余 {seconds} s", f"{seconds} s left"),
        pills=() if lit else pills, tone="bad" if progress.phase == "failed" else "ok",
        wash="#{:02X}{:02X}{:02X}".format(*progress.light) if lit else "")


def resting(used_up: bool, left: int, most: int, locked: bool) -> Overlay:
    """Before the first result: how to begin, or that no attempt is left."""
    if locked:
        return Overlay()
    if used_up:
        return Overlay(guidance=tr("机会已用完，请改为双人核验", "All attempts used: two persons check"),
                       progress=1.0, tone="bad")
    if left < most:
        return Overlay(guidance=tr(f"还可以做 {left} 次，准备好后点“开始检测”", f"{left} left: press “Start” when ready"))
    return Overlay(guidance=tr("准备好后点“开始检测”", "Press “Start” when ready"))
