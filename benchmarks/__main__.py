"""All benchmarks in turn, each in its own process: ``python -m benchmarks [name …]``."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("desk", "store", "vision", "identity", "documents", "screens", "same_picture", "forms", "recording", "sync",
         "hostile", "window")
# The whole takes most of an hour.
EVERY_DAY = {"identity": ["--quick"], "documents": ["--per-kind", "3"], "screens": ["--per-kind", "1"]}


def main(wanted: list[str]) -> int:
    """Exit status 2 for an unknown name, else that of the last benchmark that failed, or 0."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    status = 0
    for name in wanted or NAMES:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *EVERY_DAY.get(name, ())]
        status = subprocess.run(command, cwd=ROOT, check=False).returncode or status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
