"""Fixtures of the window's tests: one application, desks at the port, and no lane or bug left behind."""

import logging
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest

from app.ui import operation, text, theme
from app.ui.application import make_application
from tests.ui.fake_desk import make_desks


@pytest.fixture(scope="session")
def qapp():
    return make_application(["test"])


@pytest.fixture(autouse=True)
def tidy(qapp, caplog):
    """Every test begins in Chinese and light, and ends without a worker thread and without a logged bug."""
    text.set_language("zh")
    theme.apply("light")
    yield
    assert operation.shut_down()
    bugs = [r for r in caplog.get_records("call") if r.name == "app.ui.operation" and r.levelno >= logging.ERROR]
    assert not bugs, [bug.getMessage() for bug in bugs]


@pytest.fixture
def desks():
    return make_desks()
