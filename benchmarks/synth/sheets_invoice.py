"""Drawn invoices: for a new car (needle-printed form or electronic), for a used car, and for value added tax (both)."""

from __future__ import annotations

import random
from datetime import date

from benchmarks.synth import sheets_fiction as fiction
from benchmarks.synth.sheets_kit import BLACK, BLUE, BROWN, SCALE, Sheet, lines_of
from benchmarks.synth.specimen import Specimen

FORM = (241, 177)
ELECTRONIC = (210, 140)
CIPHER = "0123456789+-*/<>"
TAX_SEAL = "全国统一发票监制章"


def new_car_invoice(seed: int) -> Specimen:
    dice = random.Random(f"new_car_invoice {seed}")
    buyer, car, seller = fiction.person(dice), fiction.car(dice), fiction.company(dice, "汽车销售服务有限公司")
    total, on = fiction.fen(dice, 60_000, 480_000), fiction.day(dice, 2024, 2026)
    net = round(total / 1.13)
    fields = {
        "number": fiction.digits(dice, 8), "date": on.isoformat(), "buyer": buyer.name, "buyer_id": buyer.number,
        "vehicle_type": car.kind, "model": car.model, "origin": dice.choice(("江苏省演示市", "演示市", "样本市")),
        "certificate_number": car.certificate, "engine_number": car.engine, "vin": car.vin,
        "total_words": fiction.words(total), "total": fiction.plain(total), "seller": seller.name,
        "seller_phone": seller.phone, "seller_code": seller.code, "seller_account": seller.account,
        "seller_address": seller.address, "seller_bank": seller.bank, "tax_rate": "13%", "net": fiction.plain(net),
        "tax": fiction.plain(total - net), "tax_office": f"国家税务总局演示市税务局第{dice.choice('一二三')}税务分局",
        "seats": str(car.seats)}
    if seed % 3 == 0:
        fields["number"] = fiction.digits(dice, 20, first="2")
        return Specimen("new_car_invoice", seed, _electronic_car(dice, fields, on), fields)
    fields |= {"code": fiction.digits(dice, 12, first="1"), "machine_number": fiction.digits(dice, 12, first="4")}
    return Specimen("new_car_invoice", seed, _car_form(dice, fields, on), fields)


