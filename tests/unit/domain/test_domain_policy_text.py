"""Packs and dealer lists as texts: the default ones hold, hostile and careless ones are refused by place."""

from hashlib import sha256

import pytest

from app.capture.kinds import kinds
from app.domain.condition import Condition
from app.domain.policy import BORROWER
from app.domain.policy_text import consent_sha256, parse_dealers, parse_policy, reread_policy

SEED = ["营运车分期", "库容贷", "二手车以租代购", "汽车回租", "二手车分期", "新车消费分期", "车抵贷", "以租代购",
        "网约车以租代购", "新能源汽车分期"]
FORMS = {
    "cost_sheet", "bureau_authorisation", "application", "loan_contract", "mortgage_contract", "guarantee_contract",
    "entrusted_payment", "lease_contract", "leaseback_contract", "handover", "gps_consent", "dealer_credit_contract",
    "certificate_custody", "purpose_statement", "battery_lease_confirmation", "affiliation_agreement",
    "platform_agreement", "spouse_authorisation", "guarantor_authorisation", "company_authorisation", "card_agreement",
    "insurance_beneficiary", "disposal_authorisation", "lease_risk_notice", "sale_contract", "ownership_transfer",
    "vehicle_sale_agreement", "constructive_delivery", "direct_debit", "used_car_sale_confirmation",
    "appraisal_confirmation", "operation_responsibility", "stock_mortgage", "margin_pledge", "supervision_agreement",
    "stock_check", "unlimited_guarantee"}
ONE_TEXT = {"spouse_authorisation", "guarantor_authorisation"}  # each signs a sheet of the borrower's wording


def refused(text) -> Condition:
    with pytest.raises(Condition) as caught:
        parse_policy(text, kinds())
    assert caught.value.code == "policy.invalid"
    assert caught.value.message("zh")
    assert caught.value.next("en")
    return caught.value


def test_the_default_pack_holds_what_the_trade_needs(pack, policy_toml):
    assert sorted(p.name.zh for p in pack.products) == sorted(SEED)
    assert pack.sha256 == sha256(policy_toml.encode()).hexdigest()
    assert {f.code for f in pack.forms} == FORMS
    assert {f.template for f in pack.forms} == {f"{code}.md" for code in FORMS - ONE_TEXT}
    assert len(pack.questions) >= 8
    assert [r.code for r in pack.ratings if r.yes_no] == ["extra_fee"]
    required = {c.purpose for c in pack.consents if c.required and c.person == BORROWER}
    assert required == {"privacy_notice", "bureau_query"}
    assert pack.consent("bureau_query").needs_signature


def test_every_paper_is_asked_for_with_a_reason_in_both_languages(pack):
    for owner in (*pack.sets, *pack.products):
        for requirement in owner.requirements:
            assert requirement.reason.zh.strip(), (owner.code, requirement.paper)
            assert requirement.reason.en.strip(), (owner.code, requirement.paper)


def test_consent_texts_are_whole_in_both_languages(pack):
    for consent in pack.consents:
        assert len(consent.text.zh) > 100
        assert len(consent.text.en) > 200
        assert not set("{}<>") & set(consent.text.zh + consent.text.en)


def test_the_hash_of_a_consent_follows_what_is_shown(pack):
    first = pack.consents[0]
    hashes = {consent_sha256(c) for c in pack.consents}
    assert len(hashes) == len(pack.consents)
    assert consent_sha256(first) == consent_sha256(first.model_copy(update={"required": False}))
    for change in ({"version": "2"}, {"receiver": "他"}, {"title": first.text}, {"text": first.title}):
        assert consent_sha256(first.model_copy(update=change)) != consent_sha256(first)


