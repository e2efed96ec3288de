"""What a right value of a form field is, field by field."""

import re
from collections.abc import Callable

from app.domain.facts import Finding
from app.domain.finding import block
from app.domain.identity import bank_card, company_code, id_card, phone, plate, vin

_CHARGE = re.compile(r"\d[\d,.]*\s*万?(?:元|块|%|％)|佣金|返点|返现|利息|利率"
                     r"|(?:手续|服务|管理|担保|咨询|公证|评估|安装|渠道|金融|中介|保证|账户)费")


def check_value(code: str, value: str) -> tuple[Finding, ...]:
    """What is wrong with a value of this field. No text may bring a charge into a document that the cost sheet does not
    show."""
    return _CHECKS.get(code, _no_charge)(value)


def _no_charge(value: str) -> tuple[Finding, ...]:
    if not _CHARGE.search(value):
        return ()
    return (block("charge", "这里不能写收费或金额；收费只能出现在综合融资成本明示表上。",
                  "No charge or amount may stand here; charges stand on the total-cost sheet only."),)


def _yuan(value: str) -> tuple[Finding, ...]:
    if re.fullmatch(r"\d{1,8}(\.\d{1,2})?", value):
        return ()
    return (block("yuan", "请填数字，单位元，最多两位小数。", "Write a number in yuan with at most two decimals."),)


def _count(value: str) -> tuple[Finding, ...]:
    if re.fullmatch(r"[1-9]\d{0,4}", value):
        return ()
    return (block("count", "请填大于 0 的整数。", "Write a whole number above 0."),)


def _account(value: str) -> tuple[Finding, ...]:
    if re.fullmatch(r"\d{8,32}", value):
        return ()
    return (block("account", "账号应为 8 至 32 位数字。", "An account number has 8 to 32 digits."),)


_CHECKS: dict[str, Callable[[str], tuple[Finding, ...]]] = {
    "phone": phone.check_phone,
    "contact_phone": phone.check_phone,
    "monthly_income": _yuan,
    "repayment_card": bank_card.check_bank_card,
    "vin": vin.check_vin,
    "plate": plate.check_plate,
    "company_code": company_code.check_company_code,
    "spouse_id_number": id_card.check_id_number,
    "spouse_phone": phone.check_phone,
    "guarantor_id_number": id_card.check_id_number,
    "guarantor_phone": phone.check_phone,
    "affiliate_company_code": company_code.check_company_code,
    "battery_monthly_rent": _yuan,
    "margin_account": _account,
    "margin_amount": _yuan,
    "stock_count": _count,
}