def _car_form(dice: random.Random, said: dict[str, str], on: date):
    sheet = Sheet(FORM, dice)
    sheet.waves((246, 236, 214))
    _holes(sheet)
    ink = BROWN
    sheet.centred(120, 9, "机动车销售统一发票", 8, "kai", ink, 1.2)
    sheet.centred(120, 21, "发 票 联", 5, "kai", ink)
    _tax_seal(sheet, 120, 15)
    sheet.text(168, 12, "发票代码", 4, "hei", ink)
    sheet.text(188, 12, said["code"], 4.2, "hei", BLACK)
    sheet.text(168, 19, "发票号码", 4, "hei", ink)
    sheet.text(188, 18.6, said["number"], 4.6, "hei", BLACK)
    sheet.text(18, 26, "开票日期", 3.8, "kai", ink)
    sheet.dotted(38, 26, dice.choice((on.isoformat(), fiction.chinese(on))))
    left, right, tops = 16, 226, (32, 53, 66, 75, 84, 93, 102, 111, 120, 129, 139, 149)
    sheet.frame(left, tops[0], right, tops[-1], ink, 0.5)
    sheet.rules(left, right, tops[1:-1], ink)
    for x, rows in ((49, (0, 11)), (126, (0, 6)), (148, (0, 1)), (148, (7, 9)), (126, (7, 9))):
        sheet.line(x, tops[rows[0]], x, tops[rows[1]], ink)

    def cell(row: int, x: float, room: float, label: str, at: float, value: str, width: float = 70, size: float = 3.9):
        middle = (tops[row] + tops[row + 1]) / 2 - 2
        sheet.label(x, middle, room, label, 3.5, "kai", ink)
        if value:
            top = middle if len(lines_of(value, width, size)) == 1 else middle - 2.3
            sheet.wrapped(at, top, width, value, size, "dotted", 1.15)

    for index, (label, value) in enumerate((("机打代码", said["code"]), ("机打号码", said["number"]),
                                            ("机器编号", said["machine_number"]))):
        sheet.label(20, 34.5 + index * 6.4, 24, label, 3.5, "kai", ink)
        sheet.dotted(52, 34 + index * 6.4, value)
    sheet.vertical(130, 35, "税控码", 5.4, ink=ink)
    for index in range(3):
        sheet.dotted(150, 33.5 + index * 6, "".join(dice.choice(CIPHER) for _ in range(26)), 3.6)
    cell(1, 18, 29, "购买方名称及\n身份证号码/\n组织机构代码", 52, "")
    sheet.dotted(52, 54.5, said["buyer"])
    sheet.dotted(52, 60, said["buyer_id"])
    cell(1, 128, 19, "纳税人识别号", 152, "")
    cell(2, 20, 26, "车辆类型", 52, said["vehicle_type"])
    sheet.label(92, tops[2] + 2.5, 16, "厂牌型号", 3.5, "kai", ink)
    sheet.dotted(112, tops[2] + 2.5, said["model"], 3.7)
    sheet.label(172, tops[2] + 2.5, 12, "产 地", 3.5, "kai", ink)
    sheet.dotted(187, tops[2] + 2.5, said["origin"], 3.7)
    for x in (90, 110, 170, 185):
        sheet.line(x, tops[2], x, tops[3], ink)
    cell(3, 20, 26, "合格证号", 52, said["certificate_number"])
    cell(3, 128, 24, "进口证明书号", 156, "")
    cell(3, 186, 16, "商检单号", 204, "")
    cell(4, 20, 26, "发动机号码", 52, said["engine_number"])
    cell(4, 128, 34, "车辆识别代号/车架号码", 164, said["vin"])
    cell(5, 20, 26, "价税合计", 52, "⊗" + said["total_words"], 110)
    sheet.text(172, tops[5] + 2.5, "小写", 3.5, "kai", ink)
    sheet.dotted(182, tops[5] + 2.5, "¥" + said["total"])
    cell(6, 20, 26, "销货单位名称", 52, said["seller"], 74)
    cell(6, 128, 14, "电 话", 152, said["seller_phone"])
    cell(7, 20, 26, "纳税人识别号", 52, said["seller_code"])
    cell(7, 128, 14, "账 号", 152, said["seller_account"])
    cell(8, 20, 26, "地 址", 52, said["seller_address"], 72, 3.5)
    cell(8, 128, 17, "开户银行", 152, said["seller_bank"], 70)
    cell(9, 18, 29, "增值税税率\n或征收率", 52, said["tax_rate"])
    sheet.label(70, tops[9] + 3, 16, "增值税\n税 额", 3.4, "kai", ink)
    sheet.dotted(88, tops[9] + 3, "¥" + said["tax"])
    sheet.label(128, tops[9] + 3, 18, "主管税务\n机关及代码", 3.3, "kai", ink)
    sheet.wrapped(150, tops[9] + 1, 70, said["tax_office"], 3.5, "dotted")
    sheet.label(20, tops[10] + 3, 14, "不含税价", 3.4, "kai", ink)
    sheet.text(36, tops[10] + 3, "小写", 3.4, "kai", ink)
    sheet.dotted(52, tops[10] + 3, "¥" + said["net"])
    sheet.label(90, tops[10] + 3, 22, "完税凭证号码", 3.4, "kai", ink)
    sheet.label(150, tops[10] + 3, 10, "吨位", 3.4, "kai", ink)
    sheet.label(186, tops[10] + 3, 16, "限乘人数", 3.4, "kai", ink)
    sheet.dotted(206, tops[10] + 3, said["seats"])
    for x in (86, 114, 148, 163, 184, 204):
        sheet.line(x, tops[10], x, tops[11], ink)
    sheet.text(18, 152, "销货单位盖章", 3.5, "kai", ink)
    sheet.text(96, 152, "开票人", 3.5, "kai", ink)
    sheet.dotted(112, 152, dice.choice(("张示例", "李样本")))
    sheet.text(160, 152, "备注：一车一票", 3.5, "kai", ink)
    sheet.stamp(dice.uniform(48, 80), dice.uniform(132, 150), 19, said["seller"], "发票专用章")
    return sheet.finished(dice.choice((0, 1, 1, 2)))


