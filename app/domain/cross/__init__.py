"""The papers of a case against each other, against the confirmed card, the terms, the dealer and the form.

Computed from the case whenever it is painted, never stored. What is missing or was not surely read is not compared.
"""

from datetime import timedelta, timezone

from app.domain.case import Case
from app.domain.cross.amounts import amounts
from app.domain.cross.cards import cards
from app.domain.cross.finding import CrossFinding, Side
from app.domain.cross.income import income
from app.domain.cross.people import people
from app.domain.cross.testimony import Testimony
from app.domain.cross.vehicle import vehicle
from app.domain.policy import PolicyPack

__all__ = ["CrossFinding", "Side", "blocking", "cross_check", "gravest_first"]

CHINA = timezone(timedelta(hours=8))
_ORDER = ("block", "warn", "info")


def cross_check(case: Case, pack: PolicyPack) -> tuple[CrossFinding, ...]:
    """Everything that does not fit together, the gravest first. Empty before product and terms are chosen."""
    if case.terms is None:
        return ()
    about = Testimony(case, pack, case.last_at.astimezone(CHINA).date())
    return gravest_first(tuple(dict.fromkeys((*vehicle(about), *people(about), *cards(about), *amounts(about), *income(about)))))


def blocking(case: Case, found: tuple[CrossFinding, ...]) -> tuple[CrossFinding, ...]:
    """What keeps the case from being sealed. While a supplement is open, only what touches a paper the bank named: the
    others cannot be changed, and what was sealed once may not be undone by a day that has passed."""
    blocks = tuple(finding for finding in found if finding.level == "block")
    if case.supplement is None:
        return blocks
    named = set(case.supplement.papers)
    return tuple(finding for finding in blocks if {finding.one.paper, finding.other.paper} & named)


def gravest_first(found: tuple[CrossFinding, ...]) -> tuple[CrossFinding, ...]:
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.level)))
