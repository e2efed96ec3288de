"""From the outbox to the receipt against a real gateway process, with every kind of trouble in between."""

import os
import secrets
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from app.domain.condition import Condition
from app.store.put_back import PutBackNote
from app.store.settings import Settings
from app.sync import rescue, tus
from app.sync.client import BankClient, UploadGone
from app.sync.feeds import PolicyFeed, StatusFeed
from app.sync.loop import SyncLoop
from app.sync.outbox import Outbox
from app.sync.uploader import Uploader
from app.sync.withdrawals import Withdrawal
from gateway.conditions import PRACTICE
from tests.buffering_proxy import buffering
from tests.face_case import FaceCase
from tests.fault_proxy import Fault, FaultProxy
from tests.gateway_process import COLLEAGUE, REVIEWER, enrolled, open_store, running_gateway
from tests.waiting import until


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def device(gateway, tmp_path_factory):
    return enrolled(gateway, tmp_path_factory.mktemp("device"))


@pytest.fixture
def case_id():
    return "case-" + secrets.token_hex(8)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "数据") as database:
        yield database


class Desk:
    """A client, an outbox and an uploader over real parts; ``receipts`` is what was handed on."""

    def __init__(self, device, gateway, store, address="", **options):
        self.device, self.receipts = device, []
        self.client = device.client(gateway, address=address, **options)
        self.outbox = Outbox(store)
        self.uploader = Uploader(self.client, self.outbox, device.path, self.receipts.append)

    def seal(self, case_id, *datas, **changed):
        files = [self.device.file(case_id, data) for data in datas]
        manifest = self.device.manifest(case_id, *files, **changed)
        self.outbox.enqueue(manifest, self.device.sign(manifest))
        return manifest

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()


@pytest.fixture
def desk(device, gateway, store):
    with Desk(device, gateway, store) as desk:
        yield desk


def rows(gateway, sql, *values):
    with closing(sqlite3.connect(gateway.folder / "gateway.db")) as database:
        return database.execute(sql, values).fetchall()


def test_a_case_goes_from_queued_to_receipted_and_the_bank_holds_what_was_captured(desk, gateway, case_id):
    plain = [os.urandom(900_000), b"a page", os.urandom(64)]
    manifest = desk.seal(case_id, *plain)
    shares = []
    result = desk.uploader.run_once(lambda entry, share: shares.append(share))
    assert (result.receipted, result.waiting, result.trouble) == (1, 0, None)
    entry = desk.outbox.entry(case_id, 1)
    assert entry.state == "receipted"
    assert entry.receipt == desk.receipts[0]
    assert desk.receipts[0].manifest_sha256 == manifest.sha256()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    stored = gateway.folder / "files" / "cases" / case_id
    assert {path.name for path in stored.iterdir()} == {f"{file.cipher_sha256}.age" for file in manifest.files}
    assert not list((gateway.folder / "files" / "incoming").iterdir())
    token = review_token(gateway)
    for file, data in zip(manifest.files, plain, strict=True):
        answer = requests.get(f"{gateway.address}/v1/review/cases/{case_id}/files/{file.id}",
                              headers={"Authorization": f"Bearer {token}"}, timeout=60)
        assert answer.content == data


def review_token(gateway):
    return requests.post(gateway.address + "/v1/staff/sign-in", timeout=60, json={
        "staff_id": REVIEWER, "password": gateway.passwords[REVIEWER]}).json()["token"]


def test_a_repeated_commit_gives_the_identical_receipt_and_one_row(desk, gateway, case_id):
    manifest = desk.seal(case_id, b"one file")
    desk.uploader.run_once()
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: desk.client.commit(manifest), range(16)))
    assert set(receipts) == {desk.receipts[0]}
    assert desk.client.receipt(manifest) == desk.receipts[0]
    assert desk.client.open_revision(manifest, desk.device.sign(manifest)).state == "receipted"
    received = "SELECT count(*) FROM audit WHERE action = 'intake.received' AND case_id = ?"
    assert rows(gateway, received, case_id) == [(1,)]


