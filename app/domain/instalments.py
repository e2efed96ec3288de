"""The four ways of repaying a loan, as integer fen that add up to the loan and its interest exactly."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from app.domain.policy import Product, Repayment


class Part(NamedTuple):
    """One instalment: principal and interest (or flat fee) in fen."""

    principal_fen: int
    interest_fen: int


def schedule(loan_fen: int, months: int, product: Product) -> tuple[Part, ...]:
    """The instalments of ``loan_fen`` over ``months``; roundings are settled in the last one."""
    rate = Decimal(str(product.rate_of(months)))
    match product.repayment:
        case Repayment.FLAT_FEE:
            return _flat(loan_fen, months, rate)
        case Repayment.EQUAL_PRINCIPAL:
            return _equal_principal(loan_fen, months, rate / 12)
        case Repayment.EQUAL_PAYMENT:
            return _equal_payment(loan_fen, months, rate / 12, 0)
        case Repayment.BALLOON:
            last = _fen(loan_fen * Decimal(str(product.balloon_rate)))
            return _equal_payment(loan_fen, months, rate / 12, last)


def _flat(loan: int, months: int, rate: Decimal) -> tuple[Part, ...]:
    return tuple(map(Part, _split(loan, months), _split(_fen(loan * rate), months)))


def _equal_principal(loan: int, months: int, monthly: Decimal) -> tuple[Part, ...]:
    parts, left = [], loan
    for principal in _split(loan, months):
        parts.append(Part(principal, _fen(left * monthly)))
        left -= principal
    return tuple(parts)


def _equal_payment(loan: int, months: int, monthly: Decimal, balloon: int) -> tuple[Part, ...]:
    """Annuity that leaves ``balloon`` for the last day: A = (L − B·v^n) · i / (1 − v^n), v = 1/(1+i)."""
    if monthly:
        discount = (1 + monthly) ** -months
        payment = _fen((loan - balloon * discount) * monthly / (1 - discount))
    else:
        payment = _fen(Decimal(loan - balloon) / months)
    parts, left = [], loan
    for _ in range(months - 1):
        interest = _fen(left * monthly)
        principal = max(0, min(left - balloon, payment - interest))
        parts.append(Part(principal, interest))
        left -= principal
    return (*parts, Part(left, _fen(left * monthly)))


def _split(amount: int, months: int) -> list[int]:
    """``amount`` in equal parts, the odd fen in the last one."""
    part = amount // months
    return [part] * (months - 1) + [amount - part * (months - 1)]


def _fen(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))
