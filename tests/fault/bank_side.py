"""What the bank really holds: its tables and its folder, opened with its own key, apart from the running gateway."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain.evidence import Manifest, Receipt, digest
from gateway.database import Database
from gateway.files import CaseFiles
from gateway.key_change import change
from gateway.keys import load_or_make
from gateway.tables import Audit, Blob, Change, Device, IdentityCheck, Revision, Token
from tests.waiting import until


@dataclass(frozen=True)
class Held:
    """One case at the bank. ``plain`` holds the SHA-256 of each file's plain bytes, as they decrypt, by its cipher's;
    ``strays`` files and rows that nothing accounts for."""

    manifest: Manifest | None
    receipt: Receipt | None
    revisions: int
    received: int
    told: int
    checks: int
    plain: dict[str, str]
    strays: tuple[str, ...]


class BankSide:
    def __init__(self, url: str, files: Path) -> None:
        self.where = url, files
        self._database = Database(url)
        self._files = CaseFiles(files)
        self._identities = load_or_make(files / "keys", datetime.now(UTC)).identities

    def close(self) -> None:
        self._database.close()

    def held(self, case_id: str) -> Held:
        with self._database.read() as session:
            rows = session.scalars(select(Revision).where(Revision.case_id == case_id)).all()
            blobs = session.scalars(select(Blob).where(Blob.case_id == case_id)).all()
            counts = [session.scalar(select(func.count()).select_from(table).where(table.case_id == case_id, *only))
                      for table, only in ((Audit, [Audit.action == "intake.received"]), (Change, []), (IdentityCheck, []))]
        manifest = Manifest.model_validate_json(rows[0].manifest_json) if rows else None
        receipt = Receipt.model_validate_json(rows[0].receipt_json) if rows and rows[0].receipt_json else None
        named = {file.cipher_sha256 for file in manifest.files} if manifest else set()
        plain = dict(self._decrypted(case_id))
        parts = {self._files.part(blob.upload_id).name for blob in blobs if self._files.part(blob.upload_id).exists()}
        strays = (set(plain) ^ named if receipt else set()) | ({blob.cipher_sha256 for blob in blobs} - named)
        return Held(manifest, receipt, len(rows), *counts, plain, tuple(sorted(strays | (parts if receipt else set()))))

    def offsets(self, case_id: str) -> dict[str, int]:
        """Bytes that the bank has of each file, by its cipher hash."""
        with self._database.read() as session:
            return {row.cipher_sha256: row.offset for row in session.scalars(select(Blob).where(Blob.case_id == case_id))}

    def unsound(self) -> Iterator[str]:
        """Bytes that were acknowledged and are not on the disk; meant for a gateway that is down."""
        with self._database.read() as session:
            for blob in session.scalars(select(Blob).where(Blob.stored_at.is_(None))):
                stored = self._files.shelf.path(blob.case_id, blob.cipher_sha256)
                if not stored.exists() and not self._files.holds(blob.upload_id, blob.offset):
                    yield f"{blob.offset} bytes acknowledged, and not on the disk"

    def end_sessions(self) -> None:
        with self._database.write() as session:
            session.execute(delete(Token))

    def change_keys(self) -> None:
        """New ones for files and for receipts; a gateway that runs knows them when it is started anew."""
        for what in ("files", "receipt"):
            self._identities = change(self._database, self._files.keys, what, datetime.now(UTC)).identities

    def revoke(self, device_id: str, moment: str | None) -> None:
        """Stop a device, or with None let it work again."""
        with self._database.write() as session:
            session.get_one(Device, device_id).revoked_at = moment

    def damage(self, case_id: str, how: Callable[[Session, Blob, Path], None]) -> bool:
        """Do something to an upload that is under way, with nobody writing it; False where there is none."""
        with self._database.read() as session:
            found = session.scalars(select(Blob).where(Blob.case_id == case_id, Blob.stored_at.is_(None), Blob.offset > 0,
                                                       Blob.offset < Blob.size)).first()
        if found is None:
            return False
        turn = self._files.turns.at(found.upload_id)
        until(turn.ask)
        with self._database.write() as session:
            how(session, session.get_one(Blob, found.upload_id), self._files.part(found.upload_id))
        turn.give_back()
        return True

    def news(self) -> int:
        """How far the feed of changes has come."""
        with self._database.read() as session:
            return session.scalar(select(func.coalesce(func.max(Change.seq), 0)))

    def forget_files(self) -> None:
        """Take away what was judged: a thousand cases would fill the disk."""
        for folder in self._files.shelf.folder.iterdir():
            shutil.rmtree(folder)

    def _decrypted(self, case_id: str) -> Iterator[tuple[str, str]]:
        for path in self._files.shelf.path(case_id, "x").parent.glob("*"):
            try:
                yield path.stem, digest(pyrage.decrypt(path.read_bytes(), self._identities))
            except pyrage.DecryptError:
                yield path.stem, "does not decrypt"
