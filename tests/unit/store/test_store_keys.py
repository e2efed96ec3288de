import json
import pickle

import pytest

from app.domain.condition import Condition
from app.store import layout
from app.store.keys import add_passphrase, unlock
from app.store.keystore import KeyStoreUnavailable, NoKeyStore

PASSPHRASE = "一个足够长的口令 42"


def code_of(call) -> str:
    with pytest.raises(Condition) as raised:
        call()
    return raised.value.code


def header(folder) -> dict:
    return json.loads((folder / layout.KEYS).read_text())


def never() -> str:
    raise AssertionError("nobody should be asked for a passphrase")


def same(one, two) -> bool:
    return one.database_key() == two.database_key() and one.signing_key().sign(b"x") == two.signing_key().sign(b"x")


def test_the_key_store_opens_the_folder_without_asking(folder, key_store):
    first = unlock(folder, key_store=key_store, passphrase=never)
    assert same(first, unlock(folder, key_store=key_store, passphrase=never))


def test_a_passphrase_opens_the_folder_where_there_is_no_key_store(folder):
    first = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE)
    assert same(first, unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE))
    wrong = code_of(lambda: unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE + "!"))
    assert wrong == "keys.wrong_passphrase"


def test_composed_and_compatibility_characters_are_the_same_passphrase(folder):
    first = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "ＡＢＣ１２３４５é")
    assert same(first, unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "ABC12345e\u0301"))


WRAPPED = ("3130c9518869dfd1dad9c2bbf5aa096fb8c7fc22b6561ecdb942a1a7910cd9ef"
           "98d82aa45f066918d1051e6debb35fc94ae2561431a1fec567343c70")
VECTOR = """{"format": "mianqian-keys/1", "store": "c19c758d-6884-4cf4-9a1e-0caea80ddb34", "slots": [{"kind": "passphrase",
"wrapped": "@W@",
"salt": "a560ac28eec612fd45005eb1303d10b2", "memory_kib": 65536, "passes": 3, "lanes": 4}]}""".replace("@W@", WRAPPED)


def test_the_published_test_vector_opens(folder):
    """As docs/security.md gives it: whoever changes header, Argon2id or derivation would lock people out of their data."""
    folder.mkdir()
    (folder / layout.KEYS).write_text(VECTOR, encoding="utf-8")
    keys = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "面签台 test vector 1")
    assert keys.database_key().hex() == "b82b2e31dd6741e956dc80685683f711141c7a634a28306671c34bdbf4e5d858"
    public = keys.signing_key().public_key().public_bytes_raw().hex()
    assert public == "3108142bf2990ff49f3a5dd1272c808bf0d06530081a6cd8882c9f710ac029dd"


def test_a_changed_passphrase_opens_the_same_keys_and_the_old_one_nothing(folder):
    first = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE)
    add_passphrase(folder, first, "another passphrase")
    assert same(first, unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "another passphrase"))
    assert code_of(lambda: unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE)) == "keys.wrong_passphrase"
    assert len(header(folder)["slots"]) == 1


def test_a_header_of_a_later_format_is_refused_unchanged(folder):
    unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE)
    later = (folder / layout.KEYS).read_text().replace("mianqian-keys/1", "mianqian-keys/2")
    (folder / layout.KEYS).write_text(later)
    assert code_of(lambda: unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE)) == "keys.newer"
    assert (folder / layout.KEYS).read_text() == later


def test_neither_key_store_nor_passphrase(folder):
    assert code_of(lambda: unlock(folder, key_store=NoKeyStore())) == "keys.unavailable"
    assert not (folder / layout.KEYS).exists()


def test_a_lost_key_store_entry_is_said_and_nothing_is_made_anew(folder, key_store):
    unlock(folder, key_store=key_store)
    before = (folder / layout.KEYS).read_bytes()
    key_store.entries.clear()
    assert code_of(lambda: unlock(folder, key_store=key_store)) == "keys.unavailable"
    assert code_of(lambda: unlock(folder, key_store=key_store, passphrase=never)) == "keys.unavailable"
    assert (folder / layout.KEYS).read_bytes() == before


def test_a_second_wrapping_survives_the_loss_of_the_key_store(folder, key_store):
    first = unlock(folder, key_store=key_store)
    add_passphrase(folder, first, PASSPHRASE)
    add_passphrase(folder, first, PASSPHRASE + " neu")
    assert [slot["kind"] for slot in header(folder)["slots"]] == ["key_store", "passphrase"]
    assert same(first, unlock(folder, key_store=key_store, passphrase=never))
    assert same(first, unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE + " neu"))


def test_a_key_store_that_forgets_is_not_trusted(folder):
    class Forgetful(NoKeyStore):
        def put(self, name, secret):
            pass

        def get(self, name):
            return None

    assert code_of(lambda: unlock(folder, key_store=Forgetful())) == "keys.unavailable"
    assert not (folder / layout.KEYS).exists()


def test_a_short_passphrase_is_refused(folder):
    refused = code_of(lambda: unlock(folder, key_store=NoKeyStore(), passphrase=lambda: "short"))
    assert refused == "keys.passphrase_short"


@pytest.mark.parametrize("damage", [
    lambda text: b"", lambda text: b"{}", lambda text: text[:-20],
    lambda text: text.replace(b'"memory_kib": 65536', b'"memory_kib": 999999999'),
])
def test_a_damaged_header_is_said(folder, key_store, damage):
    unlock(folder, key_store=key_store)
    path = folder / layout.KEYS
    path.write_bytes(damage(path.read_bytes()))
    assert code_of(lambda: unlock(folder, key_store=key_store)) == "keys.damaged"


def test_a_wrapped_key_of_another_folder_is_refused(folder, key_store):
    unlock(folder, key_store=key_store)
    unlock(folder.parent / "other", key_store=key_store)
    mine, other = header(folder), header(folder.parent / "other")
    mine["slots"] = other["slots"]
    (folder / layout.KEYS).write_text(json.dumps(mine))
    assert code_of(lambda: unlock(folder, key_store=key_store)) == "keys.damaged"


def test_no_new_keys_over_old_data(store, folder, key_store):
    (folder / layout.KEYS).unlink()
    assert code_of(lambda: unlock(folder, key_store=key_store)) == "keys.damaged"


def test_no_key_lies_in_clear_and_keys_stay_in_the_process(folder, key_store):
    keys = unlock(folder, key_store=key_store)
    secrets = [keys._data_key, keys.database_key(), keys.signing_key().private_bytes_raw()]
    text = b"".join(path.read_bytes() for path in folder.iterdir())
    assert not any(secret in text or secret.hex().encode() in text for secret in secrets)
    assert all(secret.hex() not in repr(keys) for secret in secrets)
    with pytest.raises(TypeError):
        pickle.dumps(keys)


def test_a_wrapped_secret_opens_only_under_its_label(folder, key_store):
    keys = unlock(folder, key_store=key_store)
    wrapped = keys.wrap(b"secret", "case/1")
    assert keys.unwrap(wrapped, "case/1") == b"secret"
    assert code_of(lambda: keys.unwrap(wrapped, "case/2")) == "keys.damaged"
    assert code_of(lambda: keys.unwrap(b"", "case/1")) == "keys.damaged"


def test_each_folder_has_its_own_keys(tmp_path, key_store):
    one, two = unlock(tmp_path / "1", key_store=key_store), unlock(tmp_path / "2", key_store=key_store)
    assert one.database_key() != two.database_key()
    assert one.signing_key().public_key() != two.signing_key().public_key()


def test_a_store_without_answer_raises():
    with pytest.raises(KeyStoreUnavailable):
        NoKeyStore().get("x")
