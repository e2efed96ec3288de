"""The cameras a device may use for face checks: registered at enrolment, changed by the office, read by the device."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import wire
from gateway.bank import Bank
from gateway.conditions import CAMERA_ID, CAMERAS_FULL, NOT_FOUND
from gateway.database import Database, audit, now
from gateway.tables import Device, DeviceCamera, stamp

HARDWARE_ID = re.compile(wire.HARDWARE_ID)


def register(session: Session, device_id: str, cameras: tuple[wire.EnrolledCamera, ...]) -> None:
    """Those that the device told at its enrolment; one told twice counts once."""
    for camera in {camera.hardware_id: camera for camera in cameras}.values():
        _add(session, device_id, camera, "enrolment")


def of_device(session: Session, device_id: str) -> tuple[wire.EnrolledCamera, ...]:
    """In the order of their hardware ids."""
    rows = session.scalars(
        select(DeviceCamera).where(DeviceCamera.device_id == device_id).order_by(DeviceCamera.hardware_id))
    return tuple(wire.EnrolledCamera(hardware_id=row.hardware_id, name=row.name) for row in rows)


def answer(bank: Bank, device: Device) -> wire.DeviceAnswer:
    with bank.database.read() as session:
        return wire.DeviceAnswer(
            device_id=device.device_id, name=device.name, cameras=of_device(session, device.device_id))


def listed(database: Database, device_id: str = "") -> list[dict]:
    """All devices with their cameras, or one of them. Raises request.not_found."""
    with database.read() as session:
        wanted = select(Device).order_by(Device.enrolled_at, Device.device_id)
        devices = list(session.scalars(wanted.where(Device.device_id == device_id) if device_id else wanted))
        if device_id and not devices:
            raise NOT_FOUND()
        return [{"device_id": device.device_id, "name": device.name, "revoked": device.revoked_at is not None,
                 "cameras": [camera.model_dump() for camera in of_device(session, device.device_id)]}
                for device in devices]


def allow(database: Database, device_id: str, hardware_id: str, name: str) -> None:
    """Let a device use one more camera, or name one anew. Raises request.not_found, camera.id and camera.full."""
    if not HARDWARE_ID.fullmatch(hardware_id):
        raise CAMERA_ID()
    readable = "".join(letter if letter.isprintable() else " " for letter in name)[:80]
    with database.write() as session:
        if session.get(Device, device_id) is None:
            raise NOT_FOUND()
        known = session.get(DeviceCamera, (device_id, hardware_id))
        if known is not None:
            known.name = readable or known.name
            return
        if len(of_device(session, device_id)) >= wire.CAMERAS_MAX:
            raise CAMERAS_FULL(most=wire.CAMERAS_MAX)
        _add(session, device_id, wire.EnrolledCamera(hardware_id=hardware_id, name=readable), "office")


def remove(database: Database, device_id: str, hardware_id: str) -> None:
    """From its next contact on the device no longer counts this camera as enrolled. Raises request.not_found."""
    with database.write() as session:
        camera = session.get(DeviceCamera, (device_id, hardware_id))
        if camera is None:
            raise NOT_FOUND()
        session.delete(camera)
        audit(session, "office", device_id, "camera.removed", detail=hardware_id)


def _add(session: Session, device_id: str, camera: wire.EnrolledCamera, how: str) -> None:
    session.add(DeviceCamera(
        device_id=device_id, hardware_id=camera.hardware_id, name=camera.name, added_at=stamp(now())))
    audit(session, "office", device_id, "camera.allowed", detail=f"{how} {camera.hardware_id}")
