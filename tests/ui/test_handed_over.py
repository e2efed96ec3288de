"""A window that the customer has stays the customer's: ending the program and starting it again takes nothing back."""

from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.desk.handed_over import HandedOver
from app.domain.flow import Step
from app.front import office
from app.main import booth_of, connect
from app.records import records
from app.ui.window import MainWindow
from tests.key_store import MemoryKeyStore
from tests.known_folder import NOBODY, known
from tests.memory_settings import MemorySettings
from tests.ui.steps import bring_to, click, find
from tests.waiting import until

MANAGER, PIN = "10482", "2468"


@contextmanager
def started(folder, key_store):
    """The program's own parts over a data folder, from the keys to the desks; nobody is asked for a password."""
    with records(folder, key_store=key_store) as here:
        known(here)
        with office(here, here.session(MANAGER, "样例", NOBODY), lambda: connect(here, NOBODY),
                    lambda: booth_of("missing.avi", "nmea:missing", "none")) as desks:
            yield desks


@contextmanager
def shown(qtbot, desks):
    window = MainWindow(desks)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def try_pin(window, pin: str) -> None:
    QTest.keyClicks(find(window, "lock.password", QLineEdit), pin)
    click(window, "lock.unlock")


def test_after_a_restart_the_pin_is_asked_for_before_anything_is_seen(qtbot, tmp_path):
    folder, key_store = tmp_path / "本机 data", MemoryKeyStore()
    with started(folder, key_store) as desks:
        assert not desks.handed_over
        desks.screen.set_pin(PIN)
        desks.screen.note_turned(True)
    with started(folder, key_store) as desks, shown(qtbot, desks) as window:
        assert window.lockable.locked
        assert [w.objectName() for w in window.findChildren(QLineEdit) if w.isVisible()] == ["lock.password"]
        assert not find(window, "lock.other", QPushButton).isVisible()
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        try_pin(window, "1357")
        qtbot.waitUntil(lambda: window.lockable._page.notice.code() == "screen.wrong_pin", timeout=20_000)
        assert desks.work.home().total == 0
        try_pin(window, PIN)
        qtbot.waitUntil(lambda: not window.lockable.locked, timeout=20_000)
        assert find(window, "home.count", QLabel).isVisible()
    with started(folder, key_store) as desks:
        assert not desks.handed_over


@pytest.mark.parametrize(("pin", "password", "asked"), [(True, False, True), (True, True, False), (False, False, False)])
def test_who_has_just_signed_in_or_never_set_a_pin_is_asked_for_none(pin, password, asked):
    settings = MemorySettings()
    kept = HandedOver(settings, MANAGER)
    if pin:
        settings.set(kept.pin, "a verifier")
    kept.note(True)
    assert kept.at_start(password_given=password) == asked
    assert kept.at_start(password_given=False) == asked


def test_turning_the_window_over_and_taking_it_back_are_kept(qtbot, desks, window):
    kept = HandedOver(desks.screen._settings, MANAGER)
    desks.screen.set_pin(PIN)
    window.open_case(bring_to(desks, Step.CONSENT))
    qtbot.waitUntil(lambda: window.frame is not None and window.frame.customer.state.pin, timeout=20_000)
    click(window, "consent.turn")
    until(lambda: kept.at_start(password_given=False))
    click(window, "customer.take_back")
    QTest.keyClicks(find(window, "customer.gate.secret", QLineEdit), PIN)
    click(window, "customer.gate.open")
    qtbot.waitUntil(lambda: not window.frame.customer.is_turned, timeout=20_000)
    until(lambda: not kept.at_start(password_given=False))
