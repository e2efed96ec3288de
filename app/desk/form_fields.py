"""The fields that the forms need besides terms and card: where each is prefilled from, and what a right value is."""

import re
from collections.abc import Callable

from app.domain.case import Case
from app.domain.facts import Finding
from app.domain.finding import block, warn
from app.domain.identity import bank_card, company_code, id_card, phone, plate, vin
from app.domain.model import Model
from app.domain.policy import Form, Words


class FormField(Model):
    """One field on the forms page. ``source`` says where the value comes from: '' typed, else a paper's code or 'card'."""

    code: str
    name: Words
    value: str
    source: str
    required: bool


class _Spec(Model):
    code: str
    name: Words
    required: bool = True
    prefill: tuple[tuple[str, str], ...] = ()
    form: str = ""
    signer: str = ""


def _spec(code: str, zh: str, en: str, *prefill: tuple[str, str], required: bool = True, form: str = "",
          signer: str = "") -> _Spec:
    """``form``: asked for only where the case signs that form; ``signer``: where that person signs one."""
    return _Spec(code=code, name=Words(zh=zh, en=en), required=required, prefill=prefill, form=form, signer=signer)


_SPECS = (
    _spec("phone", "手机号码", "Mobile phone"),
    _spec("address", "现居住地址", "Present address", ("card", "address")),
    _spec("employer", "工作单位", "Employer", ("income_proof", "employer")),
    _spec("monthly_income", "月收入（元）", "Monthly income (yuan)", ("income_proof", "monthly_income")),
    _spec("contact_name", "联系人姓名", "Contact's name"),
    _spec("contact_phone", "联系人电话", "Contact's phone"),
    _spec("repayment_card", "还款卡号", "Repayment card", ("bank_card", "number")),
    _spec("vin", "车架号", "VIN", ("new_car_invoice", "vin"), ("vehicle_conformity", "vin"),
          ("vehicle_registration", "vin"), ("used_car_invoice", "vin"), ("vehicle_licence", "vin"), required=False),
    _spec("plate", "车牌号", "Plate", ("vehicle_licence", "plate"), required=False),
    _spec("purpose", "贷款用途", "Purpose of the loan", form="purpose_statement"),
    _spec("spouse_name", "配偶姓名", "Spouse's name", ("spouse_id_card", "name"), signer="spouse"),
    _spec("spouse_id_number", "配偶证件号", "Spouse's ID number", ("spouse_id_card", "number"), signer="spouse"),
    _spec("guarantor_name", "保证人姓名", "Guarantor's name", ("guarantor_id_card", "name"), form="guarantee_contract"),
    _spec("guarantor_id_number", "保证人证件号", "Guarantor's ID number", ("guarantor_id_card", "number"),
          form="guarantee_contract"),
    _spec("guarantor_phone", "保证人电话", "Guarantor's phone", form="guarantee_contract"),
    _spec("affiliate_name", "挂靠公司", "Affiliation company", form="affiliation_agreement"),
    _spec("affiliate_company_code", "挂靠公司统一社会信用代码", "Its company code", form="affiliation_agreement"),
    _spec("platform_name", "网约车平台", "Ride-hailing platform", required=False, form="platform_agreement"),
    _spec("battery_lessor", "电池出租方", "Battery lessor", required=False, form="battery_lease_confirmation"),
    _spec("battery_monthly_rent", "电池月租（元）", "Battery rent a month (yuan)", required=False,
          form="battery_lease_confirmation"),
)


def fields(case: Case, forms: tuple[Form, ...]) -> tuple[FormField, ...]:
    """The fields that ``forms`` need, with what is known: confirmed values first, then what card and papers say."""
    confirmed = case.form.values if case.form else {}
    return tuple(_field(case, spec, confirmed) for spec in _wanted(forms))


def _wanted(forms: tuple[Form, ...]) -> tuple[_Spec, ...]:
    codes, signers = {form.code for form in forms}, {signer for form in forms for signer in form.signers}
    return tuple(spec for spec in _SPECS if spec.form in ("", *codes) and spec.signer in ("", *signers))


def _field(case: Case, spec: _Spec, confirmed: dict[str, str]) -> FormField:
    value, source = confirmed.get(spec.code, ""), ""
    if spec.code not in confirmed:
        value, source = next(((v, s) for s, v in _known(case, spec) if v), ("", ""))
    return FormField(code=spec.code, name=spec.name, value=value, source=source, required=spec.required)


def _known(case: Case, spec: _Spec):
    for paper, name in spec.prefill:
        if paper == "card" and case.card:
            yield "card", getattr(case.card.card, name)
        for page in case.papers.get(paper, ()):
            if name in page.readings:
                yield paper, page.readings[name].value
    terms = case.loan_terms
    if spec.code == "vin" and terms and terms.vehicle.vin:
        yield "terms", terms.vehicle.vin


def _yuan(value: str) -> tuple[Finding, ...]:
    if re.fullmatch(r"\d{1,8}(\.\d{1,2})?", value):
        return ()
    return (block("yuan", "请填数字，单位元，最多两位小数。", "Write a number in yuan with at most two decimals."),)


_CHECKS: dict[str, Callable[[str], tuple[Finding, ...]]] = {
    "phone": phone.check_phone,
    "contact_phone": phone.check_phone,
    "monthly_income": _yuan,
    "repayment_card": bank_card.check_bank_card,
    "vin": vin.check_vin,
    "plate": plate.check_plate,
    "spouse_id_number": id_card.check_id_number,
    "guarantor_id_number": id_card.check_id_number,
    "guarantor_phone": phone.check_phone,
    "affiliate_company_code": company_code.check_company_code,
    "battery_monthly_rent": _yuan,
}


def check(values: dict[str, str], forms: tuple[Form, ...]) -> tuple[Finding, ...]:
    """Findings over the values as typed: missing ones and wrong formats, each naming its field."""
    findings: list[Finding] = []
    for spec in _wanted(forms):
        value = values.get(spec.code, "").strip()
        if not value:
            if spec.required:
                findings.append(block(f"forms.{spec.code}.missing", f"“{spec.name.zh}”还没有填写。",
                                      f"“{spec.name.en}” is empty."))
            continue
        findings += [f.model_copy(update={"code": f"forms.{spec.code}.{f.code}", "zh": f"{spec.name.zh}：{f.zh}",
                                          "en": f"{spec.name.en}: {f.en}"})
                     for f in _CHECKS.get(spec.code, lambda _: ())(value)]
    if values.get("phone") and values.get("phone") == values.get("contact_phone"):
        findings.append(warn("forms.contact_phone.same", "联系人电话与客户本人相同。",
                             "The contact's phone is the customer's own."))
    return tuple(findings)