CARELESS = [
    ('version = "2026.11.3"', "version = 7", "version"),
    ("schema = 1", "schema = 2", "schema"),
    ("schema = 1", 'schema = 1\nowner = "x"', "owner"),
    ("schema = 1", 'schema = 1\nsha256 = "00"', "sha256"),
    ("ltv_max = 0.80", "ltv_max = 1.5", "products[new_car_instalment].limits[0].ltv_max"),
    ("fence_radius_m = 500", "fence_radius_m = nan", "thresholds.fence_radius_m"),
    ("fence_radius_m = 500", "fence_radius_m = inf", "thresholds.fence_radius_m"),
    ("age_max_at_end = 65", "age_max_at_end = 18", "thresholds.age_max_at_end"),
    ("material = 30", "material = 40", "weights"),
    ('{ paper = "bank_card"', '{ paper = "bank_cart"', "sets[p1].requirements[3].paper"),
    ("when = \"marital == 'widowed'\"", "when = \"marital == 'widow'\"", "sets[p1].requirements[11].when"),
    ("when = \"loan_yuan > 300000\"", "when = \"loan > 300000\"", "sets[p1].requirements[17].when"),
    ("when = \"has_guarantor\"\nrequirements", "when = \"has_guarantor =~ 'a'\"\nrequirements", "sets[p2].when"),
    ('sets = ["e1", "d", "s"]', 'sets = ["e1", "x", "s"]', "products[dealer_stock_loan].sets"),
    ('sets = ["e1", "d", "s"]', 'sets = ["e1", "d", "d"]', "products[dealer_stock_loan].sets"),
    ('forms = ["cost_sheet", "bureau_authorisation"', 'forms = ["bureau_authorisation"',
     "products[new_car_instalment].forms"),
    ('"insurance_beneficiary"]', '"insurance_benefit"]', "products[new_car_instalment].forms"),
    ('code = "nev_instalment"', 'code = "new_car_instalment"', "products"),
    ('code = "id_card_back"', 'code = "id_card_front"', "papers"),
    ('reads = "bank_card"', 'reads = "passport"', "papers[bank_card].reads"),
    ('template = "application.md"', 'template = "../application.md"', "forms[application].template"),
    ('signers = ["guarantor", "manager"]', 'signers = ["dealer"]', "forms[guarantor_authorisation].signers"),
    ('purpose = "face_recognition"\nversion = "2026.11"\nrequired = false',
     'purpose = "face_recognition"\nversion = "2026.11"\nrequired = true', "consents[face_recognition].required"),
    ('purpose = "face_transfer"\nversion = "2026.11"', 'purpose = "face_transfer"\nversion = ""',
     "consents[face_transfer]"),
    ("terms_months = [12, 24, 36, 48, 60]", "terms_months = [12, 24, 36, 48]", "products[new_car_instalment].rates"),
    ("terms_months = [3, 6, 12]", "terms_months = [0, 6, 12]", "products[dealer_stock_loan].terms_months"),
    ("balloon_rate = 1.0", "balloon_rate = 0.0", "products[dealer_stock_loan].balloon_rate"),
    ('customer_kinds = ["company"]', 'customer_kinds = ["club"]', "products[dealer_stock_loan].customer_kinds"),
    ('en = "Used car instalment"', 'en = "Used\\u0007car"', "products[2].name.en"),
    ('code = "late_payment"', 'code = "Late payment"', "products[new_car_instalment].fees[late_payment].code"),
]


@pytest.mark.parametrize(("right", "wrong", "where"), CARELESS)
def test_a_flaw_is_refused_with_its_place(policy_toml, right, wrong, where):
    assert right in policy_toml
    condition = refused(policy_toml.replace(right, wrong, 1))
    if "Late payment" in wrong:
        where = "products[new_car_instalment].fees[Late payment].code"
    assert condition.values["where"] == where
    assert condition.values["why"]
    assert where in condition.message("en")


@pytest.mark.parametrize("text", [
    "", "x", "= 1", "a = " + "[" * 5_000, "a = " + "9" * 6_000, "schema = 1", "\x00", "a = 1\n" * 2, "é" * 2_000_001,
    "products = 5\nschema = 1", "[products]\nschema = 1", "schema = 2026-01-01"])
def test_texts_that_are_no_pack_are_refused(text):
    refused(text)


def test_the_default_dealers(dealers_toml):
    dealers = parse_dealers(dealers_toml)
    first = dealers[0]
    assert (first.id, first.name, first.latitude, first.longitude) == ("D-0317", "东方汽车城", 32.0603, 118.7969)
    assert "宏运二手车行" in [d.name for d in dealers]
    assert {d.grade for d in dealers} == set("ABCD")


@pytest.mark.parametrize(("right", "wrong", "where"), [
    ('id = "D-0412"', 'id = "D-0317"', "dealers"),
    ("latitude = 32.0603", "latitude = 132.0", "dealers[D-0317]"),
    ("score = 92", "score = 920", "dealers[0].score"),
    ('grade = "A"', 'grade = "S"', "dealers[0].grade"),
    ('company_code = "91320102', 'company_code = "91320103', "dealers[D-0317].company_code"),
    ("[[dealers]]", "owner = 1\n[[dealers]]", "dealers"),
])
def test_a_flawed_dealer_list_is_refused_with_its_place(dealers_toml, right, wrong, where):
    assert right in dealers_toml
    with pytest.raises(Condition) as caught:
        parse_dealers(dealers_toml.replace(right, wrong, 1))
    assert caught.value.code == "dealers.invalid"
    assert caught.value.values["where"] == where


def test_an_empty_list_of_dealers_is_a_list():
    assert parse_dealers("dealers = []") == ()


def test_a_consent_is_asked_only_while_its_switch_is_on(pack, policy_toml):
    keeping = policy_toml.replace("keep_face_templates = false", "keep_face_templates = true")
    asked = {consent.purpose: consent for consent in parse_policy(keeping).consents}
    assert set(asked) - {consent.purpose for consent in pack.consents} == {"face_search"}
    assert reread_policy(keeping).consents == parse_policy(keeping).consents
    search = asked["face_search"]
    assert not search.required
    assert len(search.text.zh) > 100
    assert len(search.text.en) > 200


def test_a_consent_that_is_not_asked_is_checked_all_the_same(policy_toml):
    flaw = refused(policy_toml.replace('required = false\nwhen = "keep', 'required = true\nwhen = "keep'))
    assert flaw.values["where"] == "consents[face_search].required"
    flaw = refused(policy_toml.replace('when = "keep_face_templates"', 'when = "allow_file_camera"'))
    assert flaw.values["where"] == "consents[face_search].when"
