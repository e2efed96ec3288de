"""The bank as this device sees it: one method per request of the interface, each raising ``bank.*`` conditions."""

import base64
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain import wire
from app.domain.clock import Heard
from app.domain.condition import Condition
from app.domain.evidence import Manifest, Receipt
from app.sync import conditions as c
from app.sync.conditions import UNREACHABLE
from app.sync.enrolment import DeviceEnrolment
from app.sync.transport import Answer, DeviceAuth, Paced, Transport
from app.sync.withdrawals import Withdrawal

__all__ = ["UNREACHABLE", "BankClient"]

log = logging.getLogger(__name__)

CHALLENGE_S = 3.0
EVIDENCE_S = 3.0
RENEW_BEFORE = timedelta(minutes=10)
M = TypeVar("M")
Text = TypeVar("Text", wire.PolicyAnswer, wire.DealersAnswer)
TUS = {"Tus-Resumable": wire.TUS_VERSION}


class UploadGone(Exception):
    """The bank no longer knows this upload: start the file anew."""


class OffsetDiffers(Exception):
    """The bank holds another number of bytes than was thought."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class ChunkDamaged(Exception):
    """The chunk did not arrive as it was sent."""


class BankClient:
    """Talks to one gateway. ``base_url`` may differ from the enrolment's (an embedded gateway moves its port)."""

    def __init__(self, base_url: str, enrolment: DeviceEnrolment, signing_key: Ed25519PrivateKey, *,
                 ca_file: Path | None = None, connect_s: float = 10.0, silence_s: float = 30.0,
                 stopping: threading.Event | None = None) -> None:
        self.enrolment = enrolment
        self.transport = Transport(
            base_url, ca_file=ca_file, connect_s=connect_s, silence_s=silence_s, stopping=stopping)
        self._session: wire.SignInAnswer | None = None
        self._renewing = threading.Lock()
        self._patch_by_post = False
        self._auth = DeviceAuth(enrolment.device_id, signing_key, self._token)
        self._nobody = DeviceAuth(enrolment.device_id, signing_key, lambda: "")

    def close(self) -> None:
        self.transport.close()

    def use_proxy(self, address: str) -> None:
        """Go through this proxy from the next request on; '' is what the system says."""
        self.transport.use_proxy(address)

    # -- staff -----------------------------------------------------------------------------------------------------

    @property
    def staff(self) -> wire.SignInAnswer | None:
        """Who is signed in, as the bank said; None when nobody is."""
        return self._session

    def sign_in(self, staff_id: str, password: str) -> wire.SignInAnswer:
        self._session = self._sign_in(staff_id, password)
        return self._session

    def check_staff(self, staff_id: str, password: str) -> str:
        """A second employee's name, if the password is right; whoever is signed in stays so."""
        return self._sign_in(staff_id, password).name

    def sign_out(self) -> None:
        """Forget the sign-in here, and at the bank if it can be reached."""
        if self._session is not None:
            try:
                self.transport.call("POST", "/v1/staff/sign-out", auth=self._auth, accept=(204, 401), again=False)
            except Condition as condition:
                log.info("signed out here only: %s", condition.code)
            self._session = None

    # -- feeds -----------------------------------------------------------------------------------------------------

    def time(self) -> datetime:
        return self.transport.call("GET", "/v1/time").read(wire.TimeAnswer).time

    def device(self) -> wire.DeviceAnswer:
        """This device as the bank knows it. Nobody need be signed in."""
        answer = self.transport.call("GET", "/v1/device", auth=self._nobody).read(wire.DeviceAnswer)
        if answer.device_id != self.enrolment.device_id:
            raise c.NOT_OUR_SERVER()
        return answer

    def policy(self, known_sha256: str = "") -> wire.PolicyAnswer | None:
        """The pack in force, or None where it is still the known one."""
        answer = self._feed("/v1/policy", known_sha256)
        return _hashed(answer.read(wire.PolicyAnswer)) if answer else None

    def dealers(self, known_sha256: str = "") -> wire.DealersAnswer | None:
        answer = self._feed("/v1/dealers", known_sha256)
        return _hashed(answer.read(wire.DealersAnswer)) if answer else None

    def changes(self, cursor: int) -> wire.ChangesAnswer:
        return self._signed("GET", f"/v1/cases?cursor={cursor}").read(wire.ChangesAnswer)

    # -- face checks -----------------------------------------------------------------------------------------------

    def challenge(self, case_id: str, *, limit_s: float = CHALLENGE_S) -> wire.ChallengeAnswer:
        """A nonce of the bank for one face check. A customer waits: one try, ``limit_s`` seconds for all of it, then
        ``bank.unreachable`` (conditions.NO_LINE: the desk draws its own nonce)."""
        if self._session is None:
            raise c.SIGN_IN_NEEDED()
        return _within(limit_s, lambda: self.transport.call(
            "POST", f"/v1/cases/{case_id}/challenges", auth=self._auth, accept=(201,), again=False,
            timeouts=(limit_s, limit_s)).read(wire.ChallengeAnswer))

    # -- timestamps ------------------------------------------------------------------------------------------------

    def timestamp(self, query: bytes) -> bytes:
        """The bank's RFC 3161 response to a DER request. A person waits: one try, three seconds."""
        return self._der("POST", "/v1/timestamps", wire.TIMESTAMP_REPLY, body=query, auth=self._nobody,
                         headers={"Content-Type": wire.TIMESTAMP_QUERY})

    def revocations(self) -> bytes:
        """The authority's revocation list as it is now, DER."""
        return self._der("GET", "/v1/revocations", wire.REVOCATIONS)

    def bank_time(self) -> Heard | None:
        """What the bank's clock said in its last answer."""
        return self.transport.bank_time()

    @property
    def clock_offset_s(self) -> float | None:
        """The bank's clock minus this one's, as its last answer told; None without an answer yet."""
        return self.transport.skew_s if self.transport.heard else None

    def _der(self, method: str, path: str, media_type: str, **request) -> bytes:
        answer = self.transport.call(method, path, again=False, timeouts=(EVIDENCE_S, EVIDENCE_S), **request)
        if not answer.headers.get("Content-Type", "").startswith(media_type):
            raise c.NOT_OUR_SERVER()
        return answer.body

    # -- intake ----------------------------------------------------------------------------------------------------

    def open_revision(self, manifest: Manifest, device_signature: str) -> wire.IntakeAnswer:
        body = wire.IntakeRequest(manifest=manifest, device_signature=device_signature)
        answer = self._signed("POST", _case(manifest), body=body).read(wire.IntakeAnswer)
        if answer.manifest_sha256 != manifest.sha256():
            raise c.NOT_OUR_SERVER()
        return answer

    def commit(self, manifest: Manifest) -> Receipt | None:
        """The receipt (not yet verified), or None while the bank is still checking."""
        answer = self._signed("POST", _case(manifest) + "/commit", accept=(200, 202))
        return answer.read(Receipt) if answer.status == 200 else None

    def receipt(self, manifest: Manifest) -> Receipt:
        return self._signed("GET", _case(manifest) + "/receipt").read(Receipt)

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """A consent of a case the bank has was taken back. Repeating it is harmless."""
        body = wire.ConsentWithdrawal(purpose=withdrawal.purpose, withdrawn_at=withdrawal.withdrawn_at)
        self._signed("POST", f"/v1/cases/{withdrawal.case_id}/withdrawals", body=body, accept=(204,))

    # -- uploads (tus 1.0) -----------------------------------------------------------------------------------------

    def create_upload(self, manifest: Manifest, file_id: str, size: int) -> str:
        """The path of the upload of one file."""
        names = {"case": manifest.case_id, "revision": str(manifest.revision), "file": file_id}
        metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in names.items())
        answer = self._signed("POST", "/v1/uploads", accept=(201,), headers={
            **TUS, "Upload-Length": str(size), "Upload-Metadata": metadata})
        location = _ours(answer).headers.get("Location", "")
        if not location.startswith("/v1/uploads/"):
            raise c.NOT_OUR_SERVER()
        return location

    def upload_offset(self, path: str) -> int:
        """How many bytes the bank has on its disk. Raises UploadGone."""
        answer = self._signed("HEAD", path, headers=TUS, accept=(200, 404, 410))
        if _ours(answer).status != 200:
            raise UploadGone
        return _offset(answer)

    def append(self, path: str, offset: int, chunk: bytes, so_far: str = "") -> int:
        """Send one chunk; returns the new offset. ``so_far`` is the hex SHA-256 of the file up to the chunk's end, with which
        bank and device hash each byte once for the chunk and for the whole; without it the chunk is checked by itself.

        Raises UploadGone, OffsetDiffers or ChunkDamaged.
        """
        algorithm, content = (wire.SO_FAR, so_far) if so_far else ("sha256", sha256(chunk).hexdigest())
        checksum = base64.b64encode(bytes.fromhex(content)).decode()
        headers = {**TUS, "Upload-Offset": str(offset), "Upload-Checksum": f"{algorithm} {checksum}",
                   "Content-Type": "application/offset+octet-stream"}
        method = "PATCH"
        if self._patch_by_post:
            method, headers["X-HTTP-Method-Override"] = "POST", "PATCH"
        answer = self._signed(method, path, body=Paced(chunk, content), headers=headers, again=False,
                              accept=(204, 404, 405, 409, 410, 460, 501))
        if answer.status in (405, 501) and not self._patch_by_post:
            self._patch_by_post = True
            return self.append(path, offset, chunk, so_far)
        if _ours(answer).status in (404, 410):
            raise UploadGone
        if answer.status == 409:
            raise OffsetDiffers(_offset(answer))
        if answer.status == 460:
            raise ChunkDamaged
        if answer.status != 204:
            raise c.NOT_OUR_SERVER()
        return _offset(answer)

    def drop_upload(self, path: str) -> None:
        """Let the bank forget what it has of an unfinished upload."""
        _ours(self._signed("DELETE", path, headers=TUS, accept=(204, 404, 410)))

    # -- within ----------------------------------------------------------------------------------------------------

    def _sign_in(self, staff_id: str, password: str) -> wire.SignInAnswer:
        body = wire.SignInRequest(staff_id=staff_id, password=password)
        return self.transport.call(
            "POST", "/v1/staff/sign-in", auth=self._nobody, body=body, again=False).read(wire.SignInAnswer)

    def _signed(self, method: str, path: str, **options) -> Answer:
        self._renew()
        if self._session is None:
            raise c.SIGN_IN_NEEDED()
        return self.transport.call(method, path, auth=self._auth, **options)

    def _feed(self, path: str, known_sha256: str) -> Answer | None:
        headers = {"If-None-Match": f'"{known_sha256}"'} if known_sha256 else {}
        answer = self._signed("GET", path, headers=headers, accept=(200, 304))
        return None if answer.status == 304 else answer

    def _renew(self) -> None:
        """A fresh token before the old one ends, as long as the bank allows without the password."""
        with self._renewing:
            session = self._session
            now = datetime.now(UTC) + timedelta(seconds=self.transport.skew_s)
            if session is None or session.expires_at - now > RENEW_BEFORE:
                return
            if session.expires_at <= now or session.expires_at >= session.renew_until:
                return  # nothing to gain: the next answer says whether it still holds
            self._session = self.transport.call("POST", "/v1/staff/renew", auth=self._auth).read(wire.SignInAnswer)

    def _token(self) -> str:
        return self._session.token if self._session else ""


