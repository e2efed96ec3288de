"""Drawn papers of money: bank statement, receipt of a down payment, purchase contract."""

from __future__ import annotations

import random
from datetime import date, timedelta

from benchmarks.synth import sheets_fiction as fiction
from benchmarks.synth.sheets_kit import A4, BLACK, BLUE, Sheet
from benchmarks.synth.sheets_vehicle import DESK, UPRIGHT
from benchmarks.synth.specimen import Specimen

PREAMBLE = "　　根据《中华人民共和国民法典》等法律规定，甲乙双方在平等自愿的基础上，就汽车买卖事宜达成如下协议："
BREACH = ("　　任何一方违反本合同约定的，应当赔偿对方因此遭受的实际损失。争议由双方协商解决，"
          "协商不成的向甲方所在地人民法院起诉。")
SPENDING = ("消费", "快捷支付", "转账支出", "水电费", "现金取款")


def bank_statement(seed: int) -> Specimen:
    dice = random.Random(f"bank_statement {seed}")
    person, employer = fiction.person(dice), fiction.company(dice, "科技有限公司")
    bank, last = dice.choice(fiction.BANKS)[:-6], fiction.day(dice, 2025, 2027)
    first = last - timedelta(days=182)
    wages = [(first + timedelta(days=10 + 30 * index), fiction.fen(dice, 6_000, 30_000)) for index in range(6)]
    fields = {"name": person.name, "account": fiction.digits(dice, 19, first="62"), "from": first.isoformat(),
              "to": last.isoformat(), "bank": bank, "payer": employer.name,
              "incomes": "；".join(fiction.plain(amount) for _, amount in wages)}
    picture = _statement(dice, fields, wages, seed % 2 == 0)
    return Specimen("bank_statement", seed, picture, fields, DESK)


def _statement(dice: random.Random, said: dict[str, str], wages: list[tuple[date, int]], split: bool):
    """``split`` has a column each for money in and out, else one signed column."""
    sheet = Sheet((297, 210), dice)
    sheet.text(14, 8, said["bank"], 5.4, "hei", BLUE)
    sheet.centred(148, 9, dice.choice(("个人账户交易明细", "个人账户交易流水")), 6.4, "hei", BLACK, 1)
    sheet.text(14, 22, f"户名：{said['name']}", 3.8, "song", BLACK)
    sheet.text(84, 22, f"账号：{said['account']}", 3.8, "song", BLACK)
    sheet.text(190, 22, f"起止日期：{said['from']} 至 {said['to']}", 3.8, "song", BLACK)
    sheet.text(14, 29, "币种：人民币", 3.8, "song", BLACK)
    sheet.text(84, 29, f"开户机构：{said['bank']}演示支行", 3.8, "song", BLACK)
    heads = ("序号", "交易日期", "摘要", *(("收入金额", "支出金额") if split else ("交易金额",)), "账户余额", "对方户名")
    places = (14, 28, 56, 84, 118, 152, 190) if split else (14, 28, 60, 96, 140, 186)
    for x, head in zip(places, heads, strict=True):
        sheet.text(x, 38, head, 3.5, "hei", BLACK)
    rows = [(on, dice.choice(("工资", "代发工资")), amount, said["payer"]) for on, amount in wages]
    rows += [(wages[0][0] + timedelta(days=dice.randrange(-8, 165)), dice.choice(SPENDING), -fiction.fen(dice, 20, 3_000),
              dice.choice(("虚构超市有限公司", "示例电力公司", "样本餐饮店", ""))) for _ in range(12)]
    balance = fiction.fen(dice, 2_000, 60_000)
    sheet.rules(12, 285, (36, 44), BLACK)
    for index, (on, what, amount, other) in enumerate(sorted(rows)):
        y, balance = 46 + index * 7.4, balance + amount
        sums = ((_sum(amount), "") if amount > 0 else ("", _sum(-amount))) if split else (f"{amount / 100:+,.2f}",)
        for x, value in zip(places, (str(index + 1), on.isoformat(), what, *sums, _sum(abs(balance)), other), strict=True):
            sheet.typed(x, y, value, 3.5)
        sheet.line(12, y + 5.6, 285, y + 5.6, (214, 214, 220), 0.15)
    sheet.text(14, 190, "以下无正文。本明细仅供参考，以银行系统记录为准。", 3.4, "song", BLACK)
    sheet.stamp(dice.uniform(215, 262), dice.uniform(150, 186), 17, said["bank"] + "演示支行", "业务专用章")
    return sheet.finished(dice.choice((0, 1)))


