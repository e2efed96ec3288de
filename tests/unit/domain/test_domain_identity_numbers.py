"""Company codes, VINs, plates, bank cards and phones against published vectors and single misreadings."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from app.domain.identity import check_bank_card, check_company_code, check_phone, check_plate, check_vin, plate, vin
from app.domain.identity.phone import compact as compact_phone
from app.domain.terms import Energy


def codes(findings):
    return [f.code for f in findings]


@pytest.mark.parametrize("number", ["LATPAB071W1005301", "UU6JA69691D713820", "1M8GDM9AXKP042788",
                                    "latpab071w1005301 "])
def test_vin_vectors_pass(number):
    assert check_vin(number) == ()


@settings(deadline=None)
@given(position=st.integers(0, 16), other=st.sampled_from("0123456789ABCDEFGHJKLMNPRSTUVWXYZ"))
def test_one_misread_character_of_a_vin_made_in_china_is_found_or_has_the_same_value(position, other):
    right = "LATPAB071W1005301"
    assume(position > 0 and right[position] != other)
    wrong = right[:position] + other + right[position + 1:]
    same_value = position != 8 and vin._VALUES[other] % 11 == vin._VALUES[right[position]] % 11
    assert check_vin(wrong) == () if same_value else codes(check_vin(wrong)) == ["vin.check_digit"]


@pytest.mark.parametrize("number", ["LATPAB071W100530", "LATPAB071W10053O1", "LATPAB071W1005301X", "", "Ⅼ" * 17])
def test_vin_of_a_wrong_form_blocks(number):
    assert [(f.code, f.level) for f in check_vin(number)] == [("vin.format", "block")]


def test_imported_vin_without_check_digit_only_warns():
    (finding,) = check_vin("WVWZZZ1KZAW000001")
    assert (finding.code, finding.level) == ("vin.check_digit_import", "warn")


def test_model_year_letter_means_two_years():
    assert vin.model_years("LATPAB071A1005301") == (1980, 2010)
    assert vin.model_years("LATPAB07111005301") == (2001, 2031)
    assert vin.model_years("LATPAB07101005301") == ()


def test_company_code_vector_passes_and_each_flaw_is_named():
    assert check_company_code("91110000600037341L") == ()
    assert check_company_code("9111 0000 6000 3734 1L") == ()
    assert codes(check_company_code("91110000600037341M")) == ["company_code.check_digit"]
    assert codes(check_company_code("91110000600037341I")) == ["company_code.format"]
    assert codes(check_company_code("12345")) == ["company_code.format"]


def test_company_code_with_a_wrong_organisation_code_inside_warns():
    body = "91110000" + "600037342"
    (finding,) = check_company_code(body + uscc.calc_check_digit(body + "0"))
    assert (finding.code, finding.level) == ("company_code.organisation", "warn")


@pytest.mark.parametrize("number", ["粤BD12345", "粤BDA1234", "粤B12345D", "苏A·D12345", "苏AF12345"])
def test_new_energy_plates(number):
    assert check_plate(number, Energy.NEV) == ()
    assert codes(check_plate(number, Energy.ICE)) == ["plate.energy"]


@pytest.mark.parametrize("number", ["苏A12345", "京A1234学", "粤Z1234港", "沪AB1C23"])
def test_ordinary_plates(number):
    assert check_plate(number) == ()
    assert codes(check_plate(number, Energy.NEV)) == ["plate.energy"]


@pytest.mark.parametrize("number", ["粤BF1A345", "苏A1234", "苏AI2345", "A12345", "国A12345", "粤B１2345D", ""])
def test_plates_of_no_form(number):
    assert codes(check_plate(number)) == ["plate.format"]


def test_every_province_has_a_plate():
    assert len(set(plate.PROVINCES)) == len(plate.PROVINCES) == 31


def test_bank_card_luhn_warns_and_form_blocks():
    assert check_bank_card("6222021234567890128") == ()
    assert check_bank_card("6222 0212 3456 7890 128") == ()
    assert [(f.code, f.level) for f in check_bank_card("6222021234567890127")] == [("bank_card.check_digit", "warn")]
    for number in ("622202123456", "62220212345678901281", "62220212345678901a8", "", "６222021234567890128"):
        assert [f.level for f in check_bank_card(number)] == ["block"]


@pytest.mark.parametrize(("number", "code"), [
    ("13800000000", None), ("19900000000", None), ("16600000000", None), ("+86 138-0000-0000", None),
    ("17000000000", "phone.reseller"), ("16500000000", "phone.reseller"), ("14500000000", "phone.data_only"),
    ("15400000000", "phone.format"), ("12800000000", "phone.format"), ("1380000000", "phone.format"),
    ("021-65110000", "phone.format"), ("", "phone.format")])
def test_phones(number, code):
    assert codes(check_phone(number)) == ([code] if code else [])


def test_country_code_is_taken_off_only_before_a_whole_number():
    assert compact_phone("0086 138 0000 0000") == "13800000000"
    assert compact_phone("8613800") == "8613800"
