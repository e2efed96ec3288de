"""Published specimen papers with what is printed on them; the pictures lie beside the checkout and are no part of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.picture import read_picture_file
from benchmarks.papers import measure, report

if TYPE_CHECKING:
    from concurrent.futures import Executor

PRINTED = Path(__file__).with_name("outside.toml")
HEADS = ("paper", "kind", "fields right", "not right", "blocked by")


def measured(folder: Path, reader: Executor) -> str:
    """The table of fields exactly right on every paper that lies in the folder. Misses are named: the set is too small
    to be kept apart for reporting."""
    rows, right, total = [], 0, 0
    for file, paper in tomllib.loads(PRINTED.read_text("utf-8")).items():
        expected = paper["fields"]
        read = reader.submit(measure.read, read_picture_file(folder / file), paper["kind"]).result()
        missed = [name for name, value in expected.items() if read.fields.get(name) != value]
        right, total = right + len(expected) - len(missed), total + len(expected)
        rows.append((file.partition("__")[2], paper["kind"], f"{len(expected) - len(missed)}/{len(expected)}",
                     ", ".join(missed), ", ".join(read.blocks)))
    rows.append(("all", "", f"{right}/{total} = {report.percent(right, total)} %", "", ""))
    return report.table(HEADS, rows)
