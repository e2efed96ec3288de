"""A real gpsd, fed by gpsfake with the demo's track, asked through the locator."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from app.capture.location import Locator
from app.demo.track import YARD, write_track
from app.domain.condition import Condition
from app.domain.place import Fence, FixSource, distance_m, judge
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gpsd does not run on Windows")


@pytest.fixture
def gpsd_port(tmp_path):
    """Port and process of a gpsd whose receiver walks the demo's track, five sentences a second."""
    if shutil.which("gpsfake") is None or (shutil.which("gpsd") or shutil.which("/usr/sbin/gpsd")) is None:
        pytest.fail("this test needs gpsfake and gpsd: install the packages gpsd and gpsd-clients")
    track = write_track(tmp_path / "track.nmea", seconds=300)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    command = ["gpsfake", "-c", "0.2", "-P", str(port), str(track)]
    with (tmp_path / "gpsfake.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("gpsfake did not start its gpsd")


def test_a_real_gpsd_gives_the_place_with_its_accuracy(gpsd_port):
    with Locator(f"gpsd:127.0.0.1:{gpsd_port[0]}") as locator:
        fix = locator.fix(60)
        time.sleep(1.5)
        later = until(lambda: (newest := locator.latest()) and newest.accuracy_m and newest)  # its first fix may have none
    assert fix.source is FixSource.GPSD
    assert distance_m(fix.position, YARD) < 40
    assert 1 < later.accuracy_m < 60
    assert abs((fix.taken_at - datetime.now(UTC)).total_seconds()) < 60
    assert fix.flags == ()
    assert judge(fix, YARD, 200).fence is Fence.INSIDE
    assert later.taken_at >= fix.taken_at


def test_a_gpsd_that_goes_away_leaves_an_ageing_fix(gpsd_port):
    port, process = gpsd_port
    with Locator(f"gpsd:127.0.0.1:{port}") as locator:
        first = locator.fix(60)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        while (last := locator.latest()).age_s < 1:  # it spoke five times a second
            time.sleep(0.05)
    assert distance_m(last.position, first.position) < 20
    with Locator(f"gpsd:127.0.0.1:{port}") as locator, pytest.raises(Condition) as trouble:
        locator.fix(60)
    assert trouble.value.code == "place.source_missing"
