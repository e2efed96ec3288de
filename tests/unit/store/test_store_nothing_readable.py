"""Nothing of a customer lies readable on the disk, whatever the database and its log were doing at the moment."""

from datetime import UTC, datetime

from app.domain.facts import FormConfirmed, SecondPersonVerified
from app.domain.summary import CaseSummary
from app.store.database import Database
from app.store.migrations import MIGRATIONS

PLANTED = ["测试客户甲", "110101199001019999", "13900000000", "机密口令"]
NEXT = ("ALTER TABLE setting ADD COLUMN later TEXT",)


def summary() -> CaseSummary:
    return CaseSummary(case_id="c1", case_number="MQ-1", staff_id="S", customer=PLANTED[0], id_number_masked=PLANTED[1],
                       product="p", step=1, stage="s", completeness=0, sync_state="draft", search=" ".join(PLANTED),
                       updated_at=datetime.now(UTC))


def readable(folder) -> list[str]:
    """Every file in which a planted string shows in one of the encodings SQLite or Python would write."""
    needles = [text.encode(code) for text in PLANTED for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    return [path.name for path in folder.rglob("*") if path.is_file() and any(n in path.read_bytes() for n in needles)]


def test_no_planted_string_is_found_in_any_file(store):
    photo = store.vault.put("c1", "photo", "image/jpeg", "\n".join(PLANTED).encode() * 50)
    store.settings.set("passphrase", PLANTED[3])
    for number in range(30):
        form = FormConfirmed(values={str(number): text for number, text in enumerate(PLANTED)})
        person = SecondPersonVerified(staff_id="S", staff_name=PLANTED[0], statement=str(number), photo=photo)
        store.journal.append("c1", form, person, actor=PLANTED[0], also=lambda tables: store.summaries.put(summary()))
    names = {path.name for path in store.folder.rglob("*") if path.is_file()}
    assert {"mianqian.db", "mianqian.db-wal", "keys.json"} <= names
    assert readable(store.folder) == []
    with store.database.transaction() as tables:  # a transaction that is still open, with more than the cache holds
        tables.execute("CREATE TABLE big (a TEXT)")
        tables.conn.executemany("INSERT INTO big VALUES (?)", [(" ".join(PLANTED) * 40,) for _ in range(4000)])
        assert readable(store.folder) == []
    store.database.close()
    assert readable(store.folder) == []


def test_the_search_would_find_a_readable_file(tmp_path):
    (tmp_path / "leak").write_text(PLANTED[1])
    assert readable(tmp_path) == ["leak"]


def test_nor_in_the_copy_made_before_a_migration(store, reopen):
    store.settings.set("planted", PLANTED)
    store.database.close()
    with Database.open(store.folder, store.keys, (*MIGRATIONS, NEXT)):
        assert list(store.folder.glob("mianqian.before-*.db"))
        assert readable(store.folder) == []
