"""The mark in the tray: it counts what waits, its menu does what it says, and it speaks the window's language."""

import pytest
from PySide6.QtWidgets import QSystemTrayIcon

from app.ui.window import MainWindow


@pytest.fixture
def window(qtbot, desks):
    made = MainWindow(desks)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.tray is not None, timeout=20_000)
    yield made
    made.close()


def press(window: MainWindow, number: int) -> None:
    window.tray.menu.actions()[number].trigger()


def test_it_counts_what_waits_and_follows_the_language(qtbot, window, desks):
    empty = window.tray.icon.icon().pixmap(64).toImage()
    window.home.reload()
    qtbot.waitUntil(lambda: "待传 3 笔" in window.tray.icon.toolTip(), timeout=20_000)
    assert window.tray.icon.icon().pixmap(64).toImage() != empty
    window.restyle(language="en")
    assert [action.text() for action in window.tray.menu.actions()] == ["Open the signing desk", "Sync now", "Quit"]


def test_its_menu_opens_syncs_and_quits(qtbot, window, desks):
    window.hide()
    window.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.isVisible()
    press(window, 1)
    qtbot.waitUntil(lambda: desks.work.synced == 1, timeout=20_000)
    press(window, 2)
    assert not window.isVisible()
