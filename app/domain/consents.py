"""Which consents a case asks for: those of the customer, and of others who come in by their circumstances."""

from app.domain import rules
from app.domain.case import Case
from app.domain.case_papers import context
from app.domain.policy import Consent, PolicyPack


def asked(case: Case, pack: PolicyPack) -> tuple[Consent, ...]:
    """In the pack's order. Before product and terms are chosen, only what everybody is asked."""
    if case.loan_terms is None:
        return tuple(consent for consent in pack.consents if not consent.when)
    values = context(case)
    return tuple(consent for consent in pack.consents if rules.holds(consent.when, values))


def unanswered(case: Case, pack: PolicyPack) -> tuple[Consent, ...]:
    return tuple(consent for consent in asked(case, pack) if consent.purpose not in case.consents)


def refused(case: Case, pack: PolicyPack) -> tuple[Consent, ...]:
    """Consents the business needs that were refused or withdrawn."""
    return tuple(consent for consent in asked(case, pack)
                 if consent.required and consent.purpose in case.consents and not case.consents[consent.purpose].in_force)
