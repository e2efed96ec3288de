"""One requests session to one host: signed requests, no redirects, the system's trust, errors as conditions."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import tenacity
import truststore
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection

from app.domain import wire
from app.domain.clock import Heard
from app.domain.condition import Condition
from app.domain.host import is_loopback
from app.domain.model import Model
from app.store.clock import running_s
from app.sync import conditions as c
from app.sync.address import gateway_address
from app.sync.rate import RateLimit

ANSWER_MAX = 8 << 20
TRIES = 3
DEAD_S = 9
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Answer:
    """A whole answer of the bank; ``code`` is the condition it names, if it refuses."""

    status: int
    headers: requests.structures.CaseInsensitiveDict
    body: bytes

    def read(self, model: type[M]) -> M:
        """The body as ``model``; anything else was not our server."""
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            raise c.NOT_OUR_SERVER()
        try:
            return model.model_validate_json(self.body)
        except ValidationError as error:
            raise c.NOT_OUR_SERVER() from error

    @property
    def code(self) -> str | None:
        return self.headers.get(wire.CONDITION) or self._trouble().get("code")

    def condition(self) -> Condition:
        after = self.headers.get("Retry-After", "")
        wait = float(after) if after.isascii() and after.isdigit() else None
        return c.of_answer(self.status, self.code, str(self._trouble().get("message", self.code or "")), wait)

    def _trouble(self) -> dict:
        try:
            value = json.loads(self.body)["condition"]
        except (ValueError, KeyError, TypeError):
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Paced:
    """A body that is sent at the rate allowed; ``content`` is the hash that its request's signature names."""

    data: bytes
    content: str


class Transport:
    """``skew_s`` is the bank's clock minus ours, learnt from its answers (once ``heard``); signatures use the bank's time."""

    def __init__(self, base_url: str, *, ca_file: Path | None = None, connect_s: float = 10.0, silence_s: float = 30.0,
                 stopping: threading.Event | None = None) -> None:
        self.base_url = gateway_address(base_url)
        self.skew_s = 0.0
        self.heard = False
        self._told: tuple[int, float] | None = None
        self.timeouts = (connect_s, silence_s)
        self.stopping = stopping or threading.Event()
        self.rate = RateLimit()
        self.session = requests.Session()
        self.use_proxy("")
        self.session.cookies.set_policy(_NoCookies())
        self.session.mount("http://", _Lively())
        self.session.mount("https://", _SystemTrust(ca_file))

    def bank_time(self) -> Heard | None:
        """What the bank's clock said in its last answer; this computer's wall clock has no part in it."""
        if self._told is None:
            return None
        moment, at = self._told
        return Heard(at=datetime.fromtimestamp(moment, UTC), age_ms=round((running_s() - at) * 1000))

    def close(self) -> None:
        self.session.close()

    def use_proxy(self, address: str) -> None:
        """Reach the bank through this proxy from the next request on; '' for what the system says. This machine itself is never
        reached through one."""
        local = is_loopback(urlsplit(self.base_url).hostname or "")
        self.session.trust_env = not (local or address)  # else requests lets the environment's proxy win
        self.session.proxies = {} if local or not address else {"http": address, "https": address}

    def call(self, method: str, path: str, *, auth: "DeviceAuth | None" = None, body: Model | Paced | bytes = b"",
             headers: dict[str, str] | None = None, accept: tuple[int, ...] = (200,), again: bool = True,
             timeouts: tuple[float, float] | None = None) -> Answer:
        """Send one request; raises a ``bank.*`` condition unless the status is in ``accept``.

        Every request of the interface may be repeated; with ``again`` a short trouble is ridden out here. ``timeouts``
        (to connect, of silence; seconds) take the place of the usual ones.
        """
        def once() -> Answer:
            answer = self._once(method, path, auth, body, headers or {}, timeouts or self.timeouts)
            if answer.status in accept:
                return answer
            raise answer.condition()

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(TRIES if again else 1) | tenacity.stop_when_event_set(self.stopping),
            wait=_wait, retry=tenacity.retry_if_exception(_passing), reraise=True,
            sleep=tenacity.sleep_using_event(self.stopping))
        return retrying(once)

    def _once(self, method: str, path: str, auth: "DeviceAuth | None", body: Model | Paced | bytes,
              headers: dict[str, str], timeouts: tuple[float, float]) -> Answer:
        data: Paced | bytes = body
        if isinstance(body, Model):
            data, headers = body.model_dump_json().encode(), {"Content-Type": "application/json", **headers}
        first = self._exchange(method, path, auth, data, headers, timeouts)
        if first.status == 401 and first.code == "device.clock":  # the answer has just told the bank's time
            return self._exchange(method, path, auth, data, headers, timeouts)
        return first

    def _exchange(self, method: str, path: str, auth: "DeviceAuth | None", data: Paced | bytes, headers: dict[str, str],
                  timeouts: tuple[float, float]) -> Answer:
        content, body = "", data or None
        if isinstance(data, Paced):
            content, body = data.content, _Trickle(data.data, self.rate, self.stopping)
        with _network_conditions():
            response = self.session.request(
                method, self.base_url + path, data=body, headers=headers, timeout=timeouts,
                allow_redirects=False, stream=True, auth=auth.signer(lambda: time.time() + self.skew_s, content)
                if auth else _Anonymous())
            with response:
                told = _read(response)
        if 300 <= response.status_code < 400 and response.status_code != 304:
            raise c.REDIRECTED()
        moment = response.headers.get(wire.SERVER_TIME, "")
        if moment.isascii() and moment.isdigit() and len(moment) <= 12:
            self.skew_s, self.heard = int(moment) - time.time(), True
            self._told = int(moment), running_s()
        return Answer(response.status_code, response.headers, told)


