"""Forms and cost sheet at the desk's door: what is not on the sheet cannot enter the case afterwards."""

import re
import subprocess

import pytest

from app.domain import facts
from app.domain.flow import Step
from app.domain.terms import VehicleUse
from tests import case_facts as f
from tests.refused import refused

VALUES = {"phone": "13900000001", "address": "示例市示例路 1 号", "employer": "示例公司", "monthly_income": "9000",
          "contact_name": "周宁宁", "contact_phone": "13900000002", "repayment_card": "6222021234567890128"}


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode())


def test_a_charge_that_is_not_on_the_sheet_has_no_way_into_the_case(desk):
    case_id, signing = desk.begin(Step.FORMS), desk.signing
    before = desk.book.load(case_id).events

    # as a form value of its own
    refused("forms.field_unknown", signing.confirm_form, case_id, VALUES | {"service_fee": "3000"})
    assert desk.book.load(case_id).events == before
    # as words in a form value
    for words in ("示例公司（另收服务费）", "示例公司，金融服务费 3,000 元", "示例公司 返点2%"):
        assert "forms.employer.charge" in {x.code for x in signing.check_form(case_id, VALUES | {"employer": words})}
    blocked = signing.confirm_form(case_id, VALUES | {"employer": "另付手续费 500 元"})
    assert blocked.current == Step.FORMS
    assert not blocked.case.documents
    # in the contract: every one names the sheet that was signed
    view = signing.confirm_form(case_id, VALUES)
    sheet = signing.cost_sheet(case_id).sha256()
    assert {document.prepared.cost_sheet_sha256 for document in view.case.documents.values()} == {sheet}
    contract = text_of(signing.document_pdf(case_id, "loan_contract"))
    assert sheet in contract
    assert sheet in text_of(signing.document_pdf(case_id, "cost_sheet"))
    assert "除该表列明的项目外，甲方及其合作机构不得向乙方收取任何费用" in contract
    # by a policy that comes later: the case keeps its own
    policy = f.POLICY_FILE.read_text(encoding="utf-8")
    fee = ('fees = [\n  { code = "service", name = { zh = "服务费", en = "Service" }, collector = "示例公司", basis = "fixed", '
           'fen = 300000, when = "upfront", standard = { zh = "一次性", en = "once" } },\n')
    changed = policy.replace("fees = [\n", fee).replace('version = "', 'version = "next-')
    desk.shelf.put(changed, (f.POLICY_FILE.parent / "dealers.toml").read_text(encoding="utf-8"), desk.clock.now())
    assert "service" in {fee.code for fee in desk.shelf.current.product("new_car_instalment").fees}
    assert signing.cost_sheet(case_id).sha256() == sheet
    assert "service" not in {item.code for item in signing.cost_sheet(case_id).items}


def test_a_supplement_brings_papers_and_no_charge(desk):
    case_id = desk.begin(Step.SUBMIT)
    case = desk.book.load(case_id)
    desk.signing.seal(case_id)
    desk.bank_takes(case_id)
    desk.bank_asks(case_id, "income_proof")
    refused("flow.supplement_only", desk.signing.confirm_form, case_id, VALUES)
    refused("flow.supplement_only", desk.signing.set_terms, case_id, case.loan_terms.model_copy(
        update={"down_payment_fen": case.loan_terms.down_payment_fen - 300_000}))
    assert desk.book.load(case_id).documents == case.documents


@pytest.mark.parametrize(("months", "code"), [(0, "loan.term"), (61, "loan.term_max"), (-1, "loan.term")])
def test_a_term_outside_the_products_is_told_and_goes_no_further(desk, months, code):
    case_id = desk.begin(Step.TERMS)
    view = desk.signing.set_terms(case_id, f.terms().terms.model_copy(update={"term_months": months}))
    assert code in {finding.code for finding in view.case.terms.findings if finding.level == "block"}
    assert view.current == Step.TERMS


def test_a_name_that_no_font_has_is_told_and_nothing_is_half_drawn(desk):
    case_id = desk.begin(Step.FORMS)
    before = desk.book.load(case_id).events
    card = f.card().card.model_copy(update={"name": "张\U0002ffff"})
    desk.book.record(case_id, facts.IdCardConfirmed(corrected={}, card=card))
    condition = refused("forms.glyph_missing", desk.signing.confirm_form, case_id, VALUES)
    assert "U+2FFFF" in condition.message("zh")
    assert desk.book.load(case_id).events == before + 1
    assert desk.book.load(case_id).form is None


def test_the_spouse_is_asked_for_where_she_signs_and_taken_from_her_card(desk):
    case_id = desk.begin(Step.FORMS)
    assert "spouse_name" not in {field.code for field in desk.signing.form_fields(case_id)}
    read = {"name": facts.Reading(value="赵示例", confidence=0.9)}
    desk.book.record(case_id, f.circumstances(marital="married"), f.paper("spouse_id_card", "s1", readings=read))
    known = {field.code: (field.value, field.source) for field in desk.signing.form_fields(case_id)}
    assert known["spouse_name"] == ("赵示例", "spouse_id_card")
    assert known["spouse_phone"] == ("", "")


def test_a_company_is_named_by_its_licence(desk):
    case_id = desk.begin(Step.FORMS)
    licence = {"name": "示例运输有限公司", "company_code": "91110000600037341L"}
    read = {name: facts.Reading(value=value, confidence=0.9) for name, value in licence.items()}
    vehicle = f.terms().terms.vehicle.model_copy(update={"use": VehicleUse.COMMERCIAL})
    desk.book.record(case_id, f.terms(product="commercial_vehicle_instalment", vehicle=vehicle),
                     f.circumstances(customer_kind="company"), f.paper("business_licence", "b1", readings=read))
    known = {field.code: field.value for field in desk.signing.form_fields(case_id)}
    assert (known["company_name"], known["company_code"]) == tuple(licence.values())


def test_who_reads_to_the_customer_has_a_place_to_witness_on_what_the_customer_signs(desk):
    case_id = desk.begin(Step.FORMS)
    desk.signing.name_helper(case_id, facts.ReadingHelped(name="王样例", relation="女儿", reason="cannot_read"))
    view = desk.signing.confirm_form(case_id, VALUES)
    assert set(view.case.documents["cost_sheet"].prepared.signature_boxes) == {"borrower", "witness", "manager"}
    assert "见证人（已向客户宣读全文）签名：王样例" in text_of(desk.signing.document_pdf(case_id, "cost_sheet"))
