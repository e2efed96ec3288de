"""Drawn papers of a person or firm: business licence, marriage certificate, household register, proof of income."""

from __future__ import annotations

import random
from datetime import date

from app.demo.card import SEXES
from benchmarks.synth import sheets_fiction as fiction
from benchmarks.synth.sheets_kit import A4, BLACK, SCALE, Sheet
from benchmarks.synth.sheets_vehicle import DESK, UPRIGHT
from benchmarks.synth.specimen import Specimen

BROWN_INK = (60, 40, 30)
SCOPE = ("汽车销售；汽车零配件零售；二手车经纪；机动车修理和维护；商务代理代办服务；信息技术咨询服务"
         "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）")


def business_licence(seed: int) -> Specimen:
    dice = random.Random(f"business_licence {seed}")
    firm, head, since = fiction.company(dice, "汽车贸易有限公司"), fiction.person(dice), fiction.day(dice, 2005, 2025)
    capital = f"{fiction.words(dice.choice((50, 100, 200, 500, 1000)) * 1_000_000)[:-2]}元整"
    fields = {"company_code": firm.code, "name": firm.name, "established": since.isoformat(),
              "legal_representative": head.name, "address": firm.address}
    trader = seed % 3 == 0
    if trader:
        name = f"{dice.choice(fiction.TOWNS)}样本区{dice.choice(('晨光', '星河', '远山'))}汽车服务部"
        fields |= {"name": name, "type": "个体工商户"}
    else:
        fields |= {"type": dice.choice(("有限责任公司", "有限责任公司（自然人独资）", "有限责任公司（自然人投资或控股）")),
                   "capital": capital}
    return Specimen("business_licence", seed, _licence(dice, fields, trader), fields, DESK)


def _licence(dice: random.Random, said: dict[str, str], trader: bool):
    sheet = Sheet((297, 210), dice, (246, 243, 232))
    sheet.waves((236, 230, 206), 2.8)
    for inset in (8, 10, 13):
        sheet.frame(inset, inset + 2, 297 - inset, 208 - inset, (170, 160, 90), 1.1 if inset == 10 else 0.4)
    for row in range(4):
        for column in range(4):
            sheet.text(24 + column * 70, 40 + row * 42, "SCJDGL", 9, "hei", (240, 226, 214))
    sheet.text(24, 26, f"编号 {fiction.digits(dice, 15, first='3')}", 3.4, "song", BROWN_INK)
    sheet.text(24, 34, "统一社会信用代码", 4, "hei", BROWN_INK, 1.4)
    sheet.text(24, 42, said["company_code"], 4.4, "song", BLACK)
    sheet.centred(148, 34, "营业执照", 17, "hei", BLACK, 6)
    sheet.centred(148, 58, "（副  本）", 6, "song", BLACK)
    _squares(sheet, 236, 26, dice)
    since = fiction.chinese(date.fromisoformat(said["established"]))
    left = [("名称", said["name"]), ("类型", said["type"]), ("经营者" if trader else "法定代表人", said["legal_representative"]),
            ("经营范围", SCOPE)]
    right = [("组成形式", "个人经营"), ("注册日期", since)] if trader else [
        ("注册资本", said["capital"]), ("成立日期", since), ("营业期限", f"{since}至长期")]
    right.append(("经营场所" if trader else "住所", said["address"]))
    for x, room, entries in ((26, 82, left), (162, 90, right)):
        y = 78
        for label, value in entries:
            sheet.label(x, y, 23, label, 4.3, "hei", BROWN_INK)
            sheet.wrapped(x + 28, y + 0.2, room, value, 3.9, "typed", 1.5)
            y += 13
    sheet.text(186, 160, "登 记 机 关", 4.6, "hei", BROWN_INK, 0.5)
    sheet.typed(214, 178, f"{dice.randint(2020, 2026)} 年 {dice.randint(1, 12):02d} 月 {dice.randint(1, 28):02d} 日", 4.4)
    sheet.stamp(234, 164, 20, "演示市样本区行政审批局", "")
    sheet.text(16, 199.5, "国家企业信用信息公示系统网址： http://example.invalid", 3, "song", BROWN_INK)
    sheet.text(120, 199.5, "市场主体应当于每年1月1日至6月30日公示年度报告", 3, "song", BROWN_INK)
    return sheet.finished(dice.choice((0, 0, 1)))


def _squares(sheet: Sheet, x: float, y: float, dice: random.Random) -> None:
    """Something that looks like a two-dimensional code and says nothing."""
    for row in range(25):
        for column in range(25):
            if dice.random() < 0.5:
                left, top = (x + column * 0.9) * SCALE, (y + row * 0.9) * SCALE
                sheet.draw.rectangle([left, top, left + 0.9 * SCALE, top + 0.9 * SCALE], fill=BLACK)


