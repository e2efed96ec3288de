"""Who is asking: the dependencies that check the device's signature and the staff token of a request."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from app.domain import wire
from gateway import devices, staff
from gateway.bank import bank_of
from gateway.conditions import DEVICE_SIGNATURE, STAFF_ROLE, STAFF_TOKEN
from gateway.tables import Device


@dataclass(frozen=True)
class Caller:
    """A manager at an enrolled device. ``content`` is the hash of the body that the device signed."""

    staff_id: str
    device: Device
    content: str


def bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise STAFF_TOKEN()
    return token


def target_of(request: Request) -> str:
    """Path and query exactly as they were sent."""
    raw = request.scope["raw_path"].decode("ascii")
    query = request.scope["query_string"].decode("ascii")
    return f"{raw}?{query}" if query else raw


async def signature_headers(
    x_device_id: Annotated[str, Header(description="device id from enrolment")] = "",
    x_device_time: Annotated[str, Header(description="Unix seconds, within five minutes of the bank's")] = "",
    x_device_nonce: Annotated[str, Header(description="random, 8 to 64 characters")] = "",
    x_content_sha256: Annotated[str, Header(description="SHA-256 of the body, hex")] = "",
    x_device_signature: Annotated[str, Header(description="Ed25519 over the request text, hex")] = "",
) -> None:
    """For the interface's description."""


async def device_headers(request: Request, _: Annotated[None, Depends(signature_headers)] = None) -> Device:
    """The device that signed."""
    return await run_in_threadpool(_device, request)


async def signed_device(request: Request, device: Annotated[Device, Depends(device_headers)]) -> Device:
    """The device, after the whole body was compared with the hash it signed."""
    if not hmac.compare_digest(sha256(await request.body()).hexdigest(), request.headers.get(wire.CONTENT, "")):
        raise DEVICE_SIGNATURE()
    return device


def _device(request: Request) -> Device:
    return devices.verify_request(bank_of(request), request.headers, effective_method(request), target_of(request))


def _manager(request: Request, device: Device) -> Caller:
    signed_in = staff.who(bank_of(request), bearer(request))
    if signed_in.device_id != device.device_id:
        raise STAFF_TOKEN()
    if signed_in.role != "manager":
        raise STAFF_ROLE()
    return Caller(signed_in.staff_id, device, request.headers.get(wire.CONTENT, ""))


async def manager(request: Request, device: Annotated[Device, Depends(signed_device)]) -> Caller:
    return await run_in_threadpool(_manager, request, device)


async def uploading_manager(request: Request, _: Annotated[None, Depends(signature_headers)]) -> Caller:
    """As ``manager``, for a body that is streamed: its hash is left to the one who reads it."""
    return await run_in_threadpool(lambda: _manager(request, _device(request)))


async def reviewer(request: Request) -> staff.SignedIn:
    signed_in = await run_in_threadpool(staff.who, bank_of(request), bearer(request))
    if signed_in.role != "reviewer":
        raise STAFF_ROLE()
    return signed_in


def effective_method(request: Request) -> str:
    """PATCH may travel as POST where a proxy blocks it; the device signs what is meant."""
    if request.method == "POST" and request.url.path.startswith("/v1/uploads/"):
        return request.headers.get("x-http-method-override", "POST").upper()
    return request.method


Signed = Annotated[Device, Depends(signed_device)]
Manager = Annotated[Caller, Depends(manager)]
Uploading = Annotated[Caller, Depends(uploading_manager)]
Reviewer = Annotated[staff.SignedIn, Depends(reviewer)]
