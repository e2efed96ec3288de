"""Measures finding and reading of identity cards on drawn cards, photographed by simulation at three difficulties.

    python benchmarks/documents.py [--cards 20] [--seed 1000]

Prints one line a difficulty: corners found with IoU, fields exactly right, ID numbers accepted wrong, seconds, and the
reading process's memory at its peak. The seeds are printed, so that every figure can be had again.
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.capture import document, reading
from app.capture.id_card_reader import BACK_FIELDS, FRONT_FIELDS, NATIONS
from app.capture.picture import encode_jpeg
from app.demo import card, photo
from app.domain.facts import IdCard

LEVELS = {"clean": photo.CLEAN, "good": photo.GOOD, "hard": photo.HARD}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗欧阳"
GIVEN = "明晓星远文华建国丽芳静敏伟强磊洋艳勇军杰娟涛超霞平刚桂英雨桐梓涵"
STREETS = ("虚构路", "样本街", "示例大道", "演示东路", "假想巷", "模拟村")


def main() -> None:
    arguments = _arguments()
    seeds = range(arguments.seed, arguments.seed + arguments.cards)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as worker:
        started = time.perf_counter()
        worker.submit(reading.warm).result()
        print(f"cards per level {len(seeds)}, seeds {seeds[0]}..{seeds[-1]}; "
              f"loading {time.perf_counter() - started:.1f} s, {worker.submit(_memory_mb).result()} MB")
        for name, difficulty in LEVELS.items():
            _level(worker, name, difficulty, seeds, arguments.verbose)
        print(f"reading process at its peak: {worker.submit(_memory_mb).result()} MB")


def _level(worker: ProcessPoolExecutor, name: str, difficulty: photo.Difficulty, seeds: range, verbose: bool) -> None:
    right = total = wrong_numbers = blocked = 0
    overlaps, seconds = [], []
    for seed in seeds:
        person = invent(seed)
        for side, flat in (("front", card.draw_front(person)), ("back", card.draw_back(person))):
            picture = photo.photograph(flat, seed, difficulty=difficulty)
            overlaps.append(_overlap(picture, photo.corners_of(flat, seed, (1920, 1080), difficulty)))
            started = time.perf_counter()
            read = worker.submit(reading.read_id_card, encode_jpeg(picture), side).result()
            seconds.append(time.perf_counter() - started)
            expected = wanted(person, side)
            for field, value in expected.items():
                got = read.readings[field].value if field in read.readings else ""
                right, total = right + (got == value), total + 1
                if verbose and got != value:
                    print(f"  {name} {seed} {side} {field}: {value!r} read {got!r}")
            wrong_numbers += _accepted_wrong(read, expected)
            blocked += any(finding.level == "block" for finding in read.findings)
    found = sum(overlap >= 0.9 for overlap in overlaps)
    print(f"{name:6} IoU>=0.9 {found}/{len(overlaps)} median {statistics.median(overlaps):.3f} | "
          f"fields {right}/{total} = {100 * right / total:.1f} % "
          f"| numbers accepted wrong {wrong_numbers} | blocked {blocked} "
          f"| s p50 {np.percentile(seconds, 50):.2f} p95 {np.percentile(seconds, 95):.2f}")


def invent(seed: int) -> IdCard:
    """A fictional person; the same seed, the same person."""
    dice = random.Random(seed)
    birth = date(dice.randint(1981, 1999), dice.randint(1, 12), dice.randint(1, 28))
    issued = date(birth.year + 26, dice.randint(1, 12), dice.randint(1, 28))
    issued = max(issued, date(issued.year, birth.month, birth.day))
    street = f"{dice.choice(STREETS)}{dice.randint(1, 999)}号{dice.randint(1, 30)}幢{dice.randint(101, 2505)}室"
    sequence = dice.randint(1, 998)
    return IdCard(name=dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2)))),
                  sex="male" if sequence % 2 else "female", nation=dice.choice(("汉",) * 12 + NATIONS), birth=birth,
                  address=f"江苏省演示市样本区{street}", number=card.number_of("320101", birth, sequence),
                  authority=f"演示市公安局{dice.choice('东西南北')}城分局", valid_from=issued,
                  valid_to=dice.choice([issued.replace(year=issued.year + 20), None]))


def wanted(person: IdCard, side: str) -> dict[str, str]:
    """The values as the reader writes them."""
    names = FRONT_FIELDS if side == "front" else BACK_FIELDS
    values = {name: getattr(person, name) for name in names}
    return {name: "long-term" if value is None else str(value) for name, value in values.items()}


def _accepted_wrong(read: reading.IdCardReading, expected: dict[str, str]) -> bool:
    number = read.readings.get("number")
    refused = any(finding.code.startswith("id_number.") and finding.level == "block" for finding in read.findings)
    return number is not None and not refused and number.value != expected["number"]


def _overlap(picture: np.ndarray, corners: np.ndarray) -> float:
    """Intersection over union of the page found and the true one."""
    page = document.find_page(picture)
    if page is None:
        return 0.0
    found, true = np.zeros(picture.shape[:2], np.uint8), np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(found, np.int32(page.corners), 1)
    cv2.fillConvexPoly(true, np.int32(corners), 1)
    return float((found & true).sum() / (found | true).sum())


def _memory_mb() -> int:
    import psutil

    memory = psutil.Process().memory_info()
    return round(getattr(memory, "peak_wset", _peak_linux() or memory.rss) / 1024 / 1024)


def _peak_linux() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cards", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--verbose", action="store_true", help="print every field read wrong")
    return parser.parse_args()


if __name__ == "__main__":
    main()
