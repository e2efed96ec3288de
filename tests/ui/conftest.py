"""Fixtures of the window's tests: one application, desks at the port, and no lane or bug left behind."""

import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest

from app.domain.flow import Step
from app.ui import operation, text, theme
from app.ui.application import make_application
from app.ui.pages.register import PAGES
from app.ui.window import MainWindow
from tests.ui.fake_desk import make_desks
from tests.ui.steps import acts, bring_to, click, find


@pytest.fixture(scope="session")
def qapp():
    return make_application(["test"])


@pytest.fixture(autouse=True)
def tidy(qapp, caplog):
    """Every test begins in Chinese and light, and ends without a worker thread and without a logged bug."""
    text.set_language("zh")
    theme.apply("light")
    yield
    assert operation.shut_down(60)
    bugs = [r for r in caplog.get_records("call") if r.name == "app.ui.operation" and r.levelno >= logging.ERROR]
    assert not bugs, [bug.getMessage() for bug in bugs]


@pytest.fixture
def desks():
    return make_desks()


@pytest.fixture
def window(qtbot, desks):
    """The window with its work list there."""
    made = MainWindow(desks)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: find(made, "home.count").text() != "", timeout=20_000)
    yield made
    made.close()


@pytest.fixture
def opened(qtbot, desks):
    """A page of a new case brought to its step; acts refresh it as the frame would."""
    pages = []

    def make(step: Step):
        case_id = bring_to(desks, step)
        page = PAGES[step](desks, desks.signing.view(case_id))
        qtbot.addWidget(page)
        page.went = []
        page.recorded.connect(page.show_case)
        page.go.connect(page.went.append)
        page.resize(874, 716)
        page.show()
        page.show_case(page.view)
        page.enter()
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.leave()


@pytest.fixture
def papers(qtbot, opened, desks):
    """The papers page with one paper open."""
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: "set_circumstances" in acts(desks), timeout=20_000)
    page.open_paper("income_proof")
    return page
