"""Nothing moves by itself where the person, or the system, asks for less."""

import pytest

from app.ui import motion
from app.ui.widgets.inputs import Check
from app.ui.widgets.notice import BusyLine
from app.ui.window import MainWindow
from tests.ui.steps import find


@pytest.fixture(autouse=True)
def still_again():
    yield
    for who in ("person", "system"):
        motion.ask_for_less(False, who)


@pytest.mark.parametrize("less", [False, True])
def test_the_line_of_work_in_progress_moves_unless_the_system_asks_for_less(qtbot, less):
    mover, line = BusyLine(), BusyLine()
    for one in (mover, line):
        qtbot.addWidget(one)
        one.resize(400, 3)
        one.show()
    mover.begin()
    moved = mover.grab().toImage()
    motion.ask_for_less(less, "system")
    at_rest = line.grab().toImage()
    line.begin()
    begun = line.grab().toImage()
    assert begun != at_rest
    qtbot.waitUntil(lambda: mover.grab().toImage() != moved, timeout=20_000)
    if less:
        assert line.grab().toImage() == begun
    else:
        qtbot.waitUntil(lambda: line.grab().toImage() != begun, timeout=20_000)
    line.end()
    assert line.grab().toImage() == at_rest


def test_less_motion_is_chosen_in_the_settings_and_kept(qtbot, window, desks):
    window.show_settings()
    find(window, "settings.less_motion", Check).click()
    assert motion.less()
    qtbot.waitUntil(lambda: desks.device.preferences.less_motion, timeout=20_000)


def test_what_was_chosen_holds_at_the_next_start(qtbot, desks):
    desks.device.change(less_motion=True)
    window = MainWindow(desks)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        window.show()
    assert motion.less()
    window.close()
