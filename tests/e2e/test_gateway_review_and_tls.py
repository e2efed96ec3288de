"""The reviewers' page, and who is trusted over TLS."""

import ipaddress
import re
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from app.domain.condition import Condition
from app.sync.enrolling import enrol
from app.sync.transport import Transport
from tests.gateway_process import MANAGER, REVIEWER, enrolled, running_gateway

SAVED = {"image/jpeg": (".jpg", "image/jpeg"), "image/heic": (".heic", "image/heic"), "image/tiff": (".tif", "image/tiff"),
         "application/ofd": (".ofd", "application/ofd"), "text/html": ("", "application/octet-stream"),
         "image/svg+xml": ("", "application/octet-stream")}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def case(gateway, tmp_path_factory):
    """A received case whose number tries to be a script."""
    device = enrolled(gateway, tmp_path_factory.mktemp("device"))
    client = device.client(gateway)
    files = [device.file("case-review", media.encode(), media_type=media) for media in SAVED]
    manifest = device.manifest("case-review", *files, case_number="<script>alert(1)</script>")
    client.open_revision(manifest, device.sign(manifest))
    for file in files:
        url = client.create_upload(manifest, file.id, file.cipher_size)
        client.append(url, 0, device.path("case-review", file).read_bytes())
    client.commit(manifest)
    client.close()
    return manifest


@pytest.fixture
def browser(gateway):
    with requests.Session() as browser:
        yield browser


def sign_in(browser, gateway, staff, password):
    return browser.post(gateway.address + "/review/sign-in", data={"staff_id": staff, "password": password}, timeout=60)


def test_the_page_shows_nothing_before_sign_in(gateway, case, browser):
    page = browser.get(gateway.address + "/review", timeout=60)
    assert "登录" in page.text
    assert "case-review" not in page.text
    refused = browser.get(f"{gateway.address}/review/cases/case-review/files/{case.files[0].id}", timeout=60)
    assert refused.status_code == 401
    assert refused.json()["condition"]["code"] == "staff.token"


def test_wrong_password_and_managers_stay_outside(gateway, browser):
    assert "不正确" in sign_in(browser, gateway, REVIEWER, "猜的").text
    assert sign_in(browser, gateway, MANAGER, gateway.passwords[MANAGER]).status_code == 401
    assert not browser.cookies


def test_a_reviewer_lists_reads_and_decides(gateway, case, browser):
    page = sign_in(browser, gateway, REVIEWER, gateway.passwords[REVIEWER])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    cookie = next(iter(browser.cookies))
    assert cookie.has_nonstandard_attr("HttpOnly")
    for file in case.files:
        ending, media = SAVED[file.media_type]
        got = browser.get(f"{gateway.address}/review/cases/case-review/files/{file.id}", timeout=60)
        assert got.content == file.media_type.encode()
        assert got.headers["Content-Disposition"] == f'attachment; filename="{file.id}{ending}"'
        assert (got.headers["Content-Type"], got.headers["X-Content-Type-Options"]) == (media, "nosniff")
    detail = browser.get(gateway.address + "/review/cases/case-review", timeout=60).text
    form = re.search(r'name="form" value="([0-9a-f]{64})"', detail).group(1)
    status = gateway.address + "/review/cases/case-review/status"
    forged = browser.post(status, data={"status": "approved"}, timeout=60)
    assert forged.status_code == 401
    done = browser.post(status, data={"status": "approved", "note": "ok", "form": form}, timeout=60)
    assert "已通过" in done.text
    assert browser.post(status, data={"status": "invented", "form": form}, timeout=60).status_code == 404
    out = browser.post(gateway.address + "/review/sign-out", data={"form": form}, timeout=60)
    assert "<h1>面签案卷审核" in out.text


def certificate(folder, starts, ends):
    """A server certificate for 127.0.0.1 that is its own authority; paths of certificate and key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(starts).not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .sign(key, hashes.SHA256()))
    (folder / "tls.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "tls.pem", folder / "tls.key"


def test_tls_is_trusted_only_by_an_authority_that_was_given(tmp_path):
    now = datetime.now(UTC)
    pem, key = certificate(tmp_path, now - timedelta(days=1), now + timedelta(days=9))
    with running_gateway(tmp_path / "g", "--tls-certificate", str(pem), "--tls-key", str(key)) as gateway:
        assert gateway.address.startswith("https://")
        with pytest.raises(Condition) as distrusted:
            enrol(gateway.address, gateway.code, "x", Ed25519PrivateKey.generate())
        assert distrusted.value.code == "bank.not_trusted"
        enrolment, _ = enrol(gateway.address, gateway.code, "x", Ed25519PrivateKey.generate(), ca_file=pem)
        assert enrolment.device_id.startswith("dev-")


def test_an_expired_certificate_points_at_the_clock(tmp_path):
    now = datetime.now(UTC)
    pem, key = certificate(tmp_path, now - timedelta(days=9), now - timedelta(days=1))
    with running_gateway(tmp_path / "g", "--tls-certificate", str(pem), "--tls-key", str(key)) as gateway:
        transport = Transport(gateway.address, ca_file=pem)
        with pytest.raises(Condition) as clock:
            transport.call("GET", "/v1/time")
        assert clock.value.code == "bank.clock"
        transport.close()
