"""Names inside the data folder, in one place, because more than one module must agree on them."""

import os
from pathlib import Path

DATABASE = "mianqian.db"
WITNESS = "mianqian.commits"
KEYS = "keys.json"
LOCK = "store.lock"
CASES = "cases"
ASIDE = "aside"  # case files that no journalled fact names: of an act that was cut short, or of a database rolled back
COPY = "mianqian.before-{version}.db"
COPY_GLOB = "mianqian.before-*.db*"


def make_folder(folder: Path) -> None:
    """A folder for its owner alone, also where it was there before. (Windows ignores the mode; the profile's own access list
    protects it.)"""
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)