class DeviceAuth:
    """Who signs: the device's id and key, and the staff token of the moment."""

    def __init__(self, device_id: str, key: Ed25519PrivateKey, token: Callable[[], str]) -> None:
        self.device_id, self.key, self.token = device_id, key, token

    def signer(self, clock: Callable[[], float], content: str = "") -> AuthBase:
        """``content`` is the hash to sign, that of the body where it is empty."""
        return _Signer(self, clock, content)


class _Signer(AuthBase):
    def __init__(self, who: DeviceAuth, clock: Callable[[], float], content: str) -> None:
        self.who, self.clock, self.content = who, clock, content

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        content = self.content or sha256(request.body or b"").hexdigest()
        moment, nonce = int(self.clock()), token_hex(12)
        method = request.headers.get("X-HTTP-Method-Override", request.method)
        text = wire.request_text(method, request.path_url, moment, nonce, content)
        request.headers.update({
            wire.DEVICE: self.who.device_id, wire.MOMENT: str(moment), wire.NONCE: nonce, wire.CONTENT: content,
            wire.SIGNATURE: self.who.key.sign(text).hex()})
        if token := self.who.token():
            request.headers["Authorization"] = f"Bearer {token}"
        return request


class _Anonymous(AuthBase):
    """Keeps requests from taking a password out of a .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Trickle:
    """A body in small pieces, each sent within the line's own time-out and at the rate allowed."""

    def __init__(self, data: bytes, rate: RateLimit, stopping: threading.Event) -> None:
        self._data, self._rate, self._stopping = memoryview(data), rate, stopping
        self._step = min(256 << 10, max(16 << 10, len(data) >> 5))
        self._sent = 0

    def __len__(self) -> int:
        return len(self._data)

    def read(self, _size: int) -> memoryview:
        """What goes next; nothing more once the program wants to end: the bank keeps what came."""
        piece = self._data[self._sent:self._sent + self._step]
        self._rate.take(len(piece), self._stopping)
        if self._stopping.is_set():
            raise c.UNREACHABLE()
        self._sent += len(piece)
        return piece


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):
    def set_ok(self, cookie, request) -> bool:
        return False


class _Lively(HTTPAdapter):
    """Connections that notice within seconds that the other side is gone, as after sleep or another network."""

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, socket_options=_socket_options(), **kwargs)


class _SystemTrust(_Lively):
    """TLS judged by the operating system's own store, plus the bank's private authority where one is given."""

    def __init__(self, ca_file: Path | None) -> None:
        self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if ca_file is not None:
            self._context.load_verify_locations(str(ca_file))
        super().__init__()

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args, **kwargs):
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, conn, url, verify, cert) -> None:
        """The context verifies; the bundle that requests would add is not asked."""
        conn.cert_reqs = "CERT_REQUIRED"


def _socket_options() -> list[tuple[int, int, int]]:
    """What the system knows of: sent bytes are acknowledged within DEAD_S, and a silent line is asked whether it lives."""
    tcp = {"TCP_USER_TIMEOUT": DEAD_S * 1000, "TCP_MAXRT": DEAD_S, "TCP_KEEPIDLE": 3, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}
    return [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            *((socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in tcp.items() if hasattr(socket, name))]


@contextmanager
def _network_conditions() -> Iterator[None]:
    """Turn what requests raises into conditions."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        clock = "not yet valid" in str(error) or "has expired" in str(error)
        raise (c.CLOCK if clock else c.NOT_TRUSTED)() from error
    except requests.exceptions.InvalidURL as error:
        raise c.NOT_OUR_SERVER() from error
    except requests.exceptions.RequestException as error:
        raise c.UNREACHABLE() from error


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_content(1 << 16):
        body += piece
        if len(body) > ANSWER_MAX:
            raise c.NOT_OUR_SERVER()
    return bytes(body)


def _passing(error: BaseException) -> bool:
    return isinstance(error, Condition) and error.kind in (c.UNREACHABLE, c.BUSY)


def _wait(state: tenacity.RetryCallState) -> float:
    """Back-off with jitter; a short Retry-After is honoured here, a long one by the outbox."""
    backoff = (tenacity.wait_exponential(multiplier=0.3, max=3) + tenacity.wait_random(0, 0.4))(state)
    error = state.outcome.exception() if state.outcome else None
    told = error.values.get("retry_after", 0) if isinstance(error, Condition) else 0
    return max(backoff, min(float(told), 5.0))
