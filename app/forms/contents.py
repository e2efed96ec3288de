"""Inside a package: every file decrypted and compared, the journal's chain, and what each person signed."""

import pyrage
from pydantic import TypeAdapter, ValidationError

from app.domain.chain import broken_at
from app.domain.condition import Kind
from app.domain.evidence import FileRef, Manifest, canonical, digest
from app.domain.facts import DocumentPrepared, DocumentSigned, DocumentTimestamped, Event
from app.forms import words
from app.forms.archive import Source
from app.forms.check import check_pdf
from app.forms.report import Report

EVENTS = TypeAdapter(tuple[Event, ...])
JOURNAL = "journal"
IDENTITY_BAD = Kind("package.identity", zh="解密密钥的格式不对。", zh_next="请提供以 AGE-SECRET-KEY-1 开头的密钥。",
                    en="The decryption key has a wrong form.", en_next="Give a key that begins with AGE-SECRET-KEY-1.")


def identity_of(text: str) -> pyrage.x25519.Identity:
    """Raises ``package.identity``."""
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise IDENTITY_BAD() from error


def check_contents(source: Source, manifest: Manifest, key: pyrage.x25519.Identity, report: Report) -> None:
    """Decrypt file by file; the journal first, because it says which PDFs were signed by whom."""
    journals = [ref for ref in manifest.files if ref.kind == JOURNAL]
    if len(journals) != 1:
        report.problem("manifest.json", words.JOURNAL_MISSING)
    plain = _plain(source, journals[0], key, report) if len(journals) == 1 else None
    events = _journal(plain, journals[0], manifest, report) if plain is not None else ()
    signed = {event.fact.file.id: event.fact for event in events
              if isinstance(event.fact, DocumentSigned | DocumentTimestamped)}
    newest = {fact.form: file_id for file_id, fact in signed.items()}.values()
    opened, documents, signatures, stamped = plain is not None, 0, 0, 0
    for ref in manifest.files:
        if ref.kind == JOURNAL:
            continue
        data = _plain(source, ref, key, report)
        opened += data is not None
        if data is not None and ref.id in signed:
            found = _document(data, ref, signed[ref.id], events, source, report)
            if ref.id in newest:
                documents, signatures = documents + 1, signatures + found
                stamped += isinstance(signed[ref.id], DocumentTimestamped)
    report.done(words.fill(words.CONTENTS_INTACT, int(opened)))
    report.done(words.fill(words.PDFS_VALID, documents, signatures))
    report.done(words.fill(words.PDFS_STAMPED, stamped, documents - stamped))


def file_name(ref: FileRef) -> str:
    return f"files/{ref.cipher_sha256}.age"


def _plain(source: Source, ref: FileRef, key: pyrage.x25519.Identity, report: Report) -> bytes | None:
    name = file_name(ref)
    if report.bad(name):
        return None
    with source.open(name) as file:
        cipher = file.read()
    try:
        data = pyrage.decrypt(cipher, [key])
    except pyrage.DecryptError:
        report.problem(name, words.NOT_OPENED)
        return None
    if len(data) != ref.size or digest(data) != ref.sha256:
        report.problem(name, words.PLAIN_CHANGED)
        return None
    return data


def _journal(data: bytes, ref: FileRef, manifest: Manifest, report: Report) -> tuple[Event, ...]:
    name = file_name(ref)
    try:
        events = EVENTS.validate_json(data)
    except ValidationError:
        report.problem(name, words.JOURNAL_FORM)
        return ()
    if canonical([event.model_dump(mode="json") for event in events]) != data:
        report.problem(name, words.NOT_CANONICAL)
        return ()
    broken = broken_at(events)
    if broken is not None or any(event.case_id != manifest.case_id for event in events):
        report.problem(name, words.fill(words.JOURNAL_CHAIN, broken or "?"))
        return ()
    if len(events) != manifest.journal_length or not events or events[-1].hash != manifest.journal_head:
        report.problem(name, words.JOURNAL_HEAD)
        return ()
    report.done(words.fill(words.JOURNAL_INTACT, len(events)))
    return events


def _document(pdf: bytes, ref: FileRef, fact: DocumentSigned | DocumentTimestamped, events: tuple[Event, ...], source: Source,
              report: Report) -> int:
    """Check one signed PDF; how many signatures it carries."""
    name = file_name(ref)
    with source.open("bank.pem") as file:
        verdict = check_pdf(pdf, file.read())
    for _, why in verdict.problems:
        report.problem(name, words.Words(zh=words.PDF_BAD.zh.format(why.zh), en=words.PDF_BAD.en.format(why.en)))
    history = _history(fact.form, ref.id, events)
    if verdict.ok and len(verdict.signatures) != len(history):
        report.problem(name, words.PDF_COUNT)
    if verdict.ok and verdict.timestamped_at != getattr(fact, "stamped_at", None):
        report.problem(name, words.PDF_STAMP)
    sizes = {shown.file.sha256: shown.file.size for shown in (event.fact for event in events)
             if isinstance(shown, DocumentPrepared | DocumentSigned)}
    below = [step.prepared_sha256 for step in history]
    if isinstance(fact, DocumentTimestamped):
        below.append(fact.signed_sha256)
    if any(sha256 not in sizes or digest(pdf[:sizes[sha256]]) != sha256 for sha256 in below):
        report.problem(name, words.PDF_SHOWN)
    return len(verdict.signatures)


def _history(form: str, file_id: str, events: tuple[Event, ...]) -> list[DocumentSigned]:
    """The signatures on this drawing of the form, up to the one that made the file."""
    history: list[DocumentSigned] = []
    for event in events:
        if isinstance(event.fact, DocumentPrepared) and event.fact.form == form:
            history = []
        elif isinstance(event.fact, DocumentSigned) and event.fact.form == form:
            history.append(event.fact)
        if isinstance(event.fact, DocumentSigned | DocumentTimestamped) and event.fact.file.id == file_id:
            break
    return history
