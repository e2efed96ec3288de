"""The work list over real cases: its groups, its archive and what is due, whatever is searched for."""

import pytest

from app.desk.work_list import WorkList
from app.domain.condition import Condition
from app.domain.summary import GROUPS


@pytest.fixture
def work(desk):
    return WorkList(desk.book, desk.book._summaries, desk.post)


def ids(view) -> list[str]:
    return [row.case_id for row in view.rows]


def test_cases_stand_in_their_groups_and_what_must_be_sent_cannot_be_archived(desk, work):
    draft = desk.signing.open_case().case.case_id
    sealed, returned = desk.begin(), desk.begin()
    for case_id in (sealed, returned):
        desk.signing.seal(case_id)
    desk.bank_takes(returned)
    desk.bank_asks(returned, "income_proof")
    assert [ids(work.home(group=group)) for group in GROUPS[1:4]] == [[draft], [sealed], [returned]]
    assert work.home().groups == {"all": 3, "open": 1, "to_send": 1, "returned": 1, "bank": 0, "archived": 0}
    for case_id in (sealed, returned):
        with pytest.raises(Condition) as refused:
            work.archive(case_id)
        assert refused.value.code == "case.not_archivable"
    assert [todo.case_id for todo in work.home("nobody has this name", group="open").todos] == [returned]


def test_an_archived_case_leaves_the_list_but_not_its_number_and_a_supplement_brings_it_back(desk, work):
    received = desk.begin()
    desk.signing.seal(received)
    desk.bank_takes(received)
    number = desk.book.view(received).case.number
    work.archive(received)
    assert (ids(work.home()), ids(work.home(group="archived"))) == ([], [received])
    assert desk.signing.open_case().case.number != number
    desk.bank_asks(received, "income_proof")
    assert received in ids(work.home())
