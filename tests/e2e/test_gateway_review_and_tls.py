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
from app.domain.evidence import canonical
from app.sync.enrolling import enrol
from app.sync.transport import Transport
from tests import case_facts as f
from tests.gateway_process import MANAGER, REVIEWER, enrolled, running_gateway

SAVED = {"image/jpeg": (".jpg", "image/jpeg"), "image/heic": (".heic", "image/heic"), "image/tiff": (".tif", "image/tiff"),
         "application/ofd": (".ofd", "application/ofd"), "text/html": ("", "application/octet-stream"),
         "image/svg+xml": ("", "application/octet-stream")}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def device(gateway, tmp_path_factory):
    return enrolled(gateway, tmp_path_factory.mktemp("device"))


def received(device, gateway, manifest):
    """The manifest's case, sent and committed."""
    client = device.client(gateway)
    device.send(client, manifest)
    client.close()
    return manifest


@pytest.fixture(scope="module")
def case(gateway, device):
    """A received case whose number tries to be a script."""
    files = [device.file("case-review", media.encode(), media_type=media) for media in SAVED]
    return received(device, gateway, device.manifest("case-review", *files, case_number="<script>alert(1)</script>"))


@pytest.fixture(scope="module")
def recorded(gateway, device):
    """A received case that was recorded: two segments, a pause between them, an answer that asks for a look, a signature."""
    segments = [device.file(f.CASE, bytes([n]) * 5000, "interview_segment", "video/webm") for n in (1, 2)]
    facts, placed = f.facts, f.placed()
    placed = placed.model_copy(update={"fix": placed.fix.model_copy(update={"flags": ("simulated",)})})
    events = f.events(
        f.opened(), f.terms(), placed, *f.consents(), f.card_side("front"), f.card_side("back"), f.card(), f.liveness(),
        f.circumstances(), f.form(), f.prepared("cost_sheet"),
        facts.InterviewStarted(interview_id="i", video=True, audio=True, source=f.SOURCE),
        facts.QuestionMarked(interview_id="i", question="promises", at_ms=4_000, answer="yes"),
        facts.RecordingPaused(interview_id="i", at_ms=20_000, reason="other", note="<b>敲门</b>"),
        facts.SegmentRecorded(interview_id="i", file=segments[0], start_ms=0, end_ms=20_000, frames=500),
        f.signed("cost_sheet", "borrower"),
        facts.SegmentRecorded(interview_id="i", file=segments[1], start_ms=30_000, end_ms=60_000, frames=700),
        facts.InterviewFinished(interview_id="i", duration_ms=60_000, face_share=0.93, gaps=(
            facts.RecordingGap(start_ms=20_000, end_ms=30_000, reason="other"),)))
    journal = device.file(f.CASE, canonical([event.model_dump(mode="json") for event in events]), "journal",
                          "application/json")
    manifest = device.manifest(f.CASE, *segments, journal, journal_head=events[-1].hash, journal_length=len(events))
    return received(device, gateway, manifest)


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


def test_a_recording_has_its_time_line_and_every_question_leads_to_its_picture(gateway, recorded, browser):
    sign_in(browser, gateway, REVIEWER, gateway.passwords[REVIEWER])
    address = f"{gateway.address}/review/cases/{f.CASE}"
    assert f"/review/cases/{f.CASE}/recording" in browser.get(address, timeout=60).text
    page = browser.get(f"{address}/recording?line=0&at=35000", timeout=60)
    first, second, _ = recorded.files
    assert f'src="/review/cases/{f.CASE}/files/{second.id}#t=5.0"' in page.text
    assert all(words in page.text for words in ("人脸在画面 93%", "缺失：其他（请写明）：&lt;b&gt;敲门&lt;/b&gt;", "借款人签《"))
    assert '<tr class="bad">' in page.text[:page.text.rindex("答应给您返现")].rpartition("</tr>")[2]
    assert "<li>接收器说定位是模拟的</li>" in page.text
    assert "media-src 'self'; script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script src=\"/review/player.js\"></script>" in page.text
    assert browser.get(f"{gateway.address}/review/player.js", timeout=60).headers["Content-Type"].startswith("text/javascript")
    part = browser.get(f"{address}/files/{first.id}", headers={"Range": "bytes=10-19"}, timeout=60)
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"\x01" * 10, "bytes 10-19/5000")
    assert browser.get(f"{address}/files/{first.id}", headers={"Range": "bytes=9999-"}, timeout=60).status_code == 416
    assert len(browser.get(f"{address}/files/{first.id}", headers={"Range": "bytes=0-1,5-6"}, timeout=60).content) == 5000


def test_a_case_without_a_journal_says_that_its_recording_has_no_time_line(gateway, case, browser):
    sign_in(browser, gateway, REVIEWER, gateway.passwords[REVIEWER])
    page = browser.get(f"{gateway.address}/review/cases/case-review/recording", timeout=60)
    assert "操作记录读不出来" in page.text


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
