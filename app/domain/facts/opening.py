"""The case begins: terms, place, consents."""

from typing import Literal

from pydantic import Field

from app.domain.evidence import Sha256
from app.domain.facts.common import Finding, later
from app.domain.model import Model
from app.domain.place import Fix, PlaceVerdict
from app.domain.terms import Terms

PRACTICE_NUMBER = "练习-"  # how the number of a case for practice begins, and no other's

class CaseOpened(Model):
    kind: Literal["case_opened"] = "case_opened"
    case_number: str
    policy_version: str
    policy_sha256: Sha256
    staff_id: str
    staff_name: str
    device_id: str
    app_version: str
    practice: bool = later(False, "for practice: never sealed or sent, of no weight for other cases, discarded at once")


class TermsSet(Model):
    """The terms with the dealer as the bank's list named it that day; the account is its holder's name."""

    kind: Literal["terms_set"] = "terms_set"
    terms: Terms
    dealer_name: str
    dealer_company_code: str = ""
    dealer_account: str = ""
    findings: tuple[Finding, ...] = ()


class PlaceRecorded(Model):
    kind: Literal["place_recorded"] = "place_recorded"
    fix: Fix | None
    verdict: PlaceVerdict
    reason: str = ""


class PlaceVouched(Model):
    """Another employee says, on the spot, that the signing happens where it should although its position is doubtful."""

    kind: Literal["place_vouched"] = "place_vouched"
    staff_id: str
    staff_name: str
    reason: str


class ConsentAnswered(Model):
    kind: Literal["consent_answered"] = "consent_answered"
    purpose: str
    given: bool
    text_version: str
    text_sha256: Sha256
    shown_s: float = Field(ge=0)
    read_to_end: bool
    helper: str = later("", "who read it to the person, '' where nobody had to")


class ReadingHelped(Model):
    """From now on ``name`` reads everything to the customer and witnesses the signing; '' = nobody any more. Not one of
    the bank's or the dealer's people."""

    kind: Literal["reading_helped"] = "reading_helped"
    name: str = Field(default="", max_length=60)
    relation: str = Field(default="", max_length=40)
    reason: Literal["", "cannot_read", "poor_sight", "language"] = ""


class ConsentWithdrawn(Model):
    kind: Literal["consent_withdrawn"] = "consent_withdrawn"
    purpose: str