def marriage_certificate(seed: int) -> Specimen:
    dice = random.Random(f"marriage_certificate {seed}")
    people = [fiction.person(dice) for _ in range(60)]
    husband = next(one for one in people if one.sex == "male")
    wife = next(one for one in people if one.sex == "female")
    on = fiction.day(dice, 2009, 2025)
    fields = {"holder": dice.choice((husband, wife)).name, "date": on.isoformat(),
              "number": f"J{dice.choice(('320101', '330203', '440306'))}-{on.year}-{fiction.digits(dice, 6)}",
              "husband": husband.name, "husband_id": husband.number, "wife": wife.name, "wife_id": wife.number}
    return Specimen("marriage_certificate", seed, _marriage(dice, fields, (husband, wife)), fields)


def _marriage(dice: random.Random, said: dict[str, str], pair):
    sheet = Sheet((176, 124), dice, (252, 240, 236))
    sheet.waves((246, 214, 210), 1.6)
    sheet.line(88, 0, 88, 124, (200, 170, 166), 0.6)
    sheet.draw.rectangle([v * SCALE for v in (18, 12, 70, 48)], fill=(196, 60, 70))
    for x in (34, 53):
        sheet.draw.ellipse([v * SCALE for v in (x - 6, 18, x + 6, 33)], fill=(226, 190, 166))
        sheet.draw.rectangle([v * SCALE for v in (x - 9, 34, x + 9, 48)], fill=(240, 240, 244))
    needle = dice.random() < 0.6
    put = sheet.dotted if needle else sheet.typed
    for index, (label, value) in enumerate((("持证人", said["holder"]),
                                            ("登记日期", fiction.chinese(date.fromisoformat(said["date"]))),
                                            ("结婚证字号", said["number"]), ("备注", ""))):
        y = 56 + index * 13
        sheet.label(10, y, 20, label, 3.8, "song", BLACK)
        put(33, y, value, 4)
        sheet.line(32, y + 5.5, 82, y + 5.5, (200, 150, 150))
    order = pair if dice.random() < 0.5 else pair[::-1]
    for index, person in enumerate(order):
        y = 14 + index * 52
        sheet.text(95, y, "姓名", 3.8, "song", BLACK, 2)
        put(110, y, person.name, 4)
        sheet.text(142, y, "性别", 3.8, "song", BLACK)
        put(153, y, SEXES[person.sex], 4)
        sheet.text(95, y + 12, "国籍", 3.8, "song", BLACK, 2)
        put(110, y + 12, "中国", 4)
        sheet.text(126, y + 12, "出生日期", 3.6, "song", BLACK)
        put(142, y + 12, fiction.chinese(person.birth), 3.6)
        sheet.text(95, y + 24, "身份证件号", 3.8, "song", BLACK)
        put(117, y + 24, person.number, 4.2)
        sheet.rules(95, 170, (y + 7, y + 19, y + 31), (210, 170, 170))
    sheet.stamp(dice.uniform(58, 72), dice.uniform(60, 76), 14, "演示市样本区民政局", "婚姻登记专用章")
    return sheet.finished(0)


def household_register(seed: int) -> Specimen:
    dice = random.Random(f"household_register {seed}")
    person = fiction.person(dice)
    fields = {"name": person.name, "relation": dice.choice(("户主", "妻", "夫", "子", "女")), "sex": SEXES[person.sex],
              "nation": person.nation, "birth": person.birth.isoformat(), "id_number": person.number,
              "marital": dice.choice(("未婚", "有配偶", "离婚")), "education": dice.choice(("大学本科", "大学专科", "高中"))}
    return Specimen("household_register", seed, _register(dice, fields, person), fields)


def _register(dice: random.Random, said: dict[str, str], person):
    sheet, ink = Sheet((143, 105), dice, (250, 244, 226)), (64, 84, 60)
    sheet.waves((230, 236, 210), 2)
    sheet.centred(71, 5, "常住人口登记卡", 6, "song_bold", ink, 1.5)
    rows = ((("姓名", said["name"], 8, 20), ("户主或与\n户主关系", said["relation"], 78, 22)),
            (("曾用名", "", 8, 20), ("性别", said["sex"], 78, 22)),
            (("出生地", "江苏省演示市样本区", 8, 20), ("民族", said["nation"], 78, 22)),
            (("籍贯", "江苏省演示市", 8, 20), ("出生日期", fiction.chinese(person.birth), 78, 22)),
            (("本市（县）\n其他住址", "", 8, 26), ("宗教信仰", "", 94, 18)),
            (("公民身份\n证件编号", said["id_number"], 8, 26), ("身高", "", 94, 12), ("血型", "", 120, 10)),
            (("文化程度", said["education"], 8, 20), ("婚姻状况", said["marital"], 58, 18), ("兵役状况", "", 98, 18)),
            (("服务处所", dice.choice(("", "虚构星河科技有限公司")), 8, 20), ("职业", dice.choice(("", "职员")), 98, 12)))
    sheet.frame(8, 14, 135, 86, ink)
    for index, row in enumerate(rows):
        y = 14 + 9 * index
        sheet.line(8, y, 135, y, ink)
        for label, value, x, room in row:
            sheet.label(x + 1.5, y + 2.8, room - 3, label, 2.5 if "\n" in label else 3.2, "song", ink)
            sheet.line(x, y, x, y + 9, ink)
            sheet.line(x + room, y, x + room, y + 9, ink)
            sheet.dotted(x + room + 2, y + 2.7, value, 3.5, BLACK)
    sheet.text(10, 88, "何时由何地迁来本址", 2.8, "song", ink)
    sheet.text(10, 96, "承办人签章：", 3, "song", ink)
    sheet.text(84, 96, f"登记日期：{fiction.chinese(fiction.day(dice, 2010, 2025))}", 3, "song", ink)
    sheet.stamp(dice.uniform(80, 105), dice.uniform(72, 88), 12, "演示市公安局样本派出所", "户口专用")
    return sheet.finished(0)


