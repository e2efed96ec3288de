"""Face templates of this device's cases, where the bank's policy and the customer allow to keep one: encrypted once more
under the store's keys, found by model pack and owner, gone with the consent, the case's erasure or the next attempt.

ID numbers stand here only as keyed hashes, so that a row says whether two cases name the same person and nothing else.
"""

from array import array
from dataclasses import dataclass

from app.store.database import Database
from app.store.keys import Keys

_PUT = ("INSERT OR REPLACE INTO face_template (case_id, staff_id, pack_sha256, id_number_mac, template)"
        " VALUES (?, ?, ?, ?, ?)")


@dataclass(frozen=True)
class Kept:
    """The template of one case: a face embedding, comparable within its model pack only."""

    case_id: str
    template: tuple[float, ...]


class FaceTemplates:
    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._keys = database, keys

    def put(self, case_id: str, staff_id: str, pack_sha256: str, id_number: str, template: tuple[float, ...]) -> None:
        """Keep the case's template in the place of any before; part of the transaction it is called in."""
        wrapped = self._keys.wrap(array("d", template).tobytes(), _label(case_id))
        with self._database.transaction() as tables:
            tables.execute(_PUT, [case_id, staff_id, pack_sha256, self._keys.mac(id_number, "id-number/1"), wrapped])

    def others(self, staff_id: str, pack_sha256: str, id_number: str, case_id: str) -> tuple[Kept, ...]:
        """Templates of this person's other cases, made with the same pack, under another ID number."""
        sql = ("SELECT case_id, template FROM face_template WHERE staff_id = ? AND pack_sha256 = ?"
               " AND id_number_mac <> ? AND case_id <> ? ORDER BY case_id")
        with self._database.reading() as tables:
            rows = tables.execute(sql, [staff_id, pack_sha256, self._keys.mac(id_number, "id-number/1"), case_id]).fetchall()
        return tuple(Kept(case, tuple(array("d", self._keys.unwrap(wrapped, _label(case))))) for case, wrapped in rows)

    def has(self, case_id: str) -> bool:
        with self._database.reading() as tables:
            return tables.execute("SELECT 1 FROM face_template WHERE case_id = ?", [case_id]).fetchone() is not None

    def remove(self, case_id: str) -> None:
        """Part of the transaction it is called in; afterwards ``forget`` clears what the log still holds."""
        with self._database.transaction() as tables:
            tables.execute("DELETE FROM face_template WHERE case_id = ?", [case_id])

    def forget(self) -> None:
        """Make removed templates unrecoverable; not inside a transaction."""
        self._database.forget()


def _label(case_id: str) -> str:
    return f"face/{case_id}"
