"""The customer's screen: on a display of its own or in the one window turned over; what it shows, and who takes it back."""

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.domain.flow import Step
from app.ui.pages.cost_card import spoken
from app.ui.screens import Screens
from app.ui.window import MainWindow
from tests.case_facts import ROOT
from tests.ui.silent_voice import SilentVoice
from tests.ui.steps import acts, bring_to, click, find, read_document, seal, write

TOOLS = ("rail", "evidence", "top", ".start", ".pause", ".finish", ".turn", ".back", "home")


class FakeScreens(Screens):
    """A second display that tests plug in and pull out; it lies on the one there is."""

    changed = Signal()

    def __init__(self, plugged: bool) -> None:
        super().__init__()
        self.plugged = plugged

    def beside(self, window: QWidget):
        return QGuiApplication.primaryScreen() if self.plugged else None

    def plug(self, plugged: bool) -> None:
        self.plugged = plugged
        self.changed.emit()


@pytest.fixture
def opened_at(qtbot, desks):
    """A window on a case at a step; ``pin`` set before."""
    made = []

    def make(step: Step, *, second: bool = False, pin: str = ""):
        if pin:
            desks.screen.set_pin(pin)
        window = MainWindow(desks, screens=FakeScreens(second))
        window.second = window._screens
        made.append(window)
        qtbot.addWidget(window)
        window.show()
        window.open_case(bring_to(desks, step))
        qtbot.waitUntil(lambda: window.frame is not None and window.frame.customer.state.pin == bool(pin), timeout=20_000)
        return window

    yield make
    for window in made:
        window.close()


def words_on(root: QWidget) -> set[str]:
    return {w.text() for w in root.findChildren(QLabel) + root.findChildren(QAbstractButton) if w.isVisible() and w.text()}


def names_on(root: QWidget) -> set[str]:
    return {w.objectName() for w in root.findChildren(QWidget) if w.isVisible() and w.objectName()}


def shows_no_tool(root: QWidget) -> bool:
    return not [name for name in names_on(root) if name.startswith(TOOLS[:3]) or name.endswith(TOOLS[3:])]


def test_one_window_turns_over_for_signing_and_shows_no_tool(qtbot, opened_at, desks):
    window = opened_at(Step.SIGN)
    customer = window.frame.customer
    assert customer.is_turned
    assert not window.frame.rail.isVisible()
    assert not window.frame.evidence.isVisible()
    assert not find(window, "top.queue").isVisible()
    assert find(customer.here, "sign.pad").isVisible()
    assert find(customer.here, "sign.recording").isVisible()  # she sees that it is recorded
    assert shows_no_tool(window)
    assert "林女士" in find(window, "customer.greeting", QLabel).text()


def test_without_a_pin_a_long_press_takes_the_window_back(qtbot, opened_at):
    window = opened_at(Step.SIGN)
    hold = find(window, "customer.hold")
    QTest.mousePress(hold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.frame.customer.is_turned, timeout=20_000)
    QTest.mouseRelease(hold, Qt.MouseButton.LeftButton)
    assert window.frame.page.step == Step.SIGN
    assert window.frame.rail.isVisible()
    assert find(window.frame.page, "sign.pad").isVisible()


def test_with_a_pin_only_the_pin_or_the_password_takes_it_back(qtbot, opened_at):
    window = opened_at(Step.SIGN, pin="2468")
    write(window.frame.page.pad)
    assert not find(window, "customer.hold").isVisible()
    click(window, "customer.take_back")
    secret, notice = find(window, "customer.gate.secret"), find(window, "customer.gate.notice")
    for left in (4, 3, 2, 1):
        QTest.keyClicks(secret, "1357")
        QTest.keyClick(secret, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda left=left: f"还可以试 {left} 次" in notice.message(), timeout=20_000)
    QTest.keyClicks(secret, "1357")
    QTest.keyClick(secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: notice.code() == "screen.pin_locked", timeout=20_000)
    assert window.frame.customer.is_turned
    click(window, "customer.gate.other")
    QTest.keyClicks(secret, "manager-password")
    click(window, "customer.gate.open")
    qtbot.waitUntil(lambda: not window.frame.customer.is_turned, timeout=20_000)
    assert not window.frame.page.pad.is_blank()  # nothing is lost on the way


def test_the_customer_comes_back_from_the_gate_to_where_she_was(opened_at):
    window = opened_at(Step.SIGN, pin="2468")
    click(window, "customer.take_back")
    assert not find(window, "sign.pad").isVisible()
    click(window, "customer.gate.back")
    assert find(window, "sign.pad").isVisible()


