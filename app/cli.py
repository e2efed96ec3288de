"""The command line `mianqian`: the same core as the window, without one.

Exit status: 0 done, 2 usage, 3 a condition (its code and sentence), 1 a bug.
"""

import argparse
import logging
import multiprocessing
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import platformdirs

from app import case_commands, commands, face_commands, model_commands
from app.answer import prepare_streams, tell
from app.domain.condition import Condition
from app.store.dumps import refuse_dumps

LOG = "MIANQIAN_LOG"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
OUTCOMES = "Exit status: 0 done, 2 usage, 3 something to act on (told on standard error), 1 a bug."
DOCTOR = """Each part is fine (✓), can be done without (!) or has to be seen to (✗), and then what to do is said.
The exit status is 0 whenever everything could be looked at: what was found is the answer, not a failure. Scripts
read "ok" of --json, which is false where any part is "bad"."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    multiprocessing.freeze_support()
    prepare_streams()
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["gateway"]:  # has a command line of its own, with its own options and its own --help
        from gateway.serve import main as gateway_main

        return gateway_main(words[1:], "mianqian gateway")
    parser = _parser()
    args = parser.parse_args(words)
    level = os.environ.get(LOG, "WARNING").upper()
    if level not in LEVELS:
        parser.error(f"{LOG} is one of {', '.join(LEVELS)}")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.umask(0o077)  # whatever is written is its owner's alone
    refuse_dumps()
    return _outcome(args)


def _outcome(args: argparse.Namespace) -> int:
    try:
        return args.run(args)
    except Condition as condition:
        tell(args, condition)
        return 3
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the answer has seen enough; nothing more can be written at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def data_folder() -> Path:
    return Path(os.environ.get("MIANQIAN_DATA") or platformdirs.user_data_path("mianqian", appauthor=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mianqian", description="面签台: the face-to-face signing of car loans",
                                     epilog=OUTCOMES)
    parser.add_argument("--version", action="version", version=f"mianqian {version('mianqian')}")
    group = parser.add_subparsers(required=True, metavar="COMMAND")
    _window(group)
    _vision(group)
    _models(group)
    _cases(group)
    _log(group)
    _bank_side(group)
    group.add_parser("gateway", help="the bank's reference gateway: serve, code, staff, revoke, camera")
    return parser


def _command(group, name: str, run: Callable, words: str, more: str = OUTCOMES) -> argparse.ArgumentParser:
    sub = group.add_parser(name, help=words, description=words, epilog=more)
    sub.set_defaults(run=run)
    sub.add_argument("--json", action="store_true", help="print one JSON object")
    sub.add_argument("--language", choices=("zh", "en"), default="zh", help="of what people read (default: zh)")
    return sub


def _window(group) -> None:
    run = _command(group, "run", commands.run, "the window for daily use")
    _devices(run)
    _bank(run)
    run.add_argument("--theme", choices=("light", "dark"))
    run.add_argument("--trial", action="store_true", help="a new data folder works with an embedded gateway, without the guide")
    run.set_defaults(language=None, camera=None, microphone=None)  # what is not named is as the window's settings say
    demo = _command(group, "demo", commands.demo, "play one whole signing case through the window, on embedded defaults")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), help="folder for what it leaves (default: out/demo)")
    demo.add_argument("--watch", action="store_true", help="at a pace a person can follow")
    words = "check camera, place, microphone, disk, clock, key store, fonts, data folder and gateway"
    doctor = _command(group, "doctor", commands.doctor, words, DOCTOR)
    _devices(doctor)
    _data(doctor)
    doctor.add_argument("--gateway", default="", help="the bank's address; else the one enrolled with, else an embedded one")


def _vision(group) -> None:
    match = _command(group, "match", face_commands.match, "compare the faces of two pictures, or of many pairs")
    match.set_defaults(usage=match.error)
    match.add_argument("a", type=Path, nargs="?", metavar="A")
    match.add_argument("b", type=Path, nargs="?", metavar="B")
    match.add_argument("--pairs", type=Path, metavar="FILE", help="CSV file with the columns a,b: one answer a line each")
    _pack(match)
    liveness = _command(group, "liveness", face_commands.liveness, "judge a video as one liveness attempt, or several")
    liveness.add_argument("videos", type=Path, nargs="+", metavar="VIDEO")
    _pack(liveness)
    liveness.add_argument("--order", metavar="A,B,C",
                          help="actions in their order: blink, turn_left, turn_right, open_mouth, nod; else drawn from the nonce")
    liveness.add_argument("--nonce", default="command-line", help="what the order of actions is drawn from")
    liveness.add_argument("--allow-file", action="store_true", help="as a demo policy would: a file may pass as live")
    ocr = _command(group, "ocr", commands.ocr, "read papers: pictures, HEIC, PDF, OFD; one answer for each page")
    ocr.add_argument("kind", metavar="KIND", help="auto, photo, or a kind of paper; an unknown one is answered with the list")
    ocr.add_argument("images", type=Path, nargs="+", metavar="FILE")


def _models(group) -> None:
    models = group.add_parser("models", help="the models of the face check: list, add, check, use").add_subparsers(
        required=True, metavar="WHAT")
    _data(_command(models, "list", model_commands.models_list, "the packs that are here, with licences and what they lack"))
    add = _command(models, "add", model_commands.models_add, "check a bank's model pack, install it and put it in use")
    add.add_argument("dir", type=Path, metavar="DIR", help="folder with the pack.toml")
    _data(add)
    check = _command(models, "check", model_commands.models_check, "hash, load and run every file of a pack")
    check.add_argument("dir", type=Path, nargs="?", metavar="DIR", help="folder with the pack.toml; else the pack in use")
    _data(check)
    use = _command(models, "use", model_commands.models_use, "put another pack in use")
    use.add_argument("name", metavar="NAME", help="built-in, or the name or first digits of the hash of one that is here")
    _data(use)


def _pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pack", type=Path, metavar="DIR", help="folder of a model pack; else the one in use")
    _data(parser)


def _cases(group) -> None:
    case = group.add_parser("case", help="look at cases kept on this device").add_subparsers(
        required=True, metavar="WHAT")
    listing = _command(case, "list", case_commands.case_list, "one's own cases, the newest first")
    listing.add_argument("search", nargs="?", default="", metavar="WORDS", help="only cases with these words")
    listing.add_argument("--limit", type=int, default=100, help="at most so many (default: 100)")
    _owner(listing)
    show = _command(case, "show", case_commands.case_show, "one case, step by step")
    show.add_argument("case", metavar="CASE", help="case number or id")
    _owner(show)
    words = "a sealed case as a rescue copy, still encrypted, to bring to the bank by hand"
    rescue = _command(case, "rescue", case_commands.case_rescue, words)
    rescue.add_argument("case", metavar="CASE", help="case number or id")
    rescue.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the copy's own folder is made")
    _owner(rescue)
    pin = group.add_parser("pin", help="the PIN that takes the customer's screen back").add_subparsers(
        required=True, metavar="WHAT")
    _owner(_command(pin, "forget", case_commands.pin_forget, "forget it, also where the window waits for it"))


def _log(group) -> None:
    log = group.add_parser("log", help="the program's own log").add_subparsers(required=True, metavar="WHAT")
    export = _command(log, "export", commands.log_export, "log, doctor and versions in one ZIP, without personal data")
    export.add_argument("file", type=Path, metavar="FILE")
    _data(export)


def _bank_side(group) -> None:
    enrol = _command(group, "enrol", commands.enrol, "enrol this device with the bank's one-time code")
    enrol.add_argument("--gateway", required=True, help="the bank's address")
    enrol.add_argument("--code", required=True, help="the one-time code")
    enrol.add_argument("--device-name", default="", help="as the bank shall list it (default: this computer's name)")
    _data(enrol)
    _bank(_command(group, "sync", commands.sync, "send what waits and fetch the bank's answers, once"))
    _data(_command(group, "passphrase", commands.passphrase, "set the data passphrase, or change it"))
    rescue = _command(group, "rescue", commands.rescue, "get out what the bank can use of a data folder that does not open")
    rescue.add_argument("--out", type=Path, required=True, help="a new folder for it; everything in it is encrypted to the bank")
    _data(rescue)
    policy = group.add_parser("policy", help="a bank's own policy pack").add_subparsers(required=True, metavar="WHAT")
    check = _command(policy, "check", commands.policy_check, "check a policy pack and the contract texts, line by line")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--forms", type=Path, metavar="FOLDER", help="contract texts of the bank's own (default: the program's)")
    verify = _command(group, "verify", commands.verify, "check an evidence package or a sealed PDF, offline")
    verify.add_argument("path", type=Path, metavar="PACKAGE_OR_PDF")
    verify.add_argument("--trust", type=Path, metavar="PEM", help="the bank's certificate; else the one in or beside it")
    verify.add_argument("--identity", type=Path, metavar="FILE", help="the bank's age key file, to open the files too")


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=data_folder(),
                        help="data folder (default: MIANQIAN_DATA, else the system's place for it)")


def _devices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--camera", default="0", help="device number, address or video file (default: 0)")
    parser.add_argument("--place", default="auto", help="auto, gpsd[:HOST:PORT], serial:PORT, nmea:FILE, system")
    parser.add_argument("--microphone", default="auto", help="auto, none or file:WAV")


def _bank(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    parser.add_argument("--gateway", default="", help="the bank's address; else the one enrolled with, else an embedded one")
    parser.add_argument("--staff", default="", help="staff number to sign in with")


def _owner(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    parser.add_argument("--staff", default="", help="whose cases; the password is asked for, or in MIANQIAN_STAFF_PASSWORD")


if __name__ == "__main__":
    sys.exit(main())
