"""After a restore: which received cases lack files, and which receipts that devices hold the database does not know."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from app.domain.evidence import Manifest, Receipt
from app.domain.model import Model
from gateway.conditions import FILE_UNREADABLE
from gateway.database import Database, audit
from gateway.keys import BankKeys
from gateway.shelf import Shelf, hashed
from gateway.tables import Revision

_RECEIPTS = TypeAdapter(tuple[Receipt, ...])


class Gap(Model):
    """``what``: file_missing or file_damaged (``detail`` is the file's id), receipt_unknown, receipt_differs or
    receipt_forged (``detail`` is the receipt's id)."""

    what: str
    case_id: str
    revision: int
    detail: str


def gaps(database: Database, shelf: Shelf, keys: BankKeys, receipts: Iterable[Receipt], read: bool) -> list[Gap]:
    """Everything that is not as it should be. ``read``: every file is read and hashed, which takes its time."""
    found = [_receipt_gap(database, keys, receipt) for receipt in receipts]
    with database.read() as session:
        rows = session.execute(select(Revision.manifest_json).where(Revision.receipt_json.is_not(None))
                               .order_by(Revision.case_id, Revision.revision)).scalars().all()
    for text in rows:
        found += _file_gaps(shelf, Manifest.model_validate_json(text), read)
    with database.write() as session:
        audit(session, "office", "", "reconciled", detail=f"{len(rows)} revisions")
    return [gap for gap in found if gap is not None]


def receipts_in(path: Path) -> tuple[Receipt, ...]:
    """A file with one receipt, or a list of them, as JSON. Raises serve.file."""
    try:
        text = path.read_bytes().strip()
        return _RECEIPTS.validate_json(text if text.startswith(b"[") else b"[" + text + b"]")
    except OSError as error:
        raise FILE_UNREADABLE(name=path.name, why=error.strerror) from error
    except ValidationError as error:
        raise FILE_UNREADABLE(name=path.name, why="no receipts") from error


def _receipt_gap(database: Database, keys: BankKeys, receipt: Receipt) -> Gap | None:
    with database.read() as session:
        row = session.get(Revision, (receipt.case_id, receipt.revision))
    known = Receipt.model_validate_json(row.receipt_json) if row and row.receipt_json else None
    if known == receipt:
        return None
    what = "receipt_differs" if known else "receipt_unknown"
    try:
        keys.check_receipt(receipt)
    except InvalidSignature:
        what = "receipt_forged"
    return Gap(what=what, case_id=receipt.case_id, revision=receipt.revision, detail=receipt.receipt_id)


def _file_gaps(shelf: Shelf, manifest: Manifest, read: bool) -> list[Gap]:
    found = []
    for file in manifest.files:
        place = (manifest.case_id, file.cipher_sha256)
        what = "" if shelf.has(*place) else "file_missing"
        if read and not what and hashed(shelf.open(*place)).hexdigest() != file.cipher_sha256:
            what = "file_damaged"
        if what:
            found.append(Gap(what=what, case_id=manifest.case_id, revision=manifest.revision, detail=file.id))
    return found
