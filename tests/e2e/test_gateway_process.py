"""The gateway as a process: starting, stopping, the office's commands, its files, and what it never tells."""

import os
import stat
import subprocess
import sys
from contextlib import closing

import pytest
import requests
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.condition import Condition
from app.sync.enrolling import enrol
from tests.gateway_process import MANAGER, REVIEWER, ROOT, enrolled, running_gateway


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("网关 一")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def device(gateway, tmp_path_factory):
    return enrolled(gateway, tmp_path_factory.mktemp("device"))


def test_it_really_listens_when_it_says_so_and_ends_cleanly(tmp_path):
    with running_gateway(tmp_path) as gateway:
        assert requests.get(gateway.address + "/healthz", timeout=60).json() == {"state": "fine"}
        assert gateway.stop() == 0
        gateway.start()
        assert requests.get(gateway.address + "/v1/time", timeout=60).status_code == 200


def test_embedded_it_ends_with_its_parent(tmp_path):
    with running_gateway(tmp_path, "--stop-with-stdin") as gateway:
        gateway.process.stdin.close()
        assert gateway.process.wait(60) == 0
        gateway.process.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_keys_are_the_owners_alone_and_nowhere_else(gateway):
    keys = gateway.folder / "files" / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    secret = (keys / "files.age-identity").read_text().strip().encode()
    stored = b"".join(path.read_bytes() for path in gateway.folder.glob("gateway.db*"))
    assert secret not in stored
    assert b"PRIVATE KEY" not in stored
    assert gateway.code.encode() not in stored
    assert not any(password.encode() in stored for password in gateway.passwords.values())


@pytest.mark.parametrize(("arguments", "code"), [
    (["--host", "0.0.0.0"], "serve.insecure"),
    (["--tls-certificate", "tls.pem"], "serve.tls_half"),
    (["--tls-key", "tls.key"], "serve.tls_half"),
    (["--policy", "missing.toml"], "serve.file"),
    (["--metrics-port", "99999"], "serve.port"),
    (["--bootstrap", "missing.json"], "serve.bootstrap"),
    (["--host", "0.0.0.0", "--behind-tls-proxy", "--bootstrap", "x.json"], "serve.bootstrap"),
])
def test_what_is_unsafe_or_unreadable_does_not_start(tmp_path, arguments, code):
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "serve", "--database", f"sqlite:///{tmp_path / 'g.db'}", "--files",
         str(tmp_path / "files"), "--port", "0", *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False)
    assert done.returncode == 3
    assert code in done.stderr
    assert "listening" not in done.stdout


def test_office_makes_codes_that_work_once(gateway, tmp_path):
    code = gateway.office("code", "--device-name", "二号平板")["code"]
    key = Ed25519PrivateKey.generate()
    first, _ = enrol(gateway.address, code, "x", key)
    again, _ = enrol(gateway.address, code.lower(), "x", key)
    assert again.device_id == first.device_id
    assert again.device_certificate_pem != first.device_certificate_pem
    with pytest.raises(Condition) as refused:
        enrol(gateway.address, code, "x", Ed25519PrivateKey.generate())
    assert refused.value.code == "bank.code_refused"


def test_an_expired_code_is_refused(gateway):
    code = gateway.office("code", "--hours", "-1")["code"]
    with pytest.raises(Condition) as refused:
        enrol(gateway.address, code, "x", Ed25519PrivateKey.generate())
    assert refused.value.code == "bank.code_refused"


def test_staff_added_by_the_office_sign_in_on_a_device(gateway, device):
    gateway.office("staff", "add", "--id", "10600", "--name", "何新", "--password-stdin", text="第一次的密码很长\n")
    client = device.client(gateway, staff="")
    assert client.sign_in("10600", "第一次的密码很长").name == "何新"
    client.close()
    weak = gateway.office("staff", "add", "--id", "10601", "--name", "何新", "--password-stdin", text="短\n")
    assert weak["condition"]["code"] == "staff.password"


def test_a_manager_needs_a_device_and_a_reviewer_does_not(gateway):
    def sign_in(staff):
        return requests.post(gateway.address + "/v1/staff/sign-in", timeout=60,
                             json={"staff_id": staff, "password": gateway.passwords[staff]})
    assert sign_in(MANAGER).json()["condition"]["code"] == "staff.role"
    assert sign_in(REVIEWER).json()["role"] == "reviewer"