def test_an_old_disk_put_back_asks_the_bank_first_and_sends_nothing_again(desk, device, gateway, case_id, tmp_path, monkeypatch):
    """The image of the disk is of before the case was sent: here it waits, at the bank it lies."""
    manifest = desk.seal(case_id, os.urandom(50_000), b"a page")
    desk.uploader.run_once()
    with open_store(tmp_path / "older") as store, Desk(device, gateway, store) as restored:
        restored.outbox.enqueue(manifest, device.sign(manifest))
        monkeypatch.setattr(restored.client, "create_upload", lambda *_args: pytest.fail("a file is sent again"))
        assert restored.uploader.run_once().receipted == 1
        assert restored.outbox.entry(case_id, 1).state == "receipted"
        assert PutBackNote(Settings(store)).unread().cases == 1
    assert restored.receipts == desk.receipts
    assert rows(gateway, "SELECT count(*) FROM audit WHERE action = 'intake.received' AND case_id = ?", case_id) == [(1,)]


def test_many_commits_at_once_make_one_receipt(desk, device, gateway, case_id):
    file = device.file(case_id, os.urandom(3_000_000))
    manifest = device.manifest(case_id, file)
    desk.client.open_revision(manifest, device.sign(manifest))
    url = desk.client.create_upload(manifest, file.id, file.cipher_size)
    desk.client.append(url, 0, device.path(case_id, file).read_bytes())
    with ThreadPoolExecutor(12) as pool:
        receipts = set(pool.map(lambda _: desk.client.commit(manifest), range(24)))
    assert len(receipts) == 1
    assert rows(gateway, "SELECT count(*) FROM change WHERE case_id = ?", case_id) == [(1,)]


def test_a_cut_line_resumes_at_the_banks_byte(device, gateway, store, case_id, monkeypatch):
    monkeypatch.setattr(tus, "CHUNK_MAX", 512 << 10)
    size = 4_000_000
    with FaultProxy(gateway.address) as proxy, Desk(device, gateway, store, proxy.address) as desk:
        proxy.coming = [Fault(cut_up=k) for k in (700_000, 300_001, 900_000, 5)]
        desk.client.close()  # the cuts are for coming connections
        manifest = desk.seal(case_id, os.urandom(size))
        result = desk.uploader.run_once()
    assert result.receipted == 1, result
    assert proxy.connections >= 4
    cuts = proxy.connections - 1
    assert proxy.sent_up <= manifest.files[0].cipher_size + cuts * (512 << 10) + 60_000
    assert desk.outbox.entry(case_id, 1).state == "receipted"


def test_bytes_of_a_cut_chunk_are_not_sent_again(device, gateway, case_id):
    file = device.file(case_id, os.urandom(3_000_000))
    data, manifest = device.path(case_id, file).read_bytes(), device.manifest(case_id, file)
    with FaultProxy(gateway.address) as proxy:
        client = device.client(gateway, address=proxy.address)
        client.open_revision(manifest, device.sign(manifest))
        url = client.create_upload(manifest, file.id, file.cipher_size)
        client.close()
        proxy.coming = [Fault(cut_up=1_500_000)]
        with pytest.raises(Condition) as cut:
            client.append(url, 0, data)
        assert cut.value.code == "bank.unreachable"
        arriving = gateway.folder / "files" / "incoming" / (url.rpartition("/")[2] + ".part")
        until(arriving.exists)  # a question that overtakes the cut chunk is answered with the offset before it
        offset = client.upload_offset(url)
        assert 1_300_000 < offset < 1_500_000
        assert client.append(url, offset, data[offset:]) == file.cipher_size
        assert client.commit(manifest).manifest_sha256 == manifest.sha256()
        client.close()


