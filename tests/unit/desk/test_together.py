"""The photo together tells whether customer and manager are in it; whatever it tells, the page is kept."""

import pytest

from app.capture.built_in_pack import MODELS_MISSING
from app.capture.face_pictures import Together
from app.capture.quality_face import FACE_TWO
from app.capture.reading import PaperReading
from app.capture.vision import VISION_RESTARTED
from app.domain.condition import Condition
from app.domain.flow import Step
from tests import case_facts as f

PHOTO = b"\xff\xd8\xffphoto"


def match(zone: str):
    return f.liveness(zone=zone).match


@pytest.fixture
def at_papers(desk):
    """A case whose customer agreed to the face and passed; the page itself reads well."""
    desk.vision.answers["read_paper"] = PaperReading(
        kind="photo", readings={}, quality=f.GOOD, findings=(), crop_jpeg=None, ms=1)
    desk.vision.answers["face_crop"] = b"\xff\xd8\xffmine"
    case_id = desk.begin(Step.LIVENESS)
    desk.booth.start_liveness(desk.signing.begin_liveness(case_id), lambda progress: None, lambda trouble: None)
    desk.signing.finish_liveness(case_id)
    return case_id


def asked_of_both(desk) -> tuple:
    """What the worker was asked about the photo together, last."""
    return next(asked for asked in reversed(desk.vision.asked) if asked[0] == "read_together")


def taken(desk, case_id: str, seen) -> list[tuple[str, str]]:
    desk.vision.answers["read_together"] = seen
    page = desk.signing.capture_paper(case_id, "photo_together", PHOTO).case.papers["photo_together"][-1]
    assert all(finding.zh and finding.en for finding in page.findings)
    return [(finding.code.removeprefix("together."), finding.level) for finding in page.findings]


def test_both_in_the_photo_leave_nothing_to_say(desk, at_papers):
    desk.signing.remember_my_face(b"\xff\xd8\xffraw")
    assert taken(desk, at_papers, Together(2, match("pass"), match("review"))) == []
    name, photo, customer, manager = asked_of_both(desk)
    assert (name, photo, customer, manager) == ("read_together", PHOTO, (b"\xff\xd8face",), b"\xff\xd8\xffmine")


@pytest.mark.parametrize(("seen", "told"), [
    (Together(0), ["no_face", "customer_missing", "manager_missing"]),
    (Together(1, customer=match("pass")), ["one_face", "manager_missing"]),
    (Together(1, manager=match("pass")), ["one_face", "customer_missing"]),
    (Together(3, match("fail"), match("fail")), ["customer_missing", "manager_missing"])])
def test_who_is_missing_is_told_as_a_warning(desk, at_papers, seen, told):
    desk.signing.remember_my_face(b"\xff\xd8\xffraw")
    assert taken(desk, at_papers, seen) == [(code, "warn") for code in told]


def test_a_doubtful_customer_and_a_manager_without_reference_are_only_told(desk, at_papers):
    assert taken(desk, at_papers, Together(2, match("review"))) == [
        ("customer_unsure", "info"), ("manager_not_compared", "info")]
    assert asked_of_both(desk)[3] is None


def test_without_the_face_consent_faces_are_counted_and_nobody_is_compared(desk, at_papers):
    desk.signing.remember_my_face(b"\xff\xd8\xffraw")
    desk.signing.withdraw_consent(at_papers, "face_recognition")
    desk.signing.verify_by_second_person(at_papers, "10077", "secret", "本人到场")
    assert taken(desk, at_papers, Together(2)) == [("customer_not_compared", "info")]
    assert asked_of_both(desk) == ("read_together", PHOTO, (), None)


def test_the_photo_costs_no_points_whether_faces_are_compared_or_not(desk, at_papers):
    refusing = desk.begin(Step.LIVENESS, face_recognition=False)
    desk.signing.verify_by_second_person(refusing, "10077", "secret", "本人到场")
    taken(desk, at_papers, Together(2, match("pass")))
    taken(desk, refusing, Together(2))
    values = [[i.value for i in desk.signing.view(c).checklist.items if i.paper == "photo_together"]
              for c in (at_papers, refusing)]
    assert values == [[1.0], [1.0]]


def test_models_that_cannot_be_used_keep_no_photo_away_and_a_lost_worker_is_told(desk, at_papers):
    assert taken(desk, at_papers, MODELS_MISSING()) == [("no_models", "info")]
    pages = len(desk.book.load(at_papers).papers["photo_together"])
    with pytest.raises(Condition, match=r"vision\.restarted"):
        taken(desk, at_papers, VISION_RESTARTED())
    assert len(desk.book.load(at_papers).papers["photo_together"]) == pages


def test_only_the_photo_together_is_looked_through_for_faces(desk, at_papers):
    desk.signing.set_circumstances(at_papers, f.circumstances().circumstances)
    desk.signing.capture_paper(at_papers, "income_proof", PHOTO)
    assert "read_together" not in {asked[0] for asked in desk.vision.asked}


def test_ones_own_face_belongs_to_the_staff_number_and_can_be_forgotten(desk):
    desk.vision.answers["face_crop"] = b"\xff\xd8\xffmine"
    assert not desk.signing.my_face_known
    desk.signing.remember_my_face(b"\xff\xd8\xffraw")
    assert desk.signing.my_face_known
    desk.book.session = desk.book.session.model_copy(update={"staff_id": "10077"})
    assert not desk.signing.my_face_known
    desk.book.session = desk.book.session.model_copy(update={"staff_id": "10482"})
    desk.vision.answers["face_crop"] = FACE_TWO()
    with pytest.raises(Condition, match=r"face\.two"):
        desk.signing.remember_my_face(b"\xff\xd8\xffraw")
    assert desk.signing.my_face_known
    desk.signing.forget_my_face()
    assert not desk.signing.my_face_known
