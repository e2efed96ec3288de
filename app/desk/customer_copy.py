"""The customer's copy of the signed documents on a stick: one PDF under a password that only the customer knows."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from app.domain.case import Case
from app.domain.condition import Condition, Kind
from app.domain.copy_password import check_copy_password
from app.domain.evidence import digest
from app.domain.policy import PolicyPack
from app.forms.context import chinese_date
from app.forms.draw import draw
from app.forms.templates import template_text
from app.store import disk

PASSWORD = Kind(
    "copy.password", zh="密码不能用：{why}", zh_next="请客户另设密码，两次输入一致。",
    en="The password will not do: {why_en}", en_next="Let the customer choose another one and type it twice.")
FULL = Kind(
    "copy.full", zh="所选的盘空间不足，没有保存。", zh_next="请换一个 U 盘，或清理出空间后再试。",
    en="There is not enough room on the chosen drive; nothing was saved.", en_next="Use another stick, or free some space.")
GONE = Kind(
    "copy.gone", zh="所选的盘或文件夹不见了，没有保存。", zh_next="请重新插好 U 盘，再选择一次。",
    en="The chosen drive or folder is no longer there; nothing was saved.", en_next="Plug the stick in again and choose it.")
READ_ONLY = Kind(
    "copy.read_only", zh="所选的盘不能写入，没有保存。", zh_next="请打开 U 盘的写保护开关，或换一个 U 盘。",
    en="The chosen drive cannot be written to; nothing was saved.", en_next="Release its write protection or use another one.")
DAMAGED = Kind(
    "copy.damaged", zh="写到盘上的内容与原件不符。", zh_next="这个盘可能有故障，请换一个再试。",
    en="What the drive holds is not what was written.", en_next="The drive may be faulty; use another one.")
_ON_THE_DRIVE = {"disk.full": FULL, "disk.unavailable": GONE, "disk.read_only": READ_ONLY, "disk.io": DAMAGED}


def save_copy(case: Case, pack: PolicyPack, documents: Mapping[str, bytes], bank_pem: bytes, folder: Path, password: str,
              again: str, today: date) -> Path:
    """Write the copy into ``folder``; the file's path. ``documents``: form code → signed PDF. Raises ``copy.*``."""
    card, values = case.card.card, case.form.values
    known = (card.number, values.get("phone", ""), values.get("repayment_card", ""), case.number)
    for flaw in check_copy_password(password, again, known):
        raise PASSWORD(why=flaw.zh, why_en=flaw.en)
    names = {code: f"{number:02d} {pack.form(code).name.zh}.pdf" for number, code in enumerate(documents, start=1)}
    from app.forms.customer_copy import customer_copy, page_count  # pyHanko takes half a second to load

    listed = [{"number": number, "name": pack.form(code).name.zh, "pages": page_count(pdf), "sha256": digest(pdf)}
              for number, (code, pdf) in enumerate(documents.items(), start=1)]
    cover = draw("customer_copy", template_text("customer_copy"), {
        "bank": {"name": pack.bank}, "customer": {"name": card.name}, "documents": listed, "today": chinese_date(today)},
        case_number=case.number, case_id=case.case_id, signers=())
    data = customer_copy(cover.pdf, {names[code]: pdf for code, pdf in documents.items()}, {"bank.pem": bank_pem}, password)
    return _write(folder / f"面签文件 {case.number}.pdf", data)


def _write(path: Path, data: bytes) -> Path:
    try:
        disk.Disk().write(path, data)
        with disk.conditions():
            kept = path.read_bytes()
    except Condition as condition:
        raise _ON_THE_DRIVE.get(condition.code, condition.kind)() from condition
    if kept != data:
        raise DAMAGED()
    return path
