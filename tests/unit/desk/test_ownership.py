"""A case belongs to who made it: a colleague at the same laptop meets it nowhere, and still erases it in time."""

from datetime import timedelta

import pytest

from app.desk.signing import SigningDesk
from app.desk.views import Session
from app.desk.work_list import WorkList
from app.domain import facts
from app.domain.condition import Condition
from app.domain.flow import Step
from app.domain.ink import Ink
from app.store.summaries import Summaries
from tests import case_facts as f

COLLEAGUE = Session(staff_id="10077", staff_name="周宁", device_id="device-1", bank="示例银行", gateway="")
IN_A_RECORDING = {"mark_question", "finish_interview", "pause_interview", "resume_interview"}  # of the case that runs
INK = Ink(strokes=(), pad_width_mm=100, pad_height_mm=50, device="test")


def work(desk) -> WorkList:
    return WorkList(desk.book, Summaries(desk.database), desk.post)


@pytest.fixture
def others_case(desk) -> str:
    """A sealed case with the borrower's card, and a colleague who now sits at the laptop."""
    case_id = desk.begin()
    desk.signing.seal(case_id)
    desk.book.session = COLLEAGUE
    return case_id


def test_no_act_of_the_desk_opens_a_colleagues_case(desk, others_case, tmp_path):
    desk.book.session = desk.book.session.model_copy(update={"staff_id": "10482"})
    original = desk.book.load(others_case).card_sides["front"].portrait
    assert desk.signing.file_bytes(others_case, original) == b"portrait"
    desk.book.session = COLLEAGUE
    signing, case = desk.signing, others_case
    acts = (
        (signing.view,), (signing.file_bytes, original), (signing.check_terms, f.terms().terms),
        (signing.set_terms, f.terms().terms), (signing.record_place, None, "x"),
        (signing.vouch_for_place, "10482", "x", "x"),
        (signing.answer_consent, "privacy_notice", True, 1, True), (signing.withdraw_consent, "privacy_notice"),
        (signing.name_helper, facts.ReadingHelped()), (signing.capture_id_card, "front", b""), (signing.draft_card,),
        (signing.check_card, f.card().card), (signing.confirm_id_card, f.card().card), (signing.read_id_chip,),
        (signing.choose_identity_path, "face"), (signing.begin_liveness,), (signing.abandon_liveness, "stopped"),
        (signing.finish_liveness,), (signing.review_identity, "10482", "x", "same", "x"),
        (signing.verify_by_second_person, "10482", "x", "x"), (signing.set_circumstances, facts.Circumstances()),
        (signing.capture_paper, "income_proof", b""), (signing.import_paper, "income_proof", b""),
        (signing.retake_paper, "income_proof", "p0", b""), (signing.paper_frame, "income_proof", "p0"),
        (signing.reframe_paper, "income_proof", "p0", ((0, 0),) * 4, 0), (signing.restore_paper, "income_proof", "p0"),
        (signing.remove_paper, "income_proof", "p0"), (signing.paper_fields, "income_proof", "p0"),
        (signing.correct_paper, "income_proof", "p0", {}), (signing.start_interview,), (signing.script,),
        (signing.form_fields,), (signing.check_form, {}), (signing.cost_sheet,), (signing.confirm_form, {}),
        (signing.document_pdf, "cost_sheet"), (signing.read_clause, "cost_sheet", "borrower", "x", 1, True),
        (signing.sign, "cost_sheet", "borrower", INK, ""), (signing.give_satisfaction, {}, {}, 1), (signing.seal,),
        (signing.discard_practice,),
        (signing.export_package, tmp_path), (signing.export_documents, tmp_path),
        (signing.copy_for_customer, tmp_path, "x", "x"))
    public = {name for name, act in vars(SigningDesk).items()
              if not name.startswith("_") and "case_id" in getattr(act, "__annotations__", {})}
    assert public - {act.__name__ for act, *_ in acts} <= IN_A_RECORDING
    for act, *args in acts:
        with pytest.raises(Condition) as trouble:
            act(case, *args)
        assert trouble.value.code == "case.unknown", act.__name__
    assert list(tmp_path.glob("*.pdf")) == []


def test_the_work_list_search_and_queue_know_nothing_of_it(desk, others_case):
    home = work(desk).home()
    assert (home.rows, home.total, home.todos, home.month_score) == ((), 0, (), None)
    assert (home.queue.cases, home.queue.bytes, home.queue.share) == (0, 0, 1.0)
    assert work(desk).home("林晓星").rows == ()
    for move in (work(desk).archive, work(desk).restore):
        with pytest.raises(Condition, match=r"case\.unknown"):
            move(others_case)


def test_what_two_cases_share_is_told_among_ones_own_only(desk, others_case):
    """The same customer, car and phone again, now with a colleague: nothing points to the first case."""
    again = desk.begin(until=Step.SIGN)
    number = desk.book.anyones(others_case)[0].number
    view = desk.signing.view(again)
    assert [finding for finding in view.cross if finding.code.startswith("duplicate.")] == []
    assert number not in view.model_dump_json(include={"cross", "checklist", "steps"})


def test_it_is_receipted_and_erased_in_time_whoever_sits_there(desk, others_case):
    desk.bank_takes(others_case)
    desk.clock.at += timedelta(hours=25)
    assert desk.post.purge_due(desk.clock.now()) == 1
    assert desk.book.anyones(others_case)[0].purged
