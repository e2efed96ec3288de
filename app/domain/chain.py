"""The hash chain of a case's journal: every event names the hash of the one before it."""

from collections.abc import Iterable

from app.domain.clock import Heard
from app.domain.evidence import GENESIS, canonical, digest
from app.domain.facts import Event, Fact


def link(case_id: str, seq: int, at, mono_ms: int, boot: str, actor: str, fact: Fact, previous: str, *,
         bank_time: Heard | None = None, gnss_time: Heard | None = None) -> Event:
    """The next event of a chain; its hash covers every field but itself."""
    event = Event(case_id=case_id, seq=seq, at=at, mono_ms=mono_ms, boot=boot, actor=actor, fact=fact,
                  bank_time=bank_time, gnss_time=gnss_time, previous=previous, hash=GENESIS)
    return event.model_copy(update={"hash": event_hash(event)})


def event_hash(event: Event) -> str:
    """SHA-256 of the canonical JSON of the event without its own hash."""
    return digest(canonical(event.model_dump(mode="json", exclude={"hash"})))


def broken_at(events: Iterable[Event]) -> int | None:
    """Sequence number of the first event that does not fit the chain, or None where all do."""
    previous = GENESIS
    for seq, event in enumerate(events, start=1):
        if event.seq != seq or event.previous != previous or event.hash != event_hash(event):
            return event.seq
        previous = event.hash
    return None
