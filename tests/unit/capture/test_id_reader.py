"""Readers of vendors by entry point: found by name, guarded in time, and what cannot be made is passed over."""

import threading
from importlib.metadata import EntryPoint

import pytest

from app.capture import id_reader
from app.capture.id_reader import GROUP, ChipCard, GuardedReader, installed_reader
from app.domain.condition import Condition

MINE = "tests.unit.capture.test_id_reader"
RELEASE = threading.Event()


class Reader:
    name = "示例 读卡器\n第二行 " + "x" * 100

    def available(self) -> bool:
        return True

    def read(self) -> ChipCard:
        return ChipCard(fields={"name": "示例"}, photo_jpeg=b"\xff\xd8\xff")


class Broken(Reader):
    def __init__(self) -> None:
        raise OSError("no driver")


class Stuck(Reader):
    """Cannot be made before ``RELEASE`` is set."""

    def __init__(self) -> None:
        RELEASE.wait(60)


class Hanging(Reader):
    """Answers when ``until`` is set."""

    def __init__(self) -> None:
        self.until = threading.Event()

    def available(self) -> bool:
        return self.until.wait(60)

    def read(self) -> ChipCard:
        self.until.wait(60)
        return super().read()


class Odd(Reader):
    def available(self) -> str:
        return "yes"


class Lost(Reader):
    def available(self) -> bool:
        raise OSError("unplugged")


def installed(monkeypatch, limit_s: float = 60, **classes: str):
    points = [EntryPoint(name=name, value=f"{MINE}:{cls}", group=GROUP) for name, cls in classes.items()]
    monkeypatch.setattr(id_reader, "entry_points", lambda group: points if group == GROUP else [])
    return installed_reader(limit_s)


def test_no_package_no_reader(monkeypatch):
    assert installed(monkeypatch) is None


def test_the_first_that_can_be_made_is_taken(monkeypatch):
    reader = installed(monkeypatch, a_missing="Nowhere", b_broken="Broken", c_good="Reader", d_later="Odd")
    assert reader.available()
    assert reader.read().fields == {"name": "示例"}
    assert reader.name.startswith("示例 读卡器第二行")
    assert reader.name.isprintable()
    assert len(reader.name) <= 60


def test_a_plugin_that_cannot_be_made_in_time_is_passed_over(monkeypatch):
    assert installed(monkeypatch, limit_s=0.05, a_stuck="Stuck") is None
    RELEASE.set()


def test_a_reader_that_hangs_keeps_nobody_waiting():
    hanging = Hanging()
    reader = GuardedReader(hanging, "x", read_limit_s=0.05, ask_limit_s=0.05)
    assert not reader.available()
    with pytest.raises(Condition, match=r"id_reader\.silent"):
        reader.read()
    hanging.until.set()


@pytest.mark.parametrize("reader", [Odd(), Lost()])
def test_available_is_yes_or_no(reader):
    assert GuardedReader(reader, "x").available() is False
