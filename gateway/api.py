"""The interface of devices under /v1: enrolment, sign-in, feeds, intake and uploads."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app.domain import wire
from app.domain.evidence import Identifier, Receipt, digest
from gateway import cameras, challenges, devices, feeds, intake, limits, staff, timestamps, uploads, withdrawals
from gateway.bank import bank_of
from gateway.caller import Manager, Signed, Uploading, bearer, device_headers, effective_method, signed_device
from gateway.conditions import NOT_ALLOWED, TUS_VERSION_BAD
from gateway.database import now
from gateway.examples import CASE_ID, ENROL, INTAKE, SIGN_IN, TROUBLES, UPLOAD_TROUBLES, WITHDRAWAL

router = APIRouter(prefix="/v1", responses=TROUBLES)

CaseId = Annotated[Identifier, Path(description="the case's own identifier", examples=[CASE_ID])]
UploadId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="the last part of `Location`")]
Number = Annotated[int, Path(ge=1, le=10_000, description="revision of the case, from 1", examples=[1])]
Checksum = Annotated[str, Header(description="`sha256 <base64>` of this body, or `sha256-so-far <base64>` of the file up to "
                                             "the body's end")]
TusResumable = Annotated[str, Header(description="protocol version, 1.0.0")]


@router.get("/time", tags=["feeds"], summary="The bank's time")
def time() -> wire.TimeAnswer:
    return wire.TimeAnswer(time=now())


@router.post("/devices/enrol", tags=["devices"], status_code=201, summary="Enrol a device with a one-time code")
def enrol(request: Request, body: Annotated[wire.EnrolRequest, ENROL]) -> wire.EnrolAnswer:
    """The code works once; the same device repeating its request within the code's life gets the same answer."""
    bank = bank_of(request)
    limits.ENROLMENTS.check(bank.database, _peer(request))
    return devices.enrol(bank, body)


@router.get("/device", tags=["devices"], summary="The asking device: its cameras")
def device(request: Request, caller: Signed) -> wire.DeviceAnswer:
    """Signed by the device; nobody need be signed in."""
    return cameras.answer(bank_of(request), caller)


@router.post("/staff/sign-in", tags=["staff"], summary="Sign in: a short-lived token")
async def sign_in(request: Request, body: Annotated[wire.SignInRequest, SIGN_IN]) -> wire.SignInAnswer:
    """Managers sign in on an enrolled device (signed request), reviewers anywhere. Five failures lock for 15 min."""
    bank = bank_of(request)
    await run_in_threadpool(limits.SIGN_INS.check, bank.database, _peer(request))
    device_id = ""
    if wire.DEVICE in request.headers:
        device_id = (await signed_device(request, await device_headers(request))).device_id
    return await run_in_threadpool(staff.sign_in, bank, body.staff_id, body.password, device_id)


@router.post("/staff/renew", tags=["staff"], summary="A fresh token for a still valid one")
def renew(request: Request, caller: Manager) -> wire.SignInAnswer:
    return staff.renew(bank_of(request), bearer(request))


@router.post("/staff/sign-out", tags=["staff"], status_code=204, summary="End the sign-in")
def sign_out(request: Request, caller: Manager) -> None:
    staff.sign_out(bank_of(request), bearer(request))


@router.get("/policy", tags=["feeds"], summary="The policy pack in force",
            responses={304: {"description": "unchanged since the ETag given in If-None-Match"}})
def policy(request: Request, response: Response, caller: Manager,
           if_none_match: Annotated[str, Header()] = "") -> wire.PolicyAnswer:
    """TOML text with the SHA-256 of its bytes."""
    answer = feeds.current_policy(bank_of(request).database)
    return _unless_known(response, answer.sha256, if_none_match) or answer


@router.get("/dealers", tags=["feeds"], summary="The admitted dealers, as TOML",
            responses={304: {"description": "unchanged since the ETag given in If-None-Match"}})
def dealers(request: Request, response: Response, caller: Manager,
            if_none_match: Annotated[str, Header()] = "") -> wire.DealersAnswer:
    bank = bank_of(request)
    answer = wire.DealersAnswer(sha256=digest(bank.dealers.encode()), text=bank.dealers)
    return _unless_known(response, answer.sha256, if_none_match) or answer