def _sum(amount: int) -> str:
    return f"{amount / 100:,.2f}"


def down_payment_proof(seed: int) -> Specimen:
    dice = random.Random(f"down_payment_proof {seed}")
    payer, payee = fiction.person(dice), fiction.company(dice, "汽车销售服务有限公司")
    amount, on = fiction.fen(dice, 15_000, 160_000), fiction.day(dice, 2025, 2027)
    fields = {"payer": payer.name, "payer_account": fiction.digits(dice, 19, first="62"), "payee": payee.name,
              "payee_account": payee.account, "amount": fiction.plain(amount), "amount_words": fiction.words(amount),
              "date": on.isoformat(), "purpose": dice.choice(("购车首付款", "汽车首付", "购车款"))}
    draw = _side_by_side if seed % 2 else _stacked
    return Specimen("down_payment_proof", seed, draw(dice, fields, payee.bank, on), fields)


def _side_by_side(dice: random.Random, said: dict[str, str], payee_bank: str, on: date):
    sheet = Sheet((210, 110), dice)
    bank = dice.choice(fiction.BANKS)[:-6]
    sheet.text(12, 8, bank, 5, "hei", (160, 40, 40))
    sheet.centred(105, 9, "电子回单", 6, "hei", BLACK, 2)
    sheet.text(12, 19, f"交易日期：{fiction.chinese(on)}", 3.4, "song", BLACK)
    sheet.text(120, 19, f"交易流水号：{fiction.digits(dice, 18)}", 3.4, "song", BLACK)
    sheet.frame(10, 26, 200, 94, BLACK)
    sheet.rules(10, 200, (56, 66, 76, 85), BLACK)
    sheet.line(105, 26, 105, 56, BLACK)
    rows = (("户名", "payer", "payee"), ("账号", "payer_account", "payee_account"))
    for x, side, index in ((10, "付款人", 1), (105, "收款人", 2)):
        sheet.vertical(x + 2, 31, side, 7, 3.6, "song", BLACK)
        sheet.line(x + 8, 26, x + 8, 56, BLACK)
        sheet.line(x + 24, 26, x + 24, 56, BLACK)
        for row, entry in enumerate(rows):
            sheet.label(x + 10, 29 + row * 10, 12, entry[0], 3.5, "song", BLACK)
            sheet.typed(x + 26, 29 + row * 10, said[entry[index]], 3.4, "hei")
        sheet.label(x + 10, 49, 12, "开户行", 3.5, "song", BLACK)
        sheet.typed(x + 26, 49, payee_bank if index == 2 else f"{bank}演示支行", 3.4, "hei")
        sheet.rules(x + 8, x + 95, (36, 46), BLACK)
    for y, label, value in ((59, "金额（大写）", "人民币" + said["amount_words"]), (69, "用途", said["purpose"]),
                            (78.5, "摘要", "跨行转账"), (87, "回单编号", fiction.digits(dice, 12))):
        sheet.text(14, y, label, 3.5, "song", BLACK)
        sheet.typed(44, y, value, 3.5, "hei")
    sheet.text(128, 59, "（小写）", 3.5, "song", BLACK)
    sheet.typed(145, 59, f"¥{float(said['amount']):,.2f}", 3.6, "hei")
    sheet.stamp(dice.uniform(160, 182), dice.uniform(70, 88), 13, bank, "电子回单专用章")
    return sheet.finished(0)


def _stacked(dice: random.Random, said: dict[str, str], payee_bank: str, on: date):
    sheet = Sheet((150, 190), dice)
    bank = dice.choice(fiction.BANKS)[:-6]
    sheet.centred(75, 10, f"{bank}转账凭证", 6, "hei", BLACK)
    rows = (("付款人户名", said["payer"]), ("付款人账号", said["payer_account"]), ("付款人开户行", f"{bank}演示支行"),
            ("收款人户名", said["payee"]), ("收款人账号", said["payee_account"]), ("收款人开户行", payee_bank),
            ("金额（小写）", f"{float(said['amount']):,.2f}元"), ("金额（大写）", said["amount_words"]),
            ("用途", said["purpose"]),
            ("交易日期", f"{on.isoformat()} {dice.randint(9, 18)}:{dice.randint(10, 59)}:21"), ("交易状态", "交易成功"))
    for index, (label, value) in enumerate(rows):
        y = 28 + index * 12.5
        sheet.text(14, y, label, 4, "song", (110, 110, 116))
        sheet.wrapped(56, y, 84, value, 4, "typed", face="hei")
        sheet.line(12, y + 9, 138, y + 9, (224, 224, 228), 0.2)
    sheet.stamp(dice.uniform(100, 122), dice.uniform(100, 160), 15, bank, "业务专用章")
    return sheet.finished(dice.choice((0, 1)))


