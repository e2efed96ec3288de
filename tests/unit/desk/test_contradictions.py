"""Papers that contradict each other at the desk's door: told, corrected with both values kept, and in the way of the seal."""

import pytest

from app.domain import facts
from app.domain.condition import Condition
from app.domain.flow import Step
from tests import case_facts as f


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
