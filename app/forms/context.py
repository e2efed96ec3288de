"""Everything a contract text may name, as plain words and figures from confirmed values only.

Money appears as ``86,000.00`` and under ``…_words`` in capital characters. Empty values count as missing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.cost import CostItem, CostSheet
from app.domain.facts import IdCard
from app.domain.money import rmb_words, yuan
from app.domain.policy import Dealer, PolicyPack, Product, Repayment
from app.domain.terms import Energy, Terms, VehicleCondition, VehicleUse

CONDITION = {VehicleCondition.NEW: "新车", VehicleCondition.USED: "二手车", VehicleCondition.OWNED: "自有车辆"}
ENERGY = {Energy.ICE: "燃油汽车", Energy.NEV: "新能源汽车"}
USE = {VehicleUse.OWN: "自用", VehicleUse.COMMERCIAL: "营运", VehicleUse.RIDE_HAILING: "预约出租客运（网约车）",
       VehicleUse.STOCK: "经销商库存"}
REPAYMENT = {Repayment.EQUAL_PAYMENT: "等额本息", Repayment.EQUAL_PRINCIPAL: "等额本金",
             Repayment.FLAT_FEE: "等额分期（手续费分期收取）", Repayment.BALLOON: "尾款方式（末期偿还约定尾款）"}
SEX = {"male": "男", "female": "女"}
PARTIES = ("spouse", "guarantor", "affiliate", "platform", "battery")


def form_context(pack: PolicyPack, product: Product, terms: Terms, dealer: Dealer, card: IdCard,
                 values: Mapping[str, str], cost: CostSheet, staff_name: str, today: date) -> dict[str, Any]:
    """The context of every form. ``values`` are the confirmed form fields (see resources/forms/README.md).

    Fields of another party are taken from its prefix: ``guarantor_name`` becomes ``guarantor.name``.
    """
    parties = {party: _party(values, party) for party in PARTIES}
    names = {"borrower": card.name, "manager": staff_name, **{p: parties[p].get("name", "") for p in PARTIES}}
    return {
        "bank": {"name": pack.bank}, "product": {"code": product.code, "name": product.name.zh},
        "customer": _customer(card, values), "dealer": dealer.model_dump(mode="json"), "staff": {"name": staff_name},
        "vehicle": _vehicle(terms, values), "terms": _terms(terms), "cost": cost_context(cost, pack.bank), **parties,
        "signers": names, "values": dict(values), "today": chinese_date(today), "policy": {"version": pack.version},
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
    }


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "price": yuan(terms.price_fen), "price_words": rmb_words(terms.price_fen),
        "down_payment": yuan(terms.down_payment_fen), "down_payment_words": rmb_words(terms.down_payment_fen),
        "loan": yuan(terms.loan_fen), "loan_words": rmb_words(terms.loan_fen), "term_months": terms.term_months,
    }


def _money(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)


def _party(values: Mapping[str, str], party: str) -> dict[str, str]:
    return {key.removeprefix(f"{party}_"): value for key, value in values.items() if key.startswith(f"{party}_")}
