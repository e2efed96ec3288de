"""The faults that the other tests rely on do happen."""

import socket
import socketserver
import threading

import pytest

from tests.fault_proxy import Fault, FaultProxy
from tests.waiting import until


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)


@pytest.fixture(scope="module")
def echo():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def asked(proxy, data, seconds=20.0, times=1):
    """What comes back for ``data`` until ``times`` its length, the line's end or, after ``seconds``, silence."""
    host, _, port = proxy.address.removeprefix("http://").rpartition(":")
    came = b""
    with socket.create_connection((host, int(port)), timeout=seconds) as line:
        line.sendall(data)
        try:
            while len(came) < times * len(data) and (piece := line.recv(4096)):
                came += piece
        except TimeoutError:
            return came, "silent"
        except ConnectionResetError:
            return came, "reset"
    return came, "whole" if len(came) == times * len(data) else "ended"


@pytest.mark.parametrize(("fault", "came", "end"), [
    (Fault(), b"0123456789", "whole"),
    (Fault(delay_s=0.001, rate=1e6), b"0123456789", "whole"),
    (Fault(cut_up=4), None, "ended"),
    (Fault(cut_down=4), b"0123", "ended"),
    (Fault(flip_up=2), b"0133456789", "whole"),
    (Fault(flip_down=2), b"0133456789", "whole"),
    (Fault(lose_answer_to=b"456"), b"", "ended"),
    (Fault(lose_answer_to=b"nobody asks"), b"0123456789", "whole"),
    (Fault(answer_to=b"456", answer=b"else"), b"else", "ended"),
    (Fault(answer_to=b"nobody asks", answer=b"else"), b"0123456789", "whole"),
])
def test_each_fault_does_what_it_says(echo, fault, came, end):
    with FaultProxy(echo, fault) as proxy:
        answer = asked(proxy, b"0123456789")
        assert answer[1] == end
        if came is None:  # the echo of what passed may be torn with the line
            assert b"0123".startswith(answer[0])
            assert proxy.sent_up == 4
        else:
            assert answer[0] == came
        assert proxy.torn == (end == "ended")
        assert asked(proxy, b"the next one is spared") == (b"the next one is spared", "whole")


def test_a_stalled_line_stays_open_and_silent(echo):
    with FaultProxy(echo, Fault(stall_down=3)) as proxy:
        assert asked(proxy, b"0123456789", seconds=0.2) == (b"012", "silent")


def test_an_answer_can_come_twice_and_a_line_be_reset(echo):
    with FaultProxy(echo, Fault(repeat_answers=True), Fault(cut_down=2, reset=True)) as proxy:
        assert asked(proxy, b"ab", times=2) == (b"abab", "whole")
        assert asked(proxy, b"0123456789")[1] == "reset"


def test_an_offline_proxy_refuses_and_comes_back_at_its_port(echo):
    with FaultProxy(echo) as proxy:
        address = proxy.address
        proxy.offline()
        with pytest.raises(ConnectionRefusedError):
            asked(proxy, b"x")
        proxy.online()
        assert proxy.address == address
        assert asked(proxy, b"x") == (b"x", "whole")


def test_a_late_request_arrives_when_nobody_waits_for_it_and_others_have_passed(echo):
    with FaultProxy(echo, Fault(late_to=b"456", late_up=2, later=8)) as proxy:
        host, _, port = proxy.address.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"ab")
            assert line.recv(4096) == b"ab"
            line.sendall(b"0123456789")
        assert proxy.sent_up == 2
        assert asked(proxy, b"the next") == (b"the next", "whole")
        until(lambda: proxy.torn)
        assert proxy.sent_up == 20
