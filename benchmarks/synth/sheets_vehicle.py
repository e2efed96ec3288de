"""Drawn papers of a car: conformity certificate, registration certificate and its page of mortgages, insurance policy."""

from __future__ import annotations

import random
from datetime import date, timedelta

from benchmarks.synth import sheets_fiction as fiction
from benchmarks.synth.sheets_kit import A4, BLACK, BLUE, GREEN, Sheet
from benchmarks.synth.specimen import Specimen

DESK = (2592, 1944)  # a document camera of five million pixels, under which A4 is laid
UPRIGHT = DESK[::-1]
FUELS = ("汽油", "柴油", "纯电动", "插电式混合动力")
USES = ("非营运", "营运", "预约出租客运", "货运")


def vehicle_conformity(seed: int) -> Specimen:
    dice = random.Random(f"vehicle_conformity {seed}")
    car, maker = fiction.car(dice), fiction.company(dice, "汽车制造有限公司")
    name = car.kind
    fields = {"number": car.certificate, "date": (car.made + timedelta(days=dice.randint(0, 9))).isoformat(),
              "maker": maker.name, "brand": car.brand, "vehicle_name": name, "model": car.type_code, "vin": car.vin,
              "colour": car.colour, "engine_model": f"{fiction.digits(dice, 1)}A{fiction.digits(dice, 2)}T",
              "engine_number": car.engine, "fuel": dice.choice(FUELS), "gross_mass": str(dice.randint(1500, 4400)),
              "curb_mass": str(dice.randint(1000, 2400)), "seats": str(car.seats), "manufactured": car.made.isoformat()}
    return Specimen("vehicle_conformity", seed, _conformity(dice, fields), fields, DESK)


def _conformity(dice: random.Random, said: dict[str, str]):
    sheet, ink = Sheet((297, 210), dice), (60, 40, 90)
    sheet.waves((240, 226, 240))
    sheet.frame(8, 8, 289, 202, (150, 90, 140), 1)
    sheet.centred(148, 14, "机动车整车出厂合格证", 9, "kai", (170, 40, 60), 2)
    day, made = (fiction.chinese(date.fromisoformat(said[name])) for name in ("date", "manufactured"))
    left = (("合格证编号", said["number"]), ("车辆制造企业名称", said["maker"]),
            ("车辆品牌/车辆名称", f"{said['brand']} / {said['vehicle_name']}"), ("车辆型号", said["model"]),
            ("车辆识别代号/车架号", said["vin"]), ("车身颜色", said["colour"]), ("底盘型号/底盘ID", "—"),
            ("发动机型号", said["engine_model"]), ("燃料种类", said["fuel"]), ("排放标准", "GB18352.6-2016国Ⅵ"),
            ("外廓尺寸(mm)", "4650×1825×1465"), ("轮胎规格", "205/55 R16"), ("轴距(mm)", "2700"),
            ("总质量(kg)", said["gross_mass"]), ("最高设计车速(km/h)", "190"), ("车辆制造日期", made))
    right = (("发证日期", day), None, None, None, None, None, ("底盘合格证编号", "—"),
             ("发动机号", said["engine_number"]), ("排量和功率(ml/kW)", "1498 / 110"), ("油耗", "5.9"),
             ("货厢内部尺寸(mm)", "—"), ("轮胎数", "4"), ("轴数", "2"), ("整备质量(kg)", said["curb_mass"]),
             ("额定载客(人)", said["seats"]), ("转向形式", "方向盘"))
    number = 0
    needle = dice.random() < 0.5
    for index, pair in enumerate(zip(left, right, strict=True)):
        for x, value_x, entry in ((20, 76, pair[0]), (156, 206, pair[1])):
            if entry is None:
                continue
            number += 1
            y = 32 + index * 9.6
            sheet.text(x, y, f"{number}.{entry[0]}", 3.9, "song", ink)
            (sheet.dotted if needle else sheet.typed)(value_x, y, entry[1], 4)
            sheet.line(value_x - 2, y + 6, 150 if value_x == 76 and pair[1] else 276, y + 6, (190, 160, 190))
    sheet.text(20, 188, "本产品经过检验，符合标准要求，准予出厂，特此证明。", 3.9, "song", ink)
    sheet.text(180, 190, "（车辆制造企业盖章）", 3.8, "song", ink)
    sheet.stamp(dice.uniform(200, 250), dice.uniform(160, 184), 18, said["maker"], "合格证专用章")
    return sheet.finished(dice.choice((0, 1)))


