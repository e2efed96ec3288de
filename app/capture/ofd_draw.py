"""Draws what an OFD page holds (GB/T 33190-2016, 8 to 11): text, lines and areas, pictures; and tells the text as lines.

Fonts are replaced by the machine's Chinese one, every character at its own place. Not drawn and therefore refused: composite
objects, patterns and shadings, turned text, elliptic arcs. Clips are not applied.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from itertools import pairwise

import cv2
import numpy as np

from app.capture.fonts import font
from app.capture.ocr import Line
from app.capture.ofd_package import DAMAGED, all_of, child, name_of, numbers
from app.domain.condition import Kind

LONG_SIDE_PX, SHORT_SIDE_PX = 2200, 64
OBJECTS_MOST, CHARACTERS_MOST, POINTS_MOST = 20_000, 50_000, 200_000
LINE_WIDTH_MM = 0.353
SHIFT = 4  # fraction bits of OpenCV's coordinates
CURVE_STEPS = 12
PALE = 225  # text paler than this is not seen and not read
PLAIN = ("TextObject", "PathObject", "ImageObject")
REFUSED = ("CompositeObject", "Pattern", "AxialShd", "RadialShd", "GouraudShd", "LaGourandShd")
POINTS = {"M": 1, "S": 1, "L": 1, "Q": 2, "B": 3, "C": 0}

DRAWN = Kind(
    "import.ofd_drawn", zh="这个 OFD 的页面用了本程序画不出来的内容。",
    zh_next="请用 OFD 阅读器打开，“打印为 PDF”后导入 PDF。",
    en="This OFD draws its pages with something that this program cannot draw.",
    en_next="Open it in an OFD reader, print it to PDF and import the PDF.")


class Sheet:
    """A white page of ``size`` millimetres, its long side 2200 pixels. ``picture_of`` gives the BGR picture of a resource,
    ``params`` are the drawing parameters by ID. Raises ``import.ofd_drawn``, ``import.ofd_damaged``."""

    def __init__(self, size: tuple[float, float], picture_of: Callable[[str], np.ndarray], params: dict[str, ET.Element]):
        self._scale = LONG_SIDE_PX / max(size)
        width, height = (max(SHORT_SIDE_PX, round(side * self._scale)) for side in size)
        self.image = np.full((height, width, 3), 255, np.uint8)
        self._picture_of, self._params = picture_of, params
        self._lines: list[Line] = []
        self._objects = self._characters = self._points = 0

    def lines(self) -> tuple[Line, ...]:
        """The text that can be seen, from top to bottom, in pixels of ``image``."""
        return tuple(sorted(self._lines, key=lambda line: line.box[1]))

    def draw(self, layer: ET.Element) -> None:
        """Everything of one layer in its order."""
        for thing in layer.iter():
            if name_of(thing) in REFUSED:
                raise DRAWN()
            if name_of(thing) in PLAIN and thing.get("Visible", "true") != "false" and thing.get("Alpha", "255") != "0":
                self._objects = _at_most(self._objects + 1, OBJECTS_MOST)
                style = _Style(thing, self._params, layer.get("DrawParam", ""))
                {"TextObject": self._text, "PathObject": self._path, "ImageObject": self._image}[name_of(thing)](
                    thing, self._matrix(thing), style)

    def _matrix(self, thing: ET.Element) -> np.ndarray:
        """2 × 3, from the object's millimetres to the sheet's pixels."""
        box, ctm = numbers(thing.get("Boundary", "")), numbers(thing.get("CTM", "1 0 0 1 0 0"))
        if len(box) != 4 or len(ctm) != 6:
            raise DAMAGED()
        a, b, c, d, e, f = ctm
        return self._scale * np.array([[a, c, e + box[0]], [b, d, f + box[1]]])

    def _text(self, thing: ET.Element, matrix: np.ndarray, style: "_Style") -> None:
        if abs(matrix[0, 1]) + abs(matrix[1, 0]) > 1e-3 * abs(matrix[1, 1]) or matrix[0, 0] <= 0 or matrix[1, 1] <= 0:
            raise DRAWN()
        em = (numbers(thing.get("Size", "")) or [0])[0]
        size = float(em * matrix[1, 1])
        if not 1 <= size <= LONG_SIDE_PX:
            return
        for code in all_of(thing, "TextCode"):
            placed = [(character, matrix @ (x, y, 1)) for character, x, y in _places(code, em)]
            self._characters = _at_most(self._characters + len(placed), CHARACTERS_MOST)
            for character, (x, y) in placed:
                self._glyph(character, x, y, round(size), style.fill or (0, 0, 0))
            if min(style.fill or (0, 0, 0)) < PALE:
                self._lines += _as_lines(placed, size, self.image.shape)

    def _glyph(self, character: str, x: float, y: float, size: int, colour: tuple[int, int, int]) -> None:
        mask, (left, above) = font(size).getmask2(character, "L", anchor="ls")
        width, height = mask.size
        left, top = round(x) + left, round(y) + above
        inside = self.image[max(0, top):max(0, top + height), max(0, left):max(0, left + width)]
        if not width * height * inside.size:
            return
        ink = np.array(mask, np.float32).reshape(height, width, 1) / 255
        ink = ink[max(0, -top):, max(0, -left):][:inside.shape[0], :inside.shape[1]]
        inside[:] = inside * (1 - ink) + np.array(colour, np.float32) * ink

    def _path(self, thing: ET.Element, matrix: np.ndarray, style: "_Style") -> None:
        data = child(thing, "AbbreviatedData")
        parts = [_pixels(points @ matrix[:, :2].T + matrix[:, 2]) for points in
                 _outlines((data.text if data is not None else "") or "")]
        self._points = _at_most(self._points + sum(map(len, parts)), POINTS_MOST)
        if thing.get("Fill") == "true" and parts:
            cv2.fillPoly(self.image, parts, style.fill or (0, 0, 0), cv2.LINE_AA, SHIFT)
        if thing.get("Stroke", "true") == "true":
            width = style.line_width * float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
            cv2.polylines(self.image, parts, False, style.stroke or (0, 0, 0), min(255, max(1, round(width))), cv2.LINE_AA, SHIFT)

    def _image(self, thing: ET.Element, matrix: np.ndarray, _style: "_Style") -> None:
        bgr = self._picture_of(thing.get("ResourceID", ""))
        height, width = bgr.shape[:2]
        onto = matrix @ np.array([[1 / width, 0, 0], [0, 1 / height, 0], [0, 0, 1]])
        area = self.image.shape[1::-1]
        shrunk = float(np.sqrt(abs(np.linalg.det(onto[:, :2]))))
        if 0 < shrunk < 0.5:  # warping alone would skip pixels
            bgr = cv2.resize(bgr, [max(1, round(2 * shrunk * side)) for side in (width, height)], interpolation=cv2.INTER_AREA)
            onto = matrix @ np.array([[1 / bgr.shape[1], 0, 0], [0, 1 / bgr.shape[0], 0], [0, 0, 1]])
        cover = cv2.warpAffine(np.full(bgr.shape[:2], 255, np.uint8), onto, area)
        np.copyto(self.image, cv2.warpAffine(bgr, onto, area, borderMode=cv2.BORDER_REPLICATE), where=cover[:, :, None] > 127)


class _Style:
    """Colours (BGR, None where none is named) and line width in millimetres: the object's own, else its drawing parameters'."""

    def __init__(self, thing: ET.Element, params: dict[str, ET.Element], layer_param: str) -> None:
        chain, name = [thing], thing.get("DrawParam") or layer_param
        while name in params and params[name] not in chain:
            chain.append(params[name])
            name = params[name].get("Relative", "")
        self.fill = next((colour for element in chain if (colour := _colour(child(element, "FillColor")))), None)
        self.stroke = next((colour for element in chain if (colour := _colour(child(element, "StrokeColor")))), None)
        widths = (numbers(element.get("LineWidth", "")) for element in chain)
        self.line_width = next((width[0] for width in widths if width), LINE_WIDTH_MM)


def _colour(element: ET.Element | None) -> tuple[int, int, int] | None:
    """BGR of grey, RGB or CMYK values of 8 bit."""
    parts = [min(255, max(0, round(part))) for part in numbers(element.get("Value", ""))] if element is not None else []
    if len(parts) == 1:
        return parts[0], parts[0], parts[0]
    if len(parts) == 3:
        return parts[2], parts[1], parts[0]
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        return tuple(round((255 - ink) * (255 - black) / 255) for ink in (yellow, magenta, cyan))
    return None


def _places(code: ET.Element, size: float) -> Iterator[tuple[str, float, float]]:
    """Every character of a text with the start of its base line; the last step named goes on to the end."""
    text = (code.text or "").strip("\r\n")[:CHARACTERS_MOST + 1]
    x, y = ((numbers(code.get(name, "0")) or [0])[0] for name in ("X", "Y"))
    across, down = (_steps(code.get(name, ""), len(text)) for name in ("DeltaX", "DeltaY"))
    for at, character in enumerate(text):
        yield character, x, y
        x += across[min(at, len(across) - 1)] if across else 0 if down else size / (2 if character.isascii() else 1)
        y += down[min(at, len(down) - 1)] if down else 0


def _steps(words: str, most: int) -> list[float]:
    """The steps from one character to the next; ``g 14 3.2`` stands for 14 times 3.2."""
    parts, steps = words.split(), []
    at = 0
    while at < len(parts) and len(steps) < most:
        times = 1
        if parts[at] == "g":
            count = "".join(parts[at + 1:at + 2])[:9]
            times, at = int(count) if count.isdecimal() else 0, at + 2
        steps += (numbers("".join(parts[at:at + 1])) or [0]) * min(times, most)
        at += 1
    return steps


def _as_lines(placed: list[tuple[str, np.ndarray]], size: float, shape: tuple[int, ...]) -> Iterator[Line]:
    """Characters on one base line, as text recognition would tell them; what lies outside of the sheet is not seen."""
    groups: list[list[tuple[str, np.ndarray]]] = []
    for character, at in placed:
        last = groups[-1][-1][1] if groups else None
        if last is None or abs(at[1] - last[1]) > size / 2 or at[0] < last[0]:
            groups.append([])
        groups[-1].append((character, at))
    for group in groups:
        text = "".join(character for character, _ in group).strip()
        left, base = group[0][1]
        right, top = group[-1][1][0] + size, base - 0.85 * size
        if text and left >= 0 and top >= 0 and right - size <= shape[1] and base <= shape[0]:
            box = (round(left), round(top), round(right - left), round(size))
            yield Line(text, 0.99, box, (left, top + size / 2), (right, top + size / 2))


def _outlines(data: str) -> list[np.ndarray]:
    """The parts of a path, curves as short straight pieces; points in the object's millimetres."""
    words, parts, at = data.split(), [], 0
    while at < len(words):
        action = words[at]
        if action not in POINTS:
            raise DRAWN()
        count = 2 * POINTS[action]
        named = numbers(" ".join(words[at + 1:at + 1 + count]))
        if len(named) != count or not (parts or action in "MS"):
            raise DAMAGED()
        points = np.array(named).reshape(-1, 2)
        at += 1 + count
        if action in "MS":
            parts.append([points[0]])
        elif action == "C":
            parts[-1].append(parts[-1][0])
        else:
            parts[-1] += _curve(np.vstack([parts[-1][-1], points]))
    return [np.array(part) for part in parts if len(part) > 1]


def _curve(points: np.ndarray) -> list[np.ndarray]:
    """A Bézier curve of any degree by de Casteljau's steps, without its first point; a straight line is its own end."""
    if len(points) == 2:
        return [points[1]]
    pieces = []
    for share in np.linspace(0, 1, CURVE_STEPS + 1)[1:]:
        left = list(points)
        while len(left) > 1:
            left = [a + (b - a) * share for a, b in pairwise(left)]
        pieces.append(left[0])
    return pieces


def _pixels(points: np.ndarray) -> np.ndarray:
    """Points as OpenCV draws them, cut off far outside of any sheet."""
    return np.round(np.clip(points, -2 * LONG_SIDE_PX, 2 * LONG_SIDE_PX) * (1 << SHIFT)).astype(np.int32).reshape(-1, 1, 2)


def _at_most(count: int, most: int) -> int:
    if count > most:
        raise DRAWN()
    return count
