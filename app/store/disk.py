"""The one way to write case data: temporary file, fsync, rename, fsync of the folder. Disk trouble as conditions."""

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.domain.condition import Kind

DISK_FULL = Kind(
    "disk.full",
    zh="磁盘空间不足，这一项没有保存。", zh_next="请清理磁盘空间后再试；已保存的内容不受影响。",
    en="The disk is full; this item was not saved.", en_next="Free some space and try again; what was saved is safe.",
)
DISK_READ_ONLY = Kind(
    "disk.read_only",
    zh="数据文件夹不可写，这一项没有保存。", zh_next="请检查文件夹权限，或联系管理员。",
    en="The data folder cannot be written; this item was not saved.",
    en_next="Check the folder's permissions or ask your administrator.",
)
DISK_UNAVAILABLE = Kind(
    "disk.unavailable",
    zh="找不到数据文件夹所在的磁盘或其中的文件。", zh_next="请重新连接磁盘，然后重新启动程序。",
    en="The data folder, its disk or a file in it is not there.",
    en_next="Connect the disk again and restart the program.",
)
DISK_BUSY = Kind(
    "disk.busy",
    zh="文件正被其他程序（例如杀毒软件）占用。", zh_next="请稍候再试；如反复出现，请让管理员把数据文件夹加入白名单。",
    en="Another program, such as a virus scanner, is holding the file.",
    en_next="Try again in a moment; if it keeps happening, have the data folder excluded from scanning.",
)
DISK_IO = Kind(
    "disk.io",
    zh="磁盘读写出错，这一项没有保存。", zh_next="请停止使用本机办理新业务，并联系管理员检查磁盘。",
    en="The disk reported an error; this item was not saved.",
    en_next="Take no new cases on this computer and have its disk checked.",
)

_ERRNO = {
    errno.ENOSPC: DISK_FULL, errno.EDQUOT: DISK_FULL, errno.EFBIG: DISK_FULL,
    errno.EROFS: DISK_READ_ONLY, errno.EACCES: DISK_READ_ONLY, errno.EPERM: DISK_READ_ONLY,
    errno.ENOENT: DISK_UNAVAILABLE, errno.ENOTDIR: DISK_UNAVAILABLE, errno.ENODEV: DISK_UNAVAILABLE,
    errno.ENXIO: DISK_UNAVAILABLE, errno.ESTALE: DISK_UNAVAILABLE,
    errno.EBUSY: DISK_BUSY,
    errno.EIO: DISK_IO,
}
# Windows system codes are finer than the errno they are translated to, so they are asked first.
_WINERROR = {
    39: DISK_FULL, 112: DISK_FULL,
    19: DISK_READ_ONLY,
    15: DISK_UNAVAILABLE, 21: DISK_UNAVAILABLE, 53: DISK_UNAVAILABLE, 1167: DISK_UNAVAILABLE,
    32: DISK_BUSY, 33: DISK_BUSY,
    23: DISK_IO, 1117: DISK_IO,
}
_HELD = frozenset({5, 32, 33})  # Windows: access denied, sharing violation, lock violation
_TRIES = 9
_TEMP = ".tmp"


def condition_of(error: OSError) -> Kind | None:
    """The kind of condition an operating-system error is, or None where it is a bug."""
    return _WINERROR.get(getattr(error, "winerror", None) or 0) or _ERRNO.get(error.errno or 0)


@contextmanager
def conditions() -> Iterator[None]:
    """Turn the operating system's errors inside the block into conditions."""
    try:
        yield
    except OSError as error:
        if kind := condition_of(error):
            raise kind() from error
        raise


class Disk:
    """Durable writing. The small steps are methods so that a test can make one of them fail or die."""

    def write(self, path: Path, data: bytes) -> None:
        """Put ``data`` under ``path`` for good: after return it outlives power loss, before it the old state stands.

        Raises a disk condition; then no temporary file is left where the disk still lets us remove it.
        """
        temp = path.parent / f"{secrets.token_hex(8)}{_TEMP}"
        with conditions():
            try:
                self.spill(temp, data)
                self.rename(temp, path)
                self.sync_folder(path.parent)
            except BaseException:
                with suppress(OSError):  # the first error is the one to report; the sweep at start takes what stays
                    temp.unlink(missing_ok=True)
                raise

    def spill(self, temp: Path, data: bytes) -> None:
        """Write and fsync. A failed fsync is final: the kernel may have dropped the pages, so it is never repeated."""
        with temp.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, temp: Path, path: Path) -> None:
        self._patiently(lambda: os.replace(temp, path))

    def remove(self, path: Path) -> bool:
        """Unlink; False where it was gone already."""
        with conditions():
            try:
                self._patiently(path.unlink)
            except FileNotFoundError:
                return False
        return True

    def sync_folder(self, folder: Path) -> None:
        """Make names durable. Windows has no such call; the database row, written last, and the sweep stand in."""
        if os.name == "nt":
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @staticmethod
    def _patiently(act) -> None:
        """Windows: virus scanners and indexers hold fresh files for moments. Up to 2.5 s, then the error stands."""
        for attempt in range(_TRIES):
            try:
                return act()
            except OSError as error:
                if getattr(error, "winerror", None) not in _HELD or attempt == _TRIES - 1:
                    raise
                time.sleep(0.01 * 2**attempt)


def sweep_temporary(folder: Path) -> int:
    """Remove what interrupted writes left directly in ``folder``; how many. Only while nobody writes there."""
    with conditions():
        leftovers = [path for path in folder.glob(f"*{_TEMP}") if path.is_file()]
        for path in leftovers:
            path.unlink(missing_ok=True)
    return len(leftovers)


def free_bytes(path: Path) -> int:
    """Free space for this user on the disk of an existing ``path``."""
    with conditions():
        return shutil.disk_usage(path).free


def require_free(path: Path, needed: int) -> None:
    """Raise DISK_FULL unless ``needed`` bytes are free: asked before a person starts what could not be kept."""
    if free_bytes(path) < needed:
        raise DISK_FULL()
