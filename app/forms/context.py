"""Everything a contract text may name, as plain words and figures from confirmed values only.

Money appears as ``86,000.00`` and under ``…_words`` in capital characters. Empty values count as missing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.cost import CostItem, CostSheet
from app.domain.facts import IdCard
from app.domain.money import fen_of_digits, rmb_words, yuan
from app.domain.policy import Dealer, PolicyPack, Product, Repayment
from app.domain.terms import Energy, Terms, VehicleCondition, VehicleUse

CONDITION = {VehicleCondition.NEW: "新车", VehicleCondition.USED: "二手车", VehicleCondition.OWNED: "自有车辆"}
ENERGY = {Energy.ICE: "燃油汽车", Energy.NEV: "新能源汽车"}
USE = {VehicleUse.OWN: "自用", VehicleUse.COMMERCIAL: "营运", VehicleUse.RIDE_HAILING: "预约出租客运（网约车）",
       VehicleUse.STOCK: "经销商库存"}
REPAYMENT = {Repayment.EQUAL_PAYMENT: "等额本息", Repayment.EQUAL_PRINCIPAL: "等额本金",
             Repayment.FLAT_FEE: "等额分期（手续费分期收取）", Repayment.BALLOON: "尾款方式（末期偿还约定尾款）"}
SEX = {"male": "男", "female": "女"}
PARTIES = {
    "spouse": ("name", "id_number", "phone"), "guarantor": ("name", "id_number", "phone"), "company": ("name", "code"),
    "affiliate": ("name", "company_code"), "platform": ("name",), "battery": ("lessor", "monthly_rent"),
    "supervisor": ("name",), "margin": ("account", "amount"), "stock": ("count",)}


def form_context(pack: PolicyPack, product: Product, terms: Terms, dealer: Dealer, card: IdCard,
                 values: Mapping[str, str], cost: CostSheet, staff_name: str, today: date) -> dict[str, Any]:
    """The context of every form. ``values`` are the confirmed form fields (see resources/forms/README.md).

    Fields of another party are taken from its prefix: ``guarantor_name`` becomes ``guarantor.name``.
    ``party`` is whoever owes: the customer, or the company that he signs for.
    """
    parties = {party: {name: values.get(f"{party}_{name}", "") for name in names} for party, names in PARTIES.items()}
    parties["margin"]["amount_words"] = _words(parties["margin"]["amount"])
    company = parties["company"]["name"]
    return {
        "bank": {"name": pack.bank}, "product": _product(product, terms), "customer": _customer(card, values),
        "party": _contracting(card, parties["company"]), "dealer": dealer.model_dump(mode="json"),
        "staff": {"name": staff_name}, "vehicle": _vehicle(terms, values), "terms": _terms(terms),
        "cost": cost_context(cost, pack.bank), **parties, "signatories": _signatories(card, values, parties),
        "signers": {"borrower": card.name, "manager": staff_name, "company": f"{company}（{card.name}）",
                    "witness": values.get("witness_name", ""),
                    **{who: parties[who]["name"] for who in ("spouse", "guarantor")}},
        "today": chinese_date(today), "policy": {"version": pack.version},
    }


def cost_context(cost: CostSheet, lender: str) -> dict[str, Any]:
    """The cost sheet in print: yuan, per cent, the schedule, and the sheet's own hash. ``lender`` collects the rest."""
    first, last = cost.instalments[0], cost.instalments[-1]
    return {
        "sha256": cost.sha256(),
        "principal": yuan(cost.principal_fen), "principal_words": rmb_words(cost.principal_fen),
        "term_months": cost.term_months, "repayment": REPAYMENT[cost.repayment],
        "annual_rate": percent(cost.annual_rate), "effective_rate": percent(cost.effective_rate),
        "total_cost": yuan(cost.total_cost_fen), "total": yuan(cost.total_fen),
        "total_words": rmb_words(cost.total_fen),
        "upfront": yuan(cost.upfront_fen), "first_due": chinese_date(first.due), "last_due": chinese_date(last.due),
        "due_day": first.due.day, "first_instalment": yuan(first.total_fen), "last_instalment": yuan(last.total_fen),
        "interest_standard": cost.items[0].standard.zh, "statement": cost.statement.zh,
        "charges": [_item(item, lender) for item in cost.items],
        "contingent": [_item(item, lender) for item in cost.contingent],
        "schedule": [{"number": part.number, "due": part.due.isoformat(), "principal": yuan(part.principal_fen),
                      "interest": yuan(part.interest_fen), "fees": yuan(part.fees_fen), "total": yuan(part.total_fen)}
                     for part in cost.instalments],
    }


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def percent(fraction: float) -> str:
    return f"{fraction * 100:.2f}%"


