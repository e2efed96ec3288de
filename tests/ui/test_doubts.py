"""Doubts about time and place stand where the manager sees them: in the rail all the time, and before sealing."""

from PySide6.QtWidgets import QLabel

from app.desk.view import paint
from app.domain import chain
from app.domain.clock import Heard
from app.domain.flow import Step
from app.ui.widgets.evidence_rail import EvidenceRail
from tests.ui.steps import find


def doubted(desks, view):
    """The view as it were had the receiver told of a simulation, and the bank's clock been two minutes off."""
    events = list(desks.signing.journal.events[view.case.case_id])
    at = next(n for n, event in enumerate(events) if event.fact.kind == "place_recorded")
    fact = events[at].fact
    fact = fact.model_copy(update={"fix": fact.fix.model_copy(update={"flags": ("simulated",)})})
    events[at] = events[at].model_copy(update={"fact": fact})
    last = events[-1]
    events[-1] = chain.link(last.case_id, last.seq, last.at, last.mono_ms, last.boot, last.actor, last.fact, last.previous,
                            bank_time=Heard(at=last.at, age_ms=120_000))
    return paint(view.case, tuple(events), view.pack, view.dealer, view.sync)


def test_rail_and_submit_page_tell_them(qtbot, opened, desks):
    page = opened(Step.SUBMIT)
    assert not find(page, "submit.doubts", QLabel).isVisible()
    view = doubted(desks, page.view)
    page.show_case(view)
    assert "审批会看到：接收器说定位是模拟的" in find(page, "submit.doubts", QLabel).text()
    rail = EvidenceRail()
    qtbot.addWidget(rail)
    rail.show_case(view)
    assert find(rail, "evidence.doubts", QLabel).text() == "接收器说定位是模拟的"
    assert find(rail, "evidence.clock").whole() == "银行 · 相差 120 秒"
