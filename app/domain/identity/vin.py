"""The vehicle identification number (GB 16735, ISO 3779)."""

import re

from app.domain.facts import Finding
from app.domain.finding import block, warn

_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
                   (*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_FORM = re.compile(r"[0-9A-HJ-NPR-Z]{17}")
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"


def compact(vin: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", vin).upper()


def check_digit(vin: str) -> str:
    """The character that position 9 of a well-formed VIN must hold."""
    remainder = sum(_VALUES[c] * w for c, w in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def model_years(vin: str) -> tuple[int, ...]:
    """Model years that position 10 may mean, 30 years apart; empty where it means none."""
    index = _YEARS.find(vin[9])
    return () if index < 0 else (1980 + index, 2010 + index)


def check_vin(vin: str) -> tuple[Finding, ...]:
    """Form and check digit. Only cars made in China (first letter L) must carry a right one; others warn."""
    compacted = compact(vin)
    if not _FORM.fullmatch(compacted):
        return (block("vin.format", "车架号应为 17 位数字和大写字母（不含 I、O、Q），请对照铭牌或合格证核对。",
                      "A VIN has 17 digits and capitals (no I, O, Q). Compare it with the plate or certificate."),)
    if compacted[8] == check_digit(compacted):
        return ()
    if compacted.startswith("L"):
        return (block("vin.check_digit", "车架号校验位不对，至少有一位读错了，请对照铭牌逐位核对。",
                      "The VIN's check digit is wrong, so a character is misread. Compare it with the plate."),)
    return (warn("vin.check_digit_import", "进口车车架号校验位不符，部分进口车型没有校验位，请对照铭牌确认。",
                 "The check digit of this imported car does not fit; some carry none. Confirm with the plate."),)
