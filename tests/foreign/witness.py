"""Foreign programs as witnesses: ``python -m tests.foreign.witness [NAME…]`` (``make witness``) prints what each of them found.

They are published programs that know nothing of this project: npm's tus client and server, the age tool, schemathesis,
bandit, pip-audit. What they need is installed by ``make witness``; a missing one fails.
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import requests
from minio import Minio
from minio.credentials import EnvAWSProvider

from app.domain import wire
from app.domain.condition import Condition
from app.sync.client import BankClient
from app.sync.outbox import Outbox
from app.sync.tus import FileSender, Pace
from gateway.examples import CASE_ID
from tests.fault_proxy import Fault, FaultProxy
from tests.gateway_process import MANAGER, REVIEWER, ROOT, enrolled, open_store, running_gateway, running_gateways
from tests.waiting import until

HERE = Path(__file__).resolve().parent
TOOLS = ROOT / "out" / "witness" / "bin"
SIZE = 5_000_000


def said(*command: object, text: str = "", env: dict[str, str] | None = None, cwd: Path = ROOT) -> str:
    """What a program prints; raises with all of it where the program is not content."""
    done = subprocess.run([str(word) for word in command], input=text, capture_output=True, text=True, cwd=cwd, check=False,
                          env={**os.environ, **(env or {})}, timeout=1800)
    if done.returncode:
        raise AssertionError(f"{Path(str(command[0])).name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def tus_js_client(folder: Path) -> str:
    """npm's tus-js-client sends a file to our gateway over a line that is cut, and the bank receipts the case."""
    with running_gateway(folder / "bank") as gateway, FaultProxy(
            gateway.address, Fault(cut_up=SIZE // 2), Fault(cut_up=SIZE // 5)) as proxy:
        device = enrolled(gateway, folder / "device")
        with closing(device.client(gateway)) as client:
            case_id = "case-" + secrets.token_hex(8)
            file = device.file(case_id, os.urandom(SIZE))
            manifest = device.manifest(case_id, file)
            client.open_revision(manifest, device.sign(manifest))
            told = {"address": proxy.address, "key": device.key.private_bytes_raw().hex(), "size": file.cipher_size,
                    "device": device.enrolment.device_id, "token": client.staff.token,
                    "metadata": {"case": case_id, "revision": "1", "file": file.id}}
            asked = json.loads(said("node", HERE / "client.mjs", device.path(case_id, file), text=json.dumps(told)))
            receipt = client.commit(manifest)
        offsets = [int(line.split()[1]) for line in asked if line.startswith("PATCH")]
        assert proxy.torn == 2
        assert offsets == sorted(set(offsets))
        assert len(offsets) == 3
        assert receipt.manifest_sha256 == manifest.sha256()
        return f"{file.cipher_size} bytes in one stream, cut twice, resumed at {offsets[1:]}, receipted"


def tus_server(folder: Path) -> str:
    """Our uploader sends a file to npm's @tus/server over a line that is cut."""
    (folder / "theirs").mkdir()
    with running_gateway(folder / "bank") as gateway, open_store(folder / "store") as store:
        device = enrolled(gateway, folder / "device")
        case_id = "case-" + secrets.token_hex(8)
        file = device.file(case_id, os.urandom(SIZE))
        manifest = device.manifest(case_id, file)
        outbox = Outbox(store)
        outbox.enqueue(manifest, device.sign(manifest))
        server = subprocess.Popen(["node", HERE / "server.mjs", folder / "theirs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        with server, FaultProxy(server.stdout.readline().strip(), Fault(cut_up=SIZE // 3), Fault(cut_up=SIZE // 3)) as proxy:
            client = BankClient(proxy.address, device.enrolment, device.key)
            client._session = _anybody()  # that server signs nobody in
            offsets = []
            sender = FileSender(client, Pace(), outbox.entry(case_id, 1), file, device.path(case_id, file),
                                lambda url, offset: offsets.append(offset), threading.Event())
            for _chunk in sender.chunks(None):
                pass
            client.close()
            server.stdin.close()
        stored = [path for path in (folder / "theirs").iterdir() if path.suffix != ".json"]
        assert [sha256(path.read_bytes()).hexdigest() for path in stored] == [file.cipher_sha256]
        assert (proxy.torn, offsets) == (2, sorted(offsets))
        return f"{file.cipher_size} bytes in {len(offsets)} chunks, cut twice, the same bytes there"


def _anybody() -> wire.SignInAnswer:
    now = datetime.now(UTC)
    return wire.SignInAnswer(token="none", expires_at=now + timedelta(hours=1), renew_until=now + timedelta(hours=1),
                             staff_id=MANAGER, name="-", role="manager", server_time=now)


def age(folder: Path) -> str:
    """The age tool opens the stored files of a case with the bank's identity, and nothing with another."""
    with running_gateway(folder / "bank") as gateway:
        device = enrolled(gateway, folder / "device")
        plain = os.urandom(300_000)
        manifest = received(gateway, device, "case-" + secrets.token_hex(8), plain)
    stored = next((gateway.folder / "files" / "cases" / manifest.case_id).iterdir())
    opened = subprocess.run(["age", "--decrypt", "-i", gateway.folder / "files" / "keys" / "files.age-identity", stored],
                            capture_output=True, check=True).stdout
    assert opened == plain
    said("age-keygen", "-o", folder / "other.key")
    other = subprocess.run(["age", "--decrypt", "-i", folder / "other.key", stored], capture_output=True, check=False)
    assert other.returncode != 0
    return f"{len(plain)} bytes, the same as were captured; with another identity none"


def received(gateway, device, case_id: str, *datas: bytes):
    """The manifest of a case that the bank has receipted."""
    manifest = device.manifest(case_id, *(device.file(case_id, data) for data in datas))
    with closing(device.client(gateway)) as client:
        device.send(client, manifest)
    return manifest


def s3(folder: Path) -> str:
    """Two instances keep received files in a bucket of a server that speaks S3 (moto): commits at both at once, read by a
    reviewer, a second revision; a broken object is found out and asked for again."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "witness", "AWS_SECRET_ACCESS_KEY": "witness-secret"}
    with _moto() as host, running_gateways(folder / "bank", 2, "--shelf", f"s3://cases@{host}/signing?insecure") as pair:
        device = enrolled(pair[0], folder / "device")
        plain = (os.urandom(20_000_000), b"a page")
        manifest = device.manifest("case-s3", *(device.file("case-s3", data) for data in plain))
        with closing(device.client(pair[0])) as first, closing(device.client(pair[1])) as second:
            first.open_revision(manifest, device.sign(manifest))
            for client, file in zip((first, second), manifest.files, strict=True):
                url = client.create_upload(manifest, file.id, file.cipher_size)
                client.append(url, 0, device.path("case-s3", file).read_bytes())
            with ThreadPoolExecutor(10) as pool:
                receipts = set(pool.map(lambda n: until(lambda: (first, second)[n % 2].commit(manifest)), range(10)))
            names = set(re.findall(r"<Key>([^<]+)</Key>", requests.get(f"http://{host}/cases?list-type=2", timeout=60).text))
            assert len(receipts) == 1
            assert names == {f"signing/case-s3/{file.cipher_sha256}.age" for file in manifest.files}
            assert not list((folder / "bank" / "files" / "incoming").iterdir())
            token = requests.post(pair[1].address + "/v1/staff/sign-in", timeout=60, json={
                "staff_id": REVIEWER, "password": pair[1].passwords[REVIEWER]}).json()["token"]
            for file, data in zip(manifest.files, plain, strict=True):
                read = requests.get(f"{pair[1].address}/v1/review/cases/case-s3/files/{file.id}", timeout=60,
                                    headers={"Authorization": f"Bearer {token}"})
                assert read.content == data
            Minio(host, credentials=EnvAWSProvider(), secure=False).put_object(
                "cases", f"signing/case-s3/{manifest.files[1].cipher_sha256}.age", BytesIO(b"broken"), 6)
            again = device.manifest("case-s3", *manifest.files, revision=2, previous_manifest=manifest.sha256())
            second.open_revision(again, device.sign(again))
            with pytest.raises(Condition, match=r"bank\.files_wanted"):
                second.commit(again)
            url = second.create_upload(again, again.files[1].id, again.files[1].cipher_size)
            second.append(url, 0, device.path("case-s3", again.files[1]).read_bytes())
            until(lambda: second.commit(again))
    return f"{sum(map(len, plain))} bytes, {len(names)} objects, one receipt from 10 commits at two instances; a broken one found"


@contextmanager
def _moto() -> Iterator[str]:
    """A server that speaks S3, with an empty bucket ``cases``."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    server = subprocess.Popen([TOOLS / "moto_server", "-H", "127.0.0.1", "-p", host.rpartition(":")[2]],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _made(host))
        yield host
    finally:
        server.terminate()
        server.wait(60)


def _made(host: str) -> bool:
    try:
        return requests.put(f"http://{host}/cases", timeout=60).ok
    except requests.ConnectionError:
        return False


CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
          "allow_header_conformance", "ignored_auth", "use_after_free", "ensure_resource_availability")


def schemathesis(folder: Path) -> str:
    """schemathesis finds nothing in the interface's description, asking signed as a manager and as a reviewer."""
    with running_gateway(folder / "bank") as gateway:
        device = enrolled(gateway, folder / "device")
        received(gateway, device, CASE_ID, b"a page")
        with closing(device.client(gateway)) as client:
            reviewer = requests.post(gateway.address + "/v1/staff/sign-in", timeout=60, json={
                "staff_id": REVIEWER, "password": gateway.passwords[REVIEWER]}).json()["token"]
            known = {"KEY": device.key.private_bytes_raw().hex(), "DEVICE": device.enrolment.device_id,
                     "MANAGER": client.staff.token, "REVIEWER": reviewer}
            told = said(
                TOOLS / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run",
                gateway.address + "/v1/openapi.json", "--exclude-path", "/v1/staff/sign-out",
                "--seed", "6", "-n", "50", "--phases", "examples,coverage,fuzzing", "--continue-on-failure",
                "--checks", ",".join(CHECKS), cwd=folder, env={
                    "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE),
                    **{f"WITNESS_{name}": value for name, value in known.items()}})
        assert not [line for line in gateway.log if " ERROR " in line]
    cases, operations = re.search(r"(\d+) generated", told)[1], re.search(r"Tested: (\d+)", told)[1]
    return f"{cases} requests at {operations} operations, {len(CHECKS)} checks, seed 6: nothing"


def bandit(_folder: Path) -> str:
    """bandit finds nothing but what docs/security-checks.md explains."""
    told = json.loads(said(TOOLS / "bandit", "-q", "-r", "app", "gateway", "-f", "json", "--exit-zero"))
    explained = set(re.findall(r"^\| (B\d+) \| (\S+) \|", (ROOT / "docs" / "security-checks.md").read_text("utf-8"), re.M))
    found = {(each["test_id"], each["filename"]) for each in told["results"]}
    assert found <= explained, sorted(found - explained)
    return f"{told['metrics']['_totals']['loc']} lines of app and gateway: {len(found)} findings, all explained"


def pip_audit(_folder: Path) -> str:
    """What is locked has no known vulnerability, as the public advisories tell."""
    told = json.loads(said(TOOLS / "pip-audit", "--disable-pip", "--require-hashes", "-r", "requirements/all.txt", "-f", "json"))
    unknown = [each for each in told["dependencies"] if "skip_reason" in each]
    judged = len(told["dependencies"]) - len(unknown)
    if unknown:
        return f"NOT JUDGED: the advisory service knows {judged} of {len(told['dependencies'])} packages from here"
    return f"{judged} locked packages: no known vulnerability"


WITNESSES = {each.__name__: each for each in (tus_js_client, tus_server, age, s3, schemathesis, bandit, pip_audit)}


def main(names: list[str]) -> int:
    failed = 0
    for name in names or WITNESSES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                print(f"✓ {name:14} {WITNESSES[name](Path(folder))}", flush=True)
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"✗ {name:14} {error}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
