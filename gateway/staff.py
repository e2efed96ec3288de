"""Staff: passwords, sign-in with a lock after five failures, short-lived tokens."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.domain import wire
from gateway.bank import Bank
from gateway.conditions import PASSWORD_WEAK, STAFF_LOCKED, STAFF_ROLE, STAFF_TOKEN, STAFF_WRONG
from gateway.database import audit, insert, now
from gateway.tables import SignInFailures, Staff, Token, stamp

PASSWORD_MIN = 8
FAILURES_MAX = 5
LOCK = timedelta(minutes=15)
TOKEN_LIFE = timedelta(minutes=30)
RENEW_FOR = timedelta(hours=12)

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True)
class SignedIn:
    staff_id: str
    name: str
    role: str
    device_id: str


def add(session: Session, staff_id: str, name: str, password: str, role: str) -> None:
    """Add a member of staff, or give an existing one this name, role and password."""
    if len(password) < PASSWORD_MIN:
        raise PASSWORD_WEAK(length=PASSWORD_MIN)
    session.merge(Staff(
        staff_id=staff_id, name=name, role=role, password_hash=_hasher.hash(password), added_at=stamp(now())))
    session.execute(delete(Token).where(Token.staff_id == staff_id))
    audit(session, "office", "", "staff.set", detail=staff_id)


def sign_in(bank: Bank, staff_id: str, password: str, device_id: str) -> wire.SignInAnswer:
    """Check the password and give out a token. Managers sign in on a device, reviewers anywhere."""
    with bank.database.write() as session:
        wait = _count_failure(session, staff_id)
    if wait:
        raise STAFF_LOCKED(retry_after=wait)
    with bank.database.read() as session:
        staff = session.get(Staff, staff_id)
    with bank.hashing:
        right = _matches(staff.password_hash if staff else _NOBODY, password) and staff is not None
    allowed = right and (staff.role == "reviewer" or bool(device_id))
    with bank.database.write() as session:
        audit(session, staff_id, device_id, "staff.signed_in" if allowed else "staff.refused")
        if right:
            session.execute(delete(SignInFailures).where(SignInFailures.staff_id == staff_id))
        if allowed:
            return _token(session, staff, device_id, stamp(now() + RENEW_FOR))
    raise (STAFF_ROLE if right else STAFF_WRONG)()


def renew(bank: Bank, token: str) -> wire.SignInAnswer:
    """A fresh token for a still valid one, until ``renew_until`` of the sign-in. The old one lives out its minutes."""
    with bank.database.write() as session:
        old = _valid(session, token)
        staff = session.get_one(Staff, old.staff_id)
        return _token(session, staff, old.device_id, old.renew_until)


def who(bank: Bank, token: str) -> SignedIn:
    with bank.database.read() as session:
        row = _valid(session, token)
        staff = session.get(Staff, row.staff_id)
        if staff is None:
            raise STAFF_TOKEN()
        return SignedIn(staff.staff_id, staff.name, staff.role, row.device_id)


def sign_out(bank: Bank, token: str) -> None:
    with bank.database.write() as session:
        row = session.get(Token, _digest(token))
        if row is not None:
            audit(session, row.staff_id, row.device_id, "staff.signed_out")
            session.delete(row)


def _count_failure(session: Session, staff_id: str) -> int:
    """Book a failure before the password is tried (parallel guesses count too); seconds to wait where locked."""
    moment = now()
    session.execute(insert(session, SignInFailures).values(staff_id=staff_id, failures=0, last_at=stamp(moment))
                    .on_conflict_do_nothing())
    row = session.get_one(SignInFailures, staff_id, with_for_update=True)
    if datetime.fromisoformat(row.last_at) + LOCK < moment:
        row.failures = 0
    if row.failures >= FAILURES_MAX:
        return int((datetime.fromisoformat(row.last_at) + LOCK - moment).total_seconds()) + 1
    row.failures += 1
    row.last_at = stamp(moment)
    return 0


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _token(session: Session, staff: Staff, device_id: str, renew_until: str) -> wire.SignInAnswer:
    token, moment = secrets.token_urlsafe(32), now()
    expires = min(stamp(moment + TOKEN_LIFE), renew_until)
    session.add(Token(
        token_sha256=_digest(token), staff_id=staff.staff_id, device_id=device_id, expires_at=expires,
        renew_until=renew_until))
    return wire.SignInAnswer(
        token=token, expires_at=datetime.fromisoformat(expires), renew_until=datetime.fromisoformat(renew_until),
        staff_id=staff.staff_id, name=staff.name, role=staff.role, server_time=moment)


def _valid(session: Session, token: str) -> Token:
    row = session.get(Token, _digest(token))
    if row is None or row.expires_at < stamp(now()):
        raise STAFF_TOKEN()
    return row


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
