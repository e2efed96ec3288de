"""The pass rule P0 of docs/faults.md: at the bank exactly one copy, equal to what was captured; the client's state true at
every restart; nothing readable; no more sent again than a chunk a cut.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain import facts
from app.domain.evidence import FileRef, digest
from app.records import Records
from app.store.journal import file_refs
from app.store.vault import Vault
from app.sync.outbox import Entry
from tests.disk_image import RUN, showing
from tests.fault.bank_side import BankSide
from tests.fault.journey import ENDS, MARKS, SIZES, plain
from tests.gateway_process import MANAGER

STAGES = ("draft", "queued", "uploading", "committing", "receipted", "purged")


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

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicated or self.readable or self.wrong or self.too_much)


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
    cases = here.journal.case_ids()
    if len(cases) > 1:
        yield f"{len(cases)} cases where one was begun"
    for case_id in cases:
        yield from _untrue(here, bank, case_id, [line for line in said if line[1] == case_id])
    if said and said[0][1] not in cases:
        yield "the confirmed case is gone"


def _untrue(here: Records, bank: BankSide, case_id: str, said: list[tuple]) -> Iterator[str]:
    book = here.book(here.session(MANAGER, "陈立", ""))
    case, events, entry = book.load(case_id), book.events(case_id), here.outbox.latest(case_id)
    state = entry.state if entry else "draft"
    for stage, _, count, head in said:
        if len(events) < count or events[count - 1].hash != head:
            yield f"confirmed event {count} is gone"
        if STAGES.index(state) < STAGES.index(stage):
            yield f"{state} after it was said to be {stage}"
    if state == "draft" and case.events not in ENDS:
        yield f"half an act: {case.events} events"
    if case.sealed != (entry is not None):
        yield "sealed and queued disagree"
    line = here.summaries.get(case_id)
    if (line.stage == "open") != (state == "draft"):
        yield f"the work list says {line.stage} of a case that is {state}"
    yield from _files_untrue(here.vault, case_id, tuple(file_refs([event.fact for event in events])), state)
    yield from _bank_untrue(bank, case_id, entry, here)


def _files_untrue(vault: Vault, case_id: str, files: tuple[FileRef, ...], state: str) -> Iterator[str]:
    kept = {path.stem for path in vault.path(case_id, files[0]).parent.glob("*")} if files else set()
    named = {file.cipher_sha256 for file in files}
    if state == "purged" or vault.destroyed(case_id):
        if kept:
            yield f"{len(kept)} files left after their key was destroyed"
    elif kept != named:
        yield f"{len(named - kept)} files of facts are not there, {len(kept - named)} are of no fact"


def _bank_untrue(bank: BankSide, case_id: str, entry: Entry | None, here: Records) -> Iterator[str]:
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
    case_id, = here.journal.case_ids()
    held = bank.held(case_id)
    events = here.journal.events(case_id)
    kinds = [event.fact.kind for event in events]
    if held.receipt is None:
        verdict.add("lost", iter(["no receipt at the bank"]))
        return 0
    names = {file.kind: file for file in held.manifest.files}
    verdict.add("lost", (f"{kind} is not at the bank as it was captured" for kind in SIZES
                         if kind not in names or held.plain.get(names[kind].cipher_sha256)
                         != digest(plain(seed, kind))))
    verdict.add("duplicated", _twice(held, kinds, len(held.manifest.files)))
    verdict.add("wrong", _wrong_at_the_end(here, case_id, events))
    return sum({file.cipher_sha256: file.cipher_size for file in held.manifest.files}.values())


def _twice(held, kinds: list[str], files: int) -> Iterator[str]:
    for name, count in (("revisions", held.revisions), ("receipts", held.received), ("notices", held.told)):
        if count != 1:
            yield f"{count} {name} at the bank"
    for kind in ("case_sealed", "receipt_accepted", "bank_status_changed", "case_purged"):
        if kinds.count(kind) != 1:
            yield f"{kinds.count(kind)} times {kind} in the journal"
    if files != len(SIZES) + 1:
        yield f"{files} files for {len(SIZES) + 1} captured"
    yield from (f"at the bank for nothing: {stray}" for stray in held.strays)


def _wrong_at_the_end(here: Records, case_id: str, events) -> Iterator[str]:
    purged = next(event.fact for event in events if isinstance(event.fact, facts.CasePurged))
    if not 0 <= purged.files <= len(SIZES) + 1:
        yield f"{purged.files} files erased"
    entry, line = here.outbox.latest(case_id), here.summaries.get(case_id)
    if (entry.state, line.stage) != ("purged", "purged"):
        yield f"at the end {entry.state}, in the work list {line.stage}"
    if here.journal.verify(case_id) is not None:
        yield "the journal's chain is broken"
