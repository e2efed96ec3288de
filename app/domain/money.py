"""Money as people read it. Amounts are integer fen (1/100 yuan)."""


def yuan(fen: int) -> str:
    """``86,000.00``."""
    sign, value = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{value // 100:,}.{value % 100:02d}"


def rmb_words(fen: int) -> str:
    """The amount in capital characters (大写), as contracts and invoices print it: ``捌万陆仟元整``."""
    import cn2an  # 0.1 s at start-up otherwise

    sign, value = ("负", -fen) if fen < 0 else ("", fen)
    return sign + cn2an.an2cn(f"{value // 100}.{value % 100:02d}", "rmb")


def fen_of_words(words: str) -> int | None:
    """The amount, from 1 yuan on, that capital characters say; None where they are not rightly written (a misread sign)."""
    import cn2an

    plain = words.strip().replace("圆", "元").replace("正", "整").removeprefix("人民币").rstrip("整")
    whole, _, parts = plain.partition("元")
    try:
        fen = int(cn2an.cn2an(whole, "strict")) * 100
        for sign, worth in (("角", 10), ("分", 1)):
            if sign in parts:
                digit, _, parts = parts.partition(sign)
                fen += int(cn2an.cn2an(digit.lstrip("零"), "strict")) * worth
    except ValueError:
        return None
    return fen if rmb_words(fen).rstrip("整") == plain else None


def fen_of_digits(text: str) -> int | None:
    """The amount of a figure like ``168800.00``, None where it is none."""
    whole, _, cents = text.replace(",", "").strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and len(cents) <= 2 and (not cents or cents.isdigit())):
        return None
    return int(whole) * 100 + int(cents.ljust(2, "0"))
