"""Database gone, damaged or older than the files: nothing confirmed is deleted, and what the bank can use gets out."""

import json

import pyrage
import pytest

from app.domain.condition import Condition
from app.domain.facts import FormConfirmed, SecondPersonVerified
from app.store import layout
from app.store.database import Database
from app.store.keys import unlock
from app.store.recovery import recover
from app.store.rescue import rescue
from tests.key_store import MemoryKeyStore

CASE, PAGE = "c1", 4096
PHOTO = b"\xff\xd8\xffphoto" * 200


def act(store, number: int):
    photo = store.vault.put(CASE, "photo", "image/jpeg", PHOTO + bytes([number]))
    store.journal.append(CASE, SecondPersonVerified(staff_id="S", staff_name="周宁", statement=str(number), photo=photo),
                         FormConfirmed(values={"address": "示例路" * 50}), actor="S")
    return photo


@pytest.fixture
def worked(store, bank):
    """A closed folder with thirty acts of a case."""
    store.settings.set("enrolment", {"bank_recipient": str(bank.to_public())})
    photos = [act(store, number) for number in range(30)]
    store.database.close()
    return photos


def rescued_journal(out, bank) -> list[dict]:
    return json.loads(pyrage.decrypt((out / CASE / "journal.json.age").read_bytes(), [bank]))


def spoil(path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at:at + 200] = bytes(200)
    path.write_bytes(data)


def test_a_log_deleted_after_a_crash_costs_no_file_and_the_right_database_finds_them_again(store, reopen, tmp_path):
    act(store, 0)
    with store.database.reading() as tables:
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database = store.folder / layout.DATABASE
    older, later = database.read_bytes(), [act(store, number) for number in (1, 2)]
    store.database.close()
    whole = database.read_bytes()
    database.write_bytes(older)  # as it is where the log was deleted, or an old copy was put back
    with pytest.raises(Condition, match=r"store\.older"):
        reopen()
    (store.folder / layout.WITNESS).unlink()  # by somebody who wants the old copy nevertheless
    store = reopen()
    assert recover(store.folder, store.database, store.vault).unconfirmed == 2
    assert len(list((store.folder / layout.ASIDE / CASE).glob("*.age"))) == 2
    store.database.close()
    database.write_bytes(whole)
    store = reopen()
    assert recover(store.folder, store.database, store.vault).unconfirmed == 0
    assert [store.vault.get(CASE, photo)[-1] for photo in later] == [1, 2]


def test_a_bad_page_is_named_and_the_rest_of_the_journal_gets_out(worked, folder, key_store, bank, tmp_path):
    database, keys = folder / layout.DATABASE, unlock(folder, key_store=key_store)
    spoil(database, database.stat().st_size - PAGE + 100)
    before = database.read_bytes()
    with pytest.raises(Condition, match=r"store\.(damaged|unreadable)"):
        Database.open(folder, keys)
    [case] = rescue(folder, tmp_path / "out", keys)
    assert (case.files, case.damaged) == (30, 0)
    assert 40 <= case.events < 60
    got = rescued_journal(tmp_path / "out", bank)
    assert [event["seq"] for event in got] == sorted({event["seq"] for event in got})
    assert len(got) == case.events
    assert database.read_bytes() == before


def test_a_spoilt_header_leaves_the_files_of_which_the_damaged_are_told(worked, folder, key_store, bank, tmp_path):
    spoil(folder / layout.DATABASE, 0)
    spoil(folder / layout.CASES / CASE / f"{worked[0].cipher_sha256}.age", 300)
    with pytest.raises(Condition, match=r"store\.unreadable"):
        Database.open(folder, unlock(folder, key_store=key_store))
    [case] = rescue(folder, tmp_path / "out", unlock(folder, key_store=key_store))
    assert (case.files, case.damaged, case.events) == (29, 1, 0)
    cipher = (tmp_path / "out" / CASE / f"{worked[1].cipher_sha256}.age").read_bytes()
    assert pyrage.decrypt(cipher, [bank]) == PHOTO + b"\x01"


def test_without_any_key_of_this_computer_the_bank_still_gets_every_file(worked, folder, bank, tmp_path):
    with pytest.raises(Condition, match=r"keys\.unavailable"):
        unlock(folder, key_store=MemoryKeyStore())
    [case] = rescue(folder, tmp_path / "out", None)
    assert (case.files, case.events) == (30, 0)
    assert json.loads((tmp_path / "out" / "rescue.json").read_text()) == [case.model_dump()]


def test_nothing_of_the_rescue_can_be_read_without_the_banks_key(worked, folder, key_store, tmp_path):
    rescue(folder, tmp_path / "out", unlock(folder, key_store=key_store))
    assert not any("示例路".encode() in path.read_bytes() or PHOTO in path.read_bytes()
                   for path in (tmp_path / "out").rglob("*") if path.is_file())
