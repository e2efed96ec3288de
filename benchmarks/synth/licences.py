"""The driving licence and the vehicle licence: the main page alone, or with its second page in the opened folder."""

from __future__ import annotations

import random
from datetime import date
from typing import NamedTuple

import numpy as np

from app.demo.card import SEXES, wrap
from app.domain.facts import IdCard
from app.domain.identity.vin import check_digit
from benchmarks.synth.canvas import Canvas, Style, font, portrait, waves
from benchmarks.synth.citizens import counties, invent
from benchmarks.synth.specimen import Specimen

PAGE = (1408, 960)  # 88 x 60 mm
INK, PRINT, RED = (34, 38, 40), (58, 62, 66), (188, 36, 44)
GREEN, GREY = (196, 236, 218), (226, 232, 240)
LABEL, ENGLISH = Style("hei", 42, INK), Style("song", 26, INK)
CLASSES = ("C1", "C1", "C1", "C2", "B2", "A2", "A1A2", "B1B2", "C1D", "C1E")
TYPES = ("小型轿车", "小型普通客车", "小型越野客车", "重型半挂牵引车", "轻型厢式货车", "小型面包车", "重型自卸货车")
USES = ("非营运", "非营运", "非营运", "货运", "营转非", "预约出租客运", "租赁", "出租转非")
BRANDS = ("东方样车", "虚构牌", "示例牌", "演示汽车", "拟真牌", "假想牌")
COMPANIES = ("示例运输有限公司", "样本汽车租赁有限公司", "虚构物流有限公司")
DIGITS, LETTERS = "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
PLATES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"


class Row(NamedTuple):
    """A printed label with its English, and what is typed behind it; x, y in shares of the page."""

    x: float
    y: float
    label: str
    english: str
    value_x: float
    value: str
    width: int = 0  # Chinese characters of a line, 0 for one line


def driving_licence(seed: int) -> Specimen:
    person, dice, grain = invent(seed), random.Random(seed), np.random.default_rng(seed)
    values = _driver(person, dice)
    page = _ground(grain, GREEN, "中华人民共和国机动车驾驶证", "Driving License of the People's Republic of China")
    typed = _typed(grain)
    page.write(0.235 * PAGE[0], 0.235 * PAGE[1], "证号", LABEL._replace(face="hei_bold"))
    page.write(0.345 * PAGE[0], 0.235 * PAGE[1], person.number, typed)
    _rows(page, typed, (
        Row(0.04, 0.33, "姓名", "Name", 0.115, person.name), Row(0.475, 0.33, "性别", "Sex", 0.55, values["sex"]),
        Row(0.64, 0.33, "国籍", "Nationality", 0.75, "中国"), Row(0.04, 0.43, "住址", "Address", 0.135, person.address, 21),
        Row(0.275, 0.605, "出生日期", "Date of Birth", 0.42, values["birth"]),
        Row(0.275, 0.71, "初次领证日期", "Date of First Issue", 0.46, values["first_issue"]),
        Row(0.275, 0.81, "准驾车型", "Class", 0.48, values["vehicle_class"]),
        Row(0.04, 0.92, "有效期限", "Valid Period", 0.17, f"{values['valid_from']} 至 {values['valid_to']}")))
    _seal(page, (0.035, 0.55))
    picture = portrait(grain, round(0.235 * PAGE[0]), round(0.47 * PAGE[1]))
    page.paste(picture, round(0.735 * PAGE[0]), round(0.48 * PAGE[1]))
    second = None
    if seed % 3 == 0:
        values["file_number"] = "".join(dice.choices(DIGITS, k=12))
        second = _ground(grain, GREEN, "中华人民共和国机动车驾驶证副页", "")
        record = f"请于{values['valid_to'][:4]}年前九十日内申请换领新驾驶证"
        _rows(second, typed, (
            Row(0.05, 0.25, "证号", "", 0.16, person.number), Row(0.05, 0.37, "姓名", "", 0.16, person.name),
            Row(0.42, 0.37, "档案编号", "", 0.58, values["file_number"]), Row(0.05, 0.49, "记录", "", 0.16, record, 20)))
    return Specimen("driving_licence", seed, _opened(page, second), values)


