"""Intake of sealed cases: the manifest, what is still missing, and the commit that ends with a signed receipt."""

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.domain import wire
from app.domain.evidence import MANIFEST_FORMAT, SUITE, FileRef, Manifest, Receipt, digest
from app.domain.facts import PRACTICE_NUMBER, BankStatusChanged
from gateway import conditions as c
from gateway import journal
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.database import audit, now, publish
from gateway.devices import check_active, verify_ed25519
from gateway.journal import JournalBad
from gateway.metrics import COMMITS
from gateway.shelf import hashed
from gateway.tables import Blob, CaseRow, Device, Policy, Revision, stamp

log = logging.getLogger(__name__)

FILES_MAX = 5_000
FILE_SIZE_MAX = 8 << 30
COMMIT_WAIT_S = 20.0
ELSEWHERE_S = 0.2  # until it is looked again whether another instance has done it


def open_revision(bank: Bank, caller: Caller, case_id: str, number: int,
                  request: wire.IntakeRequest) -> wire.IntakeAnswer:
    """Take a manifest. The same one again is the same answer; a different one for the same revision is refused."""
    manifest = request.manifest
    _judge(bank, caller, case_id, number, request)
    try:
        with bank.database.write() as session:
            case = session.get(CaseRow, case_id)
            if case is None:
                session.add(CaseRow(case_id=case_id, staff_id=caller.staff_id, status=None))
                session.flush()
            elif case.staff_id != caller.staff_id:
                raise c.NOT_YOURS()
            row = session.get(Revision, (case_id, number))
            if row is None:
                _check_previous(session, manifest)
                row = _new_row(request)
                session.add(row)
                audit(session, caller.staff_id, caller.device.device_id, "intake.opened", case_id, str(number))
            elif row.manifest_sha256 != manifest.sha256():
                raise c.MANIFEST_CONFLICT()
            return _answer(session, row, manifest)
    except IntegrityError:  # two at once: the other one's row is there now
        return open_revision(bank, caller, case_id, number, request)


def state(bank: Bank, caller: Caller, case_id: str, number: int) -> wire.IntakeAnswer:
    with bank.database.write() as session:
        row = own_revision(session, caller, case_id, number)
        audit(session, caller.staff_id, caller.device.device_id, "intake.read", case_id, str(number))
        return _answer(session, row, Manifest.model_validate_json(row.manifest_json))


def receipt(bank: Bank, caller: Caller, case_id: str, number: int) -> Receipt:
    with bank.database.write() as session:
        row = own_revision(session, caller, case_id, number)
        if row.receipt_json is None:
            raise c.NO_RECEIPT()
        audit(session, caller.staff_id, caller.device.device_id, "receipt.read", case_id, str(number))
        return Receipt.model_validate_json(row.receipt_json)


def own_revision(session: Session, caller: Caller, case_id: str, number: int) -> Revision:
    """Another manager's case looks exactly like one that does not exist."""
    case, row = session.get(CaseRow, case_id), session.get(Revision, (case_id, number))
    if case is None or row is None or case.staff_id != caller.staff_id:
        raise c.NOT_FOUND()
    return row


def file_of(manifest: Manifest, file_id: str) -> FileRef:
    for file in manifest.files:
        if file.id == file_id:
            return file
    raise c.NOT_FOUND()


class Committer:
    """Runs commits, each case revision once at a time however many ask for it here and at other instances; all of them get
    the one receipt.

    ``received`` is told after each, and must neither wait nor fail.
    """

    def __init__(self, bank: Bank, received: Callable[[], None]) -> None:
        self.bank, self._received = bank, received
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="commit")
        self._running: dict[tuple[str, int], Future[Receipt | None]] = {}
        self._lock = threading.Lock()

    async def commit(self, caller: Caller, case_id: str, number: int, wait_s: float) -> Receipt | None:
        """The receipt, or None where checking takes longer than ``wait_s`` seconds: ask again."""
        end = time.monotonic() + wait_s
        while True:
            receipt = await run_in_threadpool(_given, self.bank, caller, case_id, number)
            if receipt is not None:
                return receipt
            running = asyncio.wrap_future(self._started(caller, (case_id, number)))
            try:
                receipt = await asyncio.wait_for(asyncio.shield(running), max(0, end - time.monotonic()))
            except TimeoutError:
                return None
            if receipt is not None or time.monotonic() > end:
                return receipt
            await asyncio.sleep(ELSEWHERE_S)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _started(self, caller: Caller, key: tuple[str, int]) -> "Future[Receipt | None]":
        with self._lock:
            if key not in self._running:
                self._running[key] = self._pool.submit(self._run, caller, key)
            return self._running[key]

    def _run(self, caller: Caller, key: tuple[str, int]) -> Receipt | None:
        """None where another instance is at it."""
        name = "commit {} {}".format(*key)
        turn = self.bank.files.turns.at(name)
        try:
            if not turn.take():
                return None
            try:
                receipt = _commit(self.bank, caller, *key)
            finally:
                turn.give_back()
            self.bank.files.turns.forget(name)
            self._received()
            return receipt
        finally:
            with self._lock:
                del self._running[key]


