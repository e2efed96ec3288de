"""Highlighted clauses at the desk's door: nobody signs a document before each was shown on its own and acknowledged."""

import pytest

from app.domain.clauses import clauses_left, require_read
from app.domain.evidence import digest
from app.domain.flow import Step
from app.domain.fold import fold
from tests import case_facts as f
from tests.refused import refused

CLAUSES = ("逾期的，贷款人有权提前收回借款。", "未经同意不得转让车辆。")


@pytest.fixture
def at_signing(desk) -> str:
    case_id = desk.begin(Step.SIGN)
    sheet = f.prepared("cost_sheet")
    desk.book.record(case_id, sheet.model_copy(update={"clauses": CLAUSES}))
    return case_id


def test_each_clause_is_acknowledged_in_turn_before_the_document_is_signed(desk, at_signing):
    who = (at_signing, "cost_sheet", "borrower")
    refused("clause.not_read", require_read, desk.book.load(at_signing), *who[1:])
    refused("clause.not_next", desk.signing.read_clause, *who, CLAUSES[1], 60, True)
    refused("clause.too_short", desk.signing.read_clause, *who, CLAUSES[0], 2.9, True)
    refused("clause.too_short", desk.signing.read_clause, *who, CLAUSES[0], 60, False)
    desk.signing.read_clause(*who, CLAUSES[0], 4.26, True)
    refused("clause.not_read", require_read, desk.book.load(at_signing), *who[1:])
    case = desk.signing.read_clause(*who, CLAUSES[1], 5, True).case
    assert clauses_left(case, "cost_sheet", "borrower") == ()
    assert clauses_left(case, "cost_sheet", "spouse") == CLAUSES  # each reads for himself
    assert clauses_left(case, "cost_sheet", "manager") == ()
    kept = case.documents["cost_sheet"].clauses_read
    assert [(one.clause_sha256, one.shown_s, one.read_to_end) for one in kept] == [
        (digest(CLAUSES[0].encode()), 4.3, True), (digest(CLAUSES[1].encode()), 5.0, True)]
    refused("clause.not_next", desk.signing.read_clause, *who, CLAUSES[1], 60, True)  # once is enough


def test_a_document_drawn_anew_is_read_anew(desk, at_signing):
    desk.signing.read_clause(at_signing, "cost_sheet", "borrower", CLAUSES[0], 4, True)
    desk.book.record(at_signing, f.prepared("cost_sheet").model_copy(update={"clauses": CLAUSES}))
    assert clauses_left(desk.book.load(at_signing), "cost_sheet", "borrower") == CLAUSES
    assert fold(desk.book.events(at_signing)) == desk.book.load(at_signing)


def test_the_bank_sets_how_long(desk):
    desk.policy(clause_seconds_min="8")
    case_id = desk.begin(Step.SIGN)
    desk.book.record(case_id, f.prepared("cost_sheet").model_copy(update={"clauses": CLAUSES}))
    refused("clause.too_short", desk.signing.read_clause, case_id, "cost_sheet", "borrower", CLAUSES[0], 7.9, True)
    desk.signing.read_clause(case_id, "cost_sheet", "borrower", CLAUSES[0], 8, True)
