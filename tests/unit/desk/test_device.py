"""What is set on the device: in force at once, kept through a restart, and refused where a recording rests on it."""

import pytest

from app.desk.desks import Rooms
from app.desk.device import DeviceDesk, kept_preferences
from app.domain.condition import Condition
from app.domain.preferences import Preferences
from app.domain.wire import EnrolledCamera
from app.sync.enrolment import keep_cameras
from app.sync.transport import Transport
from tests import case_facts as f

FILE = str(f.ROOT / "no such camera.avi")


@pytest.fixture
def device(desk):
    return DeviceDesk(desk.settings, Preferences(theme="dark"), lambda: Rooms(desk.signing, desk.booth, None, desk.line),
                      lambda file: file)


@pytest.fixture
def desk(desk):
    desk.line = Transport("https://bank.example")
    yield desk
    desk.line.close()


def test_what_is_changed_is_in_force_and_kept_but_not_what_the_command_line_said(desk, device):
    device.change(proxy="proxy.example:8080", camera=FILE, microphone="none")
    assert desk.line.session.proxies == {scheme: "http://proxy.example:8080" for scheme in ("http", "https")}
    assert desk.line.session.trust_env is False
    assert desk.booth.feed._wanted == (FILE, "", True)
    assert (desk.booth.microphone_name, desk.booth.try_microphone()) == ("", None)
    assert device.preferences.theme == "dark"
    assert kept_preferences(desk.settings) == Preferences(proxy="http://proxy.example:8080", camera=FILE, microphone="none")
    device.change(proxy="")
    assert (desk.line.session.proxies, desk.line.session.trust_env) == ({}, True)


def test_a_broken_table_is_replaced_and_a_wrong_proxy_changes_nothing(desk, device):
    desk.settings.set("preferences", ["broken"])
    device.change(language="en")
    assert kept_preferences(desk.settings) == Preferences(language="en")
    with pytest.raises(Condition) as refused:
        device.change(proxy="nonsense")
    assert refused.value.code == "proxy.unreadable"
    assert kept_preferences(desk.settings).proxy == ""


def test_whether_the_bank_knows_the_camera_and_what_to_do_where_it_does_not(desk, device):
    assert device.camera_doubt().code == "camera.no_number"
    attached = EnrolledCamera(hardware_id="usb:046d:082d:serial:2F3A91BF", name="HD Webcam")
    desk.booth.frame_source = lambda: f.SOURCE.model_copy(update={"hardware_id": attached.hardware_id})
    doubt = device.camera_doubt()
    assert doubt.code == "camera.not_registered"
    assert all(named in doubt.next("en") for named in (attached.hardware_id, "device-1"))
    keep_cameras(desk.settings, (attached,))
    assert device.camera_doubt() is None


def test_camera_and_microphone_stay_while_a_recording_runs(desk, device):
    desk.booth.start_recording(lambda segment: None, lambda piece: None)
    try:
        for change in ({"camera": FILE}, {"microphone": "none"}):
            with pytest.raises(Condition) as refused:
                device.change(**change)
            assert refused.value.code == "recording.runs"
        with pytest.raises(Condition):
            desk.booth.try_microphone()
    finally:
        desk.booth.drop_recording()
    assert kept_preferences(desk.settings) == Preferences()


def test_this_machine_itself_is_never_reached_through_a_proxy():
    line = Transport("http://127.0.0.1:1")
    line.use_proxy("http://proxy.example:8080")
    assert (line.session.proxies, line.session.trust_env) == ({}, False)
    line.close()
