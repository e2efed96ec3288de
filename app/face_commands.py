"""`mianqian match` and `mianqian liveness`: pictures and videos, one or many, with the models loaded once."""

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path

from app.answer import answer, say, tell
from app.domain.condition import Condition, Kind
from app.domain.policy import Words

BAD_ORDER = Kind(
    "cli.order", zh="不认识的动作：{action}。", zh_next="可用的动作：{known}。",
    en="Unknown action: {action}.", en_next="Known actions: {known}.")
NOT_MEASURABLE = Kind(
    "cli.not_measurable", zh="所用的模型包无法判断这个动作：{action}。", zh_next="可用的动作：{known}。",
    en="The model pack in use cannot tell this action: {action}.", en_next="It can tell: {known}.")
NO_VIDEO = Kind(
    "liveness.no_video", zh="找不到这个视频文件。", zh_next="请检查路径。",
    en="The video file is not there.", en_next="Check the path.")
NO_PAIRS = Kind(
    "cli.pairs", zh="读不了图片对列表：{why}。", zh_next="需要 UTF-8 的 CSV 文件，第一行是列名 a,b，其后每行两个图片路径。",
    en="The list of pairs cannot be read: {why}.",
    en_next="It is a CSV file in UTF-8 whose first line names the columns a,b; then two picture paths a line.")

ZONES = {"pass": Words(zh="同一人", en="the same person"), "review": Words(zh="需人工复核", en="to be looked at by a person"),
         "fail": Words(zh="不是同一人", en="not the same person")}
VERDICTS = {"live": Words(zh="活体", en="alive"), "review": Words(zh="需人工复核", en="to be looked at by a person"),
            "reject": Words(zh="未通过", en="not passed")}
FIGURES = Words(zh="距离 {0:.3f}（{1:.2f} 以内为同一人，{2:.2f} 以内需复核）",
                en="distance {0:.3f} (the same person up to {1:.2f}, to be looked at up to {2:.2f})")
RATE = Words(zh="，陌生人误通过率不高于 {0:.2%}", en=", of strangers at most {0:.2%} pass")
PAIRS_LIMIT = 20 * 1024 * 1024


def match(args: argparse.Namespace) -> int:
    """One pair, or every pair of a list in its order; one that cannot be compared keeps no other from its answer."""
    if (args.pairs is None) == (args.a is None) or (args.a is None) != (args.b is None):
        args.usage("two pictures, or --pairs FILE")
    pairs = [(args.a, args.b)] if args.pairs is None else list(_pairs(args.pairs))
    _load(args)
    status = 0
    for a, b in pairs:
        status = max(status, _match_one(args, a, b, several=args.pairs is not None))
    return status


def liveness(args: argparse.Namespace) -> int:
    """Every video gets its answer, in order; one that cannot be read does not keep the others from theirs."""
    from app.domain.challenge import ACTIONS

    order = tuple(args.order.split(",")) if args.order else None
    for action in order or ():
        if action not in ACTIONS:
            raise BAD_ORDER(action=action, known=", ".join(ACTIONS))
    engine = _load(args)
    for action in order or ():
        if action not in engine.measurable:
            raise NOT_MEASURABLE(action=action, known=", ".join(a for a in ACTIONS if a in engine.measurable))
    without = tuple(action for action in ACTIONS if action not in engine.measurable)
    status, several = 0, len(args.videos) > 1
    for video in args.videos:
        about = str(video) if several else ""
        try:
            _judge(args, video, order, without, about)
        except Condition as condition:
            tell(args, condition, about=about)
            status = 3
    return status


def _load(args: argparse.Namespace):
    """The engine of ``--pack``, else of the pack in use, its models loaded. Raises ``models.*``."""
    from app.capture.model_shelf import ModelShelf
    from app.capture.session import engine, use_pack, warm

    use_pack(args.pack or ModelShelf(args.data).active())
    warm()  # before any time is taken
    return engine()


def _pairs(path: Path) -> Iterator[tuple[Path, Path]]:
    """The pairs of a CSV file. Relative paths count from the current folder, else from the list's own."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(PAIRS_LIMIT + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise NO_PAIRS(why=type(error).__name__) from error
    if len(text) > PAIRS_LIMIT:
        raise NO_PAIRS(why="> 20 MB")
    rows = csv.DictReader(text.splitlines(), skipinitialspace=True)
    try:
        if not {"a", "b"} <= set(rows.fieldnames or ()):
            raise NO_PAIRS(why="a,b?")
        for row in rows:
            if not row["a"] or not row["b"]:
                raise NO_PAIRS(why=f"line {rows.line_num}")
            yield _found(path, row["a"]), _found(path, row["b"])
    except csv.Error as error:
        raise NO_PAIRS(why=f"line {rows.line_num}") from error


def _found(listing: Path, name: str) -> Path:
    path = Path(name)
    beside = listing.parent / path
    return beside if not path.exists() and beside.exists() else path


def _match_one(args: argparse.Namespace, a: Path, b: Path, *, several: bool) -> int:
    from app.capture.picture import read_picture_file
    from app.capture.session import match_embeddings, picture_embedding

    embeddings = []
    begun = time.perf_counter()
    for path in (a, b):
        try:
            embeddings.append(picture_embedding(read_picture_file(path)))
        except Condition as condition:
            tell(args, condition, about=str(path))
            return 3
    found = match_embeddings(*embeddings)
    ms = round((time.perf_counter() - begun) * 1000)
    value = {"similarity": found.similarity, "distance": found.distance, "zone": found.zone, "threshold": found.threshold,
             "engine": found.engine, "pack": found.pack_sha256, "ms": ms, "false_match_rate": found.false_match_rate}
    said = say(args, FIGURES).format(found.distance, found.threshold, found.review_threshold)
    rate = say(args, RATE).format(found.false_match_rate) if found.false_match_rate is not None else ""
    heading = [f"{a} — {b}:"] if several else []
    answer(args, value, [*heading, f"{say(args, ZONES[found.zone])} ({found.zone}): {said}{rate}"])
    return 0


def _judge(args: argparse.Namespace, video: Path, order, without, heading: str) -> None:
    from app.capture.session import run_video
    from app.domain.challenge import LivenessPlan, LivenessRules, draw_actions
    from app.domain.guidance import GUIDANCE, REASONS

    if not video.is_file():
        raise NO_VIDEO()
    rules = LivenessRules(file_camera="allow" if args.allow_file else "review",
                          allow_without_attack_detection=args.allow_file)
    plan = LivenessPlan(nonce=args.nonce, actions=order or draw_actions(args.nonce, without),
                        without=without if order is None else (), rules=rules)
    result = run_video(str(video), plan).result
    steps = [{"action": a.action, "passed": a.passed, "at_s": a.at_s, "measure": a.measure} for a in result.actions]
    value = {"verdict": result.verdict, "steps": steps, "passive": result.passive,
             "identity": result.identity_distance_max,
             "light": result.light.model_dump(mode="json") if result.light else None,
             "reasons": list(result.reasons), "fps": round(result.fps, 1)}
    answer(args, value, [
        *([f"{heading}:"] if heading else []),
        f"{say(args, VERDICTS[result.verdict])} ({result.verdict})",
        *(f"  {'✓' if a.passed else '✗'} {say(args, GUIDANCE[a.action])} ({a.action})" for a in result.actions),
        *(f"  ! {say(args, REASONS[code])} ({code})" for code in result.reasons)])
