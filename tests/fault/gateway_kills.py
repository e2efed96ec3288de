"""The gateway killed at its own steps and at random instants while a case comes in, and back at once (rows K17 and K18); or its
disk full or failing (rows D1 and D4).
"""

import errno
import random
import threading
import time
from functools import lru_cache, partial

from tests.fault import verdict
from tests.fault.course import Course
from tests.fault.site import Site
from tests.fault.verdict import Trial, Verdict
from tests.waiting import until

# Row: the crash points at one of which the gateway dies.
POINTS = {
    "K17-recv": ("* received",),
    "K17-fsync": ("* unsynced", "* synced", "* renamed"),
    "K17-offset": ("append in transaction", "append committed"),
    "K17-commit": ("commit in transaction", "commit committed", "open in transaction", "open committed",
                   "create in transaction", "create committed"),
    "K17-answer": ("* answering", "* answered"),
    "K18": ("face-checks *",),
    "D1-bank": ("append unsynced", "commit unsynced"),
    "D4-bank": ("append unsynced", "commit unsynced"),
}
# Row: what the gateway meets there instead of its death.
ERRORS = {"D1-bank": errno.ENOSPC, "D4-bank": errno.EIO}
RANDOM = "K17-random"
ROWS = (*POINTS, RANDOM)
RUNS = 35


@lru_cache(maxsize=1)
def walked(site: Site) -> Course:
    """An intake with the look at its faces; the seconds are of sending alone."""
    with site.sealed(0) as (way, case_id):
        site.keeper.points.clear()
        begun = time.monotonic()
        way.sent(case_id)
        seconds = time.monotonic() - begun
        until(lambda: site.bank.held(case_id).checks)
        return Course(tuple(site.keeper.points), seconds)


def trials(site: Site) -> dict[str, Trial]:
    course = walked(site)
    return {row: partial(judged, site, course, row) for row in ROWS}


def judged(site: Site, course: Course, row: str, seed: int) -> Verdict:
    """Kill the gateway as the row and the seed say; go on until the case is erased here, and judge. Where the death comes
    only after the end, another is drawn."""
    chance = random.Random(f"{row} {seed}")
    while True:
        result = Verdict()
        hit = _kill_and_judge(site, course, row, seed, chance, result)
        if hit or not result.clean:
            return result


def _kill_and_judge(site: Site, course: Course, row: str, seed: int, chance: random.Random, result: Verdict) -> int:
    """How often it was hit."""
    uploaded, kills, strikes = site.meter.uploaded, site.keeper.kills, site.keeper.strikes
    with site.sealed(seed) as (way, case_id):
        site.keeper.died = lambda: result.add("wrong", site.bank.unsound())
        late = threading.Timer(chance.uniform(0, course.seconds), site.keeper.kill)
        if row == RANDOM:
            late.start()
        else:
            site.keeper.doom(*course.chosen(POINTS[row], chance), ERRORS.get(row, 0))
        way.sent(case_id)
        until(lambda: site.bank.held(case_id).checks)
        late.cancel()
        if row == RANDOM:
            late.join()  # it may be killing just now
        site.keeper.doom("", 0)
        way.erased(case_id)
        result.kills = site.keeper.kills - kills
        size = verdict.judge_the_end(result, way.here, site.bank, seed)
        hits = result.kills + site.keeper.strikes - strikes
        result.sent_again(site.meter.uploaded - uploaded - size, hits * site.meter.largest)
        return hits
