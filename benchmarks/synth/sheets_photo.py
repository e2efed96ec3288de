"""Photographs of things that carry numbers: the maker's plate, the VIN behind the windscreen, the instrument cluster."""

from __future__ import annotations

import random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.synth import sheets_fiction as fiction
from benchmarks.synth.sheets_kit import SCALE, Sheet, face_of
from benchmarks.synth.specimen import Specimen

SEGMENTS = {"0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg", "7": "abc",
            "8": "abcdefg", "9": "abcdfg"}
LINES = {"a": ((0, 0), (1, 0)), "b": ((1, 0), (1, 1)), "c": ((1, 1), (1, 2)), "d": ((0, 2), (1, 2)), "e": ((0, 1), (0, 2)),
         "f": ((0, 0), (0, 1)), "g": ((0, 1), (1, 1))}


def vin_plate(seed: int) -> Specimen:
    """The riveted plate; of every third seed the strip behind the windscreen, which carries the VIN alone."""
    dice = random.Random(f"vin_plate {seed}")
    car = fiction.car(dice)
    if seed % 3 == 0:
        return Specimen("vin_plate", seed, _windscreen(dice, car.vin), {"vin": car.vin})
    fields = {"vin": car.vin, "brand": car.brand.removesuffix("牌"), "model": car.type_code,
              "engine_model": f"4A{fiction.digits(dice, 2)}T", "gross_mass": str(dice.randint(1500, 2900)),
              "seats": str(car.seats), "made": f"{car.made.year}年{car.made.month:02d}月",
              "maker": fiction.company(dice, "汽车制造有限公司").name}
    return Specimen("vin_plate", seed, _plate(dice, fields), fields)


def _plate(dice: random.Random, said: dict[str, str]) -> np.ndarray:
    dark = dice.random() < 0.4
    ground, ink = ((28, 28, 30), (226, 226, 222)) if dark else ((182, 184, 186), (40, 40, 44))
    sheet = Sheet((130, 84), dice, ground)
    sheet.frame(2, 2, 128, 82, ink, 0.5)
    for x, y in ((6, 6), (124, 6), (6, 78), (124, 78)):
        sheet.draw.ellipse([v * SCALE for v in (x - 2, y - 2, x + 2, y + 2)], fill=(110, 110, 112))
    sheet.centred(65, 6, said["maker"], 5, "hei", ink)
    sheet.centred(65, 14, "中国制造", 3.6, "hei", ink, 1)
    year, month = said["made"][:4], said["made"][5:7]
    rows = (("品牌", said["brand"], "整车型号", said["model"]),
            ("发动机型号", said["engine_model"], "发动机排量", "1498 mL"),
            ("最大允许总质量", said["gross_mass"] + " kg", "乘坐人数", said["seats"]),
            ("发动机最大净功率", "110 kW", "制造年月", f"{year} 年 {month} 月"))
    sheet.rules(6, 124, [21 + 11 * index for index in range(5)], ink)
    for index, (label, value, other, other_value) in enumerate(rows):
        y = 24.5 + 11 * index
        sheet.text(8, y, label, 3.6, "hei", ink)
        sheet.text(42, y - 0.2, value, 4.2, "hei", ink)
        sheet.text(72, y, other, 3.6, "hei", ink)
        sheet.text(95, y - 0.2, other_value, 4.0, "hei", ink)
    sheet.text(8, 69, "车辆识别代号", 3.6, "hei", ink)
    sheet.text(38, 67.6, said["vin"], 6.2, "hei", ink, 0.5)
    return _metal(dice, sheet.finished(0))


def _metal(dice: random.Random, flat: np.ndarray) -> np.ndarray:
    """Brushed: fine streaks along the plate and a soft band of light across it."""
    height, width = flat.shape[:2]
    noise = np.random.default_rng(dice.randrange(2**32)).normal(0, 9, (height, 1)).astype(np.float32)
    x = np.linspace(0, 1, width, dtype=np.float32)
    band = 26 * np.exp(-((x - dice.uniform(0.1, 0.9)) / 0.12) ** 2)
    return (flat + noise[:, :, None] + band[None, :, None]).clip(0, 255).astype(np.uint8)


