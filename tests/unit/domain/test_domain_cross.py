"""The papers of a case against each other: a true contradiction is told, a missing or blurred value never is."""

from datetime import date
from importlib import import_module

import pytest

from app.domain import facts
from app.domain.case import Case
from app.domain.case_papers import paper_list
from app.domain.cross import cross_check
from app.domain.cross.finding import Rule
from app.domain.flow import Step, lacks
from app.domain.fold import apply
from app.domain.money import fen_of_words, rmb_words
from app.domain.terms import Energy, VehicleCondition, VehicleUse
from tests import case_facts as f

PACK = f.policy()
VIN = "LDM7A3C54R0000317"
OTHER_VIN = "LATPAB071W1005301"
NAME, NUMBER = "林晓星", "320102198806051229"
SPOUSE, SPOUSE_NUMBER = "周样例", "360426199101010071"
DEALER, DEALER_CODE = "东方汽车城", "91320102MA0000D18Q"

SOUND = {
    "purchase_contract": {"buyer": NAME, "seller": DEALER, "vin": VIN, "price": "120000.00", "down_payment": "34000.00",
                          "model": "示例牌 DF7150E"},
    "down_payment_proof": {"payer": NAME, "payee": DEALER, "amount": "34000.00", "amount_words": "叁万肆仟元整"},
    "new_car_invoice": {"buyer": NAME, "buyer_id": NUMBER, "vin": VIN, "engine_number": "E317502", "model": "示例牌 DF7150E",
                        "certificate_number": "WDM0317", "total": "120000.00", "total_words": "壹拾贰万元整",
                        "net": "106194.69", "tax": "13805.31", "seller": f"{DEALER}有限公司", "seller_code": DEALER_CODE},
    "vehicle_conformity": {"number": "WDM0317", "vin": VIN, "model": "DF7150E", "engine_number": "E317502",
                           "manufactured": "2026-10-01"},
    "insurance_policy": {"vin": VIN, "insured": NAME, "beneficiary": "江南示例银行", "valid_to": "2027-11-22"},
    "marriage_certificate": {"holder": NAME, "husband": SPOUSE, "husband_id": SPOUSE_NUMBER, "wife": NAME, "wife_id": NUMBER},
    "spouse_id_card": {"name": SPOUSE, "number": SPOUSE_NUMBER, "valid_from": "2019-06-18", "valid_to": "2039-06-18"},
    "driving_licence": {"name": NAME, "number": NUMBER, "vehicle_class": "C1", "valid_to": "2032-06-18"},
    "income_proof": {"name": NAME, "id_number": NUMBER, "employer": "示例科技公司"},
    "bank_statement": {"name": NAME},
    "bank_card": {"number": "6222020000000000005"},
}


def page(paper: str, values: dict[str, str], confidence: float = 0.99, page_id: str = "") -> facts.PaperCaptured:
    readings = {name: facts.Reading(value=value, confidence=confidence) for name, value in values.items()}
    return f.paper(paper, page_id, readings=readings)


def new_car(*, change: dict[str, dict[str, str]] | None = None, confidence: float = 0.99, circumstances=None,
            form: dict[str, str] | None = None, **terms) -> Case:
    """A sound new-car case of a married customer, with some values changed."""
    chosen = f.terms(**terms)
    set_terms = chosen.model_copy(update={
        "dealer_company_code": DEALER_CODE, "dealer_account": f"{DEALER}（示例账户）",
        "terms": chosen.terms.model_copy(update={"vehicle": chosen.terms.vehicle.model_copy(update={"vin": VIN})})})
    values = {paper: fields | (change or {}).get(paper, {}) for paper, fields in SOUND.items()}
    return f.case(
        set_terms, f.card(), f.circumstances(**({"marital": "married"} | (circumstances or {}))),
        *(page(paper, fields, confidence) for paper, fields in values.items()),
        facts.FormConfirmed(values={"employer": "示例科技公司", "repayment_card": "6222020000000000005"} | (form or {})))


def found(case: Case) -> dict[str, str]:
    return {finding.code: finding.level for finding in cross_check(case, PACK)}


def test_papers_that_fit_together_say_nothing():
    assert found(new_car()) == {}


