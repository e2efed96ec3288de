"""The cost sheet's rates and instalments against SciPy's root finder and the annuity formula, over two thousand loans."""

from datetime import date

import numpy as np
import pytest
from scipy.optimize import newton

from app.domain.cost import CostSheet, cost_sheet
from app.domain.dates import add_months
from app.domain.policy import Fee, Product, Repayment, Words
from tests.unit.domain.builders import terms
from tests.unit.domain.test_domain_cost import fee, product

LOANS = 2000
FIRST = date(2026, 12, 31)


@pytest.fixture(scope="module")
def sheets() -> list[tuple[Product, CostSheet]]:
    chance = np.random.default_rng(20261128)
    made = []
    for _ in range(LOANS):
        kind = Repayment(chance.choice([*Repayment]))
        rate, balloon = round(float(chance.uniform(0.01, 0.24)), 4), round(float(chance.uniform(0.05, 1)), 2)
        fees: tuple[Fee, ...] = (fee(fen=int(chance.integers(0, 80_000)), code="once"),
                                 fee("monthly", fen=int(chance.integers(0, 5_000)), code="monthly"))
        item = product(kind, rate, fees[:chance.integers(0, 3)], balloon_rate=balloon if kind == Repayment.BALLOON else 0)
        price, months = int(chance.integers(20_000, 2_000_000)), int(chance.integers(1, 61))
        made.append((item, cost_sheet(terms(price * 2, price, months, item.code), item, FIRST)))
    return made


def test_the_yearly_rate_is_what_scipy_finds(sheets):
    """One vectorised Newton search over all loans for the monthly rate that discounts the payments to what was received."""
    longest = max(sheet.term_months for _, sheet in sheets)
    paid = np.zeros((LOANS, longest + 1))
    for row, (_, sheet) in enumerate(sheets):
        paid[row, 0] = sheet.upfront_fen - sheet.principal_fen
        paid[row, 1:sheet.term_months + 1] = [part.total_fen for part in sheet.instalments]
    months = np.arange(longest + 1)

    def worth(rate):
        return (paid * (1 + rate[:, None]) ** -months).sum(axis=1)

    def slope(rate):
        return (-months * paid * (1 + rate[:, None]) ** -(months + 1)).sum(axis=1)

    found = newton(worth, np.full(LOANS, 0.005), fprime=slope, tol=1e-13, maxiter=100)
    shown = np.array([[sheet.annual_rate, sheet.effective_rate] for _, sheet in sheets])
    np.testing.assert_allclose(shown[:, 0], found * 12, atol=2e-8)
    np.testing.assert_allclose(shown[:, 1], (1 + found) ** 12 - 1, atol=2e-8)


def test_every_sheet_adds_up_to_the_fen(sheets):
    for _, sheet in sheets:
        parts = sheet.instalments
        assert len(parts) == sheet.term_months
        assert sum(part.principal_fen for part in parts) == sheet.principal_fen
        assert sum(part.total_fen for part in parts) + sheet.upfront_fen == sheet.total_fen
        assert sheet.total_fen == sheet.principal_fen + sum(item.fen for item in sheet.items)
        assert [part.due for part in parts] == [add_months(FIRST, n) for n in range(sheet.term_months)]


def test_equal_payments_are_the_annuity(sheets):
    for item, sheet in sheets:
        if item.repayment == Repayment.EQUAL_PAYMENT and sheet.term_months > 1:
            monthly = item.annual_rate / 12
            annuity = sheet.principal_fen * monthly / (1 - (1 + monthly) ** -sheet.term_months)
            first = sheet.instalments[0]
            assert abs(first.principal_fen + first.interest_fen - annuity) <= 1


def test_sixteen_per_cent_flat_over_sixty_months_is_six_per_cent_a_year():
    """The published example of the fee caps: the two limits, 16 % of the loan over five years and 6 % a year, are one."""
    sheet = cost_sheet(terms(200_000, 100_000, 60, "example"), product("flat_fee", 0.16), FIRST)
    assert f"{sheet.annual_rate:.2%}" == "6.00%"
    assert sheet.total_cost_fen == 1_600_000


def test_a_fee_below_zero_is_no_fee():
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Fee(code="back", name=Words(zh="返还", en="back"), collector="示例", basis="fixed", fen=-1,
            standard=Words(zh="一次", en="once"))
