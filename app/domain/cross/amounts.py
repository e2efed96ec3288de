"""The money in the papers: words and figures, net and gross, invoice, contract and terms, who paid the down payment."""

from collections.abc import Iterator
from decimal import Decimal

from app.domain.cross.finding import CrossFinding, Rule
from app.domain.cross.names import is_person, same_company, same_name, shown
from app.domain.cross.testimony import DEALER, TERMS, Said, Testimony
from app.domain.money import fen_of_words, yuan
from app.domain.terms import VehicleCondition, VehicleUse

VAT = Decimal("0.13")
ROUNDING_FEN = 100
PRICED = (("new_car_invoice", "total"), ("used_car_invoice", "total"), ("purchase_contract", "price"),
          ("used_car_contract", "price"))
IN_WORDS = (("total", "total_words"), ("amount", "amount_words"), ("price", "price_words"))
SALES_INVOICES = ("new_car_invoice", "used_car_invoice")

WORDS = Rule(code="cross.amount_words", level="block", zh="大写金额与小写金额不一致",
             en="The amounts in words and in figures differ")
NET = Rule(code="cross.net_price", level="warn", zh="价税合计不等于不含税价加税额", en="The total is not the net price plus tax")
INFLATED = Rule(code="cross.price_inflated", level="block", zh="融资方案的车价高于资料上的价格",
                en="The price in the terms is above the one in the paper")
PRICE = Rule(code="cross.price", level="warn", zh="资料上的价格高于融资方案的车价",
             en="The price in the paper is above the terms'")
INVOICE_CONTRACT = Rule(code="cross.invoice_contract", level="warn", zh="发票价与合同价不一致",
                        en="Invoice and contract name different prices")
GUIDE = Rule(code="cross.price_guide", level="warn", zh="发票价高于指导价允许的幅度",
             en="The invoice is above the guide price by more than is allowed")
PAYER = Rule(code="cross.payer", level="warn", zh="首付款的付款人不是借款人", en="The down payment was not paid by the borrower",
             mask=shown)
PAYEE_PERSON = Rule(code="cross.payee_person", level="block", zh="首付款付到了个人账户，而不是车商",
                    en="The down payment went to a person's account, not to the dealer", mask=shown)
PAYEE = Rule(code="cross.payee", level="warn", zh="首付款的收款人不是准入车商",
             en="The down payment did not go to the approved dealer", mask=shown)
PAID = Rule(code="cross.down_payment", level="warn", zh="首付款凭证合计少于约定的首付款",
            en="The down payment proofs add up to less than was agreed")
AGREED = Rule(code="cross.down_contract", level="warn", zh="合同首付款与融资方案不一致",
              en="Contract and terms name different down payments")


def amounts(about: Testimony) -> Iterator[CrossFinding]:
    for paper, page in about.pages():
        for figures, words in IN_WORDS:
            yield from _words(about.on(paper, page, figures), about.on(paper, page, words))
    yield from _net(about)
    condition, use = about.terms.vehicle.condition, about.terms.vehicle.use
    if condition is not VehicleCondition.OWNED and use is not VehicleUse.STOCK:
        yield from _prices(about)
        yield from _down_payment(about)


def _words(figures: Said | None, words: Said | None) -> Iterator[CrossFinding]:
    if figures and words and figures.fen is not None:
        said = fen_of_words(words.value)
        if said is not None and said != figures.fen:
            yield WORDS.broken(_money(figures), words, level="block" if figures.paper in SALES_INVOICES else "warn")


