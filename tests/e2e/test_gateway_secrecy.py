"""Nothing of another's can be read or guessed, and every reading is in the audit: all of the interface, by a table."""

import secrets
import time
from contextlib import closing

import pytest
import requests
from sqlalchemy import text

from gateway.app import build
from gateway.bank import Bank
from gateway.database import Database, now
from gateway.files import CaseFiles
from gateway.keys import load_or_make
from tests.gateway_process import COLLEAGUE, MANAGER, REVIEWER, enrolled, running_gateway

CASE, UNKNOWN = "case-known", "case-unknown"
PATCHED = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}

# What a manager at a device may ask about a case or an upload: method, path, headers, body.
DEVICES = {
    ("POST", "/v1/cases/{case_id}/challenges"): {},
    ("POST", "/v1/cases/{case_id}/withdrawals"): {"json": {"purpose": "face_transfer", "withdrawn_at": "2026-11-24T02:10:00Z"}},
    ("GET", "/v1/cases/{case_id}/revisions/{number}"): {},
    ("POST", "/v1/cases/{case_id}/revisions/{number}/commit"): {},
    ("GET", "/v1/cases/{case_id}/revisions/{number}/receipt"): {},
    ("HEAD", "/v1/uploads/{upload_id}"): {"headers": {"Tus-Resumable": "1.0.0"}},
    ("DELETE", "/v1/uploads/{upload_id}"): {"headers": {"Tus-Resumable": "1.0.0"}},
    ("PATCH", "/v1/uploads/{upload_id}"): {"headers": PATCHED, "data": b"x"},
    ("POST", "/v1/uploads/{upload_id}"): {"headers": PATCHED | {"X-HTTP-Method-Override": "PATCH"}, "data": b"x"},
}
# Opening a revision must tell a taken number from a free one; case numbers are random.
OPENS = ("POST", "/v1/cases/{case_id}/revisions/{number}")
REVIEWERS = {
    ("GET", "/v1/review/cases/{case_id}"): {},
    ("GET", "/v1/review/cases/{case_id}/face-checks"): {},
    ("GET", "/v1/review/cases/{case_id}/withdrawals"): {},
    ("GET", "/v1/review/cases/{case_id}/files/{file_id}"): {},
    ("POST", "/v1/review/cases/{case_id}/status"): {"json": {"status": "in_review"}},
    ("POST", "/v1/review/cases/{case_id}/supplement"): {"json": {"papers": ["income_proof"]}},
    ("GET", "/review/cases/{case_id}"): {},
    ("GET", "/review/cases/{case_id}/recording"): {},
    ("GET", "/review/cases/{case_id}/files/{file_id}"): {},
}
READS = {  # what a reading leaves in the audit
    "/v1/cases/{case_id}/revisions/{number}": "intake.read", "/v1/cases/{case_id}/revisions/{number}/receipt": "receipt.read",
    "/v1/review/cases/{case_id}": "review.case", "/v1/review/cases/{case_id}/face-checks": "review.face_checks",
    "/v1/review/cases/{case_id}/withdrawals": "review.withdrawals",
    "/v1/review/cases/{case_id}/files/{file_id}": "review.file", "/review/cases/{case_id}": "review.case",
    "/review/cases/{case_id}/recording": "review.recording", "/review/cases/{case_id}/files/{file_id}": "review.file"}


