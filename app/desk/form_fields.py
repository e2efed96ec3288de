"""The fields that the forms need besides terms and card: where each is prefilled from, and what is wrong with them."""

from app.desk.form_checks import check_value
from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.facts import Finding
from app.domain.finding import block, warn
from app.domain.model import Model
from app.domain.policy import Form, Words

FIELD_UNKNOWN = Kind(
    "forms.field_unknown", zh="待签文件里没有“{field}”这一项，不能填写。",
    zh_next="请只填页面上的项目；收费只能出现在综合融资成本明示表上。",
    en="The documents have no field {field}; nothing may be entered there.",
    en_next="Fill in the fields of the page only; charges stand on the total-cost sheet.")


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
    _spec("company_name", "企业名称", "Company's name", ("business_licence", "name"), signer="company"),
    _spec("company_code", "企业统一社会信用代码", "Its company code", ("business_licence", "company_code"),
          signer="company"),
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
    _spec("mileage", "里程表读数（公里）", "Odometer (km)", ("odometer_photo", "mileage"), required=False, form="handover"),
    _spec("purpose", "贷款用途", "Purpose of the loan", form="purpose_statement"),
    _spec("spouse_name", "配偶姓名", "Spouse's name", ("spouse_id_card", "name"), signer="spouse"),
    _spec("spouse_id_number", "配偶证件号", "Spouse's ID number", ("spouse_id_card", "number"), signer="spouse"),
    _spec("spouse_phone", "配偶电话", "Spouse's phone", signer="spouse"),
    _spec("guarantor_name", "保证人姓名", "Guarantor's name", ("guarantor_id_card", "name"), signer="guarantor"),
    _spec("guarantor_id_number", "保证人证件号", "Guarantor's ID number", ("guarantor_id_card", "number"),
          signer="guarantor"),
    _spec("guarantor_phone", "保证人电话", "Guarantor's phone", signer="guarantor"),
    _spec("affiliate_name", "挂靠公司", "Affiliation company", form="affiliation_agreement"),
    _spec("affiliate_company_code", "挂靠公司统一社会信用代码", "Its company code", form="affiliation_agreement"),
    _spec("platform_name", "网约车平台", "Ride-hailing platform", required=False, form="platform_agreement"),
    _spec("battery_lessor", "电池出租方", "Battery lessor", required=False, form="battery_lease_confirmation"),
    _spec("battery_monthly_rent", "电池月租（元）", "Battery rent a month (yuan)", required=False,
          form="battery_lease_confirmation"),
    _spec("supervisor_name", "监管公司", "Supervising company", form="supervision_agreement"),
    _spec("margin_account", "保证金账号", "Margin account", form="margin_pledge"),
    _spec("margin_amount", "本次保证金（元）", "Margin paid in (yuan)", form="margin_pledge"),
    _spec("stock_count", "在库台数", "Cars in stock", form="stock_check"),
)


def fields(case: Case, forms: tuple[Form, ...]) -> tuple[FormField, ...]:
    """The fields that ``forms`` need, with what is known: confirmed values first, then what card and papers say."""
    confirmed = case.form.values if case.form else {}
    return tuple(_field(case, spec, confirmed) for spec in _wanted(forms))


def _wanted(forms: tuple[Form, ...]) -> tuple[_Spec, ...]:
    codes, signers = {form.code for form in forms}, {one.signer for form in forms for one in form.signers}
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


def check(values: dict[str, str], forms: tuple[Form, ...]) -> tuple[Finding, ...]:
    """Findings over the values as typed: missing ones and wrong formats, each naming its field. Raises
    ``forms.field_unknown`` for a value that no document of the case asks for."""
    findings: list[Finding] = []
    wanted = _wanted(forms)
    if unknown := values.keys() - {spec.code for spec in wanted}:
        raise FIELD_UNKNOWN(field=min(unknown))
    for spec in wanted:
        value = values.get(spec.code, "").strip()
        if not value:
            if spec.required:
                findings.append(block(f"forms.{spec.code}.missing", f"“{spec.name.zh}”还没有填写。",
                                      f"“{spec.name.en}” is empty."))
            continue
        findings += [f.model_copy(update={"code": f"forms.{spec.code}.{f.code}", "zh": f"{spec.name.zh}：{f.zh}",
                                          "en": f"{spec.name.en}: {f.en}"})
                     for f in check_value(spec.code, value)]
    if values.get("phone") and values.get("phone") == values.get("contact_phone"):
        findings.append(warn("forms.contact_phone.same", "联系人电话与客户本人相同。",
                             "The contact's phone is the customer's own."))
    return tuple(findings)
