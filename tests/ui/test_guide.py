"""The guide of a first run: back and on, in either language, stopped, gone on with, and what is missing said in place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.guide.window import Guide
from app.ui.widgets.device_check import LEVEL_MS, QUIET_MS
from tests.ui.fake_desk import FakeLock
from tests.ui.fake_first_run import FakeFirstRun
from tests.ui.steps import click, find


@pytest.fixture
def guide(qtbot, desks):
    """The guide at a stage, over a first run in memory."""
    made = []

    def at(stage: str, **how) -> Guide:
        made.append(Guide(FakeFirstRun(desks, stage, **how)))
        qtbot.addWidget(made[-1])
        made[-1].show()
        return made[-1]

    yield at
    for one in made:
        one.close()


def shows(qtbot, guide: Guide, stage: str) -> None:
    qtbot.waitUntil(lambda: guide.page.objectName() == f"guide.{stage}" and not guide.page.busy.working, timeout=20_000)


def test_the_language_is_changed_at_once_and_kept_with_what_is_opened(qtbot, guide):
    shown = guide("language")
    for choice in ("language.en", "type_size.115"):
        before = shown.page
        click(before, f"guide.{choice}")
        qtbot.waitUntil(lambda before=before: shown.page is not before, timeout=20_000)
    assert shown.page.forward.text() == "Next"
    click(shown, "guide.language.forward")
    shows(qtbot, shown, "bank")
    assert shown._run.asked == [("", {"language": "en", "type_size": 115})]
    click(shown, "guide.bank.back")
    shows(qtbot, shown, "language")


def test_two_passphrases_that_differ_make_no_folder(qtbot, guide):
    shown = guide("passphrase")
    QTest.keyClicks(find(shown, "guide.passphrase.new"), "correct horse")
    assert find(shown, "guide.passphrase.lacks").text() == "还缺：再输一次"
    QTest.keyClicks(find(shown, "guide.passphrase.again"), "correct house")
    click(shown, "guide.passphrase.forward")
    assert shown._run.asked == []
    find(shown, "guide.passphrase.again").setText("correct horse")
    QTest.keyClick(find(shown, "guide.passphrase.again"), Qt.Key.Key_Return)
    shows(qtbot, shown, "bank")
    assert shown._run.asked[0][0] == "correct horse"


def test_an_enrolment_that_takes_long_is_stopped_and_can_be_tried_again(qtbot, guide):
    shown = guide("bank", patient=True)
    find(shown, "guide.bank.address").setText("bank.example")
    find(shown, "guide.bank.code").setText("ABCDE-FGH23")
    click(shown, "guide.bank.forward")
    stop = find(shown, "guide.bank.stop")
    qtbot.waitUntil(stop.isVisible, timeout=20_000)
    assert not find(shown, "guide.bank.address").isEnabled()
    click(shown, "guide.bank.stop")
    qtbot.waitUntil(lambda: shown.page.notice.message() == "已停止，没有登记。", timeout=20_000)
    assert find(shown, "guide.bank.forward").isEnabled()
    assert not stop.isVisible()


def test_what_was_begun_on_trial_goes_on_by_itself(qtbot, guide, desks):
    shown = guide("bank", tries_out=True)
    shows(qtbot, shown, "devices")
    qtbot.waitUntil(lambda: desks.booth.watchers != [], timeout=20_000)
    click(shown, "guide.devices.back")
    shows(qtbot, shown, "pin")
    assert desks.booth.watchers == [], "nobody looks at what is not in sight"
    desks.screen.set_pin("2468")
    shown.show_stage("pin")
    shows(qtbot, shown, "devices")


def test_the_pin_is_set_twice_alike_or_later(qtbot, guide, desks):
    shown = guide("pin")
    shows(qtbot, shown, "pin")
    for line, typed in (("new", "1111"), ("again", "1112")):
        QTest.keyClicks(find(shown, f"guide.pin.{line}"), typed)
    click(shown, "guide.pin.forward")
    find(shown, "guide.pin.again").setText("1111")
    click(shown, "guide.pin.forward")
    qtbot.waitUntil(lambda: shown.page.notice.code() == "screen.pin_shape", timeout=20_000)
    click(shown, "guide.pin.later")
    shows(qtbot, shown, "devices")
    assert not desks.screen.state().pin


def test_a_microphone_that_hears_nothing_is_told(qtbot, guide, desks):
    desks.booth.sound.level = 0.0
    shown = guide("devices")
    words, meter = find(shown, "guide.microphone.words"), shown.page._check.microphone._meter
    qtbot.waitUntil(meter.isActive, timeout=20_000)
    for _ in range(QUIET_MS // LEVEL_MS + 1):
        meter.timeout.emit()
    assert words.text().startswith("没有听到声音")
    desks.booth.sound.level = 0.6
    qtbot.waitUntil(lambda: words.text() == "听到了。", timeout=20_000)


def test_it_ends_with_practice_or_at_the_work_list(qtbot, guide):
    for name, practice in (("forward", True), ("work", False)):
        shown, ended = guide("begin"), []
        shown.ended.connect(ended.append)
        click(shown, f"guide.begin.{name}")
        qtbot.waitUntil(lambda ended=ended, practice=practice: ended == [practice], timeout=20_000)


def test_who_signed_in_and_went_away_is_signed_out(guide, desks):
    shown, forsaken = guide("devices"), []
    shown.forsaken.connect(lambda: forsaken.append(True))
    shown.idle.ticked.emit(FakeLock.idle_s)
    assert forsaken == [], "on trial nobody has a password"
    desks.lock = FakeLock()
    shown.idle.ticked.emit(FakeLock.idle_s - 1)
    assert forsaken == []
    shown.idle.ticked.emit(FakeLock.idle_s)
    assert forsaken == [True]


def test_a_device_that_keeps_its_bank_is_left_as_it_was(qtbot, guide):
    shown, left = guide("bank", anew=True), []
    shown.left.connect(lambda: left.append(True))
    assert not find(shown, "guide.bank.trial").isVisible()
    click(shown, "guide.bank.back")
    assert (left, shown._run.asked) == ([True], [])