def _given(bank: Bank, caller: Caller, case_id: str, number: int) -> Receipt | None:
    with bank.database.read() as session:
        row = own_revision(session, caller, case_id, number)
        return Receipt.model_validate_json(row.receipt_json) if row.receipt_json else None


def _commit(bank: Bank, caller: Caller, case_id: str, number: int) -> Receipt:
    with bank.database.read() as session:
        row = own_revision(session, caller, case_id, number)
        if row.receipt_json is not None:  # another instance has just made it
            return Receipt.model_validate_json(row.receipt_json)
        request = wire.IntakeRequest(
            manifest=Manifest.model_validate_json(row.manifest_json), device_signature=row.device_signature)
        device = session.get_one(Device, row.device_id)
        _check_signed(device, request)
        _check_policy(session, request.manifest)
        blobs = _blobs(session, request.manifest)
    with COMMITS.time():
        _check_files(bank, request.manifest, blobs)
        _check_for_real(bank, request.manifest)
        log.info("commit: %d files checked", len(request.manifest.files))
        return _receipted(bank, caller, case_id, number)


def _check_files(bank: Bank, manifest: Manifest, blobs: dict[str, Blob]) -> None:
    """Compare every file with the manifest; what fails is dropped, to be sent anew. Each is read back from the disk, but
    for a part whose every byte this process hashed as it wrote it and that nobody touched since."""
    missing = _missing(manifest, blobs)
    if missing:
        raise c.FILES_MISSING(count=len(missing))
    damaged, shelf = [], bank.files.shelf
    for file in {file.cipher_sha256: file for file in manifest.files}.values():
        blob = blobs[file.cipher_sha256]
        place = (manifest.case_id, file.cipher_sha256)
        kept, part = shelf.has(*place), bank.files.part(blob.upload_id)
        if kept and hashed(shelf.open(*place)).hexdigest() == file.cipher_sha256:
            continue
        if not kept and part.exists() and bank.hashes.of(blob.upload_id, part).hexdigest() == file.cipher_sha256:
            bank.files.keep(blob.upload_id, *place)
            continue
        damaged.append(blob)
        if kept:
            shelf.drop(*place)
    for blob in damaged:
        bank.files.drop(blob.upload_id)
        with bank.database.write() as session:
            session.delete(session.get_one(Blob, blob.upload_id))
    if damaged:
        raise c.FILE_DAMAGED(count=len(damaged))


def _check_for_real(bank: Bank, manifest: Manifest) -> None:
    """Refuse what its own journal calls practice, whatever its number says. Reviewers are told of one that cannot be read."""
    try:
        practice = journal.of(manifest, lambda file: bank.whole(manifest.case_id, file)).case.opened.practice
    except (JournalBad, OSError):
        return
    if practice:
        raise c.PRACTICE()


def _receipted(bank: Bank, caller: Caller, case_id: str, number: int) -> Receipt:
    """One transaction: receipt, stored files, status, feed and audit. A second process finds the first's."""
    with bank.database.write() as session:
        row = session.get_one(Revision, (case_id, number), with_for_update=True)
        if row.receipt_json is not None:
            return Receipt.model_validate_json(row.receipt_json)
        device = check_active(session, caller.device.device_id)
        moment = now()
        receipt = bank.keys.sign_receipt(Receipt(
            receipt_id="rcpt-" + secrets.token_hex(12), case_id=case_id, revision=number,
            manifest_sha256=row.manifest_sha256, received_at=moment, key_id=device.receipt_key_id or bank.keys.receipt_key_id))
        row.receipt_json = receipt.model_dump_json()
        for blob in _blobs(session, Manifest.model_validate_json(row.manifest_json)).values():
            blob.stored_at = blob.stored_at or stamp(moment)
        session.get_one(CaseRow, case_id).status = "received"
        fact = BankStatusChanged(status="received", at=moment)
        publish(session, case_id, caller.staff_id, fact.model_dump_json())
        audit(session, caller.staff_id, caller.device.device_id, "intake.received", case_id, str(number))
        return receipt


