"""The promise by number: ``python -m tests.fault`` breaks everything that docs/faults.md lists, again and again, and counts
what was lost, doubled, readable or untrue afterwards. Exit status 1 unless every count is zero.
"""

import argparse
import logging
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests import postgres
from tests.fault import client_kills, disk_faults, gateway_kills, line_faults, power_cuts
from tests.fault.site import open_site
from tests.fault.tally import Row, Tally
from tests.fault.verdict import NotRun, Trial
from tests.gateway_process import ROOT

SEED = 20261128
OUT = ROOT / "out" / "fault"
# What is run on which database.
EVERYWHERE = (client_kills, gateway_kills, line_faults)
GROUPS = {"sqlite": (*EVERYWHERE, disk_faults, power_cuts), "postgresql": EVERYWHERE}


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that gateways and databases end with it
    OUT.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    if options.database == "both":
        _elsewhere(arguments)
        tally = Tally.joined(*(Tally.loaded(OUT / f"{database}.json") for database in GROUPS))
    else:
        tally = _here(options)
    tally.save(OUT / ("last.json" if options.database == "both" else f"{options.database}.json"))
    print("\n".join(tally.lines()))
    print(f"seeds from {options.seed}; {time.monotonic() - begun:.0f} s")
    return 0 if tally.clean else 1


def _elsewhere(arguments: list[str]) -> None:
    """The same in a process of its own for each database."""
    for database in GROUPS:
        (OUT / f"{database}.json").unlink(missing_ok=True)
    parts = [subprocess.Popen([sys.executable, "-m", "tests.fault", *arguments, "--database", database], cwd=ROOT,
                              stdout=subprocess.DEVNULL) for database in GROUPS]
    try:
        for part in parts:
            part.wait()
    finally:
        for part in parts:
            part.terminate()


def _here(options: argparse.Namespace) -> Tally:
    logging.disable(logging.WARNING)
    tally = Tally(options.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mianqian-fault-")))
        url = ""
        if options.database == "postgresql":
            subprocess.run(["bash", ROOT / "installer" / "system-packages.sh"], check=True)
            url = stack.enter_context(postgres.cluster())
        site = stack.enter_context(open_site(folder, url))
        for group in GROUPS[options.database]:
            wanted = [row for row in group.ROWS if not options.only or row in options.only]
            trials = group.trials(site) if wanted else {}
            for name in wanted:
                row = Row(name, options.database)
                tally.rows.append(row)
                _run(row, trials[name], range(options.seed, options.seed + (options.runs or group.RUNS)),
                     tally.skipped)
    return tally


def _run(row: Row, trial: Trial, seeds: range, skipped: dict[str, str]) -> None:
    begun = time.monotonic()
    for seed in seeds:
        try:
            row.take(seed, trial(seed))
        except NotRun as why:
            skipped[row.name] = str(why)
        except Exception:  # noqa: BLE001 - one run that comes to no end is counted, and the others go on
            row.fail(seed, traceback.format_exc())
    state = "clean" if row.clean else "NOT CLEAN"
    print(f"{row.name} on {row.database}: {row.runs} runs, {row.all.kills} kills, {state}, "
          f"{time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    for seed, why in row.bad.items():  # told at once: the whole run is long, and may be stopped
        print(f"  seed {seed}: {'; '.join(why)}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fault", description=__doc__)
    parser.add_argument("--runs", type=int, help="runs of each row (default: each row's own number)")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of each row's first run; the next has the next")
    parser.add_argument("--only", nargs="+", metavar="ROW", help="these rows of docs/faults.md")
    parser.add_argument("--database", choices=(*GROUPS, "both"), default="both", help="the gateway's (default: both at once)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
