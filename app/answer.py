"""How the command line answers: lines, or one JSON object, on standard output; trouble on standard error."""

import argparse
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence

from app.domain.condition import Condition
from app.domain.policy import Words


def prepare_streams() -> None:
    """UTF-8 into files and pipes; a terminal knows its own. What it cannot show is escaped and ends no command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="backslashreplace")


def answer(args: argparse.Namespace, value: dict, lines: Iterable[str]) -> None:
    """``value`` with ``--json``, else ``lines``."""
    if args.json:
        print(json.dumps(value, ensure_ascii=False), flush=True)
        return
    for line in lines:
        print(line, flush=True)


def tell(args: argparse.Namespace, condition: Condition, about: str = "") -> None:
    """A condition: its sentence, code and next step. ``about`` names which of several things it is about."""
    said = condition.as_dict(args.language)
    if args.json:
        print(json.dumps({"condition": said} | ({"about": about} if about else {}), ensure_ascii=False), flush=True)
        return
    head = f"{about}: " if about else ""
    print(f"✗ {head}{said['message']} [{said['code']}]\n→ {said['next']}", file=sys.stderr, flush=True)


def say(args: argparse.Namespace, words: Words) -> str:
    return words.of(args.language)


def columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows as lines with aligned columns; a Chinese character is two wide."""
    if not rows:
        return
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
