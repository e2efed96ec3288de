"""Taking in a device's rescue copy that came by hand: the same checks and the same receipt as over the line."""

import asyncio
import base64
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import update

from app.domain.evidence import FileRef, Manifest, Receipt
from app.domain.rescue import FILES, MANIFEST, SIGNATURE
from app.domain.wire import IntakeRequest
from gateway import intake, uploads
from gateway.bank import Bank
from gateway.caller import Caller
from gateway.conditions import DEVICE_UNKNOWN, FILES_MISSING, REQUEST_INVALID, UPLOAD_BUSY
from gateway.files import PIECE
from gateway.tables import Blob, Device

COMMIT_S = 3600.0


def take_in(bank: Bank, folder: Path) -> Receipt:
    """The receipt, which the device gets too when it asks. What was sent before is not read again; a file that is not what the
    manifest says is refused. Raises the conditions of intake, and intake.files_missing for what is not in the folder."""
    request = _request(folder)
    manifest = request.manifest
    with bank.database.read() as session:
        device = session.get(Device, manifest.device_id)
    if device is None:
        raise DEVICE_UNKNOWN()
    caller = Caller(manifest.staff_id, device, content="-")
    missing = set(intake.open_revision(bank, caller, manifest.case_id, manifest.revision, request).missing)
    wanted = [file for file in manifest.files if file.id in missing]
    absent = [file for file in wanted if not _source(folder, file).exists()]
    if absent:
        raise FILES_MISSING(count=len(absent))
    for file in wanted:
        _copy(bank, caller, manifest, file, _source(folder, file))
    committer = intake.Committer(bank, received=lambda: None)
    try:
        return asyncio.run(committer.commit(caller, manifest.case_id, manifest.revision, COMMIT_S))
    finally:
        committer.close()


def _request(folder: Path) -> IntakeRequest:
    try:
        return IntakeRequest(manifest=Manifest.model_validate_json((folder / MANIFEST).read_bytes()),
                             device_signature=(folder / SIGNATURE).read_text(encoding="ascii").strip())
    except (OSError, ValueError, ValidationError) as error:
        raise REQUEST_INVALID(where=MANIFEST) from error


def _source(folder: Path, file: FileRef) -> Path:
    return folder / FILES / f"{file.cipher_sha256}.age"


def _copy(bank: Bank, caller: Caller, manifest: Manifest, file: FileRef, source: Path) -> None:
    names = {"case": manifest.case_id, "revision": str(manifest.revision), "file": file.id}
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in names.items())
    blob = uploads.create(bank, caller, str(file.cipher_size), metadata)
    turn = bank.files.turns.at(blob.upload_id)
    if not turn.take():
        raise UPLOAD_BUSY()
    try:
        with bank.files.writing(blob.upload_id, 0) as part, source.open("rb") as given:
            size = 0
            while (piece := given.read(PIECE)) and size <= file.cipher_size:
                part.write(piece)
                size += len(piece)
            part.settle(min(size, file.cipher_size))
        with bank.database.write() as session:
            session.execute(update(Blob).where(Blob.upload_id == blob.upload_id).values(offset=min(size, file.cipher_size)))
    finally:
        turn.give_back()
