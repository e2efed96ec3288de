"""A day at one laptop as two managers have it: signing in, the lock, unlocking without a line, and changing over."""

import argparse
from contextlib import ExitStack

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.records import records
from app.start import Start
from app.store.keystore import NoKeyStore
from app.sync.enrolling import enrol
from app.sync.enrolment import keep
from app.ui import operation
from app.ui.application import make_application
from app.ui.entrance import Entrance
from app.ui.window import MainWindow
from app.workplace import Workplace
from tests.gateway_process import COLLEAGUE, MANAGER, running_gateway

pytestmark = pytest.mark.timeout(480)
PASSPHRASE = "of the day's test"


@pytest.fixture(scope="session")
def qapp():
    return make_application(["test"])


@pytest.fixture
def bank(tmp_path):
    with running_gateway(tmp_path / "bank") as gateway:
        yield gateway


@pytest.fixture
def start(tmp_path, qapp, bank):
    """The program on a data folder that is enrolled with ``bank``."""
    args = argparse.Namespace(data=tmp_path / "本机 data", gateway="", staff="", place="nmea:missing", trial=False)
    with ExitStack() as stack:
        opened = stack.enter_context(records(args.data, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE))
        keep(opened.settings, *enrol(bank.address, bank.code, "test", opened.keys.signing_key()))
        place = Workplace(stack, args, {"camera": "missing.avi", "microphone": "none"})
        place.take(opened)
        made = Start(stack, place)
        made.go_on()
        yield made
        made.window.close()
        operation.shut_down()


def part(window, name: str, kind):
    return window.findChild(kind, name)


def sign_in(qtbot, start, staff_id: str, password: str) -> None:
    entrance = start.window
    assert isinstance(entrance, Entrance)
    qtbot.waitUntil(lambda: part(entrance, "entrance.staff", QLineEdit) is not None, timeout=60_000)
    part(entrance, "entrance.staff", QLineEdit).setText(staff_id)
    part(entrance, "entrance.password", QLineEdit).setText(password)
    part(entrance, "entrance.sign_in", QPushButton).click()


def at_work(qtbot, start) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(start.window, MainWindow), timeout=60_000)
    window = start.window
    qtbot.waitUntil(lambda: window.home.findChild(QLabel, "home.count").text() != "", timeout=60_000)
    qtbot.waitUntil(lambda: window._recorder.isActive(), timeout=60_000)
    return window


def unlock(qtbot, window: MainWindow, password: str) -> None:
    window.lockable.lock_now()
    QTest.keyClicks(part(window, "lock.password", QLineEdit), password)
    part(window, "lock.unlock", QPushButton).click()
    qtbot.waitUntil(lambda: not window.lockable.locked, timeout=60_000)


def change_over(window: MainWindow) -> None:
    window.lockable.lock_now()
    part(window, "lock.other", QPushButton).click()


def test_two_managers_share_a_laptop_and_no_cases(qtbot, start, bank):
    sign_in(qtbot, start, MANAGER, bank.passwords[MANAGER])
    window = at_work(qtbot, start)
    number = start._place.desks.signing.open_case().case.number
    unlock(qtbot, window, bank.passwords[MANAGER])
    assert start._place.desks.work.home().total == 1

    change_over(window)
    sign_in(qtbot, start, COLLEAGUE, bank.passwords[COLLEAGUE])
    window = at_work(qtbot, start)
    assert (start._place.desks.work.home().total, start._place.desks.work.home(number).total) == (0, 0)

    bank.stop()
    unlock(qtbot, window, bank.passwords[COLLEAGUE])
    change_over(window)
    sign_in(qtbot, start, MANAGER, bank.passwords[MANAGER])
    at_work(qtbot, start)
    assert [row.case_number for row in start._place.desks.work.home().rows] == [number]