def _judge(bank: Bank, caller: Caller, case_id: str, number: int, request: wire.IntakeRequest) -> None:
    manifest, device = request.manifest, caller.device
    expected = {
        "case_id": case_id, "revision": number, "format": MANIFEST_FORMAT, "suite": SUITE,
        "device_id": device.device_id, "device_certificate_sha256": digest(device.certificate_pem.encode()),
        "bank_certificate_sha256": digest(bank.keys.ca_pem.encode()),
    }
    for name, value in expected.items():
        if getattr(manifest, name) != value:
            raise c.MANIFEST_BAD(where=name)
    if manifest.staff_id != caller.staff_id:
        raise c.NOT_YOURS()
    if manifest.case_number.startswith(PRACTICE_NUMBER):
        raise c.PRACTICE()
    sizes: dict[str, int] = {}
    same = all(sizes.setdefault(file.cipher_sha256, file.cipher_size) == file.cipher_size for file in manifest.files)
    ids = {file.id for file in manifest.files}
    small = all(0 < file.cipher_size <= FILE_SIZE_MAX for file in manifest.files)
    if not manifest.files or len(manifest.files) > FILES_MAX or len(ids) < len(manifest.files) or not same or not small:
        raise c.MANIFEST_BAD(where="files")
    _check_signed(device, request)
    with bank.database.read() as session:
        _check_policy(session, manifest)


def _check_signed(device: Device, request: wire.IntakeRequest) -> None:
    verify_ed25519(
        device.signing_public_key, request.device_signature, request.manifest.canonical(), c.MANIFEST_SIGNATURE)


def _check_policy(session: Session, manifest: Manifest) -> None:
    if not session.scalars(select(Policy.seq).where(Policy.sha256 == manifest.policy_sha256)).first():
        raise c.POLICY_UNKNOWN()


def _check_previous(session: Session, manifest: Manifest) -> None:
    """A revision names the one before it, and that one must be here."""
    if manifest.revision == 1 and manifest.previous_manifest is None:
        return
    before = session.get(Revision, (manifest.case_id, manifest.revision - 1))
    if before is None or before.receipt_json is None:
        raise c.REVISION_GAP()
    if before.manifest_sha256 != manifest.previous_manifest:
        raise c.MANIFEST_BAD(where="previous_manifest")


def _new_row(request: wire.IntakeRequest) -> Revision:
    manifest = request.manifest
    return Revision(
        case_id=manifest.case_id, revision=manifest.revision, device_id=manifest.device_id,
        manifest_json=manifest.canonical().decode(), manifest_sha256=manifest.sha256(),
        device_signature=request.device_signature, opened_at=stamp(now()), receipt_json=None)


def _answer(session: Session, row: Revision, manifest: Manifest) -> wire.IntakeAnswer:
    done = row.receipt_json is not None
    return wire.IntakeAnswer(
        case_id=row.case_id, revision=row.revision, manifest_sha256=row.manifest_sha256,
        state="receipted" if done else "open", missing=() if done else _missing(manifest, _blobs(session, manifest)))


def _blobs(session: Session, manifest: Manifest) -> dict[str, Blob]:
    rows = session.scalars(select(Blob).where(Blob.case_id == manifest.case_id)).all()
    wanted = {file.cipher_sha256 for file in manifest.files}
    return {row.cipher_sha256: row for row in rows if row.cipher_sha256 in wanted}


def _missing(manifest: Manifest, blobs: dict[str, Blob]) -> tuple[str, ...]:
    whole = {sha256 for sha256, blob in blobs.items() if blob.offset == blob.size}
    return tuple(file.id for file in manifest.files if file.cipher_sha256 not in whole)
