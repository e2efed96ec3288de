"""Names inside the data folder, in one place, because more than one module must agree on them."""

from pathlib import Path

DATABASE = "mianqian.db"
KEYS = "keys.json"
LOCK = "store.lock"
CASES = "cases"
COPY = "mianqian.before-{version}.db"
COPY_GLOB = "mianqian.before-*.db*"


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone. (Windows ignores the mode; the profile's own access list protects it.)"""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