def _net(about: Testimony) -> Iterator[CrossFinding]:
    """Total = net price + VAT: by the tax amount where it is printed, else 13 %."""
    for paper, page in about.pages("new_car_invoice"):
        total, net, tax = (about.on(paper, page, field) for field in ("total", "net", "tax"))
        if total is None or net is None or total.fen is None or net.fen is None:
            continue
        rate = about.on(paper, page, "tax_rate")
        share = _rate(rate.value) if rate else VAT
        expected = net.fen + tax.fen if tax and tax.fen is not None else round(net.fen * (1 + share)) if share else None
        if expected is not None and abs(total.fen - expected) > ROUNDING_FEN:
            yield NET.broken(_money(total), Said(net.source, f"{yuan(net.fen)} → {yuan(expected)}", paper, page.page_id))


def _rate(text: str) -> Decimal | None:
    digits = text.strip().rstrip("%％")
    return Decimal(digits) / 100 if digits.isascii() and digits.isdigit() and int(digits) <= 100 else None


def _prices(about: Testimony) -> Iterator[CrossFinding]:
    """What is financed may not be more than what the car costs; the rest asks for a reason."""
    terms, asked = about.terms, about.terms.price_fen
    prices = [said for paper, field in PRICED for said in about.papers(field, paper) if said.fen]
    for said in prices:
        rule = INFLATED if said.fen < asked else PRICE
        if abs(said.fen - asked) > ROUNDING_FEN:
            yield rule.broken(_money(said), Said(TERMS, yuan(asked)))
    invoices = [said for said in prices if said.paper in SALES_INVOICES]
    contracts = [said for said in prices if said.paper not in SALES_INVOICES]
    yield from (INVOICE_CONTRACT.broken(_money(invoice), _money(contract)) for invoice in invoices
                for contract in contracts if abs(invoice.fen - contract.fen) > ROUNDING_FEN)
    guide = terms.vehicle.guide_price_fen
    most = guide * (1 + Decimal(str(about.pack.thresholds.price_over_guide))) if guide else None
    if most and terms.vehicle.condition is VehicleCondition.NEW:
        yield from (GUIDE.broken(_money(said), Said(TERMS, yuan(guide))) for said in invoices if said.fen > most)


def _down_payment(about: Testimony) -> Iterator[CrossFinding]:
    if borrower := about.borrower:
        yield from (PAYER.broken(said, borrower) for said in about.papers("payer", "down_payment_proof")
                    if not same_name(said.value, borrower.value))
    yield from _payee(about)
    agreed = about.terms.down_payment_fen
    contracts = about.papers("down_payment", "purchase_contract", "used_car_contract")
    yield from (AGREED.broken(_money(said), Said(TERMS, yuan(agreed))) for said in contracts
                if said.fen is not None and abs(said.fen - agreed) > ROUNDING_FEN)
    paid = about.papers("amount", "down_payment_proof")
    # Some pages of a proof may carry no amount: only where every page does, the sum says something.
    if paid and len(paid) == len(about.case.pages("down_payment_proof")) and all(said.fen is not None for said in paid):
        total = sum(said.fen for said in paid)
        if total < agreed - ROUNDING_FEN:
            yield PAID.broken(Said(paid[0].source, yuan(total), paid[0].paper, paid[0].page_id), Said(TERMS, yuan(agreed)))


def _payee(about: Testimony) -> Iterator[CrossFinding]:
    """To the dealer of the terms; for a used car also to whoever sells it by invoice, contract or registration."""
    dealer = about.case.terms
    known = [Said(DEALER, name) for name in (dealer.dealer_name, dealer.dealer_account) if name]
    if about.terms.vehicle.condition is VehicleCondition.USED:
        known += [*about.papers("seller", "used_car_invoice", "used_car_contract"),
                  *about.papers("owner", "vehicle_registration", "vehicle_licence")]
    for said in about.papers("payee", "down_payment_proof"):
        if any(same_name(said.value, one.value) or same_company(said.value, one.value) for one in known):
            continue
        rule = PAYEE_PERSON if is_person(said.value) else PAYEE
        yield rule.broken(said, known[0], blame=(said,))


def _money(said: Said) -> Said:
    return Said(said.source, yuan(said.fen), said.paper, said.page_id)
