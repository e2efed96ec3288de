"""Consents withdrawn after sealing: what the bank is still to be told of cases that it has."""

from collections.abc import Iterable
from datetime import datetime

from app.domain.model import Model
from app.store.database import Database


class Withdrawal(Model):
    case_id: str
    purpose: str
    withdrawn_at: datetime


class Withdrawals:
    """Each change is one transaction; inside the caller's transaction it becomes part of that one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, withdrawal: Withdrawal) -> None:
        """To be told; the first time counts."""
        with self._database.transaction() as tables:
            tables["withdrawal"].insert(withdrawal.model_dump(mode="json"), ignore=True)

    def due(self, staff_id: str) -> Iterable[Withdrawal]:
        """Those of this manager's cases that the bank has confirmed, the oldest first."""
        with self._database.reading() as tables:
            rows = tables.execute(
                """SELECT DISTINCT w.case_id, w.purpose, w.withdrawn_at FROM withdrawal w JOIN outbox o USING (case_id)
                WHERE NOT w.told AND o.state IN ('receipted', 'purged')
                AND o.staff_id = ? ORDER BY w.withdrawn_at""", [staff_id]).fetchall()
        return tuple(Withdrawal(case_id=row[0], purpose=row[1], withdrawn_at=row[2]) for row in rows)

    def told(self, withdrawal: Withdrawal) -> None:
        with self._database.transaction() as tables:
            tables.execute("UPDATE withdrawal SET told = 1 WHERE case_id = ? AND purpose = ?",
                           [withdrawal.case_id, withdrawal.purpose])
