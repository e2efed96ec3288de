"""Case files, encrypted one by one at capture.

Each is one age file to two recipients: a key of its own case, kept wrapped in the database until the bank has the case,
and the bank's public key. What lies on the disk is what is sent. A file is named after the SHA-256 of its cipher text.
"""

import threading
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pyrage
from pydantic import TypeAdapter

from app.domain.condition import Kind
from app.domain.evidence import FileRef, Identifier, digest
from app.store import disk, layout, spool
from app.store.database import Database
from app.store.keys import Keys

VAULT_NOT_ENROLLED = Kind(
    "vault.not_enrolled",
    zh="本机还没有登记到银行，不能保存客户资料。", zh_next="请先用银行发放的一次性登记码登记本机。",
    en="This computer is not enrolled with the bank yet, so no customer material can be kept.",
    en_next="Enrol it with the one-time code from the bank.",
)
VAULT_BANK_KEY = Kind(
    "vault.bank_key",
    zh="银行公钥无法识别。", zh_next="请重新登记本机，或联系银行管理员。",
    en="The bank's public key cannot be used.", en_next="Enrol this computer again or ask the bank's administrator.",
)
VAULT_DAMAGED = Kind(
    "vault.damaged",
    zh="已保存的材料（{artefact}）缺失或已损坏。", zh_next="请重新采集这一项；其他材料不受影响。",
    en="A stored item ({artefact}) is missing or damaged.",
    en_next="Capture this item again; the others are not affected.",
)
VAULT_DESTROYED = Kind(
    "vault.destroyed",
    zh="该案件已移交银行，本机副本已销毁。", zh_next="请在银行系统中查看。",
    en="This case is with the bank and its local copy was destroyed.", en_next="Look at it in the bank's system.",
)

ASIDE_KEPT = timedelta(days=30)
_SUFFIX = ".age"
_CASE_ID = TypeAdapter(Identifier)


