"""A case's rescue copy: what would have been sent, as it lies here, still encrypted to the bank, for another way there."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from app.domain.condition import Condition, Kind
from app.domain.evidence import FileRef
from app.domain.rescue import FILES, MANIFEST, SIGNATURE
from app.store import disk
from app.store.vault import VAULT_DESTROYED
from app.sync.outbox import Outbox

log = logging.getLogger(__name__)

EXISTS = Kind(
    "rescue.exists", zh="该文件夹里已有这份应急副本。", zh_next="请换一个文件夹，或先移走旧的副本。",
    en="That folder already holds this rescue copy.", en_next="Choose another folder, or move the old copy away.")
NOT_SEALED = Kind(
    "rescue.not_sealed", zh="这笔面签还没有封存，没有可交给银行的应急副本。", zh_next="请先在窗口里封存。",
    en="The case is not sealed, so there is nothing to bring to the bank.", en_next="Seal it in the window first.")
README = """这是一份面签资料的应急副本，仍然加密，只有银行能打开。请把整个文件夹交给银行，银行用
  python -m gateway import-rescue 本文件夹
收下它；之后本机联网时会自动得到同一份回执。

A rescue copy of one signing case, still encrypted; only the bank can open it. Hand the whole folder to the bank, which takes it
in with the command above. The laptop then gets the same receipt by itself when it is online.
"""


def save(outbox: Outbox, case_id: str, vault_path: Callable[[str, FileRef], Path], folder: Path) -> Path:
    """Write manifest, device signature and encrypted files of a case's last seal into a new folder inside ``folder``; returns it.

    Files are copied as they are, also damaged ones: what is whole is for the bank to say. Raises rescue.not_sealed,
    rescue.exists, vault.destroyed or a disk condition.
    """
    entry = outbox.latest(case_id)
    if entry is None:
        raise NOT_SEALED()
    if entry.state == "purged":
        raise VAULT_DESTROYED()
    target = folder / f"{entry.manifest.case_number}-r{entry.revision}-rescue"
    with disk.conditions():
        try:
            (target / FILES).mkdir(parents=True)
        except FileExistsError as error:
            raise EXISTS() from error
        (target / MANIFEST).write_bytes(entry.manifest.canonical())
        (target / SIGNATURE).write_text(entry.device_signature, encoding="ascii")
        (target / "README.txt").write_text(README, encoding="utf-8")
        for file in {file.cipher_sha256: file for file in entry.manifest.files}.values():
            source = vault_path(entry.case_id, file)
            if source.exists():
                shutil.copyfile(source, target / FILES / f"{file.cipher_sha256}.age")
    try:
        outbox.choices.bring_by_hand(case_id)
    except Condition as condition:  # the copy is there, and a disk that is full may be why it was wanted
        log.warning("case %s: it is not noted that a rescue copy was written: %s", case_id, condition.code)
    return target
