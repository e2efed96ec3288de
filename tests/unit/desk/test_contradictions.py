"""Papers that contradict each other at the desk's door: told, corrected with both values kept, and in the way of the seal."""

import pytest

from app.domain import facts
from app.domain.condition import Condition
from app.domain.flow import Step
from app.domain.identity import check_vin
from tests import case_facts as f
from tests.refused import refused


def test_a_contradiction_keeps_the_seal_away_and_names_no_person(desk):
    case_id = desk.begin()
    wrong = {"name": facts.Reading(value="王小明", confidence=0.99)}
    view = desk.book.record(case_id, f.paper("driving_licence", readings=wrong))
    assert [finding.code for finding in view.cross] == ["cross.driver"]
    with pytest.raises(Condition) as refused:
        desk.signing.seal(case_id)
    assert refused.value.code == "seal.contradiction"
    assert "驾驶证不是借款人的" in refused.value.message()
    assert "小明" not in str(refused.value.as_dict())
    assert view.step(Step.SUBMIT).lacks[0].code == "cross.driver"
    desk.signing.remove_paper(case_id, "driving_licence", "driving_licence-1")
    assert desk.signing.seal(case_id).case.sealed


def read(code: str, confidence: float = 0.99, **values: str) -> facts.PaperCaptured:
    return f.paper(code, readings={name: facts.Reading(value=value, confidence=confidence, box=(1, 2, 3, 4))
                                   for name, value in values.items()})


def test_what_a_person_corrects_is_journaled_with_both_values_and_judged_anew(desk):
    case_id = desk.begin()
    desk.book.record(case_id, read("driving_licence", 0.93, name="林晓皇", number="320102198806051220", vehicle_class="C1"))
    assert {"cross.driver"} == {finding.code for finding in desk.signing.view(case_id).cross}
    before = {field.name: field for field in desk.signing.paper_fields(case_id, "driving_licence", "driving_licence-1")}
    assert (before["name"].value, before["name"].confidence) == ("林晓皇", 0.93)
    assert (before["valid_to"].value, before["valid_to"].confidence) == ("", None)
    assert before["name"].required
    values = {"name": " 林晓星 ", "number": "320102198806051229", "vehicle_class": "C1", "valid_to": "2032年6月18日"}
    view = desk.signing.correct_paper(case_id, "driving_licence", "driving_licence-1", values)
    fact = desk.book.events(case_id)[-1].fact
    assert fact.corrected == {"name": ("林晓皇", "林晓星"), "number": ("320102198806051220", "320102198806051229"),
                              "valid_to": ("", "2032-06-18")}
    assert view.cross == ()
    (page,) = view.case.papers["driving_licence"]
    assert page.readings["name"] == facts.Reading(value="林晓星", confidence=1, box=(1, 2, 3, 4))
    assert desk.signing.seal(case_id).case.sealed


def test_a_corrected_check_digit_takes_its_finding_away_and_the_pictures_findings_stay(desk):
    case_id = desk.begin()
    wrong, right = "LDM7A3C54R0000318", "LDM7A3C54R0000317"
    glare = facts.Finding(code="quality.glare", level="warn", zh="反光", en="glare")
    page = read("vehicle_conformity", vin=wrong).model_copy(update={"findings": (glare, *check_vin(wrong))})
    desk.book.record(case_id, page)
    view = desk.signing.correct_paper(case_id, "vehicle_conformity", "vehicle_conformity-1", {"vin": right, "model": "X1"})
    assert [finding.code for finding in view.case.papers["vehicle_conformity"][0].findings] == ["quality.glare"]
    view = desk.signing.correct_paper(case_id, "vehicle_conformity", "vehicle_conformity-1", {"vin": wrong, "model": ""})
    assert [finding.code for finding in view.case.papers["vehicle_conformity"][0].findings] == [
        "quality.glare", "vin.check_digit", "field_missing.model"]


def test_confirming_without_a_change_is_kept_too_and_lets_unsure_values_count(desk):
    case_id = desk.begin()
    desk.book.record(case_id, read("bank_statement", 0.6, name="王小明"))
    assert desk.signing.view(case_id).cross == ()
    view = desk.signing.correct_paper(case_id, "bank_statement", "bank_statement-1", {"name": "王小明"})
    assert desk.book.events(case_id)[-1].fact.corrected == {}
    assert [finding.code for finding in view.cross] == ["cross.income_name"]


def test_refused_corrections_change_nothing(desk):
    case_id = desk.begin()
    desk.book.record(case_id, read("driving_licence", name="林晓星"))
    count = len(desk.book.events(case_id))
    act, page = desk.signing.correct_paper, ("driving_licence", "driving_licence-1")
    refused("papers.page_unknown", act, case_id, "driving_licence", "other", {"name": "林晓星"})
    refused("papers.page_unknown", act, case_id, "no_such_paper", "driving_licence-1", {})
    refused("papers.field_unknown", act, case_id, *page, {"colour": "red"})
    for values in ({"valid_to": "明年"}, {"valid_to": "2026-02-30"}, {"name": "林" * 201}):
        assert "林林" not in str(refused("papers.value_form", act, case_id, *page, values).as_dict())
    assert len(desk.book.events(case_id)) == count
    sealed = desk.signing.seal(case_id).case.events
    refused("flow.sealed", act, case_id, *page, {"name": "林晓星"})
    assert len(desk.book.events(case_id)) == sealed


def test_in_a_supplement_only_new_pages_can_be_corrected(desk):
    case_id = desk.begin()
    desk.book.record(case_id, read("income_proof", name="林晓星"))
    desk.signing.seal(case_id)
    desk.bank_asks(case_id, "income_proof")
    refused("flow.supplement_only", desk.signing.correct_paper, case_id, "income_proof", "income_proof-1", {"name": "林晓星"})
    desk.book.record(case_id, read("income_proof", name="林小星").model_copy(update={"page_id": "new"}))
    view = desk.signing.correct_paper(case_id, "income_proof", "new", {"name": "林晓星"})
    assert view.case.pages("income_proof")[0].readings["name"].value == "林晓星"


def test_a_day_that_has_passed_does_not_hold_up_a_supplement_about_another_paper(desk):
    case_id = desk.begin()
    desk.book.record(case_id, read("insurance_policy", valid_to="2026-12-01"))
    assert desk.signing.seal(case_id).cross == ()
    desk.clock.at = desk.clock.at.replace(month=12, day=20)
    desk.bank_asks(case_id, "income_proof")
    view = desk.book.record(case_id, read("income_proof", name="林晓星"))
    assert [(finding.code, finding.level) for finding in view.cross] == [("cross.policy_over", "block")]
    assert next(i for i in view.checklist.items if i.paper == "insurance_policy").state == "warn"
    assert desk.signing.seal(case_id).case.sealed
    desk.bank_asks(case_id, "insurance_policy", request="r2")
    desk.book.record(case_id, read("insurance_policy", valid_to="2026-12-02").model_copy(update={"page_id": "new"}))
    refused("seal.contradiction", desk.signing.seal, case_id)
