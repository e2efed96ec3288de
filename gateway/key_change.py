"""Changing a key of the bank: a new one takes its place, the old one stays for what was made under it."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import update

from gateway.conditions import NOT_FOUND
from gateway.database import Database, audit
from gateway.durable import sync_folder, write_secret
from gateway.keys import OLD, BankKeys, load_or_make, make_identity, make_receipt_key
from gateway.tables import Device

Changeable = Literal["receipt", "files", "tsa"]
FILES = {"receipt": ("receipt.key.pem",), "files": ("files.age-identity",), "tsa": ("tsa.key.pem", "tsa.pem")}


def change(database: Database, folder: Path, what: Changeable, now: datetime) -> BankKeys:
    """The keys with a new one; instances that run keep the old one until they are started anew, and are not ready until then.

    Devices enrolled before go on getting receipts under the key that they know, and their files open with the old identity.
    """
    if not all((folder / name).exists() for name in FILES[what]):
        raise NOT_FOUND()
    before = load_or_make(folder, now)
    with database.write() as session:
        session.execute(update(Device).where(Device.receipt_key_id.is_(None)).values(receipt_key_id=before.receipt_key_id))
        audit(session, "office", "", "key.changed", detail=what)
    _set_aside(folder, what, now)
    if what == "receipt":
        make_receipt_key(folder)
    elif what == "files":
        make_identity(folder)
    else:
        for name in FILES["tsa"]:
            (folder / name).unlink()
    return load_or_make(folder, now)


def _set_aside(folder: Path, what: Changeable, now: datetime) -> None:
    """A copy first: killed in between, the key is there twice and counts once."""
    (folder / OLD).mkdir(exist_ok=True, mode=0o700)
    for name in FILES[what]:
        write_secret(folder / OLD / f"{now:%Y%m%dT%H%M%S}.{name}", (folder / name).read_bytes())
    sync_folder(folder)
