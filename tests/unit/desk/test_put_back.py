"""A database put back on purpose says so in the work list until somebody has read it; so do two findings at the bank."""

import logging

from app.desk.work_list import WorkList
from app.records import records
from app.store import layout
from app.store.put_back import PutBackNote
from tests.case_facts import BEGUN
from tests.key_store import MemoryKeyStore


def test_an_older_database_that_was_wanted_is_told_until_it_is_read(tmp_path, caplog):
    folder, key_store = tmp_path / "本机 data", MemoryKeyStore()
    with records(folder, key_store=key_store) as here:
        assert PutBackNote(here.settings).unread() is None
    (folder / layout.WITNESS).unlink()
    with caplog.at_level(logging.WARNING), records(folder, key_store=key_store) as here:
        assert PutBackNote(here.settings).unread().cases == 0
    assert "an earlier state" in caplog.text
    with records(folder, key_store=key_store) as here:  # not again by itself, and not forgotten either
        first = PutBackNote(here.settings).unread()
        PutBackNote(here.settings).note(BEGUN, cases=1)
        told = PutBackNote(here.settings).unread()
        assert (told.at, told.cases) == (first.at, 1)


def test_the_work_list_tells_it_and_hears_that_it_was_read(desk):
    work = WorkList(desk.book, desk.book._summaries, desk.post)
    assert work.home().put_back is None
    for _ in range(2):
        PutBackNote(desk.settings).note(BEGUN, cases=1)
    assert work.home().put_back.cases == 2
    work.put_back_read()
    assert work.home().put_back is None
