"""The unified social credit code of a company (GB 32100-2015) and the organisation code inside it (GB 11714)."""

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from app.domain.facts import Finding
from app.domain.finding import block, warn

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_company_code(code: str) -> tuple[Finding, ...]:
    """Form and check character; a wrong inner organisation code only warns."""
    try:
        compacted = uscc.validate(code)
    except InvalidChecksum:
        return (block("company_code.check_digit", "统一社会信用代码校验位不对，请对照营业执照逐位核对。",
                      "The credit code's check character is wrong. Compare it with the business licence."),)
    except ValidationError:
        return (block("company_code.format", "统一社会信用代码应为 18 位数字和大写字母（不含 IOZSV），请重新核对。",
                      "A credit code has 18 digits and capitals (no I, O, Z, S, V). Check it again."),)
    if organisation_check(compacted[8:16]) != compacted[16]:
        return (warn("company_code.organisation", "信用代码中的组织机构代码校验位不对，请到公示系统核实该企业。",
                     "The organisation code inside the credit code fails its check. Look the company up."),)
    return ()


def organisation_check(body: str) -> str:
    """Check character of the eight characters of an organisation code."""
    total = sum(w * _ORGANISATION_ALPHABET.index(c) for w, c in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]
