"""The outbox on a real encrypted database: one transaction a change, states that hold, times that cannot freeze."""

from datetime import UTC, datetime, timedelta

import pytest

from app.store.database import Database
from app.store.keys import unlock
from app.store.keystore import NoKeyStore
from app.store.migrations import MIGRATIONS
from app.sync.conditions import BUSY, REJECTED
from app.sync.outbox import Outbox
from tests.gateway_process import open_store
from tests.unit.sync.test_sync_rules import file, manifest, receipt_for


class HandClock:
    boot = "test"

    def __init__(self):
        self.at = datetime(2026, 11, 23, 8, tzinfo=UTC)
        self.ms = 0

    def now(self):
        return self.at

    def monotonic_ms(self):
        return self.ms

    def passes(self, seconds):
        self.at += timedelta(seconds=seconds)
        self.ms += seconds * 1000


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as store:
        yield store


@pytest.fixture
def outbox(store, clock):
    return Outbox(store, clock)


def test_a_failed_sealing_leaves_nothing_in_the_queue(store, outbox):
    def sealing_that_fails():
        with store.transaction():
            outbox.enqueue(manifest(), "00")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        sealing_that_fails()
    assert outbox.latest("case-1") is None
    outbox.enqueue(manifest(), "00")
    assert outbox.entry("case-1", 1).state == "queued"
    assert outbox.entry("case-1", 1).manifest == manifest()


def test_a_queue_of_before_it_knew_whose_each_entry_is_goes_on_where_it_was(tmp_path):
    keys = unlock(tmp_path, key_store=NoKeyStore(), passphrase=lambda: "不要使用这个密码")
    mine, others = manifest(files=(file("a", 300), file("b", 700))), manifest(case_id="case-2", staff_id="10517")
    with Database.open(tmp_path, keys, MIGRATIONS[:8]) as before, before.transaction() as tables:
        for sealed in (mine, others):
            tables.execute("INSERT INTO outbox (case_id, revision, state, manifest_json, manifest_sha256, device_signature,"
                           " created_at) VALUES (?, 1, 'uploading', ?, ?, '00', '2026-11-23T08:00:00+00:00')",
                           [sealed.case_id, sealed.canonical().decode(), sealed.sha256()])
            tables["upload"].insert_all({"case_id": sealed.case_id, "revision": 1, "file_id": each.id, "url": "/v1/uploads/x",
                                         "offset": 100, "size": each.cipher_size} for each in sealed.files)
    with Database.open(tmp_path, keys) as now:
        outbox = Outbox(now)
        assert outbox.due(mine.staff_id) == (("case-1", 1),)
        assert outbox.due("10517") == (("case-2", 1),)
        assert outbox.backlog(mine.staff_id) == (200, 1000)
        assert outbox.entry("case-1", 1).manifest == mine
        assert {part.url for part in outbox.parts(outbox.entry("case-1", 1)).values()} == {"/v1/uploads/x"}
        outbox.enqueue(manifest(case_id="case-3"), "00")
        assert {case for case, _ in outbox.due(mine.staff_id)} == {"case-1", "case-3"}


def test_share_counts_what_the_bank_acknowledged(outbox):
    sealed = manifest(files=(file("a", 300), file("b", 700)))
    outbox.enqueue(sealed, "00")
    entry = outbox.entry("case-1", 1)
    assert entry.share == 0
    outbox.note_part(entry, sealed.files[1], "/v1/uploads/x", 350)
    assert outbox.entry("case-1", 1).share == 0.35
    outbox.held_by_bank(entry, sealed.files)
    assert outbox.entry("case-1", 1).share == 0.99
    assert all(part.done for part in outbox.parts(entry).values())
    outbox.receipted(entry, receipt_for(sealed))
    assert outbox.entry("case-1", 1).share == 1.0


def test_what_failed_waits_its_time(outbox, clock):
    outbox.enqueue(manifest(), "00")
    outbox.postpone(outbox.entry("case-1", 1), BUSY(), timedelta(seconds=60))
    assert outbox.due("10482") == ()
    assert outbox.due_in("10482") == 60
    clock.passes(60)
    assert outbox.due("10482") == (("case-1", 1),)
    assert outbox.entry("case-1", 1).attempts == 1


def test_a_clock_set_back_or_forth_changes_no_waiting(outbox, clock):
    outbox.enqueue(manifest(), "00")
    outbox.postpone(outbox.entry("case-1", 1), BUSY(), timedelta(minutes=5))
    for days in (-400, 800):
        clock.at += timedelta(days=days)
        assert outbox.due_in("10482") == 300
    clock.at -= timedelta(minutes=7)
    clock.passes(299)
    assert outbox.due("10482") == ()
    clock.passes(1)
    assert outbox.due("10482") == (("case-1", 1),)


def test_a_clock_set_back_while_the_program_was_closed_freezes_nothing(store, outbox, clock):
    outbox.enqueue(manifest(), "00")
    outbox.postpone(outbox.entry("case-1", 1), BUSY(), timedelta(minutes=5))
    again = Outbox(store, clock)
    assert again.due_in("10482") == 300
    clock.at -= timedelta(days=400)
    assert again.due("10482") == (("case-1", 1),)


def test_each_manager_sends_the_own_cases(outbox):
    outbox.enqueue(manifest(), "00")
    outbox.enqueue(manifest(case_id="case-2", staff_id="10517"), "00")
    assert outbox.due("10517") == (("case-2", 1),)
    assert outbox.due_in("10600") is None
    assert outbox.waiting() == 2


def test_what_was_set_aside_stays_until_released(outbox):
    outbox.enqueue(manifest(), "00")
    outbox.stop(outbox.entry("case-1", 1), "rejected", REJECTED(reason="政策包未知"))
    entry = outbox.entry("case-1", 1)
    assert (entry.state, entry.last_code, entry.reason) == ("rejected", "bank.rejected", "银行拒收：政策包未知")
    assert outbox.due("10482") == ()
    outbox.release()
    assert outbox.due("10482") == (("case-1", 1),)


def test_only_what_has_a_receipt_is_ever_purged(outbox):
    outbox.enqueue(manifest(), "00")
    outbox.purged("case-1")
    assert outbox.entry("case-1", 1).state == "queued"
    outbox.receipted(outbox.entry("case-1", 1), receipt_for(manifest()))
    outbox.release()
    assert outbox.entry("case-1", 1).state == "receipted"
    outbox.purged("case-1")
    assert outbox.counts() == {"purged": 1}


def test_the_newest_revision_is_the_latest(outbox):
    outbox.enqueue(manifest(), "00")
    outbox.enqueue(manifest(revision=2), "00")
    assert outbox.latest("case-1").revision == 2
    assert [entry.revision for entry in outbox.entries("queued")] == [1, 2]
