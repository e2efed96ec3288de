import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.domain.condition import Condition
from app.store import database as module
from app.store import layout
from app.store.database import Database
from app.store.keys import unlock
from app.store.migrations import MIGRATIONS
from app.store.sqlcipher import sqlite3

NEXT = ("CREATE TABLE later (a TEXT) STRICT", "INSERT INTO later VALUES ('x')")


def code_of(call) -> str:
    with pytest.raises(Condition) as raised:
        call()
    return raised.value.code


def image(folder: Path) -> bytes:
    return (folder / layout.DATABASE).read_bytes()


def version(database: Database) -> int:
    with database.reading() as tables:
        return tables.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def keys(folder, key_store):
    return unlock(folder, key_store=key_store)


@pytest.fixture
def closed(folder, keys):
    """A folder with one setting in it, closed again."""
    with Database.open(folder, keys) as database, database.transaction() as tables:
        tables.execute("INSERT INTO setting VALUES ('a', '1')")
    return folder


def settings(database: Database) -> list:
    with database.reading() as tables:
        return tables.execute("SELECT name, value FROM setting ORDER BY name").fetchall()


def test_what_was_written_is_there_after_reopening_and_fully_durable(closed, keys):
    with Database.open(closed, keys) as database:
        assert settings(database) == [("a", "1")]
        assert database.checked
        with database.reading() as tables:
            pragmas = [tables.execute(f"PRAGMA {name}").fetchone()[0]
                       for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")]
        assert pragmas == ["wal", 2, 1, 1, module.BUSY_MS]


def test_the_file_is_not_a_plain_database(closed):
    assert not image(closed).startswith(b"SQLite format 3")


def test_a_second_opening_is_told_that_the_first_is_running(closed, keys):
    with Database.open(closed, keys):
        assert code_of(lambda: Database.open(closed, keys)) == "store.in_use"
        script = ("import sys; from pathlib import Path; from filelock import FileLock, Timeout\n"
                  "try: FileLock(sys.argv[1]).acquire(timeout=0)\nexcept Timeout: print('held')")
        done = subprocess.run([sys.executable, "-c", script, str(closed / layout.LOCK)], capture_output=True, text=True)
        assert done.stdout.strip() == "held"
    Database.open(closed, keys).close()


def test_another_key_is_refused_and_changes_nothing(closed, key_store):
    before = image(closed)
    stranger = unlock(closed.parent / "other", key_store=key_store)
    assert code_of(lambda: Database.open(closed, stranger)) == "store.unreadable"
    assert image(closed) == before


def test_a_newer_shape_is_refused_and_changes_nothing(closed, keys):
    Database.open(closed, keys, (*MIGRATIONS, NEXT)).close()
    before = image(closed)
    with pytest.raises(Condition) as raised:
        Database.open(closed, keys)
    assert raised.value.code == "store.newer"
    assert raised.value.values == {"found": len(MIGRATIONS) + 1, "known": len(MIGRATIONS)}
    assert image(closed) == before


def test_a_flipped_bit_is_found_at_opening(closed, keys):
    with (closed / layout.DATABASE).open("rb+") as file:
        file.seek(4096 * 2 + 700)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    assert code_of(lambda: Database.open(closed, keys)) == "store.damaged"
    (closed / layout.DATABASE).write_bytes(b"\x07" * 8192)
    assert code_of(lambda: Database.open(closed, keys)) == "store.unreadable"


def test_no_new_database_beside_old_case_files(closed, keys):
    (closed / layout.CASES / "case-1").mkdir(parents=True)
    (closed / layout.DATABASE).unlink()
    assert code_of(lambda: Database.open(closed, keys)) == "store.missing"
    assert not (closed / layout.DATABASE).exists()


def test_a_failed_opening_gives_the_folder_free(closed, keys, key_store):
    code_of(lambda: Database.open(closed, unlock(closed.parent / "other", key_store=key_store)))
    with Database.open(closed, keys) as database:
        assert settings(database) == [("a", "1")]


def test_a_transaction_is_all_or_nothing_also_inside_another(store):
    database = store.database

    def fail_after_writing(name: str) -> None:
        with database.transaction() as tables:
            tables["setting"].insert({"name": name, "value": "1"})
            raise KeyError

    with database.transaction() as tables:
        tables["setting"].insert({"name": "outer", "value": "1"})
        with pytest.raises(KeyError):
            fail_after_writing("inner")
        tables.execute("INSERT INTO setting VALUES ('after', '1')")
    with pytest.raises(KeyError):
        fail_after_writing("alone")
    assert {name for name, _ in settings(database)} == {"outer", "after", "bank_recipient"}


def test_many_threads_write_at_once(store):
    def work(number: int) -> None:
        for item in range(20):
            with store.database.transaction() as tables:
                count = tables.execute("SELECT coalesce(max(CAST(value AS INT)), 0) FROM setting WHERE name LIKE 'n%'")
                following = count.fetchone()[0] + 1
                tables.execute("INSERT INTO setting VALUES (?, ?)", [f"n-{number}-{item}", str(following)])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(int(value) for name, value in settings(store.database) if name.startswith("n-"))
    assert numbers == list(range(1, 101))


def test_a_foreign_writer_is_reported_as_busy(closed, keys, monkeypatch):
    monkeypatch.setattr(module, "BUSY_MS", 50)
    with Database.open(closed, keys) as database:
        other = module._connect(closed / layout.DATABASE, keys)
        other.execute("BEGIN EXCLUSIVE")

        def write():
            with database.transaction() as tables:
                tables.execute("INSERT INTO setting VALUES ('b', '2')")

        assert code_of(write) == "store.busy"
        other.execute("ROLLBACK")
        other.close()
        write()
        assert settings(database) == [("a", "1"), ("b", "2")]


def test_a_broken_rule_of_the_schema_is_a_bug_not_a_condition(store):
    with pytest.raises(sqlite3.IntegrityError), store.database.transaction() as tables:
        tables.execute("INSERT INTO outbox (case_id, revision, state, manifest_json, manifest_sha256, device_signature,"
                       " created_at) VALUES ('c', 1, 'lost', '', '', '', '')")


def test_a_migration_keeps_a_readable_copy_of_what_was(closed, keys):
    with Database.open(closed, keys, (*MIGRATIONS, NEXT)) as database:
        assert version(database) == len(MIGRATIONS) + 1
        assert settings(database) == [("a", "1")]
        copies = list(closed.glob(layout.COPY_GLOB))
        assert [copy.name for copy in copies] == [layout.COPY.format(version=len(MIGRATIONS))]
        assert not copies[0].read_bytes().startswith(b"SQLite format 3")
        database.close()
        (closed / layout.DATABASE).unlink()
        copies[0].rename(closed / layout.DATABASE)
    with Database.open(closed, keys) as restored:
        assert version(restored) == len(MIGRATIONS)
        assert settings(restored) == [("a", "1")]


def test_a_failed_migration_changes_nothing(closed, keys):
    broken = (*NEXT, "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.OperationalError):
        Database.open(closed, keys, (*MIGRATIONS, broken))
    with Database.open(closed, keys) as database:
        assert version(database) == len(MIGRATIONS)
        with database.reading() as tables:
            assert "later" not in tables.table_names()


def test_forgetting_removes_the_copies(closed, keys):
    with Database.open(closed, keys, (*MIGRATIONS, NEXT)) as database:
        database.forget()
        assert not list(closed.glob(layout.COPY_GLOB))


def kept(folder: Path) -> dict[str, bytes]:
    """Database and log as they lie there while somebody has them open: what a kill or a power cut leaves."""
    return {path.name: path.read_bytes() for path in folder.glob(f"{layout.DATABASE}*") if not path.name.endswith("-shm")}


def left(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.glob(f"{layout.DATABASE}*"):
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def killed_with(folder: Path, keys, *values: str) -> list[dict[str, bytes]]:
    """Database and log after each of these settings was written, by a process that never closed them."""
    with Database.open(folder, keys) as database:
        states = []
        for value in values:
            with database.transaction() as tables:
                tables.execute("INSERT INTO setting VALUES (?, 'x')", [value])
            states.append(kept(folder))
    return states


def test_a_database_without_its_log_is_not_taken_for_todays(closed, keys):
    state, = killed_with(closed, keys, "b")
    log = f"{layout.DATABASE}-wal"
    for lost in ({layout.DATABASE: state[layout.DATABASE]}, {**state, log: state[log][:100]}):
        left(closed, lost)
        assert code_of(lambda: Database.open(closed, keys)) == "store.older"
        assert set(kept(closed)) >= {layout.DATABASE}
    left(closed, state)
    with Database.open(closed, keys) as database:
        assert settings(database) == [("a", "1"), ("b", "x")]


def test_a_fresh_database_without_its_log_is_not_made_anew(folder, keys):
    state, = killed_with(folder, keys, "a")
    left(folder, {layout.DATABASE: state[layout.DATABASE]})
    assert code_of(lambda: Database.open(folder, keys)) == "store.older"


def test_an_older_database_put_back_is_told_and_the_newest_is_not(closed, keys):
    older, newer = killed_with(closed, keys, "b", "c")
    left(closed, older)
    assert code_of(lambda: Database.open(closed, keys)) == "store.older"
    left(closed, newer)
    with Database.open(closed, keys) as database:
        assert not database.put_back
    left(closed, older)
    (closed / layout.WITNESS).unlink()  # somebody wants the older one nevertheless
    for put_back in (True, False):
        with Database.open(closed, keys) as database, database.transaction():
            assert database.put_back == put_back


def test_the_count_beside_the_database_may_lag_or_be_gone(closed, keys):
    count = closed / layout.WITNESS
    before = count.read_bytes()
    killed_with(closed, keys, "b")
    for content in (before, b"", b"nonsense"):
        count.write_bytes(content)
        with Database.open(closed, keys) as database:
            assert not database.put_back
    count.unlink()
    Database.open(closed, keys).close()


def test_the_copy_made_before_a_migration_may_be_put_back(closed, keys):
    with Database.open(closed, keys, (*MIGRATIONS, NEXT)) as database, database.transaction() as tables:
        tables.execute("INSERT INTO setting VALUES ('b', 'x')")
    copy, = closed.glob(layout.COPY_GLOB)
    left(closed, {layout.DATABASE: copy.read_bytes()})
    with Database.open(closed, keys) as database:
        assert (settings(database), database.put_back) == ([("a", "1")], True)
