"""The office's end: rooms that are still being opened when the window closes are let go of, and none open afterwards."""

from contextlib import contextmanager
from threading import Event, Thread
from types import SimpleNamespace

from app import main
from app.desk.desks import Rooms
from app.front import office

NOTHING_KEPT = SimpleNamespace(get=lambda name: None)
HERE = SimpleNamespace(book=lambda session: None, outbox=None, shelf=None, settings=NOTHING_KEPT, summaries=None)
SOMEBODY = SimpleNamespace(staff_id="10482")


def test_rooms_that_open_while_the_office_ends_end_with_it_and_none_open_later(monkeypatch):
    begun, ending, seen = Event(), Event(), []

    @contextmanager
    def rooms(*_args):
        begun.set()
        assert ending.wait(60)
        seen.append("open")
        yield Rooms(signing=None, booth=None, screen=None, line=None)
        seen.append("closed")

    monkeypatch.setattr(main, "rooms", rooms)
    with office(HERE, SOMEBODY, lambda: None, lambda: None) as desks:
        monkeypatch.setattr(desks, "end", lambda end=desks.end: (ending.set(), end()))
        opening = Thread(target=desks.open)
        opening.start()
        assert begun.wait(60)
    opening.join(60)
    assert seen == ["open", "closed"]
    with office(HERE, SOMEBODY, lambda: None, lambda: None) as desks:
        pass
    desks.open()
    assert seen == ["open", "closed"]
