"""What each command does. Heavy rooms are imported by the command that needs them, so that every other one starts fast."""

import argparse
import dataclasses
import sys
import time

from app.answer import answer, columns, say, tell
from app.domain.condition import Condition, Kind
from app.domain.policy import Words

BAD_ORDER = Kind(
    "cli.order", zh="不认识的动作：{action}。", zh_next="可用的动作：{known}。",
    en="Unknown action: {action}.", en_next="Known actions: {known}.")
UNKNOWN_KIND = Kind(
    "ocr.kind_unknown", zh="不认识的资料种类：{kind}。", zh_next="可用的种类：{known}。",
    en="Unknown kind of paper: {kind}.", en_next="Known kinds: {known}.")
NO_VIDEO = Kind(
    "liveness.no_video", zh="找不到这个视频文件。", zh_next="请检查路径。",
    en="The video file is not there.", en_next="Check the path.")
NOT_VERIFIED = Kind(
    "verify.failed", zh="核验未通过：{first}", zh_next="请不要采用这份材料，逐项查看列出的问题。",
    en="Verification failed: {first}", en_next="Do not rely on this material; read the problems listed.")

ZONES = {"pass": Words(zh="同一人", en="the same person"), "review": Words(zh="需人工复核", en="to be looked at by a person"),
         "fail": Words(zh="不是同一人", en="not the same person")}
VERDICTS = {"live": Words(zh="活体", en="alive"), "review": Words(zh="需人工复核", en="to be looked at by a person"),
            "reject": Words(zh="未通过", en="not passed")}
CASE_HEAD = (Words(zh="编号", en="number"), Words(zh="客户", en="customer"), Words(zh="产品", en="product"),
             Words(zh="步骤", en="step"), Words(zh="完整度", en="papers"), Words(zh="质量分", en="score"),
             Words(zh="阶段", en="stage"), Words(zh="上传", en="sending"), Words(zh="银行", en="bank"))
NO_CASES = Words(zh="没有案件。", en="No cases.")
READY = Words(zh="可以面签。", en="Ready for signing.")
NOT_READY = Words(zh="先处理标 ✗ 的各项，再开始面签。", en="See to what is marked ✗ before signing.")


def run(args: argparse.Namespace) -> int:
    from app.start import run_window

    return run_window(args)


def demo(args: argparse.Namespace) -> int:
    from app.demo.run import run_demo

    return run_demo(args.out, watch=args.watch, as_json=args.json)


def doctor(args: argparse.Namespace) -> int:
    from app.doctor import examine

    zh, ok, probes = args.language == "zh", True, []
    for probe in examine(args):
        probes.append(dataclasses.asdict(probe))
        ok = ok and probe.state != "bad"
        if not args.json:
            then = probe.next_zh if zh else probe.next_en
            print({"ok": "✓", "warn": "!", "bad": "✗"}[probe.state], probe.zh if zh else probe.en, flush=True)
            if probe.state != "ok" and then:
                print("  →", then, flush=True)
    answer(args, {"ok": ok, "probes": probes}, [say(args, READY if ok else NOT_READY)])
    return 0


def match(args: argparse.Namespace) -> int:
    from app.capture.picture import read_picture_file
    from app.capture.session import match_pictures

    began = time.perf_counter()
    found = match_pictures(read_picture_file(args.a), read_picture_file(args.b))
    ms = round((time.perf_counter() - began) * 1000)
    value = {"similarity": round(found.similarity, 4), "distance": round(found.distance, 4), "zone": found.zone,
             "threshold": found.threshold, "engine": found.engine, "pack": found.pack_sha256, "ms": ms}
    figures = Words(zh="距离 {0:.3f}（{1:.2f} 以内为同一人，{2:.2f} 以内需复核）",
                    en="distance {0:.3f} (the same person up to {1:.2f}, to be looked at up to {2:.2f})")
    said = say(args, figures).format(found.distance, found.threshold, found.review_threshold)
    answer(args, value, [f"{say(args, ZONES[found.zone])} ({found.zone}): {said}"])
    return 0


def liveness(args: argparse.Namespace) -> int:
    from app.capture.session import run_video
    from app.domain.challenge import ACTIONS, LivenessPlan, LivenessRules, draw_actions
    from app.domain.guidance import GUIDANCE, REASONS

    order = tuple(args.order.split(",")) if args.order else None
    for action in order or ():
        if action not in ACTIONS:
            raise BAD_ORDER(action=action, known=", ".join(ACTIONS))
    if not args.video.is_file():
        raise NO_VIDEO()
    rules = LivenessRules(allow_file_camera=args.allow_file, allow_without_attack_detection=args.allow_file)
    plan = LivenessPlan(nonce=args.nonce, actions=order or draw_actions(args.nonce), rules=rules)
    result = run_video(str(args.video), plan).result
    steps = [{"action": a.action, "passed": a.passed, "at_s": a.at_s, "measure": a.measure} for a in result.actions]
    value = {"verdict": result.verdict, "steps": steps, "passive": result.passive,
             "identity": result.identity_distance_max, "light": None, "reasons": list(result.reasons),
             "fps": round(result.fps, 1)}
    answer(args, value, [
        f"{say(args, VERDICTS[result.verdict])} ({result.verdict})",
        *(f"  {'✓' if a.passed else '✗'} {say(args, GUIDANCE[a.action])} ({a.action})" for a in result.actions),
        *(f"  ! {say(args, REASONS[code])} ({code})" for code in result.reasons)])
    return 0