def _driver(person: IdCard, dice: random.Random) -> dict[str, str]:
    first = person.birth.replace(year=dice.randint(person.birth.year + 18, 2026))
    years = 6 if first.year > 2020 else 10
    start = first if years == 6 else first.replace(year=dice.randint(2017, 2026))
    return {"number": person.number, "name": person.name, "sex": SEXES[person.sex], "nationality": "中国",
            "address": person.address, "birth": str(person.birth), "first_issue": str(first),
            "vehicle_class": dice.choice(CLASSES), "valid_from": str(start),
            "valid_to": str(start.replace(year=start.year + years))}


def vehicle_licence(seed: int) -> Specimen:
    person, dice, grain = invent(seed), random.Random(seed), np.random.default_rng(seed)
    values = _car(person, dice)
    page = _ground(grain, GREY, "中华人民共和国机动车行驶证", "Vehicle License of the People's Republic of China")
    typed = _typed(grain)
    _rows(page, typed, (
        Row(0.04, 0.255, "号牌号码", "Plate No.", 0.185, values["plate"]),
        Row(0.46, 0.255, "车辆类型", "Vehicle Type", 0.61, values["vehicle_type"]),
        Row(0.04, 0.365, "所有人", "Owner", 0.15, values["owner"]),
        Row(0.04, 0.475, "住址", "Address", 0.13, values["address"], 22),
        Row(0.04, 0.595, "使用性质", "Use Character", 0.185, values["use"]),
        Row(0.42, 0.595, "品牌型号", "Model", 0.55, values["model"]),
        Row(0.30, 0.705, "车辆识别代号", "VIN", 0.50, values["vin"]),
        Row(0.30, 0.805, "发动机号码", "Engine No.", 0.47, values["engine_number"]),
        Row(0.30, 0.915, "注册日期", "Register Date", 0.43, values["registered"]),
        Row(0.64, 0.915, "发证日期", "Issue Date", 0.77, values["issued"])))
    _seal(page, (0.035, 0.65))
    second = None
    if seed % 2 == 0:
        back = _second_page(dice, date.fromisoformat(values["registered"]))
        second = _ground(grain, GREY, "", "")
        size = "×".join(str(dice.randint(*limits)) for limits in ((4000, 6000), (1700, 2100), (1400, 2000)))
        _rows(second, typed, (
            Row(0.04, 0.09, "号牌号码", "", 0.19, values["plate"]), Row(0.46, 0.09, "档案编号", "", 0.60, back["file_number"]),
            Row(0.04, 0.20, "核定载人数", "", 0.22, f"{back['seats']}人"),
            Row(0.46, 0.20, "总质量", "", 0.60, f"{back['gross_mass']}kg"),
            Row(0.04, 0.31, "整备质量", "", 0.22, f"{back['curb_mass']}kg"), Row(0.46, 0.31, "核定载质量", "", 0.64, "--"),
            Row(0.04, 0.42, "外廓尺寸", "", 0.22, f"{size}mm"), Row(0.62, 0.42, "准牵引总质量", "", 0.84, "--"),
            Row(0.04, 0.53, "备注", "", 0.13, "样本 不作任何证明"),
            Row(0.04, 0.68, "检验记录", "", 0.19, f"检验有效期至{back['inspection_until']}")))
        values |= back
    return Specimen("vehicle_licence", seed, _opened(page, second), values)


def _car(person: IdCard, dice: random.Random) -> dict[str, str]:
    registered = date(dice.randint(2012, 2026), dice.randint(1, 10), dice.randint(1, 28))
    issued = registered.replace(year=min(2026, registered.year + dice.choice((0, 0, 3))))
    electric = "D" if dice.random() < 0.25 else ""
    plate = f"{dice.choice(PLATES)}{dice.choice('ABCDEFGHJK')}{electric}{dice.choice(LETTERS)}{_some(dice, DIGITS, 4)}"
    company = dice.choice(counties()).name + dice.choice(COMPANIES)
    code = _some(dice, LETTERS, 2) + _some(dice, DIGITS, 4) + _some(dice, LETTERS + DIGITS, dice.randint(1, 6))
    return {"plate": plate, "vehicle_type": dice.choice(TYPES), "owner": person.name if dice.random() < 0.8 else company,
            "address": person.address, "use": dice.choice(USES), "model": dice.choice(BRANDS) + code, "vin": _vin(dice),
            "engine_number": _some(dice, LETTERS + DIGITS, dice.randint(6, 9)), "registered": str(registered),
            "issued": str(issued)}


