"""The highlighted clauses before the customer: one at a time, not before its time and its end, then the document."""

import pytest
from PySide6.QtWidgets import QLabel

from app.domain.flow import Step
from tests.ui.steps import acts, click, find

CLAUSES = ("贷款人有权提前收回借款。" * 160, "未经同意不得转让车辆。")


@pytest.fixture
def page(opened, desks):
    desks.signing.clauses = CLAUSES
    desks.signing.pack = desks.signing.pack.model_copy(update={
        "thresholds": desks.signing.pack.thresholds.model_copy(update={"clause_seconds_min": 0.05})})
    page = opened(Step.SIGN)
    page.resize(1024, 400)
    return page


def test_a_clause_is_dwelt_on_to_its_end_and_then_acknowledged(qtbot, page, desks):
    pane = page.clauses
    assert pane.isVisible()
    assert not page.pad.isVisible()
    assert "1 / 2" in find(page, "sign.clause.heading", QLabel).text()
    qtbot.waitUntil(lambda: "看到末尾" in pane.confirm.text(), timeout=20_000)
    assert not pane.confirm.isEnabled()
    bar = find(page, "sign.clause.area").verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(pane.confirm.isEnabled, timeout=20_000)
    click(page, "sign.clause.confirm")
    qtbot.waitUntil(lambda: "2 / 2" in find(page, "sign.clause.heading", QLabel).text(), timeout=20_000)
    assert find(page, "sign.clause.text", QLabel).text() == CLAUSES[1]
    qtbot.waitUntil(pane.confirm.isEnabled, timeout=20_000)
    click(page, "sign.clause.confirm")
    qtbot.waitUntil(page.pad.isVisible, timeout=20_000)
    assert acts(desks).count("read_clause") == 2


def test_who_does_not_agree_to_a_clause_says_so(page):
    click(page, "sign.clause.refuse")
    assert "没有同意" in page.notice.message()
