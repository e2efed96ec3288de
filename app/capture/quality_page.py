"""Is this picture of a page good enough to read and to keep? Measures on a page about 1000 pixels wide.

``sharpness``  1000 x var(Laplacian(Gauss sigma 1)) / var: contrast of fine detail, independent of lighting and noise.
``reblur``     Crete et al. 2007: how little a second blur changes the picture, 0 sharp, 1 blurred.
``glare``      share of a card in its largest white, colourless blob; white paper has ``lamps`` instead (``app.capture.lamp``).
``brightness`` mean grey, 0-255.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from app.capture.document import CARD_WIDTH, Page
from app.capture.lamp import Box, lamps
from app.domain.facts import Finding, Quality

SHARPNESS_REJECT, SHARPNESS_WARN = 8.0, 20.0
REBLUR_REJECT, REBLUR_WARN = 0.50, 0.42
GLARE_REJECT, GLARE_WARN = 0.05, 0.03
DARK_REJECT, DARK_WARN = 60.0, 90.0
WASHED_REJECT, BURNT_OUT = 0.30, 0.60
WIDTH_REJECT_PX = 620
SKEW_REJECT_DEGREES = 28.0
PERSPECTIVE_REJECT = 0.30
BLANK_PX, BLANK_RIM = 500, 0.06
BLANK_STROKE, BLANK_SHARE = 24, 0.001  # print is darker than paper by so many grey levels; of drawn papers on 0.8 % and more
PHOTO_SHARPNESS_REJECT = 0.12  # ten photographs and a webcam frame read 0.17 to 11, the same shaken 0.01 to 0.05

TEXTS = {
    "blur": ("图片模糊：请拿稳，让镜头对好焦再拍。", "The picture is blurred: hold still and let the camera focus."),
    "glare": ("有反光遮住内容：请换个角度，避开灯光。", "Glare covers part of the page: tilt it away from the light."),
    "dark": ("光线太暗：请开灯或移到亮处再拍。", "Too dark: switch on a light or move to a brighter place."),
    "overexposed": ("曝光过度、字迹发白：请离开强光再拍。", "Over-exposed: move away from the strong light."),
    "small": ("证件在画面里太小：请靠近一些，占画面宽度一半以上。",
              "The page is too small: come closer until it fills half the width."),
    "skew": ("拍得太歪：请把证件摆正再拍。", "The page lies askew: turn it straight."),
    "perspective": ("拍摄角度太斜：请从正上方拍。", "Taken from too far aside: hold the camera straight above."),
    "corners": ("没有找到四个角：请放在深色桌面上，四角都露出来。",
                "The four corners were not found: lay it on a dark table with all corners visible."),
}


@dataclass(frozen=True)
class Measures:
    sharpness: float
    reblur: float
    glare: float
    brightness: float
    washed: float
    width_px: int
    lamps: tuple[Box, ...] = ()


def measure(crop: np.ndarray, width_px: int, card: bool = True) -> Measures:
    """Measures of a straightened page; ``width_px`` is its width in the original picture."""
    scale = CARD_WIDTH / crop.shape[1]
    if abs(scale - 1) > 0.02:
        crop = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else
                          cv2.INTER_CUBIC)
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    washed, glare = float(np.mean(grey >= 252)), _glare(crop) if card else 0.0
    if not card and np.percentile(grey, 1) < 110:  # white paper with black ink is not burnt out
        washed = 0.0
    return Measures(round(sharpness(grey), 2), round(_reblur(grey), 3), round(glare, 4),
                    round(float(grey.mean()), 1), round(washed, 4), width_px, () if card else lamps(crop))


def blank(view: np.ndarray) -> bool:
    """Whether nothing is printed on a straightened page, as far as a small picture of it tells; its rim is left out."""
    small = cv2.resize(view, (BLANK_PX, round(BLANK_PX * view.shape[0] / view.shape[1])), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (0, 0), 1.0)
    down, across = (round(BLANK_RIM * side) for side in grey.shape)
    grey = grey[down:-down, across:-across]
    strokes = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((15, 15), np.uint8))
    return float(np.mean(strokes > BLANK_STROKE)) < BLANK_SHARE


def judge(measures: Measures, page: Page | None, card: bool = True) -> tuple[Quality, tuple[Finding, ...]]:
    """Quality and what to change: ``block`` asks for a retake, ``warn`` is readable but poor."""
    mirrored = measures.lamps if page else ()  # without edges there is more than the sheet in view
    levels = {
        "blur": _level(measures.sharpness < SHARPNESS_REJECT or measures.reblur > REBLUR_REJECT,
                       measures.sharpness < SHARPNESS_WARN or measures.reblur > REBLUR_WARN),
        "glare": _level(bool(mirrored) or measures.glare > GLARE_REJECT, measures.glare > GLARE_WARN),
        "dark": _level(measures.brightness < DARK_REJECT, measures.brightness < DARK_WARN),
        "overexposed": _level(measures.washed > WASHED_REJECT),
        "small": _level(measures.width_px < WIDTH_REJECT_PX / 2, measures.width_px < WIDTH_REJECT_PX),
        "skew": _level(False, page is not None and abs(page.skew_degrees) > SKEW_REJECT_DEGREES),
        "perspective": _level(page is not None and page.perspective > PERSPECTIVE_REJECT),
        "corners": _level(False, card and page is None),
    }
    quality, findings = _verdict(measures, levels, corners_found=page is not None)
    return quality, tuple(finding.model_copy(update={"places": mirrored}) if finding.code == "quality.glare" else finding
                          for finding in findings)


def _verdict(measures: Measures, levels: dict[str, str], corners_found: bool) -> tuple[Quality, tuple[Finding, ...]]:
    findings = tuple(_finding(name, level) for name, level in levels.items() if level)
    score = 0.0 if "block" in levels.values() else 0.5 if findings else 1.0
    quality = Quality(score=score, sharpness=measures.sharpness, glare=measures.glare, brightness=measures.brightness,
                      width_px=measures.width_px, corners_found=corners_found)
    return quality, findings


def poor_light(image: np.ndarray) -> Finding | None:
    """What is wrong with the light of a frame in which no page is found: nothing in it is bright, or most of it is burnt out."""
    grey = cv2.cvtColor(image[::8, ::8], cv2.COLOR_BGR2GRAY)
    if np.percentile(grey, 99) < DARK_REJECT:
        return _finding("dark", "block")
    return _finding("overexposed", "block") if np.mean(grey >= 252) > BURNT_OUT else None


def judge_photo(image: np.ndarray) -> tuple[Quality, tuple[Finding, ...]]:
    """A photograph as a whole: too dark, washed out, or shaken so that no edge in it is fine."""
    measures = measure(image, image.shape[1], card=True)
    levels = {
        "blur": _level(measures.sharpness < PHOTO_SHARPNESS_REJECT),
        "dark": _level(measures.brightness < DARK_REJECT, measures.brightness < DARK_WARN),
        "overexposed": _level(measures.washed > WASHED_REJECT),
    }
    return _verdict(measures, levels, corners_found=False)


def readable_anyway(quality: Quality, findings: tuple[Finding, ...]) -> tuple[Quality, tuple[Finding, ...]]:
    """Every field was read and checked: a poor picture is then worth a warning, not a wall."""
    softened = tuple(f.model_copy(update={"level": "warn"}) if f.level == "block" else f for f in findings)
    return quality.model_copy(update={"score": max(quality.score, 0.5)}), softened


def _level(reject: bool, warn: bool = False) -> str:
    return "block" if reject else "warn" if warn else ""


def _finding(name: str, level: str) -> Finding:
    zh, en = TEXTS[name]
    return Finding(code=f"quality.{name}", level=level, zh=zh, en=en)


def sharpness(grey: np.ndarray) -> float:
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.0)
    return 1000.0 * float(cv2.Laplacian(smooth, cv2.CV_32F).var()) / max(1.0, float(grey.var()))


def _reblur(grey: np.ndarray) -> float:
    picture = grey.astype(np.float32)
    worst = 0.0
    for size in ((1, 9), (9, 1)):
        axis = 0 if size[0] == 1 else 1
        before = np.abs(np.diff(picture, axis=axis))
        after = np.abs(np.diff(cv2.blur(picture, size), axis=axis))
        lost = np.maximum(0, before - after).sum()
        worst = max(worst, 1.0 - float(lost) / max(1.0, float(before.sum())))
    return worst


def colourless_white(crop: np.ndarray) -> np.ndarray:
    """1 where a lamp's reflection may lie."""
    hsv = cv2.cvtColor(crop, cv2.COLOR_BGR2HSV)
    return ((hsv[:, :, 2] >= 250) & (hsv[:, :, 1] < 25)).astype(np.uint8)


def _glare(crop: np.ndarray) -> float:
    white = colourless_white(crop)
    count, _, stats, _ = cv2.connectedComponentsWithStats(white)
    return float(stats[1:, cv2.CC_STAT_AREA].max()) / white.size if count > 1 else 0.0
