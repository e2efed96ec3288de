"""What disks do: full, failing, with bits turned, files gone or exchanged, a database damaged (rows D1 to D8)."""

import random
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from app.domain.condition import Condition
from app.store import layout
from tests.fault import case_worker, client_kills, disk_worker, journey, verdict
from tests.fault.course import Course
from tests.fault.forked import Forked
from tests.fault.home import Home
from tests.fault.site import Site
from tests.fault.verdict import NotRun, Trial, Verdict

RUNS = 12
DATABASE_CODES = ("store.damaged", "store.unreadable", "store.missing", "store.older")

Damage = Callable[[random.Random, Path, Path], None]


def _flip(chance: random.Random, path: Path, _other: Path) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def _cut(chance: random.Random, path: Path, _other: Path) -> None:
    path.write_bytes(path.read_bytes()[:chance.randrange(path.stat().st_size)])


def _lose(_chance: random.Random, path: Path, _other: Path) -> None:
    path.unlink()


def _exchange(_chance: random.Random, path: Path, other: Path) -> None:
    path.write_bytes(other.read_bytes())


def _head(chance: random.Random, path: Path, _other: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(chance.randbytes(100) + data[100:])


# Row: what is done to one stored file of a sealed case before it is sent.
FILES: dict[str, Damage] = {"D5": _flip, "D6-gone": _lose, "D6-cut": _cut, "D6-swap": _exchange}
# Row: what is done to the database, or to its log, after a kill.
DATABASES: dict[str, tuple[str, Damage]] = {
    "D8-page": (layout.DATABASE, _flip), "D8-head": (layout.DATABASE, _head), "D8-cut": (layout.DATABASE, _cut),
    "D8-gone": (layout.DATABASE, _lose), "D8-log": (layout.DATABASE + "-wal", _lose),
    "D8-log-cut": (layout.DATABASE + "-wal", _cut)}
WORKERS = {"D1": disk_worker.full, "D4": disk_worker.failing}
ROWS = (*WORKERS, *FILES, *DATABASES)


def trials(site: Site) -> dict[str, Trial]:
    course = client_kills.walked(site)
    return {row: partial(in_a_worker, site, row) for row in WORKERS} | {
        row: partial(of_a_file, site, row) for row in FILES} | {
        row: partial(of_the_database, site, course, row) for row in DATABASES}


def in_a_worker(site: Site, row: str, seed: int) -> Verdict:
    uploaded = site.meter.uploaded
    with site.home() as home:
        life = Forked(WORKERS[row], home, site.meter.address, site.session, site.bank.where, seed).life()
    told = dict(words for words in life.said if len(words) == 2)
    if not told["mounted"]:
        raise NotRun("nobody may mount a small disk here")
    result: Verdict = told["verdict"]
    assert result.kills, "it was never full, and no fsync failed"
    result.sent_again(site.meter.uploaded - uploaded + result.again, result.kills * site.meter.largest)
    result.kills = 0
    return result


def of_a_file(site: Site, row: str, seed: int) -> Verdict:
    """A damaged file keeps its case here, named; nothing of the case counts at the bank. Mended, it goes."""
    chance, result = random.Random(f"{row} {seed}"), Verdict()
    with site.sealed(seed) as (way, case_id):
        entry = way.outbox.latest(case_id)
        hit, other = chance.sample(entry.manifest.files, 2)
        path, others = (way.here.vault.path(case_id, file) for file in (hit, other))
        sound = path.read_bytes()
        FILES[row](chance, path, others)
        way.loop.turn()
        entry = way.outbox.latest(case_id)
        result.add("wrong", _not_held(entry, hit.kind, site, case_id))
        path.write_bytes(sound)
        way.outbox.release()
        way.sent(case_id)
        way.erased(case_id)
        verdict.judge_the_end(result, way.here, site.bank, seed)
    return result


def _not_held(entry, kind: str, site: Site, case_id: str) -> Iterator[str]:
    if (entry.state, entry.last_code) != ("blocked", "sync.file_damaged") or kind not in entry.reason:
        yield f"a damaged {kind} left the case {entry.state}: {entry.last_code}"
    if site.bank.held(case_id).receipt:
        yield "the bank received a damaged case"


def of_the_database(site: Site, course: Course, row: str, seed: int) -> Verdict:
    """A damaged database is refused in plain words, or whole after all; no case file goes. With the sound one back everything
    confirmed is there."""
    chance, result = random.Random(f"{row} {seed}"), Verdict()
    name, damage = DATABASES[row]
    with site.home() as home:
        point = ("recording committed", 1) if chance.random() < 0.5 else course.chosen(client_kills.POINTS["K10"], chance)
        life = Forked(case_worker.work, home, site.meter.address, site.session, seed, *point, 0.0).life()
        result.kills = int(life.killed)
        said = [words[1:] for words in life.said if words[0] == "saved"]
        shutil.copytree(home.data, home.temporary / "sound")
        files = {path.name for path in home.data.rglob("*.age")}
        damage(chance, home.data / name, home.data / name)
        result.add("wrong", _not_refused(home, said, files))
        shutil.rmtree(home.data)
        shutil.move(home.temporary / "sound", home.data)
        with journey.opened(home) as here, journey.travelling(here, site.meter.address, site.session, seed) as way:
            result.add("wrong", verdict.untrue(here, site.bank, said))
            way.to_the_end()
            verdict.judge_the_end(result, here, site.bank, seed)
    return result


def _not_refused(home: Home, said: list[tuple], files: set[str]) -> Iterator[str]:
    try:
        with journey.opened(home) as here:
            case_id, head = said[-1][1], said[-1][3]
            if head not in [event.hash for event in here.journal.events(case_id)]:
                yield "an older, a new or an empty database was taken without a word"
    except Condition as condition:
        if condition.code not in DATABASE_CODES:
            yield f"refused as {condition.code}"
    if lost := files - {path.name for path in home.data.rglob("*.age")}:
        yield f"{len(lost)} case files were removed"