def test_a_killed_gateway_goes_on_where_its_disk_was(tmp_path, store, case_id):
    with running_gateway(tmp_path / "own") as gateway:
        device = enrolled(gateway, tmp_path / "device")
        file = device.file(case_id, os.urandom(2_000_000))
        data, manifest = device.path(case_id, file).read_bytes(), device.manifest(case_id, file)
        client = device.client(gateway)
        client.open_revision(manifest, device.sign(manifest))
        url = client.create_upload(manifest, file.id, file.cipher_size)
        client.append(url, 0, data[:1_000_000])
        gateway.kill()
        with pytest.raises(Condition) as away:
            client.upload_offset(url)
        assert away.value.code == "bank.unreachable"
        client.close()
        gateway.start()
        with Desk(device, gateway, store) as desk:
            assert desk.client.upload_offset(url) == 1_000_000
            desk.outbox.enqueue(manifest, device.sign(manifest))
            assert desk.uploader.run_once().receipted == 1


def test_a_flipped_byte_on_the_way_is_sent_again(device, gateway, case_id):
    file = device.file(case_id, os.urandom(500_000))
    data, manifest = device.path(case_id, file).read_bytes(), device.manifest(case_id, file)
    with FaultProxy(gateway.address) as proxy:
        client = device.client(gateway, address=proxy.address)
        client.open_revision(manifest, device.sign(manifest))
        url = client.create_upload(manifest, file.id, file.cipher_size)
        client.close()
        proxy.coming = [Fault(flip_up=300_000)]
        with pytest.raises(tus.ChunkDamaged):
            client.append(url, 0, data)
        assert client.upload_offset(url) == 0
        assert client.append(url, 0, data) == len(data)
        client.close()


def test_bytes_changed_before_a_cut_make_the_file_begin_anew(device, gateway, store, case_id):
    """What a cut chunk left is kept unchecked: a wrong byte in it shows at the next one, and no repeating cures it."""
    with FaultProxy(gateway.address) as proxy, Desk(device, gateway, store, proxy.address) as desk:
        desk.client.close()
        proxy.coming = [Fault(flip_up=100_000, cut_up=300_000)]
        desk.seal(case_id, os.urandom(700_000))
        assert desk.uploader.run_once().receipted == 1
        assert proxy.torn == 1
        assert proxy.sent_up > 700_000 + 300_000


def test_a_file_that_is_not_what_the_manifest_says_is_dropped_at_the_commit(desk, device, gateway, case_id):
    file = device.file(case_id, os.urandom(5_000))
    manifest = device.manifest(case_id, file)
    desk.client.open_revision(manifest, device.sign(manifest))
    url = desk.client.create_upload(manifest, file.id, file.cipher_size)
    wrong = bytearray(device.path(case_id, file).read_bytes())
    wrong[2_000] ^= 1
    desk.client.append(url, 0, bytes(wrong))
    with pytest.raises(Condition) as refused:
        desk.client.commit(manifest)
    assert refused.value.code == "bank.files_wanted"
    assert desk.client.open_revision(manifest, device.sign(manifest)).missing == (file.id,)
    with pytest.raises(UploadGone):
        desk.client.upload_offset(url)
    desk.outbox.enqueue(manifest, device.sign(manifest))
    assert desk.uploader.run_once().receipted == 1


def test_a_file_damaged_here_blocks_its_case_only(desk, device, case_id):
    poisoned = desk.seal(case_id, os.urandom(4_000))
    path = device.path(case_id, poisoned.files[0])
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    desk.seal(case_id + "-b", b"sound")
    result = desk.uploader.run_once()
    assert (result.receipted, result.stopped, result.waiting) == (1, 1, 0)
    entry = desk.outbox.entry(case_id, 1)
    assert (entry.state, entry.last_code) == ("blocked", "sync.file_damaged")
    assert desk.outbox.entry(case_id + "-b", 1).state == "receipted"
    assert desk.uploader.run_once().receipted == 0


