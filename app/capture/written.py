"""The one written form of each sort of value, and the mending of what print and reader confuse."""

import re
from collections.abc import Callable

from app.domain.facts import Finding
from app.domain.money import fen_of_words

# Signs of amounts in words, with the characters they are misread as.
MISREAD_WORDS = str.maketrans(
    "圆正参弎貳贡弍壶壱抬恰伯百千任陸染漆捐拐玫玟肄萬億",
    "元整叁叁贰贰贰壹壹拾拾佰佰仟仟陆柒柒捌捌玖玖肆万亿")
FORBIDDEN = {"vin": str.maketrans("IOQ", "100"), "company_code": str.maketrans("IOZSV", "10255"),
             "id_number": str.maketrans("OQDIZSB", "0001258"), "party_number": str.maketrans("IOZS", "1025")}
MENDED, DOUBTFUL = 0.88, 0.5  # below what counts as sure: a person looks at it


def shaped(text: str, form: str) -> str:
    """The value in its one written form: ISO dates (``until``: or 长期), amounts with two decimals, no blank between the
    figures of an address; '' where it has none."""
    text = text.strip(" ;；,，。")
    match form:
        case "date":
            found = re.search(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})", text)
            return "{:04d}-{:02d}-{:02d}".format(*map(int, found.groups())) if found else ""
        case "until":
            return "长期" if re.search(r"长期|long.?term", text, re.IGNORECASE) else shaped(text, "date")
        case "money":
            return _money(text)
        case "digits":
            return re.sub(r"\D", "", text)
        case "code":
            return re.sub(r"[\s-]", "", text).upper()
        case "money_words":
            return re.sub(r"\s", "", text).translate(MISREAD_WORDS)
        case "address":
            return re.sub(r"(?<=\d)\s+(?=\d)", "", shaped(text, "text"))
    plain = re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", text)
    plain = re.sub(r"(?<=[\u3400-\u9fff])[•‧・．●.](?=[\u3400-\u9fff])", "·", plain)
    return re.sub(r"[(（]([^()（）]*)[)）]", _brackets, plain)


def _money(text: str) -> str:
    """A comma before just two last digits is a badly printed decimal point."""
    found = re.search(r"\d[\d,， .]*", text)
    digits = found.group().replace(" ", "").replace("，", ",").rstrip(",.") if found else ""
    cents = re.search(r"[.](\d{1,2})$|,(\d{2})$", digits)
    whole = re.sub(r"[,.]", "", digits[:cents.start()] if cents else digits)
    return f"{whole}.{(cents[1] or cents[2]).ljust(2, '0') if cents else '00'}" if whole else ""


def _brackets(found: re.Match[str]) -> str:
    """Full-width brackets around Chinese characters, narrow ones else."""
    inside = found.group(1)
    return f"（{inside}）" if re.search(r"[\u3400-\u9fff]", inside) else f"({inside})"


def one_of(value: str, known: tuple[str, ...]) -> str:
    """The listed value that is meant: the longest one printed in it, else the only one that differs by one character."""
    inside = [item for item in known if item in value]
    if inside:
        return max(inside, key=len)
    near = [item for item in known if len(item) == len(value) > 1
            and sum(a != b for a, b in zip(item, value, strict=True)) == 1]
    return near[0] if len(near) == 1 else ""


def proved(value: str, check: str, judge: Callable[[str], tuple[Finding, ...]]) -> tuple[str, float]:
    """The value that keeps its check, and by how much less sure it is: as read, mended, or as read and doubtful.

    Only letters that such a code never has are taken for the digits they look like, and only if the check then holds.
    """
    if not _blocked(judge(value)):
        return value, 1.0
    tidy = value.translate(FORBIDDEN.get(check, {}))
    if tidy != value and not _blocked(judge(tidy)):
        return tidy, MENDED
    return value, DOUBTFUL


def words_share(value: str) -> float:
    """1 for an amount in words that is rightly written, else how doubtful it is."""
    return 1.0 if fen_of_words(value) is not None else DOUBTFUL


def _blocked(findings: tuple[Finding, ...]) -> bool:
    return any(finding.level == "block" for finding in findings)

