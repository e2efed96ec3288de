"""What the password of the customer's copy must be like: typed twice, typable on any phone, not to be guessed from the case."""

from collections.abc import Iterable
from itertools import pairwise

from app.domain.facts import Finding
from app.domain.finding import block

LENGTH_MIN, LENGTH_MAX = 8, 64


def check_copy_password(password: str, again: str, known: Iterable[str]) -> tuple[Finding, ...]:
    """Blocks of a password that will not do. ``known`` are the customer's numbers: no part of six signs of them may be it."""
    return tuple(_problems(password, again, tuple(known)))


def _problems(password: str, again: str, known: tuple[str, ...]):
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        yield block("copy.length", f"密码应为 {LENGTH_MIN} 至 {LENGTH_MAX} 个字符。",
                    f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters.")
    elif not (password.isascii() and password.isprintable() and " " not in password):
        yield block("copy.signs", "只用字母、数字和英文符号，手机和电脑上都能输入。",
                    "Use letters, digits and plain signs, which any phone and computer can type.")
    elif password.isdigit() or password.isalpha() or _in_a_row(password):
        yield block("copy.weak", "密码太简单：请同时使用字母和数字，不要用连续或重复的字符。",
                    "Too simple: use letters and digits, and no runs or repetitions.")
    elif any(password[at:at + 6].lower() in number.lower() for number in known for at in range(len(password) - 5)):
        yield block("copy.known", "密码里不要用证件号、手机号或卡号。", "Use no part of ID, phone or card numbers.")
    if password != again:
        yield block("copy.differs", "两次输入的密码不一致。", "The two entries differ.")


def _in_a_row(password: str) -> bool:
    """More than half of the signs repeat or follow the one before."""
    steps = [ord(b) - ord(a) for a, b in pairwise(password)]
    return sum(step in (0, 1, -1) for step in steps) > len(steps) / 2
