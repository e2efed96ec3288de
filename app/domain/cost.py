"""The total-cost sheet (综合融资成本明示表): everything the customer will pay, to whom, and what it is a year.

Annual rate = internal rate of return of the monthly cash flow × 12, the convention of the published caps: a flat fee of
16 % over 60 months is 6.001 %. Amounts are integer fen and every column adds up to the fen.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from app.domain.condition import Kind
from app.domain.dates import add_months
from app.domain.evidence import canonical, digest
from app.domain.facts import Finding
from app.domain.finding import block
from app.domain.instalments import Part, schedule
from app.domain.model import Model
from app.domain.money import rmb_words, yuan
from app.domain.policy import Fee, FeeBasis, Product, Repayment, Thresholds, Words
from app.domain.terms import Terms

TERMS_UNUSABLE = Kind(
    "cost.terms",
    zh="贷款金额或期限不对，算不出综合融资成本。", zh_next="请回到“业务与车商”核对车价、首付和期限。",
    en="Amount or term of the loan is wrong; the total cost cannot be worked out.",
    en_next="Go back to product and dealer and check price, down payment and term.")
FEES_UNUSABLE = Kind(
    "cost.fees",
    zh="一次性收费 {fees} 元不低于贷款金额 {loan} 元。", zh_next="请核对贷款金额；如金额无误，请联系总行修改费用设置。",
    en="Charges at the start of {fees} yuan are not below the loan of {loan} yuan.",
    en_next="Check the amount; if it is right, ask the bank to mend the charges.")

NOTHING_ELSE = Words(
    zh="除本表所列项目外，贷款人及其合作机构不再收取任何其他费用。",
    en="Nothing beyond what this sheet lists is charged by the lender or its partners.")
INTEREST = Words(zh="利息", en="Interest")
FLAT_FEE = Words(zh="分期手续费", en="Instalment fee")
HOW = {"instalment": Words(zh="随每期还款收取", en="with every instalment"),
       "upfront": Words(zh="放款时一次性收取", en="once, at disbursement"),
       "monthly": Words(zh="按月收取", en="every month"),
       "contingent": Words(zh="违约或发生时收取", en="only if it happens")}


class CostItem(Model):
    """One charge. ``fen`` is its total over the term; ``annual_rate`` what it adds to the yearly cost (fraction)."""

    code: str
    name: Words
    collector: str
    when: Literal["instalment", "upfront", "monthly", "contingent"]
    how: Words
    standard: Words
    fen: int
    annual_rate: float


class Instalment(Model):
    number: int
    due: date
    principal_fen: int
    interest_fen: int
    fees_fen: int

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.fees_fen


class CostSheet(Model):
    """The sheet as shown and signed. Rates are fractions; ``effective_rate`` compounds the monthly rate over a year."""

    product: str
    principal_fen: int
    term_months: int
    repayment: Repayment
    items: tuple[CostItem, ...]
    contingent: tuple[CostItem, ...]
    instalments: tuple[Instalment, ...]
    total_cost_fen: int
    total_fen: int
    annual_rate: float
    effective_rate: float
    statement: Words = NOTHING_ELSE

    @property
    def principal_words(self) -> str:
        return rmb_words(self.principal_fen)

    @property
    def upfront_fen(self) -> int:
        return sum(item.fen for item in self.items if item.when == "upfront")

    def sha256(self) -> str:
        """Hash of the canonical JSON; contracts print it."""
        return digest(canonical(self.model_dump(mode="json")))


def usable(terms: Terms) -> bool:
    """Whether there is a loan over some months at all."""
    return terms.loan_fen > 0 and 1 <= terms.term_months <= 120


def regular_instalment(terms: Terms, product: Product) -> int:
    """What is due each month, in fen, of ``usable`` terms: the first instalment with its fees, the largest of equal principal; a
    balloon's last part is no part of it."""
    parts = schedule(terms.loan_fen, terms.term_months, product)
    return _payments(parts, _items(terms.loan_fen, terms.term_months, parts, product, ""))[0]


def cost_sheet(terms: Terms, product: Product, first_due: date, *, lender: str = "") -> CostSheet:
    """The sheet of these terms. ``first_due`` is the first due date, ``lender`` the collector of the interest.

    Raises TERMS_UNUSABLE for a loan or term of nothing, FEES_UNUSABLE where the fees at the start eat the loan.
    """
    loan, months = terms.loan_fen, terms.term_months
    if terms.product != product.code:
        raise ValueError("terms belong to another product")
    if not usable(terms):
        raise TERMS_UNUSABLE()
    parts = schedule(loan, months, product)
    items = _with_rates(loan, parts, _items(loan, months, parts, product, lender))
    monthly = irr(loan - _at_start(items), _payments(parts, items))
    cost = sum(item.fen for item in items)
    return CostSheet(
        product=product.code, principal_fen=loan, term_months=months, repayment=product.repayment, items=items,
        contingent=tuple(_fee_item(fee, loan, months) for fee in product.fees if fee.when == "contingent"),
        instalments=_instalments(parts, items, first_due), total_cost_fen=cost, total_fen=loan + cost,
        annual_rate=round(monthly * 12, 8), effective_rate=round((1 + monthly) ** 12 - 1, 8))


