import errno
import os
import stat
from pathlib import Path

import pytest

from app.domain.condition import Condition
from app.store import disk, layout


class Recorded(disk.Disk):
    """Notes each step, and fails in the one it is told to."""

    def __init__(self, fail: str = "", code: int = errno.EIO) -> None:
        self.steps, self.fail, self.code = [], fail, code

    def _note(self, step: str) -> None:
        self.steps.append(step)
        if step == self.fail:
            raise OSError(self.code, os.strerror(self.code))

    def spill(self, temp: Path, data: bytes) -> None:
        super().spill(temp, data)
        self._note("spill")

    def rename(self, temp: Path, path: Path) -> None:
        self._note("rename")
        super().rename(temp, path)

    def sync_folder(self, folder: Path) -> None:
        self._note("sync_folder")
        super().sync_folder(folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_puts_the_bytes_under_the_name_and_leaves_nothing_else(tmp_path):
    disk.Disk().write(tmp_path / "合同 一.age", b"one")
    disk.Disk().write(tmp_path / "合同 一.age", b"two")
    assert (tmp_path / "合同 一.age").read_bytes() == b"two"
    assert names(tmp_path) == ["合同 一.age"]


def test_the_name_appears_only_after_the_bytes_are_safe(tmp_path):
    writer = Recorded()
    writer.write(tmp_path / "a", b"data")
    assert writer.steps == ["spill", "rename", "sync_folder"]


@pytest.mark.parametrize("step", ["spill", "rename"])
def test_a_failed_step_keeps_the_old_file_and_says_so(tmp_path, step):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(Condition) as raised:
        Recorded(fail=step).write(tmp_path / "a", b"new")
    assert raised.value.code == "disk.io"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_failed_fsync_is_not_repeated(tmp_path):
    writer = Recorded(fail="spill")
    with pytest.raises(Condition):
        writer.write(tmp_path / "a", b"new")
    assert writer.steps == ["spill"]


@pytest.mark.parametrize(("code", "expected"), [
    (errno.ENOSPC, "disk.full"), (errno.EDQUOT, "disk.full"), (errno.EFBIG, "disk.full"),
    (errno.EROFS, "disk.read_only"), (errno.EACCES, "disk.read_only"), (errno.ENODEV, "disk.unavailable"),
    (errno.EIO, "disk.io"), (errno.EBUSY, "disk.busy"),
])
def test_system_errors_become_conditions(tmp_path, code, expected):
    with pytest.raises(Condition) as raised:
        Recorded(fail="rename", code=code).write(tmp_path / "a", b"x")
    assert raised.value.code == expected
    for language in ("zh", "en"):
        assert raised.value.message(language)
        assert raised.value.next(language)


@pytest.mark.parametrize(("winerror", "expected"), [(112, "disk.full"), (32, "disk.busy"), (21, "disk.unavailable")])
def test_windows_codes_are_asked_before_errno(winerror, expected):
    error = OSError(errno.EINVAL, "")
    error.winerror = winerror
    assert disk.condition_of(error).code == expected


def test_an_unknown_error_is_a_bug_and_stays_one(tmp_path):
    with pytest.raises(OSError, match="Invalid argument"):
        Recorded(fail="rename", code=errno.EINVAL).write(tmp_path / "a", b"x")


def test_a_file_held_for_a_moment_is_waited_for():
    failures = [32, 5]

    def act() -> str:
        if failures:
            error = PermissionError(errno.EACCES, "held")
            error.winerror = failures.pop()
            raise error
        return "done"

    assert disk.Disk._patiently(act) == "done"


def test_a_missing_folder_is_named_as_such(tmp_path):
    with pytest.raises(Condition) as raised:
        disk.Disk().write(tmp_path / "gone" / "a", b"x")
    assert raised.value.code == "disk.unavailable"


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps profiles apart by access lists")
def test_a_folder_that_others_may_enter_is_shut_to_them(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    layout.make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_sweep_takes_temporary_files_only(tmp_path):
    for name in ("0123.tmp", "a.age", "b.json"):
        (tmp_path / name).write_bytes(b"x")
    assert disk.sweep_temporary(tmp_path) == 1
    assert names(tmp_path) == ["a.age", "b.json"]


def test_removing_twice_is_no_error(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert disk.Disk().remove(tmp_path / "a") is True
    assert disk.Disk().remove(tmp_path / "a") is False


def test_free_space_is_asked_before_it_is_needed(tmp_path):
    free = disk.free_bytes(tmp_path)
    assert free > 0
    disk.require_free(tmp_path, 1)
    with pytest.raises(Condition) as raised:
        disk.require_free(tmp_path, 1 << 60)
    assert raised.value.code == "disk.full"