def test_papers_go_before_any_recording_and_a_new_case_waits_for_none(desk, device, case_id, monkeypatch):
    monkeypatch.setattr("app.sync.uploader.LOOK_S", 0.0)
    monkeypatch.setattr(tus, "CHUNK_MAX", 64 << 10)
    desk.uploader._pace.chunk = 64 << 10
    order, late = [], []
    for name in ("-a", "-b"):
        recording = device.file(case_id + name, os.urandom(300_000), "interview", "video/webm")
        files = [recording, device.file(case_id + name, b"page")]
        manifest = device.manifest(case_id + name, *files)
        desk.outbox.enqueue(manifest, device.sign(manifest))

    def went(entry, share):
        order.append((entry.case_id.rpartition("-")[2], share))
        if share > 0.3 and not late:
            late.append(desk.seal(case_id + "-late", b"sealed while a recording is on its way"))

    assert desk.uploader.run_once(went).receipted == 3
    first_of_video = next(at for at, (_, share) in enumerate(order) if share > 0.1)
    assert {name for name, _ in order[:first_of_video]} == {"a", "b"}
    assert [name for name, share in order if share == 1.0] == ["late", "a", "b"]


def test_another_manifest_for_the_same_revision_is_refused_for_good(desk, device, case_id):
    first = desk.seal(case_id, b"the true one")
    desk.uploader.run_once()
    other = device.manifest(case_id, *first.files, operation_score=12.0)
    with pytest.raises(Condition) as conflict:
        desk.client.open_revision(other, device.sign(other))
    assert conflict.value.code == "bank.conflict"
    assert desk.client.receipt(first) == desk.receipts[0]


def test_a_second_revision_sends_only_what_is_new(desk, device, case_id):
    first = desk.seal(case_id, os.urandom(200_000))
    desk.uploader.run_once()
    added = device.file(case_id, b"supplement")
    second = device.manifest(case_id, *first.files, added, revision=2, previous_manifest=first.sha256())
    assert desk.client.open_revision(second, device.sign(second)).missing == (added.id,)
    early = device.manifest(case_id, added, revision=4, previous_manifest=second.sha256())
    with pytest.raises(Condition) as gap:
        desk.client.open_revision(early, device.sign(early))
    assert gap.value.code == "bank.previous_first"
    desk.outbox.enqueue(second, device.sign(second))
    assert desk.uploader.run_once().receipted == 1
    assert len({receipt.receipt_id for receipt in desk.receipts}) == 2


@pytest.mark.parametrize(("changed", "server_code"), [
    ({"policy_sha256": "a" * 64}, "bank.rejected"),
    ({"device_id": "dev-other"}, "bank.rejected"),
    ({"device_certificate_sha256": "a" * 64}, "bank.rejected"),
    ({"staff_id": COLLEAGUE}, "bank.not_yours"),
    ({"previous_manifest": "a" * 64}, "bank.previous_first"),
    ({"files": ()}, "bank.rejected"),
])
def test_a_manifest_that_does_not_fit_is_refused(desk, device, case_id, changed, server_code):
    manifest = device.manifest(case_id, device.file(case_id, b"x"))
    manifest = manifest.model_copy(update=changed)
    with pytest.raises(Condition) as refused:
        desk.client.open_revision(manifest, device.sign(manifest))
    assert refused.value.code == server_code


def test_a_manifest_signed_by_another_key_is_refused(desk, device, case_id):
    manifest = device.manifest(case_id, device.file(case_id, b"x"))
    with pytest.raises(Condition) as refused:
        desk.client.open_revision(manifest, device.sign(manifest.model_copy(update={"operation_score": 1.0})))
    assert refused.value.code == "bank.rejected"


class Practised(FaceCase):
    """A case for practice under a number that does not say so."""

    def happened(self, portrait, live):
        opened, *rest = super().happened(portrait, live)
        return [opened.model_copy(update={"practice": True}), *rest]


