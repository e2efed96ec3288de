import re
import shutil
import subprocess

import pytest

from app.domain.condition import Condition
from app.forms import draw as draw_module
from app.forms.draw import DrawnForm, draw
from app.forms.fonts import Face, Fonts, find_pair, find_rare, fonts, pools
from app.forms.markup import Block, Table, escape, inline, parse
from app.forms.templates import render, template_text
from tests.unit.forms.forms_case import all_forms, card, context, drawn, pack, terms

PRODUCTS = [product.code for product in pack().products]


def text_of(pdf: bytes, *options: str) -> str:
    assert shutil.which("pdftotext"), "these tests need poppler-utils"
    return subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.fixture(scope="module")
def drawings() -> dict[str, dict[str, DrawnForm]]:
    """Every form of every product, by product, for everybody who may have to sign."""
    return {code: all_forms(code) for code in PRODUCTS}


@pytest.mark.parametrize("code", PRODUCTS)
def test_every_form_of_every_product_is_drawn_and_reads_back(drawings, code):
    sheet = context(code)["cost"]["sha256"]
    for form, document in drawings[code].items():
        text = re.sub(r"\s", "", text_of(document.pdf))
        assert document.title in text
        assert "陈经理" in text
        assert sheet[:16] in text, form
        assert "□" not in text


TABLE = {  # the forms of each product as the trade names them, and the pack's codes
    "commercial_vehicle_instalment": ("loan_contract", "mortgage_contract", "guarantee_contract", "affiliation_agreement",
                                      "entrusted_payment", "insurance_beneficiary", "gps_consent"),
    "dealer_stock_loan": ("dealer_credit_contract", "stock_mortgage", "supervision_agreement", "certificate_custody",
                          "margin_pledge", "unlimited_guarantee", "company_authorisation", "stock_check"),
    "used_car_lease": ("lease_contract", "sale_contract", "handover", "ownership_transfer", "direct_debit", "gps_consent",
                       "lease_risk_notice"),
    "vehicle_leaseback": ("vehicle_sale_agreement", "leaseback_contract", "mortgage_contract", "disposal_authorisation",
                          "constructive_delivery", "gps_consent"),
    "used_car_instalment": ("loan_contract", "mortgage_contract", "used_car_sale_confirmation", "appraisal_confirmation"),
    "new_car_instalment": ("loan_contract", "mortgage_contract", "card_agreement", "insurance_beneficiary",
                           "entrusted_payment"),
    "vehicle_mortgage_loan": ("loan_contract", "mortgage_contract", "purpose_statement", "gps_consent",
                              "insurance_beneficiary", "disposal_authorisation"),
    "new_car_lease": ("lease_contract", "sale_contract", "handover", "ownership_transfer", "lease_risk_notice"),
    "ride_hailing_lease": ("lease_contract", "platform_agreement", "operation_responsibility", "handover", "gps_consent"),
    "nev_instalment": ("loan_contract", "mortgage_contract", "insurance_beneficiary", "entrusted_payment",
                       "battery_lease_confirmation")}


@pytest.mark.parametrize("code", PRODUCTS)
def test_each_product_signs_the_forms_of_the_trade(drawings, code):
    assert {"cost_sheet", "bureau_authorisation", "application", *TABLE[code]} <= drawings[code].keys()


def test_who_signs_follows_the_circumstances(drawings):
    loan, stock = drawings["new_car_instalment"], drawings["dealer_stock_loan"]
    assert list(loan["loan_contract"].signature_boxes) == ["borrower", "spouse", "manager"]
    assert list(loan["spouse_authorisation"].signature_boxes) == ["spouse", "manager"]
    assert list(loan["guarantor_authorisation"].signature_boxes) == ["guarantor", "manager"]
    assert list(stock["stock_mortgage"].signature_boxes) == ["company", "manager"]
    assert list(stock["unlimited_guarantee"].signature_boxes) == ["borrower", "spouse", "manager"]
    company = re.sub(r"\s", "", text_of(drawings["commercial_vehicle_instalment"]["loan_contract"].pdf))
    assert "示例运输有限公司" in company
    assert "91110000600037341L" in company
    assert "共同借款人" not in company


def test_nothing_is_printed_beyond_the_margins(drawings):
    """Also not the last line of a paragraph whose other lines are stretched to the margin."""
    edge = 595.28 - 22 * 72 / 25.4
    for code in ("dealer_stock_loan", "ride_hailing_lease"):
        for form, document in drawings[code].items():
            ends = [float(x) for x in re.findall(r'xMax="([\d.]+)"', text_of(document.pdf, "-bbox"))]
            assert max(ends) < edge + 2, form


def test_the_pack_has_ten_products():
    assert len(PRODUCTS) == 10


def test_the_cost_sheet_lists_every_fee_and_every_instalment():
    values = context("commercial_vehicle_instalment")
    text = re.sub(r"\s", "", text_of(drawn("cost_sheet", values).pdf))
    for item in [*values["cost"]["charges"], *values["cost"]["contingent"]]:
        assert item["name"] in text
    assert all(part["due"] in text for part in values["cost"]["schedule"])
    assert values["cost"]["annual_rate"] in text
    assert "除本表所列项目外" in text


@pytest.mark.parametrize("name", ["𠮷野示例", "㐂示例", "阿不都·热合曼", "示" * 40])
def test_rare_and_long_names_come_back_from_the_pdf(name):
    text = text_of(drawn("loan_contract", context(name=name)).pdf)
    assert name in re.sub(r"\s", "", text)


