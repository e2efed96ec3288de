"""The gateway's command line: serve, and the office's tasks of making codes, adding staff, revoking devices and
allowing cameras."""

import argparse
import getpass
import json
import os
import shlex
import sys
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from filelock import FileLock
from sqlalchemy.exc import ArgumentError, OperationalError

from app.domain.condition import Condition
from gateway import bootstrap, cameras, checker, devices, feeds, keys, server, staff
from gateway.app import build
from gateway.bank import Bank
from gateway.conditions import DATABASE_URL, FILE_UNREADABLE, NOT_FOUND, NOT_LOOPBACK, TLS_HALF
from gateway.database import Database, now
from gateway.files import CaseFiles

POLICY = Path(__file__).resolve().parents[1] / "resources" / "policy"
DEALERS = POLICY / "dealers.toml"


def main(argv: list[str], prog: str = "python -m gateway") -> int:
    """Run one command; returns the exit code: 0 done, 2 usage, 3 a condition (told on standard error)."""
    options = _parser(prog).parse_args(argv)
    os.umask(0o077)  # database, files and keys are the operator's alone
    try:
        return options.run(options)
    except Condition as condition:
        told = condition.as_dict(options.language)
        if options.json:
            print(json.dumps({"condition": told}, ensure_ascii=False))
        else:
            print(f"✗ {told['message']} [{told['code']}]\n→ {told['next']}", file=sys.stderr)
        return 3


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = _command(commands, "serve", _serve, "listen for devices and reviewers")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8443, help="0 takes a free one")
    serve.add_argument("--policy", type=Path, help="policy pack to put in force (default: the project's own)")
    serve.add_argument("--dealers", type=Path, help="admitted dealers, TOML with [[dealers]]")
    serve.add_argument("--bootstrap", type=Path, help="first code and staff, for an embedded gateway on loopback")
    serve.add_argument("--tls-certificate", type=Path)
    serve.add_argument("--tls-key", type=Path)
    serve.add_argument("--behind-tls-proxy", action="store_true", help="a proxy in front of this port ends TLS")
    serve.add_argument("--face-checker", metavar="COMMAND", type=_words, default="default", help="program that judges the "
                       "faces of received cases, with its options in one word; 'default' is the project's own, 'none' is off")
    serve.add_argument("--face-models", type=Path, metavar="DIR", help="model pack of the project's own face checker")
    serve.add_argument("--face-seconds", type=float, default=checker.ANSWER_S, help="time for one case (default: 60)")
    serve.add_argument("--stop-with-stdin", action="store_true", help="end when standard input closes")
    code = _command(commands, "code", _code, "make a one-time enrolment code")
    code.add_argument("--device-name", default="")
    code.add_argument("--hours", type=int, default=24)
    revoke = _command(commands, "revoke", _revoke, "stop a device at once")
    revoke.add_argument("device_id")
    _camera_commands(commands)
    people = commands.add_parser("staff", help="members of staff").add_subparsers(required=True, metavar="WHAT")
    add = _command(people, "add", _staff_add, "add one, or set name, role and password anew")
    add.add_argument("--id", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", choices=("manager", "reviewer"), default="manager")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    return parser


def _camera_commands(commands) -> None:
    group = commands.add_parser("camera", help="cameras that devices may use for face checks").add_subparsers(
        required=True, metavar="WHAT")
    listing = _command(group, "list", _camera_list, "the cameras of one device, or of all")
    listing.add_argument("device_id", nargs="?", default="", metavar="DEVICE_ID")
    allow = _command(group, "allow", _camera_allow, "let a device use a camera")
    remove = _command(group, "remove", _camera_remove, "no longer let a device use a camera")
    for command in (allow, remove):
        command.add_argument("device_id", metavar="DEVICE_ID")
        command.add_argument("hardware_id", metavar="HARDWARE_ID", help="as mianqian doctor shows it on the device")
    allow.add_argument("--name", default="", help="as people shall read it")


def _command(commands, name: str, run, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--database", default="sqlite:///gateway.db", help="SQLAlchemy URL, SQLite or PostgreSQL")
    parser.add_argument("--files", type=Path, default=Path("gateway-files"), help="folder of keys and case files")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of what people read (default: zh)")
    parser.set_defaults(run=run)
    return parser


def _serve(options: argparse.Namespace) -> int:
    loopback = _is_loopback(options.host)
    if bool(options.tls_certificate) != bool(options.tls_key):
        raise TLS_HALF()
    tls = (options.tls_certificate, options.tls_key) if options.tls_certificate else None
    if not loopback and not tls and not options.behind_tls_proxy:
        raise NOT_LOOPBACK()
    server.configure_logging()
    policy, listed = options.policy or _own_policy(), options.dealers or _own(DEALERS)
    dealers = feeds.load_dealers(listed) if listed else "dealers = []\n"
    database = _database(options)
    with _start_lock(options.files):
        made = keys.load_or_make(options.files / "keys", now())
        if options.bootstrap:
            bootstrap.apply(database, options.bootstrap, loopback)
    if policy:
        feeds.publish_policy(database, policy)
    bank = Bank(database=database, files=CaseFiles(options.files), keys=made, dealers=dealers,
                face_checker=_face_checker(options), face_check_s=options.face_seconds)
    server.run(build(bank), options.host, options.port, tls, options.stop_with_stdin,
               lambda address: _say(options, {"listening": address}, f"listening on {address}"))
    return 0


def _face_checker(options: argparse.Namespace) -> tuple[str, ...]:
    if options.face_checker == ("default",):
        return (*checker.COMMAND, *(("--models", str(options.face_models)) if options.face_models else ()))
    return () if options.face_checker == ("none",) else options.face_checker


def _words(command: str) -> tuple[str, ...]:
    """A command line in its words; on Windows the backslash separates folders and quotes nothing."""
    return tuple(shlex.split(command.replace("\\", "\\\\") if os.name == "nt" else command))


def _code(options: argparse.Namespace) -> int:
    database, code = _database(options), devices.new_code()
    with database.write() as session:
        devices.add_code(session, code, options.device_name, timedelta(hours=options.hours))
    database.close()
    _say(options, {"code": code, "hours": options.hours}, code)
    return 0


def _revoke(options: argparse.Namespace) -> int:
    database = _database(options)
    known = devices.revoke(database, options.device_id)
    database.close()
    if not known:
        raise NOT_FOUND()
    _say(options, {"revoked": options.device_id}, f"revoked {options.device_id}")
    return 0


def _camera_list(options: argparse.Namespace) -> int:
    database = _database(options)
    try:
        found = cameras.listed(database, options.device_id)
    finally:
        database.close()
    lines = [line for device in found for line in (
        f"{device['device_id']}  {device['name']}{'  (revoked)' if device['revoked'] else ''}",
        *(f"  {camera['hardware_id']}  {camera['name']}" for camera in device["cameras"]))]
    _say(options, {"devices": found}, "\n".join(lines))
    return 0


def _camera_allow(options: argparse.Namespace) -> int:
    database = _database(options)
    try:
        cameras.allow(database, options.device_id, options.hardware_id, options.name)
    finally:
        database.close()
    _say(options, {"device": options.device_id, "allowed": options.hardware_id}, f"allowed {options.hardware_id}")
    return 0


def _camera_remove(options: argparse.Namespace) -> int:
    database = _database(options)
    try:
        cameras.remove(database, options.device_id, options.hardware_id)
    finally:
        database.close()
    _say(options, {"device": options.device_id, "removed": options.hardware_id}, f"removed {options.hardware_id}")
    return 0


def _staff_add(options: argparse.Namespace) -> int:
    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else getpass.getpass()
    database = _database(options)
    try:
        with database.write() as session:
            staff.add(session, options.id, options.name, password, options.role)
    finally:
        database.close()
    _say(options, {"staff": options.id, "role": options.role}, f"{options.role} {options.id}")
    return 0


def _database(options: argparse.Namespace) -> Database:
    with _start_lock(options.files):
        try:
            database = Database(options.database)
            database.migrate()
        except (ArgumentError, OperationalError, ImportError, OSError) as error:  # no URL, no driver, no answer, no folder
            raise DATABASE_URL() from error
    return database


def _start_lock(folder: Path) -> FileLock:
    """Keys and SQLite's tables are made by one process at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FILE_UNREADABLE(name=folder.name, why=error.strerror) from error
    return FileLock(folder / "start.lock")


def _own(path: Path) -> Path | None:
    return path if path.is_file() else None


def _own_policy() -> Path | None:
    """The project's own pack: the newest by name of those beside its dealers' list."""
    return max((path for path in POLICY.glob("*.toml") if path != DEALERS), default=None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _say(options: argparse.Namespace, values: dict, line: str) -> None:
    print(json.dumps(values, ensure_ascii=False) if options.json else line, flush=True)