def test_a_forged_case_of_practice_is_refused_at_the_banks_door(desk, device, gateway, case_id):
    """By its number before any file is sent, by its journal before there is a receipt."""
    numbered = device.manifest(case_id, device.file(case_id, b"x"), case_number="练习-20261128-0001")
    hidden = Practised(device, case_id + "b").sealed()
    for manifest in numbered, hidden:
        desk.outbox.enqueue(manifest, device.sign(manifest))
    assert desk.uploader.run_once().receipted == 0
    for entry in (desk.outbox.entry(manifest.case_id, 1) for manifest in (numbered, hidden)):
        assert (entry.state, PRACTICE.zh in entry.reason) == ("rejected", True)
    path = f"/v1/cases/{hidden.case_id}/revisions/1"
    assert desk.client._signed("POST", path + "/commit", accept=(422,)).headers["X-Condition"] == "intake.practice"
    assert desk.client._signed("GET", path + "/receipt", accept=(404,)).headers["X-Condition"] == "intake.no_receipt"
    assert not rows(gateway, "SELECT 1 FROM revision WHERE case_id = ?", case_id)


def test_more_bytes_than_the_manifest_declares_are_refused(desk, device, gateway, case_id):
    file = device.file(case_id, b"small")
    manifest = device.manifest(case_id, file)
    desk.client.open_revision(manifest, device.sign(manifest))
    with pytest.raises(Condition) as large:
        desk.client.create_upload(manifest, file.id, file.cipher_size + 1)
    assert large.value.code == "bank.rejected"
    url = desk.client.create_upload(manifest, file.id, file.cipher_size)
    with pytest.raises(Condition):
        desk.client.append(url, 0, b"x" * (file.cipher_size + 1))
    assert desk.client.upload_offset(url) == 0


def test_a_commit_before_the_files_names_what_is_missing(desk, device, case_id):
    manifest = device.manifest(case_id, device.file(case_id, b"x"))
    desk.client.open_revision(manifest, device.sign(manifest))
    with pytest.raises(Condition) as early:
        desk.client.commit(manifest)
    assert early.value.code == "bank.files_wanted"


@pytest.mark.parametrize("odd", ["..%2f..%2fetc", "%2e%2e", "a%00b", "a" * 81, "ä"])
def test_odd_case_ids_never_reach_the_disk(desk, gateway, odd):
    before = sorted(gateway.folder.rglob("*"))
    with pytest.raises(Condition):
        desk.client._signed("GET", f"/v1/cases/{odd}/revisions/1")
    assert sorted(gateway.folder.rglob("*")) == before


def test_a_reserved_name_is_a_safe_folder(desk, gateway):
    desk.seal("CON", b"x")
    assert desk.uploader.run_once().receipted == 1
    names = {path.name for path in (gateway.folder / "files" / "cases").iterdir()}
    assert "CON" not in names


def test_managers_see_their_own_cases_only(desk, device, gateway, case_id):
    manifest = desk.seal(case_id, b"mine")
    file = manifest.files[0]
    desk.client.open_revision(manifest, device.sign(manifest))
    url = desk.client.create_upload(manifest, file.id, file.cipher_size)
    other = device.client(gateway, COLLEAGUE)
    with pytest.raises(UploadGone):
        other.upload_offset(url)
    for path in (f"/v1/cases/{case_id}/revisions/1", f"/v1/cases/{case_id}/revisions/1/receipt"):
        with pytest.raises(Condition) as unseen:
            other._signed("GET", path)
        assert unseen.value.code == "bank.rejected"
    theirs = manifest.model_copy(update={"staff_id": COLLEAGUE, "operation_score": 1.0})
    with pytest.raises(Condition) as taken:
        other.open_revision(theirs, device.sign(theirs))
    assert taken.value.code == "bank.not_yours"
    assert other.changes(0).changes == ()
    other.close()


def test_cases_wait_for_their_own_manager(device, gateway, store, case_id):
    with Desk(device, gateway, store) as desk:
        desk.seal(case_id, b"x")
        desk.client.sign_in(COLLEAGUE, gateway.passwords[COLLEAGUE])
        assert (result := desk.uploader.run_once()).receipted == 0
        assert (result.waiting, desk.outbox.waiting("10482")) == (0, 1)
        desk.client._session = None
        assert desk.uploader.run_once().trouble.code == "bank.sign_in_needed"
        desk.client.sign_in("10482", gateway.passwords["10482"])
        assert desk.uploader.run_once().receipted == 1


