"""One photographed paper through the reader, as the desk has it: from the bytes of a shot to fields and findings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.capture import document, reading
from app.capture.card_view import CARD_FIELDS
from app.capture.kinds import kinds
from app.capture.picture import decode
from app.domain.cross.testimony import SURE


@dataclass(frozen=True)
class Read:
    """What the reader made of one picture. ``refused`` where a finding blocks; ``sure`` names of fields shown as sure;
    ``noticed`` codes of all findings."""

    kind: str
    fields: dict[str, str]
    sure: frozenset[str]
    blocks: tuple[str, ...]
    seconds: float
    cpu_seconds: float
    noticed: frozenset[str] = frozenset()

    @property
    def refused(self) -> bool:
        return bool(self.blocks)


@dataclass(frozen=True)
class Trial:
    """One specimen at one level: ``overlap`` intersection over union of the corners found and the true ones; ``hidden`` how
    many characters a lamp hides, None where there is none."""

    kind: str
    level: str
    seed: int
    expected: dict[str, str]
    read: Read
    overlap: float
    hidden: float | None = None

    @property
    def right(self) -> frozenset[str]:
        return frozenset(name for name, value in self.expected.items() if self.read.fields.get(name) == value)

    @property
    def wrong(self) -> frozenset[str]:
        """Fields with a value that is not printed there; one that is merely missing is not wrong."""
        return frozenset(name for name in self.expected if name in self.read.fields) - self.right

    @property
    def number_accepted_wrong(self) -> bool:
        refused = any(code.startswith(("id_number.", "document.")) for code in self.read.blocks)
        return "number" in self.wrong and not refused

    @property
    def false_accept(self) -> bool:
        return not self.read.refused and bool(self.wrong & required(self.kind))

    @property
    def false_reject(self) -> bool:
        return self.read.refused and self.right == self.expected.keys()


def required(kind: str) -> frozenset[str]:
    """Names of the fields that a paper of this kind cannot be without."""
    if kind in CARD_FIELDS:
        return frozenset(CARD_FIELDS[kind])
    return frozenset(field.name for field in kinds()[kind].fields if field.required)


def read(shot: bytes, kind: str) -> Read:
    """``shot`` the bytes of a picture file. Runs in the reading process."""
    started, cpu = time.perf_counter(), time.process_time()
    card = kind in reading.CARDS
    page = reading.read_id_card(shot, kind.removeprefix("id_card_")) if card else reading.read_paper(shot, kind)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    return Read(kind=page.kind, fields={name: field.value for name, field in page.readings.items()},
                sure=frozenset(name for name, field in page.readings.items() if field.confidence >= SURE),
                blocks=tuple(finding.code for finding in page.findings if finding.level == "block"),
                seconds=seconds, cpu_seconds=cpu_seconds, noticed=frozenset(finding.code for finding in page.findings))


def overlap(shot: bytes, kind: str, corners: np.ndarray) -> float:
    """Intersection over union of the page found in the photograph and the true one."""
    picture = decode(shot)
    page = document.find_page(picture, document.ID1_ASPECT if kinds()[kind].card else None)
    if page is None:
        return 0.0
    found, true = np.zeros(picture.shape[:2], np.uint8), np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(found, np.int32(page.corners), 1)
    cv2.fillConvexPoly(true, np.int32(corners), 1)
    return float((found & true).sum() / (found | true).sum())


def peak_memory_mb() -> int:
    """The most memory that this process ever held."""
    import psutil

    memory = psutil.Process().memory_info()
    return round(getattr(memory, "peak_wset", _peak_linux() or memory.rss) / 1024 / 1024)


def _peak_linux() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
