"""Killed while it records: what was delivered up to two seconds before is in the case, and plays. The long run is
``python -m tests.fault.kill_recording --runs 200``."""

import random

import pytest

from tests.fault.kill_recording import LOST_MAX_MS, Props, kill_once


@pytest.fixture(scope="module")
def props(tmp_path_factory) -> Props:
    return Props(tmp_path_factory.mktemp("杀 kill"))


@pytest.mark.parametrize("seed", [20261132, 20261137])
def test_killed_while_recording_little_is_missing_and_all_of_it_plays(props, seed):
    seen = kill_once(props, random.Random(seed))
    assert seen["frames"] > 0
    assert max(seen["lost_ms"], seen["soundless_ms"]) <= LOST_MAX_MS
