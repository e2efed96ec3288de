"""The doctor's probes: fine, or what to do."""

import itertools
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from app.capture import probes
from app.capture.camera import Camera
from app.capture.camera_identity import CameraIdentity
from app.demo.track import write_track
from app.doctor import enrolled_camera
from app.domain.face import FrameSource
from app.domain.wire import EnrolledCamera
from app.sync.enrolment import DeviceEnrolment
from tests.unit.capture.recording_helpers import write_voice


def complete(probe: probes.Probe) -> probes.Probe:
    """A probe that is not fine says what to do, in both languages."""
    assert probe.zh
    assert probe.en
    assert (probe.state == "ok") == (probe.next_zh == "") == (probe.next_en == "")
    return probe


def test_a_camera_that_is_not_there(tmp_path):
    probe = complete(probes.camera(tmp_path / "none.mp4"))
    assert (probe.name, probe.state, probe.detail) == ("camera", "bad", "camera.missing")


def test_a_camera_that_gives_pictures(shared_data):
    video = next(iter(sorted((shared_data / "video").rglob("*.mp4"))))
    probe = complete(probes.camera(video))
    assert probe.state in ("ok", "warn")
    assert probe.detail.startswith("file ")


@pytest.mark.parametrize(("best", "state"), [((2592, 1944), "ok"), ((1280, 720), "warn")])
def test_a_camera_names_its_most_pixels_and_whether_they_do_for_a_sheet(monkeypatch, best, state):
    def opened(_spec, *, still=False):
        width, height = best if still else (1280, 720)
        return Camera(Pictures(width, height), FrameSource(kind="device", name="Test Camera", width=width, height=height, fps=30))

    monkeypatch.setattr(probes.Camera, "open", opened)
    probe = complete(probes.camera("0"))
    assert (probe.state, probe.detail.split()[-2:]) == (state, ["best", f"{best[0]}x{best[1]}"])


class Pictures:
    """A capture port that always gives a picture of one size, never the same."""

    def __init__(self, width, height):
        self.picture = np.full((height, width, 3), 90, np.uint8)

    def read(self):
        self.picture = self.picture + np.uint8(1)
        return True, self.picture

    def release(self):
        """Nothing to let go of."""


def test_place_found_missing_and_doubtful(tmp_path):
    assert complete(probes.place(f"nmea:{write_track(tmp_path / 't.nmea', seconds=5)}")).state == "ok"
    missing = complete(probes.place("gpsd:127.0.0.1:1", 2))
    assert (missing.state, missing.detail) == ("warn", "place.source_missing")
    old = write_track(tmp_path / "old.nmea", start=datetime(2020, 1, 1, tzinfo=UTC), seconds=5)
    lines = old.read_bytes().splitlines(keepends=True)
    old.write_bytes(b"".join(lines[2:]))  # the date comes first
    doubtful = complete(probes.place(f"nmea:{old}"))
    assert doubtful.state == "warn"
    assert "clock_differs" in doubtful.detail


def test_microphone_heard_silent_and_missing(tmp_path):
    assert complete(probes.microphone(f"file:{write_voice(tmp_path / 'v.wav', 3)}")).state == "ok"
    assert complete(probes.microphone(f"file:{write_voice(tmp_path / 's.wav', 3, beep=0)}")).state == "warn"
    missing = complete(probes.microphone("no-such-device"))
    assert (missing.state, missing.detail) == ("warn", "microphone.missing")


@pytest.mark.parametrize(("free", "state"), [(50.0, "ok"), (2.0, "warn"), (0.5, "bad")])
def test_disk_space(tmp_path, monkeypatch, free, state):
    monkeypatch.setattr(probes.shutil, "disk_usage", lambda path: SimpleNamespace(free=int(free * probes.GIB)))
    assert complete(probes.disk(tmp_path / "新 目录" / "cases")).state == state


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert complete(probes.disk(tmp_path / "file")).state == "bad"


def ticking(step: float, start: float = 1_795_000_000.0):
    return itertools.count(start, step).__next__


def test_clock_fine_jumping_and_in_another_age():
    assert complete(probes.clock(ticking(0.3), ticking(0.3), lambda s: None)).state == "ok"
    assert complete(probes.clock(ticking(60.0), ticking(0.3), lambda s: None)).state == "warn"
    assert complete(probes.clock(ticking(0.3, start=0.0), ticking(0.3), lambda s: None)).state == "bad"
    assert complete(probes.clock()).state == "ok"


ENROLMENT = DeviceEnrolment(
    base_url="http://127.0.0.1:1", device_id="dev-1", device_certificate_pem="", bank_certificate_pem="",
    bank_recipient="", receipt_key_id="k-1", receipt_public_key="0" * 64, statement_json="{}", statement_signature="",
    cameras=(EnrolledCamera(hardware_id="usb:046d:082d:serial:2F3A91BF", name="C920"),))


@pytest.mark.parametrize(("hardware_id", "state", "said"), [
    ("usb:046d:082d:serial:2F3A91BF", "ok", ""),
    ("usb:046d:082d:serial:ANOTHER", "warn", "usb:046d:082d:serial:ANOTHER"),
    ("", "warn", "virtual machine"),
])
def test_whether_the_bank_knows_the_camera_and_what_to_tell_its_office(hardware_id, state, said):
    probe = complete(enrolled_camera(CameraIdentity("C920", hardware_id), ENROLMENT))
    assert (probe.name, probe.state, probe.detail) == ("camera_enrolled", state, f"{hardware_id} C920".strip())
    assert said in probe.next_en
    assert ("dev-1" in probe.next_zh) == (hardware_id != "" and state == "warn")
