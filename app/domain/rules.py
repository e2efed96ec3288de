"""The conditions of the policy pack: small expressions over a case's circumstances, compiled and judged by rule_engine.

The language is cut down to comparisons, ``in``, ``and``, ``or``, ``not`` and brackets, and every name and word must be
known, so that a pack can neither run code nor be wrong in silence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from itertools import product as combinations
from math import prod
from typing import Any

from app.domain.facts import Circumstances
from app.domain.flaw import meant
from app.domain.terms import Energy, Terms, VehicleCondition, VehicleUse

LENGTH_MAX = 300
COMBINATIONS_MAX = 20_000

WORDS: dict[str, tuple[str, ...]] = {
    "customer_kind": ("person", "company"),
    "marital": ("single", "married", "divorced", "widowed"),
    "employment": ("salaried", "self_employed", "freelance"),
    "vehicle_condition": tuple(v.value for v in VehicleCondition),
    "energy": tuple(v.value for v in Energy),
    "use": tuple(v.value for v in VehicleUse),
}
FLAGS = ("local_resident", "has_guarantor", "affiliated", "drives_self", "face_refused", "helped")
NUMBERS = ("loan_yuan", "gross_weight_kg")
SYMBOLS = ("product", *WORDS, *FLAGS, *NUMBERS)

_ALLOWED = re.compile(r"[A-Za-z0-9_'\"()\[\],<>=! .]*")
_TEN_THOUSANDS = re.compile(r"\d[\d.]*\s*[万千亿]")
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")
_REFUSED = re.compile(r"\b(?:for|if|null|nan|inf)\b|\.(?!\d)|\d[A-Za-z_]")  # also attributes, exponents, hex


class RuleError(ValueError):
    """An expression that cannot stand in a pack; the message says why in English, ``zh`` in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


def context(terms: Terms, circumstances: Circumstances, *, face_refused: bool = False,
            helped: bool = False) -> dict[str, Any]:
    """The values that expressions read. An unknown gross weight counts as 0; ``helped``: somebody reads for the customer."""
    vehicle = terms.vehicle
    return {
        "product": terms.product, "customer_kind": circumstances.customer_kind, "marital": circumstances.marital,
        "employment": circumstances.employment, "local_resident": circumstances.local_resident,
        "has_guarantor": circumstances.has_guarantor, "affiliated": circumstances.affiliated,
        "drives_self": circumstances.drives_self, "loan_yuan": terms.loan_fen / 100,
        "vehicle_condition": vehicle.condition.value, "energy": vehicle.energy.value, "use": vehicle.use.value,
        "gross_weight_kg": vehicle.gross_weight_kg or 0, "face_refused": face_refused,
        "helped": helped,
    }


def holds(expression: str, values: Mapping[str, Any]) -> bool:
    """Whether ``expression`` is true of ``values``; an empty one always is."""
    return not expression or _answer(expression, tuple(map(values.__getitem__, _names(expression))))


@lru_cache(maxsize=1024)
def _names(expression: str) -> tuple[str, ...]:
    return tuple(sorted(_compiled(expression).context.symbols))


@lru_cache(maxsize=8192)
def _answer(expression: str, values: tuple) -> bool:
    """A case is judged anew after every act, and nearly always as before."""
    return _compiled(expression).matches(dict(zip(_names(expression), values, strict=True)))


def check(expression: str, products: Iterable[str]) -> None:
    """Raise RuleError where ``expression`` does not compile, names what is unknown, or can never be true."""
    if not expression:
        return
    products = tuple(products)
    rule = _compiled(expression)
    known = {*products, *(word for words in WORDS.values() for word in words)}
    for literal in _literals(expression):
        if literal not in known:
            raise RuleError(f"unknown word '{literal}'", f"不认识的取值 '{literal}'")
    if not _can_hold(rule, expression, products):
        raise RuleError("can never be true", "这个条件永远不会成立")


