"""Certified ID card readers, by a small port that vendors plug into: what the chip says, and its photo.

A vendor's package names its reader under the entry point group ``mianqian.id_readers``; none is built in. A plugin is
somebody else's code: whatever it raises, returns or fails to return becomes a condition here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeVar

from app.domain.condition import Condition, Kind

log = logging.getLogger(__name__)
T = TypeVar("T")

GROUP = "mianqian.id_readers"
READ_LIMIT_S = 30.0
ASK_LIMIT_S = 2.0
MAKE_LIMIT_S = 5.0
PHOTO_MAX = 2_000_000
FIELD_MAX = 400
NAME_MAX = 60

READER_FAILED = Kind(
    "id_reader.failed", zh="读卡器没有读出芯片。", zh_next="请把身份证平放在读卡器上再读一次；仍不行可跳过，用拍摄的证件继续。",
    en="The reader could not read the chip.",
    en_next="Lay the card flat on the reader and try again; else go on with the captured card.")
READER_SILENT = Kind(
    "id_reader.silent", zh="读卡器没有回应。", zh_next="请重新插拔读卡器后再读；仍不行可跳过，用拍摄的证件继续。",
    en="The reader does not answer.", en_next="Unplug it, plug it in and try again; else go on with the captured card.")
READER_ANSWER = Kind(
    "id_reader.unreadable", zh="读卡器给出的内容不完整或不合规。", zh_next="请再读一次；反复出现请联系读卡器厂商。",
    en="What the reader gave is incomplete or malformed.", en_next="Read again; if it comes again, call the reader's vendor.")


@dataclass(frozen=True)
class ChipCard:
    """``fields`` by the names of the ID card's fields, as text: sex ``male`` or ``female``, dates YYYY-MM-DD,
    ``valid_to`` '' for long-term. ``photo_jpeg`` is the chip's picture as JPEG, PNG or BMP."""

    fields: Mapping[str, str]
    photo_jpeg: bytes


class IdReader(Protocol):
    """What a vendor's class, made without arguments, must offer."""

    name: str

    def available(self) -> bool:
        """Whether the reader is plugged in and ready; answers at once."""

    def read(self) -> ChipCard:
        """Read the card that lies on the reader; waits for it a few seconds at most."""


class GuardedReader:
    """A plugin behind a guard: limits of time and size, and conditions for all that it does wrong."""

    def __init__(self, reader: IdReader, name: str, *, read_limit_s: float = READ_LIMIT_S,
                 ask_limit_s: float = ASK_LIMIT_S) -> None:
        self._reader = reader
        self._read_limit_s, self._ask_limit_s = read_limit_s, ask_limit_s
        self.name = name

    def available(self) -> bool:
        try:
            return _within(self._ask_limit_s, self._reader.available) is True
        except Condition:
            return False

    def read(self) -> ChipCard:
        """Raises ``id_reader.failed``, ``id_reader.silent`` or ``id_reader.unreadable``."""
        return _within(self._read_limit_s, lambda: _checked(self._reader.read()))


def installed_reader(limit_s: float = MAKE_LIMIT_S) -> GuardedReader | None:
    """The first reader that is installed and can be made within ``limit_s``; None where there is none."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            return _within(limit_s, lambda point=point: _made(point))
        except Condition as trouble:
            log.warning("ID reader plugin %s cannot be used: %s", point.name, trouble.code)
    return None


def _within(limit_s: float, what: Callable[[], T]) -> T:
    """What a plugin answers in time. Raises its condition, ``id_reader.failed`` or ``id_reader.silent``."""
    answers: list[T | Condition] = []
    thread = threading.Thread(target=lambda: answers.append(_tried(what)), name="id-reader", daemon=True)
    thread.start()
    thread.join(limit_s)
    if not answers:
        raise READER_SILENT()
    if isinstance(answers[0], Condition):
        raise answers[0]
    return answers[0]


def _made(point: EntryPoint) -> GuardedReader:
    reader = point.load()()
    name = str(reader.name)
    return GuardedReader(reader, "".join(c for c in name if c.isprintable())[:NAME_MAX].strip() or point.name)


def _tried(what: Callable[[], T]) -> T | Condition:
    """The answer, or the condition that stands for what went wrong."""
    try:
        return what()
    except Condition as condition:
        return condition
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - a plugin may raise anything; its text may hold personal data
        log.warning("ID reader plugin: %s", type(fault).__name__)
        return READER_FAILED()


def _checked(card: object) -> ChipCard:
    fields, photo = getattr(card, "fields", None), getattr(card, "photo_jpeg", None)
    if not isinstance(fields, Mapping) or not isinstance(photo, bytes) or not 0 < len(photo) <= PHOTO_MAX:
        raise READER_ANSWER()
    texts = dict(fields)
    if not all(isinstance(k, str) and isinstance(v, str) and len(v) <= FIELD_MAX for k, v in texts.items()):
        raise READER_ANSWER()
    return ChipCard(fields=texts, photo_jpeg=photo)
