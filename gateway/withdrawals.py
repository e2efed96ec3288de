"""Consents that customers take back once the bank has their case: kept beside it, and shown to whoever reviews it.

What follows (no more queries, pictures deleted, another surety) is the bank's work; see docs/gateway.md.
"""

from sqlalchemy import select

from app.domain import wire
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.conditions import NOT_FOUND
from gateway.database import audit, insert, now
from gateway.staff import SignedIn
from gateway.tables import CaseRow, Withdrawal, stamp


def keep(bank: Bank, caller: Caller, case_id: str, withdrawn: wire.ConsentWithdrawal) -> None:
    """Repeating it changes nothing. Raises request.not_found for a case that is not there or another manager's."""
    with bank.database.write() as session:
        case = session.get(CaseRow, case_id)
        if case is None or case.staff_id != caller.staff_id:
            raise NOT_FOUND()
        kept = session.scalar(insert(session, Withdrawal).values(
            case_id=case_id, purpose=withdrawn.purpose, withdrawn_at=stamp(withdrawn.withdrawn_at), heard_at=stamp(now()),
        ).on_conflict_do_nothing().returning(Withdrawal.purpose))
        if kept is not None:
            audit(session, caller.staff_id, caller.device.device_id, "consent.withdrawn", case_id, withdrawn.purpose)


def of_case(bank: Bank, reviewer: SignedIn, case_id: str) -> wire.ReviewWithdrawals:
    with bank.database.write() as session:
        rows = session.scalars(select(Withdrawal).where(Withdrawal.case_id == case_id)
                               .order_by(Withdrawal.withdrawn_at, Withdrawal.purpose)).all()
        audit(session, reviewer.staff_id, "", "review.withdrawals", case_id)
        return wire.ReviewWithdrawals(withdrawals=tuple(
            wire.ConsentWithdrawal(purpose=row.purpose, withdrawn_at=row.withdrawn_at) for row in rows))
