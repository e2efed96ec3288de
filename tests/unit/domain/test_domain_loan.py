"""Terms against a product's limits, with the figures that the sentences must carry."""

import pytest

from app.domain.loan import base_fen, check_terms, limit_of, ltv
from tests.unit.domain.builders import terms, terms_within


def codes(findings):
    return [f.code for f in findings]


def check(pack, value):
    return check_terms(value, pack.product(value.product), pack.thresholds)


def test_every_limit_of_every_product_has_terms_that_pass(pack):
    for product in pack.products:
        for limit in product.limits:
            found = check(pack, terms_within(product, limit))
            assert not [f.code for f in found if f.level != "info"], (product.code, limit)


def test_ltv_up_to_the_ceiling_and_no_fen_beyond(pack):
    value = terms(price_yuan=120_000, down_yuan=24_000)
    assert ltv(value) == pytest.approx(0.8)
    assert check(pack, value) == ()
    (finding,) = check(pack, value.model_copy(update={"down_payment_fen": 2_399_999}))
    assert (finding.code, finding.level) == ("loan.ltv", "block")
    assert "96,000.01 元为车价 120,000.00 元的 80.0%，超过上限 80%" in finding.zh
    assert "24,000.00" in finding.zh
    assert "24,000.00" in finding.en


def test_a_ceiling_that_is_no_whole_fen_is_rounded_down(pack):
    value = terms(price_yuan=1).model_copy(update={"price_fen": 12_345_67, "down_payment_fen": 2_469_14})
    assert check(pack, value) == ()  # 0.8 × 12 345.67 = 9 876.536
    assert codes(check(pack, value.model_copy(update={"down_payment_fen": 2_469_13}))) == ["loan.ltv"]


@pytest.mark.parametrize("price", [0, -1, -12_000_000])
def test_price_of_nothing_blocks_and_nothing_else_is_said(pack, price):
    found = check(pack, terms().model_copy(update={"price_fen": price}))
    assert [(f.code, f.level) for f in found] == [("loan.price", "block")]
    assert ltv(terms().model_copy(update={"price_fen": price})) == 0.0


def test_price_beyond_reason_blocks(pack):
    assert codes(check(pack, terms(price_yuan=10**12))) == ["loan.price_range"]


@pytest.mark.parametrize("down", [-1, 120_000, 130_000])
def test_down_payment_outside_its_range_blocks(pack, down):
    assert codes(check(pack, terms(price_yuan=120_000, down_yuan=down))) == ["loan.down_payment"]


def test_terms_that_are_not_offered_block_and_name_what_is(pack):
    for months, code in ((0, "loan.term"), (13, "loan.term"), (61, "loan.term_max"), (-12, "loan.term")):
        (finding,) = check(pack, terms(months=months))
        assert finding.code == code
        assert "12、24、36、48、60" in finding.zh
    used = terms(product="commercial_vehicle_instalment", months=48, condition="used", use="commercial",
                 appraisal_fen=12_000_000, down_yuan=50_000)
    (finding,) = check(pack, used)
    assert finding.code == "loan.term_max"
    assert "48" not in finding.zh.split("可选")[1]


def test_a_vehicle_the_product_does_not_finance(pack):
    (finding,) = check(pack, terms(condition="used"))
    assert finding.code == "loan.not_financed"
    assert "二手车" in finding.zh
    assert limit_of(pack.product("new_car_instalment"), terms(condition="used").vehicle) is None


def used(price_yuan, appraisal_yuan, down_yuan):
    return terms(price_yuan, down_yuan, product="used_car_instalment", condition="used",
                 appraisal_fen=appraisal_yuan and appraisal_yuan * 100)


def test_used_cars_are_measured_on_the_lower_of_price_and_appraisal(pack):
    assert base_fen(used(100_000, 90_000, 37_000)) == 9_000_000
    assert base_fen(used(80_000, 90_000, 37_000)) == 8_000_000
    assert check(pack, used(100_000, 90_000, 37_000)) == ()
    assert codes(check(pack, used(100_000, 90_000, 36_999))) == ["loan.ltv"]
    assert codes(check(pack, used(100_000, None, 50_000))) == ["loan.appraisal_missing"]


def test_prices_far_from_guide_or_appraisal_warn(pack):
    assert check(pack, terms(guide_price_fen=11_428_572)) == ()
    assert [(f.code, f.level) for f in check(pack, terms(guide_price_fen=11_428_571))] == [
        ("loan.price_over_guide", "warn")]
    assert check(pack, used(115_000, 100_000, 60_000)) == ()
    assert codes(check(pack, used(115_001, 100_000, 60_000))) == ["loan.price_over_appraisal"]
    assert check(pack, used(60_000, 100_000, 30_000)) == ()
    assert codes(check(pack, used(59_999, 100_000, 30_000))) == ["loan.price_below_appraisal"]


def test_large_loans_say_that_signing_is_face_to_face_and_recorded(pack):
    assert check(pack, terms(400_000, 200_000)) == ()
    assert [(f.code, f.level) for f in check(pack, terms(400_000, 199_999))] == [("loan.face_to_face", "info")]


def test_terms_of_another_product_are_a_bug(pack):
    with pytest.raises(ValueError, match="another product"):
        check_terms(terms(), pack.product("nev_instalment"), pack.thresholds)