BROKEN = [
    ("cross.vin", "block", {"insurance_policy": {"vin": OTHER_VIN}}),
    ("cross.engine", "warn", {"vehicle_conformity": {"engine_number": "E317503"}}),
    ("cross.certificate", "block", {"new_car_invoice": {"certificate_number": "WDM0318"}}),
    ("cross.model", "block", {"vehicle_conformity": {"model": "DF7180E"}}),
    ("cross.buyer", "block", {"new_car_invoice": {"buyer": "王小明"}}),
    ("cross.buyer_id", "block", {"new_car_invoice": {"buyer_id": "11010519491231002X"}}),
    ("cross.seller", "warn", {"purchase_contract": {"seller": "宏运二手车行"}}),
    ("cross.seller_code", "block", {"new_car_invoice": {"seller_code": "91110000600037341L"}}),
    ("cross.amount_words", "block", {"new_car_invoice": {"total_words": "壹拾贰万壹仟元整"}}),
    ("cross.amount_words", "warn", {"down_payment_proof": {"amount_words": "叁万元整"}}),
    ("cross.net_price", "warn", {"new_car_invoice": {"net": "100000.00"}}),
    ("cross.payer", "warn", {"down_payment_proof": {"payer": "王小明"}}),
    ("cross.payee_person", "block", {"down_payment_proof": {"payee": "王小明"}}),
    ("cross.payee", "warn", {"down_payment_proof": {"payee": "别家汽车销售有限公司"}}),
    ("cross.down_payment", "warn", {"down_payment_proof": {"amount": "20000.00", "amount_words": "贰万元整"}}),
    ("cross.down_contract", "warn", {"purchase_contract": {"down_payment": "30000.00"}}),
    ("cross.insured", "warn", {"insurance_policy": {"insured": "王小明"}}),
    ("cross.beneficiary", "warn", {"insurance_policy": {"beneficiary": "别家银行"}}),
    ("cross.policy_over", "block", {"insurance_policy": {"valid_to": "2026-11-22"}}),
    ("cross.marriage", "block", {"marriage_certificate": {"holder": "王小明", "wife": "王小明"}}),
    ("cross.marriage_id", "block", {"marriage_certificate": {"wife_id": "11010519491231002X"}}),
    ("cross.spouse", "block", {"spouse_id_card": {"name": "王小明"}}),
    ("cross.spouse_id", "block", {"spouse_id_card": {"number": "11010519491231002X"}}),
    ("cross.own_card", "block", {"spouse_id_card": {"number": NUMBER}}),
    ("cross.card_over", "block", {"spouse_id_card": {"valid_to": "2026-06-18"}}),
    ("cross.card_sides", "warn", {"spouse_id_card": {"valid_to": "长期"}}),
    ("cross.driver", "block", {"driving_licence": {"name": "王小明"}}),
    ("cross.driver_id", "block", {"driving_licence": {"number": "11010519491231002X"}}),
    ("cross.driver_class", "warn", {"driving_licence": {"vehicle_class": "E"}}),
    ("cross.driver_over", "warn", {"driving_licence": {"valid_to": "2026-06-18"}}),
    ("cross.income_name", "warn", {"bank_statement": {"name": "王小明"}}),
    ("cross.income_id", "block", {"income_proof": {"id_number": "11010519491231002X"}}),
    ("cross.employer", "warn", {"income_proof": {"employer": "另一家有限公司"}}),
    ("cross.income_low", "warn", {"income_proof": {"monthly_income": "5207.75"}}),
    ("cross.income_low", "warn", {"bank_statement": {"from": "2026-05-01", "to": "2026-10-31", "incomes": "5000.00；5415.50"}}),
    ("cross.repayment_card", "warn", {"bank_card": {"number": "6222021234567890128"}}),
    ("cross.registered_late", "warn", {"vehicle_conformity": {"manufactured": "2024-11-01"}}),
]


@pytest.mark.parametrize(("code", "level", "change"), BROKEN, ids=[f"{code}-{level}" for code, level, _ in BROKEN])
def test_each_contradiction_is_told_with_both_sources_and_both_values(code, level, change):
    (finding,) = [one for one in cross_check(new_car(change=change), PACK) if one.code == code]
    assert finding.level == level
    assert finding.one.source != finding.other.source or finding.one.value != finding.other.value
    for words in (finding.finding.zh, finding.finding.en):
        assert finding.one.value in words
        assert finding.other.value in words
    (paper,) = change
    assert f"{paper}-1" in finding.blamed


