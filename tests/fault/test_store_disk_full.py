"""A disk that is really full or really read-only: a few megabytes of tmpfs in a mount namespace of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fault.kill_recording import Props

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("store_worker.py")
MOUNT = 'mount -t tmpfs -o size=4m tmpfs "$1"'
LARGER = MOUNT.replace("4m", "40m")


def namespace(script: str, *arguments: object) -> subprocess.CompletedProcess:
    """Run a shell script that may mount: what it mounts vanishes with it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", script, "sh",
                           *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=120)


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    if not shutil.which("unshare"):
        pytest.skip("no unshare on this system, so no small disk can be mounted")
    mount = tmp_path / "小盘"
    mount.mkdir()
    if namespace(MOUNT, mount).returncode != 0:
        pytest.skip("this system lets nobody mount a small disk in a namespace")
    return mount


def result(done: subprocess.CompletedProcess):
    assert done.returncode == 0, done.stderr
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))[len("RESULT"):])


def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(small_disk, tmp_path):
    script = f'{MOUNT}; exec "$2" "$3" fill "$1/data" "$4" case-1 1'
    seen = result(namespace(script, small_disk, sys.executable, WORKER, tmp_path / "keys"))
    assert seen["full"] == seen["journal_full"] == seen["setting_full"] == "disk.full"
    assert seen["kept"] is True
    assert seen["after"] == "done"
    assert seen["acts"] >= 3
    assert seen["files"] == seen["acts"] + 1
    assert seen["events"] == seen["files"] * 2
    assert (seen["broken_at"], seen["temporary"]) == (None, 0)


def test_a_read_only_disk_is_named(small_disk, tmp_path):
    script = (f'{MOUNT}; "$2" "$3" open "$1/data" "$4" case-1 1 >/dev/null; mount -o remount,ro "$1";'
              f' exec "$2" "$3" open "$1/data" "$4" case-1 1')
    assert result(namespace(script, small_disk, sys.executable, WORKER, tmp_path / "keys")) == "disk.read_only"


@pytest.mark.parametrize(("how", "trouble", "finish"), [
    ("low", "interview.disk_low", ["done"]), ("full", "disk.full", ["disk.full", "done"])])
def test_a_disk_that_fills_ends_a_recording_in_order_and_nothing_of_it_is_lost(small_disk, tmp_path, how, trouble, finish):
    props = Props(tmp_path)
    script = f'{LARGER}; exec "$2" -m tests.fault.recording_worker "$1/data" "$3" "$4" "$5"'
    seen = result(namespace(script, small_disk, sys.executable, props.video, props.sound, how))
    assert (seen["trouble"], seen["finish"]) == (trouble, finish)
    assert seen["kept_ms"] >= 500
    assert seen["missing_ms"] == 0
    assert (seen["bytes"] > 10_000, seen["spools"]) == (True, 0)
