"""What an operator watches: metrics without anybody's data, life and readiness."""

import re
import shutil
import socket
from contextlib import closing

import pytest
import requests

from tests.gateway_process import MANAGER, enrolled, running_gateway


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    port = free_port()
    with running_gateway(tmp_path_factory.mktemp("watched"), "--metrics-port", str(port), "--keep-free-mb", "1") as gateway:
        yield gateway, f"http://127.0.0.1:{port}/metrics"


def value(text, name):
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])


def test_metrics_count_what_was_done_and_name_nobody(watched, tmp_path):
    gateway, metrics = watched
    device = enrolled(gateway, tmp_path)
    with closing(device.client(gateway)) as client:
        file = device.file("case-watched", b"a page")
        manifest = device.manifest("case-watched", file)
        client.open_revision(manifest, device.sign(manifest))
        url = client.create_upload(manifest, file.id, file.cipher_size)
        before = requests.get(metrics, timeout=60).text
        client.append(url, 0, device.path("case-watched", file).read_bytes())
        client.commit(manifest)
    requests.get(gateway.address + "/v1/cases/case-watched/revisions/1", timeout=60)
    requests.get(gateway.address + "/nowhere/case-watched", timeout=60)
    text = requests.get(metrics, timeout=60).text
    assert (value(before, "gateway_revisions_open"), value(text, "gateway_revisions_open")) == (1, 0)
    assert value(text, "gateway_upload_bytes_total") == file.cipher_size
    assert value(text, "gateway_commit_seconds_count") == value(text, "gateway_revisions_received") == 1
    assert value(text, 'gateway_refusals_total{code="device.unknown"}') == 1
    assert value(text, "gateway_devices") == value(text, "gateway_database_up") == 1
    routes = set(re.findall(r'route="([^"]*)"', text))
    assert {"/v1/uploads/{upload_id}", "/v1/cases/{case_id}/revisions/{number}/commit", ""} <= routes
    assert not [word for word in ("case-watched", MANAGER, device.enrolment.device_id, manifest.case_number) if word in text]
    assert requests.get(gateway.address + "/metrics", timeout=60).status_code == 404


def test_ready_names_what_is_missing_and_health_only_lives(watched):
    gateway, _ = watched
    assert requests.get(gateway.address + "/readyz", timeout=60).json() == {
        "state": "fine", "checks": dict.fromkeys(("database", "tables", "storage", "keys", "room"), "fine")}
    files = gateway.folder / "files"
    (files / "keys").rename(files / "away")
    shutil.move(files / "incoming", files / "gone")
    answer = requests.get(gateway.address + "/readyz", timeout=60)
    (files / "away").rename(files / "keys")
    shutil.move(files / "gone", files / "incoming")
    assert (answer.status_code, answer.json()["state"]) == (503, "not ready")
    assert {name for name, state in answer.json()["checks"].items() if state == "bad"} == {"storage", "keys", "room"}
    assert requests.get(gateway.address + "/healthz", timeout=60).status_code == 200
    assert requests.get(gateway.address + "/readyz", timeout=60).status_code == 200
