import threading

import pytest

from app.domain.condition import Condition
from app.domain.evidence import GENESIS
from app.domain.facts import (
    BankStatusChanged,
    Circumstances,
    CircumstancesSet,
    Event,
    FormConfirmed,
    IdCardCaptured,
    Quality,
    Reading,
    SecondPersonVerified,
)
from app.store.journal import file_refs
from app.store.sqlcipher import sqlite3


def said(text: str = "x") -> SecondPersonVerified:
    return SecondPersonVerified(staff_id="S-2", staff_name="测试员乙", statement=text)


def tamper(store, sql: str) -> None:
    """What somebody with the key and a database tool could do."""
    with store.database.transaction() as tables:
        tables.execute("DROP TRIGGER event_is_final")
        tables.execute("DROP TRIGGER event_stays")
        tables.execute(sql)


def test_events_come_back_as_they_were_written_also_after_reopening(store, reopen):
    card = IdCardCaptured(
        side="front", original=store.vault.put("c1", "id_front", "image/jpeg", b"o"),
        crop=store.vault.put("c1", "id_crop", "image/jpeg", b"c"),
        readings={"name": Reading(value="测试甲", confidence=1)},
        quality=Quality(score=1, sharpness=0.1, glare=1e-7, brightness=200, width_px=1000, corners_found=True),
        imported=False)
    first = store.journal.append("c1", CircumstancesSet(circumstances=Circumstances()), card, actor="S-1")
    second = store.journal.append("c1", said(), actor="S-1")
    store.database.close()
    store = reopen()
    assert store.journal.events("c1") == first + second
    assert [event.seq for event in first + second] == [1, 2, 3]
    assert store.journal.head("c1") == (3, second[-1].hash)
    assert store.journal.verify("c1") is None


def test_an_unknown_case_is_empty(store):
    assert store.journal.events("c9") == ()
    assert store.journal.head("c9") == (0, GENESIS)
    assert store.journal.verify("c9") is None
    assert store.journal.case_ids() == ()


def test_cases_are_listed_oldest_first_and_do_not_mix(store):
    for case_id in ("c2", "c1", "c2"):
        store.journal.append(case_id, said(case_id), actor="S-1")
    assert store.journal.case_ids() == ("c2", "c1")
    assert [event.fact.statement for event in store.journal.events("c2")] == ["c2", "c2"]
    assert [event.seq for event in store.journal.events("c2", after=1)] == [2]


def test_what_is_written_along_is_kept_or_lost_together(store):
    store.journal.append("c1", said(), actor="S-1", also=lambda tables: store.settings.set("along", 1))
    assert store.settings.get("along") == 1

    def fail(tables):
        store.settings.set("along", 2)
        raise KeyError

    with pytest.raises(KeyError):
        store.journal.append("c1", said("lost"), said("lost"), actor="S-1", also=fail)
    assert store.settings.get("along") == 1
    assert store.journal.head("c1")[0] == 1


def test_the_journal_cannot_be_changed_in_passing(store):
    store.journal.append("c1", said(), actor="S-1")
    for sql in ("UPDATE event SET actor = 'x'", "UPDATE event SET json = '{}'", "DELETE FROM event"):
        with pytest.raises(sqlite3.Error), store.database.transaction() as tables:
            tables.execute(sql)
    assert store.journal.verify("c1") is None


@pytest.mark.parametrize(("sql", "broken"), [
    ("UPDATE event SET json = replace(json, 'two', 'six') WHERE seq = 2", 2),
    ("UPDATE event SET json = '{}' WHERE seq = 3", 3),
    ("UPDATE event SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 2", 2),
    ("DELETE FROM event WHERE seq = 1", 2),
    ("DELETE FROM event WHERE seq = 2", 3),
    ("UPDATE event SET case_id = 'c1', seq = 4 WHERE case_id = 'c2'", 4),
])
def test_tampering_is_found_where_it_begins(store, sql, broken):
    store.journal.append("c1", said("one"), said("two"), said("three"), actor="S-1")
    store.journal.append("c2", said("other"), actor="S-1")
    tamper(store, sql)
    assert store.journal.verify("c1") == broken


def test_an_entry_of_a_later_version_is_said_without_quoting_it(store):
    store.journal.append("c1", said("geheim"), actor="S-1")
    tamper(store, "UPDATE event SET json = replace(json, 'second_person_verified', 'third_person_verified')")
    with pytest.raises(Condition) as raised:
        store.journal.events("c1")
    assert raised.value.code == "journal.unreadable"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_threads_append_to_one_case_without_a_gap(store):
    def work(number: int) -> None:
        for _ in range(10):
            store.journal.append("c1", said(str(number)), said(str(number)), actor="S-1")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = store.journal.events("c1")
    assert [event.seq for event in events] == list(range(1, 81))
    assert store.journal.verify("c1") is None
    assert all(a.fact == b.fact for a, b in zip(events[::2], events[1::2], strict=True))  # acts stay whole


def test_wall_time_is_kept_in_utc(store):
    status = BankStatusChanged(status="received", at="2026-03-02T17:00:00+08:00")
    event = store.journal.append("c1", status, actor="bank")[0]
    assert event.at.utcoffset().total_seconds() == 0
    assert isinstance(store.journal.events("c1")[0], Event)


def test_every_file_of_a_fact_is_found(store):
    one, two = (store.vault.put("c1", "photo", "image/jpeg", data) for data in (b"1", b"2"))
    fact = SecondPersonVerified(staff_id="S", staff_name="N", statement="s", photo=one)
    assert list(file_refs([{"a": (fact,)}, two, FormConfirmed(values={"phone": "1"})])) == [one, two]


def test_text_of_any_script_survives(store):
    values = {"name": "𬭎埇·Ж\u0000\U0001f697", "empty": "", "quote": "\"'\\\n"}
    store.journal.append("c1", FormConfirmed(values=values), actor="测试员甲")
    assert store.journal.events("c1")[0].fact.values == values
    assert store.journal.verify("c1") is None