def ocr(args: argparse.Namespace) -> int:
    """Every picture gets its answer, in order; one that cannot be read does not keep the others from theirs."""
    from app.capture import reading
    from app.capture.kinds import kinds

    known = (reading.AUTO, reading.PHOTO, *sorted(kinds()))
    if args.kind not in known:
        raise UNKNOWN_KIND(kind=args.kind, known=", ".join(known))
    status = 0
    for image in args.images:
        several = str(image) if len(args.images) > 1 else ""
        try:
            _read_one(args, image, several)
        except Condition as condition:
            tell(args, condition, about=several)
            status = 3
    return status


def _read_one(args: argparse.Namespace, image, heading: str) -> None:
    from app.capture.kinds import kinds
    from app.capture.picture import read_picture_file
    from app.capture.reading import read_paper

    read = read_paper(read_picture_file(image), args.kind)
    value = {"kind": read.kind, "fields": {name: r.model_dump() for name, r in read.readings.items()},
             "findings": [f.model_dump() for f in read.findings], "quality": read.quality.model_dump(), "ms": read.ms}
    name = kinds().get(read.kind)
    answer(args, value, [
        *([f"{heading}:"] if heading else []),
        *([f"{say(args, name.name)} ({read.kind})"] if name else []),
        *columns([(f"  {field}", r.value, f"{r.confidence:.2f}") for field, r in read.readings.items()]),
        *(f"  ! {f.zh if args.language == 'zh' else f.en}" for f in read.findings)])


def case_list(args: argparse.Namespace) -> int:
    from app.main import open_records

    with open_records(args) as records:
        rows = records.summaries.search(args.search, limit=args.limit)
    table = [(r.case_number, r.customer or "—", r.product or "—", f"{r.step}/11", f"{r.completeness:.0%}",
              "—" if r.score is None else f"{r.score:.0f}", r.stage, r.sync_state, r.bank_status or "—") for r in rows]
    head = tuple(say(args, words) for words in CASE_HEAD)
    answer(args, {"cases": [r.model_dump(mode="json", exclude={"search"}) for r in rows]},
           columns([head, *table]) if rows else [say(args, NO_CASES)])
    return 0


def case_show(args: argparse.Namespace) -> int:
    from app.domain.flow import NAMES
    from app.main import open_records

    with open_records(args) as records:
        view = records.find(args.case)
    steps = [{"step": s.step, "state": s.state, "seconds": round(s.seconds, 1),
              "lacks": [say(args, lack.words) for lack in s.lacks]} for s in view.steps]
    value = {"case_id": view.case.case_id, "case_number": view.case.number, "completeness": view.completeness,
             "score": view.score.total, "sync": view.sync.state, "steps": steps}
    marks = {"done": "✓", "current": "▸", "waiting": "·"}
    rows = [(f"  {marks[s.state]} {s.number:2}", say(args, NAMES[s.step]), f"{s.seconds:.0f} s",
             "; ".join(say(args, lack.words) for lack in s.lacks)) for s in view.steps]
    head = Words(zh="资料完整度 {0:.0%}，质量分 {1:.0f}，上传 {2}", en="papers {0:.0%}, score {1:.0f}, sending {2}")
    said = say(args, head).format(view.completeness, view.score.total, view.sync.state)
    answer(args, value, [f"{view.case.number}  {view.customer_masked or '—'}  {said}", *columns(rows)])
    return 0


def enrol(args: argparse.Namespace) -> int:
    from app.main import enrol_device

    enrolled = enrol_device(args)
    done = Words(zh="已登记：设备 {device_id}，银行 {gateway}", en="Enrolled: device {device_id} at {gateway}")
    answer(args, enrolled, [say(args, done).format(**enrolled)])
    return 0


def sync(args: argparse.Namespace) -> int:
    from app.main import sync_once

    sent = sync_once(args)
    done = Words(zh="新回执 {receipted}，受阻 {stopped}，待发 {waiting}",
                 en="{receipted} new receipts, {stopped} held up, {waiting} waiting")
    answer(args, sent, [say(args, done).format(**sent)])
    return 0


def verify(args: argparse.Namespace) -> int:
    from app.verify import verify_path

    verdict = verify_path(args.path, args.trust, args.identity)
    if verdict.ok:
        answer(args, {"ok": True, "checked": [say(args, w) for w in verdict.checked],
                      "unchecked": [say(args, w) for w in verdict.unchecked]},
               [*(f"✓ {say(args, w)}" for w in verdict.checked), *(f"· {say(args, w)}" for w in verdict.unchecked)])
        return 0
    problems = [p._asdict() for p in verdict.problems]
    failed = NOT_VERIFIED(first=f"{problems[0]['file']}: {problems[0][args.language]}")
    answer(args, {"condition": failed.as_dict(args.language), "problems": problems},
           (f"✗ {p['file']}: {p[args.language]}" for p in problems))
    if not args.json:
        sys.stdout.flush()
        tell(args, failed)
    return 3
