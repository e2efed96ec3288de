"""Mobile numbers of mainland China. Carriers by prefix are not told: numbers move between carriers."""

import re

from app.domain.facts import Finding
from app.domain.finding import block, warn

_MOBILE = re.compile(r"1(?:3\d|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}", re.ASCII)
_RESELLER = re.compile(r"(?:16[257]|17[01])\d{8}", re.ASCII)
_DATA_ONLY = re.compile(r"14[579]\d{8}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks, hyphens and the country code 86."""
    digits = re.sub(r"[\s()-]", "", number)
    return re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", digits)


def check_phone(number: str) -> tuple[Finding, ...]:
    """Form of the number; reseller and data-only ranges warn (a risk signal, never a refusal)."""
    compacted = compact(number)
    if _DATA_ONLY.fullmatch(compacted):
        return (warn("phone.data_only", "该号段多为上网卡，可能收不到电话，请当面拨打确认。",
                     "This range is mostly for data cards. Call it now to confirm that it rings."),)
    if not _MOBILE.fullmatch(compacted):
        return (block("phone.format", "手机号应为 11 位有效号码，请向客户重新确认。",
                      "A mobile number has 11 digits of a valid range. Ask the customer again."),)
    if _RESELLER.fullmatch(compacted):
        return (warn("phone.reseller", "这是虚拟运营商号段，请当面拨打并核对实名。",
                     "This is a virtual operator's range. Call it now and check whose name it is in."),)
    return ()
