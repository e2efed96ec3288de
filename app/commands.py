"""What each command does. Heavy rooms are imported by the command that needs them, so that every other one starts fast."""

import argparse
import dataclasses
import sys
from pathlib import Path

from app.answer import answer, columns, say, tell
from app.domain.condition import Condition, Kind
from app.domain.policy import Words

KEYLESS = ("keys.damaged", "keys.unavailable", "keys.passphrase_needed")
UNKNOWN_KIND = Kind(
    "ocr.kind_unknown", zh="不认识的资料种类：{kind}。", zh_next="可用的种类：{known}。",
    en="Unknown kind of paper: {kind}.", en_next="Known kinds: {known}.")
NOT_VERIFIED = Kind(
    "verify.failed", zh="核验未通过：{first}", zh_next="请不要采用这份材料，逐项查看列出的问题。",
    en="Verification failed: {first}", en_next="Do not rely on this material; read the problems listed.")

POLICY_FLAWED = Kind(
    "policy.flawed", zh="政策包有 {count} 处要改。{first}", zh_next="请逐处改好后再检查一次；有错的政策包不会被启用。",
    en="The policy pack has {count} problem(s). {first_en}",
    en_next="Mend each and check again; a pack with errors is never used.")
POLICY_UNREADABLE = Kind(
    "policy.unreadable", zh="读不到这个政策包文件，或者它不是 UTF-8 文本。", zh_next="请检查路径；用记事本另存时编码选 UTF-8。",
    en="The policy pack cannot be read, or is not UTF-8 text.", en_next="Check the path, and save the file as UTF-8.")

OUT_EXISTS = Kind(
    "rescue.out_exists", zh="输出文件夹已经存在。", zh_next="请用 --out 指明一个还不存在的文件夹。",
    en="The output folder is there already.", en_next="Name one with --out that is not there yet.")
RESCUED = Words(zh="{cases} 笔：完好文件 {files} 个，损坏 {damaged} 个，操作记录 {events} 条。请把整个文件夹交给银行。",
                en="{cases} case(s): {files} whole files, {damaged} damaged, {events} journal entries. "
                   "Hand the whole folder to the bank; nobody else can open it.")

PASSPHRASE_SET = Words(zh="数据口令已设置；旧口令不再有效。请销毁旧的 keys.json 备份。",
                       en="The passphrase is set and an earlier one opens nothing. Destroy old copies of keys.json.")

CAMERAS = Words(zh="银行登记的摄像头：", en="Cameras the bank registered:")
NO_CAMERAS = Words(zh="没有登记任何摄像头：人脸检测将转人工复核，直到本行管理员登记摄像头。",
                   en="No camera is registered: face checks go to review until the bank's office allows one.")
READY = Words(zh="可以面签。", en="Ready for signing.")
NOT_READY = Words(zh="先处理标 ✗ 的各项，再开始面签。", en="See to what is marked ✗ before signing.")


def run(args: argparse.Namespace) -> int:
    from app.start import run_window

    named = {name: vars(args)[name] for name in ("language", "theme", "camera", "microphone") if vars(args)[name] is not None}
    args.language = args.language or "zh"
    return run_window(args, named)


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


def log_export(args: argparse.Namespace) -> int:
    from app.log_export import export_log

    file = export_log(args.data, args.file)
    written = Words(zh="日志已导出，不含个人信息：{0}", en="The log is written, without personal data: {0}")
    answer(args, {"file": str(file)}, [say(args, written).format(file)])
    return 0


def ocr(args: argparse.Namespace) -> int:
    """Every picture gets its answer, in order; one that cannot be read does not keep the others from theirs."""
    from app.capture import reading
    from app.capture.kinds import kinds
    from app.capture.vision import Vision
    from app.desk.reader import Reader

    known = (reading.AUTO, reading.PHOTO, *sorted(kinds()))
    if args.kind not in known:
        raise UNKNOWN_KIND(kind=args.kind, known=", ".join(known))
    status, vision = 0, Vision()
    vision.start()
    try:
        for image in args.images:
            several = str(image) if len(args.images) > 1 else ""
            try:
                _read_one(args, Reader(vision), image, several)
            except Condition as condition:
                tell(args, condition, about=several)
                status = 3
    finally:
        vision.close()
    return status


def _read_one(args: argparse.Namespace, reader, image: Path, heading: str) -> None:
    from app.capture.picture import read_picture_file

    for page in reader.open_file(read_picture_file(image)):
        _tell_page(args, page, reader.read_page(page, args.kind), heading)


def _tell_page(args: argparse.Namespace, page, read, heading: str) -> None:
    """One page; what the file says of itself is told where the page was made from it, with the page's number."""
    from app.capture.kinds import kinds

    findings = (*read.findings, *page.findings) if page.drawn else read.findings
    value = {"kind": read.kind, "fields": {name: _field(name, r) for name, r in read.readings.items()},
             "findings": [f.model_dump() for f in findings], "quality": read.quality.model_dump(), "ms": read.ms}
    if page.drawn:
        value["page"] = page.number
    name = kinds().get(read.kind)
    answer(args, value, [
        *([f"{heading}:"] if heading else []),
        *([f"{say(args, name.name)} ({read.kind})"] if name else []),
        *columns([(f"  {field}", r.value, f"{r.confidence:.2f}") for field, r in read.readings.items()]),
        *(f"  ! {f.zh if args.language == 'zh' else f.en}" for f in findings)])


def _field(name: str, reading) -> dict:
    """One field for programs: its standard value, and what is printed where that is another word."""
    from app.capture.reading import standard

    value = standard(name, reading.value)
    return reading.model_dump() | {"value": value} | ({"printed": reading.value} if value != reading.value else {})


