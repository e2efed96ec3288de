"""The number of a buyer or seller on an invoice: a person's, a company's, or an older tax number."""

import re

from app.domain.facts import Finding
from app.domain.finding import block
from app.domain.identity.company_code import check_company_code
from app.domain.identity.id_card import check_id_number

_OLDER = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{17}|[0-9A-Z]{20}")


def check_party_number(number: str) -> tuple[Finding, ...]:
    """18 characters must be an identity or a credit number with its check digit; older tax numbers carry none."""
    if _OLDER.fullmatch(number) or not all(any(f.level == "block" for f in check(number))
                                           for check in (check_id_number, check_company_code)):
        return ()
    return (block("party_number.check_digit", "证件号或纳税人识别号校验位不对，请对照原件逐位核对。",
                  "The ID or tax number fails its check digit. Compare it with the paper."),)
