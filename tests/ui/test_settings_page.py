"""The settings: every choice is in force at once and kept, seen and heard while it is chosen, and its trouble told in place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.desk.booth import RECORDING_RUNS
from app.desk.lock import DeskLock
from app.ui import theme
from app.ui.window import MainWindow
from tests.ui.fake_desk import CAMERA
from tests.ui.steps import click, find


@pytest.fixture
def window(qtbot, window):
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.settings is not None and find(window, "settings.camera").count() == 2, timeout=20_000)
    qtbot.waitUntil(lambda: window.settings.devices.microphone.level.share > 0.5, timeout=20_000)
    return window


def test_a_camera_is_seen_when_it_is_chosen_and_stays_chosen(qtbot, window, desks):
    preview = find(window, "settings.preview")
    qtbot.waitUntil(lambda: preview.frames_shown > 0, timeout=20_000)
    find(window, "settings.camera").choose(CAMERA)
    qtbot.waitUntil(lambda: desks.booth.camera == CAMERA, timeout=20_000)
    qtbot.waitUntil(lambda: desks.settings.get("preferences", {}).get("camera") == CAMERA, timeout=20_000)
    desks.booth.before = lambda act: (_ for _ in ()).throw(RECORDING_RUNS()) if act == "use_camera" else None
    find(window, "settings.camera").choose("0")
    qtbot.waitUntil(lambda: window.settings.notice.code() == "recording.runs", timeout=20_000)
    assert find(window, "settings.camera").code() == CAMERA, "what is shown is what is in force"


def test_another_microphone_is_heard_and_none_is_a_choice(qtbot, window, desks):
    find(window, "settings.microphone").choose("plughw:1,0")
    qtbot.waitUntil(lambda: desks.booth.microphone == "plughw:1,0", timeout=20_000)
    find(window, "settings.microphone").choose("none")
    qtbot.waitUntil(lambda: find(window, "settings.microphone.words").text() == "录像不带声音。", timeout=20_000)
    assert desks.booth.sound.level == 0, "the one before was let go"


def test_behind_the_lock_nothing_is_seen_or_heard(qtbot, window, desks):
    window.lockable.hide()
    qtbot.waitUntil(lambda: desks.booth.sound.level == 0, timeout=20_000)
    assert desks.booth.watchers == []
    desks.booth.sound.level = 0.6
    window.lockable.show()
    qtbot.waitUntil(lambda: window.settings.devices.microphone.level.share > 0.5, timeout=20_000)
    assert len(desks.booth.watchers) == 1


def test_a_proxy_is_kept_when_it_is_one(qtbot, window, desks):
    line = find(window, "settings.proxy")
    line.setText("nonsense")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.settings.notice.code() == "proxy.unreadable", timeout=20_000)
    line.setText("proxy.example:8080")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: line.text() == "http://proxy.example:8080", timeout=20_000)
    assert desks.line.proxy == "http://proxy.example:8080"


def test_the_speed_of_sending_is_the_queues_own_setting(qtbot, window, desks):
    find(window, "settings.limit").choose("2000")
    qtbot.waitUntil(lambda: desks.work.queue.limit_kbit == 2000, timeout=20_000)
    find(window, "settings.limit").choose("")
    qtbot.waitUntil(lambda: desks.work.queue.limit_kbit is None, timeout=20_000)
    desks.work.limit_upload(512)
    click(window, "settings.done")
    window.show_settings()
    qtbot.waitUntil(lambda: find(window.settings, "settings.limit").code() == "512", timeout=20_000)


def test_the_desk_may_lock_sooner_than_the_bank_asks_and_never_later(qtbot, window, desks):
    click(window, "settings.done")
    desks.lock = DeskLock(5, desks.settings, lambda password: None)
    window.show_settings()
    choice = find(window.settings, "settings.lock")
    assert [choice.itemData(at) for at in range(choice.count())] == ["1", "2", "3", "5"]
    choice.choose("2")
    qtbot.waitUntil(lambda: desks.lock.idle_s == 120, timeout=20_000)
    assert DeskLock(5, desks.settings, lambda password: None).idle_s == 120, "it is kept"


def test_language_theme_and_type_size_are_changed_without_a_restart_and_kept(qtbot, window, desks):
    for name in ("language.en", "theme.dark", "type_size.130"):
        before = window.settings
        click(window, f"settings.{name}")
        qtbot.waitUntil(lambda before=before: window.settings not in (None, before), timeout=20_000)
    assert (find(window, "settings.done").text(), theme.tokens().name, theme.scaled(100)) == ("Done", "dark", 130)
    qtbot.waitUntil(lambda: desks.settings.get("preferences", {}).get("type_size") == 130, timeout=20_000)
    assert desks.device.preferences.model_dump(include={"language", "theme"}) == {"language": "en", "theme": "dark"}
    click(window, "settings.done")
    assert window.settings is None


def test_the_log_is_written_where_one_says_and_the_changes_can_be_read(qtbot, window, tmp_path):
    window.settings.export_log(tmp_path)
    qtbot.waitUntil(lambda: window.settings.notice.message() == "日志已导出", timeout=20_000)
    assert [file.suffix for file in tmp_path.iterdir()] == [".zip"]
    click(window, "settings.news")
    changes = find(window, "settings.changes")
    qtbot.waitUntil(changes.isVisible, timeout=20_000)
    assert "0.1.0" in changes.toPlainText()


def test_a_window_stands_where_it_stood_and_what_says_nothing_changes_nothing(qtbot, desks):
    first, second = MainWindow(desks), MainWindow(desks)
    for window in (first, second):
        qtbot.addWidget(window)
    first.show()
    first.resize(1200, 700)
    qtbot.waitUntil(lambda: "place" in desks.settings.get("preferences", {}), timeout=20_000)
    second.place.take("not base64 of a place")
    assert second.size().toTuple() == (1366, 768)
    second.place.take(desks.device.preferences.place)
    assert second.size().toTuple() == (1200, 700)
    for window in (first, second):
        window.close()
