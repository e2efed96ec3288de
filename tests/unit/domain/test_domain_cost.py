"""The total-cost sheet: published figures, exact sums, schedules, and money in words."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.condition import Condition
from app.domain.cost import check_cost, cost_sheet, irr
from app.domain.instalments import schedule
from app.domain.money import rmb_words, yuan
from app.domain.policy import Fee, Limit, Product, Repayment, Words
from tests.unit.domain.builders import terms, terms_within

FIRST = date(2026, 12, 31)
NAME = Words(zh="示例", en="example")


def product(repayment="equal_payment", rate=0.06, fees=(), **changes) -> Product:
    limit = Limit(condition="new", use="own", energy="ice", ltv_max=1, term_max_months=120)
    return Product(**{"code": "example", "name": NAME, "limits": (limit,), "repayment": repayment, "annual_rate": rate,
                      "terms_months": (12,), "forms": ("cost_sheet",), "fees": fees,
                      "balloon_rate": 0.3 if repayment == "balloon" else 0, **changes})


def fee(when="upfront", fen=0, rate=0.0, code="fee") -> Fee:
    return Fee(code=code, name=NAME, collector="示例公司", basis="of_loan" if rate else "fixed", fen=fen, rate=rate,
               when=when, standard=NAME)


def sheet(kind: Product, loan_yuan=100_000, months=60):
    return cost_sheet(terms(loan_yuan * 2, loan_yuan, months, kind.code), kind, FIRST, lender="江南示例银行")


@pytest.mark.parametrize(("rate", "fees", "annual", "effective"), [
    (0.16, (), 0.06001, 0.06169), (0.15, (), 0.05642, 0.05790), (0.15, (fee(fen=200_000),), 0.06482, 0.06678)])
def test_published_flat_fee_figures(rate, fees, annual, effective):
    result = sheet(product("flat_fee", rate, fees))
    assert result.annual_rate == pytest.approx(annual, abs=6e-6)
    assert result.effective_rate == pytest.approx(effective, abs=6e-6)


def test_a_known_annuity():
    result = sheet(product("equal_payment", 0.06), months=12)
    assert [i.total_fen for i in result.instalments[:-1]] == [860_664] * 11  # 100 000 · 0.005 / (1 − 1.005^−12)
    assert result.instalments[0].interest_fen == 50_000
    assert abs(result.instalments[-1].total_fen - 860_664) < 12
    assert result.annual_rate == pytest.approx(0.06, abs=1e-6)


def test_equal_principal_and_interest_only():
    falling = sheet(product("equal_principal", 0.06), months=12).instalments
    assert {i.principal_fen for i in falling[:-1]} == {833_333}
    assert falling[-1].principal_fen == 833_337
    assert falling[0].interest_fen == 50_000
    assert [i.interest_fen for i in falling] == sorted((i.interest_fen for i in falling), reverse=True)
    bullet = sheet(product("balloon", 0.06, balloon_rate=1), months=6).instalments
    assert [(i.principal_fen, i.interest_fen) for i in bullet] == [(0, 50_000)] * 5 + [(10_000_000, 50_000)]


def test_balloon_leaves_its_share_for_the_last_day():
    last = sheet(product("balloon", 0.06, balloon_rate=0.3), months=36).instalments
    assert last[-1].principal_fen - last[-2].principal_fen == pytest.approx(3_000_000, abs=20_000)


def test_due_dates_are_calendar_months_from_the_first():
    due = [i.due for i in sheet(product(), months=14).instalments]
    assert due[:4] == [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]
    assert due[-1] == date(2028, 1, 31)


def test_fees_stand_on_the_sheet_with_collector_and_add_up_to_the_yearly_cost():
    fees = (fee("upfront", 60_000, code="gps"), fee("monthly", 1_500, code="service"),
            fee("upfront", rate=0.01, code="guarantee"), fee("contingent", 99, code="late"))
    result = sheet(product("equal_payment", 0.06, fees))
    assert [(i.code, i.fen) for i in result.items[1:]] == [("gps", 60_000), ("service", 90_000), ("guarantee", 100_000)]
    assert [(i.code, i.fen, i.annual_rate) for i in result.contingent] == [("late", 0, 0.0)]
    assert result.upfront_fen == 160_000
    assert all(i.fees_fen == 1_500 for i in result.instalments)
    assert sum(i.annual_rate for i in result.items) == pytest.approx(result.annual_rate, abs=1e-7)
    assert all(i.annual_rate > 0 for i in result.items)
    assert result.items[0].collector == "江南示例银行"
    assert "任何其他费用" in result.statement.zh


def test_a_fee_per_loan_is_rounded_half_up():
    kind = product(fees=(fee(rate=0.015),))
    value = terms(product="example").model_copy(update={"price_fen": 200, "down_payment_fen": 100})
    assert cost_sheet(value, kind, FIRST).items[1].fen == 2


def test_the_cap_is_the_products_own_or_the_banks(pack):
    dear = product("flat_fee", 0.17)
    (finding,) = check_cost(sheet(dear), dear, pack.thresholds)
    assert (finding.code, finding.level) == ("cost.above_cap", "block")
    assert "6.36%" in finding.zh
    assert check_cost(sheet(dear), dear.model_copy(update={"max_annual_cost": 0.07}), pack.thresholds) == ()
    at_cap = product("flat_fee", 0.16)
    assert check_cost(sheet(at_cap), at_cap, pack.thresholds) == ()


def test_nothing_lent_or_fees_that_eat_the_loan_are_refused():
    for changes in ({"down_payment_fen": 12_000_000}, {"term_months": 0}, {"term_months": 121}):
        with pytest.raises(Condition) as refused:
            cost_sheet(terms(product="example").model_copy(update=changes), product(), FIRST)
        assert refused.value.code == "cost.terms"
    with pytest.raises(Condition) as refused:
        sheet(product(fees=(fee(fen=10_000_000),)))
    assert refused.value.code == "cost.fees"
    assert "100,000.00" in refused.value.message("zh")


def test_the_hash_covers_every_figure():
    first = sheet(product())
    assert first.sha256() == sheet(product()).sha256()
    assert first.sha256() != sheet(product(), months=59).sha256()
    assert first.sha256() != sheet(product(fees=(fee("contingent"),))).sha256()


REPAYMENTS = st.sampled_from(list(Repayment))


@settings(max_examples=150, deadline=None)
@given(kind=REPAYMENTS, loan=st.integers(1, 10**9), months=st.integers(1, 120),
       rate=st.decimals(0, "0.36", places=4).map(float), balloon=st.decimals("0.01", 1, places=2).map(float))
def test_parts_are_the_whole_to_the_fen_and_never_negative(kind, loan, months, rate, balloon):
    parts = schedule(loan, months, product(kind, rate, balloon_rate=balloon if kind == "balloon" else 0))
    assert len(parts) == months
    assert sum(p.principal_fen for p in parts) == loan
    assert all(p.principal_fen >= 0 and p.interest_fen >= 0 for p in parts)


@settings(max_examples=60, deadline=None)
@given(kind=REPAYMENTS, loan=st.integers(1_000, 2_000_000), months=st.integers(1, 60),
       rate=st.decimals(0, "0.24", places=4).map(float), upfront=st.integers(0, 50_000), monthly=st.integers(0, 5_000))
def test_a_sheet_adds_up_and_its_rate_discounts_to_what_was_received(kind, loan, months, rate, upfront, monthly):
    result = sheet(product(kind, rate, (fee(fen=upfront, code="a"), fee("monthly", monthly, code="b"))), loan, months)
    paid = [i.total_fen for i in result.instalments]
    assert result.total_fen == result.principal_fen + sum(i.fen for i in result.items)
    assert result.total_fen == sum(paid) + result.upfront_fen
    monthly_rate = result.annual_rate / 12
    worth = sum(p / (1 + monthly_rate) ** (n + 1) for n, p in enumerate(paid))
    received = result.principal_fen - result.upfront_fen
    # The rate is kept to eight decimals: worth less than 5e-8 of the money, plus the fen that roundings lose.
    assert worth == pytest.approx(received, rel=1e-6, abs=2 * months)


def test_interest_alone_costs_its_nominal_rate():
    for kind in ("equal_payment", "equal_principal", "balloon"):
        assert sheet(product(kind, 0.0888)).annual_rate == pytest.approx(0.0888, abs=2e-6)


def test_irr_at_its_edges():
    assert irr(100, [100]) == 0.0
    assert irr(100, [50]) == 0.0
    assert irr(100, [400]) == pytest.approx(3.0)
    assert irr(100, [0, 121]) == pytest.approx(0.1)


def test_every_product_has_a_sheet_within_its_cap(pack):
    for kind in pack.products:
        for months in kind.terms_months:
            limit = next((x for x in kind.limits if months <= x.term_max_months), None)
            value = terms_within(kind, limit, months=months, price_yuan=500_000)
            result = cost_sheet(value, kind, FIRST, lender=pack.bank)
            assert check_cost(result, kind, pack.thresholds) == (), (kind.code, months)
            assert result.contingent, kind.code


@pytest.mark.parametrize(("fen", "words"), [
    (0, "零元整"), (5, "伍分"), (50, "伍角"), (1005, "壹拾元零伍分"), (1050, "壹拾元伍角"), (10_000_000, "壹拾万元整"),
    (1_000_530, "壹万零伍元叁角"), (8_600_000, "捌万陆仟元整"), (10_500_000, "壹拾万伍仟元整"),
    (10_001_000_100, "壹亿零壹万零壹元整"), (2_003_000_000, "贰仟零叁万元整"), (100_000_000_001, "壹拾亿元零壹分"),
    (-1005, "负壹拾元零伍分")])
def test_amounts_in_capitals(fen, words):
    assert rmb_words(fen) == words


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_capitals_keep_every_digit(fen):
    digits = "".join(str("零壹贰叁肆伍陆柒捌玖".index(c)) for c in rmb_words(fen) if c in "壹贰叁肆伍陆柒捌玖")
    assert digits == str(fen).replace("0", "")


def test_yuan():
    assert [yuan(n) for n in (0, 5, 8_600_000, -123_456)] == ["0.00", "0.05", "86,000.00", "-1,234.56"]
