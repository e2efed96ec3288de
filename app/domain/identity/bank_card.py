"""The repayment card's number (ISO/IEC 7812, Luhn)."""

from stdnum import luhn

from app.domain.facts import Finding
from app.domain.finding import block, warn


def compact(number: str) -> str:
    """Without blanks and hyphens."""
    return "".join(c for c in number if c not in " -\u3000")


def check_bank_card(number: str) -> tuple[Finding, ...]:
    """Length and digits block; a failed Luhn check warns, because some older cards deviate from it."""
    compacted = compact(number)
    if not (compacted.isascii() and compacted.isdigit() and 13 <= len(compacted) <= 19):
        return (block("bank_card.format", "银行卡号应为 13 至 19 位数字，请对照卡面重新输入。",
                      "A card number has 13 to 19 digits. Enter it again from the card."),)
    if not luhn.is_valid(compacted):
        return (warn("bank_card.check_digit", "银行卡号校验位不符，请对照卡面逐位核对；确认无误可继续。",
                     "The card number's check digit does not fit. Compare digit by digit; go on if it is right."),)
    return ()