def _within(seconds: float, ask: Callable[[], M]) -> M:
    """What ``ask`` returns or raises; ``bank.unreachable`` where that takes longer. A resolver that hangs or an answer
    that drips in keeps nobody waiting: no time-out of a socket covers those."""
    future: Future[M] = Future()
    threading.Thread(target=_settle, args=(future, ask), name="bank-ask", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError as error:
        raise c.UNREACHABLE() from error


def _settle(future: Future[M], ask: Callable[[], M]) -> None:
    try:
        future.set_result(ask())
    except Exception as error:  # noqa: BLE001 - raised where the answer is waited for
        future.set_exception(error)


def _case(manifest: Manifest) -> str:
    return f"/v1/cases/{manifest.case_id}/revisions/{manifest.revision}"


def _ours(answer: Answer) -> Answer:
    """An upload's answer, if the bank's own: many a proxy has a 404 to give, too."""
    if answer.headers.get("Tus-Resumable") != wire.TUS_VERSION and answer.code is None:
        raise c.NOT_OUR_SERVER()
    return answer


def _offset(answer: Answer) -> int:
    value = answer.headers.get("Upload-Offset", "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise c.NOT_OUR_SERVER()
    return int(value)


def _hashed(answer: Text) -> Text:
    """Refuse a text that is not what its hash says."""
    if sha256(answer.text.encode()).hexdigest() != answer.sha256:
        raise c.NOT_OUR_SERVER()
    return answer