def test_five_wrong_passwords_lock_whether_the_number_exists_or_not(gateway, device):
    client = device.client(gateway, staff="")
    added = gateway.office(
        "staff", "add", "--id", "10700", "--name", "锁定", "--password-stdin", text="正确的密码就在此\n")
    assert added["staff"] == "10700"
    for staff in ("10700", "99999"):
        for _ in range(5):
            with pytest.raises(Condition) as wrong:
                client.sign_in(staff, "猜的")
            assert wrong.value.code == "bank.wrong_password"
        with pytest.raises(Condition) as locked:
            client.sign_in(staff, "正确的密码就在此")
        assert locked.value.code == "bank.staff_locked"
        assert 0 < locked.value.values["retry_after"] <= 900
    client.close()


def test_a_revoked_device_stops_at_once(gateway, tmp_path):
    device = enrolled(gateway, tmp_path, gateway.office("code")["code"])
    client = device.client(gateway)
    assert client.changes(0).changes == ()
    gateway.office("revoke", device.enrolment.device_id)
    with pytest.raises(Condition) as revoked:
        client.changes(0)
    assert revoked.value.code == "bank.device_revoked"
    client.close()


def test_the_banks_time_and_revocation_list(gateway, tmp_path):
    device = enrolled(gateway, tmp_path / "device", gateway.office("code")["code"])
    bank = x509.load_pem_x509_certificate(device.enrolment.bank_certificate_pem.encode())
    serial = x509.load_pem_x509_certificate(device.enrolment.device_certificate_pem.encode()).serial_number
    query = tsp.TimeStampReq({"version": "v1", "cert_req": True, "message_imprint": {
        "hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\1" * 32}})
    with closing(device.client(gateway)) as client:
        token = tsp.TimeStampResp.load(client.timestamp(query.dump()))["time_stamp_token"]["content"]
        before = x509.load_der_x509_crl(client.revocations())
        assert abs(client.clock_offset_s) < 60
    signed_by = x509.load_der_x509_certificate(token["certificates"][0].chosen.dump())
    signed_by.verify_directly_issued_by(bank)
    assert token["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native == b"\1" * 32
    gateway.office("revoke", device.enrolment.device_id)
    after = x509.load_der_x509_crl(requests.get(gateway.address + "/v1/revocations", timeout=60).content)
    assert before.is_signature_valid(bank.public_key())
    assert after.is_signature_valid(bank.public_key())
    assert (before.get_revoked_certificate_by_serial_number(serial) is None, serial in {one.serial_number for one in after}) == (
        True, True)


def test_policy_and_dealers_come_with_their_hash_and_are_not_sent_twice(gateway, device):
    client = device.client(gateway)
    policy = client.policy()
    text = (ROOT / "resources" / "policy" / "default.toml").read_bytes()
    assert policy.text.encode() == text
    assert client.policy(policy.sha256) is None
    dealers = client.dealers()
    assert "[[dealers]]" in dealers.text
    assert client.dealers(dealers.sha256) is None
    client.close()


@pytest.mark.parametrize(("method", "path", "options", "status", "code"), [
    ("GET", "/v1/policy", {}, 401, "device.unknown"),
    ("GET", "/nowhere", {}, 404, "request.not_found"),
    ("DELETE", "/v1/time", {}, 405, "request.not_allowed"),
    ("POST", "/v1/devices/enrol", {"json": {"code": "x"}}, 422, "request.invalid"),
    ("POST", "/v1/devices/enrol", {"data": b"{", "headers": {"Content-Type": "application/json"}}, 422,
     "request.invalid"),
    ("POST", "/v1/devices/enrol", {"data": b"x" * (5 << 20)}, 413, "request.too_large"),
    ("POST", "/v1/devices/enrol", {"data": iter([b"x" * (3 << 20)] * 2)}, 413, "request.too_large"),
    ("GET", "/v1/review/cases", {}, 401, "staff.token"),
    ("GET", "/v1/review/cases/%2e%2e%2f%2e%2e/files/x", {"headers": {"Authorization": "Bearer x"}}, 404,
     "request.not_found"),
])
def test_every_refusal_is_json_with_a_code_and_a_next_step(gateway, method, path, options, status, code):
    answer = requests.request(method, gateway.address + path, timeout=60, **options)
    assert answer.status_code == status
    told = answer.json()["condition"]
    assert told["code"] == code
    assert told["message"]
    assert told["next"]
    assert set(told) == {"code", "message", "next"}


def test_refusals_speak_english_on_request(gateway):
    answer = requests.get(gateway.address + "/nowhere", headers={"Accept-Language": "en"}, timeout=60)
    assert answer.json()["condition"]["message"] == "There is nothing here under that name."
