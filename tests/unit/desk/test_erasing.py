"""After receipt and grace the files are unreadable, and later the record too: in no page of the database, used or free."""

import errno
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.desk.work_list import WorkList
from app.domain import facts
from app.domain.condition import Condition
from app.domain.wire import CaseChange
from app.store.journal import JOURNAL_UNREADABLE
from app.store.sqlcipher import sqlite3
from app.store.summaries import Summaries
from app.sync.loop import SyncEvent
from tests import case_facts as f

PAGE, RESERVED, SALT = 4096, 80, 16  # of SQLCipher 4: each page ends with its IV and its authentication code
CUSTOMER = ("林晓星", "320102198806051229", "江苏省示例市样本路 1 号", "13900000001")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def pages(desk) -> bytes:
    """Every page of the database in clear, those of its free list too, as somebody with its key reads the file."""
    data, key = (desk.database.folder / "mianqian.db").read_bytes(), desk.templates._keys.database_key()
    clear = []
    for at in range(0, len(data), PAGE):
        page = data[at:at + PAGE]
        vector = page[PAGE - RESERVED:PAGE - RESERVED + 16]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        clear.append(decryptor.update(page[SALT if at == 0 else 0:PAGE - RESERVED]))
    return b"".join(clear)


def left_of_the_customer(desk) -> list[str]:
    with desk.database.reading() as tables:
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    clear = pages(desk)
    return [word for word in CUSTOMER if word.encode() in clear]


@pytest.fixture
def purged(desk) -> str:
    case_id = desk.begin()
    desk.signing.seal(case_id)
    desk.bank_takes(case_id)
    desk.clock.at += 25 * HOUR
    assert desk.post.purge_due(desk.clock.now()) == 1
    return case_id


def test_the_record_goes_too_and_a_tombstone_stays(desk, purged):
    case, entry = desk.book.load(purged), desk.outbox.latest(purged)
    desk.clock.at += 29 * DAY
    desk.post.purge_due(desk.clock.now())
    assert desk.book.load(purged).purged
    assert set(left_of_the_customer(desk)) == set(CUSTOMER)
    desk.clock.at += 2 * DAY
    desk.post.purge_due(desk.clock.now())
    assert left_of_the_customer(desk) == []
    stone = desk.book._journal.tombstone(purged)
    assert (stone.case_number, stone.journal_head, stone.erased_at) == (case.number, case.head, desk.clock.now())
    assert stone.id_number_masked.endswith("1229")
    assert stone.id_number_masked.count("*") >= 8
    assert desk.outbox.latest(purged) == entry.model_copy(update={"state": "purged"})
    for act in (desk.signing.view, desk.signing.seal):
        with pytest.raises(Condition, match=r"case\.erased"):
            act(purged)
    line = Summaries(desk.database).get(purged)
    assert (line.customer, line.search) == ("—", case.number.lower())


def test_the_journal_of_a_case_without_a_tombstone_cannot_be_deleted_nor_an_erased_one_go_on(desk, purged):
    fact = facts.BankStatusChanged(status="approved", at=f.BEGUN)
    with pytest.raises(sqlite3.IntegrityError, match="only grows"), desk.database.transaction() as tables:
        tables.execute("DELETE FROM event WHERE case_id = ?", [purged])
    desk.clock.at += 31 * DAY
    desk.post.purge_due(desk.clock.now())
    with pytest.raises(sqlite3.IntegrityError, match="erased"):
        desk.book._journal.append(purged, fact, actor="bank")


def test_what_the_bank_has_settled_is_kept_no_longer(desk, purged):
    desk.book.record(purged, facts.BankStatusChanged(status="disbursed", at=f.BEGUN))
    desk.clock.at += HOUR
    desk.post.purge_due(desk.clock.now())
    assert desk.book._journal.tombstone(purged) is not None


def test_a_supplement_asked_for_keeps_the_record(desk, purged):
    desk.bank_asks(purged, "income_proof")
    desk.clock.at += 40 * DAY
    desk.post.purge_due(desk.clock.now())
    assert desk.book.load(purged).supplement is not None


def test_a_supplement_asked_for_too_late_is_told_in_the_work_list(desk, purged):
    desk.clock.at += 31 * DAY
    desk.post.purge_due(desk.clock.now())
    asks = facts.SupplementRequested(request_id="r", papers=("income_proof",), note="缺公章", due=None)
    desk.post.hear(SyncEvent("changes", changes=(CaseChange(seq=4, case_id=purged, fact=asks),), cursor=4))
    line = Summaries(desk.database).get(purged)
    assert (line.stage, line.note, desk.post.cursor()) == ("supplement", "缺公章", 4)


@pytest.mark.parametrize(("error", "code"), [(errno.ENOSPC, "disk.full"), (errno.ENOTEMPTY, "ENOTEMPTY")])
def test_what_a_disk_does_not_let_go_is_told_and_erased_once_it_does(desk, monkeypatch, error, code):
    case_id, sound = desk.begin(), desk.begin()
    for each in (case_id, sound):
        desk.signing.seal(each)
        desk.bank_takes(each)
    folder = desk.vault.path(case_id, desk.book.load(case_id).files()[0]).parent
    remove = desk.vault._disk.remove

    def removing(path):
        if path.parent.name == case_id:
            raise OSError(error, "the disk says no")
        return remove(path)

    work = WorkList(desk.book, Summaries(desk.database), desk.post)
    desk.clock.at += 25 * HOUR
    with monkeypatch.context() as patch:
        patch.setattr(desk.vault._disk, "remove", removing)
        for _ in range(2):
            desk.post.hear(SyncEvent("sent"))
    assert (desk.book.load(sound).purged, desk.book.load(case_id).purged) == (True, False)
    assert desk.vault.destroyed(case_id)  # the key went first: what is left is unreadable
    assert list(folder.iterdir())
    sync = desk.signing.view(case_id).sync
    assert code in sync.trouble.zh
    assert sync.advice.en
    assert [todo.case_id for todo in work.home().todos] == [case_id]
    desk.post.hear(SyncEvent("sent"))
    assert not folder.exists()
    assert desk.book.load(case_id).purged
    assert (desk.signing.view(case_id).sync.trouble, work.home().todos) == (None, ())


def test_cut_short_it_is_finished_the_next_time(desk, purged, monkeypatch):
    def killed(_case_id: str) -> None:
        raise JOURNAL_UNREADABLE()

    desk.clock.at += 31 * DAY
    with monkeypatch.context() as patch:
        patch.setattr(desk.book._summaries, "strip", killed)
        desk.post.purge_due(desk.clock.now())
    assert desk.book.load(purged).purged
    desk.clock.at += HOUR
    desk.post.purge_due(desk.clock.now())
    assert left_of_the_customer(desk) == []
