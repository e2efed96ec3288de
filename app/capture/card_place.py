"""Where an identity card lies in a picture whose edges were not found: by the labels that were read in it."""

import re

import cv2
import numpy as np

from app.capture.document import ID1_ASPECT, Page
from app.capture.ocr import Line
from app.capture.rows import label_pattern

# Left ends of the printed labels on the card, as shares of its width and height.
FRONT = {"姓名": (0.055, 0.165), "性别": (0.055, 0.295), "出生": (0.055, 0.42), "住址": (0.055, 0.545),
         "公民身份": (0.055, 0.875)}
BACK = {"签发机关": (0.222, 0.733), "有效期限": (0.222, 0.853), "中华人民": (0.335, 0.20), "居民身份证": (0.335, 0.36)}
NUMBER_END = (0.868, 0.875)
LEAST_ANCHORS = 3


def place_by_labels(lines: tuple[Line, ...]) -> Page | None:
    """The card's corners from at least three labels (or label ends), None where too few were read or they disagree."""
    seen, card = [], []
    for line in lines:
        for label, (x, y) in (FRONT | BACK).items():
            if re.match(label_pattern(label), line.text):
                seen.append(line.start)
                card.append((x * ID1_ASPECT, y))
                break
        if re.search(r"\d{16}[\dXx]$", re.sub(r"\s", "", line.text)):
            seen.append(line.end)
            card.append((NUMBER_END[0] * ID1_ASPECT, NUMBER_END[1]))
    if len(seen) < LEAST_ANCHORS:
        return None
    matrix, _ = cv2.estimateAffinePartial2D(np.float32(card), np.float32(seen), method=cv2.LMEDS)
    if matrix is None:
        return None
    unit = np.array([[0, 0, 1], [ID1_ASPECT, 0, 1], [ID1_ASPECT, 1, 1], [0, 1, 1]])
    corners = unit @ matrix.T
    return Page(tuple((float(x), float(y)) for x, y in corners), 1.0)
