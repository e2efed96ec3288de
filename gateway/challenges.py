"""Nonces for the face check: the bank draws them, so that what a customer was asked to do could not be known before.

A challenge comes before its case, so nothing is looked up here, and another manager's case is answered exactly like one
that does not exist. Such a nonce is good for nothing: it counts only together with the manager and device it was given to.
"""

import secrets
from datetime import timedelta

from app.domain import wire
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.database import audit, now
from gateway.limits import CHALLENGES
from gateway.tables import Challenge, stamp

LIFE = timedelta(minutes=10)  # an attempt takes one; the rest is for finding glasses and light


def issue(bank: Bank, caller: Caller, case_id: str) -> wire.ChallengeAnswer:
    """A fresh nonce, kept with who asked and until when it is good. Raises request.too_many."""
    CHALLENGES.check(bank.database, f"{caller.staff_id} {caller.device.device_id}")
    moment = now()
    answer = wire.ChallengeAnswer(nonce=secrets.token_hex(32), issued_at=moment, expires_at=moment + LIFE)
    with bank.database.write() as session:
        session.add(Challenge(
            nonce=answer.nonce, case_id=case_id, staff_id=caller.staff_id, device_id=caller.device.device_id,
            issued_at=stamp(answer.issued_at), expires_at=stamp(answer.expires_at)))
        audit(session, caller.staff_id, caller.device.device_id, "challenge.issued", case_id)
    return answer
