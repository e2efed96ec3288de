"""Face templates: bit for bit as put, found by owner, pack and another number, unreadable on the disk, gone when told."""

import pytest

from app.domain.condition import Condition
from app.store.database import Database
from app.store.face_templates import FaceTemplates, Kept
from app.store.keys import unlock
from app.store.migrations import MIGRATIONS
from app.store.vault import Vault

FACE = (0.1, -1.0 / 3.0, 2.5e-9)
NUMBER = "320102198806051229"


@pytest.fixture
def templates(store) -> FaceTemplates:
    return FaceTemplates(store.database, store.keys)


def put(templates, case_id="c1", staff="10482", pack="p" * 64, number=NUMBER, face=FACE) -> None:
    templates.put(case_id, staff, pack, number, face)


def test_a_template_comes_back_bit_for_bit_and_is_replaced(templates):
    put(templates, face=(9.0,))
    put(templates)
    assert templates.others("10482", "p" * 64, "another", "c2") == (Kept("c1", FACE),)


@pytest.mark.parametrize("changes", [{"staff": "10077"}, {"pack": "q" * 64}, {"number": "another"}, {"case_id": "c2"}])
def test_only_the_owners_other_cases_of_the_pack_under_another_number(templates, changes):
    put(templates, **changes)
    assert templates.others("10482", "p" * 64, "another", "c2") == ()


def test_neither_number_nor_plain_hash_nor_template_lies_in_the_row(templates, store):
    from array import array
    from hashlib import sha256

    put(templates)
    with store.database.reading() as tables:
        row = tables.execute("SELECT * FROM face_template").fetchone()
    text = " ".join(str(value) for value in row)
    assert NUMBER not in text
    assert sha256(NUMBER.encode()).hexdigest() not in text
    assert array("d", FACE).tobytes() not in row[-1]


def test_a_template_is_bound_to_its_case(templates, store):
    put(templates)
    with store.database.transaction() as tables:
        tables.execute("UPDATE face_template SET case_id = 'c9'")
    with pytest.raises(Condition, match=r"keys\.damaged"):
        templates.others("10482", "p" * 64, "another", "c2")


def test_it_goes_when_told_and_with_the_cases_key(templates, store):
    for case_id in ("11111111-2222-4333-8444-555555555555", "21111111-2222-4333-8444-555555555555"):
        store.vault.put(case_id, "photo", "image/jpeg", b"x")
        put(templates, case_id=case_id)
    templates.remove("11111111-2222-4333-8444-555555555555")
    templates.forget()
    assert not templates.has("11111111-2222-4333-8444-555555555555")
    assert templates.has("21111111-2222-4333-8444-555555555555")
    store.vault.destroy("21111111-2222-4333-8444-555555555555")
    assert not templates.has("21111111-2222-4333-8444-555555555555")


def test_a_removal_that_is_rolled_back_removed_nothing(templates, store):
    put(templates)

    def half_way() -> None:
        with store.database.transaction():
            templates.remove("c1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert templates.has("c1")


def test_a_store_of_before_templates_keeps_its_cases_and_learns_to_forget(folder, key_store, bank):
    keys = unlock(folder, key_store=key_store)
    case_id = "11111111-2222-4333-8444-555555555555"
    with Database.open(folder, keys, MIGRATIONS[:1]) as database:
        photo = Vault(folder, database, keys, lambda: str(bank.to_public())).put(case_id, "photo", "image/jpeg", b"x")
    with Database.open(folder, keys) as database:
        vault, templates = Vault(folder, database, keys, lambda: str(bank.to_public())), FaceTemplates(database, keys)
        assert vault.get(case_id, photo) == b"x"
        put(templates, case_id=case_id)
        vault.destroy(case_id)
        assert not templates.has(case_id)