def _electronic_car(dice: random.Random, said: dict[str, str], on: date):
    sheet = Sheet(ELECTRONIC, dice, (255, 255, 255))
    ink = (128, 60, 40)
    sheet.centred(105, 6, "电子发票（机动车销售统一发票）", 6.2, "kai", ink)
    _tax_seal(sheet, 105, 13)
    sheet.text(152, 8, "发票号码：", 3.4, "song", ink)
    sheet.typed(168, 8, said["number"], 3.2)
    sheet.text(152, 14, "开票日期：", 3.4, "song", ink)
    sheet.typed(168, 14, fiction.chinese(on), 3.2)
    tops = [24 + 8 * index for index in range(13)]
    sheet.frame(8, tops[0], 202, tops[-1], ink)
    sheet.rules(8, 202, tops[1:-1], ink)
    rows = (
        (("购买方名称", said["buyer"], 8), ("统一社会信用代码/\n纳税人识别号/\n身份证件号码", said["buyer_id"], 108)),
        (("车辆类型", said["vehicle_type"], 8), ("厂牌型号", said["model"], 74), ("产地", said["origin"], 148)),
        (("合格证号", said["certificate_number"], 8), ("进口证明书号", "", 74), ("商检单号", "", 148)),
        (("发动机号码", said["engine_number"], 8), ("车辆识别代号/\n车架号码", said["vin"], 108)),
        (("价税合计（大写）", said["total_words"], 8), ("（小写）", "¥" + said["total"], 138)),
        (("销售方名称", said["seller"], 8), ("电话", said["seller_phone"], 138)),
        (("纳税人识别号", said["seller_code"], 8), ("账号", said["seller_account"], 108)),
        (("地址", said["seller_address"], 8), ("开户银行", said["seller_bank"], 118)),
        (("增值税税率\n或征收率", said["tax_rate"], 8), ("增值税税额", "¥" + said["tax"], 64),
         ("主管税务机关", said["tax_office"], 112)),
        (("不含税价", "¥" + said["net"], 8), ("完税凭证号码", "", 74), ("吨位", "", 124), ("限乘人数", said["seats"], 160)),
        (("备注", "一车一票", 8),), (("开票人", "张示例", 8),))
    for top, row in zip(tops[:-1], rows, strict=True):
        for label, value, x in row:
            room = min(26, 3.3 * max(len(part) for part in label.split("\n")))
            sheet.label(x + 2, top + 2.4, room, label, 2.5 if "\n" in label else 3.2, "song", ink)
            sheet.line(x, top, x, top + 8, ink)
            sheet.line(x + room + 4, top, x + room + 4, top + 8, ink)
            sheet.typed(x + room + 6, top + 2.4, value, 2.7 if len(value) > 19 else 3.2)
    return sheet.finished(0)


def used_car_invoice(seed: int) -> Specimen:
    dice = random.Random(f"used_car_invoice {seed}")
    buyer, seller, car = fiction.person(dice), fiction.person(dice), fiction.car(dice)
    market = fiction.company(dice, "二手车交易市场有限公司")
    total, on = fiction.fen(dice, 12_000, 260_000), fiction.day(dice, 2024, 2026)
    fields = {
        "code": fiction.digits(dice, 12, first="0"), "number": fiction.digits(dice, 8), "date": on.isoformat(),
        "machine_number": fiction.digits(dice, 12, first="6"), "buyer": buyer.name, "buyer_id": buyer.number,
        "buyer_address": buyer.address, "buyer_phone": fiction.digits(dice, 11, first="100"), "seller": seller.name,
        "seller_id": seller.number, "seller_address": seller.address,
        "seller_phone": fiction.digits(dice, 11, first="100"), "plate": car.plate,
        "registration_number": fiction.digits(dice, 12, first="3200"), "vehicle_type": car.kind, "vin": car.vin,
        "model": car.model, "transfer_to": "演示市车辆管理所", "total_words": fiction.words(total),
        "total": fiction.plain(total), "market": market.name, "market_code": market.code,
        "market_address": market.address, "market_bank": market.bank + market.account, "market_phone": market.phone}
    return Specimen("used_car_invoice", seed, _used_form(dice, fields, on), fields)