def vehicle_registration(seed: int) -> Specimen:
    """The first two pages, owner above car; of every fourth seed the page of mortgages."""
    dice = random.Random(f"vehicle_registration {seed}")
    if seed % 4 == 3:
        fields, entries = _mortgages(dice)
        return Specimen("vehicle_registration", seed, _register_page(dice, entries), fields, UPRIGHT)
    owner, car = fiction.person(dice), fiction.car(dice)
    registered = car.made + timedelta(days=dice.randint(20, 300))
    fields = {"owner": owner.name, "owner_id": owner.number, "authority": "江苏省演示市公安局交通警察支队",
              "registered": registered.isoformat(), "plate": car.plate, "vehicle_type": car.kind, "brand": car.brand,
              "model": car.type_code, "colour": car.colour, "vin": car.vin, "engine_number": car.engine,
              "fuel": dice.choice(FUELS), "maker": fiction.company(dice, "汽车有限公司").name, "seats": str(car.seats),
              "use": dice.choice(USES), "manufactured": car.made.isoformat(),
              "number": fiction.digits(dice, 12, first="3200")}
    return Specimen("vehicle_registration", seed, _registration(dice, fields), fields, UPRIGHT)


def _registration(dice: random.Random, said: dict[str, str]):
    sheet = Sheet((190, 266), dice, (238, 246, 236))
    sheet.waves((206, 228, 206), 1.8)
    sheet.text(116, 8, f"编号：{said['number']}", 4, "hei", GREEN)
    sheet.centred(95, 14, "注册登记摘要信息栏", 4.4, "hei", GREEN, 0.6)
    made, registered = (date.fromisoformat(said[name]) for name in ("manufactured", "registered"))
    sheet.frame(10, 22, 180, 66, GREEN)
    sheet.rules(10, 180, (36, 50), GREEN)
    sheet.text(12, 26, "1.机动车所有人/身份证明名称/号码", 3.2, "song", GREEN)
    sheet.dotted(68, 26.5, f"{said['owner']} / 居民身份证 / {said['owner_id']}", 3.7, BLACK)
    sheet.text(12, 41, "2.登记机关", 3.2, "song", GREEN)
    sheet.dotted(32, 40.5, said["authority"], 3.7, BLACK)
    sheet.text(112, 41, "3.登记日期", 3.2, "song", GREEN)
    sheet.dotted(134, 40.5, registered.isoformat(), 3.7, BLACK)
    sheet.text(12, 55, "4.机动车登记编号", 3.2, "song", GREEN)
    sheet.dotted(46, 54.5, said["plate"], 3.9, BLACK)
    sheet.centred(95, 72, "过户、转移登记摘要信息栏", 4, "hei", GREEN, 0.6)
    sheet.frame(10, 79, 180, 110, GREEN)
    sheet.rules(10, 180, (94,), GREEN)
    sheet.text(12, 83, "Ⅰ.机动车所有人/身份证明名称/号码", 3.2, "song", GREEN)
    for x, label in ((12, "登记机关"), (80, "登记日期"), (124, "机动车登记编号")):
        sheet.text(x, 98, label, 3.2, "song", GREEN)
    sheet.centred(95, 116, "注册登记机动车信息栏", 4.4, "hei", GREEN, 0.6)
    rows = (("车辆类型", said["vehicle_type"], "车辆品牌", said["brand"]),
            ("车辆型号", said["model"], "车身颜色", said["colour"]),
            ("车辆识别代号/车架号", said["vin"], "国产/进口", "国产"),
            ("发动机号", said["engine_number"], "发动机型号", "4A15T"),
            ("燃料种类", said["fuel"], "排量/功率", "1498ml/110kW"),
            ("制造厂名称", said["maker"], "转向形式", "方向盘"),
            ("轮距", "前1560 后1565 mm", "轮胎数", "4"), ("轮胎规格", "205/55 R16", "轴距", "2700 mm"),
            ("外廓尺寸", "长4650 宽1825 高1465 mm", "总质量", "1820 kg"),
            ("核定载客", said["seats"] + " 人", "核定载质量", "—"),
            ("使用性质", said["use"], "车辆获得方式", dice.choice(("购买", "继承", "赠予"))),
            ("车辆出厂日期", made.isoformat(), "发证日期", registered.isoformat()))
    sheet.frame(10, 124, 180, 256, GREEN)
    sheet.rules(10, 180, [124 + 11 * index for index in range(1, 12)], GREEN)
    for x in (44, 108, 136):
        sheet.line(x, 124, x, 256, GREEN)
    for index, (label, value, other, other_value) in enumerate(rows):
        y = 128 + 11 * index
        sheet.text(11, y + 0.4, f"{index * 2 + 5}.{label}", 3.3 if len(label) < 8 else 2.9, "song", GREEN)
        sheet.text(109, y + 0.4, f"{index * 2 + 6}.{other}", 3.3, "song", GREEN)
        if len(value) > 15 and value == said["maker"]:
            sheet.dotted(46, y - 2.6, value[:12], 3.5, BLACK)
            sheet.dotted(46, y + 1.8, value[12:], 3.5, BLACK)
        else:
            sheet.dotted(46, y, value, 3.6, BLACK)
        sheet.dotted(138, y, other_value, 3.6, BLACK)
    sheet.stamp(dice.uniform(130, 160), dice.uniform(46, 60), 15, "演示市公安局交通警察支队", "车辆登记章")
    return sheet.finished(1)


