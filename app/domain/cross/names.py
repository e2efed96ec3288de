"""Whether two names mean the same person, company or model; and how each may be shown."""

import re

from app.domain.identity import check_company_code, check_id_number
from app.domain.masking import mask_name

_COMPANY = re.compile(r"公司|集团|中心|商行|银行|合作社|事务所|.{4}[厂店部行城社站](?:\(.*\))?$")
_TYPE_CODE = re.compile(r"[A-Z]{2,4}\d{4}[A-Z0-9]*")
_BRACKETS = str.maketrans("（）［］【】", "()[][]")


def plain(name: str) -> str:
    """Without blanks, dots of foreign names in one form, brackets narrow, capitals."""
    return re.sub(r"[•．・.]", "·", re.sub(r"\s", "", name)).translate(_BRACKETS).upper()


def same_person(one: str, other: str) -> bool:
    return plain(one) == plain(other)


def same_company(one: str, other: str) -> bool:
    """The same, or one is the other with more said (``…有限公司``, a branch, a remark in brackets)."""
    a, b = sorted((plain(one), plain(other)), key=len)
    return a == b or (len(a) >= 4 and a in b)


def same_name(one: str, other: str) -> bool:
    """Of a person or a company, whichever it looks like."""
    return same_person(one, other) if is_person(one) or is_person(other) else same_company(one, other)


def is_person(name: str) -> bool:
    """A name of two to four characters, or with a dot, that no company's word ends."""
    bare = plain(name)
    return not _COMPANY.search(bare) and (len(bare) <= 4 or "·" in bare)


def shown(name: str) -> str:
    """A company's name is public; whatever else it may be is masked."""
    return mask_name(name, company=bool(_COMPANY.search(plain(name))))


def numbers_differ(one: str, other: str) -> bool:
    """Two numbers of the same kind that are both rightly formed and not the same: a misread one fails its check digit."""
    if one.upper() == other.upper() or len(one) != len(other):
        return False
    return not any(f.level == "block" for f in check_id_number(one)) or not any(
        f.level == "block" for f in check_company_code(one))


def type_codes(model: str) -> frozenset[str]:
    """Codes of the kind ``DF7150E`` in the text of a model."""
    return frozenset(_TYPE_CODE.findall(re.sub(r"[\s-]", "", model).upper()))


def same_model(one: str, other: str) -> bool:
    """Comparable only where both hold a type code; a longer code may name a variant of the shorter."""
    ones, others = type_codes(one), type_codes(other)
    return not ones or not others or any(a.startswith(b) or b.startswith(a) for a in ones for b in others)
