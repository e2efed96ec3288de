"""Nothing of a customer lies readable on the disk, whatever the database and its log were doing at the moment."""

import base64
import gzip
from datetime import UTC, datetime

import pytest

from app.domain.facts import FormConfirmed, SecondPersonVerified
from app.domain.summary import CaseSummary
from app.store.database import Database
from app.store.migrations import MIGRATIONS
from tests.disk_image import orderly, showing, traces_of_picture, traces_of_text

PLANTED = ["测试客户甲", "110101199001019999", "13900000000", "机密口令"]
NEXT = ("ALTER TABLE setting ADD COLUMN later TEXT",)


def summary() -> CaseSummary:
    return CaseSummary(case_id="c1", case_number="MQ-1", staff_id="S", customer=PLANTED[0], id_number_masked=PLANTED[1],
                       product="p", step=1, stage="s", completeness=0, sync_state="draft", search=" ".join(PLANTED),
                       updated_at=datetime.now(UTC))


def readable(folder) -> list[str]:
    return showing([folder], [trace for text in PLANTED for trace in traces_of_text(text)])


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
    assert not orderly(store.folder / "mianqian.db")


@pytest.mark.parametrize("left", [
    PLANTED[1].encode(), PLANTED[0].encode("utf-16-le"), PLANTED[0].encode("gb18030").hex().encode(),
    base64.b64encode(b"x" + PLANTED[0].encode() + b"yz"), gzip.compress(PLANTED[2].encode() * 9, mtime=0)])
def test_the_search_would_find_a_readable_file(tmp_path, left):
    (tmp_path / "leak").write_bytes(left)
    assert readable(tmp_path) == ["leak"]


def test_the_search_would_find_a_piece_of_a_picture(tmp_path):
    picture = bytes(range(256)) * 4
    (tmp_path / "leak").write_bytes(b"before" + base64.b64encode(b"1" + picture))
    assert showing([tmp_path], traces_of_picture(picture)) == ["leak"]


def test_nor_in_the_copy_made_before_a_migration(store, reopen):
    store.settings.set("planted", PLANTED)
    store.database.close()
    with Database.open(store.folder, store.keys, (*MIGRATIONS, NEXT)):
        assert list(store.folder.glob("mianqian.before-*.db"))
        assert readable(store.folder) == []