def _mortgages(dice: random.Random) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Up to two mortgages one after the other; of the last one the fields, released or not."""
    count, entries, on = dice.choice((1, 2)), [], fiction.day(dice, 2018, 2022)
    for index in range(count):
        bank = dice.choice(fiction.BANKS) + dice.choice(("", "演示分行"))
        released = None if index == count - 1 and dice.random() < 0.6 else on + timedelta(days=dice.randint(200, 900))
        entries.append((bank, fiction.company_code(dice), on.isoformat(), released.isoformat() if released else ""))
        fields = {"mortgagee": bank, "mortgage_date": on.isoformat()}
        fields |= {"mortgage_released": released.isoformat()} if released else {}
        on = (released or on) + timedelta(days=dice.randint(10, 60))
    return fields, entries


def _register_page(dice: random.Random, entries: list[tuple[str, ...]]):
    sheet = Sheet((190, 266), dice, (238, 246, 236))
    sheet.waves((206, 228, 206), 1.8)
    sheet.centred(95, 12, "登 记 栏", 5, "hei", GREEN, 1)
    sheet.frame(10, 24, 180, 256, GREEN)
    sheet.line(95, 24, 95, 256, GREEN)
    y = 28
    for bank, code, on, released in entries:
        sheet.dotted(12, y, "抵押登记", 4.2, BLACK)
        lines = ["抵押权人姓名/名称：", *_broken(bank), "身份证明名称/号码：", f"统一社会信用代码/{code}", f"抵押登记日期：{on}"]
        if released:
            lines += ["", "解除抵押", f"解除抵押日期：{released}"]
        for index, line in enumerate(lines):
            sheet.dotted(12, y + 7 + index * 6.4, line, 3.6, BLACK)
        sheet.stamp(74, y + 36, 13, "演示市公安局交通警察支队", "抵押登记章")
        y += 28 + len(lines) * 6.4
    sheet.text(112, 246, "登记栏由登记机关填写", 3, "song", GREEN)
    return sheet.finished(1)


def _broken(text: str) -> list[str]:
    return [text[start:start + 20] for start in range(0, len(text), 20)]


def insurance_policy(seed: int) -> Specimen:
    dice = random.Random(f"insurance_policy {seed}")
    person, car, begins = fiction.person(dice), fiction.car(dice), fiction.day(dice, 2025, 2027)
    ends = begins.replace(year=begins.year + 1) - timedelta(days=1)
    compulsory = seed % 3 == 0
    premium = 95_000 if compulsory else fiction.fen(dice, 2_000, 12_000)
    fields = {"number": f"P{dice.choice('DBCA')}AA{fiction.digits(dice, 18, first='20')}", "insured": person.name,
              "id_number": person.number, "address": person.address, "plate": car.plate, "model": car.model,
              "vin": car.vin, "engine_number": car.engine, "seats": str(car.seats), "use": dice.choice(USES[:2]),
              "registered": car.made.isoformat(), "premium": fiction.plain(premium),
              "premium_words": fiction.words(premium), "valid_from": begins.isoformat(), "valid_to": ends.isoformat(),
              "insurer": dice.choice(("示例财产保险股份有限公司", "虚构财产保险股份有限公司"))}
    if not compulsory:
        fields |= {"beneficiary": dice.choice(fiction.BANKS), "liability": f"{dice.choice((100, 200, 300))}0000.00",
                   "damage": fiction.plain(fiction.fen(dice, 60_000, 400_000))}
    return Specimen("insurance_policy", seed, _policy(dice, fields, compulsory), fields, UPRIGHT)


def _policy(dice: random.Random, said: dict[str, str], compulsory: bool):
    sheet = Sheet(A4, dice, (255, 255, 252))
    sheet.waves((250, 240, 206) if compulsory else (224, 240, 226), 2.6)
    title = "机动车交通事故责任强制保险单（电子保单）" if compulsory else "机动车商业保险保险单（电子保单）"
    sheet.text(16, 10, said["insurer"], 5, "hei", BLUE)
    sheet.centred(105, 20, title, 6, "hei", BLACK)
    sheet.text(112, 32, f"保险单号：{said['number']}", 3.6, "song", BLACK)
    sheet.frame(14, 40, 196, 268, BLACK)

    def rule(y: float, *marks: float, height: float = 8.5) -> None:
        sheet.line(14, y + height, 196, y + height, BLACK)
        for x in marks:
            sheet.line(x, y, x, y + height, BLACK)

    def entry(x: float, y: float, label: str, at: float, value: str, size: float = 3.5) -> None:
        sheet.text(x, y + 2.4, label, 3.4, "song", BLACK)
        sheet.typed(at, y + 2.3, value, size, "hei")

    begins, ends = (fiction.chinese(date.fromisoformat(said[name])) for name in ("valid_from", "valid_to"))
    rule(40, 42)
    entry(16, 40, "被保险人", 44, said["insured"])
    rule(48.5, 82)
    entry(16, 48.5, "被保险人身份证号码（统一社会信用代码）", 84, said["id_number"])
    rule(57, 28, 130, 148)
    entry(16, 57, "地址", 30, said["address"], min(3.5, 97 / len(said["address"])))
    entry(132, 57, "联系电话", 150, "100" + fiction.digits(dice, 8))
    sheet.vertical(17, 68, "保险车辆情况", 5, 3.2, "song", BLACK)
    sheet.line(24, 65.5, 24, 99.5, BLACK)
    rows = (("号牌号码", said["plate"], "厂牌型号", said["model"]),
            ("VIN码/车架号", said["vin"], "发动机号", said["engine_number"]),
            ("核定载客", said["seats"] + " 人", "核定载质量", "0.000 千克"),
            ("使用性质", said["use"], "初次登记日期", said["registered"]))
    for index, (label, value, other, other_value) in enumerate(rows):
        y = 65.5 + 8.5 * index
        rule(y, 50, 112, 136)
        entry(26, y, label, 52, value)
        entry(114, y, other, 138, other_value)
    y = 99.5
    rule(y, 90, 150)
    kinds = "责任限额项目" if compulsory else "承保险种"
    for x, head in ((34, kinds), (98, "保险金额/责任限额（元）"), (156, "保险费（元）")):
        sheet.text(x, y + 2.4, head, 3.4, "song", BLACK)
    if compulsory:
        covers = (("死亡伤残赔偿限额", "180,000.00", ""), ("医疗费用赔偿限额", "18,000.00", ""),
                  ("财产损失赔偿限额", "2,000.00", ""))
    else:
        covers = (("机动车损失保险", _thousands(said["damage"]), "1,862.40"),
                  ("机动车第三者责任保险", _thousands(said["liability"]), "923.10"),
                  ("机动车车上人员责任保险（司机）", "10,000.00", "41.20"))
    for name, sum_insured, premium in covers:
        y += 8.5
        rule(y, 90, 150)
        sheet.typed(18, y + 2.3, name, 3.4)
        sheet.typed(104, y + 2.3, sum_insured, 3.5, "hei")
        sheet.typed(160, y + 2.3, premium, 3.5, "hei")
    y += 8.5
    rule(y)
    sheet.text(16, y + 2.4, "保险费合计（人民币大写）：", 3.4, "song", BLACK)
    sheet.typed(62, y + 2.3, said["premium_words"], 3.5, "hei")
    sheet.typed(136, y + 2.3, f"（¥：{_thousands(said['premium'])} 元）", 3.5, "hei")
    y += 8.5
    rule(y)
    sheet.text(16, y + 2.4, "保险期间", 3.4, "song", BLACK)
    sheet.typed(36, y + 2.3, f"自 {begins} 00:00 时起至 {ends} 24:00 时止", 3.5, "hei")
    y += 8.5
    rule(y, 24, height=42)
    sheet.vertical(17, y + 8, "特别约定", 7, 3.2, "song", BLACK)
    notes = ["1.本保单为电子保单，与纸质保单具有同等法律效力。"]
    if not compulsory:
        notes.append(f"2.本保险单第一受益人为：{said['beneficiary']}。")
    notes.append(f"{len(notes) + 1}.未经受益人书面同意，不得退保、减保或批改。")
    for index, note in enumerate(notes):
        sheet.typed(27, y + 3 + index * 7, note, 3.4)
    sheet.typed(16, y + 48, "重要提示：请详细阅读承保险种对应的保险条款，特别是责任免除部分。", 3.2)
    sheet.typed(16, y + 58, f"保险人：{said['insurer']}", 3.4)
    sheet.typed(16, y + 66, "签单日期：" + begins, 3.4)
    sheet.stamp(dice.uniform(120, 165), y + dice.uniform(56, 70), 19, said["insurer"], "承保专用章")
    return sheet.finished(dice.choice((0, 1, 2)))


def _thousands(amount: str) -> str:
    return f"{float(amount):,.2f}"


DRAW = {"vehicle_conformity": vehicle_conformity, "vehicle_registration": vehicle_registration,
        "insurance_policy": insurance_policy}
