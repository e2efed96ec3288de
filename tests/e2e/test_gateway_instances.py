"""Several instances over one database and one folder are one bank: on SQLite, and on PostgreSQL."""

import os
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from app.domain import wire
from app.domain.condition import Condition
from app.sync.enrolling import enrol
from gateway.database import Database
from gateway.devices import add_code, revoke
from gateway.files import CaseFiles
from gateway.housekeeping import prune
from tests.gateway_process import enrolled, running_gateways
from tests.postgres import cluster
from tests.waiting import until

K = 20


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request, tmp_path_factory):
    """Two instances, started at the same moment over nothing: keys, tables and policy are made by whoever is first."""
    with ExitStack() as stack:
        url = stack.enter_context(cluster()) if request.param == "postgresql" else ""
        yield stack.enter_context(running_gateways(tmp_path_factory.mktemp("pair"), 2, database=url))


@pytest.fixture(scope="module")
def device(pair, tmp_path_factory):
    return enrolled(pair[0], tmp_path_factory.mktemp("device"))


@pytest.fixture
def both(pair, device):
    """The device's client at each of the two."""
    with closing(device.client(pair[0])) as first, closing(device.client(pair[1])) as second:
        yield first, second


@pytest.fixture
def database(pair):
    with closing(Database(pair[0].places[1])) as database:
        yield database


@pytest.fixture
def case_id():
    return "case-" + secrets.token_hex(8)


def count(database, sql, **values):
    with database.engine.connect() as connection:
        return connection.execute(text(sql), values).scalar_one()


def opened(client, device, case_id, *datas):
    manifest = device.manifest(case_id, *(device.file(case_id, data) for data in datas))
    client.open_revision(manifest, device.sign(manifest))
    return manifest


def uploaded(client, device, manifest):
    for file in manifest.files:
        url = client.create_upload(manifest, file.id, file.cipher_size)
        client.append(url, 0, device.path(manifest.case_id, file).read_bytes())


def answers(gateway, path, body=None):
    return requests.post(gateway.address + path, json=body, timeout=60)


def code_of(act):
    """The code of the refusal, '' where ``act`` went well."""
    try:
        act()
    except Condition as condition:
        return condition.code
    return ""


def test_commits_at_both_at_once_make_one_receipt_and_read_the_files_once(pair, both, device, database, case_id):
    before = sum("commit:" in line for gateway in pair for line in gateway.log)
    manifest = opened(both[0], device, case_id, os.urandom(2_000_000), b"a page")
    uploaded(both[1], device, manifest)

    def commit(n):
        while (receipt := both[n % 2].commit(manifest)) is None:
            continue
        return receipt

    with ThreadPoolExecutor(K) as pool:
        receipts = set(pool.map(commit, range(K)))
    assert receipts == {both[0].receipt(manifest)}
    assert count(database, "SELECT count(*) FROM audit WHERE action = 'intake.received' AND case_id = :case", case=case_id) == 1
    assert count(database, "SELECT count(*) FROM change WHERE case_id = :case", case=case_id) == 1
    assert sum("commit:" in line for gateway in pair for line in gateway.log) == before + 1


def test_of_two_manifests_at_once_one_is_taken(both, device, case_id):
    file = device.file(case_id, b"x")
    manifests = [device.manifest(case_id, file, operation_score=score) for score in range(8)]
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda n: code_of(lambda: both[n % 2].open_revision(
            manifests[n], device.sign(manifests[n]))), range(8)))
    assert sorted(codes) == [""] + ["bank.conflict"] * 7


def test_one_code_enrols_one_device_wherever_it_is_shown(pair, database):
    code = "AAAAA-" + secrets.token_hex(8)
    with database.write() as session:
        add_code(session, code, "x", timedelta(hours=1))
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda n: code_of(lambda: enrol(
            pair[n % 2].address, code, "x", Ed25519PrivateKey.generate())), range(6)))
    assert sorted(codes) == [""] + ["bank.code_refused"] * 5


def test_an_upload_begun_at_one_goes_on_at_the_other(pair, both, device, case_id):
    manifest = opened(both[0], device, case_id, os.urandom(300_000))
    file = manifest.files[0]
    data = device.path(case_id, file).read_bytes()
    url = both[0].create_upload(manifest, file.id, file.cipher_size)
    assert both[1].create_upload(manifest, file.id, file.cipher_size) == url
    assert both[0].append(url, 0, data[:100_000]) == both[1].upload_offset(url) == 100_000
    assert both[1].append(url, 100_000, data[100_000:250_000]) == both[0].upload_offset(url) == 250_000
    assert both[0].append(url, 250_000, data[250_000:]) == len(data)
    assert both[1].commit(manifest).manifest_sha256 == manifest.sha256()
    assert len(list((pair[0].folder / "files" / "turns").iterdir())) <= 1  # that of the face checks stays


