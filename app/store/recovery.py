"""Putting the data folder straight after a crash, before anything new is written."""

from pathlib import Path

from app.domain.model import Model
from app.store import disk
from app.store.database import Database
from app.store.vault import Vault


class Recovered(Model):
    """How many files were removed or set aside: never confirmed to anyone, or of cases whose key was already destroyed."""

    unconfirmed: int
    destroyed: int


def recover(folder: Path, database: Database, vault: Vault) -> Recovered:
    """Call once after opening. A file without a journalled fact was never confirmed on screen, so it is set
    aside; a destruction that was cut short is finished."""
    unconfirmed = disk.sweep_temporary(folder)
    destroyed = 0
    for case_id in vault.case_ids():
        if vault.destroyed(case_id):
            destroyed += vault.destroy(case_id)
            continue
        with database.reading() as tables:
            rows = tables.execute("SELECT cipher_sha256 FROM case_file WHERE case_id = ?", [case_id]).fetchall()
        unconfirmed += vault.sweep(case_id, {row[0] for row in rows})
    return Recovered(unconfirmed=unconfirmed, destroyed=destroyed)