def purchase_contract(seed: int) -> Specimen:
    dice = random.Random(f"purchase_contract {seed}")
    buyer, car, seller = fiction.person(dice), fiction.car(dice), fiction.company(dice, "汽车销售服务有限公司")
    price, on = fiction.fen(dice, 60_000, 480_000), fiction.day(dice, 2025, 2027)
    down = round(price * dice.choice((0.2, 0.3, 0.4)))
    fields = {"number": f"GC{on:%Y%m%d}-{fiction.digits(dice, 4)}", "date": on.isoformat(), "seller": seller.name,
              "buyer": buyer.name, "buyer_id": buyer.number, "model": car.model, "vin": car.vin,
              "engine_number": car.engine, "colour": car.colour, "price": fiction.plain(price),
              "price_words": fiction.words(price), "down_payment": fiction.plain(down)}
    return Specimen("purchase_contract", seed, _contract(dice, fields, on, seller, buyer), fields, UPRIGHT)


def _contract(dice: random.Random, said: dict[str, str], on: date, seller: fiction.Company, buyer):
    sheet = Sheet(A4, dice)
    sheet.centred(105, 16, dice.choice(("汽车买卖合同", "购车合同")), 8, "song_bold", BLACK, 2)
    sheet.text(130, 30, f"合同编号：{said['number']}", 3.8, "song", BLACK)
    y = 40
    for line in (f"卖方（甲方）：{said['seller']}", f"统一社会信用代码：{seller.code}",
                 f"地址：{seller.address}　电话：{seller.phone}", f"买方（乙方）：{said['buyer']}",
                 f"身份证号码：{said['buyer_id']}", f"住址：{buyer.address}"):
        sheet.typed(22, y, line, 4)
        y += 8
    sheet.wrapped(22, y, 166, PREAMBLE, 4, "typed", 1.6)
    y += 16
    sheet.typed(22, y, "第一条　车辆基本情况", 4.2, "hei")
    y += 8
    rows = (("厂牌型号", said["model"], "车身颜色", said["colour"]),
            ("车辆识别代号", said["vin"], "发动机号", said["engine_number"]))
    sheet.frame(22, y, 188, y + 20, BLACK)
    sheet.rules(22, 188, (y + 10,), BLACK)
    for x in (48, 122, 146):
        sheet.line(x, y, x, y + 20, BLACK)
    for index, (label, value, other, other_value) in enumerate(rows):
        sheet.label(24, y + 3 + index * 10, 22, label, 3.8, "song", BLACK)
        sheet.typed(50, y + 3 + index * 10, value, 3.8)
        sheet.label(124, y + 3 + index * 10, 20, other, 3.8, "song", BLACK)
        sheet.typed(148, y + 3 + index * 10, other_value, 3.8)
    y += 26
    sheet.typed(22, y, "第二条　价款及支付方式", 4.2, "hei")
    terms = (f"　　1.本合同车辆成交价为人民币 {float(said['price']):,.2f} 元（大写：{said['price_words']}），含增值税。",
             f"　　2.乙方应于签订本合同当日支付首付款人民币 {float(said['down_payment']):,.2f} 元，"
             "余款由乙方向银行申请汽车消费贷款支付。",
             "　　3.甲方收到全部车款后三个工作日内交付车辆及随车文件。")
    y += 8
    for clause in terms:
        sheet.wrapped(22, y, 166, clause, 4, "typed", 1.6)
        y += 14
    sheet.typed(22, y, "第三条　违约责任", 4.2, "hei")
    sheet.wrapped(22, y + 8, 166, BREACH, 4, "typed", 1.6)
    sheet.typed(22, 250, "甲方（盖章）：", 4)
    sheet.typed(116, 250, "乙方（签字）：", 4)
    sheet.text(146, 248, said["buyer"], 6.4, "kai", (30, 36, 70))
    sheet.typed(22, 266, f"签订日期：{fiction.chinese(on)}", 4)
    sheet.stamp(dice.uniform(50, 70), dice.uniform(244, 262), 19, said["seller"], "合同专用章")
    return sheet.finished(dice.choice((0, 1, 2)))


DRAW = {"bank_statement": bank_statement, "down_payment_proof": down_payment_proof,
        "purchase_contract": purchase_contract}
