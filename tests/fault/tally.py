"""The table: fault × runs × lost × twice × readable × wrong state × bytes sent again."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.fault.verdict import Verdict

_HEAD = ("row", "database", "runs", "kills", "lost", "twice", "readable", "wrong", "over", "failed", "again max")


@dataclass
class Row:
    """One fault on one database. ``failed`` are runs that came to no end; ``bad`` says by seed what was found."""

    name: str
    database: str
    runs: int = 0
    failed: int = 0
    all: Verdict = field(default_factory=Verdict)
    bad: dict[str, list[str]] = field(default_factory=dict)

    def take(self, seed: int, verdict: Verdict) -> None:
        self.runs += 1
        self.all.join(verdict)
        if verdict.why:
            self.bad[str(seed)] = verdict.why

    def fail(self, seed: int, trouble: str) -> None:
        self.runs += 1
        self.failed += 1
        self.bad[str(seed)] = [trouble]

    @property
    def clean(self) -> bool:
        return self.runs > 0 and not self.bad

    def join(self, other: "Row") -> None:
        self.runs += other.runs
        self.failed += other.failed
        self.all.join(other.all)

    def line(self) -> str:
        sums = self.all
        return _line((self.name, self.database, self.runs, sums.kills, sums.lost, sums.duplicated, sums.readable, sums.wrong,
                      sums.too_much, self.failed, sums.again))


@dataclass
class Tally:
    """All rows of a run; ``skipped`` says what was not run and why."""

    seed: int
    rows: list[Row] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return bool(self.rows) and not self.skipped and all(row.clean for row in self.rows)

    def lines(self) -> Iterable[str]:
        yield _line(_HEAD)
        whole = Row("all", "")
        for row in self.rows:
            whole.join(row)
            yield row.line()
        yield whole.line()
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
        rows = [Row(**{**row, "all": Verdict(**row["all"])}) for row in value["rows"]]
        return cls(value["seed"], rows, value["skipped"])

    @classmethod
    def joined(cls, *parts: "Tally") -> "Tally":
        return cls(parts[0].seed, [row for part in parts for row in part.rows],
                   {name: why for part in parts for name, why in part.skipped.items()})


def _line(cells: Iterable[object]) -> str:
    first, second, *rest = cells
    return f"{first:<11} {second:<11}" + "".join(f"{cell!s:>10}" for cell in rest)