@router.get("/cases", tags=["feeds"], summary="What happened to my cases since a cursor")
def cases(request: Request, caller: Manager,
          cursor: Annotated[int, Query(ge=0, le=2**62, description="`cursor` of the last answer, 0 at first")] = 0,
          limit: Annotated[int, Query(ge=1, le=feeds.PAGE)] = feeds.PAGE) -> wire.ChangesAnswer:
    """Status changes and supplement requests, oldest first; ask again while `more` is true."""
    return feeds.changes(bank_of(request).database, caller.staff_id, caller.device.device_id, cursor, limit)


@router.post("/cases/{case_id}/challenges", tags=["intake"], status_code=201, summary="A nonce for one face check")
def challenge(request: Request, caller: Manager, case_id: CaseId) -> wire.ChallengeAnswer:
    """For this case, manager and device only, until `expires_at`; the case need not be known to the bank yet."""
    return challenges.issue(bank_of(request), caller, case_id)


@router.post("/cases/{case_id}/withdrawals", tags=["intake"], status_code=204, summary="A consent was taken back after sealing")
def withdrawal(request: Request, caller: Manager, case_id: CaseId,
               body: Annotated[wire.ConsentWithdrawal, WITHDRAWAL]) -> None:
    """Of a case the bank has received from this manager. Repeating it is harmless."""
    withdrawals.keep(bank_of(request), caller, case_id, body)


@router.post("/timestamps", tags=["evidence"], summary="An RFC 3161 timestamp of a SHA-256", response_class=Response,
             responses={200: {"content": {wire.TIMESTAMP_REPLY: {}}, "description": "TimeStampResp, DER"}})
async def timestamp(request: Request, caller: Signed) -> Response:
    """The body is a TimeStampReq in DER. Signed by the device; what cannot be stamped gets a rejection inside the answer."""
    bank = bank_of(request)
    return Response(timestamps.answer(bank.keys, await request.body(), now()), media_type=wire.TIMESTAMP_REPLY)


@router.get("/revocations", tags=["evidence"], summary="Certificates of devices that no longer hold", response_class=Response,
            responses={200: {"content": {wire.REVOCATIONS: {}}, "description": "certificate revocation list, DER"}})
def revocations(request: Request) -> Response:
    """For everybody: it names serial numbers only."""
    return Response(devices.revocation_list(bank_of(request)), media_type=wire.REVOCATIONS)


@router.post("/cases/{case_id}/revisions/{number}", tags=["intake"], summary="Open the intake of a sealed case")
def open_revision(request: Request, caller: Manager, case_id: CaseId, number: Number,
                  body: Annotated[wire.IntakeRequest, INTAKE]) -> wire.IntakeAnswer:
    """Repeating it is harmless; a different manifest for the same revision answers 409."""
    return intake.open_revision(bank_of(request), caller, case_id, number, body)


@router.get("/cases/{case_id}/revisions/{number}", tags=["intake"], summary="What is still missing")
def revision(request: Request, caller: Manager, case_id: CaseId, number: Number) -> wire.IntakeAnswer:
    return intake.state(bank_of(request), caller, case_id, number)


@router.post("/cases/{case_id}/revisions/{number}/commit", tags=["intake"], response_model=Receipt,
             summary="Commit: check everything, give the signed receipt",
             responses={202: {"model": wire.CommitPending, "description": "still checking: ask again"}})
async def commit(request: Request, caller: Manager, case_id: CaseId, number: Number,
                 prefer: Annotated[str, Header(description="`wait=0`: answer 202 at once (RFC 7240)")] = "") -> Response:
    """Identical for identical manifests: the receipt is made once and repeated byte for byte."""
    wait_s = 0 if prefer == "wait=0" else intake.COMMIT_WAIT_S
    receipt = await request.app.state.committer.commit(caller, case_id, number, wait_s)
    if receipt is None:
        return Response(wire.CommitPending().model_dump_json(), 202, {"Retry-After": "2"}, "application/json")
    return Response(receipt.model_dump_json(), media_type="application/json")


@router.get("/cases/{case_id}/revisions/{number}/receipt", tags=["intake"], summary="The signed receipt")
def receipt(request: Request, caller: Manager, case_id: CaseId, number: Number) -> Receipt:
    return intake.receipt(bank_of(request), caller, case_id, number)


