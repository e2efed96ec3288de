"""The model packs of a data folder: added only when whole and working, kept under their hash, one of them in use.

They lie outside the encrypted store: no case data is in them, and which one is in use is known before any key is.
"""

from __future__ import annotations

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.capture.built_in_pack import built_in_pack
from app.capture.model_pack import DESCRIPTION, ModelPack, read_pack
from app.capture.pack_check import FileCheck, check_pack
from app.domain.condition import Condition, Kind
from app.store.disk import DISK_IO, Disk, conditions, require_free
from app.store.layout import make_folder

PACK_NOT_HERE = Kind(
    "models.not_here", zh="本机没有这个模型包：{name}。", zh_next="运行 mianqian models list 查看已有的模型包。",
    en="There is no such model pack on this machine: {name}.", en_next="mianqian models list shows those that are here.")

FOLDER, ACTIVE = "models", "active"
BUILT_IN = "built-in"
_HASH = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".part"


@dataclass(frozen=True)
class Shelved:
    """A pack on the shelf, or what is wrong with it."""

    sha256: str
    active: bool
    pack: ModelPack | None
    trouble: Condition | None = None


class ModelShelf:
    """``data`` is the data folder; nothing is made in it before a pack is added."""

    def __init__(self, data: Path, disk: Disk | None = None) -> None:
        self._folder, self._disk = data / FOLDER, disk or Disk()

    def add(self, source: Path) -> tuple[ModelPack, list[FileCheck]]:
        """Check the pack in ``source``, copy it, check the copy and put it in use. Raises ``models.*`` and ``disk.*``."""
        offered = read_pack(source)
        checks = check_pack(offered)
        kept = self._folder / offered.sha256
        if not self._whole(kept, offered.sha256):
            self._copy(offered, kept)
        self._put_in_use(offered.sha256)
        return read_pack(kept), checks

    def packs(self) -> list[Shelved]:
        """The built-in pack and those that were added, each hashed now."""
        active, shelved = self.active(), []
        try:
            built_in = built_in_pack()
            shelved.append(Shelved(built_in.sha256, active is None, built_in))
        except Condition as trouble:
            shelved.append(Shelved("", active is None, None, trouble))
        names = {path.name for path in self._folder.glob("*") if _HASH.fullmatch(path.name)} if self._folder.is_dir() else set()
        if active is not None:
            names.add(active.name)
        for name in sorted(names):
            in_use = active is not None and active.name == name
            try:
                shelved.append(Shelved(name, in_use, read_pack(self._folder / name)))
            except Condition as trouble:
                shelved.append(Shelved(name, in_use, None, trouble))
        return shelved

    def use(self, name: str) -> ModelPack:
        """Put a pack in use: ``built-in``, or by its name or the beginning of its hash. Raises ``models.*``."""
        if name == BUILT_IN:
            with conditions():
                self._disk.remove(self._folder / ACTIVE)
            return built_in_pack()
        found = [one for one in self.packs() if one.pack and not one.pack.built_in
                 and (one.pack.description.name == name or (len(name) >= 8 and one.sha256.startswith(name)))]
        if len(found) != 1:
            raise PACK_NOT_HERE(name=name[:80])
        self._put_in_use(found[0].sha256)
        return found[0].pack

    def in_use(self) -> ModelPack:
        """The pack in use, hashed now. Raises ``models.*`` where it is not sound; the built-in one never stands in."""
        folder = self.active()
        return built_in_pack() if folder is None else read_pack(folder)

    def active(self) -> Path | None:
        """Folder of the pack in use, None for the built-in one. Whether it is sound shows when it is read."""
        try:
            name = (self._folder / ACTIVE).read_text("ascii")[:80].strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            name = ""
        return self._folder / (name if _HASH.fullmatch(name) else "unreadable")

    def _whole(self, folder: Path, sha256: str) -> bool:
        try:
            return read_pack(folder).sha256 == sha256
        except Condition:
            return False

    def _copy(self, offered: ModelPack, kept: Path) -> None:
        """File by file, each hashed as it is read; under its hash it stands only when the whole copy is checked."""
        with conditions():
            make_folder(self._folder)
            for leftover in self._folder.glob(f"*{_UNFINISHED}"):
                shutil.rmtree(leftover)
            models = [model for model in offered.description.model if model.file]
            require_free(self._folder, sum((offered.folder / model.file).stat().st_size for model in models))
            draft = self._folder / f"{secrets.token_hex(8)}{_UNFINISHED}"
            make_folder(draft)
            for model in models:
                self._disk.write(draft / model.file, offered.read(model))
            self._disk.write(draft / DESCRIPTION, offered.text)
            if not self._whole(draft, offered.sha256):
                shutil.rmtree(draft)
                read_pack(offered.folder)  # says what is wrong if the source changed meanwhile
                raise DISK_IO()
            if kept.exists():
                shutil.rmtree(kept)
            self._disk.rename(draft, kept)
            self._disk.sync_folder(self._folder)

    def _put_in_use(self, sha256: str) -> None:
        self._disk.write(self._folder / ACTIVE, sha256.encode())
