"""What the bank's office does at the command line: codes, staff, devices, cameras, pruning."""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from filelock import FileLock
from sqlalchemy.exc import ArgumentError, OperationalError

from gateway import cameras, devices, housekeeping, key_change, keys, reconcile, rescue, staff
from gateway.bank import Bank
from gateway.conditions import DATABASE_URL, FILE_UNREADABLE, NOT_FOUND, SHELF_BAD
from gateway.database import Database, now
from gateway.files import CaseFiles
from gateway.shelf import Shelf


def add_commands(commands) -> None:
    """All of them, below the gateway's own command."""
    code = command(commands, "code", _code, "make a one-time enrolment code")
    code.add_argument("--device-name", default="")
    code.add_argument("--hours", type=int, default=24)
    revoke = command(commands, "revoke", _revoke, "stop a device at once")
    revoke.add_argument("device_id")
    by_hand = command(commands, "import-rescue", _import_rescue, "take in a case that came by hand, as a rescue copy")
    by_hand.add_argument("folder", type=Path)
    add_shelf(by_hand)
    _camera_commands(commands)
    people = commands.add_parser("staff", help="members of staff").add_subparsers(required=True, metavar="WHAT")
    add = command(people, "add", _staff_add, "add one, or set name, role and password anew")
    add.add_argument("--id", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", choices=("manager", "reviewer"), default="manager")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    change = command(commands, "change-key", _change_key, "a new key of the bank for new things; then restart every instance")
    change.add_argument("what", choices=("receipt", "files", "tsa"))
    check = command(commands, "reconcile", _reconcile, "after a restore: cases without their files, receipts not known here")
    check.add_argument("receipts", nargs="*", type=Path, metavar="RECEIPTS", help="JSON files with receipts that devices hold")
    check.add_argument("--read", action="store_true", help="read and hash every file")
    add_shelf(check)
    prune = command(commands, "prune", _prune, "remove what is older than the given days; without any, nothing")
    prune.add_argument("--audit-days", type=int, help="rows of the audit")
    prune.add_argument("--challenge-days", type=int, help="nonces of face checks; a case that comes later has an unknown one")
    prune.add_argument("--upload-days", type=int, help="files of cases that were begun and never committed")


def _camera_commands(commands) -> None:
    group = commands.add_parser("camera", help="cameras that devices may use for face checks").add_subparsers(
        required=True, metavar="WHAT")
    listing = command(group, "list", _camera_list, "the cameras of one device, or of all")
    listing.add_argument("device_id", nargs="?", default="", metavar="DEVICE_ID")
    allow = command(group, "allow", _camera_allow, "let a device use a camera")
    remove = command(group, "remove", _camera_remove, "no longer let a device use a camera")
    for each in (allow, remove):
        each.add_argument("device_id", metavar="DEVICE_ID")
        each.add_argument("hardware_id", metavar="HARDWARE_ID", help="as mianqian doctor shows it on the device")
    allow.add_argument("--name", default="", help="as people shall read it")


def command(commands, name: str, run, text: str) -> argparse.ArgumentParser:
    """A command with the options that all have."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--database", default="sqlite:///gateway.db", help="SQLAlchemy URL, SQLite or PostgreSQL")
    parser.add_argument("--files", type=Path, default=Path("gateway-files"), help="folder of keys and case files")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of what people read (default: zh)")
    parser.set_defaults(run=run)
    return parser


def _code(options: argparse.Namespace) -> int:
    code = devices.new_code()
    with opened(options) as database, database.write() as session:
        devices.add_code(session, code, options.device_name, timedelta(hours=options.hours))
    return say(options, {"code": code, "hours": options.hours}, code)


def _revoke(options: argparse.Namespace) -> int:
    with opened(options) as database:
        if not devices.revoke(database, options.device_id):
            raise NOT_FOUND()
    return say(options, {"revoked": options.device_id}, f"revoked {options.device_id}")


def _import_rescue(options: argparse.Namespace) -> int:
    with opened(options) as database:
        with start_lock(options.files):
            files = files_of(options)
            made = keys.load_or_make(files.keys, now())
        receipt = rescue.take_in(Bank(database=database, files=files, keys=made, dealers=""), options.folder)
    return say(options, receipt.model_dump(mode="json"), f"{receipt.receipt_id} {receipt.case_id} r{receipt.revision}")


def _camera_list(options: argparse.Namespace) -> int:
    with opened(options) as database:
        found = cameras.listed(database, options.device_id)
    lines = [line for device in found for line in (
        f"{device['device_id']}  {device['name']}{'  (revoked)' if device['revoked'] else ''}",
        *(f"  {camera['hardware_id']}  {camera['name']}" for camera in device["cameras"]))]
    return say(options, {"devices": found}, "\n".join(lines))


def _camera_allow(options: argparse.Namespace) -> int:
    with opened(options) as database:
        cameras.allow(database, options.device_id, options.hardware_id, options.name)
    return say(options, {"device": options.device_id, "allowed": options.hardware_id}, f"allowed {options.hardware_id}")


def _camera_remove(options: argparse.Namespace) -> int:
    with opened(options) as database:
        cameras.remove(database, options.device_id, options.hardware_id)
    return say(options, {"device": options.device_id, "removed": options.hardware_id}, f"removed {options.hardware_id}")


def _staff_add(options: argparse.Namespace) -> int:
    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else getpass.getpass()
    with opened(options) as database, database.write() as session:
        staff.add(session, options.id, options.name, password, options.role)
    return say(options, {"staff": options.id, "role": options.role}, f"{options.role} {options.id}")


def _prune(options: argparse.Namespace) -> int:
    with opened(options) as database:
        counts = housekeeping.prune(
            database, CaseFiles(options.files), now(), audit_days=options.audit_days, challenge_days=options.challenge_days,
            upload_days=options.upload_days)
    return say(options, {"pruned": counts}, "\n".join(f"{name}: {count}" for name, count in counts.items()) or "nothing")


def _change_key(options: argparse.Namespace) -> int:
    with opened(options) as database, start_lock(options.files):
        made = key_change.change(database, CaseFiles(options.files).keys, options.what, now())
    return say(options, {"changed": options.what, "receipt_key_id": made.receipt_key_id, "recipient": made.recipient},
               f"changed {options.what}; receipt key {made.receipt_key_id}, recipient {made.recipient}")


def _reconcile(options: argparse.Namespace) -> int:
    receipts = [receipt for path in options.receipts for receipt in reconcile.receipts_in(path)]
    with opened(options) as database:
        files = files_of(options)
        found = reconcile.gaps(database, files.shelf, keys.load_or_make(files.keys, now()), receipts, options.read)
    lines = [f"{gap.what}  {gap.case_id}  {gap.revision}  {gap.detail}" for gap in found]
    say(options, {"gaps": [gap.model_dump() for gap in found]}, "\n".join(lines) or "nothing is missing")
    return 1 if found else 0


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Database]:
    """The database, its tables as this version needs them. Raises serve.database and serve.database_newer."""
    with start_lock(options.files):
        try:
            database = Database(options.database)
            database.migrate()
        except (ArgumentError, OperationalError, ImportError, OSError) as error:  # no URL, no driver, no answer, no folder
            raise DATABASE_URL() from error
    try:
        yield database
    finally:
        database.close()


def add_shelf(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shelf", default="", metavar="URL", help="s3://BUCKET[@HOST][/PREFIX] for the files of received cases "
                        "(default: the folder FILES/cases)")


def files_of(options: argparse.Namespace) -> CaseFiles:
    """The folder, with the bucket where one is named. Raises serve.shelf."""
    return CaseFiles(options.files, _shelf(options.shelf))


def _shelf(url: str) -> Shelf | None:
    """None for the folder. Raises serve.shelf."""
    if not url:
        return None
    try:
        from gateway.s3_shelf import S3Shelf  # its client library is installed where a bucket is used
        shelf = S3Shelf(url)
        if not shelf.ready():
            raise SHELF_BAD(why="no such bucket")
    except (ImportError, ValueError, OSError) as error:
        raise SHELF_BAD(why=str(error)) from error
    return shelf


def start_lock(folder: Path) -> FileLock:
    """Keys and SQLite's tables are made by one process at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FILE_UNREADABLE(name=folder.name, why=error.strerror) from error
    return FileLock(folder / "start.lock")


def say(options: argparse.Namespace, values: dict, line: str) -> int:
    """Tell what was done, as people or programs read it; returns the exit code of a thing done."""
    print(json.dumps(values, ensure_ascii=False) if options.json else line, flush=True)
    return 0
