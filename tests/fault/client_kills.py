"""The client killed: at every step boundary of a case's way, and at random instants of it (rows K1 to K14 and T1). Or it falls
asleep in the middle of an upload, and its line is gone when it awakes (row T3)."""

import os
import random
import signal
import sys
import time
from functools import lru_cache, partial

from tests.fault import case_worker, journey, verdict
from tests.fault.course import Course
from tests.fault.forked import Forked, Life
from tests.fault.home import Home
from tests.fault.journey import SIZES
from tests.fault.site import Site
from tests.fault.verdict import Trial, Verdict
from tests.fault_proxy import Fault
from tests.waiting import until

ENCRYPTING_S = 0.05  # about what it takes to encrypt and write the recording
AGAIN = 0.25  # chance that what comes back after a kill is killed once more
# Row: the crash points at one of which the worker dies.
POINTS = {
    "K2": ("capturing half", "capturing written", "recording half", "recording written"),
    "K3": ("capturing renamed", "recording renamed", "capturing in transaction", "recording in transaction"),
    "K4": ("capturing committed", "recording committed"),
    "K8": ("sealing *",),
    "K9": ("sending open *", "sending create *"),
    "K10": ("sending append *", "sending in transaction", "sending committed"),
    "K11": ("sending commit sent",),
    "K12": ("sending commit answered",),
    "K13": ("receiving *",),
    "K14": ("erasing *", "burying *"),
}
RANDOM, ENCRYPTING, WRONG_CLOCK, ASLEEP = "K1", "K5", "T1", "T3"
ROWS = (RANDOM, *POINTS, ENCRYPTING, WRONG_CLOCK, ASLEEP)
YEARS_S = 3650 * 86400.0
SLOW = Fault(rate=4e6)  # bytes a second, so that it is asleep before all is sent
RUNS = 20


@lru_cache(maxsize=1)
def walked(site: Site) -> Course:
    """The whole way, in seconds from ``ready`` on."""
    with site.home() as home:
        points = tuple(words[1] for words in _life(site, home, 0, case_worker.LIST).said if words[0] == "point")
    with site.home() as home:
        process = _process(site, home, 0)
        process.hear()
        begun = time.monotonic()
        process.life()
    return Course(points, time.monotonic() - begun)


def trials(site: Site) -> dict[str, Trial]:
    course = walked(site)
    return {row: partial(judged, site, course, row) for row in ROWS}


def judged(site: Site, course: Course, row: str, seed: int) -> Verdict:
    """Kill as the row and the seed say, once or more often; then recover, go on to the end, and judge.

    Where the chosen instant comes only after the end nothing was killed, and another is drawn.
    """
    chance = random.Random(f"{row} {seed}")
    while True:
        result = Verdict()
        with site.home() as home:
            _kill_and_judge(site, home, course, row, seed, chance, result)
        if result.kills or row == ASLEEP or not result.clean:
            return result


def _kill_and_judge(site: Site, home: Home, course: Course, row: str, seed: int, chance: random.Random,
                    result: Verdict) -> None:
    said, uploaded, again = [], site.meter.uploaded, True
    while again:
        life = _killed(site, home, course, RANDOM if result.kills else row, seed, chance)
        said += [words[1:] for words in life.said if words[0] == "saved"]
        result.kills += life.killed
        result.add("readable", verdict.readable(seed, home.folder))
        result.add("wrong", verdict.half_files(home.data))
        with journey.opened(home) as here:
            result.add("wrong", verdict.untrue(here, site.bank, said))
        again = life.killed and chance.random() < AGAIN
    with journey.opened(home) as here, journey.travelling(here, site.meter.address, site.session, seed) as way:
        way.to_the_end()
        size = verdict.judge_the_end(result, here, site.bank, seed)
    result.add("readable", verdict.readable(seed, home.folder))
    result.sent_again(site.meter.uploaded - uploaded - size, (result.kills or 1) * site.meter.largest)


def _killed(site: Site, home: Home, course: Course, row: str, seed: int, chance: random.Random) -> Life:
    if row == RANDOM:
        return _life(site, home, seed, after_s=chance.uniform(0, course.seconds))
    if row == WRONG_CLOCK:
        wrong = chance.choice((-YEARS_S, -3600.0, 3600.0, YEARS_S))
        return _process(site, home, seed, clock_s=wrong).life(chance.uniform(0, course.seconds))
    if row == ASLEEP:
        return _slept(site, home, seed, chance)
    if row == ENCRYPTING:
        return _life(site, home, seed, case_worker.ENCRYPTING, after_s=chance.uniform(0, ENCRYPTING_S))
    return _life(site, home, seed, *course.chosen(POINTS[row], chance))


def _slept(site: Site, home: Home, seed: int, chance: random.Random) -> Life:
    """Nobody helps it when it is awake; how soon it sends again is printed."""
    meter = site.meter
    begun, meter.usual = meter.uploaded, SLOW
    process, asleep_at = _process(site, home, seed), chance.randrange(sum(SIZES.values()) * 3 // 4)
    until(lambda: meter.uploaded - begun > asleep_at)
    os.kill(process.process_id, signal.SIGSTOP)
    meter.offline()
    time.sleep(chance.uniform(0.0, 1.0))
    meter.usual = Fault()
    meter.online()
    sent, awake = meter.uploaded, time.monotonic()
    os.kill(process.process_id, signal.SIGCONT)
    until(lambda: meter.uploaded > sent)
    print(f"{ASLEEP}: sends again {time.monotonic() - awake:.2f} s after it awoke", file=sys.stderr)
    return process.life()


def _life(site: Site, home: Home, seed: int, point: str = "", at: int = 0, after_s: float | None = None) -> Life:
    return _process(site, home, seed, point, at).life(after_s)


def _process(site: Site, home: Home, seed: int, point: str = "", at: int = 0, clock_s: float = 0.0) -> Forked:
    return Forked(case_worker.work, home, site.meter.address, site.session, seed, point, at, clock_s)
