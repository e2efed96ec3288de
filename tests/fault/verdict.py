"""The pass rule P0 of docs/faults.md: at the bank exactly one copy, equal to what was captured; the client's state true at
every restart; nothing readable; no more sent again than a chunk a cut.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.evidence import FileRef, digest
from app.domain.facts import Event
from app.records import Records
from app.store.journal import file_refs
from app.store.vault import Vault
from app.sync.outbox import Entry
from tests.disk_image import RUN, showing
from tests.fault.bank_side import BankSide, Held
from tests.fault.journey import ENDS, MARKS, SIZES, plain
from tests.gateway_process import MANAGER

STAGES = ("draft", "queued", "uploading", "committing", "receipted", "purged", "buried")


@dataclass
class Verdict:
    """What broke the promise, as counts; ``why`` says each in words. ``again`` is bytes of case files sent again."""

    kills: int = 0
    lost: int = 0
    duplicated: int = 0
    readable: int = 0
    wrong: int = 0
    again: int = 0
    too_much: int = 0
    why: list[str] = field(default_factory=list)

    def add(self, kind: str, complaints: Iterator[str]) -> None:
        """Count complaints as ``kind``: lost, duplicated, readable or wrong."""
        for complaint in complaints:
            setattr(self, kind, getattr(self, kind) + 1)
            self.why.append(f"{kind}: {complaint}")

    def sent_again(self, bytes_: int, allowed: int) -> None:
        self.again = bytes_
        if bytes_ > allowed:
            self.too_much += 1
            self.why.append(f"sent again: {bytes_} bytes, {allowed} are allowed")

    def join(self, other: "Verdict") -> None:
        """Sum up; of what was sent again the most."""
        for name in ("kills", "lost", "duplicated", "readable", "wrong", "too_much"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.again = max(self.again, other.again)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicated or self.readable or self.wrong or self.too_much)


class NotRun(Exception):
    """Cannot be made to happen on this machine; says why."""


Trial = Callable[[int], Verdict]
"""One run of a row by its seed. Raises where it comes to no end."""


def readable(seed: int, *folders: Path) -> Iterator[str]:
    """Files in which a planted word or a run of a captured picture lies open."""
    pictures = (trace for kind in SIZES for trace in (plain(seed, kind)[SIZES[kind] // 2:][:RUN],))
    for name in showing(folders, (*MARKS, *pictures)):
        yield f"{name} shows what was planted"


def half_files(data: Path) -> Iterator[str]:
    """Files that bear their final name and are not what it says."""
    for path in data.rglob("*.age"):
        if digest(path.read_bytes()) != path.stem:
            yield f"{path.name} is not whole"


def untrue(here: Records, bank: BankSide, said: list[tuple]) -> Iterator[str]:
    """Where the reopened client contradicts what it confirmed before, itself or the bank."""
    cases = dict.fromkeys((*here.journal.case_ids(), *(entry.case_id for entry in here.outbox.entries("purged"))))
    if len(cases) > 1:
        yield f"{len(cases)} cases where one was begun"
    for case_id in cases:
        confirmed = [line for line in said if line[1] == case_id]
        buried = here.journal.tombstone(case_id) is not None
        entry = here.outbox.latest(case_id)
        state = "buried" if buried else entry.state if entry else "draft"
        for stage in (line[0] for line in confirmed):
            if STAGES.index(state) < STAGES.index(stage):
                yield f"{state} after it was said to be {stage}"
        yield from _buried_untrue(here, case_id) if buried else _journal_untrue(here, case_id, state, confirmed)
        yield from bank_untrue(bank, case_id, entry, here)
    if said and said[0][1] not in cases:
        yield "the confirmed case is gone"


def _journal_untrue(here: Records, case_id: str, state: str, confirmed: list[tuple]) -> Iterator[str]:
    book = here.book(here.session(MANAGER, "陈立", ""))
    case, events = book.load(case_id), book.events(case_id)
    for _, _, count, head in confirmed:
        if len(events) < count or events[count - 1].hash != head:
            yield f"confirmed event {count} is gone"
    if state == "draft" and case.events not in ENDS:
        yield f"half an act: {case.events} events"
    if case.sealed != (state != "draft"):
        yield "sealed and queued disagree"
    line = here.summaries.get(case_id)
    if (line.stage == "open") != (state == "draft"):
        yield f"the work list says {line.stage} of a case that is {state}"
    yield from _files_untrue(here.vault, case_id, tuple(file_refs([event.fact for event in events])), state)


def _buried_untrue(here: Records, case_id: str) -> Iterator[str]:
    with here.database.reading() as tables:
        left = [table for table in ("event", "case_file", "trace", "scene", "face_template")
                if tables.execute(f"SELECT count(*) FROM {table} WHERE case_id = ?", [case_id]).fetchone()[0]]
    if left or not here.vault.destroyed(case_id):
        yield f"a tombstone beside rows of {left}, key destroyed: {here.vault.destroyed(case_id)}"


def _files_untrue(vault: Vault, case_id: str, files: tuple[FileRef, ...], state: str) -> Iterator[str]:
    kept = {path.name for path in vault.path(case_id, files[0]).parent.glob("*")} if files else set()
    named = {f"{file.cipher_sha256}.age" for file in files}
    if state == "purged" or vault.destroyed(case_id):
        if kept:
            yield f"{len(kept)} files left after their key was destroyed"
    elif kept != named:
        yield f"{len(named - kept)} files of facts are not there, {len(kept - named)} are of no fact"


def bank_untrue(bank: BankSide, case_id: str, entry: Entry | None, here: Records) -> Iterator[str]:
    """Where what the client believes of the bank is not so."""
    held = bank.held(case_id)
    if entry is None:
        if held.revisions:
            yield "the bank has a draft"
        return
    if held.receipt and STAGES.index(entry.state) < STAGES.index("committing"):
        yield f"the bank has received what is {entry.state} here"
    if entry.state in ("receipted", "purged") and entry.receipt != held.receipt:
        yield "the receipt here is not the bank's"
    offsets = bank.offsets(case_id)
    by_id = {file.id: file.cipher_sha256 for file in entry.manifest.files}
    for part in here.outbox.parts(entry).values():
        if part.offset > offsets.get(by_id[part.file_id], 0):
            yield f"{part.offset} bytes noted as sent, {offsets.get(by_id[part.file_id])} at the bank"


def judge_the_end(verdict: Verdict, here: Records, bank: BankSide, seed: int) -> int:
    """Judge a case that went all its way; the bytes of its files as they had to be sent."""
    entry, = here.outbox.entries("purged")
    held, events = bank.held(entry.case_id), here.journal.events(entry.case_id)
    if held.receipt is None:
        verdict.add("lost", iter(["no receipt at the bank"]))
        return 0
    names = {file.kind: file for file in held.manifest.files}
    verdict.add("lost", (f"{kind} is not at the bank as it was captured" for kind in SIZES
                         if kind not in names or held.plain.get(names[kind].cipher_sha256)
                         != digest(plain(seed, kind))))
    verdict.add("duplicated", _twice(held))
    if events:
        verdict.add("duplicated", _twice_here([event.fact.kind for event in events]))
    verdict.add("wrong", _wrong_at_the_end(here, entry, events, held))
    return sum({file.cipher_sha256: file.cipher_size for file in held.manifest.files}.values())


def _twice(held: Held) -> Iterator[str]:
    for name, count in (("revisions", held.revisions), ("receipts", held.received), ("notices", held.told)):
        if count != 1:
            yield f"{count} {name} at the bank"
    if len(held.manifest.files) != len(SIZES) + 1:
        yield f"{len(held.manifest.files)} files for {len(SIZES) + 1} captured"
    yield from (f"at the bank for nothing: {stray}" for stray in held.strays)


def _twice_here(kinds: list[str]) -> Iterator[str]:
    for kind in ("case_sealed", "receipt_accepted", "bank_status_changed", "case_purged"):
        if kinds.count(kind) != 1:
            yield f"{kinds.count(kind)} times {kind} in the journal"


def _wrong_at_the_end(here: Records, entry: Entry, events: tuple[Event, ...], held: Held) -> Iterator[str]:
    line = here.summaries.get(entry.case_id)
    if left := list(here.database.folder.rglob("*.age")):
        yield f"{len(left)} files left behind"
    if line.stage != "purged":
        yield f"the work list says {line.stage} at the end"
    if here.journal.verify(entry.case_id) is not None:
        yield "the journal's chain is broken"
    stone = here.journal.tombstone(entry.case_id)
    length = stone.journal_length if stone else len(events)
    if length != held.manifest.journal_length + len(("sealed", "receipt", "status", "purged")):
        yield f"{length} events at the end, {held.manifest.journal_length} when it was sealed"
    if entry.receipt != held.receipt:
        yield "the receipt here is not the bank's"
