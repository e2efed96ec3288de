"""One engine over SQLite or PostgreSQL, two kinds of session, and the migrations applied at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event, make_url, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.conditions import DATABASE_NEWER
from gateway.tables import Audit, Base, Change, Counter, stamp

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 0x6D71  # PostgreSQL's advisory lock of a starting gateway


def now() -> datetime:
    return datetime.now(UTC)


class Database:
    """``read()`` and ``write()`` give sessions; leaving ``write()`` commits, an exception rolls back."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writing = self.engine.execution_options(writes=True)

    def migrate(self) -> None:
        """Make the tables what this version needs; one process at a time. Raises serve.database_newer."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self.engine.connect() as connection, connection.execution_options(writes=True).begin():
            if self.engine.dialect.name == "postgresql":  # SQLite's transaction is the only writer anyway
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise DATABASE_NEWER() from error

    def answers(self) -> bool:
        with self.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT 1").scalar_one() == 1

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        with self.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def audit(session: Session, who: str, device_id: str, action: str, case_id: str = "", detail: str = "") -> None:
    """Note who read or did what, in the caller's transaction."""
    session.add(Audit(at=stamp(now()), who=who, device_id=device_id, action=action, case_id=case_id, detail=detail))


def insert(session: Session, table: type[Base]) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that can say what to do where the row is there already."""
    return {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name].insert(table)


def publish(session: Session, case_id: str, staff_id: str, fact_json: str) -> int:
    """Append to the change feed; the counter's row lock keeps the order that readers see."""
    session.execute(update(Counter).where(Counter.name == "change").values(value=Counter.value + 1))
    seq = session.get_one(Counter, "change", populate_existing=True).value
    session.add(Change(seq=seq, case_id=case_id, staff_id=staff_id, fact_json=fact_json))
    return seq


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=parsed.drivername.startswith("postgresql"))
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).resolve().parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connected(connection, _record) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute("PRAGMA " + pragma).close()


def _sqlite_begin(connection) -> None:
    # A writer takes the lock at once: upgrading a read transaction can fail without waiting.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
