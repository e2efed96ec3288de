"""A small part of ``python -m tests.fault`` at a fixed seed: whatever is killed, cut or bent, the promise holds."""

import os
import random
import sys
from contextlib import suppress

import pytest

from app.store.disk import Disk
from tests.fault import client_kills, disk_faults, disk_steps, gateway_kills, line_faults, power_cuts, strace, verdict
from tests.fault.disk_states import History
from tests.fault.disk_steps import PAGE, SECTOR
from tests.fault.forked import Forked
from tests.fault.journey import RECORDING, plain
from tests.fault.site import open_site
from tests.fault.verdict import Verdict

SEED = 1
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="strace")
FORCED, LOOSE = b"x" * 1000, b"y" * (PAGE + SECTOR)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def of_client(site):
    return client_kills.trials(site)


@pytest.fixture(scope="module")
def on_disk(site):
    return disk_faults.trials(site) | power_cuts.trials(site)


@pytest.fixture(scope="module")
def of_gateway(site):
    return gateway_kills.trials(site)


@pytest.mark.parametrize("row", client_kills.ROWS)
def test_a_killed_client_loses_nothing_doubles_nothing_and_tells_the_truth(of_client, row):
    result = of_client[row](SEED)
    assert result.kills or row == client_kills.ASLEEP
    assert result.clean, result.why


@pytest.mark.parametrize("row", gateway_kills.ROWS)
def test_a_killed_or_failing_gateway_loses_nothing_and_doubles_nothing(of_gateway, row):
    result = of_gateway[row](SEED)
    assert result.kills or row in gateway_kills.ERRORS
    assert result.clean, result.why


@pytest.mark.parametrize("row", line_faults.ROWS)
def test_a_bad_line_loses_nothing_and_doubles_nothing(site, row):
    result = line_faults.judged(site, row, SEED)
    assert result.clean, result.why


@pytest.mark.parametrize("row", [*disk_faults.ROWS, *power_cuts.ROWS])
def test_a_bad_disk_or_a_power_cut_loses_nothing_and_is_named(on_disk, row):
    try:
        result = on_disk[row](SEED)
    except verdict.NotRun as why:
        pytest.skip(str(why))
    assert result.clean, result.why


def test_the_judge_sees_what_is_lost_doubled_readable_or_untrue(site):
    """Each kind of harm done to a case that went well; the copy at the bank is the last, for it cannot be mended."""
    result, bank = Verdict(), site.bank
    with site.sealed(SEED) as (way, case_id):
        folder, entry = way.here.database.folder, way.outbox.latest(case_id)
        said = [("queued", case_id, entry.manifest.journal_length + 1, way.book.load(case_id).head)]
        assert not list(verdict.untrue(way.here, bank, said))
        for lie in (("receipted", *said[0][1:]), (*said[0][:3], "0" * 64), ("queued", "another", 1, "0" * 64)):
            assert list(verdict.untrue(way.here, bank, [lie, *said]))
        path = way.here.vault.path(case_id, next(file for file in entry.manifest.files if file.kind == RECORDING))
        sound = path.read_bytes()
        path.write_bytes(sound[:-1])
        assert list(verdict.half_files(folder))
        path.rename(path.with_suffix(".gone"))
        assert list(verdict.untrue(way.here, bank, said))
        path.write_bytes(sound)
        path.with_suffix(".gone").write_bytes(plain(SEED, RECORDING)[1_000_000:2_000_000])
        assert list(verdict.readable(SEED, folder))
        assert not list(verdict.readable(SEED + 1, folder))
        path.with_suffix(".gone").unlink()
        way.sent(case_id)
        way.erased(case_id)
        (folder / "left.age").write_bytes(b"x")
        assert verdict.judge_the_end(result, way.here, bank, SEED) > 4_000_000
        assert (result.lost, result.duplicated, result.wrong) == (0, 0, 1)
        kept = site.gateway.folder / "files" / "cases" / case_id
        (kept / path.name).unlink()
        (kept / "stray.age").write_bytes(sound)
        verdict.judge_the_end(result, way.here, bank, SEED)
        assert result.lost
        assert result.duplicated


def _careful_and_careless(line, folder):
    Disk().write(folder / "名 forced", FORCED)
    line.say("forced")
    (folder / "loose").write_bytes(LOOSE)
    os.replace(folder / "名 forced", folder / "renamed")


def _not_warned(_line, folder):
    with (folder / "forced").open("xb", buffering=0) as file:
        file.write(FORCED)
        with suppress(OSError):
            os.fsync(file.fileno())
        os.fsync(file.fileno())
    Disk().sync_folder(folder)


@pytest.fixture
def left(tmp_path):
    """Watches a work, and gives what a power cut at a moment (the last, or the n-th) leaves by a choice."""
    folder, numbers = tmp_path / "数 据", iter(range(1000))
    folder.mkdir()

    def watched(work, *faults):
        Forked(strace.watched, folder, tmp_path / "watched", faults, work, folder).life()
        history = History(folder, tmp_path / "watched")
        history.require_whole(tmp_path / "again")

        def at(choice, moment=history.moments):
            disk = tmp_path / str(next(numbers))
            history.disk(moment, choice, disk)
            return {path.name: path.read_bytes() for path in disk.iterdir()}

        return history, at

    return watched


@ON_LINUX
def test_what_was_forced_is_there_and_of_the_rest_anything_may_be(left):
    history, at = left(_careful_and_careless)
    assert at(disk_steps.nothing) == {"名 forced": FORCED}
    assert at(disk_steps.names) == {"renamed": FORCED, "loose": b""}
    assert at(disk_steps.contents) == {"名 forced": FORCED}
    assert at(disk_steps.everything) == {"renamed": FORCED, "loose": LOOSE}
    torn = {at(disk_steps.some(random.Random(seed), PAGE)).get("loose") for seed in range(60)}
    assert torn == {None, b"", LOOSE, LOOSE[:PAGE], bytes(PAGE) + LOOSE[PAGE:]}
    said, = [moment for moment, words in history.said if words == ("forced",)]
    assert at(disk_steps.nothing, said) == {"名 forced": FORCED}
    assert history.words(said - 1) == []
    assert any(at(disk_steps.nothing, moment) == {} for moment in range(said))


@ON_LINUX
def test_an_fsync_that_failed_is_not_made_good_by_the_next(left):
    _, at = left(_not_warned, "fsync:error=EIO:when=1")
    assert at(disk_steps.nothing) == {"forced": b""}
    assert at(disk_steps.everything) == {"forced": FORCED}
