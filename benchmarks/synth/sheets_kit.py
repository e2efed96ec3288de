"""A sheet of paper to print on, in millimetres: offset print, dot-matrix print, rulings, security ground, stamps, folds."""

from __future__ import annotations

import random
from functools import cache
from math import cos, pi, sin
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.capture.fonts import font as plain_font
from app.capture.fonts import font_file

if TYPE_CHECKING:
    from collections.abc import Sequence

SCALE = 8  # pixels a millimetre
A4 = (210, 297)
BLACK, BROWN, BLUE, GREEN, RED = (34, 34, 38), (112, 70, 40), (36, 40, 110), (30, 96, 70), (206, 44, 40)
FACES = {"song": ("NotoSerifCJK-Regular.ttc", 2), "song_bold": ("NotoSerifCJK-Bold.ttc", 2),
         "hei": ("NotoSansCJK-Regular.ttc", 2), "kai": ("LXGWWenKai-Light.ttf", 0), "mono": ("LXGWWenKaiMono-Regular.ttf", 0)}
Colour = tuple[int, int, int]


class Sheet:
    """``dice`` decides everything that differs from sheet to sheet; lengths are millimetres from the top left."""

    def __init__(self, size: tuple[float, float], dice: random.Random, ground: Colour = (252, 251, 247)) -> None:
        self.width, self.height = size
        self.dice = dice
        self.image = Image.new("RGB", (round(self.width * SCALE), round(self.height * SCALE)), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.print_offset = dice.uniform(-0.9, 1.2), dice.uniform(-1.0, 1.0)

    def text(self, x: float, y: float, text: str, size: float = 3.6, face: str = "song", ink: Colour = BLACK,
             spacing: float = 0) -> float:
        """Printed from its top left; returns where it ends."""
        letters = face_of(face, round(size * SCALE))
        if not spacing:
            self.draw.text((x * SCALE, y * SCALE), text, ink, letters)
            return x + letters.getlength(text) / SCALE
        for letter in text:
            self.draw.text((x * SCALE, y * SCALE), letter, ink, letters)
            x += letters.getlength(letter) / SCALE + spacing
        return x - spacing

    def centred(self, x: float, y: float, text: str, size: float, face: str = "song", ink: Colour = BLACK,
                spacing: float = 0) -> None:
        length = face_of(face, round(size * SCALE)).getlength(text) / SCALE + spacing * (len(text) - 1)
        self.text(x - length / 2, y, text, size, face, ink, spacing)

    def label(self, x: float, y: float, room: float, text: str, size: float = 3.4, face: str = "kai",
              ink: Colour = BLACK) -> None:
        """A label whose characters are spread over ``room``, as forms print them; a ``/`` line break makes two lines."""
        parts = text.split("\n")
        for index, part in enumerate(parts):
            length = face_of(face, round(size * SCALE)).getlength(part) / SCALE
            spacing = (room - length) / (len(part) - 1) if len(part) > 1 and room > length else 0
            top = y + (index - (len(parts) - 1) / 2) * size * 1.25
            self.text(x, top, part, size if length <= room else size * room / length, face, ink, spacing)

    def typed(self, x: float, y: float, text: str, size: float = 3.6, face: str = "song", ink: Colour = BLACK) -> None:
        """Office print: crisp, in its place."""
        self.text(x, y, text, size, face, ink)

    def dotted(self, x: float, y: float, text: str, size: float = 3.8, ink: Colour = (46, 48, 92),
               face: str = "song") -> None:
        """Dot-matrix print: needle points, shifted against the form as the paper lay in the printer."""
        dx, dy = self.print_offset
        points = needle_points(text, size * SCALE, face)
        mask = Image.fromarray(points)
        place = round((x + dx) * SCALE), round((y + dy) * SCALE)
        self.image.paste(Image.new("RGB", mask.size, ink), place, mask)

    def wrapped(self, x: float, y: float, room: float, text: str, size: float, how: str = "typed", pitch: float = 1.3,
                **style) -> None:
        """A value over as many lines as it needs."""
        for index, part in enumerate(lines_of(text, room, size)):
            getattr(self, how)(x, y + index * size * pitch, part, size, **style)

    def line(self, x0: float, y0: float, x1: float, y1: float, ink: Colour = BLACK, width: float = 0.25) -> None:
        self.draw.line([v * SCALE for v in (x0, y0, x1, y1)], ink, max(1, round(width * SCALE)))

    def frame(self, x0: float, y0: float, x1: float, y1: float, ink: Colour = BLACK, width: float = 0.35) -> None:
        self.draw.rectangle([v * SCALE for v in (x0, y0, x1, y1)], outline=ink, width=max(1, round(width * SCALE)))

    def rules(self, x0: float, x1: float, tops: Sequence[float], ink: Colour = BLACK) -> None:
        for y in tops:
            self.line(x0, y, x1, y, ink)

    def stamp(self, x: float, y: float, radius: float, around: str, below: str = "", ink: Colour = RED) -> None:
        """A round company stamp, pressed unevenly over whatever is there: dark print shows through its ink."""
        side = round(radius * 2 * SCALE)
        layer = Image.new("RGBA", (side, side))
        draw, middle = ImageDraw.Draw(layer), side / 2
        draw.ellipse((4, 4, side - 5, side - 5), outline=(*ink, 210), width=round(0.09 * side / 2))
        star = [(middle + 0.3 * middle * (1 if i % 2 == 0 else 0.4) * sin(i * pi / 5),
                 middle - 0.3 * middle * (1 if i % 2 == 0 else 0.4) * cos(i * pi / 5)) for i in range(10)]
        draw.polygon(star, fill=(*ink, 200))
        letters = face_of("song", round(side * 0.1))
        for index, letter in enumerate(around[:16]):
            angle = (index - (len(around[:16]) - 1) / 2) * 0.32
            glyph = Image.new("RGBA", (round(side * 0.12),) * 2)
            ImageDraw.Draw(glyph).text((0, 0), letter, (*ink, 210), letters)
            turned = glyph.rotate(-angle * 180 / pi, resample=Image.Resampling.BICUBIC)
            place = middle + 0.76 * middle * sin(angle), middle - 0.76 * middle * cos(angle)
            layer.alpha_composite(turned, (round(place[0] - turned.width / 2), round(place[1] - turned.height / 2)))
        draw.text((middle - letters.getlength(below) / 2, side * 0.72), below, (*ink, 210), letters)
        layer = layer.rotate(self.dice.uniform(-20, 20), resample=Image.Resampling.BICUBIC)
        noise = np.random.default_rng(self.dice.randrange(2**32)).normal(0.85, 0.25, (side, side))
        worn = cv2.GaussianBlur(noise, (0, 0), 2).clip(0.4, 1)[:, :, None]
        inked = 1 - (1 - np.array(layer)[:, :, :3] / 255) * (np.array(layer)[:, :, 3:] / 255) * worn  # light it lets through
        box = [round(v * SCALE) for v in (x - radius, y - radius)]
        below = self.image.crop((*box, box[0] + side, box[1] + side))
        self.image.paste(Image.fromarray((np.array(below) * inked).astype(np.uint8)), tuple(box))

    def waves(self, ink: Colour, pitch: float = 2.2, depth: float = 1.4) -> None:
        """A security ground of fine wavy lines."""
        x = np.arange(0, self.image.width, 6)
        for row in np.arange(0, self.height + depth, pitch):
            y = (row + depth * np.sin(x / (SCALE * 9.0) + row / 3)) * SCALE
            self.draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), ink, 1)

    def vertical(self, x: float, y: float, text: str, pitch: float = 5, size: float = 3.4, face: str = "kai",
                 ink: Colour = BLACK) -> None:
        for index, letter in enumerate(text):
            self.text(x, y + index * pitch, letter, size, face, ink)

    def finished(self, folds: int = 1) -> np.ndarray:
        """The flat BGR picture, with the shade of its folds."""
        picture = np.array(self.image)[:, :, ::-1].astype(np.float32)
        height, width = picture.shape[:2]
        for index in range(folds):
            across = index % 2 == 0
            length = height if across else width
            fold = self.dice.uniform(0.35, 0.65) * length
            distance = np.arange(length) - fold
            shade = 1 - 0.10 * np.exp(-np.abs(distance) / (0.03 * length)) * np.sign(distance).clip(0, 1)
            shade *= 1 - 0.25 * np.exp(-(distance / 2.5) ** 2)
            picture *= (shade[:, None, None] if across else shade[None, :, None]).astype(np.float32)
        return np.ascontiguousarray(picture.clip(0, 255).astype(np.uint8))


