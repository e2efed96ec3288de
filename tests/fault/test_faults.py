"""A small part of ``python -m tests.fault`` at a fixed seed: whatever is killed, cut or bent, the promise holds."""

import pytest

from tests.fault import client_kills, gateway_kills, line_faults
from tests.fault.site import open_site

SEED = 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def of_client(site):
    return client_kills.trials(site)


@pytest.fixture(scope="module")
def of_gateway(site):
    return gateway_kills.trials(site)


@pytest.mark.parametrize("row", client_kills.ROWS)
def test_a_killed_client_loses_nothing_doubles_nothing_and_tells_the_truth(of_client, row):
    verdict = of_client[row](SEED)
    assert verdict.kills
    assert verdict.clean, verdict.why


@pytest.mark.parametrize("row", gateway_kills.ROWS)
def test_a_killed_gateway_loses_nothing_and_doubles_nothing(of_gateway, row):
    verdict = of_gateway[row](SEED)
    assert verdict.kills
    assert verdict.clean, verdict.why


@pytest.mark.parametrize("row", line_faults.ROWS)
def test_a_bad_line_loses_nothing_and_doubles_nothing(site, row):
    verdict = line_faults.judged(site, row, SEED)
    assert verdict.clean, verdict.why