def _item(item: CostItem, lender: str) -> dict[str, str]:
    return {"name": item.name.zh, "collector": item.collector or lender, "how": item.how.zh,
            "standard": item.standard.zh, "amount": yuan(item.fen), "annual_rate": percent(item.annual_rate)}


def _product(product: Product, terms: Terms) -> dict[str, Any]:
    """``cash``: the money goes to the customer, on the security of a car already owned."""
    owned = terms.vehicle.condition is VehicleCondition.OWNED
    return {"code": product.code, "name": product.name.zh, "lease": product.lease, "cash": owned and not product.lease}


def _contracting(card: IdCard, company: Mapping[str, str]) -> dict[str, str]:
    """Who owes: the person on the card, or the company for which that person signs."""
    if company["name"]:
        return {"name": company["name"], "code_name": "统一社会信用代码", "code": company["code"],
                "representative": f"{card.name}（证件号码 {card.number}）"}
    return {"name": card.name, "code_name": "居民身份证号码", "code": card.number}


def _signatories(card: IdCard, values: Mapping[str, str], parties: Mapping[str, Mapping[str, str]]) -> dict[str, dict]:
    """Each person who signs for himself, as a form of one person's own names him (``signatory``)."""
    borrower = "企业签约代表" if parties["company"]["name"] else "申请人"
    return {"borrower": {"name": card.name, "id_number": card.number, "phone": values.get("phone", ""), "role": borrower},
            "spouse": {**parties["spouse"], "role": "配偶"}, "guarantor": {**parties["guarantor"], "role": "保证人"}}


def _customer(card: IdCard, values: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": card.name, "sex": SEX[card.sex], "nation": card.nation, "birth": chinese_date(card.birth),
        "id_number": card.number, "id_address": card.address, "id_authority": card.authority,
        "id_valid_to": chinese_date(card.valid_to) if card.valid_to else "长期",
        "address": values.get("address", card.address),
        **{key: values.get(key, "") for key in
           ("phone", "employer", "monthly_income", "contact_name", "contact_phone", "repayment_card", "purpose")},
    }


def _vehicle(terms: Terms, values: Mapping[str, str]) -> dict[str, Any]:
    vehicle = terms.vehicle
    return {
        "model": vehicle.model, "condition": CONDITION[vehicle.condition], "energy": ENERGY[vehicle.energy],
        "use": USE[vehicle.use], "vin": values.get("vin") or vehicle.vin, "gross_weight_kg": vehicle.gross_weight_kg,
        "plate": values.get("plate"), "mileage": values.get("mileage"),
        "guide_price": _money(vehicle.guide_price_fen), "appraisal": _money(vehicle.appraisal_fen),
        "appraisal_words": vehicle.appraisal_fen and rmb_words(vehicle.appraisal_fen),
    }


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "price": yuan(terms.price_fen), "price_words": rmb_words(terms.price_fen),
        "down_payment": yuan(terms.down_payment_fen), "down_payment_words": rmb_words(terms.down_payment_fen),
        "loan": yuan(terms.loan_fen), "loan_words": rmb_words(terms.loan_fen), "term_months": terms.term_months,
    }


def _money(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)



def _words(figure: str) -> str:
    """Capital characters of a figure in yuan that the form's check let pass; '' for none."""
    fen = fen_of_digits(figure)
    return "" if fen is None else rmb_words(fen)