@pytest.mark.parametrize(("step", "part"), [(Step.CONSENT, "consent.text"), (Step.LIVENESS, "liveness.camera"),
                                            (Step.FORMS, "forms.annual_rate")])
def test_other_pages_are_turned_over_when_the_manager_wants_it(qtbot, opened_at, step, part):
    window = opened_at(step)
    assert not window.frame.customer.is_turned
    click(window, f"{step}.turn")
    assert window.frame.customer.is_turned
    assert find(window.frame.customer.here, part).isVisible()
    assert not window.frame.rail.isVisible()
    assert shows_no_tool(window) or step == Step.LIVENESS  # there the customer begins the check herself
    find(window, "customer.hold").held.emit()
    assert find(window.frame.page, part).isVisible()


def test_the_pin_is_set_in_the_managers_window(qtbot, opened_at, desks):
    window = opened_at(Step.CONSENT)
    click(window, "consent.pin")
    for line in ("new", "again"):
        QTest.keyClicks(find(window, f"consent.pin_form.{line}"), "2468")
    click(window, "consent.pin_form.keep")
    qtbot.waitUntil(lambda: window.frame.customer.state.pin, timeout=20_000)
    desks.screen.check_pin("2468")
    click(window, "consent.turn")
    assert find(window, "customer.take_back").isVisible()


def test_with_a_second_display_the_manager_keeps_rails_and_sees_what_is_missing(qtbot, opened_at, desks):
    window = opened_at(Step.SIGN, second=True)
    there = window.frame.customer.there
    qtbot.waitUntil(there.isVisible, timeout=20_000)
    assert find(there, "sign.pad").isVisible()
    assert find(there, "customer.display.greeting", QLabel).text()
    assert not find(there, "customer.display.take_back").isVisible()
    assert shows_no_tool(there)
    assert there.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.frame.rail.isVisible()
    assert "还差" in find(window, "sign.needs", QLabel).text()
    assert find(window.frame.page, "sign.recording").isVisible()  # and keeps the recording's tools
    assert window.grab().toImage().size() == window.size()


def test_everything_is_signed_and_rated_on_the_second_display(qtbot, opened_at, desks):
    window = opened_at(Step.SIGN, second=True)
    there, page = window.frame.customer.there, window.frame.page
    qtbot.waitUntil(there.isVisible, timeout=20_000)
    read_document(qtbot, page)
    write(page.pad)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    click(there, "sign.confirm")
    qtbot.waitUntil(lambda: "sign" in acts(desks), timeout=20_000)
    window.frame.show_step(Step.SUBMIT)
    assert find(there, "customer.display.rest").isVisible()
    assert not [name for name in names_on(there) if name.startswith(("sign", "submit"))]


def test_a_display_that_vanishes_loses_nothing_and_comes_back(qtbot, opened_at):
    window = opened_at(Step.SIGN, second=True)
    customer, page = window.frame.customer, window.frame.page
    qtbot.waitUntil(customer.there.isVisible, timeout=20_000)
    write(page.pad)
    strokes = page.pad.ink().strokes
    window.second.plug(False)
    assert not customer.there.isVisible()
    assert page.isAncestorOf(page.pad)
    assert page.pad.isVisible()
    assert page.pad.ink().strokes == strokes
    assert "客户屏断开" in page.notice.message()
    click(window, "sign.turn")
    assert customer.is_turned
    find(window, "customer.hold").held.emit()
    window.second.plug(True)
    assert find(customer.there, "sign.pad").isVisible()
    assert page.pad.ink().strokes == strokes


def test_a_display_plugged_in_does_not_take_the_window_from_the_customer(opened_at):
    window = opened_at(Step.SIGN)
    window.second.plug(True)
    assert window.frame.customer.is_turned
    assert not window.frame.rail.isVisible()


def test_f6_moves_the_keyboard_to_the_customers_window_and_back(qtbot, opened_at):
    window = opened_at(Step.CONSENT, second=True)
    there = window.frame.customer.there
    qtbot.waitUntil(there.isVisible, timeout=20_000)
    window.activateWindow()
    window.frame.page.back.setFocus()
    QTest.keyClick(window.frame.page.back, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: there.isAncestorOf(QApplication.focusWidget()), timeout=20_000)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(window.frame.page.back.hasFocus, timeout=20_000)


