"""A device's cameras at a real bank: told at enrolment, changed by the office, read by the device, kept for offline."""

import sqlite3
from contextlib import closing

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.condition import Condition
from app.domain.wire import EnrolledCamera
from app.store.settings import Settings
from app.sync.client import BankClient
from app.sync.enrolling import enrol
from app.sync.enrolment import enrolled_cameras, keep, keep_cameras
from app.sync.feeds import PolicyFeed
from app.sync.transport import Transport
from tests.gateway_process import MANAGER, open_store, running_gateway

FRONT = EnrolledCamera(hardware_id="usb:046d:082d:serial:2F3A91BF", name="HD Pro Webcam C920")
BUILT_IN = EnrolledCamera(hardware_id="usb:04f2:b6d9:port:0000:00:14.0/5", name="Integrated Camera")
LATER = "usb:0c45:6366:port:0000:00:14.0/1.2"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("网关 三")) as gateway:
        yield gateway


@pytest.fixture
def settings(tmp_path):
    with open_store(tmp_path / "store") as database:
        yield Settings(database)


def enrol_with(gateway, *cameras, code=""):
    key = Ed25519PrivateKey.generate()
    code = code or gateway.office("code")["code"]
    enrolment, secret = enrol(gateway.address, code, "测试平板", key, cameras=cameras)
    return key, enrolment, secret, code


def test_cameras_told_at_enrolment_are_registered_and_kept_for_offline(gateway, settings):
    key, enrolment, secret, code = enrol_with(gateway, FRONT, BUILT_IN, FRONT)
    assert enrolled_cameras(settings) == ()
    keep(settings, enrolment, secret)
    assert enrolled_cameras(settings) == (FRONT.hardware_id, BUILT_IN.hardware_id)
    again, _ = enrol(gateway.address, code, "测试平板", key, cameras=(EnrolledCamera(hardware_id=LATER),))
    assert again.cameras == (FRONT, BUILT_IN), "the lost answer's repetition is no way to add a camera"


def test_the_office_allows_and_removes_and_the_device_hears_of_it(gateway, settings):
    key, enrolment, secret, _ = enrol_with(gateway, BUILT_IN)
    keep(settings, enrolment, secret)
    device = enrolment.device_id
    with closing(BankClient(gateway.address, enrolment, key)) as client:
        client.sign_in(MANAGER, gateway.passwords[MANAGER])
        feed = PolicyFeed(client)
        keep_cameras(settings, feed.fetch().cameras)
        assert not feed.fetch().changed
        allowed = gateway.office("camera", "allow", device, LATER, "--name", "柜台 \x1b[31m摄像头")
        assert allowed == {"device": device, "allowed": LATER}
        news = feed.fetch()
        assert news.changed
        keep_cameras(settings, news.cameras)
        assert enrolled_cameras(settings) == (BUILT_IN.hardware_id, LATER)
        assert [camera.name for camera in news.cameras if camera.hardware_id == LATER] == ["柜台  [31m摄像头"]
        gateway.office("camera", "remove", device, BUILT_IN.hardware_id)
        keep_cameras(settings, feed.fetch().cameras)
        assert enrolled_cameras(settings) == (LATER,)
    with closing(sqlite3.connect(gateway.folder / "gateway.db")) as database:
        done = database.execute("SELECT action, detail FROM audit WHERE device_id = ? AND action LIKE 'camera.%'"
                                " ORDER BY id", [device]).fetchall()
    assert done == [("camera.allowed", f"enrolment {BUILT_IN.hardware_id}"), ("camera.allowed", f"office {LATER}"),
                    ("camera.removed", BUILT_IN.hardware_id)]


def test_the_office_lists_devices_with_their_cameras(gateway):
    _, enrolment, _, _ = enrol_with(gateway, FRONT)
    one = gateway.office("camera", "list", enrolment.device_id)["devices"]
    assert one == [{"device_id": enrolment.device_id, "name": "测试平板", "revoked": False,
                    "cameras": [FRONT.model_dump()]}]
    assert one[0] in gateway.office("camera", "list")["devices"]


@pytest.mark.parametrize(("arguments", "code"), [
    (("list", "dev-nobody"), "request.not_found"),
    (("allow", "dev-nobody", LATER), "request.not_found"),
    (("remove", "dev-nobody", LATER), "request.not_found"),
    (("allow", "dev-nobody", "no id; at all"), "camera.id"),
    (("allow", "dev-nobody", "usb:\n"), "camera.id"),
])
def test_what_the_office_mistypes_changes_nothing(gateway, arguments, code):
    assert gateway.office("camera", *arguments)["condition"]["code"] == code


def test_a_device_has_at_most_so_many_cameras(gateway):
    many = tuple(EnrolledCamera(hardware_id=f"usb:046d:082d:serial:{n}") for n in range(32))
    _, enrolment, _, _ = enrol_with(gateway, *many)
    assert gateway.office("camera", "allow", enrolment.device_id, LATER)["condition"]["code"] == "camera.full"
    assert gateway.office("camera", "allow", enrolment.device_id, many[0].hardware_id)["allowed"]


def test_the_proof_covers_the_cameras_and_an_older_client_needs_none(gateway, monkeypatch):
    sent = []
    call = Transport.call

    def tampering(self, method, path, *, body=None, **options):
        if path == "/v1/devices/enrol":
            sent.append(body)
            body = body.model_copy(update={"cameras": (FRONT,)})
        return call(self, method, path, body=body, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Transport, "call", tampering)
        with pytest.raises(Condition):
            enrol_with(gateway, BUILT_IN)
    key = Ed25519PrivateKey.generate()
    older = sent[0].model_copy(update={
        "cameras": None, "code": gateway.office("code")["code"],
        "signing_public_key": key.public_key().public_bytes_raw().hex()})
    assert b"cameras" not in older.signed_bytes()
    body = older.model_dump(mode="json", exclude={"cameras"}) | {"proof": key.sign(older.signed_bytes()).hex()}
    answer = requests.post(gateway.address + "/v1/devices/enrol", json=body, timeout=60)
    assert answer.status_code == 201
    assert answer.json()["cameras"] == []


def test_nobody_reads_a_devices_cameras_without_its_signature(gateway):
    assert requests.get(gateway.address + "/v1/device", timeout=60).json()["condition"]["code"] == "device.unknown"
    key, enrolment, _, _ = enrol_with(gateway, FRONT)
    with closing(BankClient(gateway.address, enrolment, Ed25519PrivateKey.generate())) as stranger, \
            pytest.raises(Condition):
        stranger.device()
    with closing(BankClient(gateway.address, enrolment, key)) as client:
        assert client.device().cameras == (FRONT,)


@pytest.mark.parametrize("camera", [
    {"hardware_id": "usb:046d;082d", "name": ""}, {"hardware_id": "x" * 200, "name": ""},
    {"hardware_id": LATER, "name": "a\x1bb"}, {"hardware_id": LATER, "name": "x" * 81}])
def test_odd_cameras_are_not_well_formed(gateway, camera):
    body = {"code": "x" * 20, "device_name": "x", "signing_public_key": "0" * 64, "csr_pem": "", "proof": "0" * 128,
            "cameras": [camera]}
    answer = requests.post(gateway.address + "/v1/devices/enrol", json=body, timeout=60)
    assert answer.json()["condition"]["code"] == "request.invalid"
