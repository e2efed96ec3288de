"""Both sides of the second-generation identity card, laid out as the real one; the portrait is nobody's and marked."""

from __future__ import annotations

import numpy as np

from app.capture.id_card_reader import BACK_FIELDS, FRONT_FIELDS
from app.demo.card import SEXES, wrap
from app.domain.facts import IdCard
from benchmarks.synth.canvas import CARD, Canvas, Style, portrait, waves
from benchmarks.synth.citizens import invent
from benchmarks.synth.specimen import Specimen

W, H = CARD
BLUE, INK, RED = (58, 120, 186), (30, 30, 36), (190, 44, 44)
LINE = 11  # Chinese characters of an address in one line
NAME_LINE, AUTHORITY_LINE = 9, 13


def id_card_front(seed: int) -> Specimen:
    """Places are those of published specimens, give or take what a printer's feed moves."""
    person, random = invent(seed), np.random.default_rng(seed)
    canvas = Canvas(waves(random, CARD, (206, 228, 240), (243, 226, 234), (208, 226, 242)))
    label, value = _styles(random)
    shift = random.uniform(-7, 7, 2)

    def put(x: float, y: float, text: str, style: Style) -> float:
        return canvas.write(x * W + shift[0], y * H + shift[1], text, style)

    put(0.076, 0.163, "姓 名", label)
    for index, part in enumerate(wrap(person.name, NAME_LINE)):
        put(0.195, 0.163 + index * 0.066, part, value._replace(size=value.size + 6))
    put(0.076, 0.292, "性 别", label)
    put(0.195, 0.292, SEXES[person.sex], value)
    put(0.305, 0.292, "民 族", label)
    put(0.400, 0.292, person.nation, value)
    put(0.076, 0.415, "出 生", label)
    for x, text, style in ((0.195, person.birth.year, value), (0.305, "年", label), (0.352, person.birth.month, value),
                           (0.400, "月", label), (0.442, person.birth.day, value), (0.490, "日", label)):
        put(x, 0.415, str(text), style)
    put(0.076, 0.540, "住 址", label)
    pitch = random.uniform(0.076, 0.086)
    for index, part in enumerate(wrap(person.address, LINE)):
        put(0.195, 0.540 + index * pitch, part, value)
    put(0.076, 0.872, "公民身份号码", label)
    face = str(random.choice(["mono", "latin", "hei", "kai_mono"]))
    put(0.345, 0.872, person.number, Style(face, 68, INK, bold=1, pitch=round(0.0295 * W)))
    _portrait(canvas, random)
    return Specimen("id_card_front", seed, canvas.picture(), _fields(person, FRONT_FIELDS))


def id_card_back(seed: int) -> Specimen:
    person, random = invent(seed), np.random.default_rng(seed)
    canvas = Canvas(waves(random, CARD, (208, 230, 238), (244, 228, 234), (206, 228, 240)))
    label, value = _styles(random)
    black = label._replace(ink=INK, size=58)
    shift = random.uniform(-7, 7, 2)
    canvas.draw.ellipse((0.065 * W, 0.09 * H, 0.225 * W, 0.40 * H), outline=RED, width=10)
    canvas.write(0.085 * W, 0.24 * H, "样本", Style("hei", 100, RED))
    canvas.write(0.335 * W, 0.205 * H, "中华人民共和国", Style("song_bold", 96, INK, pitch=124))
    canvas.write(0.290 * W, 0.395 * H, "居民身份证", Style("hei_bold", 140, INK, pitch=208))
    canvas.write(0.222 * W + shift[0], 0.745 * H + shift[1], "签发机关", black)
    for index, part in enumerate(wrap(person.authority, AUTHORITY_LINE)):
        canvas.write(0.395 * W + shift[0], (0.745 + index * 0.066) * H + shift[1], part, value)
    canvas.write(0.222 * W + shift[0], 0.868 * H + shift[1], "有效期限", black)
    until = "长期" if person.valid_to is None else f"{person.valid_to:%Y.%m.%d}"
    canvas.write(0.395 * W + shift[0], 0.868 * H + shift[1], f"{person.valid_from:%Y.%m.%d}-{until}", value)
    return Specimen("id_card_back", seed, canvas.picture(), _fields(person, BACK_FIELDS))


def _styles(random: np.random.Generator) -> tuple[Style, Style]:
    """Of labels and of values: the printer's weight, the label's blue paler or stronger."""
    blue = tuple(int(value) for value in np.array(BLUE) + random.uniform(-24, 30))
    weight = int(random.choice([0, 0, 1, 2]))
    return Style("hei", 50, blue, bold=weight // 2), Style("hei", 62, INK, bold=weight)


def _portrait(canvas: Canvas, random: np.random.Generator) -> None:
    left, top, width, height = round(0.625 * W), round(0.115 * H), round(0.285 * W), round(0.63 * H)
    canvas.paste(portrait(random, width, height), left, top)
    canvas.write(left + 0.16 * width, top + 0.88 * height, "样 本", Style("hei", 84, RED))


def _fields(person: IdCard, names: tuple[str, ...]) -> dict[str, str]:
    values = {name: getattr(person, name) for name in names}
    return {name: "long-term" if value is None else str(value) for name, value in values.items()}
