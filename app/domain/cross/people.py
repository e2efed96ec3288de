"""The people in the papers: buyer, driver, earner and card holder are the customer; the seller is the dealer."""

from collections.abc import Iterator

from app.domain.cross.finding import CrossFinding, Rule
from app.domain.cross.names import is_person, numbers_differ, plain, same_company, same_name, same_person, shown
from app.domain.cross.testimony import CARD, DEALER, EXPECTED, TODAY, Said, Testimony
from app.domain.identity.bank_card import compact as compact_card
from app.domain.identity.company_code import check_company_code
from app.domain.masking import mask_bank_card, mask_id
from app.domain.terms import VehicleCondition

HEAVY_KG = 4500
ANY_CLASS = ("A1", "A2", "A3", "B1", "B2", "C1", "C2")
HEAVY_CLASS = ("A1", "A2", "B2")

BUYER = Rule(code="cross.buyer", level="block", zh="购买方不是借款人", en="The buyer is not the borrower", mask=shown)
BUYER_ID = Rule(code="cross.buyer_id", level="block", zh="购买方证件号与借款人不一致",
                en="The buyer's ID number is not the borrower's", mask=mask_id)
SELLER = Rule(code="cross.seller", level="warn", zh="卖方与准入车商名称不一致",
              en="The seller is not the approved dealer by name", mask=shown)
SELLER_CODE = Rule(code="cross.seller_code", level="block", zh="卖方纳税人识别号不是准入车商的信用代码",
                   en="The seller's tax number is not the approved dealer's")
DRIVER = Rule(code="cross.driver", level="block", zh="驾驶证不是借款人的", en="The driving licence is not the borrower's",
              mask=shown)
DRIVER_ID = Rule(code="cross.driver_id", level="block", zh="驾驶证证号与借款人身份证号不一致",
                 en="The driving licence's number is not the borrower's ID number", mask=mask_id)
DRIVER_CLASS = Rule(code="cross.driver_class", level="warn", zh="准驾车型不能驾驶这台车",
                    en="The licence's class does not allow to drive this car")
DRIVER_OVER = Rule(code="cross.driver_over", level="warn", zh="驾驶证已过有效期", en="The driving licence has expired")
INCOME = Rule(code="cross.income_name", level="warn", zh="收入资料不是借款人的", en="The income paper is not the borrower's",
              mask=shown)
INCOME_ID = Rule(code="cross.income_id", level="block", zh="收入证明的证件号与借款人不一致",
                 en="The income proof's ID number is not the borrower's", mask=mask_id)
EMPLOYER = Rule(code="cross.employer", level="warn", zh="工作单位与表单填写不一致",
                en="The employer is not the one on the form")
CARD_NUMBER = Rule(code="cross.repayment_card", level="warn", zh="表单上的还款卡号与银行卡不一致",
                   en="The repayment card on the form is not the card captured", mask=mask_bank_card)
REPRESENTATIVE = Rule(code="cross.representative", level="warn", zh="营业执照的法定代表人不是借款人",
                      en="The licence's legal representative is not the borrower", mask=shown)


def people(about: Testimony) -> Iterator[CrossFinding]:
    yield from _buyer(about)
    yield from _seller(about)
    if about.case.card and not about.company:
        yield from _driver(about)
        yield from _income(about)
    card = about.form("repayment_card")
    yield from (CARD_NUMBER.broken(said, card) for said in about.papers("number", "bank_card")
                if card and compact_card(said.value) != compact_card(card.value))


def _buyer(about: Testimony) -> Iterator[CrossFinding]:
    """On a lease the lessor may buy; of an owned car's first invoice somebody else may have been the buyer."""
    if about.product.lease or about.terms.vehicle.condition is VehicleCondition.OWNED:
        return
    papers = ("new_car_invoice", "used_car_invoice", "purchase_contract", "used_car_contract")
    if name := about.borrower:
        yield from (BUYER.broken(said, name) for said in about.papers("buyer", *papers)
                    if not same_name(said.value, name.value))
    if number := about.borrower_number:
        yield from (BUYER_ID.broken(said, number) for said in about.papers("buyer_id", *papers)
                    if numbers_differ(said.value, number.value))


def _seller(about: Testimony) -> Iterator[CrossFinding]:
    """A new car is sold by the dealer of the terms: by tax number, else by name."""
    if about.terms.vehicle.condition is not VehicleCondition.NEW:
        return
    dealer = about.case.terms
    for paper, page in about.pages("new_car_invoice", "purchase_contract"):
        number, name = about.on(paper, page, "seller_code"), about.on(paper, page, "seller")
        wanted = dealer.dealer_company_code
        if number and wanted and not check_company_code(number.value) and number.value.upper() != wanted.upper():
            yield SELLER_CODE.broken(number, Said(DEALER, wanted))
        elif name and not same_company(name.value, dealer.dealer_name):
            yield SELLER.broken(name, Said(DEALER, dealer.dealer_name))


def _driver(about: Testimony) -> Iterator[CrossFinding]:
    if about.circumstances and not about.circumstances.drives_self:
        return
    name, number = about.borrower, about.borrower_number
    yield from (DRIVER.broken(said, name) for said in about.papers("name", "driving_licence")
                if not same_person(said.value, name.value))
    yield from (DRIVER_ID.broken(said, number) for said in about.papers("number", "driving_licence")
                if numbers_differ(said.value, number.value))
    heavy = (about.terms.vehicle.gross_weight_kg or 0) > HEAVY_KG
    fitting = HEAVY_CLASS if heavy else ANY_CLASS
    yield from (DRIVER_CLASS.broken(said, Said(EXPECTED, "/".join(fitting)))
                for said in about.papers("vehicle_class", "driving_licence")
                if not any(allowed in said.value.upper() for allowed in fitting))
    yield from (DRIVER_OVER.broken(said, Said(TODAY, about.today.isoformat()))
                for said in about.papers("valid_to", "driving_licence") if said.day and said.day < about.today)


def _income(about: Testimony) -> Iterator[CrossFinding]:
    name, number, employer = about.borrower, about.borrower_number, about.form("employer")
    for said in about.papers("name", "income_proof", "bank_statement", "business_flow"):
        # A sole trader's turnover may run over the shop's account.
        if not same_person(said.value, name.value) and (is_person(said.value) or said.paper == "income_proof"):
            yield INCOME.broken(said, name)
    yield from (INCOME_ID.broken(said, Said(CARD, number.value)) for said in about.papers("id_number", "income_proof")
                if numbers_differ(said.value, number.value))
    yield from (EMPLOYER.broken(said, employer) for said in about.papers("employer", "income_proof")
                if employer and not same_company(said.value, employer.value))
    if about.circumstances and about.circumstances.employment == "self_employed":
        yield from (REPRESENTATIVE.broken(said, name)
                    for said in about.papers("legal_representative", "business_licence")
                    if plain(said.value) != plain(name.value))