TWICE = {"income_proof": {"monthly_income": "5207.76"}}  # 86 000 yuan at 9 % over 36 months are 2 603.88 a month
WAGES = {"bank_statement": {"from": "2026-05-01", "to": "2026-10-31", "incomes": "；".join(["5000.00"] * 5 + ["9000.00"])}}


def test_an_income_of_as_many_instalments_as_the_pack_asks_for_is_enough():
    assert found(new_car(change=TWICE | WAGES)) == {}
    assert found(new_car(form={"monthly_income": "5207"})) == {"cross.income_low": "warn"}


def test_how_often_the_income_must_cover_the_instalment_is_the_pack_s_and_older_packs_do_not_ask():
    def with_times(times: float):
        return PACK.model_copy(update={"thresholds": PACK.thresholds.model_copy(update={"income_to_instalment": times})})

    poor = new_car(change={"income_proof": {"monthly_income": "100.00"}})
    (told,) = cross_check(poor, PACK)
    assert "2 × 2,603.88 = 5,207.76" in told.finding.zh
    assert cross_check(poor, with_times(0)) == ()
    (thrice,) = cross_check(new_car(change=TWICE), with_times(3))
    assert thrice.other.value.endswith("7,811.64")
    assert type(PACK.thresholds).model_fields["income_to_instalment"].default == 0


def test_no_income_is_judged_of_a_company_of_no_loan_and_of_wages_whose_time_is_unknown():
    poor = {"income_proof": {"monthly_income": "100.00"}}
    assert "cross.income_low" not in found(new_car(change=poor, circumstances={"customer_kind": "company"}))
    assert "cross.income_low" not in found(new_car(change=poor, down_payment_fen=12_000_000))
    assert found(new_car(change={"bank_statement": {"incomes": "100.00；100.00"}})) == {}


@pytest.mark.parametrize(("code", "level", "change"), BROKEN, ids=[f"{code}-{level}" for code, level, _ in BROKEN])
def test_the_same_read_unsurely_is_no_contradiction(code, level, change):
    assert found(new_car(change=change, confidence=0.89)) == {}


def test_personal_values_are_masked():
    texts = [finding.finding.zh for change in (BROKEN[4], BROKEN[5], BROKEN[13]) for finding in cross_check(
        new_car(change=change[2]), PACK)]
    assert any("王*明" in text for text in texts)
    assert not any(secret in text for text in texts for secret in ("王小明", NAME, NUMBER, "11010519491231002X"))
    assert any("别家汽车销售有限公司" in finding.finding.zh for finding in cross_check(
        new_car(change={"down_payment_proof": {"payee": "别家汽车销售有限公司"}}), PACK))


def test_misread_numbers_betray_themselves_and_are_not_compared():
    change = {"insurance_policy": {"vin": VIN[:-1] + "8"}, "new_car_invoice": {"total_words": "壹拾万贰元整整"},
              "driving_licence": {"number": NUMBER[:-1] + "0"}}
    assert found(new_car(change=change)) == {}


@pytest.mark.parametrize("paper", list(SOUND))
def test_a_paper_without_readings_contradicts_nothing(paper):
    papers = {code: values for code, values in SOUND.items() if code != paper}
    case = f.case(f.terms(), f.card(), f.circumstances(marital="married"), page(paper, {}),
                  *(page(code, values) for code, values in papers.items()))
    assert found(case) == {}


def test_the_vin_that_most_sources_name_is_trusted():
    chosen = f.terms()
    case = f.case(chosen, *(page(paper, {"vin": vin}) for paper, vin in (
        ("new_car_invoice", OTHER_VIN), ("vehicle_conformity", VIN), ("insurance_policy", VIN))))
    (finding,) = cross_check(case, PACK)
    assert finding.blamed == {"new_car_invoice-1"}
    two = f.case(chosen, page("new_car_invoice", {"vin": OTHER_VIN}), page("vehicle_conformity", {"vin": VIN}))
    (finding,) = cross_check(two, PACK)
    assert finding.blamed == {"new_car_invoice-1", "vehicle_conformity-1"}


def test_a_price_in_the_terms_above_the_papers_blocks_one_below_only_warns():
    assert found(new_car(price_fen=12_500_000))["cross.price_inflated"] == "block"
    lower = found(new_car(price_fen=11_500_000))
    assert lower["cross.price"] == "warn"
    assert "cross.price_inflated" not in lower
    assert found(new_car(change={"new_car_invoice": {"total": "130000.00", "total_words": "壹拾叁万元整", "net": "115044.25",
                                                     "tax": "14955.75"}})) == {
        "cross.invoice_contract": "warn", "cross.price": "warn", "cross.price_guide": "warn"}