@lru_cache(maxsize=1024)
def _compiled(expression: str):
    from rule_engine import Context, DataType, Rule  # 0.4 s at start-up otherwise
    from rule_engine.errors import EngineError, SymbolResolutionError

    bare = _LITERAL.sub("''", expression)
    if len(expression) > LENGTH_MAX:
        raise RuleError(f"longer than {LENGTH_MAX} characters", f"条件超过 {LENGTH_MAX} 个字符")
    for literal in _literals(expression):
        if not literal.isascii():
            raise RuleError(f"'{literal}' is no code; write e.g. 'married'",
                            f"取值 '{literal}' 要写代码，例如 'married'，见手册的表")
    if found := _TEN_THOUSANDS.search(bare):
        raise RuleError(f"write {found[0]} in digits only", f"{found[0]} 要全写成数字，例如 20 万写 200000")
    if not _ALLOWED.fullmatch(expression) or _REFUSED.search(bare):
        raise RuleError("only names, quoted words, numbers, == != < > <= >=, in, and, or, not and brackets may stand",
                        "条件里只能用名称、带引号的取值、数字、== != < > <= >=、in、and、or、not 和括号")
    types = dict.fromkeys(("product", *WORDS), DataType.STRING)
    types |= dict.fromkeys(FLAGS, DataType.BOOLEAN) | dict.fromkeys(NUMBERS, DataType.FLOAT)
    try:
        rule = Rule(expression, context=Context(type_resolver=types, default_timezone="utc"))
    except SymbolResolutionError as error:
        hint_zh, hint_en = meant(error.symbol_name, types)
        raise RuleError(f"unknown name '{error.symbol_name}'{hint_en or '; known: ' + ', '.join(types)}",
                        f"不认识的名称 '{error.symbol_name}'{hint_zh or '；可以是 ' + '、'.join(types)}") from None
    except (EngineError, RecursionError) as error:
        why = getattr(error, "message", "") or "too deeply nested"
        raise RuleError(why, f"条件写法不对：相等写 ==，取值加英文单引号（{why}）") from None
    if rule.statement.expression.result_type != DataType.BOOLEAN:
        raise RuleError("must say yes or no", "条件必须得出“是”或“否”")
    return rule


def _literals(expression: str) -> list[str]:
    return [single or double for single, double in _LITERAL.findall(expression)]


def _can_hold(rule, expression: str, products: tuple[str, ...]) -> bool:
    """Try every combination of the values that can make a difference; true beyond what is worth trying."""
    domains = {"product": products, **_domains([expression])}
    used = sorted(rule.context.symbols & domains.keys())
    if prod(len(domains[name]) for name in used) > COMBINATIONS_MAX:
        return True
    return any(rule.matches(dict(zip(used, values, strict=True)))
               for values in combinations(*(domains[name] for name in used)))


def situations(expressions: Iterable[str], **known: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Contexts for every combination of values that can make a difference to ``expressions``, at most COMBINATIONS_MAX of
    them; ``known`` are the only values of some names. What makes no difference has one value."""
    expressions = [expression for expression in expressions if expression]
    domains = {"product": (), **_domains(expressions), **known}
    used = {name for expression in expressions for name in _names(expression)} | known.keys()
    values = [domains[name] if name in used else domains[name][:1] for name in domains]
    for combination in islice(combinations(*values), COMBINATIONS_MAX):
        yield dict(zip(domains, combination, strict=True))


def _domains(expressions: Iterable[str]) -> dict[str, tuple]:
    """The values of every name but the product that can make a difference to ``expressions``."""
    bare = (_LITERAL.sub("''", expression) for expression in expressions)
    limits = [float(n) for text in bare for n in _NUMBER.findall(text)]
    numbers = tuple(sorted({0.0, *limits, *(n + 1 for n in limits), *(max(0.0, n - 1) for n in limits)}))
    return {**WORDS, **dict.fromkeys(FLAGS, (False, True)), **dict.fromkeys(NUMBERS, numbers)}
