"""Bank cards of invented banks: embossed or flat, on dark or bright designs."""

from __future__ import annotations

import random
from itertools import pairwise

import cv2
import numpy as np
from stdnum import luhn

from benchmarks.synth.canvas import CARD, Canvas, Ink, Style
from benchmarks.synth.citizens import counties
from benchmarks.synth.specimen import Specimen

W, H = CARD
BANKS = ("样本银行", "演示商业银行", "虚构农村商业银行", "假想村镇银行", "中国样本银行", "示例交通银行")
DESIGNS = ((28, 40, 92), (120, 24, 40), (20, 20, 24), (196, 160, 84), (214, 224, 232), (236, 214, 226), (18, 112, 96),
           (70, 130, 190))
TYPES = ("借记卡 DEBIT", "储蓄卡", "DEBIT CARD", "Ⅰ类账户 借记卡")
ACCOUNTS = ((4, 4, 4, 4), (4, 4, 4, 4, 3), (6, 13), (4, 4, 4, 4))


def bank_card(seed: int) -> Specimen:
    dice, grain = random.Random(seed), np.random.default_rng(seed)
    ground = dice.choice(DESIGNS)
    canvas = Canvas(_design(grain, ground))
    ink: Ink = (24, 26, 32) if sum(ground) > 420 else (240, 240, 236)
    bank = (dice.choice(counties()).name[:2] if dice.random() < 0.6 else "") + dice.choice(BANKS)
    groups = dice.choice(ACCOUNTS)
    number = _account(dice, sum(groups))
    canvas.write(0.07 * W, 0.14 * H, bank, Style(dice.choice(("hei_bold", "hei", "kai")), 92, ink))
    canvas.write(0.07 * W, 0.25 * H, dice.choice(TYPES), Style("hei", 48, ink))
    _chip(canvas)
    printed = _grouped(number, groups)
    embossed = dice.random() < 0.5
    _number(canvas, printed, ink, embossed)
    values = {"number": number, "bank": bank}
    if embossed or dice.random() < 0.4:
        values["expires"] = f"{dice.randint(1, 12):02d}/{dice.randint(26, 36)}"
        _expiry(canvas, values["expires"], ink, embossed)
    canvas.write(0.09 * W, 0.86 * H, "YANG BEN", Style("latin", 52, ink))
    _network(canvas)
    canvas.write(0.60 * W, 0.06 * H, "样本卡 无效", Style("hei", 44, (196, 40, 40)))
    return Specimen("bank_card", seed, canvas.picture(), values)


def _chip(canvas: Canvas) -> None:
    box = (0.09 * W, 0.36 * H, 0.21 * W, 0.52 * H)
    canvas.draw.rounded_rectangle(box, 26, fill=(216, 188, 112), outline=(150, 120, 60), width=4)
    for y in (0.41, 0.47):
        canvas.draw.line((box[0], y * H, box[2], y * H), (150, 120, 60), 4)


def _expiry(canvas: Canvas, month: str, ink: Ink, embossed: bool) -> None:
    canvas.write(0.38 * W, 0.735 * H, "有效期限", Style("hei", 34, ink))
    canvas.write(0.38 * W, 0.772 * H, "VALID THRU", Style("latin", 24, ink))
    canvas.write(0.48 * W, 0.705 * H, "月/年", Style("hei", 26, ink))
    _relief(canvas, 0.49 * W, 0.755 * H, month, Style("latin", 58, ink), embossed)


def _account(dice: random.Random, length: int) -> str:
    body = f"62{''.join(dice.choices('0123456789', k=length - 3))}"
    return body + luhn.calc_check_digit(body)


def _grouped(number: str, groups: tuple[int, ...]) -> str:
    starts = np.cumsum((0, *groups))
    return " ".join(number[start:end] for start, end in pairwise(starts))


def _number(canvas: Canvas, printed: str, ink: Ink, embossed: bool) -> None:
    style = Style("latin" if embossed else "hei", 92, ink, stretch=1.0 if embossed else 0.9)
    room, wanted = 0.82 * W, sum(92 * (0.64 if letter != " " else 0.45) for letter in printed)
    _relief(canvas, 0.09 * W, 0.62 * H, printed, style._replace(size=int(92 * min(1.0, room / wanted))), embossed)


def _relief(canvas: Canvas, x: float, y: float, text: str, style: Style, embossed: bool) -> None:
    """Raised digits: a light and a dark edge around a foil that is worn in places; flat ones are plain ink."""
    if embossed:
        canvas.write(x - 3, y - 3, text, style._replace(ink=(250, 250, 246), stretch=1.0))
        canvas.write(x + 4, y + 4, text, style._replace(ink=(36, 34, 32), stretch=1.0))
        style = style._replace(ink=(206, 206, 200), stretch=1.0)
    canvas.write(x, y, text, style)


def _design(grain: np.random.Generator, ground: Ink) -> np.ndarray:
    """A slope of the ground colour with soft discs and stripes across it."""
    x = np.linspace(0, 1, W, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, H, dtype=np.float32)[:, None, None]
    image = np.array(ground, np.float32) * (0.86 + 0.24 * (0.6 * x + 0.4 * y))
    layer = np.zeros((H, W), np.float32)
    for _ in range(6):
        place = (int(grain.uniform(0, W)), int(grain.uniform(0, H)))
        radius, tone, width = int(grain.uniform(90, 480)), grain.uniform(-26, 30), -1 if grain.random() < 0.6 else 22
        cv2.circle(layer, place, radius, float(tone), width, cv2.LINE_AA)
    return image + cv2.GaussianBlur(layer, (0, 0), 2.0)[:, :, None] + grain.normal(0, 2.5, (H, W, 1))


def _network(canvas: Canvas) -> None:
    for index, tone in enumerate(((198, 32, 46), (22, 44, 122), (0, 112, 120))):
        left = (0.76 + index * 0.06) * W
        canvas.draw.polygon([(left + 24, 0.72 * H), (left + 150, 0.72 * H), (left + 126, 0.90 * H), (left, 0.90 * H)], fill=tone)
    canvas.write(0.775 * W, 0.78 * H, "UnionPay", Style("latin", 52, (250, 250, 250)))
    canvas.write(0.825 * W, 0.855 * H, "银联", Style("hei_bold", 62, (250, 250, 250)))
