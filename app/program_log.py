"""The program's own log: what happened when and where in the code, and by construction nothing about a person.

A line holds a message as it stands in the code, which no data has touched, and of its values only those that cannot name
anybody: small numbers, codes of conditions, names of errors, ids of cases, and places in the program. Everything else, and
every message of a library, is left out.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app.store import layout

FOLDER, NAME = "logs", "mianqian.log"
BYTES, FILES = 1_000_000, 4
OURS = ("app", "gateway")
LEFT_OUT = "…"
HARMLESS = re.compile(
    r"-?\d{1,6}(\.\d+)?"                                                 # a count, a duration, an error number
    r"|[a-z][a-z_]*(\.[a-z][a-z_]*)+"                                    # a condition
    r"|[A-Z][A-Za-z]*(Error|Exception|Timeout|Interrupt|Exit|Gone|Differs|Damaged|Stop|Iteration)"  # a class of errors
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")    # the id of a case
FRAME = re.compile(r".*?([\w.-]+)[/\\]([\w.-]+\.py:\d+ [\w<>]+)", re.ASCII)  # folder and file, not where they lie


def harmless(value: object) -> str:
    """A value as it may stand in the log."""
    text = str(value)
    if HARMLESS.fullmatch(text):
        return text
    error, _, places = text.partition(" at ")  # as app.domain.fault describes a bug
    frames = [FRAME.fullmatch(place) for place in places.split(" < ")]
    if error.isidentifier() and error.isascii() and all(frames):
        return f"{error} at " + " < ".join(f"{frame[1]}/{frame[2]}" for frame in frames)
    return LEFT_OUT


class HarmlessFormatter(logging.Formatter):
    """Of our own messages the text in the code and harmless values; of others' that there was one."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname} {record.name}"
        if record.name.partition(".")[0] not in OURS:
            return f"{head}: {LEFT_OUT}"
        values = record.args if isinstance(record.args, tuple) else ()
        pieces = re.split(r"%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]", str(record.msg))
        told = [*map(harmless, values), *[LEFT_OUT] * len(pieces)]
        return f"{head}: " + "".join(piece + value for piece, value in zip(pieces, [*told[:len(pieces) - 1], ""], strict=True))


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Keep the log of what runs inside below the data folder, in a few files that are overwritten in turn."""
    layout.make_folder(folder / FOLDER)
    root, ours = logging.getLogger(), logging.getLogger("app")
    handler = RotatingFileHandler(folder / FOLDER / NAME, maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8")
    handler.setFormatter(HarmlessFormatter())
    shown = [(one, one.level) for one in root.handlers]
    for one, _ in shown:
        one.setLevel(max(one.level, root.level))  # the terminal goes on showing what it was told to
    before = ours.level
    ours.setLevel(min(logging.INFO, root.level))
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
        ours.setLevel(before)
        for one, level in shown:
            one.setLevel(level)


def files(folder: Path) -> list[Path]:
    """The log as it lies there, the newest file first."""
    return sorted((folder / FOLDER).glob(f"{NAME}*"))
