"""How personal data is shown where the whole is not needed. The stored value is never masked."""

STAR = "*"


def mask_name(name: str, *, company: bool = False) -> str:
    """``王*明``, two characters ``赵*``, one ``*``. A company's name is public and stays."""
    if company:
        return name
    if len(name) <= 2:
        return name[:len(name) - 1] + STAR if name else ""
    return name[0] + STAR * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """First and last four characters: ``3201**********1234``."""
    return _middle(number, 4, 4)


def mask_phone(number: str) -> str:
    """``138****5678``."""
    return _middle(number, 3, 4)


def mask_bank_card(number: str) -> str:
    """First and last four digits, however many lie between: ``6217 **** 3391``."""
    digits = number.replace(" ", "")
    return f"{digits[:4]} **** {digits[-4:]}" if len(digits) > 8 else STAR * len(digits)


def _middle(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    return text[:head] + STAR * hidden + text[-tail:] if hidden > 0 else STAR * len(text)
