"""The one encrypted database: opening, checking, migrating, transactions, and SQLite's errors as conditions.

One connection, one lock: every read and write of the process passes through ``transaction`` or ``reading``, from
whichever thread. Commits take milliseconds, so a queue at the lock is shorter than several connections are complicated;
nobody ever meets a half-finished transaction or a busy database made by ourselves.
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.domain.condition import Condition, Kind
from app.store import disk, layout
from app.store.keys import Keys
from app.store.migrations import MIGRATIONS, Step
from app.store.sqlcipher import sqlite3, sqlite_utils
from app.store.witness import Witness

log = logging.getLogger(__name__)

STORE_IN_USE = Kind(
    "store.in_use",
    zh="面签台已经在运行。", zh_next="请切换到已打开的窗口，或先关闭它。",
    en="The program is already running on this data folder.", en_next="Switch to the open window, or close it first.",
)
STORE_BUSY = Kind(
    "store.busy",
    zh="本机数据库正被其他程序占用。", zh_next="请稍候再试；已保存的内容不受影响。",
    en="Another program is holding the local database.", en_next="Try again in a moment; what was saved is safe.",
)
STORE_NEWER = Kind(
    "store.newer",
    zh="数据由更新版本的程序保存（格式 {found}，本程序支持到 {known}）。",
    zh_next="请安装最新版本的面签台；数据没有改动。",
    en="The data was written by a newer version (format {found}, this program knows {known}).",
    en_next="Install the latest version; nothing was changed.",
)
STORE_DAMAGED = Kind(
    "store.damaged",
    zh="本机数据库已损坏。", zh_next="请不要删除数据文件夹，联系管理员进行恢复。",
    en="The local database is damaged.", en_next="Do not delete the data folder; ask your administrator to recover it.",
)
STORE_UNREADABLE = Kind(
    "store.unreadable",
    zh="本机数据库无法用当前密钥打开。",
    zh_next="请确认 keys.json 与数据库属于同一份数据；不要删除数据文件夹，联系管理员。",
    en="The local database does not open with this key.",
    en_next="Check that keys.json and the database belong together; delete nothing and ask your administrator.",
)
STORE_MISSING = Kind(
    "store.missing",
    zh="案件文件还在，但数据库文件不见了。", zh_next="请从备份恢复数据库文件，或联系管理员；程序没有新建数据库。",
    en="Case files are here, but the database is gone.",
    en_next="Restore the database file from a backup or ask your administrator; no new one was made.",
)

STORE_OLDER = Kind(
    "store.older",
    zh="本机数据库比上次使用时旧，最近保存的内容不在其中。",
    zh_next="请勿继续办理；联系管理员放回完整的数据库及其日志。案件文件都还在，可用 mianqian rescue 取出。",
    en="The local database is older than it was at its last use; what was saved last is not in it.",
    en_next="Take no cases now; have the whole database and its log put back. The case files are all here, and"
            " mianqian rescue gets them out.",
)

_BY_PRIMARY_CODE = {  # SQLite result code & 0xff
    3: disk.DISK_READ_ONLY,     # PERM
    5: STORE_BUSY,              # BUSY
    6: STORE_BUSY,              # LOCKED
    8: disk.DISK_READ_ONLY,     # READONLY
    10: disk.DISK_IO,           # IOERR
    11: STORE_DAMAGED,          # CORRUPT
    13: disk.DISK_FULL,         # FULL
    14: disk.DISK_UNAVAILABLE,  # CANTOPEN
    26: STORE_UNREADABLE,       # NOTADB
}
BUSY_MS = 5_000
CHECK_AT_OPEN_BYTES = 64 * 1024 * 1024  # about 0.4 s of checking on a small machine


@contextmanager
def conditions() -> Iterator[None]:
    """Turn SQLite's errors inside the block into conditions; what is not in the table is a bug and passes."""
    try:
        yield
    except sqlite3.Error as error:
        if kind := _BY_PRIMARY_CODE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF):
            raise kind() from error
        raise