def _second_page(dice: random.Random, registered: date) -> dict[str, str]:
    curb = dice.randint(900, 3200)
    return {"file_number": _some(dice, DIGITS, 12), "seats": str(dice.choice((5, 5, 5, 7, 2, 3))),
            "gross_mass": str(curb + dice.randint(300, 900)), "curb_mass": str(curb),
            "inspection_until": f"{max(2027, registered.year + 2)}年{registered.month:02d}月"}


def _vin(dice: random.Random) -> str:
    letters = _some(dice, LETTERS.replace("Q", "") + DIGITS, 8)
    year = dice.choice("ABCDEFGHJKLMNPRSTVWXY123456789")
    vin = f"L{letters[:7]}0{year}{letters[7]}{dice.randint(0, 999999):06d}"
    return vin[:8] + check_digit(vin) + vin[9:]


def _some(dice: random.Random, letters: str, count: int) -> str:
    return "".join(dice.choices(letters, k=count))


def _ground(grain: np.random.Generator, tone: tuple[int, int, int], title: str, english: str) -> Canvas:
    pale = tuple(min(250, value + 14) for value in tone)
    canvas = Canvas(waves(grain, PAGE, tone, pale, tone, lines=46))
    size = 62 if len(title) < 14 else 54
    canvas.write((PAGE[0] - len(title) * size) / 2, 0.105 * PAGE[1], title, Style("hei", size, INK))
    canvas.write(0.5 * PAGE[0] - 7.3 * len(english), 0.165 * PAGE[1], english, Style("song", 32, INK))
    return canvas


def _typed(grain: np.random.Generator) -> Style:
    """What the office's printer sets in: a narrow or wide machine face, never quite black."""
    ink = tuple((np.array(PRINT) + grain.uniform(-20, 26)).astype(int).tolist())
    face, stretch = str(grain.choice(["hei", "kai", "song", "mono"])), float(grain.choice([0.85, 1.0, 1.0, 1.12]))
    return Style(face, 50, ink, stretch)


def _rows(page: Canvas, typed: Style, rows: tuple[Row, ...]) -> None:
    width, height = PAGE
    for row in rows:
        page.write(row.x * width, (row.y - (0.008 if row.english else 0)) * height, row.label, LABEL)
        page.write(row.x * width, (row.y + 0.036) * height, row.english, ENGLISH)
        end = min((other.x for other in rows if other.y == row.y and other.x > row.x), default=0.98)
        style = typed._replace(size=46) if row.width else typed
        parts = wrap(row.value, round(row.width / typed.stretch)) if row.width else [row.value]
        room = (end - row.value_x) * width - 16
        stretch = min(style.stretch, *(room / font(style.face, style.size).getlength(part) for part in parts))
        for index, part in enumerate(parts):
            page.write(row.value_x * width, (row.y + index * 0.058) * height, part, style._replace(stretch=stretch))


def _seal(page: Canvas, place: tuple[float, float]) -> None:
    left, top = place[0] * PAGE[0], place[1] * PAGE[1]
    page.draw.rectangle((left, top, left + 300, top + 270), outline=RED, width=6)
    for index, line in enumerate(("样本省演示", "市公安局交", "通警察支队")):
        page.write(left + 22, top + 60 + index * 75, line, Style("hei", 50, RED))


def _opened(page: Canvas, second: Canvas | None) -> np.ndarray:
    """The page alone, or both in the black folder, side by side."""
    if second is None:
        return page.picture()
    rim = 34
    folder = np.full((PAGE[1] + 2 * rim, 2 * PAGE[0] + 3 * rim, 3), (34, 30, 30), np.uint8)
    folder[rim:rim + PAGE[1], rim:rim + PAGE[0]] = page.picture()
    folder[rim:rim + PAGE[1], 2 * rim + PAGE[0]:2 * (rim + PAGE[0])] = second.picture()
    return folder