def income_proof(seed: int) -> Specimen:
    dice = random.Random(f"income_proof {seed}")
    person, firm, on = fiction.person(dice), fiction.company(dice, "科技有限公司"), fiction.day(dice, 2025, 2027)
    income = fiction.fen(dice, 5_000, 60_000)
    fields = {"name": person.name, "id_number": person.number, "employer": firm.name,
              "position": dice.choice(("工程师", "销售主管", "财务经理", "车间主任", "行政专员")),
              "monthly_income": fiction.plain(income), "date": on.isoformat(), "employer_phone": firm.phone}
    if seed % 2:
        fields |= {"monthly_income_words": fiction.words(income)}
    draw = _letter if seed % 2 else _table
    return Specimen("income_proof", seed, draw(dice, fields, on), fields, UPRIGHT)


def _letter(dice: random.Random, said: dict[str, str], on: date):
    """Running text that breaks wherever the line is full."""
    sheet = Sheet(A4, dice)
    sheet.centred(105, 40, "收入证明", 9, "song_bold", BLACK, 3)
    body = (f"　　兹证明 {said['name']}（身份证号码：{said['id_number']}）系我单位正式员工，自{dice.randint(2008, 2023)}年"
            f"{dice.randint(1, 12)}月起在我单位工作，现任 {said['position']} 职务，近一年税后月收入为人民币 "
            f"{float(said['monthly_income']):,.2f} 元（大写：{said['monthly_income_words']}）。")
    sheet.wrapped(28, 70, 154, body, 4.9, "typed", 1.9)
    sheet.typed(38, 128, "本单位承诺上述内容真实有效，特此证明。", 4.9)
    sheet.typed(28, 150, "单位名称（盖章）：", 4.6)
    sheet.wrapped(70, 150, 110, said["employer"], 4.6, "typed")
    sheet.typed(28, 166, f"单位地址：江苏省演示市样本区虚构路{dice.randint(1, 99)}号", 4.6)
    sheet.typed(28, 178, f"联系电话：{said['employer_phone']}", 4.6)
    sheet.typed(28, 190, "经 办 人：张示例", 4.6)
    sheet.typed(124, 206, fiction.chinese(on), 4.6)
    sheet.stamp(dice.uniform(110, 150), dice.uniform(160, 200), 20, said["employer"], "人力资源专用章")
    return sheet.finished(dice.choice((0, 1, 2)))


def _table(dice: random.Random, said: dict[str, str], on: date):
    sheet = Sheet(A4, dice)
    sheet.centred(105, 30, "员工收入证明", 8, "hei", BLACK, 2)
    rows = (("员工姓名", said["name"], "性别", ""), ("身份证号码", said["id_number"], "", ""),
            ("工作单位", said["employer"], "", ""),
            ("所任职务", said["position"], "入职时间", f"{dice.randint(2008, 2023)}年3月"),
            ("税后月收入", f"¥{float(said['monthly_income']):,.2f} 元", "", ""),
            ("单位电话", said["employer_phone"], "出具日期", fiction.chinese(on)))
    sheet.frame(24, 50, 186, 50 + 14 * len(rows), BLACK)
    for index, (label, value, other, other_value) in enumerate(rows):
        y = 50 + 14 * index
        sheet.line(24, y, 186, y, BLACK)
        sheet.line(58, y, 58, y + 14, BLACK)
        sheet.label(27, y + 4.6, 28, label, 4.2, "song", BLACK)
        sheet.typed(61, y + 4.6, value, 4.2)
        if other:
            for x in (118, 144):
                sheet.line(x, y, x, y + 14, BLACK)
            sheet.label(120, y + 4.6, 22, other, 4.2, "song", BLACK)
            sheet.typed(147, y + 4.6, other_value, 4.0)
    sheet.typed(27, 142, "兹证明以上内容属实，如有虚假，我单位愿承担相应责任。", 4.2)
    sheet.typed(110, 160, "单位（公章）：", 4.4)
    sheet.stamp(dice.uniform(130, 150), dice.uniform(120, 165), 20, said["employer"], "")
    return sheet.finished(dice.choice((0, 1, 2)))


DRAW = {"business_licence": business_licence, "marriage_certificate": marriage_certificate,
        "household_register": household_register, "income_proof": income_proof}
