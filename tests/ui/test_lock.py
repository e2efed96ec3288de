"""The lock of the desk: it falls in time, covers everything, keeps the work as it stood, and opens by the password only."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.desk.lock import DeskLock
from app.desk.views import RecordingState
from app.domain.flow import Step
from app.ui.idle import IdleWatch
from app.ui.lock import kept_open_by
from app.ui.window import MainWindow
from tests.ui.fake_desk import ROLLING, FakeLock
from tests.ui.steps import bring_to, click, find

LIMIT_S = FakeLock.idle_s


@pytest.fixture
def window(qtbot, desks):
    desks.lock = FakeLock()
    made = MainWindow(desks)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: find(made, "home.count", QLabel).text() != "", timeout=20_000)
    qtbot.waitUntil(lambda: made._recorder.isActive(), timeout=20_000)
    made.lockable.idle.stop()  # time passes as the test says
    yield made
    made.close()


@pytest.fixture
def case(qtbot, window, desks):
    """A window with a case at its terms, half filled in."""
    window.open_case(bring_to(desks, Step.TERMS))
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    model = find(window, "terms.model", QLineEdit)
    model.setFocus()
    QTest.keyClicks(model, "half a mod")
    return window


def idle(window, seconds: float) -> None:
    window.lockable.idle.ticked.emit(seconds)


def unlock(qtbot, window, password: str) -> None:
    QTest.keyClicks(find(window, "lock.password", QLineEdit), password)
    QTest.keyClick(find(window, "lock.password", QLineEdit), Qt.Key.Key_Return)


def test_it_falls_after_the_idle_time_and_the_case_is_as_it_was(qtbot, case):
    frame, before = case.frame, case.grab()
    idle(case, LIMIT_S - 1)
    assert not case.lockable.locked
    idle(case, LIMIT_S)
    assert case.lockable.locked
    assert not frame.isVisible()
    unlock(qtbot, case, "right")
    qtbot.waitUntil(lambda: not case.lockable.locked, timeout=20_000)
    model = find(case, "terms.model", QLineEdit)
    assert (case.frame, model.text(), model.hasFocus()) == (frame, "half a mod", True)
    QTest.keyClicks(model, "el")
    assert model.text() == "half a model"
    assert case.grab().size() == before.size()


def test_nothing_of_the_work_is_seen_or_reached_behind_it(qtbot, case, desks):
    QTest.keyClick(case, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert case.lockable.locked
    seen = [w.text() for w in case.findChildren(QLabel) if w.isVisible()]
    assert not any("MQ-2026" in words or "示例" in words for words in seen), seen
    assert [w.objectName() for w in case.findChildren(QLineEdit) if w.isVisible()] == ["lock.password"]
    cases = desks.work.home().total
    for key in (Qt.Key.Key_N, Qt.Key.Key_L):
        QTest.keyClick(case, key, Qt.KeyboardModifier.ControlModifier)
    assert desks.work.home().total == cases
    picture = case.grab().toImage()
    case.lockable._work.hide()
    assert case.grab().toImage() == picture


def test_a_wrong_password_is_told_and_the_desk_stays_locked(qtbot, window):
    window.lockable.lock_now()
    unlock(qtbot, window, "wrong")
    qtbot.waitUntil(lambda: window.lockable._page.notice.code() == "staff.wrong_password", timeout=20_000)
    assert window.lockable.locked
    field = find(window, "lock.password", QLineEdit)
    assert (field.text(), field.echoMode()) == ("", QLineEdit.EchoMode.Password)


def test_it_opens_by_touch_alone(qtbot, window):
    device = QTest.createTouchDevice()
    window.lockable.lock_now()
    find(window, "lock.password", QLineEdit).setText("right")
    enter = find(window, "lock.unlock", QPushButton)
    native, middle = window.windowHandle(), enter.mapTo(window, enter.rect().center())
    QTest.touchEvent(native, device).press(0, middle, native).commit()
    QTest.touchEvent(native, device).release(0, middle, native).commit()
    qtbot.waitUntil(lambda: not window.lockable.locked, timeout=20_000)


@pytest.mark.parametrize(("recording", "in_hand", "idle_s", "held"), [
    (RecordingState(active=False), "", LIMIT_S, False),
    (ROLLING, "", 4 * LIMIT_S, True),
    (RecordingState(active=True, rolling=True, faceless_s=LIMIT_S), "", LIMIT_S, False),
    (RecordingState(active=False), "ink", LIMIT_S, True),
    (RecordingState(active=False), "ink", 2 * LIMIT_S, False)])
def test_what_keeps_the_desk_open(recording, in_hand, idle_s, held):
    assert bool(kept_open_by(recording, in_hand, idle_s, LIMIT_S)) == held


def test_a_recording_keeps_it_open_and_the_bar_says_so(window, desks):
    desks.booth.recording = ROLLING
    idle(window, LIMIT_S)
    assert not window.lockable.locked
    assert find(window, "top.lock_waits").isVisible()
    idle(window, 1)
    assert not find(window, "top.lock_waits").isVisible()


def test_locked_by_hand_a_recording_goes_on_and_nobody_else_signs_in(qtbot, window, desks):
    changed = []
    window.other_person.connect(lambda: changed.append(True))
    desks.booth.recording = ROLLING
    window.lockable.lock_now()
    assert find(window, "lock.going_on", QLabel).isVisible()
    click(window, "lock.other")
    assert changed == []
    assert find(window, "lock.notice.message", QLabel).isVisible()
    desks.booth.recording = RecordingState(active=False)
    click(window, "lock.other")
    assert changed == [True]


def test_without_a_password_of_anybody_nothing_locks(window, desks):
    desks.lock = None
    window.lockable.lock_now()
    idle(window, 10 * LIMIT_S)
    assert not window.lockable.locked


def test_keys_pointer_and_fingers_count_as_somebody_there(qtbot, window):
    now = [0.0]
    watch = IdleWatch(window, lambda: now[0])
    told = []
    watch.ticked.connect(told.append)
    watch.look()
    native = window.windowHandle()
    for touch in (lambda: QTest.keyClick(native, Qt.Key.Key_Shift), lambda: QTest.mouseMove(native, QPoint(40, 41)),
                  lambda: QTest.mouseClick(native, Qt.MouseButton.LeftButton, pos=QPoint(5, 400))):
        now[0] += 100
        watch.look()
        touch()
        watch.look()
    assert told == [0, 100, 0, 100, 0, 100, 0]


def test_ones_own_time_may_be_shorter_than_the_banks_but_not_longer(desks):
    kept = {}

    class Settings:
        def get(self, name, default):
            return kept.get(name, default)

        def set(self, name, value):
            kept[name] = value

    bank = desks.policy.thresholds.idle_lock_minutes
    lock = DeskLock(bank, Settings(), lambda password: None)
    assert lock.idle_s == LIMIT_S
    for minutes, seconds in ((2, 120), (60, LIMIT_S)):
        lock.shorten(minutes)
        assert lock.idle_s == DeskLock(bank, Settings(), lambda password: None).idle_s == seconds
