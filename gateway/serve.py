"""The gateway's command line: serve, and the office's commands."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

from app.domain.condition import Condition
from app.domain.host import is_loopback
from gateway import bootstrap, checker, feeds, keys, metrics, office, server
from gateway.app import build
from gateway.bank import Bank
from gateway.conditions import NOT_LOOPBACK, TLS_HALF
from gateway.database import now

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
    serve = office.command(commands, "serve", _serve, "listen for devices and reviewers")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8443, help="0 takes a free one")
    serve.add_argument("--policy", type=Path, help="policy pack to put in force (default: the project's own)")
    serve.add_argument("--dealers", type=Path, help="admitted dealers, TOML with [[dealers]]")
    serve.add_argument("--bootstrap", type=Path, help="first code and staff, for an embedded gateway on loopback")
    office.add_shelf(serve)
    serve.add_argument("--tls-certificate", type=Path)
    serve.add_argument("--tls-key", type=Path)
    serve.add_argument("--behind-tls-proxy", action="store_true", help="a proxy in front of this port ends TLS")
    serve.add_argument("--proxy", default="127.0.0.1", metavar="ADDRESSES", help="of that proxy, whose X-Forwarded-For and "
                       "-Proto are believed; several joined by commas (default: 127.0.0.1)")
    serve.add_argument("--metrics-port", type=int, help="answer Prometheus on this port, without TLS (default: not at all)")
    serve.add_argument("--metrics-host", default="127.0.0.1")
    serve.add_argument("--keep-free-mb", type=int, default=1024, help="with less room for files /readyz says no (default: 1024)")
    serve.add_argument("--face-checker", metavar="COMMAND", type=_words, default="default", help="program that judges the "
                       "faces of received cases, with its options in one word; 'default' is the project's own, 'none' is off")
    serve.add_argument("--face-models", type=Path, metavar="DIR", help="model pack of the project's own face checker")
    serve.add_argument("--face-seconds", type=float, default=checker.ANSWER_S, help="time for one case (default: 60)")
    serve.add_argument("--stop-with-stdin", action="store_true", help="end when standard input closes")
    office.add_commands(commands)
    return parser


def _serve(options: argparse.Namespace) -> int:
    loopback = is_loopback(options.host)
    if bool(options.tls_certificate) != bool(options.tls_key):
        raise TLS_HALF()
    tls = (options.tls_certificate, options.tls_key) if options.tls_certificate else None
    if not loopback and not tls and not options.behind_tls_proxy:
        raise NOT_LOOPBACK()
    server.configure_logging()
    policy, listed = options.policy or _own_policy(), options.dealers or _own(DEALERS)
    dealers = feeds.load_dealers(listed) if listed else "dealers = []\n"
    with office.opened(options) as database:
        files = office.files_of(options)
        with office.start_lock(options.files):
            made = keys.load_or_make(files.keys, now())
            if options.bootstrap:
                bootstrap.apply(database, options.bootstrap, loopback)
        if policy:
            feeds.publish_policy(database, policy)
        bank = Bank(database=database, files=files, keys=made, dealers=dealers,
                    face_checker=_face_checker(options), face_check_s=options.face_seconds,
                    keep_free=options.keep_free_mb << 20)
        if options.metrics_port is not None:
            metrics.expose(bank, options.metrics_host, options.metrics_port)
        proxies = options.proxy if options.behind_tls_proxy else ""
        server.run(build(bank), options.host, options.port, tls, proxies, options.stop_with_stdin,
                   lambda address: office.say(options, {"listening": address}, f"listening on {address}"))
    return 0


def _face_checker(options: argparse.Namespace) -> tuple[str, ...]:
    if options.face_checker == ("default",):
        return (*checker.COMMAND, *(("--models", str(options.face_models)) if options.face_models else ()))
    return () if options.face_checker == ("none",) else options.face_checker


def _words(command: str) -> tuple[str, ...]:
    """A command line in its words; on Windows the backslash separates folders and quotes nothing."""
    return tuple(shlex.split(command.replace("\\", "\\\\") if os.name == "nt" else command))


def _own(path: Path) -> Path | None:
    return path if path.is_file() else None


def _own_policy() -> Path | None:
    """The project's own pack: the newest by name of those beside its dealers' list."""
    return max((path for path in POLICY.glob("*.toml") if path != DEALERS), default=None)
