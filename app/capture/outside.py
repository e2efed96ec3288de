"""What is wrong with a card that could not be read whole: it is another country's, or part of it lies outside of the picture."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.capture.ocr import Line
from app.domain.facts import Finding
from app.domain.finding import block

if TYPE_CHECKING:
    from app.capture.document import Page

MACHINE_LINE = re.compile(r"[A-Z0-9<]*<<[A-Z0-9<]{8,}")  # of ICAO 9303: names and fillers
LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ]{3,}")
CHINESE = re.compile(r"[㐀-鿿]")
LATIN_LINES, SURE = 5, 0.8
TOUCHES = 0.006  # of a side: text so near to the picture's edge goes on beyond it
BEYOND = 0.02  # of a side: how far the card's place may lie outside before it counts
SIDES = {"left": ("左", "left"), "right": ("右", "right"), "top": ("上", "top"), "bottom": ("下", "bottom")}
AROUND = ("top", "right", "bottom", "left")


def foreign(lines: Iterable[Line]) -> Finding | None:
    """A finding where the print is in Latin letters, or has the machine-readable line of a passport, and hardly a Chinese
    character is seen."""
    sure = [line.text for line in lines if line.confidence >= SURE]
    latin, chinese = (sum(bool(sign.search(text)) for text in sure) for sign in (LATIN_WORD, CHINESE))
    machine = any(MACHINE_LINE.search(text.replace(" ", "")) for text in sure)
    if chinese * 4 > latin or not (latin >= LATIN_LINES or (machine and latin)):
        return None
    return block("document.foreign",
                 "这份证件印的是外文，不是中国的居民身份证。外籍客户请改收本行允许的证件，例如护照或外国人永久居留身份证。",
                 "This is printed in a foreign language and is no Chinese resident ID card. Ask a foreign customer for a "
                 "document that the bank allows, such as a passport or a foreigner's permanent residence card.")


def cut_off(lines: tuple[Line, ...], size: tuple[int, int], place: "Page | None", turns: int = 0) -> Finding | None:
    """A finding that names the sides of the picture (``size`` = width, height) beyond which the card goes on: by ``place``,
    where its labels say it lies, or by text that runs into the edge (left and right: two lines of it). ``turns``: how
    many quarters to the left it is seen turned against how it was taken."""
    width, height = size
    beyond = {"left": 0, "right": 0, "top": 0, "bottom": 0}
    for line in lines:
        beyond["left"] += line.left <= TOUCHES * width
        beyond["right"] += line.right >= (1 - TOUCHES) * width
        beyond["top"] += 2 * (line.box[1] <= TOUCHES * height)
        beyond["bottom"] += 2 * (line.box[1] + line.box[3] >= (1 - TOUCHES) * height)
    if place:
        across, down = (sorted(corner[axis] / side for corner in place.corners) for axis, side in enumerate(size))
        beyond["left"] += 2 * (across[0] < -BEYOND)
        beyond["right"] += 2 * (across[-1] > 1 + BEYOND)
        beyond["top"] += 2 * (down[0] < -BEYOND)
        beyond["bottom"] += 2 * (down[-1] > 1 + BEYOND)
    sides = [SIDES[AROUND[(AROUND.index(side) + turns) % 4]] for side, count in beyond.items() if count > 1]
    if not sides:
        return None
    zh, en = "、".join(zh for zh, _ in sides), " and ".join(en for _, en in sides)
    return block("quality.cut_off", f"证件的{zh}边在画面外：请把证件整个放进画面再拍。",
                 f"The card goes on beyond the {en} of the picture: bring all of it into the picture.")
