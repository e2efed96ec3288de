"""Invented people, companies, cars, days and sums for drawn sheets; every number keeps its rule, none belongs to anybody."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import uscc

from app.domain.facts import IdCard
from app.domain.identity.company_code import organisation_check
from app.domain.identity.vin import check_digit
from app.domain.money import rmb_words
from benchmarks.synth.citizens import invent

TOWNS = ("演示市", "样本市", "虚构市", "示例市")
FIRMS = ("虚构星河", "示例远山", "演示长风", "样本晨光", "虚构海棠", "示例青石")
BANKS = ("示例银行股份有限公司", "虚构商业银行股份有限公司", "演示农村商业银行股份有限公司")
BRANDS = ("样车牌", "示例牌", "东方样车牌", "虚构牌")
TYPES = ("轿车", "小型轿车", "小型越野客车", "小型普通客车", "多用途乘用车", "轻型厢式货车")
COLOURS = ("白", "黑", "银灰", "红", "蓝", "珍珠白")
PROVINCES = "苏浙皖鲁豫湘粤川"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
VIN_SIGNS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True)
class Company:
    name: str
    code: str
    address: str
    phone: str
    bank: str
    account: str


@dataclass(frozen=True)
class Car:
    brand: str
    type_code: str
    kind: str
    vin: str
    engine: str
    plate: str
    certificate: str
    made: date
    seats: int
    colour: str

    @property
    def model(self) -> str:
        return self.brand + self.type_code


def person(dice: random.Random) -> IdCard:
    return invent(dice.randrange(10**6))


def company(dice: random.Random, trade: str) -> Company:
    """``trade`` ends its name, such as ``汽车销售服务有限公司``."""
    town = dice.choice(TOWNS)
    return Company(name=dice.choice((town, "")) + dice.choice(FIRMS) + trade, code=company_code(dice),
                   address=f"江苏省{town}{dice.choice('东西南北')}城区{dice.choice(('样本大道', '虚构路', '示例街'))}"
                           f"{dice.randint(1, 999)}号{dice.choice(('', '汽车城B区', '3幢101室'))}",
                   phone=phone(dice), bank=f"{dice.choice(BANKS)[:-6]}{dice.choice(('样本', '虚构', '演示'))}支行",
                   account=digits(dice, dice.choice((16, 17, 19)), first="9"))


def phone(dice: random.Random) -> str:
    return f"0000-{digits(dice, 8, first=dice.choice('56789'))}"


def company_code(dice: random.Random) -> str:
    body = "".join(dice.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
    organisation = body + organisation_check(body)
    if organisation.endswith("X") or not set(organisation) <= set(uscc._alphabet):  # X would be right, but rare
        return company_code(dice)
    front = f"91{dice.choice(('320100', '330200', '440300'))}{organisation}"
    return front + uscc.calc_check_digit(front)


def car(dice: random.Random) -> Car:
    raw = "L" + "".join(dice.choice(LETTERS) for _ in range(2)) + "".join(dice.choice(VIN_SIGNS) for _ in range(5)) \
        + "0" + dice.choice("NPRST") + dice.choice(LETTERS) + digits(dice, 6)
    engine = "".join(dice.choice(LETTERS) for _ in range(dice.randint(1, 3))) + digits(dice, dice.randint(6, 8))
    return Car(brand=dice.choice(BRANDS), type_code=f"{''.join(dice.sample(LETTERS, dice.choice((2, 3))))}"
               f"{digits(dice, 4, first=dice.choice('1567'))}{dice.choice(('', 'E', 'BEV', 'H5'))}", kind=dice.choice(TYPES),
               vin=raw[:8] + check_digit(raw) + raw[9:], engine=engine, plate=plate(dice),
               certificate="W" + dice.choice(LETTERS) + digits(dice, 13), made=day(dice, 2022, 2026),
               seats=dice.choice((2, 5, 5, 7)), colour=dice.choice(COLOURS))


def plate(dice: random.Random) -> str:
    letter = dice.choice(LETTERS)
    tail = dice.choice(("D" + digits(dice, 5), dice.choice(LETTERS) + digits(dice, 4), digits(dice, 3) + "".join(
        dice.sample(LETTERS, 2))))
    return dice.choice(PROVINCES) + letter + tail


def day(dice: random.Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(days=dice.randrange((last - first) * 365))


def digits(dice: random.Random, count: int, first: str = "") -> str:
    return first + "".join(dice.choice("0123456789") for _ in range(count - len(first)))


def fen(dice: random.Random, low: int, high: int) -> int:
    """An amount in fen between two of yuan: round in most cases, with cents in some."""
    return dice.randrange(low, high, dice.choice((100, 100, 1000))) * 100 + dice.choice((0, 0, 0, dice.randrange(100)))


def plain(amount: int) -> str:
    return f"{amount / 100:.2f}"


def words(amount: int) -> str:
    return rmb_words(amount)


def chinese(on: date) -> str:
    return f"{on.year}年{on.month:02d}月{on.day:02d}日"