@router.options("/uploads", tags=["uploads"], status_code=204, summary="What the upload protocol offers (tus 1.0)")
def upload_options(response: Response) -> None:
    response.headers.update({
        "Tus-Resumable": wire.TUS_VERSION, "Tus-Version": wire.TUS_VERSION, "Tus-Extension": uploads.EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(uploads.CHECKSUMS), "Tus-Max-Size": str(intake.FILE_SIZE_MAX)})


@router.post("/uploads", tags=["uploads"], status_code=201, summary="Create the upload of one file of a manifest (tus)",
             responses=UPLOAD_TROUBLES)
def create_upload(
    request: Request, response: Response, caller: Manager,
    upload_length: Annotated[str, Header(description="bytes of the encrypted file")],
    upload_metadata: Annotated[str, Header(description="`case`, `revision`, `file`, each with its value in base64")],
    tus_resumable: TusResumable = "",
) -> None:
    """Answers `Location`; the same file always gets the same one."""
    _check_version(tus_resumable)
    blob = uploads.create(bank_of(request), caller, upload_length, upload_metadata)
    _tus(response, Location=f"/v1/uploads/{blob.upload_id}", Upload_Offset=str(blob.offset))


@router.head("/uploads/{upload_id}", tags=["uploads"], summary="How far an upload is (tus)", responses=UPLOAD_TROUBLES)
async def upload_offset(request: Request, response: Response, caller: Manager, upload_id: UploadId,
                        tus_resumable: TusResumable = "") -> None:
    _check_version(tus_resumable)
    blob = await uploads.in_turn(bank_of(request), upload_id, partial(uploads.find, bank_of(request), caller, upload_id))
    _tus(response, Upload_Offset=str(blob.offset), Upload_Length=str(blob.size))


@router.patch("/uploads/{upload_id}", tags=["uploads"], status_code=204,
              summary="Append bytes at the offset (tus)", responses=UPLOAD_TROUBLES,
              openapi_extra={"requestBody": {"required": True, "content": {
                  "application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}}}})
async def append(request: Request, response: Response, caller: Uploading, upload_id: UploadId,
                 upload_offset: Annotated[str, Header(description="where the bytes belong")],
                 upload_checksum: Checksum = "",
                 tus_resumable: TusResumable = "") -> None:
    """The offset in the answer is on the disk. A cut keeps what came; a wrong checksum (460) keeps nothing."""
    _check_version(tus_resumable)
    offset = await uploads.receive(bank_of(request), caller, upload_id, request, uploads.checksum_of(upload_checksum))
    _tus(response, Upload_Offset=str(offset))


@router.delete("/uploads/{upload_id}", tags=["uploads"], status_code=204, summary="Forget an unfinished upload (tus)",
               responses=UPLOAD_TROUBLES)
async def drop_upload(request: Request, response: Response, caller: Manager, upload_id: UploadId,
                      tus_resumable: TusResumable = "") -> None:
    """The same file may then be sent from its start; what was committed stays."""
    _check_version(tus_resumable)
    await uploads.in_turn(bank_of(request), upload_id, partial(uploads.drop, bank_of(request), caller, upload_id))
    _tus(response)


@router.post("/uploads/{upload_id}", tags=["uploads"], status_code=204,
             summary="The same as PATCH, for networks that block it", responses=UPLOAD_TROUBLES,
             openapi_extra={"requestBody": {"required": True, "content": {
                 "application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}}}})
async def append_by_post(request: Request, response: Response, caller: Uploading, upload_id: UploadId,
                         x_http_method_override: Annotated[str, Header(description="PATCH")],
                         upload_offset: Annotated[str, Header(description="where the bytes belong")],
                         upload_checksum: Checksum = "",
                         tus_resumable: TusResumable = "") -> None:
    if effective_method(request) != "PATCH":
        raise NOT_ALLOWED()
    await append(request, response, caller, upload_id, upload_offset, upload_checksum, tus_resumable)


def _check_version(version: str) -> None:
    if version != wire.TUS_VERSION:
        raise TUS_VERSION_BAD()


def _tus(response: Response, **headers: str) -> None:
    response.headers.update({"Tus-Resumable": wire.TUS_VERSION, "Cache-Control": "no-store"})
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})


def _unless_known(response: Response, sha256: str, if_none_match: str) -> Response | None:
    etag = f'"{sha256}"'
    response.headers.update({"ETag": etag, "Cache-Control": "private, no-cache"})
    if etag in (part.strip().removeprefix("W/") for part in if_none_match.split(",")):
        return Response(status_code=304, headers={"ETag": etag})
    return None


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""
