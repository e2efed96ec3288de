"""Nonces of the bank for face checks, over a real gateway; and a client that never lets a customer wait for one."""

import secrets
import socket
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from app.domain.challenge import complete, draw_actions
from app.domain.condition import Condition
from app.sync.conditions import NO_LINE
from tests.gateway_process import COLLEAGUE, MANAGER, enrolled, running_gateway


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with running_gateway(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def device(gateway, tmp_path_factory):
    return enrolled(gateway, tmp_path_factory.mktemp("device"))


@pytest.fixture
def client(device, gateway):
    with closing(device.client(gateway)) as client:
        yield client


@pytest.fixture
def case_id():
    return "case-" + secrets.token_hex(8)


def kept(gateway, case_id):
    with closing(sqlite3.connect(gateway.folder / "gateway.db")) as database:
        return database.execute("SELECT nonce, staff_id, device_id, issued_at, expires_at FROM challenge"
                                " WHERE case_id = ? ORDER BY issued_at", [case_id]).fetchall()


def test_a_challenge_comes_before_its_case_and_is_kept_with_who_asked(client, device, gateway, case_id):
    answer = client.challenge(case_id)
    assert answer.issued_at <= datetime.now(UTC) < answer.expires_at
    assert complete(draw_actions(answer.nonce))
    (row,) = kept(gateway, case_id)
    assert row[:3] == (answer.nonce, MANAGER, device.enrolment.device_id)
    assert row[3] < row[4]


def test_every_challenge_is_another_one(client, case_id):
    assert len({client.challenge(case_id).nonce for _ in range(3)}) == 3


def test_a_foreign_case_answers_exactly_like_an_unknown_one(client, device, gateway, case_id):
    manifest = device.manifest(case_id, device.file(case_id, b"mine"))
    client.open_revision(manifest, device.sign(manifest))
    with closing(device.client(gateway, COLLEAGUE)) as other:
        foreign, unknown = other.challenge(case_id), other.challenge(case_id + "-unknown")
    assert foreign.expires_at - foreign.issued_at == unknown.expires_at - unknown.issued_at
    assert [row[1] for row in kept(gateway, case_id)] == [COLLEAGUE]  # never the case's own manager


def test_a_challenge_needs_a_signed_in_manager(device, gateway, case_id):
    with closing(device.client(gateway, staff="")) as nobody, pytest.raises(Condition) as refused:
        nobody.challenge(case_id)
    assert refused.value.code == "bank.sign_in_needed"
    with closing(device.client(gateway)) as ended:
        ended._session = ended.staff.model_copy(update={"token": "no such token"})
        with pytest.raises(Condition) as refused:
            ended.challenge(case_id)
    assert refused.value.code == "bank.sign_in_needed"
    assert kept(gateway, case_id) == []


def _ask_often(client, case_id):
    for _ in range(100):
        client.challenge(case_id)


def test_challenges_are_limited_and_the_client_does_not_wait_for_more(device, gateway, case_id):
    with closing(device.client(gateway, COLLEAGUE)) as eager, pytest.raises(Condition) as refused:
        _ask_often(eager, case_id)
    assert refused.value.code == "bank.busy"
    assert refused.value.code in NO_LINE
    assert len(kept(gateway, case_id)) < 100


@contextmanager
def listening(answer):
    """A server that treats each connection as ``answer`` does; yields its address and the list of connections."""
    connections, stopped = [], threading.Event()

    def accept(server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=answer, args=(connection, stopped), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept, args=(server,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", connections
        finally:
            stopped.set()
            _quietly(server.shutdown, socket.SHUT_RDWR)
    for connection in connections:
        connection.close()
    thread.join(60)


def _quietly(act, *arguments):
    try:
        act(*arguments)
    except OSError:  # Windows: a listening socket has no such thing, closing wakes it
        return


def silent(connection, stopped):
    stopped.wait(60)


def dripping(connection, stopped):
    try:
        while not stopped.wait(0.02):
            connection.send(b"X")  # never a whole line, never silent
    except OSError:
        return


@pytest.mark.parametrize("answer", [silent, dripping])
def test_a_line_that_does_not_answer_is_given_up_after_one_try(device, gateway, case_id, answer):
    with listening(answer) as (address, connections), closing(device.client(gateway)) as client:
        client.transport.base_url = address
        with pytest.raises(Condition) as refused:
            client.challenge(case_id, limit_s=0.3)
        assert refused.value.code == "bank.unreachable"
        while not connections:  # the server may hear of it later than the client gives up
            time.sleep(0.01)
        assert len(connections) == 1


def test_a_line_that_is_away_is_said_at_once(device, gateway, case_id):
    with closing(device.client(gateway)) as client:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            client.transport.base_url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Condition) as refused:
            client.challenge(case_id)
        assert refused.value.code == "bank.unreachable"
