"""Whether the process lives, and whether it can take cases: for supervisors and load balancers."""

import logging
import os
import shutil
from collections.abc import Callable
from secrets import token_hex

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse

from gateway.bank import Bank, bank_of

log = logging.getLogger(__name__)
router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Whether the process answers")
def live() -> dict[str, str]:
    return {"state": "fine"}


@router.get("/readyz", summary="Whether database, tables, storage, keys and room are there", responses={
    503: {"description": "one of them is not: named, without details"}})
def ready(request: Request) -> JSONResponse:
    """Send devices elsewhere while it says 503. What is wrong in detail stands in the log."""
    found = {name: _fine(name, check, bank_of(request)) for name, check in CHECKS.items()}
    well = all(found.values())
    return JSONResponse({"state": "fine" if well else "not ready",
                         "checks": {name: "fine" if fine else "bad" for name, fine in found.items()}}, 200 if well else 503)


def _fine(name: str, check: Callable[[Bank], bool], bank: Bank) -> bool:
    try:
        fine = check(bank)
    except (OSError, ValueError, SQLAlchemyError) as error:
        log.warning("not ready: %s: %s", name, type(error).__name__)
        return False
    if not fine:
        log.warning("not ready: %s", name)
    return fine


def _writable(bank: Bank) -> bool:
    """Bytes reach the disk of the shared folder."""
    probe = bank.files.incoming / f"probe-{token_hex(8)}"
    with open(probe, "wb", buffering=0) as file:
        file.write(b"ready")
        os.fsync(file.fileno())
    probe.unlink()
    return True


CHECKS: dict[str, Callable[[Bank], bool]] = {
    "database": lambda bank: bank.database.answers(),
    "tables": lambda bank: bank.database.is_current(),
    "storage": lambda bank: _writable(bank) and bank.files.shelf.ready(),
    "keys": lambda bank: bank.keys.same_as_in(bank.files.keys),
    "room": lambda bank: shutil.disk_usage(bank.files.incoming).free >= bank.keep_free,
}
