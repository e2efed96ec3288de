"""The same face under another ID number: looked for only with the bank's policy and the customer's own consent, among the
owner's cases, and forgotten with either consent and with the case."""

from datetime import timedelta

import pytest

from app.capture.face_pictures import Template
from app.domain.evidence import digest
from app.domain.flow import Step
from tests import case_facts as f

PACK = digest(b"model pack")
FACE = Template(PACK, (0.5, -0.25, 0.125))
OTHER_NUMBER = "110101199003071233"


@pytest.fixture
def searching(desk):
    desk.policy(keep_face_templates="true")
    desk.vision.answers |= {"template": FACE, "alike": (0,)}
    return desk


def passed(desk, number: str = "", outcome=("live", "pass"), **consents: bool) -> str:
    case_id = desk.begin(Step.LIVENESS, **consents)
    if number:
        card = f.card().card.model_copy(update={"number": number})
        desk.book.record(case_id, f.card().model_copy(update={"card": card}))
    judged(desk, case_id, outcome)
    return case_id


def judged(desk, case_id: str, outcome=("live", "pass")) -> None:
    desk.vision.outcome = outcome
    desk.booth.start_liveness(desk.signing.begin_liveness(case_id), lambda progress: None, lambda trouble: None)
    desk.signing.finish_liveness(case_id)


def findings(desk, case_id: str) -> list[str]:
    return [finding.code for finding in desk.book.load(case_id).liveness.findings]


def asked(desk, what: str) -> list[tuple]:
    return [args for name, *args in desk.vision.asked if name == what]


def test_the_other_case_is_named_and_people_look_at_it(searching):
    first, second = passed(searching), passed(searching, OTHER_NUMBER)
    (found,) = searching.book.load(second).liveness.findings
    assert (found.code, found.level) == ("identity.same_face", "warn")
    assert searching.book.load(first).number in found.zh
    assert searching.book.load(first).number in found.en
    assert findings(searching, first) == []
    assert asked(searching, "alike") == [[FACE, (FACE.embedding,)]]
    assert [(lack.code, lack.blocks) for lack in searching.signing.view(second).step(Step.LIVENESS).lacks] == [
        ("identity.review", False)]
    searching.signing.review_identity(second, "10077", "secret", "different", "两人耳廓不同")


def test_the_same_number_another_pack_and_another_owner_are_not_compared(searching):
    passed(searching)
    again = passed(searching)
    searching.vision.answers["template"] = Template(digest(b"another pack"), FACE.embedding)
    passed(searching, OTHER_NUMBER)
    searching.vision.answers["template"] = FACE
    mine = searching.book.session
    searching.book.session = mine.model_copy(update={"staff_id": "10077"})
    theirs = passed(searching, OTHER_NUMBER)
    assert asked(searching, "alike") == []
    assert findings(searching, theirs) == []
    searching.book.session = mine
    assert findings(searching, again) == []


def test_a_number_corrected_since_is_no_finding(searching):
    first = passed(searching, OTHER_NUMBER)
    searching.book.record(first, f.card())
    assert findings(searching, passed(searching)) == []


def test_a_number_corrected_after_the_check_is_looked_for_too(searching):
    """Who confirms a known person's number, passes, and then corrects it, would else be looked for under neither."""
    first = passed(searching, OTHER_NUMBER)
    case_id = passed(searching, OTHER_NUMBER)
    assert findings(searching, case_id) == []
    view = searching.signing.confirm_id_card(case_id, f.card().card)
    assert [found.code for found in view.case.card.findings] == ["identity.same_face"]
    assert searching.book.load(first).number in view.case.card.findings[0].zh
    assert [(lack.code, lack.blocks) for lack in view.step(Step.LIVENESS).lacks] == [("identity.review", False)]
    again = searching.signing.set_terms(case_id, view.case.terms.terms).case
    assert [found.code for found in again.card.findings] == ["identity.same_face"]
    again = searching.signing.confirm_id_card(case_id, f.card().card.model_copy(update={"nation": "回"})).case
    assert [found.code for found in again.card.findings] == ["identity.same_face"]


def test_a_card_confirmed_again_tells_nothing_twice(searching):
    passed(searching)
    case_id = passed(searching, OTHER_NUMBER)
    card = f.card().card.model_copy(update={"number": OTHER_NUMBER})
    case = searching.signing.confirm_id_card(case_id, card).case
    assert [found.code for found in (*case.liveness.findings, *case.card.findings)].count("identity.same_face") == 1


def test_nothing_is_kept_where_the_policy_does_not_say_so(desk):
    assert "face_search" not in {consent.purpose for consent in desk.shelf.current.consents}
    passed(desk)
    passed(desk, OTHER_NUMBER)
    assert asked(desk, "template") == []


def test_nothing_is_kept_without_the_customers_consent_to_it(searching):
    """Refusing leaves face recognition and the rest of the case as they are."""
    case_id = passed(searching, face_search=False)
    assert not searching.templates.has(case_id)
    assert asked(searching, "template") == []
    searching.go_on(case_id, Step.PAPERS)
    agreeing = passed(searching)
    searching.go_on(agreeing, Step.PAPERS)
    assert searching.signing.view(case_id).score.total == searching.signing.view(agreeing).score.total
    assert searching.signing.seal(case_id).case.sealed


@pytest.mark.parametrize("purpose", ["face_search", "face_recognition"])
@pytest.mark.parametrize("withdrawn", [True, False])
def test_the_template_goes_with_either_consent(searching, purpose, withdrawn):
    kept, case_id = passed(searching), passed(searching)
    assert searching.templates.has(case_id)
    if withdrawn:
        searching.signing.withdraw_consent(case_id, purpose)
    else:
        searching.signing.answer_consent(case_id, purpose, False, 5, True)
    assert not searching.templates.has(case_id)
    assert searching.templates.has(kept)


def test_withdrawing_something_else_leaves_the_template(searching):
    case_id = passed(searching)
    searching.signing.withdraw_consent(case_id, "face_transfer")
    assert searching.templates.has(case_id)


@pytest.mark.parametrize("outcome", [("reject", "pass"), ("live", "fail")])
def test_a_failed_attempt_keeps_no_template_and_drops_the_one_before(searching, outcome):
    case_id = passed(searching)
    judged(searching, case_id, outcome)
    assert not searching.templates.has(case_id)


def test_frames_that_make_no_template_keep_none(searching):
    searching.vision.answers["template"] = None
    assert not searching.templates.has(passed(searching))


def test_the_template_goes_when_the_case_is_erased(searching):
    case_id = passed(searching)
    searching.go_on(case_id, Step.PAPERS)
    searching.signing.seal(case_id)
    searching.bank_takes(case_id)
    assert searching.templates.has(case_id)
    later = searching.clock.now() + timedelta(days=30)
    assert searching.post.purge_due(later) == 1
    assert not searching.templates.has(case_id)
