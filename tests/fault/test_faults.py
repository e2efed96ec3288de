"""A small part of ``python -m tests.fault`` at fixed seeds: the promise holds whatever is killed."""

import pytest

from tests.fault import client_kills
from tests.fault.client_kills import Course
from tests.fault.site import open_site

SEED = 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def course(site):
    return Course.walked(site)


@pytest.mark.parametrize("row", client_kills.ROWS)
def test_a_killed_client_loses_nothing_doubles_nothing_and_tells_the_truth(site, course, row):
    verdict = client_kills.judged(site, course, row, SEED)
    assert verdict.kills
    assert verdict.clean, verdict.why
