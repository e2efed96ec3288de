"""Secrets that only a person can give: from the environment, else typed at a terminal, else a condition says what is needed."""

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.domain.condition import Kind
from app.store import layout

PASSPHRASE = "MIANQIAN_PASSPHRASE"
NEW_PASSPHRASE = "MIANQIAN_NEW_PASSPHRASE"
STAFF_PASSWORD = "MIANQIAN_STAFF_PASSWORD"

PASSPHRASE_NEEDED = Kind(
    "keys.passphrase_needed", zh="没有可用的系统密钥库，需要数据口令。",
    zh_next="请在终端运行并输入口令，或设置环境变量 MIANQIAN_PASSPHRASE。",
    en="There is no usable key store of the system, so the data passphrase is needed.",
    en_next="Run in a terminal and enter it, or set MIANQIAN_PASSPHRASE.")
PASSPHRASE_DIFFERS = Kind(
    "keys.passphrase_differs", zh="两次输入的口令不同。", zh_next="请重新运行，两次输入同一个口令。",
    en="The two passphrases differ.", en_next="Run it again and enter the same one twice.")
PASSWORD_NEEDED = Kind(
    "staff.password_needed", zh="需要员工工号和密码才能登录。",
    zh_next="请在终端运行，或用 --staff 给出工号并设置环境变量 MIANQIAN_STAFF_PASSWORD。",
    en="Staff number and password are needed to sign in.",
    en_next="Run in a terminal, or name --staff and set MIANQIAN_STAFF_PASSWORD.")


def has_data(folder: Path) -> bool:
    """Whether a data folder was ever begun here."""
    return any((folder / name).exists() for name in (layout.KEYS, layout.DATABASE))


def passphrase_for(folder: Path) -> Callable[[], str]:
    """Asks for the folder's passphrase: the environment, else the terminal, twice where the folder is new."""
    def ask() -> str:
        if PASSPHRASE in os.environ:
            return passphrase_given()
        if has_data(folder):
            return _typed("数据口令 / data passphrase: ", PASSPHRASE_NEEDED)
        return _typed_twice("数据口令 / data passphrase: ")

    return ask


def new_passphrase() -> str:
    """The passphrase to be: from the environment, else typed twice."""
    return os.environ.get(NEW_PASSPHRASE) or _typed_twice("新的数据口令 / new data passphrase: ")


def passphrase_given() -> str:
    """The passphrase of the environment; nobody is asked."""
    if PASSPHRASE not in os.environ:
        raise PASSPHRASE_NEEDED()
    return os.environ[PASSPHRASE]


def staff_number() -> str:
    return _typed("工号 / staff number: ", PASSWORD_NEEDED, input).strip()


def staff_password() -> str:
    return os.environ.get(STAFF_PASSWORD) or _typed("员工密码 / staff password: ", PASSWORD_NEEDED)


def _typed_twice(prompt: str) -> str:
    given = _typed(prompt, PASSPHRASE_NEEDED)
    if _typed("再输入一次 / once more: ", PASSPHRASE_NEEDED) != given:
        raise PASSPHRASE_DIFFERS()
    return given


def _typed(prompt: str, without: Kind, ask: Callable[[str], str] = getpass.getpass) -> str:
    """What a person types; raises ``without`` where nobody sits at a terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise without()
    try:
        return ask(prompt)
    except EOFError as error:
        raise without() from error
