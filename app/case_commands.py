"""What the commands do that ask whose cases they are about: looking at cases, one case's rescue copy, the PIN."""

import argparse

from app.answer import answer, columns, say
from app.domain.policy import Words

CASE_HEAD = (Words(zh="编号", en="number"), Words(zh="客户", en="customer"), Words(zh="产品", en="product"),
             Words(zh="步骤", en="step"), Words(zh="完整度", en="papers"), Words(zh="质量分", en="score"),
             Words(zh="阶段", en="stage"), Words(zh="上传", en="sending"), Words(zh="银行", en="bank"))
NO_CASES = Words(zh="没有案件。", en="No cases.")
RESCUE_WRITTEN = Words(zh="应急副本已写好（仍加密），请把整个文件夹交给银行：{folder}",
                       en="The rescue copy is written, still encrypted. Hand the whole folder to the bank: {folder}")
PIN_FORGOTTEN = Words(zh="收回密码已清除；窗口由客户经理使用。", en="The PIN is forgotten, and the window is the manager's.")
NO_PIN = Words(zh="没有设置过收回密码。", en="No PIN was set.")


def case_list(args: argparse.Namespace) -> int:
    from app.records import open_records

    with open_records(args) as records:
        rows = records.summaries.search(args.search, limit=args.limit, staff_id=_who(args, records))
    table = [(r.case_number, r.customer or "—", r.product or "—", f"{r.step}/11", f"{r.completeness:.0%}",
              "—" if r.score is None else f"{r.score:.0f}", r.stage, r.sync_state, r.bank_status or "—") for r in rows]
    head = tuple(say(args, words) for words in CASE_HEAD)
    answer(args, {"cases": [r.model_dump(mode="json", exclude={"search"}) for r in rows]},
           columns([head, *table]) if rows else [say(args, NO_CASES)])
    return 0


def case_show(args: argparse.Namespace) -> int:
    from app.domain.flow import NAMES
    from app.records import open_records

    with open_records(args) as records:
        view = records.find(args.case, _who(args, records))
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


def case_rescue(args: argparse.Namespace) -> int:
    """One sealed case as the window's "save a rescue copy" writes it."""
    from app.records import open_records
    from app.sync.rescue import save

    with open_records(args) as records:
        case = records.find(args.case, _who(args, records)).case
        folder = save(records.outbox, case.case_id, records.vault.path, args.out)
    answer(args, {"case_id": case.case_id, "case_number": case.number, "folder": str(folder)},
           [say(args, RESCUE_WRITTEN).format(folder=folder)])
    return 0


def pin_forget(args: argparse.Namespace) -> int:
    """The way round a forgotten PIN where no password is asked for; elsewhere it asks for that password."""
    from app.desk.handed_over import HandedOver
    from app.records import open_records

    with open_records(args) as records:
        there = HandedOver(records.settings, _who(args, records)).forget_pin()
    answer(args, {"forgotten": there}, [say(args, PIN_FORGOTTEN if there else NO_PIN)])
    return 0


def _who(args: argparse.Namespace, records) -> str:
    """Whose cases are looked at: a password that the bank once accepted here opens one's own. Raises ``staff.*``."""
    from app.asking import staff_number, staff_password
    from app.desk.staff import Verifiers
    from app.house_bank import MANAGER
    from app.records import LAST_STAFF

    if not records.bank:
        return MANAGER[0]
    staff_id = args.staff or records.settings.get(LAST_STAFF, "") or staff_number()
    Verifiers(records.settings).check(staff_id, staff_password())
    return staff_id
