import shutil
import subprocess

import pyrage
import pytest
from pydantic import ValidationError

from app.domain.condition import Condition
from app.domain.facts import SecondPersonVerified
from app.store import layout
from app.store.keys import unlock
from app.store.recovery import recover
from app.store.vault import Vault

DATA = "身份证照片 front".encode() * 1000


def code_of(call) -> str:
    with pytest.raises(Condition) as raised:
        call()
    return raised.value.code


def put(store, data: bytes = DATA, case_id: str = "c1"):
    return store.vault.put(case_id, "id_front", "image/jpeg", data)


def journal(store, ref, case_id: str = "c1") -> None:
    fact = SecondPersonVerified(staff_id="S", staff_name="N", statement="s", photo=ref)
    store.journal.append(case_id, fact, actor="S-1")


def files(store, case_id: str = "c1") -> list[str]:
    folder = store.folder / layout.CASES / case_id
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_file_comes_back_also_after_reopening(store, reopen):
    ref = put(store)
    assert (ref.kind, ref.media_type, ref.size) == ("id_front", "image/jpeg", len(DATA))
    store.database.close()
    assert reopen().vault.get("c1", ref) == DATA


@pytest.mark.parametrize("size", [0, 1, 65536, 5_000_000])
def test_sizes(store, size):
    ref = put(store, b"\x00" * size)
    assert store.vault.get("c1", ref) == b"\x00" * size
    assert store.vault.path("c1", ref).stat().st_size == ref.cipher_size


def test_the_same_bytes_twice_are_two_files(store):
    one, two = put(store), put(store)
    assert (one.id, one.cipher_sha256) != (two.id, two.cipher_sha256)
    assert one.sha256 == two.sha256
    assert files(store) == sorted(f"{ref.cipher_sha256}.age" for ref in (one, two))


def test_the_bank_can_read_what_is_sent_and_a_stranger_cannot(store, bank):
    cipher = store.vault.cipher("c1", put(store))
    assert pyrage.decrypt(cipher, [bank]) == DATA
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(cipher, [pyrage.x25519.Identity.generate()])


@pytest.mark.skipif(not shutil.which("age"), reason="the age program is not installed")
def test_the_age_program_reads_the_file(store, bank, tmp_path):
    (tmp_path / "bank.txt").write_text(str(bank))
    ref = put(store)
    done = subprocess.run(["age", "-d", "-i", tmp_path / "bank.txt", store.vault.path("c1", ref)], capture_output=True)
    assert done.stdout == DATA


def test_each_case_has_its_own_key(store):
    put(store, case_id="c1")
    put(store, case_id="c2")
    with store.database.reading() as tables:
        recipients = {row[0] for row in tables.execute("SELECT recipient FROM case_key")}
    assert len(recipients) == 2