def owned(*more: facts.Fact, **fields: str) -> Case:
    car = f.terms().terms.vehicle.model_copy(update={"condition": VehicleCondition.OWNED, "guide_price_fen": None,
                                                     "appraisal_fen": 12_000_000, "vin": VIN})
    values = {"owner": NAME, "plate": "苏A12345", "vin": VIN} | fields
    return f.case(f.terms(product="vehicle_mortgage_loan", vehicle=car), f.card(), f.circumstances(),
                  page("vehicle_registration", values),
                  page("vehicle_licence", {"owner": NAME, "plate": "苏A12345", "vin": VIN, "use": "非营运"}), *more)


@pytest.mark.parametrize(("code", "level", "fields"), [
    ("cross.mortgaged", "block", {"mortgagee": "别家银行股份有限公司"}),
    ("cross.owner", "block", {"owner": "王小明"}),
    ("cross.plate", "block", {"plate": "苏A12346"}),
    ("cross.registered_early", "warn", {"manufactured": "2020-05-01", "registered": "2020-04-01"}),
    ("cross.registered_late", "info", {"manufactured": "2018-01-01", "registered": "2020-04-01"})])
def test_the_customers_own_car(code, level, fields):
    assert found(owned()) == {}
    assert found(owned(**fields))[code] == level


def test_a_released_mortgage_and_an_empty_page_are_fine():
    assert found(owned(mortgagee="无")) == {}
    assert found(owned(mortgagee="别家银行股份有限公司", mortgage_released="2025-01-05")) == {}
    assert found(owned(mortgagee="别家银行股份有限公司", mortgage_date="2023-01-05", mortgage_released="2025-01-05")) == {}


def test_the_photographs_of_plate_and_odometer_are_heard():
    typed = facts.FormConfirmed(values={"mileage": "12,000 公里"})
    assert found(owned(page("vin_plate_photo", {"vin": OTHER_VIN})))["cross.vin"] == "block"
    assert found(owned(page("odometer_photo", {"mileage": "12040"}), typed)) == {}
    assert found(owned(page("odometer_photo", {"mileage": "21000"}), typed)) == {"cross.mileage": "warn"}


def test_a_car_mortgaged_again_after_a_release_is_mortgaged():
    assert found(owned(mortgagee="别家银行股份有限公司", mortgage_date="2025-02-01", mortgage_released="2025-01-05")) == {
        "cross.mortgaged": "block"}


def test_a_private_plate_or_use_does_not_suit_a_commercial_new_energy_car():
    car = owned().terms.terms.vehicle.model_copy(update={"use": VehicleUse.COMMERCIAL, "energy": Energy.NEV})
    case = owned().model_copy(update={"terms": f.terms(product="vehicle_leaseback", vehicle=car)})
    assert found(case) == {"cross.use": "warn", "cross.plate_energy": "warn"}


def test_a_used_car_may_be_paid_to_the_owner_who_sells_it():
    car = f.terms().terms.vehicle.model_copy(update={"condition": VehicleCondition.USED, "guide_price_fen": None,
                                                     "appraisal_fen": 12_000_000})
    papers = [page("vehicle_registration", {"owner": "赵样本"}), page("vehicle_licence", {"owner": "赵样本"}),
              page("used_car_invoice", {"seller": "赵样本", "buyer": NAME, "total": "120000.00"})]
    terms = f.terms(product="used_car_instalment", vehicle=car)
    case = f.case(terms, f.card(), f.circumstances(), *papers,
                  page("down_payment_proof", {"payee": "赵样本", "payer": NAME}))
    assert found(case) == {}
    case = f.case(terms, f.card(), f.circumstances(), *papers[:2], page("used_car_invoice", {"seller": "钱样本"}),
                  page("down_payment_proof", {"payee": "孙样本"}))
    assert found(case) == {"cross.used_seller": "warn", "cross.payee_person": "block"}


