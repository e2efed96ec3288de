"""`mianqian models`: which models the face check works with, and a bank's own pack in their place."""

import argparse

from app.answer import answer, columns, say
from app.domain.policy import Words

ACTIVE = Words(zh="使用中", en="in use")
LACKS = Words(zh="没有：{0}", en="lacks: {0}")
ADDED = Words(zh="已安装并启用", en="Installed and in use")
CHANGED = Words(zh="已启用", en="In use")
SOUND = Words(zh="全部模型可用", en="Every model works")
ROLES = {"attack_detection": Words(zh="翻拍检测", en="attack detection"), "landmarks": Words(zh="68 个特征点", en="68 points")}
COMMERCIAL = {True: Words(zh="可商用", en="commercial use"), False: Words(zh="不可商用", en="no commercial use"),
              None: Words(zh="未注明商用", en="commercial use not said")}


def models_list(args: argparse.Namespace) -> int:
    """Every pack with its licences; one that is not sound with what is wrong."""
    rows = _shelf(args).packs()
    values, lines = [], []
    for row in rows:
        if row.pack is None:
            values.append({"sha256": row.sha256, "active": row.active, "condition": row.trouble.as_dict(args.language)})
            lines += [f"✗ {row.sha256[:12]}  {row.trouble.message(args.language)} [{row.trouble.code}]",
                      f"  → {row.trouble.next(args.language)}"]
            continue
        value = _described(row.pack, active=row.active)
        values.append(value)
        lines += _lines(args, value)
    answer(args, {"packs": values}, lines)
    return 0


def models_add(args: argparse.Namespace) -> int:
    """Check, copy, check the copy, put in use."""
    pack, checks = _shelf(args).add(args.dir)
    return _checked(args, pack, checks, ADDED, active=True)


def models_check(args: argparse.Namespace) -> int:
    """Hash, load and run every file of a pack: the one in DIR, else the one in use."""
    from app.capture.model_pack import read_pack
    from app.capture.pack_check import check_pack

    pack = _shelf(args).in_use() if args.dir is None else read_pack(args.dir)
    active = _shelf(args).active()
    in_use = args.dir is None or (active is not None and active.name == pack.sha256)
    return _checked(args, pack, check_pack(pack), SOUND, active=in_use)


def models_use(args: argparse.Namespace) -> int:
    """Put a pack in use that is here already, or the built-in one."""
    value = _described(_shelf(args).use(args.name), active=True)
    answer(args, value, [say(args, CHANGED), *_lines(args, value)])
    return 0


def _shelf(args: argparse.Namespace):
    from app.capture.model_shelf import ModelShelf

    return ModelShelf(args.data)


def _checked(args: argparse.Namespace, pack, checks, words: Words, *, active: bool) -> int:
    value = _described(pack, active=active)
    ms = {check.file: check.ms for check in checks}
    value["models"] = [entry | {"ms": ms.get(entry["file"])} for entry in value["models"]]
    answer(args, value, [say(args, words), *_lines(args, value)])
    return 0


def _described(pack, *, active: bool) -> dict:
    from app.capture.engines import engine_of

    engine, described = engine_of(pack), pack.description
    return {"name": described.name, "version": described.version, "sha256": pack.sha256, "active": active,
            "built_in": pack.built_in, "engine": engine.name, "lacks": list(engine.lacks),
            "measurable": sorted(engine.measurable), "pass_at": engine.calibration.pass_at,
            "review_at": engine.calibration.review_at, "false_match_rate": engine.calibration.false_match_rate,
            "calibrated_on": engine.calibration.calibrated_on,
            "models": [{"role": model.role, "file": model.file or model.runtime, "sha256": model.sha256,
                        "licence": model.licence, "commercial_use": model.commercial_use} for model in engine.models]}


def _lines(args: argparse.Namespace, value: dict) -> list[str]:
    mark = f"  ({say(args, ACTIVE)})" if value["active"] else ""
    lacks = ", ".join(say(args, ROLES[role]) for role in value["lacks"])
    rows = [(f"  {entry['role']}", entry["file"], say(args, COMMERCIAL[entry["commercial_use"]]), entry["licence"])
            for entry in value["models"]]
    return [f"{value['name']} {value['version']}  {value['sha256'][:12]}{mark}", *columns(rows),
            *([f"  ! {say(args, LACKS).format(lacks)}"] if lacks else [])]