def test_an_ended_sign_in_keeps_the_offset(device, gateway, store, case_id):
    with Desk(device, gateway, store) as desk:
        manifest = desk.seal(case_id, os.urandom(100_000))
        signed_in = desk.client.staff
        desk.client.sign_out()
        desk.client._session = signed_in
        result = desk.uploader.run_once()
        assert result.trouble.code == "bank.sign_in_needed"
        assert desk.outbox.entry(case_id, 1).state == "queued"
        desk.client.sign_in("10482", gateway.passwords["10482"])
        assert desk.uploader.run_once().receipted == 1
        assert desk.receipts[0].manifest_sha256 == manifest.sha256()


def test_a_device_clock_ten_years_off_still_sends(device, gateway, monkeypatch):
    true_time = time.time
    monkeypatch.setattr("app.sync.transport.time.time", lambda: true_time() - 10 * 365 * 86400)
    client = device.client(gateway)
    assert client.changes(0).cursor >= 0
    assert client.transport.skew_s == pytest.approx(10 * 365 * 86400, abs=5)
    client.close()


def test_a_consent_taken_back_reaches_the_reviewer_once_and_only_of_ones_own_case(desk, gateway, case_id):
    desk.seal(case_id, b"a page")
    taken_back = Withdrawal(case_id=case_id, purpose="face_transfer", withdrawn_at=datetime(2026, 11, 24, 2, 10, tzinfo=UTC))
    desk.outbox.withdrawals.add(taken_back)
    for _turn in range(2):
        assert desk.uploader.run_once().trouble is None
    desk.client.withdraw(taken_back)
    assert desk.outbox.withdrawals.due("10482") == ()
    answer = requests.get(f"{gateway.address}/v1/review/cases/{case_id}/withdrawals",
                          headers={"Authorization": f"Bearer {review_token(gateway)}"}, timeout=60).json()
    assert answer["withdrawals"] == [{"purpose": "face_transfer", "withdrawn_at": "2026-11-24T02:10:00Z"}]
    with pytest.raises(Condition) as refused:
        desk.client.withdraw(taken_back.model_copy(update={"case_id": "no-such-case"}))
    assert refused.value.code == "bank.rejected"


def test_status_and_supplement_come_back_once_and_in_order(desk, gateway, case_id):
    desk.seal(case_id, b"x")
    start = desk.client.changes(0).cursor
    desk.uploader.run_once()
    headers = {"Authorization": f"Bearer {review_token(gateway)}"}
    at = f"{gateway.address}/v1/review/cases/{case_id}"
    assert requests.post(at + "/status", json={"status": "in_review"}, headers=headers, timeout=60).status_code == 204
    asked = requests.post(at + "/supplement", headers=headers, timeout=60, json={
        "papers": ["income_proof"], "note": "缺公章", "due": "2027-01-04T09:00:00Z"}).json()
    answer = StatusFeed(desk.client).fetch(start)
    facts = [change.fact for change in answer.changes]
    assert [getattr(fact, "status", fact.kind) for fact in facts] == [
        "received", "in_review", "returned", "supplement_requested"]
    last = facts[-1]
    assert (last.request_id, last.papers, last.note) == (asked["request_id"], ("income_proof",), "缺公章")
    assert desk.client.changes(answer.cursor).changes == ()
    reads = rows(gateway, "SELECT count(*) FROM audit WHERE action = 'case.status_read' AND case_id = ?", case_id)
    assert reads == [(1,)]
    manager = {"Authorization": f"Bearer {desk.client.staff.token}"}
    assert requests.post(at + "/status", json={"status": "approved"}, headers=manager, timeout=60).status_code == 403


