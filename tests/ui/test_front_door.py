"""A second start on the same data folder leaves at once and the first window comes to the front."""

import argparse
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from app.start import run_window
from app.store.database import Database, in_use
from app.store.keys import unlock
from app.ui.front_door import FrontDoor, knock
from app.ui.window_place import bring_to_front
from tests.key_store import MemoryKeyStore


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "数据 data"


def test_a_second_start_knocks_and_leaves_while_the_first_holds_the_folder(qtbot, folder):
    heard = []
    keys = unlock(folder, key_store=MemoryKeyStore())
    assert not in_use(folder)
    with Database.open(folder, keys):
        door = FrontDoor(folder, lambda: heard.append("knock"))
        assert run_window(argparse.Namespace(data=folder / ".." / folder.name), {}) == 0
        qtbot.waitUntil(lambda: heard == ["knock"], timeout=20_000)
        door.close()
        assert not knock(folder), "nobody is told to be there when nobody hears"
    assert not in_use(folder)


def test_a_door_that_a_crash_left_behind_is_replaced(qtbot, folder):
    heard = []
    left = FrontDoor(folder, lambda: None)
    now = FrontDoor(folder, lambda: heard.append("knock"))
    assert knock(folder)
    qtbot.waitUntil(lambda: heard == ["knock"], timeout=20_000)
    for door in (left, now):
        door.close()


def test_a_minimized_window_is_shown_again(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    bring_to_front(window)
    assert window.isVisible()
    assert not window.isMinimized()
