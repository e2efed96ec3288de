"""A small part of ``python -m tests.fault`` at a fixed seed: whatever is killed, cut or bent, the promise holds."""

import pytest

from tests.fault import client_kills, disk_faults, gateway_kills, line_faults, verdict
from tests.fault.journey import RECORDING, plain
from tests.fault.site import open_site
from tests.fault.verdict import Verdict

SEED = 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def of_client(site):
    return client_kills.trials(site)


@pytest.fixture(scope="module")
def on_disk(site):
    return disk_faults.trials(site)


@pytest.fixture(scope="module")
def of_gateway(site):
    return gateway_kills.trials(site)


@pytest.mark.parametrize("row", client_kills.ROWS)
def test_a_killed_client_loses_nothing_doubles_nothing_and_tells_the_truth(of_client, row):
    result = of_client[row](SEED)
    assert result.kills
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


@pytest.mark.parametrize("row", disk_faults.ROWS)
def test_a_bad_disk_loses_nothing_and_is_named(on_disk, row):
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
        path = way.here.vault.path(case_id, entry.manifest.files[0])
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
        sorted(kept.iterdir())[0].unlink()
        (kept / "stray.age").write_bytes(sound)
        verdict.judge_the_end(result, way.here, bank, SEED)
        assert result.lost
        assert result.duplicated
