"""Sending, on loopback: ``python -m benchmarks.sync [SECTION …] [--mb N] [--rounds N]``, all sections by default.

speed     200 MB: our outbox to the bank's receipt beside a plain ``requests.put`` of the same file, a raw socket and tuspy (the
          last against the same gateway), in turn. Asked: 0.8 or more of the plain put to the gateway's own server (same process
          settings, same events, a handler that only writes); the standard library's bare one stands beside it. Plain puts and
          the socket are written and fsynced once at the end; ours is durable chunk by chunk, checked, and ends with a receipt.
line      10 and 100 Mbit/s: our outbox to the receipt beside a plain ``requests.put`` over the same line. Asked: 0.9 of it.
cuts      100 MB and 20 cuts at random bytes. Asked: not more than one chunk (8 MB at most) again a cut.
memory    500 MB. Asked: 60 MB above idle at most, client and gateway.
crowd     50 clients at once against two gateway processes over one database, SQLite and PostgreSQL (Debian: postgresql).
          Asked: no error, one receipt a case.
queue     5 000 sealed cases of 12 files wait. Asked: open, listed and ready to send within 2 s.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.lines import crowd, cuts, memory, queue, shaped, speed


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--mb", type=int, default=200, help="size of the file of speed")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of speed")
    options = parser.parse_args(arguments)
    sections: dict[str, Callable[[Path], None]] = {
        "speed": lambda folder: speed.run(folder, options.mb, options.rounds),
        "line": shaped.run,
        "cuts": lambda folder: cuts.run(folder, 100, 20),
        "memory": lambda folder: memory.run(folder, 500),
        "crowd": crowd.run,
        "queue": queue.run,
    }
    if unknown := set(options.sections) - set(sections):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sections)}")
    for name in options.sections or sections:
        print(f"-- {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            sections[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
