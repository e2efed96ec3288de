"""Work runs off the window's thread, one act after another, and its end reaches only those who are still there."""

import threading
import time

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from app.domain.condition import Condition, Kind
from app.ui import operation
from app.ui.operation import Operation

BUSY = Kind("test.busy", zh="忙", zh_next="等", en="busy", en_next="wait")


def test_the_result_comes_back_on_the_windows_thread(qtbot):
    got = []
    Operation(lambda: threading.current_thread().name).then(
        lambda name: got.append((name, QThread.currentThread().isMainThread()))).start()
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got == [("lane-desk", True)]


def test_acts_of_one_lane_never_overlap(qtbot):
    running, most, done = [], [], []

    def act():
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()

    for _ in range(5):
        Operation(act).then(lambda _r: done.append(1)).start()
    qtbot.waitUntil(lambda: len(done) == 5, timeout=20_000)
    assert max(most) == 1


def test_what_the_person_asked_for_goes_before_pictures(qtbot):
    order, gate = [], threading.Event()
    Operation(gate.wait, 60).start()
    for name in ("picture 1", "picture 2"):
        Operation(order.append, name, rank=1).start()
    Operation(order.append, "act").start()
    gate.set()
    qtbot.waitUntil(lambda: len(order) == 3, timeout=20_000)
    assert order == ["act", "picture 1", "picture 2"]


def test_a_condition_is_handed_on_as_it_is(qtbot):
    def act():
        raise BUSY()

    got: list[Condition] = []
    Operation(act).failed(got.append).start()
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got[0].code == "test.busy"


def test_a_bug_is_named_but_its_words_are_never_logged(qtbot, caplog):
    def act():
        raise ValueError("320102198806051229")

    got: list[Condition] = []
    Operation(act).failed(got.append).start()
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got[0].code == "program.fault"
    assert "ValueError" in caplog.text
    assert "320102198806051229" not in caplog.text + got[0].message()
    caplog.clear()


def test_nothing_is_called_for_a_page_that_is_gone(qtbot):
    gate, called, after = threading.Event(), [], []
    page = QWidget()
    Operation(gate.wait, 60).owned_by(page).then(called.append).failed(called.append).start()
    page.deleteLater()
    page.destroyed.connect(lambda: gate.set())
    del page
    Operation(lambda: None).then(after.append).start()
    qtbot.waitUntil(lambda: bool(after), timeout=20_000)
    assert called == []


def test_slow_work_says_so_while_it_is_under_way(qtbot):
    gate, said = threading.Event(), []
    slow = Operation(gate.wait, 60).then(lambda opened: said.append(("ended", opened)))
    slow.slow.connect(lambda: said.append("slow"))
    slow.long.connect(lambda: said.append("long"))
    slow.start()
    assert sorted(timer.interval() for timer in slow.findChildren(QTimer)) == [300, 2000]
    qtbot.waitUntil(lambda: said == ["slow", "long"], timeout=20_000)
    gate.set()
    qtbot.waitUntil(lambda: said == ["slow", "long", ("ended", True)], timeout=20_000)


def test_nobody_hears_that_work_is_slow_once_its_owner_is_gone(qtbot):
    gate, said, owner = threading.Event(), [], QWidget()
    orphan, other = Operation(gate.wait, 60).owned_by(owner), Operation(gate.wait, 60, lane="other")
    for work, name in ((orphan, "orphan"), (other, "other")):
        work.slow.connect(lambda name=name: said.append(name))
        work.long.connect(lambda name=name: said.append(name))
        work.start()
    delete(owner)
    qtbot.waitUntil(lambda: said == ["other", "other"], timeout=20_000)
    gate.set()


def test_work_that_ended_is_not_said_to_be_slow_any_more(qtbot):
    quick, waiting = Operation(lambda: None), []
    quick.ended.connect(lambda: waiting.append([timer.isActive() for timer in quick.findChildren(QTimer)]))
    quick.start()
    qtbot.waitUntil(lambda: bool(waiting), timeout=20_000)
    assert waiting == [[False, False]]


def test_the_window_lives_while_an_act_is_under_way(qtbot):
    """The gate opens only after the window's thread has turned many times: an act on that thread would never end."""
    gate, beats, got, timer = threading.Event(), [], [], QTimer()
    timer.timeout.connect(lambda: beats.append(1))
    timer.start(1)
    Operation(gate.wait, 60).then(got.append).start()
    qtbot.waitUntil(lambda: len(beats) >= 50, timeout=20_000)
    assert got == []
    gate.set()
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    timer.stop()
    assert got == [True]


def test_shutting_down_waits_for_the_act_under_way_and_drops_the_rest(qtbot):
    done, begun = [], threading.Event()

    def act():
        """Under way until its lane was told to close."""
        lane = operation._lanes["desk"]
        begun.set()
        while lane._open:
            time.sleep(0.005)
        done.append("first")

    Operation(act).start()
    Operation(done.append, "second").start()
    assert begun.wait(60)
    assert operation.shut_down(60)
    assert done == ["first"]
    assert not [t for t in threading.enumerate() if t.name.startswith("lane-")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_fault_speaks_both_languages(language):
    condition = operation.PROGRAM_FAULT(kind="ValueError")
    assert "ValueError" in condition.message(language)
    assert condition.next(language)
