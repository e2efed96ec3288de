"""A spool: what was appended is there after a kill, nothing else is taken for it, and without the case nothing of it can be
read."""

import errno

import pyrage
import pytest

from app.domain.condition import Condition
from app.store import spool
from app.store.disk import Disk
from app.store.spool import About, Spool

ABOUT = About(interview_id="i", start_ms=1500)
IDENTITY = pyrage.x25519.Identity.generate()
RECORDS = [b"first cluster" * 50, b"second", b"third" * 1000]


@pytest.fixture
def path(tmp_path):
    made = Spool(tmp_path / "段.spool", ABOUT, IDENTITY.to_public(), Disk())
    for record in RECORDS:
        made.append(record)
    made.close()
    return made.path


def test_what_was_appended_is_read_back_and_is_not_plain(path):
    left = spool.read(path, IDENTITY)
    assert (left.about, left.data) == (ABOUT, b"".join(RECORDS))
    assert b"cluster" not in path.read_bytes()
    assert spool.read(path, pyrage.x25519.Identity.generate()) is None


@pytest.mark.parametrize("short", [1, 4000, 5030])
def test_a_record_that_was_half_written_is_none(path, short):
    content = path.read_bytes()
    path.write_bytes(content[:-short])
    assert spool.read(path, IDENTITY).data == b"".join(RECORDS[:1 if short == 5030 else 2])


def test_records_changed_doubled_or_left_out_end_what_is_believed(path):
    content = path.read_bytes()
    third = len(RECORDS[2]) + 16 + 4
    second = len(RECORDS[1]) + 16 + 4
    head, two, three = content[:-third - second], content[-third - second:-third], content[-third:]
    for forged in (head + two + two + three, head + three + two, head + three, head + bytes([*two[:-1], two[-1] ^ 1]) + three):
        path.write_bytes(forged)
        assert spool.read(path, IDENTITY).data in (RECORDS[0], RECORDS[0] + RECORDS[1])


@pytest.mark.parametrize("size", [0, 5, 20, 60])
def test_a_spool_killed_at_its_beginning_holds_nothing(path, size):
    path.write_bytes(path.read_bytes()[:size])
    assert spool.read(path, IDENTITY) is None


def test_after_a_full_disk_what_was_there_still_stands_and_more_may_follow(tmp_path, monkeypatch):
    made = Spool(tmp_path / "a.spool", ABOUT, IDENTITY.to_public(), Disk())
    made.append(RECORDS[0])

    def full(_handle):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(Condition, match=r"disk\.full"):
            made.append(RECORDS[2])
    made.append(RECORDS[1])
    made.close()
    assert spool.read(made.path, IDENTITY).data == RECORDS[0] + RECORDS[1]