def test_equal_input_gives_equal_bytes():
    assert drawn("loan_contract", context()).pdf == drawn("loan_contract", context()).pdf


def test_long_tables_repeat_their_header_on_every_page():
    text = text_of(drawn("cost_sheet", context()).pdf, "-layout")
    pages = text.split("\f")[:-1]
    assert len(pages) >= 2
    assert all("当期应还" in page for page in pages if re.search(r"20\d\d-\d\d-\d\d", page))
    assert f"第{len(pages)}页/共{len(pages)}页" in pages[-1].replace(" ", "")


@pytest.mark.parametrize("missing", ["phone", "repayment_card", "monthly_income"])
def test_a_missing_field_is_named(missing):
    with pytest.raises(Condition) as raised:
        drawn("application", context(**{missing: ""}))
    assert raised.value.code == "forms.field_missing"
    assert raised.value.values == {"template": "application", "field": f"customer.{missing}"}


def test_a_missing_party_is_named():
    with pytest.raises(Condition) as raised:
        drawn("guarantee_contract", context(guarantor_name=""))
    assert raised.value.values["field"] == "guarantor.name"


@pytest.mark.parametrize(("text", "code"), [
    ("# 标题\n{{ customer.nobody }}", "forms.field_missing"),
    ("# 标题\n{{ nobody }}", "forms.field_missing"),
    ("# 标题\n{{ customer.name", "forms.template_broken"),
    ("# 标题\n{{ customer.name.__class__.__mro__ }}", "forms.field_missing"),
    ("没有标题", "forms.title_missing"),
])
def test_a_bad_template_is_a_condition(text, code):
    with pytest.raises(Condition) as raised:
        draw("x", text, context(), case_number="1", case_id="c")
    assert raised.value.code == code


def test_a_character_without_glyph_is_refused_by_code_point_only():
    with pytest.raises(Condition) as raised:
        drawn("loan_contract", context(name="示\U0002ffff例"))
    assert raised.value.code == "forms.glyph_missing"
    assert raised.value.values["codepoint"] == "U+2FFFF"
    assert "示" not in raised.value.message("en")


def test_no_font_names_the_package():
    with pytest.raises(Condition) as raised:
        find_pair([{}])
    assert raised.value.code == "forms.font_missing"
    assert "fonts-lxgw-wenkai" in raised.value.next("zh")


def test_the_projects_own_fonts_come_first(tmp_path):
    own = {name: tmp_path / name for name in ("simhei.ttf", "LXGWWenKai-Regular.ttf")}
    assert find_pair([own, *pools()])[0] == tmp_path / "LXGWWenKai-Regular.ttf"
    assert find_pair([{"msyh.ttc": tmp_path / "msyh.ttc"}]) == (tmp_path / "msyh.ttc", tmp_path / "msyh.ttc")


def test_a_character_that_the_text_face_lacks_is_drawn_with_a_face_that_has_it(monkeypatch):
    """As on Windows: 仿宋 has no 𠮷, 宋体-ExtB has it."""
    plain = fonts()
    poor = Face(plain.body.name, plain.body.file, plain.body.characters - {ord("𠮷"), ord("㐂")})
    monkeypatch.setattr(draw_module, "fonts", lambda: Fonts(poor, poor, find_rare(pools())))
    with pytest.raises(Condition):
        Fonts(poor, poor).pieces("张𠮷例", bold=False)
    assert "𠮷野㐂" in re.sub(r"\s", "", text_of(drawn("loan_contract", context(name="𠮷野㐂")).pdf))


HOSTILE = ["**粗**", "| a | b |", "# 标题", "> 引用", "\\", "一行\n# 二行", "{{ bank.name }}"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_value_cannot_change_the_shape_of_the_text(hostile):
    rendered = render("x", "# 标题\n{{ customer.employer }}", {"customer": {"employer": hostile}})
    blocks = parse(rendered)
    assert [block.kind for block in blocks] == ["title", "paragraph"]
    runs = blocks[1].runs
    assert "".join(run.text for run in runs) == " ".join(hostile.split())
    assert not any(run.bold for run in runs)


def test_light_markdown():
    blocks = parse("# 名\n\n一\n二**三**\n\n> 注意\n- 项\n\n| 甲 | 乙 |\n|---|--:|\n| 1 | 2 |")
    assert [block.kind for block in blocks if isinstance(block, Block)] == ["title", "paragraph", "highlight", "item"]
    assert [run.text for run in blocks[1].runs] == ["一二", "三"]
    table = blocks[-1]
    assert isinstance(table, Table)
    assert table.aligns == ("left", "right")
    assert inline(escape("a|b*c")) == inline("a\\|b\\*c")


def test_context_money_is_in_figures_and_capitals():
    values = context()
    assert values["terms"]["price"] == "200,000.00"
    assert values["terms"]["price_words"] == "贰拾万元整"
    assert values["customer"]["id_number"] == card().number
    assert values["terms"]["term_months"] == terms(pack().product("new_car_instalment")).term_months


def test_unknown_template():
    with pytest.raises(Condition) as raised:
        template_text("../../etc/passwd")
    assert raised.value.code == "forms.template_missing"


def test_unknown_signer():
    with pytest.raises(Condition) as raised:
        drawn("loan_contract", context(), ("borrower", "stranger"))
    assert raised.value.code == "forms.signer_unknown"


def test_the_font_covers_both_weights():
    assert {ord(c) for c in "𠮷㐂·，。壹贰叁"} <= fonts().body.characters & fonts().bold.characters
