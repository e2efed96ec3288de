"""What is thrown away: by itself what has ended, and at the operator's word what was kept for a time."""

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import SQLAlchemyError

from gateway import staff
from gateway.database import Database, audit, now
from gateway.devices import CLOCK_TOLERANCE_S
from gateway.files import CaseFiles
from gateway.tables import Audit, Blob, Challenge, Revision, SeenRequest, SignInFailures, Token, Tries, stamp

log = logging.getLogger(__name__)

EVERY_S = 60.0


class Housekeeping:
    """Sweeps once a minute; several instances may do so at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                sweep(self._database, now())
            except SQLAlchemyError as error:
                log.warning("housekeeping waits for the database: %s", type(error).__name__)


def sweep(database: Database, at: datetime) -> None:
    """Everything that can no longer change an answer."""
    moment = at.timestamp()
    ended = (
        delete(SeenRequest).where(SeenRequest.moment < moment - 2 * CLOCK_TOLERANCE_S),
        delete(Tries).where(Tries.ends < moment),
        delete(Token).where(Token.renew_until < stamp(at)),
        delete(SignInFailures).where(SignInFailures.last_at < stamp(at - staff.LOCK)))
    for statement in ended:
        with database.write() as session:
            session.execute(statement)


def prune(database: Database, files: CaseFiles, at: datetime, *, audit_days: int | None, challenge_days: int | None,
          upload_days: int | None) -> dict[str, int]:
    """Remove what is older than the given days, None = nothing; returns how much of each. The audit tells of it.

    ``upload_days``: parts of revisions opened so long ago that were never committed; the device sends them anew.
    """
    counts = {}
    with database.write() as session:
        for name, days, statement in (
                ("audit", audit_days, lambda since: delete(Audit).where(Audit.at < since)),
                ("challenges", challenge_days, lambda since: delete(Challenge).where(Challenge.expires_at < since))):
            if days is not None:
                counts[name] = session.execute(statement(stamp(at - timedelta(days=days)))).rowcount
        stale = _stale(session, stamp(at - timedelta(days=upload_days))) if upload_days is not None else []
        for blob in stale:
            session.delete(blob)
        if upload_days is not None:
            counts["uploads"] = len(stale)
        audit(session, "office", "", "pruned", detail=" ".join(f"{name}={count}" for name, count in counts.items()))
    for blob in stale:
        files.drop(blob.upload_id)
    return counts


def _stale(session, since: str) -> list[Blob]:
    """Unfinished uploads of cases of which nothing was opened since."""
    recent = exists().where(Revision.case_id == Blob.case_id, Revision.opened_at >= since)
    return list(session.scalars(select(Blob).where(Blob.stored_at.is_(None), ~recent)))