def test_the_loop_sends_fetches_and_stops_quickly(device, gateway, store, case_id):
    events, changed, cursor = [], threading.Event(), [0]

    def hear(event):
        events.append(event)
        if event.kind == "changes":
            cursor[0] = event.cursor
            if any(change.case_id == case_id for change in event.changes):
                changed.set()

    with Desk(device, gateway, store) as desk:
        loop = SyncLoop(desk.uploader, PolicyFeed(desk.client), StatusFeed(desk.client), lambda: cursor[0], hear)
        loop.start()
        desk.seal(case_id, b"x")
        loop.poke()
        assert changed.wait(60)
        loop.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "sync"]
    kinds = {event.kind for event in events}
    assert {"progress", "sent", "policy", "changes", "online"} <= kinds
    assert loop.last_contact is not None


def test_only_what_a_person_lets_go_is_sent(desk, device, gateway, case_id):
    page, film = device.file(case_id, b"page"), device.file(case_id, os.urandom(50_000), "interview", "video/webm")
    manifest = device.manifest(case_id, film, page)
    desk.outbox.enqueue(manifest, device.sign(manifest))
    sent = []
    for what, code in (("nothing", "sync.held"), ("papers", "sync.recordings_wait"), ("all", None)):
        desk.outbox.choices.choose(case_id, what)
        desk.outbox.release_held(case_id)
        assert desk.uploader.run_once().trouble is None
        assert desk.outbox.entry(case_id, 1).last_code == code
        sent.append({name for name, part in desk.outbox.parts(desk.outbox.entry(case_id, 1)).items() if part.done})
    assert sent == [set(), {page.id}, {page.id, film.id}]
    assert desk.outbox.entry(case_id, 1).state == "receipted"


@pytest.mark.parametrize("fault", [
    Fault(lose_answer_to=b"/commit"), Fault(lose_answer_to=b"POST /v1/uploads "), Fault(lose_answer_to=b"/revisions/1 "),
    Fault(lose_answer_to=b"PATCH /v1/uploads/"), Fault(repeat_answers=True), Fault(cut_down=700), Fault(flip_down=1_500),
    Fault(cut_up=4_000, reset=True), Fault(stall_up=30_000), Fault(stall_down=800), Fault(delay_s=0.02, rate=500_000)],
    ids=lambda fault: ",".join(f"{name}={value}" for name, value in vars(fault).items() if value))
def test_whatever_happens_to_a_line_the_bank_has_it_once_and_says_the_same(device, gateway, store, case_id, fault):
    with FaultProxy(gateway.address) as proxy, Desk(device, gateway, store, proxy.address) as desk:
        desk.client.close()
        if fault.stall_up or fault.stall_down:
            desk.client.transport.timeouts = (10.0, 2.0)
        proxy.coming = [fault]
        desk.seal(case_id, os.urandom(60_000), b"page")

        def receipted():
            desk.outbox.release()
            desk.uploader.run_once()
            return desk.outbox.entry(case_id, 1).state == "receipted"

        until(receipted)
        assert desk.receipts[-1] == desk.client.receipt(desk.outbox.entry(case_id, 1).manifest)
    assert rows(gateway, "SELECT count(*) FROM audit WHERE action = 'intake.received' AND case_id = ?", case_id) == [(1,)]
    assert {receipt.receipt_id for receipt in desk.receipts} == {desk.receipts[0].receipt_id}


def test_what_waits_moves_when_the_line_is_back_and_a_dead_line_keeps_nobody_from_quitting(device, gateway, store, case_id):
    events = []
    with FaultProxy(gateway.address) as proxy, Desk(device, gateway, store, proxy.address) as desk:
        proxy.offline()
        desk.client.close()
        loop = SyncLoop(desk.uploader, PolicyFeed(desk.client), StatusFeed(desk.client), lambda: 10**9, events.append)
        desk.seal(case_id, os.urandom(30_000))
        loop.start()
        until(lambda: any(event.kind == "trouble" for event in events))
        entry = desk.outbox.entry(case_id, 1)
        assert (entry.last_code, entry.attempts) == ("bank.unreachable", 0)
        proxy.online()
        until(lambda: desk.outbox.entry(case_id, 1).state == "receipted")
        proxy.usual = Fault(stall_up=10_000)
        proxy.tear()
        desk.seal(case_id + "-b", os.urandom(100_000))
        loop.poke()
        until(lambda: proxy.sent_up > 40_000)
        loop.stop(0.1)
        proxy.usual = Fault()
        proxy.tear()
        loop.start()
        until(lambda: desk.outbox.entry(case_id + "-b", 1).state == "receipted")
        loop.stop()


