"""One device's folders."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """What a device keeps, its system's key store beside it, and its temporary files."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "面签 数据"

    @property
    def keys(self) -> Path:
        return self.folder.with_suffix(".keys")

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"
