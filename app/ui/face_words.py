"""The face check in plain words: what was asked, what was seen, how sure it is, and what nobody could look at."""

import re
from math import floor, log10

from app.domain import flow
from app.domain.case import Case
from app.domain.challenge import Action, complete, draw_actions
from app.domain.face import FaceMatch, LivenessResult
from app.domain.guidance import REASONS
from app.domain.policy import Words
from app.ui import text
from app.ui.text import tr

ACTIONS: dict[Action, tuple[str, str]] = {
    "blink": ("眨眼", "Blink"), "turn_left": ("向左转头", "Turn left"), "turn_right": ("向右转头", "Turn right"),
    "open_mouth": ("张嘴", "Open mouth"), "nod": ("点头", "Nod")}
TONES = {"pass": "ok", "review": "warn", "fail": "bad"}
ZONES = {"pass": ("像同一人", "Alike"), "review": ("不能确定", "Not certain"), "fail": ("不像同一人", "Not alike")}
SUREST = 0.99
STRANGER_PAIRS = re.compile(r"impostor[^;]*?\bof (\d{1,9})\b")
NO_DETECTION = "attack_detection"
PASSIVE = ("presentation_attack", "attack_suspected", "few_passive_frames")
LACKS = {NO_DETECTION: ("识别翻拍的模型", "a model that tells a face from a picture of one"),
         "landmarks": ("看清眼和嘴的模型", "a model for eyes and mouth")}


def outcome(case: Case) -> str:
    """``pass``, ``review`` or ``fail`` as the steps are judged and as a second employee decided; '' before a result."""
    done, review = case.liveness, case.identity_review
    if done is None:
        return ""
    if flow.identity_in_review(case):
        return "review" if review is None else "pass" if review.decision == "same" else "fail"
    zones = {match.zone for match in (done.match, done.chip_match) if match}
    return "fail" if done.result.verdict == "reject" or done.match is None or "fail" in zones else "pass"


def actions(codes: tuple[Action, ...]) -> str:
    return tr("、", ", ").join(tr(*ACTIONS[code]) for code in codes)


def reasons(result: LivenessResult) -> list[str]:
    """Why the verdict is not better, in words."""
    return [reason(code) for code in result.reasons]


def reason(code: str) -> str:
    """A reason in words; one that has none keeps its code, so that it can be asked about."""
    return text.of(REASONS.get(code, Words(zh=f"其他原因（{code}）", en=f"another reason ({code})")))


def figure(match: FaceMatch) -> str:
    """The likeness for reading; never 1.00, as no comparison is certain."""
    return f"{min(match.similarity, SUREST):.2f}"


def limits(match: FaceMatch) -> str:
    """How far the faces are apart and how far they may be."""
    return tr(f"差异 {match.distance:.2f}，通过线 {match.threshold:.2f}（越小越像）",
              f"Difference {match.distance:.2f}, passes to {match.threshold:.2f}")


def strangers(match: FaceMatch) -> str:
    """How often a stranger would pass, never better than what was measured."""
    if match.false_match_rate is None:
        return tr("这条线放过陌生人的比例没有测过", "Nobody measured how often a stranger passes")
    rate = share(match.false_match_rate)
    return tr(f"陌生人误判不高于 {rate}", f"At most {rate} of strangers pass") + _measured(match.calibrated_on)


def _measured(on: str) -> str:
    """The pairs of strangers that a calibration names, else its own words."""
    if not on:
        return ""
    pairs = STRANGER_PAIRS.search(on)
    if pairs is None:
        return tr(f"（{on}）", f" ({on})")
    number = thousands(int(pairs[1]))
    return tr(f"（按 {number} 对测得）", f" (measured on {number} pairs)")


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def share(rate: float) -> str:
    """A rate as 1/300, rounded to two figures towards more errors, never fewer."""
    if rate <= 0:
        return "0"
    whole = floor(1 / rate + 1e-9)
    step = 10 ** max(0, floor(log10(max(1, whole))) - 1)
    return f"1/{thousands(whole // step * step)}"


def passive(result: LivenessResult) -> tuple[str, str]:
    """What the attack detection said, and its tone."""
    if result.passive is None and NO_DETECTION in result.lacks:
        return tr("没有做：模型包没有这种模型", "Not done: the model pack has no such model"), "warn"
    if result.passive is None:
        return tr("没有做：合格的画面不够", "Not done: too few usable frames"), "warn"
    figure = f"{result.passive:.2f}"
    if result.passive_frames:
        figure += tr(f"，{result.passive_frames} 帧", f", {result.passive_frames} frames")
    troubled = [code for code in result.reasons if code in PASSIVE]
    if not troubled:
        return tr(f"没有翻拍迹象（{figure}）", f"No sign of a picture ({figure})"), "ok"
    return reason(troubled[0]) + tr(f"（{figure}）", f" ({figure})"), "warn"


def light(result: LivenessResult) -> tuple[str, str]:
    """The face's answer to the coloured light, and its tone."""
    seen = result.light
    if seen is None or seen.mode == "off":
        return tr("没有使用", "Not used"), ""
    if seen.skipped:
        return tr(f"未显示：{seen.skipped}", f"Not shown: {seen.skipped}"), "warn"
    noted = seen.mode == "observe"
    only = tr("（仅记录）", " (noted only)") if noted else ""
    if seen.answered is None:
        return tr("看不出来", "Could not be judged") + only, "warn"
    if seen.answered:
        return tr("与屏幕颜色一致", "Follows the screen's colours") + only, "ok"
    return tr("与屏幕颜色不符", "Does not follow the colours") + only, "warn" if noted else "bad"


def lacks(result: LivenessResult) -> str:
    """What else the model pack has no model for, or ''. Its attack detection is spoken of by ``passive``."""
    return tr("、", ", ").join(tr(*LACKS.get(role, (f"“{role}”模型", f"a model for {role}"))) for role in result.lacks
                               if role != NO_DETECTION or result.passive is not None)


def engine(result: LivenessResult) -> str:
    """Engine and pack by their short names."""
    name = result.engine.split("/")[0]
    return tr(f"{name} · 模型包 {result.pack_sha256[:8]}", f"{name} · pack {result.pack_sha256[:8]}")


def left_out(case: Case, result: LivenessResult) -> str:
    """The actions that were left out on request and why, or ''."""
    if not result.without:
        return ""
    begun = next((b for b in case.liveness_begun if b.nonce == result.nonce), None)
    why = tr(f"（{begun.without_reason}）", f" ({begun.without_reason})") if begun and begun.without_reason else ""
    return actions(result.without) + why


def full_challenge(without: tuple[Action, ...]) -> bool:
    """Whether what is left makes a full challenge, whatever is drawn of it."""
    return complete(draw_actions("", without))