def _used_form(dice: random.Random, said: dict[str, str], on: date):
    sheet, ink = Sheet(FORM, dice), (40, 84, 120)
    sheet.waves((226, 238, 244))
    _holes(sheet)
    sheet.centred(120, 9, "二手车销售统一发票", 8, "kai", ink, 1.2)
    sheet.centred(120, 21, "发 票 联", 5, "kai", ink)
    _tax_seal(sheet, 120, 15)
    sheet.text(170, 12, "发票代码 " + said["code"], 4, "hei", ink)
    sheet.text(170, 19, "发票号码 " + said["number"], 4, "hei", ink)
    sheet.text(18, 26, "开票日期：", 3.8, "kai", ink)
    sheet.dotted(38, 26, on.isoformat())
    tops = (32, 52, *range(60, 149, 8))
    sheet.frame(16, tops[0], 226, tops[-1], ink, 0.5)
    sheet.rules(16, 226, tops[1:-1], ink)
    for index, (label, name) in enumerate((("机打代码", "code"), ("机打号码", "number"), ("机器编号", "machine_number"))):
        sheet.label(20, 34 + index * 6, 24, label, 3.5, "kai", ink)
        sheet.dotted(54, 34 + index * 6, said[name])
    sheet.vertical(124, 34, "税控码", 5.4, ink=ink)
    for index in range(3):
        sheet.dotted(134, 33.5 + index * 6, "".join(dice.choice(CIPHER) for _ in range(28)), 3.6)
    rows = (
        (("买方单位/个人", "buyer", 16, 34), ("单位代码/身份证号码", "buyer_id", 126, 36)),
        (("买方单位/个人住址", "buyer_address", 16, 34), ("电话", "buyer_phone", 172, 12)),
        (("卖方单位/个人", "seller", 16, 34), ("单位代码/身份证号码", "seller_id", 126, 36)),
        (("卖方单位/个人住址", "seller_address", 16, 34), ("电话", "seller_phone", 172, 12)),
        (("车牌照号", "plate", 16, 34), ("登记证号", "registration_number", 84, 18), ("车辆类型", "vehicle_type", 160, 18)),
        (("车架号/\n车辆识别代码", "vin", 16, 34), ("厂牌型号", "model", 96, 18),
         ("转入地车辆\n管理所名称", "transfer_to", 164, 20)),
        (("车价合计（大写）", "total_words", 16, 34), ("小写", "total", 158, 12)),
        (("经营、拍卖单位", "", 16, 34),),
        (("经营、拍卖\n单位地址", "", 16, 34), ("纳税人识别号", "", 140, 24)),
        (("二手车市场", "market", 16, 34), ("纳税人识别号", "market_code", 140, 24)),
        (("地址", "market_address", 16, 34),),
        (("开户银行、账号", "market_bank", 16, 34), ("电话", "market_phone", 164, 12)))
    for top, row in zip(tops[1:-1], rows, strict=True):
        for label, name, x, room in row:
            sheet.label(x + 2, top + 2.1, room - 4, label, 3.0 if "\n" in label else 3.4, "kai", ink)
            sheet.line(x + room, top, x + room, top + 8, ink)
            if x > 16:
                sheet.line(x, top, x, top + 8, ink)
            value = ("¥" if name == "total" else "") + said.get(name, "")
            value = value.replace("支行", "支行 ") if name == "market_bank" else value
            size = 3.3 if len(value) > 24 else 3.7
            sheet.dotted(x + room + 2, top + 2.1, value, min(size, 116 / len(value)) if "address" in name else size)
    sheet.text(18, 158, "备 注：", 3.4, "kai", ink)
    sheet.text(18, 165, "开票单位（盖章）", 3.4, "kai", ink)
    sheet.text(130, 165, "开票人：", 3.4, "kai", ink)
    sheet.dotted(146, 165, "王虚构")
    sheet.stamp(dice.uniform(36, 100), dice.uniform(146, 162), 19, said["market"], "发票专用章")
    return sheet.finished(dice.choice((0, 1, 1, 2)))


