"""Invented cards: both sides of the identity card."""

from __future__ import annotations

import random
from datetime import date

from app.capture.id_card_reader import BACK_FIELDS, FRONT_FIELDS, NATIONS
from app.demo import card
from app.domain.facts import IdCard
from benchmarks.synth.specimen import Specimen

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "明晓星远文华建国丽芳静敏伟强磊洋艳勇军杰娟涛超霞平刚桂英雨桐梓涵"
STREETS = ("虚构路", "样本街", "示例大道", "演示东路", "假想巷", "模拟村")


def id_card_front(seed: int) -> Specimen:
    person = invent(seed)
    return Specimen("id_card_front", seed, card.draw_front(person), _fields(person, FRONT_FIELDS))


def id_card_back(seed: int) -> Specimen:
    person = invent(seed)
    return Specimen("id_card_back", seed, card.draw_back(person), _fields(person, BACK_FIELDS))


def invent(seed: int) -> IdCard:
    """A fictional person; the same seed, the same person."""
    dice = random.Random(seed)
    birth = date(dice.randint(1981, 1999), dice.randint(1, 12), dice.randint(1, 28))
    issued = date(birth.year + 26, dice.randint(1, 12), dice.randint(1, 28))
    issued = max(issued, date(issued.year, birth.month, birth.day))
    street = f"{dice.choice(STREETS)}{dice.randint(1, 999)}号{dice.randint(1, 30)}幢{dice.randint(101, 2505)}室"
    sequence = dice.randint(1, 998)
    return IdCard(name=dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2)))),
                  sex="male" if sequence % 2 else "female", nation=dice.choice(("汉",) * 12 + NATIONS), birth=birth,
                  address=f"江苏省演示市样本区{street}", number=card.number_of("320101", birth, sequence),
                  authority=f"演示市公安局{dice.choice('东西南北')}城分局", valid_from=issued,
                  valid_to=dice.choice([issued.replace(year=issued.year + 20), None]))


def _fields(person: IdCard, names: tuple[str, ...]) -> dict[str, str]:
    values = {name: getattr(person, name) for name in names}
    return {name: "long-term" if value is None else str(value) for name, value in values.items()}


DRAW = {"id_card_front": id_card_front, "id_card_back": id_card_back}