class Database:
    """Open with ``Database.open``; reach the sqlite-utils tables through ``transaction`` or ``reading`` only."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, witness: Witness, lock: FileLock) -> None:
        self.folder = folder
        self._witness = witness
        self.checked = False
        self.put_back = False
        self._mutex = threading.RLock()
        self._lock = lock
        self._connection = connection
        self._tables = sqlite_utils.Database(connection, execute_plugins=False)

    @classmethod
    def open(cls, folder: Path, keys: Keys, migrations: tuple[Step, ...] = MIGRATIONS) -> "Database":
        """Lock the folder, open, check and migrate. Raises STORE_* or a disk condition; then nothing is held.

        The pages are checked here up to CHECK_AT_OPEN_BYTES; where ``checked`` stays False, call ``check()`` soon, off
        the window's thread.
        """
        with disk.conditions():
            layout.make_folder(folder)
            lock = _acquire(folder)
        try:
            _refuse_silent_new(folder)
            return _opened(folder, keys, lock, migrations)
        except BaseException:
            lock.release()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite_utils.Database]:
        """All or nothing, durable on return. Inside another transaction of the same thread it is a part of that one."""
        with self._mutex, conditions():
            if self._connection.in_transaction:
                with self._tables.atomic():
                    yield self._tables
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._tables
                version, commits = self._counted()
                self._connection.execute(f"PRAGMA application_id={commits + 1}")  # ours to use, and part of the transaction
                self._connection.execute("COMMIT")
            except BaseException:
                self._tables.rollback()
                raise
            self._witness.note(version, commits + 1)

    @contextmanager
    def reading(self) -> Iterator[sqlite_utils.Database]:
        """Consistent reads: nobody writes in between."""
        with self._mutex, conditions():
            yield self._tables

    def check(self) -> None:
        """Read every page; raises STORE_DAMAGED. About 8 ms a megabyte."""
        with self.reading() as tables:
            if tables.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise STORE_DAMAGED()
        self.checked = True

    def _counted(self) -> tuple[int, int]:
        return tuple(self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id"))

    def require_newest(self) -> None:
        """Raise STORE_OLDER where more was committed than is here. The copy made before a migration is a lower version, put
        back on purpose, and so is a database whose count was taken away: ``put_back`` then says so."""
        (version, commits), (noted, confirmed) = self._counted(), self._witness.read()
        if confirmed > commits and (not version or noted <= version):
            raise STORE_OLDER()
        self.put_back = confirmed > commits or (self._witness.fresh and commits > 0)

    def forget(self) -> None:
        """Make deleted rows unrecoverable: empty the write-ahead log and remove the copies made before migrations."""
        with self.reading() as tables:
            tables.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for copy in self.folder.glob(layout.COPY_GLOB):
            disk.Disk().remove(copy)

    def close(self) -> None:
        with self._mutex:
            self._connection.close()
            self._witness.close()
            self._lock.release()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def in_use(folder: Path) -> bool:
    """Whether a program works on this folder now."""
    if not (folder / layout.LOCK).exists():
        return False
    with disk.conditions():
        try:
            _acquire(folder).release()
        except Condition as condition:
            if condition.kind is not STORE_IN_USE:
                raise
            return True
    return False


def _acquire(folder: Path) -> FileLock:
    """The operating system drops the lock with the process, so a crash leaves no stale one."""
    lock = FileLock(folder / layout.LOCK, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise STORE_IN_USE() from error
    return lock


def _refuse_silent_new(folder: Path) -> None:
    cases = folder / layout.CASES
    if not (folder / layout.DATABASE).exists() and cases.is_dir() and any(cases.iterdir()):
        raise STORE_MISSING()


def _opened(folder: Path, keys: Keys, lock: FileLock, migrations: tuple[Step, ...]) -> Database:
    with disk.conditions(), conditions(), ExitStack() as undo:
        connection = undo.enter_context(closing(_connect(folder / layout.DATABASE, keys)))
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > len(migrations):
            raise STORE_NEWER(found=found, known=len(migrations))
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        witness = undo.enter_context(closing(Witness(folder / layout.WITNESS)))
        database = Database(folder, connection, witness, lock)
        database.require_newest()
        if (folder / layout.DATABASE).stat().st_size <= CHECK_AT_OPEN_BYTES:
            database.check()
        _migrate(database, keys, found, migrations)
        undo.pop_all()
    return database


def _connect(path: Path, keys: Keys) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), timeout=BUSY_MS / 1000, check_same_thread=False)
    connection.execute("PRAGMA cipher_log_level=NONE")  # its words go to stderr, past our log
    connection.execute(f"PRAGMA key=\"x'{keys.database_key().hex()}'\"")
    return connection


def _migrate(database: Database, keys: Keys, found: int, migrations: tuple[Step, ...]) -> None:
    if found == len(migrations):
        return
    if found:
        _copy(database, keys, found)
    for version, step in enumerate(migrations[found:], found + 1):
        with database.transaction() as tables:
            for statement in step:
                tables.execute(statement)
            tables.execute(f"PRAGMA user_version={version}")
        log.info("database migrated to version %d", version)
    disk.Disk().sync_folder(database.folder)


def _copy(database: Database, keys: Keys, version: int) -> None:
    """A checked copy of the database as it was, through SQLite's own backup call (a file copy would miss the log)."""
    path = database.folder / layout.COPY.format(version=version)
    temp = path.with_suffix(".db.tmp")
    for stale in database.folder.glob(f"{temp.name}*"):  # with its journal, which would be played into the new copy
        stale.unlink()
    with closing(_connect(temp, keys)) as copy:
        with database.reading() as tables:
            tables.conn.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # one plain file, nothing beside it
        if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise STORE_DAMAGED()
    writer = disk.Disk()
    with disk.conditions():
        with temp.open("rb+") as file:
            os.fsync(file.fileno())
        writer.rename(temp, path)
        writer.sync_folder(path.parent)
