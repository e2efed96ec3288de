"""The power fails: of what was not forced to the disk any part may be gone (rows D2 and D3)."""

import random
import shutil
from functools import partial

from tests.fault import case_worker, client_kills, journey, strace, verdict
from tests.fault.course import Course
from tests.fault.disk_states import History, ways
from tests.fault.forked import Forked
from tests.fault.home import Home
from tests.fault.site import Site
from tests.fault.verdict import Trial, Verdict

BEFORE, ANYWHERE = "D3", "D2"
ROWS = (ANYWHERE, BEFORE)
RUNS = 20
AT_BANK = "sending open sent", 1  # a head of a request: the bank knows nothing yet, so the power may fail at any moment before
MOMENTS = 6


def trials(site: Site) -> dict[str, Trial]:
    course = client_kills.walked(site)
    return {row: partial(judged, site, course, row) for row in ROWS}


def judged(site: Site, course: Course, row: str, seed: int) -> Verdict:
    """The case's way ends where the row and the seed say. Each of the disks that may be left then, or at some moments before, is
    opened and judged, and from the last of them the case goes on to its end."""
    strace.require()
    chance, result, uploaded = random.Random(f"{row} {seed}"), Verdict(kills=1), site.meter.uploaded
    with site.home() as home:
        into = home.temporary / "watched"
        point = AT_BANK if row == BEFORE else course.chosen(chance.choice(list(client_kills.POINTS.values())), chance)
        Forked(strace.watched, home.data, into, (), case_worker.work, home, site.meter.address, site.session, seed,
               *point, 0.0).life()
        history = History(home.data, into)
        history.require_whole(home.temporary / "again")
        for moment in chance.choices(range(history.moments), k=MOMENTS) if row == BEFORE else [history.moments]:
            for choice in ways(chance):
                shutil.rmtree(home.data)
                history.disk(moment, choice, home.data)
                _judge(site, home, history.words(moment), seed, result)
        with journey.opened(home) as here, journey.travelling(here, site.meter.address, site.session, seed) as way:
            way.to_the_end()
            size = verdict.judge_the_end(result, here, site.bank, seed)
    result.sent_again(site.meter.uploaded - uploaded - size, site.meter.largest)
    return result


def _judge(site: Site, home: Home, words: list[tuple], seed: int, result: Verdict) -> None:
    """What the power cut left, before and after it is opened."""
    result.add("readable", verdict.readable(seed, home.data))
    result.add("wrong", verdict.half_files(home.data))
    with journey.opened(home) as here:
        result.add("wrong", verdict.untrue(here, site.bank, [word[1:] for word in words if word[0] == "saved"]))