def test_nothing_is_kept_before_enrolment(store):
    store.settings.remove("bank_recipient")
    assert code_of(lambda: put(store)) == "vault.not_enrolled"
    store.settings.set("bank_recipient", "age1notakey")
    assert code_of(lambda: put(store)) == "vault.bank_key"
    assert files(store) == []


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [flip, lambda path: path.unlink(), lambda path: path.write_bytes(b""),
                                    lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_damage_is_named_and_stops_there(store, damage):
    ref, other = put(store), put(store, b"other")
    damage(store.vault.path("c1", ref))
    for read in (store.vault.get, store.vault.cipher):
        with pytest.raises(Condition) as raised:
            read("c1", ref)
        assert raised.value.code == "vault.damaged"
        assert "id_front" in raised.value.message("en")
    assert store.vault.get("c1", other) == b"other"


def test_a_file_of_another_case_does_not_pass(store):
    mine, other = put(store, case_id="c1"), put(store, case_id="c2")
    shutil.copy(store.vault.path("c2", other), store.vault.path("c1", mine))
    assert code_of(lambda: store.vault.get("c1", mine)) == "vault.damaged"
    shutil.copy(store.vault.path("c2", other), store.vault.path("c1", other))
    assert code_of(lambda: store.vault.get("c1", other)) == "vault.damaged"


def test_a_reference_that_lies_about_the_content_does_not_pass(store):
    ref = put(store)
    for change in ({"sha256": "0" * 64}, {"size": ref.size + 1}):
        assert code_of(lambda change=change: store.vault.get("c1", ref.model_copy(update=change))) == "vault.damaged"


@pytest.mark.parametrize("case_id", ["../c1", "", "/tmp", "a/b", "..", "c:1", "案件"])
def test_a_case_id_cannot_leave_the_vault(store, case_id):
    with pytest.raises(ValidationError):
        put(store, case_id=case_id)


def test_after_destruction_nobody_here_reads_the_case(store, reopen, bank):
    ref, other = put(store), put(store, case_id="c2")
    put(store)
    kept = store.vault.cipher("c1", ref)
    with store.database.reading() as tables:
        wrapped = tables.execute("SELECT wrapped FROM case_key WHERE case_id = 'c1'").fetchone()[0]
    assert store.vault.destroy("c1") == 2
    assert store.vault.destroy("c1") == 0
    assert files(store) == []
    assert store.vault.destroyed("c1")
    assert not store.vault.destroyed("c2")
    assert code_of(lambda: store.vault.get("c1", ref)) == "vault.destroyed"
    assert store.vault.get("c2", other) == DATA
    store.database.close()
    again = reopen()
    with again.database.reading() as tables:
        rows = tables.execute("SELECT recipient, wrapped FROM case_key").fetchall()
    assert wrapped not in [row[1] for row in rows]
    assert ("", None) in rows
    assert pyrage.decrypt(kept, [bank]) == DATA  # the bank still can


def test_a_supplement_after_destruction_gets_a_new_key_and_the_old_files_stay_gone(store):
    old = put(store)
    store.vault.destroy("c1")
    new = store.vault.put("c1", "photo", "image/jpeg", b"page asked for later")
    assert store.vault.get("c1", new) == b"page asked for later"
    assert code_of(lambda: store.vault.get("c1", old)) == "vault.destroyed"


def test_only_what_nobody_journalled_is_swept_and_only_after_a_restart(store, reopen):
    named, lost = put(store), put(store)
    journal(store, named)
    (store.folder / layout.CASES / "c1" / "00ff.tmp").write_bytes(b"half")
    assert store.vault.orphans("c1", {named.cipher_sha256}) == ()  # still on its way to the journal
    store.database.close()
    store = reopen()
    assert store.vault.orphans("c1", {named.cipher_sha256}) == (lost.cipher_sha256,)
    assert recover(store.folder, store.database, store.vault).unconfirmed == 2
    assert recover(store.folder, store.database, store.vault).unconfirmed == 0
    assert files(store) == [f"{named.cipher_sha256}.age"]
    assert store.vault.get("c1", named) == DATA


def test_a_destruction_that_was_cut_short_is_finished(store, reopen):
    ref = put(store)
    journal(store, ref)
    path = store.vault.path("c1", ref)
    cipher = path.read_bytes()
    store.vault.destroy("c1")
    path.parent.mkdir()
    path.write_bytes(cipher)
    store.database.close()
    store = reopen()
    assert recover(store.folder, store.database, store.vault).destroyed == 1
    assert files(store) == []


def test_another_folders_keys_do_not_open_the_case_key(store, key_store, bank):
    ref = put(store)
    stranger = Vault(store.folder, store.database, unlock(store.folder.parent / "other", key_store=key_store),
                     lambda: str(bank.to_public()))
    assert code_of(lambda: stranger.get("c1", ref)) == "keys.damaged"


def test_too_little_room_is_said_before_anything_is_begun(store):
    store.vault.require_room(1)
    assert code_of(lambda: store.vault.require_room(1 << 60)) == "disk.full"
