"""The command line `mianqian`: the same core as the window, without one.

Exit status: 0 done, 2 usage, 3 a condition (its code and sentence), 1 a bug.
"""

import argparse
import dataclasses
import json
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import platformdirs

from app.domain.condition import Condition, Kind

BAD_ORDER = Kind(
    "cli.order", zh="不认识的动作：{action}。", zh_next="可用的动作：{known}。",
    en="Unknown action: {action}.", en_next="Known actions: {known}.")
NOT_VERIFIED = Kind(
    "verify.failed", zh="核验未通过：{first}", zh_next="请不要采用这份材料，逐项查看列出的问题。",
    en="Verification failed: {first}", en_next="Do not rely on this material; read the problems listed.")


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    multiprocessing.freeze_support()
    args = _parser().parse_args(argv)
    logging.basicConfig(level=os.environ.get("MIANQIAN_LOG", "WARNING"),
                        format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        return args.run(args)
    except Condition as condition:
        _say_condition(condition, args)
        return 3
    except KeyboardInterrupt:
        return 130


def _say_condition(condition: Condition, args: argparse.Namespace) -> None:
    if getattr(args, "json", False):
        print(json.dumps({"condition": condition.as_dict(args.language)}, ensure_ascii=False))
    else:
        said = condition.as_dict(args.language)
        print(f"{said['message']} {said['next']} [{said['code']}]", file=sys.stderr)


def _print(args: argparse.Namespace, value: dict, words: Iterable[str]) -> None:
    if args.json:
        print(json.dumps(value, ensure_ascii=False))
    else:
        for line in words:
            print(line)


# -- commands ------------------------------------------------------------------------------------------------------


def _run(args: argparse.Namespace) -> int:
    from app.main import run_window

    return run_window(args)


def _demo(args: argparse.Namespace) -> int:
    from app.demo.run import run_demo

    return run_demo(args.out, watch=args.watch, as_json=args.json)


def _doctor(args: argparse.Namespace) -> int:
    from app.doctor import examine

    probes = examine(args)
    zh = args.language == "zh"
    marks = {"ok": "✓", "warn": "!", "bad": "✗"}
    said = {"ok": lambda p: ""} | dict.fromkeys(("warn", "bad"), lambda p: f" → {p.next_zh if zh else p.next_en}")
    _print(args, {"probes": [dataclasses.asdict(p) for p in probes]},
           (f"{marks[p.state]} {p.zh if zh else p.en}{said[p.state](p)}" for p in probes))
    return 0


def _match(args: argparse.Namespace) -> int:
    from app.capture.picture import read_picture_file
    from app.capture.session import match_pictures

    began = time.perf_counter()
    found = match_pictures(read_picture_file(args.a), read_picture_file(args.b))
    ms = round((time.perf_counter() - began) * 1000)
    value = {"similarity": round(found.similarity, 4), "distance": round(found.distance, 4), "zone": found.zone,
             "threshold": found.threshold, "engine": found.engine, "pack": found.pack_sha256, "ms": ms}
    _print(args, value, [f"{found.zone}  distance {found.distance:.3f}  (pass ≤ {found.threshold})"])
    return 0


def _liveness(args: argparse.Namespace) -> int:
    from app.capture.liveness_actions import ACTIONS
    from app.capture.session import LivenessPolicy, run_video

    order = tuple(args.order.split(",")) if args.order else None
    for action in order or ():
        if action not in ACTIONS:
            raise BAD_ORDER(action=action, known=", ".join(ACTIONS))
    policy = LivenessPolicy(allow_file_camera=args.allow_file, allow_without_attack_detection=args.allow_file)
    result = run_video(str(args.video), args.nonce, policy, order).result
    steps = [{"action": a.action, "passed": a.passed, "at_s": a.at_s, "measure": a.measure} for a in result.actions]
    _print(args, {"verdict": result.verdict, "steps": steps, "passive": result.passive,
                  "identity": result.identity_distance_max, "light": None, "reasons": list(result.reasons),
                  "fps": round(result.fps, 1)},
           [f"{result.verdict}  " + "  ".join(f"{s['action']}:{'ok' if s['passed'] else 'no'}" for s in steps),
            *result.reasons])
    return 0


def _ocr(args: argparse.Namespace) -> int:
    from app.capture.picture import read_picture_file
    from app.capture.reading import read_id_card, read_paper

    for image in args.images:
        data = read_picture_file(image)
        side = args.kind.removeprefix("id_card_")
        read = read_id_card(data, side) if args.kind in ("id_card_front", "id_card_back") else read_paper(data, args.kind)
        value = {"kind": read.kind, "fields": {k: r.model_dump() for k, r in read.readings.items()},
                 "findings": [f.model_dump() for f in read.findings], "quality": read.quality.model_dump(), "ms": read.ms}
        _print(args, value, [*(f"{name}: {r.value}  ({r.confidence:.2f})" for name, r in read.readings.items()),
                             *(f"! {f.zh if args.language == 'zh' else f.en}" for f in read.findings)])
    return 0


def _case_list(args: argparse.Namespace) -> int:
    from app.main import open_records

    with open_records(args) as records:
        rows = records.summaries.search(args.search, limit=args.limit)
    _print(args, {"cases": [r.model_dump(mode="json", exclude={"search"}) for r in rows]},
           (f"{r.case_number}  {r.customer or '—'}  {r.product or '—'}  {r.step}/11  {r.completeness:.0%}  {r.stage}"
            f"  {r.sync_state}" for r in rows))
    return 0


def _case_show(args: argparse.Namespace) -> int:
    from app.main import open_records

    with open_records(args) as records:
        view = records.find(args.case)
    steps = [{"step": s.step, "state": s.state, "seconds": round(s.seconds, 1),
              "lacks": [lack.words.of(args.language) for lack in s.lacks]} for s in view.steps]
    _print(args, {"case_id": view.case.case_id, "case_number": view.case.number, "completeness": view.completeness,
                  "score": view.score.total, "sync": view.sync.state, "steps": steps},
           [f"{view.case.number}  {view.customer_masked}  {view.completeness:.0%}  {view.score.total}",
            *(f"  {s['state']:8} {s['step']}" + (f"  – {'; '.join(s['lacks'])}" if s["lacks"] else "") for s in steps)])
    return 0


def _enrol(args: argparse.Namespace) -> int:
    from app.main import enrol_device

    session = enrol_device(args)
    _print(args, session, [f"{session['device_id']} @ {session['gateway']}"])
    return 0


def _sync(args: argparse.Namespace) -> int:
    from app.main import sync_once

    sent = sync_once(args)
    _print(args, sent, [f"{sent['receipted']} receipted, {sent['waiting']} waiting" + (f" – {sent['trouble']}"
                                                                                    if sent["trouble"] else "")])
    return 0


def _verify(args: argparse.Namespace) -> int:
    from app.verify import verify_path

    verdict = verify_path(args.path, args.trust, args.identity)
    problems = [p._asdict() for p in verdict.problems]
    if verdict.ok:
        _print(args, {"ok": True, "checked": [w.of(args.language) for w in verdict.checked],
                      "unchecked": [w.of(args.language) for w in verdict.unchecked]},
               [*(f"✓ {w.of(args.language)}" for w in verdict.checked),
                *(f"· {w.of(args.language)}" for w in verdict.unchecked)])
        return 0
    failed = NOT_VERIFIED(first=f"{problems[0]['file']}: {problems[0][args.language]}")
    if args.json:
        print(json.dumps({"condition": failed.as_dict(args.language), "problems": problems}, ensure_ascii=False))
        return 3
    for problem in problems:
        print(f"✗ {problem['file']}: {problem[args.language]}")
    raise failed


def _gateway(args: argparse.Namespace) -> int:
    from gateway.__main__ import main as gateway_main

    return gateway_main(args.rest)


# -- arguments -----------------------------------------------------------------------------------------------------


def data_folder() -> Path:
    return Path(os.environ.get("MIANQIAN_DATA") or platformdirs.user_data_path("mianqian", appauthor=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mianqian", description="面签台: the face-to-face signing of car loans")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable, words: str, group=commands) -> argparse.ArgumentParser:
        sub = group.add_parser(name, help=words, description=words)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON object")
        sub.add_argument("--language", choices=("zh", "en"), default="zh")
        return sub

    run = command("run", _run, "the window for daily use")
    _devices(run)
    _bank(run)
    run.add_argument("--theme", choices=("light", "dark"), default="light")

    demo = command("demo", _demo, "play one whole signing case through the window, on embedded defaults")
    demo.add_argument("--out", type=Path, default=Path("out/demo"))
    demo.add_argument("--watch", action="store_true", help="at a pace a person can follow")

    doctor = command("doctor", _doctor, "check camera, GPS, microphone, disk, clock, key store, fonts, gateway")
    _devices(doctor)
    _bank(doctor)

    match = command("match", _match, "compare the faces of two pictures")
    match.add_argument("a", type=Path)
    match.add_argument("b", type=Path)

    liveness = command("liveness", _liveness, "judge a video as one liveness attempt")
    liveness.add_argument("video", type=Path)
    liveness.add_argument("--order", help="three actions, comma separated; else drawn from the nonce")
    liveness.add_argument("--nonce", default="command-line")
    liveness.add_argument("--allow-file", action="store_true", help="as a demo policy would: a file may pass as live")

    ocr = command("ocr", _ocr, "read a paper")
    ocr.add_argument("kind")
    ocr.add_argument("images", type=Path, nargs="+")

    case = commands.add_parser("case", help="look at cases kept on this device").add_subparsers(dest="what", required=True)
    listing = command("list", _case_list, "all cases", case)
    listing.add_argument("search", nargs="?", default="")
    listing.add_argument("--limit", type=int, default=100)
    _data(listing)
    show = command("show", _case_show, "one case", case)
    show.add_argument("case", help="case number or id")
    _data(show)

    enrol = command("enrol", _enrol, "enrol this device with the bank's one-time code")
    enrol.add_argument("--code", required=True)
    enrol.add_argument("--device-name", default="")
    _bank(enrol, required=True)

    sync = command("sync", _sync, "send what waits and fetch the bank's answers, once")
    _bank(sync)

    verify = command("verify", _verify, "check an evidence package or a sealed PDF, offline")
    verify.add_argument("path", type=Path)
    verify.add_argument("--trust", type=Path, help="the bank's certificate (PEM); else the one inside the package")
    verify.add_argument("--identity", type=Path, help="the bank's age key file, to open the files too")

    gateway = commands.add_parser("gateway", help="the bank's reference gateway", add_help=False)
    gateway.set_defaults(run=_gateway, language="zh", json=False)
    gateway.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=data_folder(), help="data folder")


def _devices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--camera", default="0", help="device number, address or video file")
    parser.add_argument("--place", default="auto", help="auto, gpsd[:HOST:PORT], serial:PORT, nmea:FILE, system")
    parser.add_argument("--microphone", default="auto", help="auto, none or file:WAV")


def _bank(parser: argparse.ArgumentParser, required: bool = False) -> None:
    _data(parser)
    parser.add_argument("--gateway", default="", required=required, help="the bank's address; else an embedded one")
    parser.add_argument("--staff", default="", help="staff number to sign in with")


if __name__ == "__main__":
    sys.exit(main())
