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
