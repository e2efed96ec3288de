"""A process that takes one case from its first fact to its erasure, until it is killed: from outside, or at the ``at``-th
time it comes to the named ``point``.
"""

import logging
import tempfile
from contextlib import suppress
from typing import Any

from app.domain.case import Case
from app.domain.condition import Condition
from app.domain.wire import SignInAnswer
from tests.fault import crash_points, journey
from tests.fault.forked import READY, Line
from tests.fault.home import Home
from tests.fault.kills import Doom

LIST, ENCRYPTING, KEPT = "list", "encrypting", "kept"


def work(line: Line, home: Home, address: str, session: SignInAnswer, seed: int, point: str, at: int,
         clock_s: float) -> None:
    """Says ``ready`` before it opens the data folder, then ``(saved, stage, case, events, head)`` after each thing a screen
    would confirm. With the point LIST it says ``(point, name)`` of each that it comes to; with ENCRYPTING it says ready only
    as it is about to encrypt the recording. Where the clock is ``clock_s`` seconds wrong it goes no further than the bank.
    """
    logging.disable(logging.WARNING)  # a bank that is busy after a kill is no trouble; a bug is
    tempfile.tempdir = str(home.temporary)
    doom = Doom(at, point, (lambda name: line.say("point", name)) if point == LIST else None)
    crash_points.into_store(doom)
    crash_points.into_requests(doom)
    crash_points.set_clock(clock_s)
    doom.phase, doom.armed = "opening", True
    if point != ENCRYPTING:
        line.say(READY)

    def entered(phase: str) -> None:
        doom.phase = phase
        if phase == journey.RECORDING and point == ENCRYPTING:
            line.say(READY)

    def saved(stage: str, case: Case) -> None:
        line.say("saved", stage, case.case_id, case.events, case.head)

    with journey.opened(home) as here, journey.travelling(here, address, session, seed, entered, saved) as way:
        if clock_s:
            case_id = way.captured()
            way.sealed(case_id)
            way.sent(case_id)
        else:
            way.to_the_end()


def until_trouble(line: Line, *arguments: Any) -> None:
    """As ``work``; a trouble ends it, and it says ``(trouble, code)``, where it is not one that the program keeps to itself."""
    try:
        with suppress(journey.NotErased):
            work(line, *arguments)
    except Condition as trouble:
        line.say("trouble", trouble.code)


def first(line: Line, home: Home) -> None:
    """Makes a new data folder, keeps something in it, and says so."""
    tempfile.tempdir = str(home.temporary)
    with journey.opened(home) as here:
        here.settings.set(KEPT, KEPT)
        line.say(KEPT)