def _windscreen(dice: random.Random, vin: str) -> np.ndarray:
    """A black strip on the dashboard, seen through glass that mirrors the sky."""
    sheet = Sheet((150, 60), dice, (46, 46, 48))
    sheet.draw.rounded_rectangle([v * SCALE for v in (14, 20, 136, 38)], 3 * SCALE, fill=(20, 20, 22))
    sheet.text(22, 24.6, f"*{vin}*", 6.6, "hei", (210, 210, 206), 0.8)
    picture = sheet.finished(0).astype(np.float32)
    height, width = picture.shape[:2]
    sky = np.zeros((height, width), np.float32)
    edge = [(0, 0), (width * dice.uniform(0.3, 0.6), 0), (width * dice.uniform(0.1, 0.3), height), (0, height)]
    cv2.fillPoly(sky, [np.int32(edge)], dice.uniform(24, 52))
    cv2.circle(sky, (round(width * dice.uniform(0.6, 0.9)), round(height * 0.2)), round(height * 0.12), 70, -1)
    return (picture + cv2.GaussianBlur(sky, (0, 0), 14)[:, :, None]).clip(0, 255).astype(np.uint8)


def odometer(seed: int) -> Specimen:
    """A digital cluster: total and trip meter beside speed, clock and range. Two of three seeds have drawn figures, the
    third seven segments."""
    dice = random.Random(f"odometer {seed}")
    mileage = dice.randint(8, 249_999)
    picture = _cluster(dice, mileage, segments=seed % 3 == 0)
    return Specimen("odometer", seed, picture, {"mileage": str(mileage)}, (1280, 720))


def _cluster(dice: random.Random, mileage: int, segments: bool) -> np.ndarray:
    image = Image.new("RGB", (1600, 900), (10, 12, 16))
    draw, glow = ImageDraw.Draw(image), dice.choice(((180, 220, 255), (255, 190, 110), (235, 240, 240)))
    faint = tuple(value // 2 for value in glow)
    for x, most, unit in ((330, 8, "r/min×1000"), (1270, 220, "km/h")):
        draw.arc((x - 270, 180, x + 270, 720), 140, 400, fill=glow, width=8)
        for index in range(9):
            angle = np.radians(140 + 260 * index / 8)
            number = str(round(most * index / 8))
            draw.text((x + 215 * np.cos(angle) - 16, 450 + 215 * np.sin(angle) - 18), number, faint, face_of("hei", 34))
        draw.text((x - 50, 560), unit, faint, face_of("hei", 30))
    texts = [(700, 120, f"{dice.randint(6, 22)}:{dice.randint(10, 59)}", 44), (860, 120, f"{dice.randint(-5, 36)}℃", 44),
             (690, 240, "续航里程", 36), (850, 240, f"{dice.randint(40, 640)} km", 40)]
    chinese = dice.random() < 0.4
    total, trip = ("总里程", "小计里程") if chinese else ("ODO", dice.choice(("TRIP A", "TRIP")))
    first, second = ((540, 660), (660, 540))[dice.random() < 0.3]
    texts += [(650, first, total, 40), (650, second, trip, 40), (960, first, "km", 40), (960, second, "km", 40)]
    for x, y, text, size in texts:
        draw.text((x, y), text, glow, face_of("hei", size))
    trip_value = f"{dice.randint(0, 999)}.{dice.randint(0, 9)}"
    if segments:
        _segmented(draw, (950, first), str(mileage), glow)
        _segmented(draw, (950, second), trip_value, glow)
    else:
        for y, value in ((first, str(mileage)), (second, trip_value)):
            letters = face_of("hei", 48)
            draw.text((945 - letters.getlength(value), y - 8), value, glow, letters)
    bloom = image.filter(ImageFilter.GaussianBlur(9))
    lit = np.array(image).astype(np.float32) + 0.35 * np.array(bloom)
    return np.ascontiguousarray(lit.clip(0, 255).astype(np.uint8)[:, :, ::-1])


def _segmented(draw: ImageDraw.ImageDraw, end: tuple[int, int], text: str, ink: tuple[int, ...]) -> None:
    """Right-bound seven-segment figures, slightly slanted as they are."""
    x, y = end
    for sign in reversed(text):
        if sign == ".":
            x -= 10
            draw.rectangle((x, y + 42, x + 5, y + 47), fill=ink)
            continue
        x -= 36
        for (x0, y0), (x1, y1) in (LINES[segment] for segment in SEGMENTS[sign]):
            points = [(x + 24 * a + 4 - 2 * b, y + 24 * b) for a, b in ((x0, y0), (x1, y1))]
            gap = np.subtract(points[1], points[0]) * 0.09
            draw.line([tuple(points[0] + gap), tuple(points[1] - gap)], ink, 6)


DRAW = {"vin_plate": vin_plate, "odometer": odometer}
