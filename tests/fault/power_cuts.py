"""The power fails, here or at the bank, and of what was not forced to the disk any part may be gone; or the disk fails a
database (rows D2 to D4)."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fault import case_worker, client_kills, gateway_kills, journey, strace, verdict
from tests.fault.bank_side import BankSide
from tests.fault.disk_states import History
from tests.fault.disk_steps import ways
from tests.fault.forked import Forked
from tests.fault.home import Home
from tests.fault.journey import Journey
from tests.fault.site import Site
from tests.fault.verdict import Trial, Verdict

ANYWHERE, BEFORE, FIRST, FAILING, BANK, BANK_FAILING = "D2", "D3", "D3-first", "D4-db", "D2-bank", "D4-bank-db"
ROWS = (ANYWHERE, BEFORE, FIRST, FAILING, BANK, BANK_FAILING)
RUNS = 12
AT_BANK = "sending open sent", 1  # a head of a request: the bank knows nothing yet, so the power may fail at any moment before
MOMENTS = 6
# About how many calls of each kind a client makes on a case's way, and a thread of the gateway.
CALLS, BANK_CALLS = {"fsync": 90, "pwrite64": 400}, {"fsync": 4, "pwrite64": 12}


def trials(site: Site) -> dict[str, Trial]:
    return {row: partial(_until_it_hits, site, row) for row in ROWS}


def _until_it_hits(site: Site, row: str, seed: int) -> Verdict:
    """Where what was drawn comes only after the end, another is drawn."""
    strace.require()
    chance = random.Random(f"{row} {seed}")
    judged = {FIRST: of_a_first_start, BANK: of_the_bank, BANK_FAILING: of_a_failing_bank}.get(row, of_the_client)
    while True:
        result = Verdict()
        if judged(site, row, seed, chance, result) or not result.clean:
            return result


def of_the_client(site: Site, row: str, seed: int, chance: random.Random, result: Verdict) -> bool:
    """The case's way ends where the row and the seed say. Each of the disks that may be left then, or at some moments before, is
    opened and judged, and from the last of them the case goes on to its end."""
    faults, work, point = _work(site, row, chance)
    uploaded = site.meter.uploaded
    with site.home() as home:
        into = home.temporary / "watched"
        life = Forked(strace.watched, home.data, into, faults, work, home, site.meter.address, site.session, seed, *point,
                      0.0).life()
        result.kills = int(life.killed)
        result.add("wrong", (f"the client called it {words[1]}" for words in life.said
                             if words[0] == "trouble" and words[1] != "disk.io"))
        history = History(home.data, into)
        history.require_whole(home.temporary / "again")
        for moment in chance.choices(range(history.moments), k=MOMENTS) if row == BEFORE else [history.moments]:
            for choice in ways(chance):
                shutil.rmtree(home.data)
                history.disk(moment, choice, home.data)
                _judge(site, home, history.words(moment), seed, result)
        hit = life.killed or strace.struck(into)
        with journey.opened(home) as here, journey.travelling(here, site.meter.address, site.session, seed) as way:
            way.to_the_end()
            size = verdict.judge_the_end(result, here, site.bank, seed)
    result.sent_again(site.meter.uploaded - uploaded - size, site.meter.largest)
    return bool(hit)


def _work(site: Site, row: str, chance: random.Random) -> tuple[tuple[str, ...], Callable[..., None], tuple[str, int]]:
    """What fails, what is done, and at which point it is killed for the how-manieth time."""
    if row == FAILING:
        return (_fault(chance, CALLS),), case_worker.until_trouble, ("", 0)
    points = chance.choice(list(client_kills.POINTS.values()))
    return (), case_worker.work, AT_BANK if row == BEFORE else client_kills.walked(site).chosen(points, chance)


def _fault(chance: random.Random, calls: dict[str, int]) -> str:
    """One call of these that fails, and perhaps all of its kind from then on."""
    name = chance.choice(list(calls))
    return f"{name}:error=EIO:when={chance.randint(1, calls[name])}{chance.choice(('', '+'))}"


def _judge(site: Site, home: Home, words: list[tuple], seed: int, result: Verdict) -> None:
    """What the power cut left, before and after it is opened."""
    result.add("readable", verdict.readable(seed, home.data))
    result.add("wrong", verdict.half_files(home.data))
    with journey.opened(home) as here:
        result.add("wrong", verdict.untrue(here, site.bank, [word[1:] for word in words if word[0] == "saved"]))


def of_a_first_start(site: Site, _row: str, _seed: int, chance: random.Random, result: Verdict) -> bool:
    """A data folder is made; each of the disks that may be left at some moments of it opens, and has what was kept."""
    with TemporaryDirectory(dir=site.folder) as place:
        home = Home(Path(place) / "new")
        for folder in (home.temporary, home.data):
            folder.mkdir(parents=True)
        into = home.temporary / "watched"
        Forked(strace.watched, home.data, into, (), case_worker.first, home).life()
        history = History(home.data, into)
        history.require_whole(home.temporary / "again")
        for moment in chance.choices(range(history.moments), k=MOMENTS):
            for choice in ways(chance):
                shutil.rmtree(home.data)
                history.disk(moment, choice, home.data)
                with journey.opened(home) as here:
                    if (case_worker.KEPT,) in history.words(moment) and not here.settings.get(case_worker.KEPT):
                        result.add("wrong", iter(["what was kept is gone"]))
    return True


def of_the_bank(site: Site, _row: str, seed: int, chance: random.Random, result: Verdict) -> bool:
    """The gateway dies at one of its steps, and each of the disks that may be left is judged; with the last it is back."""
    course, uploaded = gateway_kills.walked(site), site.meter.uploaded
    points = chance.choice([points for row, points in gateway_kills.POINTS.items() if row.startswith("K17")])
    with site.sealed(seed) as (way, case_id):
        with _power_of(site, way, case_id, chance, result):
            kills = site.keeper.kills
            site.keeper.doom(*course.chosen(points, chance))
            way.sent(case_id)
            site.keeper.doom("", 0)
            result.kills = site.keeper.kills - kills
        way.erased(case_id)
        size = verdict.judge_the_end(result, way.here, site.bank, seed)
    result.sent_again(site.meter.uploaded - uploaded - size, result.kills * site.meter.largest)
    return bool(result.kills)


@contextmanager
def _power_of(site: Site, way: Journey, case_id: str, chance: random.Random, result: Verdict) -> Iterator[None]:
    """Inside, each death of the gateway is a power cut."""
    keeper, folder, lives = site.keeper, site.gateway.folder, count()
    with TemporaryDirectory(dir=site.folder) as place:
        into = Path(place)

        def around() -> tuple:
            return strace.watched, folder, into / f"{next(lives):02}", ()

        def died() -> None:
            site.bank.close()  # what it has open is of the disk that is gone
            life = max(into.iterdir())
            history = History(folder, life)
            for number, choice in enumerate(ways(chance)):
                left = life / f"disk-{number}"
                history.disk(history.moments, choice, left)
                with closing(BankSide(f"sqlite:///{left / 'gateway.db'}", left / "files")) as bank:
                    result.add("wrong", bank.unsound())
                    result.add("wrong", verdict.bank_untrue(bank, case_id, way.outbox.latest(case_id), way.here))
            shutil.rmtree(folder)
            shutil.move(left, folder)

        keeper.died, keeper.around = lambda: None, around
        keeper.restart()
        keeper.died = died
        try:
            yield
        finally:
            keeper.died, keeper.around = lambda: None, tuple
            keeper.restart()


def of_a_failing_bank(site: Site, _row: str, seed: int, chance: random.Random, result: Verdict) -> bool:
    """Writes or fsyncs of the gateway fail, each thread's for itself; when the case is through they work again."""
    uploaded = site.meter.uploaded
    with site.sealed(seed) as (way, case_id), TemporaryDirectory(dir=site.folder) as place:
        into = Path(place)
        with strace.failing(site.keeper.process_id, into, _fault(chance, BANK_CALLS).rstrip("+")):
            way.sent(case_id)
        way.erased(case_id)
        size = verdict.judge_the_end(result, way.here, site.bank, seed)
        struck = strace.struck(into)
    result.sent_again(site.meter.uploaded - uploaded - size, struck * site.meter.largest)
    return bool(struck)
