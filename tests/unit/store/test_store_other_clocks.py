"""Each event keeps what the bank's and the satellites' clocks last said, beside the computer's own two."""

from datetime import UTC, datetime

from app.domain.clock import Heard
from app.domain.facts import FormConfirmed
from app.store.clock import OtherClocks
from app.store.journal import Journal
from tests.unit.store.conftest import SteppingClock

BANK = Heard(at=datetime(2026, 3, 2, 8, 59, tzinfo=UTC), age_ms=61_000)


def test_an_event_carries_the_other_clocks_once_somebody_heard_them(store):
    others = OtherClocks()
    journal = Journal(store.database, SteppingClock(), others)
    [first] = journal.append("c1", FormConfirmed(values={}), actor="S")
    others.bank = lambda: BANK
    [second] = journal.append("c1", FormConfirmed(values={}), actor="S")
    assert (first.bank_time, second.bank_time, second.gnss_time) == (None, BANK, None)
    assert journal.events("c1") == (first, second)
    assert journal.verify("c1") is None
    assert Journal(store.database, SteppingClock()).verify("c1") is None
