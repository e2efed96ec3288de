"""The ID card: number, agreement of its parts, validity and age, with plainly fictional people."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from app.domain.dates import add_months, add_years, age_on
from app.domain.facts import IdCard
from app.domain.identity import check_id_card, check_id_number
from app.domain.identity.id_card import birth_of, sex_of, upgraded

TODAY = date(2026, 11, 23)


def number(birth: date = date(1990, 3, 7), sequence: int = 1, area: str = "320102") -> str:
    body = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")


def card(birth: date = date(1990, 3, 7), **changes) -> IdCard:
    return IdCard(**{"name": "示例一", "sex": "male", "nation": "汉", "birth": birth, "address": "示例市示例路 1 号",
                     "number": number(birth), "authority": "示例市公安局", "valid_from": date(2019, 6, 11),
                     "valid_to": date(2039, 6, 11), **changes})


def codes(findings) -> list[str]:
    return [f.code for f in findings]


def check(value: IdCard, thresholds, **options):
    return check_id_card(value, today=TODAY, thresholds=thresholds, **options)


@pytest.mark.parametrize("text", ["360426199101010071", "11010519491231002X", "11010519491231002x",
                                  "110105 19491231 002X"])
def test_number_vectors_pass(text):
    assert check_id_number(text) == ()


@pytest.mark.parametrize(("text", "code"), [
    ("110105199902310028", "id_number.birth"), ("11010519491231002", "id_number.format"),
    ("110105194912310021", "id_number.check_digit"), ("010105194912310021", "id_number.format"),
    ("1101051949123100２X", "id_number.format"), ("", "id_number.format"),
    ("130503670401001", "id_number.first_generation")])
def test_number_flaws_block(text, code):
    assert [(f.code, f.level) for f in check_id_number(text)] == [(code, "block")]


def test_unknown_district_only_warns():
    assert [(f.code, f.level) for f in check_id_number(number(area="999999"))] == [("id_number.area", "warn")]


@settings(deadline=None)
@given(position=st.integers(0, 16), other=st.sampled_from("0123456789"))
def test_no_single_misread_digit_passes(position, other):
    right = number()
    wrong = right[:position] + other + right[position + 1:]
    assert (wrong == right) or any(f.level == "block" for f in check_id_number(wrong))


def test_what_a_number_says():
    assert birth_of("11010519491231002X") == date(1949, 12, 31)
    assert birth_of("1101") is None
    assert (sex_of(number(sequence=1)), sex_of(number(sequence=2))) == ("male", "female")
    assert upgraded("130503670401001") == "130503196704010016"


def test_a_good_card_has_no_finding(pack):
    assert check(card(), pack.thresholds, term_months=60) == ()


def test_sex_and_birth_must_agree_with_the_number(pack):
    assert codes(check(card(sex="female"), pack.thresholds)) == ["id_card.sex"]
    assert codes(check(card(birth=date(1990, 3, 8), number=number()), pack.thresholds)) == ["id_card.birth"]


def test_a_broken_number_is_told_once_and_the_rest_is_still_judged(pack):
    found = codes(check(card(number="12", valid_to=date(2026, 11, 22)), pack.thresholds))
    assert found[0] == "id_number.format"
    assert "id_card.expired" in found


@pytest.mark.parametrize(("days", "code", "level"), [
    (-1, "id_card.expired", "block"), (0, "id_card.expires_soon", "warn"), (89, "id_card.expires_soon", "warn"),
    (90, "id_card.expires_in_term", "warn")])
def test_expiry(pack, days, code, level):
    end = TODAY + timedelta(days=days)
    value = card(date(1972, 5, 1), valid_from=add_years(end, -20), valid_to=end)
    found = check(value, pack.thresholds, term_months=36)
    assert [(f.code, f.level) for f in found] == [(code, level)]


def test_expiry_after_the_loans_end_is_no_matter(pack):
    end = add_months(TODAY, 36)
    value = card(date(1975, 5, 1), valid_from=add_years(end, -20), valid_to=end)
    assert check(value, pack.thresholds, term_months=36) == ()
    assert codes(check(value, pack.thresholds, term_months=37)) == ["id_card.expires_in_term"]


def test_a_card_from_the_future_or_with_turned_dates_blocks(pack):
    assert codes(check(card(valid_from=date(2027, 1, 1)), pack.thresholds)) == ["id_card.not_yet_valid"]
    assert codes(check(card(valid_to=date(2019, 6, 11)), pack.thresholds)) == ["id_card.validity_order"]
    born_late = card(birth=date(2027, 1, 1))
    assert codes(check(born_late, pack.thresholds)) == ["id_card.birth_future"]


@pytest.mark.parametrize(("age", "years"), [(17, 10), (25, 10), (26, 20), (45, 20), (46, None), (70, None)])
def test_validity_length_follows_the_age_at_issue(pack, age, years):
    issued = date(2018, 5, 1)
    birth = add_years(issued, -age)
    right = None if years is None else add_years(issued, years)
    length = "id_card.validity_length"
    assert length not in codes(check(card(birth, valid_from=issued, valid_to=right), pack.thresholds))
    wrong = add_years(issued, 20 if years != 20 else 10)
    assert length in codes(check(card(birth, valid_from=issued, valid_to=wrong), pack.thresholds))


def test_leap_day_validity_may_end_a_day_beside(pack):
    value = card(birth=date(1994, 1, 1), valid_from=date(2020, 2, 29), valid_to=date(2040, 3, 1))
    assert "id_card.validity_length" not in codes(check(value, pack.thresholds))


def test_age_gate_at_both_ends(pack):
    minor = card(birth=add_years(TODAY, -18) + timedelta(days=1), valid_from=date(2024, 12, 1),
                 valid_to=date(2029, 12, 1))
    assert "id_card.age_min" in codes(check(minor, pack.thresholds))
    grown = card(birth=add_years(TODAY, -18), valid_from=date(2026, 1, 1), valid_to=date(2036, 1, 1))
    assert check(grown, pack.thresholds) == ()


@pytest.mark.parametrize(("commercial", "limit"), [(False, 65), (True, 60)])
def test_age_at_the_loans_end(pack, commercial, limit):
    birth = add_months(TODAY, 36 - limit * 12)  # the last instalment falls on the birthday
    value = card(birth, valid_from=add_years(birth, 46), valid_to=None)
    assert check(value, pack.thresholds, term_months=36, commercial=commercial) == ()
    assert codes(check(value, pack.thresholds, term_months=37, commercial=commercial)) == ["id_card.age_max"]


@settings(deadline=None)
@given(st.dates(date(1930, 1, 1), date(2008, 1, 1)), st.integers(0, 999))
def test_every_number_says_its_own_birth_and_sex(birth, sequence):
    text = number(birth, sequence)
    assert birth_of(text) == birth
    assert sex_of(text) == ("male" if sequence % 2 else "female")


def test_calendar():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert age_on(date(2000, 2, 29), date(2018, 2, 28)) == 17
    assert age_on(date(2000, 2, 29), date(2018, 3, 1)) == 18
