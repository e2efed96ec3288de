"""F1 shows the keys that are really registered where one is, and every one of them works."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.flow import Step
from app.ui import operation
from app.ui.key_map import KeyMap, keys
from tests.ui.steps import acts, bring_to, cut_off, find


@pytest.fixture
def window(window):
    window.activateWindow()
    return window


def shown(window: QWidget) -> KeyMap | None:
    return next((one for one in window.findChildren(KeyMap) if one.isVisible()), None)


def test_f1_shows_the_keys_of_the_list_and_any_key_takes_it_away_and_does_nothing_else(qtbot, window, desks):
    QTest.keyClick(window, Qt.Key.Key_F1)
    listed = shown(window).accessibleName()
    assert cut_off(shown(window)) == []
    for words in ("Ctrl+N 新建面签", "Ctrl+, 设置", "Delete 列表中：归档"):
        assert words in listed
    QTest.keyClick(shown(window), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert shown(window) is None
    assert acts(desks) == []


def test_each_step_has_its_key_and_the_card_is_shot_with_the_space_bar(qtbot, window, desks):
    window.open_case(bring_to(desks, Step.ID_CARD))
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    registered = dict(keys(window))
    assert {f"Alt+{n}" for n in "1234567890-"} < set(registered)
    assert registered["Space"] == "拍摄人像面"
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "capture_id_card" in acts(desks), timeout=20_000)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.frame.page.step == Step.PLACE, timeout=20_000)


def test_in_front_of_the_customer_no_keys_are_listed(qtbot, window, desks):
    window._top.hide()
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert shown(window) is None


def test_f6_goes_through_the_parts_of_a_case_and_back_to_where_one_was(qtbot, window, desks):
    window.open_case(bring_to(desks, Step.FORMS))
    qtbot.waitUntil(lambda: window.frame is not None and window.findChild(QWidget, "forms.phone") is not None, timeout=20_000)
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    assert window.frame.page.isAncestorOf(QApplication.focusWidget())  # a control of the page, which shows it
    phone = find(window, "forms.phone")
    qtbot.waitUntil(lambda: phone.isVisible() and not operation.under_way(), timeout=20_000)
    phone.setFocus()
    for part in (window._top, window.frame.rail):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        assert part.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    assert QApplication.focusWidget() is phone
    QTest.keyClick(phone, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.frame.rail.isAncestorOf(QApplication.focusWidget())
    assert "F6 下一个区域" in [" ".join(pair) for pair in keys(window)]
