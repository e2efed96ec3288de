"""A flat card or sheet to write on: faces by name, text at shares of the page, stretched print, grounds of waves."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.capture import fonts

CARD = (1712, 1080)
Ink = tuple[int, int, int]  # RGB
FACES = {  # file and face of the collection
    "hei": ("NotoSansCJK-Regular.ttc", 2), "hei_bold": ("NotoSansCJK-Bold.ttc", 2),
    "song": ("NotoSerifCJK-Regular.ttc", 2), "song_bold": ("NotoSerifCJK-Bold.ttc", 2),
    "kai": ("LXGWWenKai-Regular.ttf", 0), "kai_light": ("LXGWWenKai-Light.ttf", 0),
    "mono": ("NotoSansCJK-Regular.ttc", 7), "kai_mono": ("LXGWWenKaiMono-Regular.ttf", 0), "latin": ("Vera.ttf", 0),
}


class Style(NamedTuple):
    """``size`` pixels; ``stretch`` widens or narrows every letter; ``bold`` pixels added to the strokes; ``pitch`` pixels
    from letter to letter where they stand at fixed places."""

    face: str
    size: int
    ink: Ink
    stretch: float = 1.0
    bold: int = 0
    pitch: int = 0


class Canvas:
    """A page being drawn. Places are pixels of it; text begins at its left and is centred on its height."""

    def __init__(self, ground: np.ndarray) -> None:
        """``ground`` RGB."""
        self.image = Image.fromarray(ground.clip(0, 255).astype(np.uint8), "RGB")
        self.draw = ImageDraw.Draw(self.image)

    def write(self, x: float, y: float, text: str, style: Style) -> float:
        """Writes a line and gives the pixel where it ends."""
        if style.pitch:
            for index, letter in enumerate(text):
                self.write(x + index * style.pitch, y, letter, style._replace(pitch=0))
            return x + len(text) * style.pitch
        face = font(style.face, style.size)
        width = max(1, round(face.getlength(text)))
        if style.stretch == 1.0:
            self.draw.text((x, y), text, style.ink, face, anchor="lm", stroke_width=style.bold, stroke_fill=style.ink)
            return x + width
        mask = Image.new("L", (width + 8, style.size * 2))
        ImageDraw.Draw(mask).text((4, style.size), text, 255, face, anchor="lm", stroke_width=style.bold)
        mask = mask.resize((max(1, round(mask.width * style.stretch)), mask.height), Image.Resampling.LANCZOS)
        self.image.paste(style.ink, (round(x), round(y - style.size)), mask)
        return x + mask.width

    def paste(self, picture: np.ndarray, x: int, y: int) -> None:
        """``picture`` RGB."""
        self.image.paste(Image.fromarray(picture.clip(0, 255).astype(np.uint8), "RGB"), (x, y))

    def picture(self) -> np.ndarray:
        """BGR."""
        return np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])


@cache
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    name, index = FACES[face]
    return ImageFont.truetype(str(_file(name)), size, index=index)


@cache
def _file(name: str) -> Path:
    folders = [*fonts.folders(), Path(importlib.util.find_spec("reportlab").origin).parent / "fonts"]
    found = next((file for folder in folders if folder.is_dir() for file in folder.rglob(name)), None)
    if found is None:
        raise fonts.FONT_MISSING(name=name)
    return found


def waves(random: np.random.Generator, size: tuple[int, int], left: Ink, middle: Ink, right: Ink,
          lines: int = 70) -> np.ndarray:
    """A pale ground (RGB) that runs over three colours, with families of fine bent lines like a security print."""
    width, height = size
    x = np.linspace(0, 1, width, dtype=np.float32)
    ground = np.stack([np.interp(x, (0, 0.5, 1), channel) for channel in zip(left, middle, right, strict=True)], axis=1)
    image = np.repeat(ground[None].astype(np.uint8), height, axis=0)
    for _ in range(3):
        ink = (np.array([left, middle, right][random.integers(3)]) * random.uniform(0.80, 0.92)).tolist()
        bend, phase, pitch = random.uniform(20, 90, 2), random.uniform(0, 6, 2), height * 1.6 / lines
        steps = np.arange(0, width + 24, 24)
        for index in range(lines):
            wave = bend[0] * np.sin(steps / 170 + phase[0]) + bend[1] * np.sin(steps / 71 + index / 9 + phase[1])
            points = np.stack([steps, index * pitch - height * 0.3 + wave], axis=1)
            cv2.polylines(image, [np.int32(points)], False, ink, 1, cv2.LINE_AA)
    return image


def portrait(random: np.random.Generator, width: int, height: int) -> np.ndarray:
    """Nobody's portrait (RGB): shoulders, neck, hair, face, eyes and mouth in flat tones."""
    image = np.full((height, width, 3), random.uniform(205, 240, 3), np.uint8)
    coat, hair = random.uniform(20, 190, 3), random.uniform(15, 60, 3)
    skin = np.array([random.uniform(190, 235), random.uniform(150, 190), random.uniform(120, 160)])
    size = np.array([width, height])
    for x, y, across, down, tone in ((0.5, 1.12, 0.46, 0.36, coat), (0.5, 0.72, 0.10, 0.14, skin * 0.92),
                                     (0.5, 0.40, 0.27, 0.27, hair), (0.5, 0.46, 0.22, 0.23, skin),
                                     (0.41, 0.44, 0.035, 0.012, hair), (0.59, 0.44, 0.035, 0.012, hair),
                                     (0.5, 0.58, 0.07, 0.012, skin * (0.8, 0.5, 0.5))):
        centre, axes = (np.int32(size * pair).tolist() for pair in ((x, y), (across, down)))
        cv2.ellipse(image, centre, axes, 0, 0, 360, tone.tolist(), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(image, (0, 0), 1.2)
