"""The case's own journal as it came with the sealed case: hostile input, believed only where its chain holds."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from app.domain.case import Case
from app.domain.evidence import GENESIS, FileRef, Manifest, canonical, digest
from app.domain.facts import Event, LivenessBegun, LivenessFinished
from app.domain.fold import fold

KIND = "journal"
SIZE_MAX = 16 << 20
_EVENTS = TypeAdapter(tuple[Event, ...])


class JournalBad(Exception):
    """``code``: missing (not one such file), broken (the chain does not hold or is not the manifest's) or unknown (facts this
    gateway cannot read)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Journal:
    events: tuple[Event, ...]
    case: Case

    def begun(self, nonce: str) -> tuple[tuple[datetime, LivenessBegun], ...]:
        return tuple((event.at, event.fact) for event in self.events
                     if isinstance(event.fact, LivenessBegun) and event.fact.nonce == nonce)

    def finished(self, nonce: str) -> tuple[tuple[datetime, LivenessFinished], ...]:
        return tuple((event.at, event.fact) for event in self.events
                     if isinstance(event.fact, LivenessFinished) and event.fact.result.nonce == nonce)


def of(manifest: Manifest, plain: Callable[[FileRef], bytes]) -> Journal:
    """The one journal that a manifest names, its bytes as ``plain`` gives them. Raises JournalBad and OSError."""
    files = [file for file in manifest.files if file.kind == KIND]
    if len(files) != 1:
        raise JournalBad("missing")
    if files[0].size > SIZE_MAX:
        raise JournalBad("unknown")
    return read(plain(files[0]), manifest)


def read(data: bytes, manifest: Manifest) -> Journal:
    """The journal of this manifest. Raises JournalBad."""
    try:
        _check_chain(json.loads(data), manifest)
    except (ValueError, LookupError, RecursionError) as error:
        raise JournalBad("broken") from error
    try:
        events = _EVENTS.validate_json(data)
        return Journal(events, fold(events))
    except (ValueError, LookupError, StopIteration) as error:  # facts of a newer client, or in no order that can be
        raise JournalBad("unknown") from error


def _check_chain(values: Any, manifest: Manifest) -> None:
    """On the values as they were sent, so that the facts of another version keep their hash."""
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise ValueError("not a list of events")
    previous = GENESIS
    for seq, value in enumerate(values, start=1):
        unhashed = {name: part for name, part in value.items() if name != "hash"}
        fits = (value["seq"], value["previous"], value["case_id"]) == (seq, previous, manifest.case_id)
        if not fits or value["hash"] != digest(canonical(unhashed)):
            raise ValueError("the chain is broken")
        previous = value["hash"]
    if not values or (previous, len(values)) != (manifest.journal_head, manifest.journal_length):
        raise ValueError("not the manifest's journal")
