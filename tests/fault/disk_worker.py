"""A process that takes a case to its end on a disk that is full again and again, or whose fsync fails."""

import errno
import logging
import os
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.domain.condition import Condition
from app.domain.wire import SignInAnswer
from tests.fault import journey, small_disk, verdict
from tests.fault.bank_side import BankSide
from tests.fault.forked import Line
from tests.fault.home import Home
from tests.fault.verdict import Verdict

STEP, TRIES_MAX = 400_000, 60


def full(line: Line, home: Home, address: str, session: SignInAnswer, bank: tuple[str, Path], seed: int) -> None:
    """On a small disk, which gets a little larger each time it was full. Says ``(mounted, whether)``, then
    ``(verdict, verdict)``, whose kills are the times it was full."""
    chance, small = random.Random(f"D1 {seed}"), Home(home.folder / "small")
    small.folder.mkdir()
    size = 300_000 + chance.randrange(4_000_000)
    try:
        small_disk.mount(small.folder, size)
    except small_disk.NoMounts:
        line.say("mounted", False)
        return
    line.say("mounted", True)
    with journey.opened(home) as here, journey.travelling(here, address, session, seed) as way:
        way.book.open_case()  # which would be refused where so little room is left
    shutil.copytree(home.data, small.data)
    shutil.copy(home.keys, small.keys)

    def more_room() -> None:
        nonlocal size
        size += chance.randrange(20_000, STEP)
        small_disk.resize(small.folder, size)

    line.say("verdict", _to_the_end(small, address, session, bank, seed, "disk.full", more_room))


def failing(line: Line, home: Home, address: str, session: SignInAnswer, bank: tuple[str, Path], seed: int) -> None:
    """One fsync of a case file, or of its folder, fails. Says as ``full`` does."""
    line.say("mounted", True)
    left, fsync = random.Random(f"D4 {seed}").randint(1, 18), os.fsync

    def maybe(handle: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise OSError(errno.EIO, "input/output error")
        fsync(handle)

    os.fsync = maybe
    line.say("verdict", _to_the_end(home, address, session, bank, seed, "disk.io", lambda: None))


def _to_the_end(home: Home, address: str, session: SignInAnswer, bank: tuple[str, Path], seed: int, code: str,
                help_: Callable[[], None]) -> Verdict:
    """After every trouble of this ``code`` help comes, and the program is started again."""
    logging.disable(logging.WARNING)
    result, said = Verdict(), []

    def turned(trouble: Condition | None) -> None:
        if trouble:
            raise trouble

    with closing(BankSide(*bank)) as held:
        for _ in range(TRIES_MAX):
            try:
                with journey.opened(home) as here, journey.travelling(
                        here, address, session, seed,
                        confirmed=lambda stage, case: said.append((stage, case.case_id, case.events, case.head))) as way:
                    result.add("wrong", verdict.untrue(here, held, said))
                    case_id = way.captured()
                    way.sealed(case_id)
                    way.sent(case_id, turned)
                    while way.outbox.latest(case_id).state != "purged":
                        help_()  # erasing tells nobody that it has to be tried again
                        way.post.purge_due(way.clock.now() + journey.GRACE)
                    result.again = -verdict.judge_the_end(result, here, held, seed)
                return result
            except Condition as condition:
                if condition.code != code:
                    raise
                result.kills += 1
                help_()
    raise AssertionError("it comes to no end")