def check_cost(sheet: CostSheet, product: Product, thresholds: Thresholds) -> tuple[Finding, ...]:
    """Blocks where the yearly cost exceeds the product's cap, or the bank's where the product names none."""
    cap = thresholds.max_annual_cost if product.max_annual_cost is None else product.max_annual_cost
    # Shown to two decimals of a per cent, so judged there too: 6.001 % passes a cap of 6 %.
    if round(sheet.annual_rate, 4) <= cap:
        return ()
    return (block("cost.above_cap",
                  f"年化综合融资成本 {sheet.annual_rate:.2%} 超过上限 {cap:.2%}，请减少费用或调整贷款金额、期限。",
                  f"The total cost of {sheet.annual_rate:.2%} a year exceeds the cap of {cap:.2%}. "
                  "Lower the charges or change amount or term."),)


def irr(received: int, payments: Sequence[int]) -> float:
    """Monthly rate at which ``payments`` (month 1, 2, …) are worth ``received``, by bisection; 0 if they cost nothing.

    Horner's scheme uses only additions and multiplications, so every machine finds the same figure.
    """
    if sum(payments) <= received:
        return 0.0
    low, high = 0.0, 1.0
    while _present(high, payments) > received:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _present(middle, payments) > received else (low, middle)
    return (low + high) / 2


def _present(rate: float, payments: Sequence[int]) -> float:
    factor, value = 1 / (1 + rate), 0.0
    for payment in reversed(payments):
        value = (value + payment) * factor
    return value


def _items(loan: int, months: int, parts: Sequence[Part], product: Product, lender: str) -> list[CostItem]:
    flat = product.repayment is Repayment.FLAT_FEE
    rate = product.rate_of(months)
    standard = (Words(zh=f"贷款金额的 {rate:.2%}，分 {months} 期", en=f"{rate:.2%} of the loan over {months} months")
                if flat else Words(zh=f"年利率 {rate:.2%}", en=f"{rate:.2%} a year"))
    interest = CostItem(code="interest", name=FLAT_FEE if flat else INTEREST, collector=lender, when="instalment",
                        how=HOW["instalment"], standard=standard, fen=sum(p.interest_fen for p in parts), annual_rate=0)
    return [interest, *(_fee_item(fee, loan, months) for fee in product.fees if fee.when != "contingent")]


def _fee_item(fee: Fee, loan: int, months: int) -> CostItem:
    once = fee.fen if fee.basis is FeeBasis.FIXED else int(
        (loan * Decimal(str(fee.rate))).to_integral_value(ROUND_HALF_UP))
    times = {"upfront": 1, "monthly": months, "contingent": 0}[fee.when]
    return CostItem(code=fee.code, name=fee.name, collector=fee.collector, when=fee.when, how=HOW[fee.when],
                    standard=fee.standard, fen=once * times, annual_rate=0)


def _with_rates(loan: int, parts: Sequence[Part], items: list[CostItem]) -> tuple[CostItem, ...]:
    """Each item's own yearly rate: what the total rises by when it joins those above it, so that they add up."""
    fees = _at_start(items)
    if fees >= loan:
        raise FEES_UNUSABLE(fees=yuan(fees), loan=yuan(loan))
    rated: list[CostItem] = []
    before = 0.0
    for item in items:
        now = irr(loan - _at_start([*rated, item]), _payments(parts, [*rated, item])) * 12
        rated.append(item.model_copy(update={"annual_rate": round(now - before, 8)}))
        before = now
    return tuple(rated)


def _at_start(items: Sequence[CostItem]) -> int:
    return sum(item.fen for item in items if item.when == "upfront")


def _payments(parts: Sequence[Part], items: Sequence[CostItem]) -> list[int]:
    monthly = _monthly(items, len(parts))
    return [part.principal_fen + part.interest_fen + monthly for part in parts]


def _monthly(items: Sequence[CostItem], months: int) -> int:
    return sum(item.fen // months for item in items if item.when == "monthly")


def _instalments(parts: Sequence[Part], items: Sequence[CostItem], first_due: date) -> tuple[Instalment, ...]:
    monthly = _monthly(items, len(parts))
    return tuple(Instalment(number=n + 1, due=add_months(first_due, n), principal_fen=part.principal_fen,
                            interest_fen=part.interest_fen, fees_fen=monthly) for n, part in enumerate(parts))
