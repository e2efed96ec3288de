"""Other ways to read the same picture: RapidOCR's whole frame with its defaults, and tesseract with chi_sim.

RapidOCR's lines go through the program's own field parser. Besides, for both, a field counts as seen where its printed
value occurs anywhere in the text, spaces aside: that is kinder than any parser could be.
"""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from app.capture import ocr, paper_reader
from app.capture.card_view import CARD_READERS
from app.capture.kinds import kinds
from app.demo.card import SEXES

RAPIDOCR, TESSERACT = "rapidocr", "tesseract"
WORDS = {**SEXES, "long-term": "长期"}


@dataclass(frozen=True)
class Rival:
    """``parsed`` fields by the program's own parser (None where it has no boxes to parse), ``text`` all that was read."""

    name: str
    parsed: dict[str, str] | None
    text: str
    seconds: float

    def seen(self, expected: dict[str, str]) -> int:
        """How many of the values occur in the text."""
        text = _bare(self.text)
        return sum(any(_bare(form) in text for form in printed(value)) for value in expected.values())


def tesseract_missing() -> str:
    """Why tesseract cannot take part, or ''."""
    if not shutil.which("tesseract"):
        return "tesseract is not installed (Debian: tesseract-ocr tesseract-ocr-chi-sim)"
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    return "" if "chi_sim" in listed.split() else "tesseract has no chi_sim (Debian: tesseract-ocr-chi-sim)"


def rapidocr(shot: bytes, kind: str) -> Rival:
    started = time.perf_counter()
    image = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    found = _rapidocr()(image)
    lines = ocr.lines_of(found)
    seconds = time.perf_counter() - started
    if kind in CARD_READERS:
        readings, _ = CARD_READERS[kind](lines, (image.shape[1], image.shape[0]))
    else:
        readings, _ = paper_reader.read_fields(lines, kinds()[kind])
    return Rival(RAPIDOCR, {name: field.value for name, field in readings.items()},
                 "".join(line.text for line in lines), seconds)


def tesseract(shot: bytes, _kind: str) -> Rival:
    started = time.perf_counter()
    command = ["tesseract", "stdin", "stdout", "-l", "chi_sim", "--psm", "11"]
    done = subprocess.run(command, input=shot, capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1"})
    return Rival(TESSERACT, None, done.stdout.decode("utf-8"), time.perf_counter() - started)


def printed(value: str) -> tuple[str, ...]:
    """The ways in which a value may stand on paper."""
    date = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    if date:
        year, month, day = date.groups()
        return value, f"{year}.{month}.{day}", f"{year}年{month}月{day}日", f"{year}年{int(month)}月{int(day)}日"
    if re.fullmatch(r"\d+\.\d\d", value):
        return value, f"{float(value):,.2f}"
    return (WORDS.get(value, value),)


@cache
def _rapidocr():
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