@cache
def face_of(name: str, size: int):
    """The typeface at this pixel size; the demo's own where this machine lacks it."""
    file, index = FACES[name]
    found = next(font_file().parents[2].rglob(file), None)
    return ImageFont.truetype(str(found), size, index=index) if found else plain_font(size)


def needle_points(text: str, height: float, face: str) -> np.ndarray:
    """Alpha of the text as a 24-needle printer's head sets it."""
    letters = face_of(face, 24)
    small = Image.new("L", (round(letters.getlength(text)) + 2, 32))
    ImageDraw.Draw(small).text((0, 0), text, 255, letters)
    pin = height / 24
    on = (np.array(small) > 96).astype(np.uint8) * 255
    size = round(on.shape[1] * pin), round(on.shape[0] * pin)
    large = cv2.resize(on, size, interpolation=cv2.INTER_NEAREST)
    y, x = np.mgrid[:size[1], :size[0]]
    needle = 0.72 + 0.28 * np.cos(2 * pi * x / pin) * np.cos(2 * pi * y / pin)
    return cv2.GaussianBlur(large * needle, (0, 0), 0.8).clip(0, 255).astype(np.uint8)


def lines_of(text: str, room: float, size: float, face: str = "song") -> list[str]:
    """The text broken where it would leave ``room`` millimetres."""
    letters, parts = face_of(face, round(size * SCALE)), [""]
    for letter in text:
        if letters.getlength(parts[-1] + letter) > room * SCALE:
            parts.append("")
        parts[-1] += letter
    return parts