class Vault:
    """``recipient`` gives the bank's age public key, or None while this computer is not enrolled."""

    def __init__(self, folder: Path, database: Database, keys: Keys, recipient: Callable[[], str | None],
                 writer: disk.Disk | None = None) -> None:
        self._folder = folder / layout.CASES
        self._aside = folder / layout.ASIDE
        self._database = database
        self._keys = keys
        self._recipient = recipient
        self._disk = writer or disk.Disk()
        self._mutex = threading.Lock()
        self._unswept: set[str] = set()  # written by this process, perhaps not journalled yet

    def require_room(self, needed: int) -> None:
        """Raise ``disk.full`` unless ``needed`` bytes are free: asked before a person begins what could not be kept."""
        disk.require_free(self._folder.parent, needed)

    def room(self) -> int:
        """Free bytes on the disk of the case files."""
        return disk.free_bytes(self._folder.parent)

    def put(self, case_id: str, kind: str, media_type: str, data: bytes) -> FileRef:
        """Encrypt and keep ``data``; durable on return. The caller then journals a fact that holds the reference.

        Raises VAULT_NOT_ENROLLED, VAULT_BANK_KEY or a disk condition.
        """
        bank = self._bank()
        cipher = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(self._case_recipient(case_id)), bank])
        ref = FileRef(id=str(uuid4()), kind=kind, media_type=media_type, size=len(data), sha256=digest(data),
                      cipher_size=len(cipher), cipher_sha256=digest(cipher))
        with self._mutex:
            self._unswept.add(ref.cipher_sha256)
        path = self.path(case_id, ref)
        self._make_folder(path.parent)
        self._disk.write(path, cipher)
        return ref

    def spooler(self, case_id: str) -> Callable[[spool.About], spool.Spool]:
        """Begins new spools of the case, readable while the case's key is there; needs the database only now. Both raise disk
        conditions."""
        recipient = pyrage.x25519.Recipient.from_str(self._case_recipient(case_id))
        folder = self._case_folder(case_id)
        self._make_folder(folder)
        return lambda about: spool.Spool(folder / f"{uuid4()}{spool.SUFFIX}", about, recipient, self._disk)

    def left_spools(self, case_id: str) -> tuple[spool.LeftSpool, ...]:
        """What spools of an earlier run hold, in order of time; one that holds nothing readable is removed."""
        identity, left = self._identity(case_id), []
        for path in self._case_folder(case_id).glob(f"*{spool.SUFFIX}"):
            found = spool.read(path, identity) if identity else None
            if found is None:
                self._disk.remove(path)
            else:
                left.append(found)
        return tuple(sorted(left, key=lambda found: (found.about.interview_id, found.about.start_ms)))

    def remove_spool(self, left: spool.LeftSpool) -> None:
        self._disk.remove(left.path)

    def get(self, case_id: str, ref: FileRef) -> bytes:
        """The plain bytes, after both hashes fitted. Raises VAULT_DAMAGED naming the kind, or VAULT_DESTROYED."""
        identity = self._identity(case_id)
        if identity is None:
            raise VAULT_DAMAGED(artefact=ref.kind)
        cipher = self.cipher(case_id, ref)
        try:
            data = pyrage.decrypt(cipher, [identity])
        except pyrage.DecryptError as error:
            raise VAULT_DAMAGED(artefact=ref.kind) from error
        if len(data) != ref.size or digest(data) != ref.sha256:
            raise VAULT_DAMAGED(artefact=ref.kind)
        return data

    def cipher(self, case_id: str, ref: FileRef) -> bytes:
        """The age file as it is to be sent, after its hash fitted. Needs no key. Raises VAULT_DAMAGED."""
        with disk.conditions():
            try:
                cipher = self.path(case_id, ref).read_bytes()
            except FileNotFoundError as error:
                raise (VAULT_DESTROYED() if self._ever_destroyed(case_id) else VAULT_DAMAGED(artefact=ref.kind)) from error
        if len(cipher) != ref.cipher_size or digest(cipher) != ref.cipher_sha256:
            raise VAULT_DAMAGED(artefact=ref.kind)
        return cipher

    def path(self, case_id: str, ref: FileRef) -> Path:
        """Where the age file lies, whether or not it is there."""
        return self._case_folder(case_id) / f"{ref.cipher_sha256}{_SUFFIX}"

    def destroy(self, case_id: str) -> int:
        """Make the case's files unreadable here for ever, key first; how many files were removed.

        May be repeated; not inside a transaction.
        """
        with self._database.transaction() as tables:
            tables.execute(
                "INSERT INTO case_key (case_id, recipient, wrapped, destroyed) VALUES (?, '', NULL, 1)"
                " ON CONFLICT (case_id) DO UPDATE SET recipient = '', wrapped = NULL, destroyed = 1", [case_id])
        self._database.forget()
        self._remove_folder(self._aside / case_id)
        return self._remove_folder(self._case_folder(case_id))

    def orphans(self, case_id: str, referenced: Collection[str]) -> tuple[str, ...]:
        """Cipher hashes of files that no journalled fact names, sorted; files put by this process are not counted."""
        folder = self._case_folder(case_id)
        with disk.conditions():
            stored = {path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}")}
        with self._mutex:
            return tuple(sorted(stored - set(referenced) - self._unswept))

    def sweep(self, case_id: str, referenced: Collection[str]) -> int:
        """Set orphans of a case aside and remove its temporary files; how many. ``referenced`` holds cipher hashes.

        Aside they wait ``ASIDE_KEPT`` and are then removed: nobody was told that they are kept, but where the database is an
        older one than the files (restored, or its log deleted), they are all that is left of what was. Named again, they come
        back.
        """
        folder, aside = self._case_folder(case_id), self._aside / case_id
        self._bring_back(case_id, referenced)
        lost = self.orphans(case_id, referenced)
        if lost:
            self._make_folder(aside)
        for sha256 in lost:
            with disk.conditions():
                self._disk.rename(folder / f"{sha256}{_SUFFIX}", aside / f"{sha256}{_SUFFIX}")
        return len(lost) + (disk.sweep_temporary(folder) if folder.is_dir() else 0)

    def _bring_back(self, case_id: str, referenced: Collection[str]) -> None:
        folder, oldest = self._case_folder(case_id), time.time() - ASIDE_KEPT.total_seconds()
        for path in (self._aside / case_id).glob(f"*{_SUFFIX}"):
            if path.stem in referenced and not (folder / path.name).exists():
                self._make_folder(folder)
                with disk.conditions():
                    self._disk.rename(path, folder / path.name)
            elif path.stat().st_mtime < oldest:
                self._disk.remove(path)

    def case_ids(self) -> tuple[str, ...]:
        """Cases that have files here, also such as were set aside."""
        with disk.conditions():
            return tuple(sorted({path.name for folder in (self._folder, self._aside) for path in folder.glob("*")
                                 if path.is_dir()}))

    def destroyed(self, case_id: str) -> bool:
        return self._key_row(case_id) == ("", None)

    def _ever_destroyed(self, case_id: str) -> bool:
        with self._database.reading() as tables:
            row = tables.execute("SELECT destroyed FROM case_key WHERE case_id = ?", [case_id]).fetchone()
        return row is not None and row[0] == 1

    def _bank(self) -> pyrage.x25519.Recipient:
        text = self._recipient()
        if not text:
            raise VAULT_NOT_ENROLLED()
        try:
            return pyrage.x25519.Recipient.from_str(text)
        except pyrage.RecipientError as error:
            raise VAULT_BANK_KEY() from error

    def _case_recipient(self, case_id: str) -> str:
        """The case's public key. The first file makes its key pair; so does the first after ``destroy`` (a supplement)."""
        with self._database.transaction() as tables:
            row = self._key_row(case_id)
            if row is None or row[1] is None:
                identity = pyrage.x25519.Identity.generate()
                row = str(identity.to_public()), self._keys.wrap(str(identity).encode(), f"case/{case_id}")
                tables.execute(
                    "INSERT INTO case_key (case_id, recipient, wrapped) VALUES (?, ?, ?) ON CONFLICT (case_id) DO UPDATE"
                    " SET recipient = excluded.recipient, wrapped = excluded.wrapped", [case_id, *row])
        return row[0]

    def _identity(self, case_id: str) -> pyrage.x25519.Identity | None:
        row = self._key_row(case_id)
        if row is None:
            return None
        if row[1] is None:
            raise VAULT_DESTROYED()
        return pyrage.x25519.Identity.from_str(self._keys.unwrap(row[1], f"case/{case_id}").decode())

    def _key_row(self, case_id: str) -> tuple[str, bytes | None] | None:
        with self._database.reading() as tables:
            return tables.execute("SELECT recipient, wrapped FROM case_key WHERE case_id = ?", [case_id]).fetchone()

    def _case_folder(self, case_id: str) -> Path:
        return self._folder / _CASE_ID.validate_python(case_id)  # the pattern keeps the name inside the vault

    def _make_folder(self, folder: Path) -> None:
        with disk.conditions():
            if folder.is_dir():
                return
            layout.make_folder(folder)
            self._disk.sync_folder(folder.parent)
            self._disk.sync_folder(folder.parent.parent)

    def _remove_folder(self, folder: Path) -> int:
        if not folder.is_dir():
            return 0
        with disk.conditions():
            removed = sum(self._disk.remove(path) for path in sorted(folder.iterdir()))
            folder.rmdir()
            self._disk.sync_folder(folder.parent)
        return removed
