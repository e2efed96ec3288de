"""A practice case: done to the end and never sealed, exported, told to the bank, scored or held against another case."""

import pytest

from app.desk.work_list import WorkList
from app.domain.condition import Condition
from app.domain.flow import Step, blocking
from app.domain.summary import CaseSummary
from tests import case_facts as f


@pytest.fixture
def work(desk):
    return WorkList(desk.book, desk.book._summaries, desk.post)


@pytest.fixture
def practised(desk) -> str:
    """Everything done but the seal."""
    case_id = desk.signing.open_case(for_practice=True).case.case_id
    desk.go_on(case_id, Step.TERMS)
    return case_id


def line(work: WorkList, case_id: str) -> CaseSummary:
    return next(row for row in work.home().rows if row.case_id == case_id)


def test_it_cannot_be_sealed_nor_leave_the_device_and_says_so(desk, work, practised, tmp_path):
    for act in (lambda: desk.signing.seal(practised), lambda: desk.signing.export_documents(practised, tmp_path),
                lambda: desk.signing.copy_for_customer(practised, tmp_path, "Abcdef12", "Abcdef12")):
        with pytest.raises(Condition) as refused:
            act()
        assert refused.value.code == "case.practice"
    assert list(tmp_path.rglob("*.pdf")) == []
    view = desk.signing.view(practised)
    assert {lack.code for lack in blocking(view.case, view.pack, Step.SUBMIT)} == {"submit.practice", "submit.seal"}
    assert view.case.number.startswith("练习-")
    assert line(work, practised).practice
    home = work.home()
    assert (home.queue.cases, home.month_score, home.todos, desk.outbox.entries("queued")) == (0, None, (), ())


def test_the_same_case_for_real_is_sealed(desk):
    """What keeps the practice case from it is nothing but the practice."""
    case_id = desk.begin()
    assert desk.signing.seal(case_id).case.sealed
    assert desk.signing.view(case_id).case.number.startswith("MQ-")


def test_it_leaves_no_trace_that_another_case_is_compared_with(desk, practised):
    again = desk.begin(until=Step.SIGN)
    assert [finding for finding in desk.signing.view(again).cross if finding.code.startswith("duplicate.")] == []
    with desk.database.reading() as tables:
        assert tables.execute("SELECT count(*) FROM trace WHERE case_id = ?", [practised]).fetchone()[0] == 0


def test_the_bank_learns_nothing_of_its_face_check(desk):
    case_id = desk.signing.open_case(for_practice=True).case.case_id
    desk.go_on(case_id, Step.TERMS, Step.LIVENESS)
    desk.signing.begin_liveness(case_id)
    assert desk.book.load(case_id).liveness_begun[-1].nonce_from == "device"


def test_it_is_discarded_at_once_and_for_good_and_only_it(desk, work, practised):
    real = desk.begin(until=Step.PAPERS)
    portrait = desk.book.load(practised).card_sides["front"].portrait
    desk.signing.discard_practice(practised)
    assert [row.case_id for row in work.home().rows] == [real]
    for act in (lambda: desk.signing.view(practised), lambda: desk.vault.get(practised, portrait)):
        with pytest.raises(Condition):
            act()
    with pytest.raises(Condition) as refused:
        desk.signing.discard_practice(real)
    assert refused.value.code == "case.not_practice"


def test_it_is_not_discarded_while_it_is_recorded(desk):
    case_id = desk.signing.open_case(for_practice=True).case.case_id
    desk.go_on(case_id, Step.TERMS, Step.INTERVIEW)
    desk.book.record(case_id, f.interview()[0])
    with pytest.raises(Condition) as refused:
        desk.signing.discard_practice(case_id)
    assert refused.value.code.startswith("interview.")