class World:
    """A received case of MANAGER, another on its way, a second device, and everybody who may ask."""

    def __init__(self, gateway, folder):
        self.gateway = gateway
        device, other = enrolled(gateway, folder / "a"), enrolled(gateway, folder / "b", gateway.office("code")["code"])
        self.clients = {"manager": device.client(gateway), "colleague": device.client(gateway, COLLEAGUE),
                        "colleague elsewhere": other.client(gateway, COLLEAGUE), "nobody": other.client(gateway, "")}
        mine = self.clients["manager"]
        file = device.file(CASE, b"a page")
        self.manifest = device.manifest(CASE, file)
        device.send(mine, self.manifest)
        going = device.manifest("case-going", device.file("case-going", b"another"))
        mine.open_revision(going, device.sign(going))
        self.upload = mine.create_upload(going, going.files[0].id, going.files[0].cipher_size).rpartition("/")[2]
        token = requests.post(gateway.address + "/v1/staff/sign-in", timeout=60, json={
            "staff_id": REVIEWER, "password": gateway.passwords[REVIEWER]}).json()["token"]
        self.tokens = {"reviewer": token, "manager's token": mine.staff.token, "stranger": "x"}

    def path(self, template, known):
        return template.format(case_id=CASE if known else UNKNOWN, number=1, file_id=self.manifest.files[0].id,
                               upload_id=self.upload if known else secrets.token_hex(16))

    def ask(self, who, method, template, known, **request):
        """Status, headers that could tell, and body of the answer."""
        url, request = self.gateway.address + self.path(template, known), {"timeout": 60, **request}
        if who in self.clients:
            client = self.clients[who]
            answer = requests.request(method, url, auth=client._auth.signer(time.time), **request)
        else:
            headers = {"Authorization": f"Bearer {self.tokens[who]}", "Cookie": f"review={self.tokens[who]}"}
            answer = requests.request(method, url, headers=headers | request.pop("headers", {}), **request)
        told = {name: value for name, value in answer.headers.items() if name.lower() not in ("date", "x-server-time")}
        return answer.status_code, told, answer.content


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        world = World(gateway, tmp_path_factory.mktemp("devices"))
        yield world
        for client in world.clients.values():
            client.close()


def test_the_table_holds_every_request_about_a_case_or_an_upload(tmp_path):
    with closing(Database(f"sqlite:///{tmp_path / 'g.db'}")) as database:
        app = build(Bank(database, CaseFiles(tmp_path), load_or_make(tmp_path / "keys", now()), "dealers = []\n"))
        paths = app.openapi()["paths"]
    described = {(method.upper(), path) for path in paths if "{" in path for method in paths[path]}
    assert described == {key for key in (*DEVICES, *REVIEWERS, OPENS) if key[1].startswith("/v1/")}


@pytest.mark.parametrize("who", ["colleague", "colleague elsewhere", "nobody"])
@pytest.mark.parametrize(("method", "template"), DEVICES)
def test_anothers_case_is_answered_like_one_that_does_not_exist(world, who, method, template):
    request = DEVICES[method, template]
    known, unknown = (world.ask(who, method, template, each, **request) for each in (True, False))
    if template.endswith("/challenges") and who != "nobody":  # a nonce, which nobody else can use; see docs/gateway.md
        assert (known[0], unknown[0]) == (201, 201)
        return
    assert known == unknown
    assert known[0] in (401, 404, 410)


@pytest.mark.parametrize("who", ["manager's token", "stranger", "colleague"])
@pytest.mark.parametrize(("method", "template"), REVIEWERS)
def test_reviewers_pages_tell_others_nothing(world, who, method, template):
    request = REVIEWERS[method, template]
    known, unknown = (world.ask(who, method, template, each, **request) for each in (True, False))
    assert known == unknown
    assert known[0] in (401, 403)


@pytest.mark.parametrize(("method", "template"), [*DEVICES, OPENS])
def test_a_reviewer_without_a_device_is_no_manager(world, method, template):
    request = DEVICES.get((method, template), {"json": {}})
    known, unknown = (world.ask("reviewer", method, template, each, **request) for each in (True, False))
    assert known == unknown
    assert known[0] == 401


def test_lists_hold_ones_own_only(world):
    for who in ("colleague", "colleague elsewhere"):
        assert world.clients[who].changes(0).changes == ()
    assert {change.case_id for change in world.clients["manager"].changes(0).changes} == {CASE}


@pytest.mark.parametrize("template", READS)
def test_every_reading_is_in_the_audit(world, template):
    who, name = ("manager", MANAGER) if template.startswith("/v1/cases") else ("reviewer", REVIEWER)
    counted = text("SELECT count(*) FROM audit WHERE who = :who AND action = :action AND case_id = :case")
    with closing(Database(world.gateway.places[1])) as database, database.engine.connect() as connection:
        values = {"who": name, "action": READS[template], "case": CASE}
        before = connection.execute(counted, values).scalar_one()
        connection.rollback()
        status, _, _ = world.ask(who, "GET", template, True)
        assert status == 200
        assert connection.execute(counted, values).scalar_one() == before + 1


def test_lists_are_in_the_audit_too(world):
    for path in ("/v1/review/cases", "/review"):
        assert world.ask("reviewer", "GET", path, True)[0] == 200
    with closing(Database(world.gateway.places[1])) as database, database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit WHERE action = 'review.listed'")).scalar_one() == 2