def test_a_line_that_hangs_at_one_gives_way_to_the_other(pair, both, device, case_id):
    manifest = opened(both[0], device, case_id, os.urandom(200_000))
    file = manifest.files[0]
    data = device.path(case_id, file).read_bytes()
    url = both[0].create_upload(manifest, file.id, file.cipher_size)
    signed = requests.Request("PATCH", pair[0].address + url, data=data, auth=both[0]._auth.signer(lambda: server_time(pair[0])),
                              headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}).prepare()
    host, _, port = pair[0].address.removeprefix("http://").rpartition(":")
    head = f"PATCH {url} HTTP/1.1\r\nHost: x\r\n" + "".join(f"{name}: {value}\r\n" for name, value in signed.headers.items())
    with socket.create_connection((host, int(port))) as hanging:
        hanging.sendall(head.encode() + b"\r\n" + data[:70_000])
        turn = CaseFiles(pair[0].folder / "files").turns.at(url.rpartition("/")[2])
        until(lambda: not turn.take() or turn.give_back())  # the first has begun to listen
        assert both[1].upload_offset(url) == 70_000
        assert both[1].append(url, 70_000, data[70_000:]) == len(data)
    assert both[0].commit(manifest) == both[1].receipt(manifest)


def server_time(gateway):
    return int(requests.get(gateway.address + "/v1/time", timeout=60).headers[wire.SERVER_TIME])


def test_a_device_revoked_at_one_stops_at_the_other_at_once(pair, database, tmp_path):
    code = "BBBBB-" + secrets.token_hex(8)
    with database.write() as session:
        add_code(session, code, "x", timedelta(hours=1))
    device = enrolled(pair[0], tmp_path, code)
    with closing(device.client(pair[0])) as first, closing(device.client(pair[1])) as second:
        manifest = opened(first, device, "case-" + secrets.token_hex(8), b"x")
        uploaded(second, device, manifest)
        assert revoke(database, device.enrolment.device_id)
        for act in (lambda: second.changes(0), lambda: second.commit(manifest), lambda: first.commit(manifest)):
            assert code_of(act) == "bank.device_revoked"


def test_a_request_is_good_once_wherever_it_comes(pair, both):
    signed = requests.Request("GET", pair[0].address + "/v1/cases?cursor=0",
                              auth=both[0]._auth.signer(lambda: server_time(pair[0]))).prepare()
    got = [requests.get(gateway.address + "/v1/cases?cursor=0", headers=signed.headers, timeout=60) for gateway in (*pair, *pair)]
    assert [answer.status_code for answer in got] == [200, 425, 425, 425]
    assert {answer.headers["X-Condition"] for answer in got[1:]} == {"device.replayed"}


def test_failures_and_tries_are_counted_together(pair, database):
    wrong = [answers(pair[n % 2], "/v1/staff/sign-in", {"staff_id": "99001", "password": "猜的"}).status_code for n in range(6)]
    assert wrong == [401] * 5 + [429]
    tries = [answers(pair[n % 2], "/v1/devices/enrol", {
        "code": "no-such-code", "device_name": "x", "signing_public_key": "0" * 64, "csr_pem": "x",
        "proof": "0" * 128}).status_code for n in range(60)]
    assert tries.count(429) >= 20  # twenty a minute, should a minute just have begun: forty
    assert count(database, "SELECT count(*) FROM tries WHERE peer LIKE '%127.0.0.1%'") == 0


def test_a_long_commit_answers_202_and_is_not_done_twice(pair, both, device, case_id):
    manifest = opened(both[0], device, case_id, os.urandom(100_000))
    uploaded(both[0], device, manifest)
    asked = [client._signed("POST", f"/v1/cases/{case_id}/revisions/1/commit", accept=(200, 202), headers={"Prefer": "wait=0"})
             for client in (*both, *both)]
    assert asked[0].status == 202
    assert asked[0].headers["Retry-After"].isdigit()
    bodies = {client._signed("POST", f"/v1/cases/{case_id}/revisions/1/commit").body for client in both}
    bodies |= {client._signed("GET", f"/v1/cases/{case_id}/revisions/1/receipt").body for client in both}
    assert len(bodies) == 1


def test_what_the_office_prunes_is_counted_and_told(pair, both, device, database, case_id):
    manifest = opened(both[0], device, case_id, b"never committed")
    uploaded(both[0], device, manifest)
    both[0].challenge(case_id)
    files = CaseFiles(pair[0].folder / "files")
    later = datetime.now(UTC) + timedelta(days=400)
    done = prune(database, files, later, audit_days=365, challenge_days=365, upload_days=30)
    assert (done["challenges"] >= 1, done["uploads"] >= 1, done["audit"] >= 3) == (True, True, True)
    assert not list((pair[0].folder / "files" / "incoming").iterdir())
    assert code_of(lambda: both[1].commit(manifest)) == "bank.files_wanted"
    assert count(database, "SELECT count(*) FROM audit") == 1
    uploaded(both[1], device, manifest)
    assert both[1].commit(manifest).case_id == case_id
