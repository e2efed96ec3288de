"""The promise by number: ``python -m tests.fault`` breaks everything that docs/faults.md lists, again and again, and counts
what was lost, doubled, readable or untrue afterwards. Exit status 1 unless every count is zero.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.fault import client_kills
from tests.fault.site import Site, open_site
from tests.fault.tally import Row, Tally
from tests.fault.verdict import Verdict

SEED = 20261128
OUT = Path("out/fault")

Trial = Callable[[int], Verdict]


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    logging.disable(logging.WARNING)
    tally, begun = Tally(options.seed), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mianqian-fault-") as folder, open_site(Path(folder)) as site:
        for name, trial in _trials(site).items():
            if not options.only or name in options.only:
                tally.rows.append(_run(Row(name, "sqlite"), trial, options.seed, options.runs))
    print("\n".join(tally.lines()))
    print(f"seeds from {options.seed}; {time.monotonic() - begun:.0f} s")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "last.json").write_text(json.dumps(tally.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if tally.clean else 1


def _trials(site: Site) -> dict[str, Trial]:
    course = client_kills.Course.walked(site)
    return {row: lambda seed, row=row: client_kills.judged(site, course, row, seed) for row in client_kills.ROWS}


def _run(row: Row, trial: Trial, seed: int, runs: int) -> Row:
    begun = time.monotonic()
    for each in range(seed, seed + runs):
        try:
            row.take(each, trial(each))
        except Exception:  # noqa: BLE001 - one run that comes to no end is counted, and the others go on
            row.fail(each, traceback.format_exc())
    print(f"{row.name} {row.database}: {row.runs} runs in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return row


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fault", description=__doc__)
    parser.add_argument("--runs", type=int, default=25, help="runs of each row")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of each row's first run; the next has the next")
    parser.add_argument("--only", nargs="+", metavar="ROW", help="these rows of docs/faults.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