def test_on_a_lease_the_lessor_may_buy_and_insure():
    case = new_car(product="new_car_lease", change={"new_car_invoice": {"buyer": "示例融资租赁有限公司",
                                                                        "buyer_id": "91110000600037341L"},
                                                    "insurance_policy": {"insured": "示例融资租赁有限公司"}})
    assert found(case) == {}


def test_of_a_stock_of_cars_every_paper_has_its_own_vin():
    car = f.terms().terms.vehicle.model_copy(update={"use": VehicleUse.STOCK})
    case = f.case(f.terms(product="dealer_stock_loan", vehicle=car), page("vehicle_conformity", {"vin": VIN}, page_id="a"),
                  page("vehicle_conformity", {"vin": OTHER_VIN}, page_id="b"))
    assert found(case) == {}


def test_several_proofs_of_the_down_payment_add_up():
    two = [page("down_payment_proof", {"payee": DEALER, "amount": amount}, page_id=amount)
           for amount in ("14000.00", "20000.00")]
    assert found(f.case(f.terms(), *two)) == {}
    assert "cross.down_payment" in found(f.case(f.terms(), two[0]))


def test_a_contradicting_paper_counts_as_bad_a_doubtful_one_half():
    whole = paper_list(new_car(), PACK)
    conflict = paper_list(new_car(change={"driving_licence": {"name": "王小明"}}), PACK)
    doubt = paper_list(new_car(change={"driving_licence": {"vehicle_class": "E"}}), PACK)
    item = {name: next(i for i in one.items if i.paper == "driving_licence")
            for name, one in (("whole", whole), ("conflict", conflict), ("doubt", doubt))}
    assert [(item[n].state, item[n].value) for n in item] == [("captured", 1), ("bad", 0), ("warn", 0.5)]
    assert conflict.completeness < doubt.completeness < whole.completeness


def test_a_blocking_contradiction_keeps_the_case_from_being_sealed():
    assert "cross.vin" in {lack.code for lack in lacks(new_car(change={"insurance_policy": {"vin": OTHER_VIN}}), PACK,
                                                       Step.SUBMIT)}
    assert "cross.vin" not in {lack.code for lack in lacks(new_car(), PACK, Step.SUBMIT)}


def test_what_a_person_corrected_is_what_counts():
    case = new_car(change={"insurance_policy": {"vin": OTHER_VIN}})
    fixed = facts.PaperCorrected(paper="insurance_policy", page_id="insurance_policy-1",
                                 values=SOUND["insurance_policy"], corrected={"vin": (OTHER_VIN, VIN)})
    assert found(case) == {"cross.vin": "block"}
    assert found(apply(case, f.events(f.opened(), fixed)[-1])) == {}


def test_unsure_fields_count_once_a_person_has_confirmed_them():
    blurred = page("driving_licence", {"name": "王小明"}, confidence=0.5)
    confirmed = facts.PaperCorrected(paper="driving_licence", page_id="driving_licence-1", values={"name": "王小明"})
    begun = [f.terms(), f.card(), f.circumstances(), blurred]
    assert found(f.case(*begun)) == {}
    assert found(f.case(*begun, confirmed)) == {"cross.driver": "block"}
    assert f.case(*begun, confirmed).confirmed_pages == {"driving_licence-1"}


@pytest.mark.parametrize("fen", [100, 34_000_00, 168_800_00, 1_000_001_05, 100_50, 123_456_789_012])
def test_amounts_in_words_are_understood(fen):
    assert fen_of_words(rmb_words(fen)) == fen


@pytest.mark.parametrize("words", ["", "元", "壹拾万贰元整整", "壹贰叁", "壹拾贰万佰元整", "十二万元"])
def test_words_that_are_no_rightly_written_amount_are_not_understood(words):
    assert fen_of_words(words) is None


def test_the_day_is_that_of_the_last_event():
    assert f.case(f.terms()).last_at.date() == date(2026, 11, 23)


def test_the_manual_lists_every_rule_with_its_level():
    manual = (f.ROOT / "docs" / "cross-checks.md").read_text(encoding="utf-8")
    modules = (import_module(f"app.domain.cross.{name}") for name in ("vehicle", "people", "cards", "amounts", "income"))
    rules = [rule for module in modules for rule in vars(module).values() if isinstance(rule, Rule)]
    assert len(rules) > 40
    assert len({rule.code for rule in rules}) == len(rules)
    for rule in rules:
        assert f"| `{rule.code}` | {rule.level} | {rule.en} | {rule.zh} |" in manual