def test_a_case_can_be_brought_by_hand_and_gets_the_same_receipt(desk, gateway, store, case_id, tmp_path):
    manifest = desk.seal(case_id, os.urandom(300_000), b"page")
    folder = rescue.save(desk.outbox, case_id, desk.device.path, tmp_path)
    with pytest.raises(Condition) as twice:
        rescue.save(desk.outbox, case_id, desk.device.path, tmp_path)
    assert twice.value.code == "rescue.exists"
    kept = next((folder / "files").iterdir())
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + b"\x00")
    assert gateway.office("import-rescue", str(folder))["condition"]["code"] == "intake.file_damaged"
    kept.write_bytes(whole)
    told = gateway.office("import-rescue", str(folder))
    assert (told["case_id"], told["manifest_sha256"]) == (case_id, manifest.sha256())
    assert desk.uploader.run_once().receipted == 1
    assert desk.receipts[0].receipt_id == told["receipt_id"]
    assert PutBackNote(Settings(store)).unread() is None  # the bank has it without the line, and that is known here


class Portal(BaseHTTPRequestHandler):
    answer = (200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>")

    def do_GET(self):
        status, headers, body = self.answer
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_PATCH = do_HEAD = do_GET

    def log_message(self, *_):
        return


@pytest.mark.parametrize(("answer", "code"), [
    ((200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>"), "bank.not_our_server"),
    ((200, {"Content-Type": "application/json"}, b"[]"), "bank.not_our_server"),
    ((200, {"Content-Type": "application/json"}, b'{"case_id": "x"'), "bank.not_our_server"),
    ((404, {"Content-Type": "text/html"}, b"no"), "bank.not_our_server"),
    ((511, {"Content-Type": "text/html"}, b"sign in"), "bank.not_our_server"),
    ((302, {"Location": "http://portal.invalid/"}, b""), "bank.redirected"),
    ((307, {"Location": "/elsewhere"}, b""), "bank.redirected"),
    ((502, {"Content-Type": "text/html"}, b"bad gateway"), "bank.busy"),
    ((503, {"Retry-After": "0"}, b""), "bank.busy"),
])
def test_whoever_else_answers_is_not_the_bank(device, gateway, store, case_id, answer, code):
    with Desk(device, gateway, store) as desk, ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Answering", (Portal,), {"answer": answer})) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        desk.seal(case_id, b"x")
        astray = BankClient(f"http://127.0.0.1:{portal.server_port}", device.enrolment, device.key)
        astray._session = desk.client.staff
        uploader = Uploader(astray, desk.outbox, device.path, desk.receipts.append)
        result = uploader.run_once()
        assert (result.receipted, result.waiting) == (0, 1)
        entry = desk.outbox.entry(case_id, 1)
        assert entry.last_code == code
        assert entry.state == "queued"
        assert entry.next_attempt_at is not None
        for ask in (lambda: astray.upload_offset("/v1/uploads/x"), lambda: astray.append("/v1/uploads/x", 0, b"x")):
            with pytest.raises(Condition) as refused:
                ask()
            assert refused.value.code == code
        astray.close()
        portal.shutdown()


def test_a_network_that_blocks_patch_is_got_round(device, gateway, store, case_id):
    with buffering(gateway.address, blocks_patch=True) as address, Desk(device, gateway, store, address) as desk:
        desk.seal(case_id, os.urandom(10_000))
        assert desk.uploader.run_once().receipted == 1