def vat_invoice(seed: int) -> Specimen:
    dice = random.Random(f"vat_invoice {seed}")
    buyer, seller = fiction.company(dice, "贸易有限公司"), fiction.company(dice, "汽车用品有限公司")
    net, on = fiction.fen(dice, 900, 90_000), fiction.day(dice, 2023, 2026)
    tax = round(net * 0.13)
    fields = {"date": on.isoformat(), "buyer": buyer.name, "buyer_code": buyer.code, "seller": seller.name,
              "seller_code": seller.code, "net": fiction.plain(net), "tax": fiction.plain(tax),
              "total": fiction.plain(net + tax), "total_words": fiction.words(net + tax)}
    if seed % 2:
        fields |= {"number": fiction.digits(dice, 20, first="2")}
        picture = _electronic_vat(dice, fields, on)
    else:
        fields |= {"number": fiction.digits(dice, 8), "code": fiction.digits(dice, 10, first="3")}
        picture = _vat_form(dice, fields, on, buyer, seller)
    return Specimen("vat_invoice", seed, picture, fields)


def _vat_form(dice: random.Random, said: dict[str, str], on: date, buyer: fiction.Company, seller: fiction.Company):
    sheet, ink = Sheet((241, 140), dice), (112, 96, 60)
    _holes(sheet)
    sheet.dotted(44, 9, said["code"], 5)
    kind = dice.choice(("专用", "普通"))
    sheet.centred(120, 6, f"江苏增值税{kind}发票", 7, "kai", ink, 1.5)
    sheet.line(86, 17, 154, 17, ink)
    sheet.line(86, 18.5, 154, 18.5, ink)
    _tax_seal(sheet, 120, 16)
    sheet.text(164, 9, "№", 6, "song", ink)
    sheet.text(172, 8.6, said["number"], 6.2, "song_bold", BLUE)
    sheet.text(166, 20, "开票日期：", 3.6, "kai", ink)
    sheet.dotted(186, 20, fiction.chinese(on))
    sheet.frame(20, 27, 224, 126, ink, 0.4)
    sheet.rules(20, 224, (49, 94, 103), ink)
    for top, side, company in ((28, "购买方", buyer), (104, "销售方", seller)):
        sheet.vertical(22, top + 2, side, 6, ink=ink)
        sheet.line(28, top - 1, 28, top + 21, ink)
        values = (company.name, company.code, f"{company.address} {company.phone}", f"{company.bank} {company.account}")
        labels = ("名      称：", "纳税人识别号：", "地 址、电 话：", "开户行及账号：")
        for index, (label, value) in enumerate(zip(labels, values, strict=True)):
            sheet.label(30, top + index * 5.2, 26, label, 3.4, "kai", ink)
            sheet.dotted(58, top + index * 5.2, value, 3.3)
        sheet.line(146, top - 1, 146, top + 21, ink)
    sheet.vertical(148, 31, "密码区", 6, ink=ink)
    for index in range(4):
        sheet.dotted(156, 28.5 + index * 5, "".join(dice.choice(CIPHER) for _ in range(24)), 3.4)
    sheet.vertical(148, 108, "备注", 8, ink=ink)
    columns = (20, 76, 100, 112, 128, 148, 176, 190, 224)
    titles = ("货物或应税劳务、服务名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
    item = ("*汽车用品*脚垫", "A6100", "套", "1", said["net"], said["net"], "13%", said["tax"])
    for index, title in enumerate(titles):
        room = columns[index + 1] - columns[index]
        sheet.label(columns[index] + 1.5, 50, room - 3, title, 3.2, "kai", ink)
        sheet.dotted(columns[index] + 1, 56, item[index], 3.4)
        if index:
            sheet.line(columns[index], 49, columns[index], 94, ink)
    sheet.label(34, 88, 24, "合 计", 3.6, "kai", ink)
    sheet.dotted(149, 88, "¥" + said["net"], 3.6)
    sheet.dotted(191, 88, "¥" + said["tax"], 3.6)
    sheet.label(34, 96.5, 30, "价税合计（大写）", 3.5, "kai", ink)
    sheet.dotted(80, 96.5, "⊗" + said["total_words"])
    sheet.text(166, 96.5, "（小写）", 3.5, "kai", ink)
    sheet.dotted(182, 96.5, "¥" + said["total"])
    for x, label, name in ((24, "收款人：", "张示例"), (78, "复核：", "李样本"), (126, "开票人：", "王虚构")):
        sheet.text(x, 129, label, 3.5, "kai", ink)
        sheet.dotted(x + 16, 129, name)
    sheet.text(176, 129, "销售方：（章）", 3.5, "kai", ink)
    sheet.stamp(dice.uniform(180, 200), dice.uniform(112, 122), 16, said["seller"], "发票专用章")
    return sheet.finished(dice.choice((0, 1)))


def _electronic_vat(dice: random.Random, said: dict[str, str], on: date):
    sheet, ink = Sheet(ELECTRONIC, dice, (255, 255, 255)), (128, 60, 40)
    sheet.centred(105, 6, f"电子发票（{dice.choice(('增值税专用发票', '普通发票'))}）", 6.2, "kai", ink)
    _tax_seal(sheet, 105, 13)
    sheet.text(150, 8, "发票号码：", 3.4, "song", ink)
    sheet.typed(167, 8, said["number"], 3.2)
    sheet.text(150, 14, "开票日期：", 3.4, "song", ink)
    sheet.typed(167, 14, fiction.chinese(on), 3.2)
    sheet.frame(8, 24, 202, 124, ink)
    sheet.rules(8, 202, (44, 92, 102), ink)
    for x, side, name, code in ((8, "购买方信息", "buyer", "buyer_code"), (105, "销售方信息", "seller", "seller_code")):
        sheet.vertical(x + 1.6, 25.5, side, 3.6, 3, "song", ink)
        sheet.line(x + 7, 24, x + 7, 44, ink)
        sheet.text(x + 9, 27, "名称：", 3.2, "song", ink)
        sheet.typed(x + 19, 27, said[name], 3.1)
        sheet.text(x + 9, 37, "统一社会信用代码/纳税人识别号：", 2.9, "song", ink)
        sheet.typed(x + 54, 37, said[code], 3.1)
    sheet.line(105, 24, 105, 44, ink)
    columns = (8, 50, 72, 84, 98, 124, 150, 170, 202)
    titles = ("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率/征收率", "税额")
    item = ("*汽车用品*座套", "S-1", "套", "1", said["net"], said["net"], "13%", said["tax"])
    for index, title in enumerate(titles):
        sheet.text(columns[index] + 2, 46, title, 3, "song", ink)
        sheet.typed(columns[index] + 2, 52, item[index], 3)
    sheet.text(20, 86, "合        计", 3.2, "song", ink)
    sheet.typed(124, 86, "¥" + said["net"], 3.2)
    sheet.typed(172, 86, "¥" + said["tax"], 3.2)
    sheet.text(12, 95, "价税合计（大写）", 3.2, "song", ink)
    sheet.typed(60, 95, "⊗" + said["total_words"], 3.2)
    sheet.text(140, 95, "（小写）", 3.2, "song", ink)
    sheet.typed(154, 95, "¥" + said["total"], 3.2)
    sheet.vertical(10, 106, "备注", 7, 3.2, "song", ink)
    sheet.text(16, 128, "开票人：", 3.2, "song", ink)
    sheet.typed(29, 128, "王虚构", 3.2)
    return sheet.finished(0)


def _tax_seal(sheet: Sheet, x: float, y: float) -> None:
    """The oval of the tax office that sits on every invoice's title."""
    box = [(x - 15) * SCALE, (y - 8) * SCALE, (x + 15) * SCALE, (y + 8) * SCALE]
    sheet.draw.ellipse(box, outline=(220, 90, 80), width=5)
    sheet.centred(x, y - 6.5, TAX_SEAL[:6], 2.6, "song", (220, 90, 80), 0.6)
    sheet.centred(x, y + 3.8, "演示样本监制", 2.6, "song", (220, 90, 80), 0.6)


def _holes(sheet: Sheet) -> None:
    """The perforated margins by which the printer pulls the form."""
    for top in range(8, round(sheet.height), 13):
        for x in (6, sheet.width - 6):
            box = [(x - 2) * SCALE, (top - 2) * SCALE, (x + 2) * SCALE, (top + 2) * SCALE]
            sheet.draw.ellipse(box, fill=(70, 62, 56))


DRAW = {"new_car_invoice": new_car_invoice, "used_car_invoice": used_car_invoice, "vat_invoice": vat_invoice}
