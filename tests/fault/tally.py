"""The table: fault × runs × lost × duplicated × readable × wrong state × bytes sent again."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.fault.verdict import Verdict

_COLUMNS = ("runs", "kills", "lost", "duplicated", "readable", "wrong", "too_much", "failed", "again")
_HEAD = ("row", "database", "runs", "kills", "lost", "twice", "readable", "wrong", "over", "failed", "again max")


@dataclass
class Row:
    """One fault on one database. ``failed`` are runs that came to no end; ``bad`` says by seed what was found."""

    name: str
    database: str
    runs: int = 0
    kills: int = 0
    lost: int = 0
    duplicated: int = 0
    readable: int = 0
    wrong: int = 0
    too_much: int = 0
    failed: int = 0
    again: int = 0
    bad: dict[int, list[str]] = field(default_factory=dict)

    def take(self, seed: int, verdict: Verdict) -> None:
        self.runs += 1
        for name in ("kills", "lost", "duplicated", "readable", "wrong", "too_much"):
            setattr(self, name, getattr(self, name) + getattr(verdict, name))
        self.again = max(self.again, verdict.again)
        if verdict.why:
            self.bad[seed] = verdict.why

    def fail(self, seed: int, trouble: str) -> None:
        self.runs += 1
        self.failed += 1
        self.bad[seed] = [trouble]

    @property
    def clean(self) -> bool:
        return self.runs > 0 and not self.bad


@dataclass
class Tally:
    """All rows of a run; ``skipped`` says what was not run and why."""

    seed: int
    rows: list[Row] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return bool(self.rows) and all(row.clean for row in self.rows)

    def lines(self) -> Iterable[str]:
        yield _line(_HEAD)
        for row in self.rows:
            yield _line((row.name, row.database, *(getattr(row, column) for column in _COLUMNS)))
        yield _line(("all", "", *(sum(getattr(row, column) for row in self.rows) for column in _COLUMNS[:-1]),
                     max((row.again for row in self.rows), default=0)))
        for row in self.rows:
            for seed, why in row.bad.items():
                yield f"\n{row.name} on {row.database}, seed {seed}: {'; '.join(why)}"
                yield f"  again: python -m tests.fault --only {row.name} --database {row.database} --seed {seed} --runs 1"
        for name, why in self.skipped.items():
            yield f"not run: {name}: {why}"

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({**asdict(self), "clean": self.clean}, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def loaded(cls, path: Path) -> "Tally":
        value = json.loads(path.read_text(encoding="utf-8"))
        return cls(value["seed"], [Row(**row) for row in value["rows"]], value["skipped"])

    @classmethod
    def joined(cls, *parts: "Tally") -> "Tally":
        return cls(parts[0].seed, [row for part in parts for row in part.rows],
                   {name: why for part in parts for name, why in part.skipped.items()})


def _line(cells: Iterable[object]) -> str:
    first, second, *rest = cells
    return f"{first:<8} {second:<11}" + "".join(f"{cell!s:>10}" for cell in rest)
