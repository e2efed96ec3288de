"""The resident identity card: its number (GB 11643-1999) and the rules of its dates (Resident Identity Card Law)."""

import re
from datetime import date, timedelta

from stdnum import numdb
from stdnum.cn import ric

from app.domain.dates import add_months, add_years, age_on
from app.domain.facts import Finding, IdCard
from app.domain.finding import block, warn
from app.domain.policy import Thresholds

FIRST_GENERATION = 15


def compact(number: str) -> str:
    """The number without blanks and hyphens, its check character in upper case."""
    return re.sub(r"[\s-]", "", number).upper()


def birth_of(number: str) -> date | None:
    """Date of birth that the number carries, None where positions 7–14 are no date."""
    digits = compact(number)[6:14]
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """``male`` where the 17th digit is odd, else ``female``. The number must be well formed."""
    return "male" if int(compact(number)[16]) % 2 else "female"


def upgraded(number: str) -> str:
    """The 18-digit form of a first-generation 15-digit number: century 19 and the check character."""
    body = f"{number[:6]}19{number[6:]}"
    return body + ric.calc_check_digit(body + "0")


def check_id_number(number: str) -> tuple[Finding, ...]:
    """Form, date and check character of a card number; the area table only warns, it is never quite complete."""
    compacted = compact(number)
    if len(compacted) == FIRST_GENERATION and compacted.isascii() and compacted.isdigit():
        return (block("id_number.first_generation", "这是已停用的 15 位身份证号，请客户出示第二代居民身份证。",
                      "This is a 15-digit number of the withdrawn first generation. Ask for the current card."),)
    if len(compacted) != 18 or not _well_formed(compacted):
        return (block("id_number.format", "身份证号应为 18 位：前 17 位是数字，末位是数字或 X。请对照证件重新核对。",
                      "The number has 18 characters: 17 digits, then a digit or X. Compare it with the card again."),)
    if birth_of(compacted) is None:
        return (block("id_number.birth", "身份证号第 7 至 14 位不是有效的日期，请对照证件重新核对。",
                      "Characters 7 to 14 of the number are not a date. Compare it with the card again."),)
    if compacted[-1] != ric.calc_check_digit(compacted):
        return (block("id_number.check_digit", "身份证号校验位不对，至少有一位读错了。请对照证件逐位核对。",
                      "The check character is wrong, so a digit is misread. Compare digit by digit with the card."),)
    return _check_area(compacted)


def _well_formed(number: str) -> bool:
    return number.isascii() and number[:17].isdigit() and number[0] != "0" and number[17] in "0123456789X"


def _check_area(number: str) -> tuple[Finding, ...]:
    # Numbers were first given out in 1984 with the codes of that day, so the year of birth says nothing about the code.
    if any("county" in properties for _, properties in numdb.get("cn/loc").info(number[:6])):
        return ()
    return (warn("id_number.area", "身份证号前 6 位不在行政区划表中，请核对证件真伪。",
                 "The first 6 digits are in no table of districts. Check that the card is genuine."),)


def check_id_card(card: IdCard, *, today: date, thresholds: Thresholds, term_months: int | None = None,
                  commercial: bool = False) -> tuple[Finding, ...]:
    """Number, its agreement with sex and birth, validity and the age gate (rules F11 and F12).

    ``term_months`` brings in the loan's end; ``commercial`` chooses the lower age limit at that end.
    """
    findings = [*check_id_number(card.number), *_against_number(card)]
    if card.birth > today:
        return (*findings, block("id_card.birth_future", "出生日期晚于今天，请对照证件重新核对。",
                                 "The date of birth lies in the future. Compare it with the card again."))
    end = add_months(today, term_months) if term_months else None
    findings += _validity(card, today, thresholds, end)
    findings += _age(card.birth, today, thresholds, end, commercial)
    return tuple(findings)


def _against_number(card: IdCard) -> list[Finding]:
    number = compact(card.number)
    if len(number) != 18 or not _well_formed(number):
        return []
    findings = []
    birth = birth_of(number)
    if birth is not None and birth != card.birth:
        findings.append(block("id_card.birth", "出生日期与身份证号不一致，请对照证件核对这两项。",
                              "Date of birth and number disagree. Compare both with the card."))
    if sex_of(number) != card.sex:
        findings.append(block("id_card.sex", "性别与身份证号不一致，请对照证件核对这两项。",
                              "Sex and number disagree. Compare both with the card."))
    return findings


def _validity(card: IdCard, today: date, thresholds: Thresholds, end: date | None) -> list[Finding]:
    start, to = card.valid_from, card.valid_to
    if start > today:
        return [block("id_card.not_yet_valid", f"证件有效期从 {start} 才开始，请核对有效期限。",
                      f"The card is valid only from {start}. Check the validity dates.")]
    if start < card.birth or (to is not None and to <= start):
        return [block("id_card.validity_order", "有效期限的起止日期不合理，请对照证件国徽面核对。",
                      "The validity dates make no sense. Compare them with the card's emblem side.")]
    findings = validity_length(card.birth, start, to)
    if to is None:
        return findings
    warn_days = thresholds.id_expiry_warn_days
    if to < today:
        findings.append(block("id_card.expired", f"身份证已于 {to} 到期，请客户换领新证或出示有效的临时身份证。",
                              f"The card expired on {to}. The customer needs a new or a temporary card."))
    elif (to - today).days < warn_days:
        findings.append(warn("id_card.expires_soon", f"身份证 {to} 到期，不足 {warn_days} 天，请提醒客户尽快换证。",
                             f"The card expires on {to}, in less than {warn_days} days. Ask for early renewal."))
    elif end is not None and to < end:
        findings.append(warn("id_card.expires_in_term", f"身份证 {to} 到期，早于贷款到期日 {end}，请约定换证更新。",
                             f"The card expires on {to}, before the loan ends on {end}. Agree on an update then."))
    return findings


def validity_length(birth: date, start: date, to: date | None) -> list[Finding]:
    """5 years below 16, 10 to 25, 20 to 45, long-term from 46 on, by the age at issue; one day of slack."""
    age = age_on(birth, start)
    years = 5 if age < 16 else 10 if age < 26 else 20 if age < 46 else None
    zh, en = (f"{years} 年", f"{years} years") if years else ("长期", "long-term")
    fits = to is None if years is None else to is not None and abs(to - add_years(start, years)) <= timedelta(days=1)
    if fits:
        return []
    return [warn("id_card.validity_length", f"签发时 {age} 周岁，有效期应为{zh}，与证件不符。请核对日期和证件真伪。",
                 f"Issued at age {age} the card should be valid {en}. Check the dates and that it is genuine.")]


def _age(birth: date, today: date, thresholds: Thresholds, end: date | None, commercial: bool) -> list[Finding]:
    age = age_on(birth, today)
    if age < thresholds.age_min:
        return [block("id_card.age_min", f"客户 {age} 周岁，未满 {thresholds.age_min} 周岁，不能办理。",
                      f"The customer is {age}; the least age is {thresholds.age_min}.")]
    limit = thresholds.age_max_at_end_commercial if commercial else thresholds.age_max_at_end
    at_end = age_on(birth, end or today)
    # "At most 65" still holds on the 65th birthday itself.
    if at_end > limit or (at_end == limit and (end or today) > add_years(birth, limit)):
        return [block("id_card.age_max", f"贷款到期时客户将超过 {limit} 周岁，请缩短期限或更换借款人。",
                      f"The customer would be over {limit} when the loan ends. Shorten the term or change borrower.")]
    return []