def test_the_manager_may_keep_the_second_display(qtbot, opened_at, desks):
    window = opened_at(Step.CONSENT, second=True)
    there = window.frame.customer.there
    qtbot.waitUntil(there.isVisible, timeout=20_000)
    click(window, "consent.turn_home")
    qtbot.waitUntil(lambda: not there.isVisible(), timeout=20_000)
    assert not desks.screen.state().second_display
    assert find(window.frame.page, "consent.text").isVisible()
    click(window, "consent.turn")
    qtbot.waitUntil(there.isVisible, timeout=20_000)
    assert find(there, "consent.text").isVisible()


def test_type_grows_on_request_and_is_plain_again_with_the_manager(qtbot, opened_at):
    window = opened_at(Step.FORMS)
    click(window, "forms.turn")
    rate = find(window, "forms.cost.total")
    sizes = []
    for _ in range(3):
        sizes.append(rate.font().pixelSize())
        click(window, "customer.larger")
    assert sizes == [16, 18, 22]
    find(window, "customer.hold").held.emit()
    assert rate.font().pixelSize() == 14


def test_a_sealed_case_is_never_shown_to_a_customer(qtbot, opened_at, desks):
    window = opened_at(Step.TERMS, second=True)
    case_id = bring_to(desks, Step.SUBMIT)
    seal(desks, case_id)
    window.show_home()
    window.open_case(case_id)
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    for step in (Step.CONSENT, Step.SIGN, Step.SATISFACTION):
        window.frame.show_step(step)
        assert not window.frame.customer.is_turned
        assert window.frame.page.host is None
        assert not find(window.frame.page, f"{step}.turn").isVisible()


def test_after_the_last_question_the_manager_goes_on(qtbot, opened_at, desks):
    window = opened_at(Step.SATISFACTION)
    for rating in desks.policy.ratings:
        click(window, f"satisfaction.{rating.code}." + ("no" if rating.yes_no else "5"))
    click(window, "satisfaction.confirm")
    qtbot.waitUntil(lambda: find(window, "satisfaction.thanks").isVisible(), timeout=20_000)
    find(window, "customer.hold").held.emit()
    assert window.frame.page.step == Step.SUBMIT
    assert window.frame.rail.isVisible()


def test_cost_sheet_and_clauses_are_read_aloud(qtbot, opened, desks):
    page = opened(Step.FORMS)
    voice = SilentVoice()
    page._cost.read_aloud.read_with(voice)
    sheet = desks.signing.cost_sheet(page.case_id)
    qtbot.waitUntil(lambda: find(page, "forms.annual_rate", QLabel).text() != "—", timeout=20_000)
    click(page, "forms.cost.read_aloud")
    assert voice.said == [spoken(sheet)]
    assert all(item.collector in voice.said[0] for item in sheet.items)
    assert voice.said[0].endswith("不再收取任何其他费用。")


def test_two_real_displays(tmp_path):
    """Qt's own screens: the window goes to the other one, and ink is measured on it."""
    screens = [{"name": name, "x": x, "y": 0, "width": width, "height": height, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
               for name, x, width, height in (("laptop", 0, 1366, 768), ("customer", 1366, 1920, 1080))]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": screens}), encoding="utf-8")
    seen = subprocess.run([sys.executable, "-m", "tests.ui.two_displays"], cwd=ROOT, check=True, capture_output=True, text=True,
                          timeout=60, env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"})
    told = json.loads(seen.stdout)
    assert told["manager"] == "laptop"
    assert told["customer"] == "customer"
    assert told["geometry"] == [1366, 0, 1920, 1080]
    assert told["pad_mm"] == pytest.approx(told["pad_px"] / told["dots_per_inch"] * 25.4)


def test_another_pin_is_set_by_who_knows_the_first_or_the_password(qtbot, opened_at, desks):
    window = opened_at(Step.FORMS, pin="2468")
    form, notice = window.frame.page.handover.form, window.frame.page.notice
    click(window, "forms.pin")

    def change(proof: str, pin: str) -> None:
        for line, typed in (("proof", proof), ("new", pin), ("again", pin)):
            find(window, f"forms.pin_form.{line}").clear()
            QTest.keyClicks(find(window, f"forms.pin_form.{line}"), typed)
        click(window, "forms.pin_form.keep")

    change("1111", "1357")
    qtbot.waitUntil(lambda: notice.code() == "screen.wrong_pin", timeout=20_000)
    desks.screen.check_pin("2468")
    click(window, "forms.pin_form.other")
    change("manager-password", "1357")
    qtbot.waitUntil(form.isHidden, timeout=20_000)
    assert notice.message() == ""
    desks.screen.check_pin("1357")