def enrol(args: argparse.Namespace) -> int:
    from app.main import enrol_device

    enrolled = enrol_device(args)
    done = Words(zh="已登记：设备 {device_id}，银行 {gateway}", en="Enrolled: device {device_id} at {gateway}")
    registered = [(f"  {camera['name']}", camera["hardware_id"]) for camera in enrolled["cameras"]]
    answer(args, enrolled, [
        say(args, done).format(**enrolled),
        say(args, CAMERAS if registered else NO_CAMERAS), *columns(registered)])
    return 0


def sync(args: argparse.Namespace) -> int:
    from app.main import sync_once

    sent = sync_once(args)
    done = Words(zh="新回执 {receipted}，受阻 {stopped}，待发 {waiting}",
                 en="{receipted} new receipts, {stopped} held up, {waiting} waiting")
    answer(args, sent, [say(args, done).format(**sent)])
    return 0


def passphrase(args: argparse.Namespace) -> int:
    """Opened by what opens the folder now, it opens by the new passphrase too, and by no earlier one."""
    from app.asking import has_data, new_passphrase, passphrase_for
    from app.records import NO_DATA
    from app.store.keys import add_passphrase, unlock
    from app.store.keystore import OsKeyStore

    if not has_data(args.data):
        raise NO_DATA()
    keys = unlock(args.data, key_store=OsKeyStore(), passphrase=passphrase_for(args.data))
    add_passphrase(args.data, keys, new_passphrase())
    answer(args, {"ok": True}, [say(args, PASSPHRASE_SET)])
    return 0


def rescue(args: argparse.Namespace) -> int:
    """Without the keys the case files alone, which the bank can open; nothing is opened or changed here."""
    from app.asking import has_data, passphrase_for
    from app.records import NO_DATA
    from app.store.keys import unlock
    from app.store.keystore import OsKeyStore
    from app.store.rescue import rescue as get_out

    if not has_data(args.data):
        raise NO_DATA()
    if args.out.exists():
        raise OUT_EXISTS()
    keys, trouble = None, None
    try:
        keys = unlock(args.data, key_store=OsKeyStore(), passphrase=passphrase_for(args.data))
    except Condition as condition:
        if condition.code not in KEYLESS:
            raise
        trouble = condition
    cases = get_out(args.data, args.out, keys)
    value = {"cases": [case.model_dump() for case in cases], "keys": trouble.as_dict(args.language) if trouble else None}
    said = say(args, RESCUED).format(cases=len(cases), files=sum(c.files for c in cases), damaged=sum(c.damaged for c in cases),
                                     events=sum(c.events for c in cases))
    answer(args, value, [said, *([f"! {trouble.message(args.language)}"] if trouble else [])])
    return 0


def policy_check(args: argparse.Namespace) -> int:
    """Every problem at once, in the order of the lines; then what is fine but looks unintended."""
    from app.capture.kinds import kinds
    from app.domain.policy_review import review_policy
    from app.forms.template_check import check_templates
    from app.main import RESOURCES

    folder = args.forms or RESOURCES / "forms"
    review = review_policy(_policy_text(args.file), sorted(p.name for p in folder.glob("*.md")), kinds())
    problems = review.problems if review.pack is None else check_templates(review.pack, folder)
    if problems:
        return _tell_problems(args, problems)
    pack = review.pack
    counts = {name: len(getattr(pack, name)) for name in ("papers", "sets", "consents", "questions", "ratings", "forms")}
    value = {"ok": True, "bank": pack.bank, "version": pack.version, "sha256": pack.sha256,
             "products": [p.code for p in pack.products], **counts, "notes": _listed(review.notes)}
    fine = Words(zh="✓ {bank} 政策包 {version} 可以启用："
                    "{products} 个产品、{papers} 种资料、{forms} 份待签文件、{consents} 项同意",
                 en="✓ {bank}'s policy pack {version} can be used: {products} products, {papers} papers, {forms} forms, "
                    "{consents} consents")
    said = say(args, fine).format(bank=pack.bank, version=pack.version, products=len(pack.products), **counts)
    answer(args, value, [said, *(f"  · {p.code}  {say(args, p.name)}" for p in pack.products), *_lines(args, "!", review.notes)])
    return 0


def _policy_text(file: Path) -> str:
    from app.domain.policy_text import LENGTH_MAX

    try:
        with open(file, "rb") as opened:
            return opened.read(LENGTH_MAX * 4 + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise POLICY_UNREADABLE() from error


def _place(problem, before: str = "") -> str:
    """The file of a contract text; nothing for the pack itself."""
    return f"{before}{problem.where}" if problem.where.endswith(".md") else ""


def _listed(problems) -> list[dict]:
    return [{"line": p.line, "where": p.where, "zh": p.why.zh, "en": p.why.en} for p in problems]


def _lines(args: argparse.Namespace, sign: str, problems) -> list[str]:
    at = Words(zh="第 {0} 行", en="line {0}")
    return columns([(f"{sign} {say(args, at).format(p.line)}", p.where, say(args, p.why)) for p in problems])


def _tell_problems(args: argparse.Namespace, problems) -> int:
    first = problems[0]
    flawed = POLICY_FLAWED(count=len(problems), first=f"第一处在{_place(first)}第 {first.line} 行：{first.why.zh}",
                           first_en=f"The first is on line {first.line}{_place(first, ' of ')}: {first.why.en}")
    answer(args, {"condition": flawed.as_dict(args.language), "problems": _listed(problems)}, _lines(args, "✗", problems))
    if not args.json:
        sys.stdout.flush()
        tell(args, flawed)
    return 3


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
