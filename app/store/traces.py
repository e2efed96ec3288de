"""What the cases of this device share, derived from their journals: the owner's cases only, gone with a case's files."""

from dataclasses import dataclass

from app.domain.traces import PICTURE, Trace
from app.store.database import Database


@dataclass(frozen=True)
class Twin:
    """A page whose picture is that of a page of another case: as a page is (``picture``), as a photograph is, or only its
    background."""

    page_id: str
    other_case: str
    other_page: str
    likeness: str = "picture"


class Traces:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[Trace, ...]] = {}

    def put(self, case_id: str, staff_id: str, traces: tuple[Trace, ...]) -> None:
        """What the case now leaves behind, instead of what it left before; part of the transaction it is called in."""
        if self._known.get(case_id) == traces:
            return
        self._known.pop(case_id, None)  # only what was written whole is known
        with self._database.transaction() as tables:
            tables.execute("DELETE FROM trace WHERE case_id = ?", [case_id])
            for trace in traces:
                tables.execute("INSERT INTO trace (case_id, staff_id, kind, value, paper, page_id) VALUES (?, ?, ?, ?, ?, ?)",
                               [case_id, staff_id, trace.kind, trace.value, trace.paper, trace.page_id])

    def written(self, case_id: str, traces: tuple[Trace, ...]) -> None:
        """The transaction of ``put`` has ended well."""
        self._known[case_id] = traces

    def others(self, case_id: str, staff_id: str, kind: str, value: str) -> tuple[str, ...]:
        """The owner's other cases that leave the same trace."""
        return tuple(row[0] for row in self._rows(
            "SELECT DISTINCT case_id FROM trace WHERE kind = ? AND value = ? AND staff_id = ? AND case_id <> ? ORDER BY case_id",
            [kind, value, staff_id, case_id]))

    def value(self, case_id: str, kind: str) -> str:
        """The case's one trace of a kind, '' where it has none."""
        rows = self._rows("SELECT value FROM trace WHERE case_id = ? AND kind = ?", [case_id, kind])
        return rows[0][0] if rows else ""

    def near_pictures(self, case_id: str, staff_id: str, picture_hash: str, bits: int) -> tuple[tuple[str, str], ...]:
        """(case, page) of the owner's other pictures whose hash differs by at most ``bits``, the nearest first."""
        wanted = int(picture_hash, 16)
        rows = self._rows("SELECT case_id, page_id, value FROM trace WHERE kind = ? AND staff_id = ? AND case_id <> ?",
                          [PICTURE, staff_id, case_id])
        near = sorted(((wanted ^ int(value, 16)).bit_count(), case, page) for case, page, value in rows)
        return tuple((case, page) for distance, case, page in near if distance <= bits)

    def put_twin(self, case_id: str, twin: Twin) -> None:
        with self._database.transaction() as tables:
            tables.execute("INSERT OR IGNORE INTO twin (case_id, page_id, other_case, other_page, likeness) "
                           "VALUES (?, ?, ?, ?, ?)",
                           [case_id, twin.page_id, twin.other_case, twin.other_page, twin.likeness])

    def twins(self, case_id: str) -> tuple[Twin, ...]:
        """Pages of this case and of others that are one picture, whichever came first."""
        rows = self._rows("""SELECT page_id, other_case, other_page, likeness FROM twin WHERE case_id = :case
                             UNION SELECT other_page, case_id, page_id, likeness FROM twin WHERE other_case = :case
                             ORDER BY 1, 2, 3""", {"case": case_id})
        return tuple(Twin(*row) for row in rows)

    def put_scene(self, case_id: str, staff_id: str, page_id: str, marks: bytes) -> None:
        """What a photograph leaves behind; part of the transaction it is called in."""
        with self._database.transaction() as tables:
            tables.execute("INSERT INTO scene (case_id, staff_id, page_id, marks) VALUES (?, ?, ?, ?)",
                           [case_id, staff_id, page_id, marks])

    def scenes(self, case_id: str, staff_id: str, most: int) -> tuple[tuple[str, str, bytes], ...]:
        """(case, page, marks) of the photographs of the owner's other cases, the newest first."""
        return tuple(self._rows("SELECT case_id, page_id, marks FROM scene WHERE staff_id = ? AND case_id <> ? "
                                "ORDER BY id DESC LIMIT ?", [staff_id, case_id, most]))

    def _rows(self, sql: str, values: list | dict) -> list[tuple]:
        with self._database.reading() as tables:
            return tables.execute(sql, values).fetchall()
