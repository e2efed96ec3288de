"""Who signs: each signer of a form as a known person, from what was confirmed about him."""

from app.domain.case import Case
from app.domain.model import Model
from app.domain.policy import BORROWER, WITNESS

ON_THE_CARD = (BORROWER, "company")  # for a company the person on the card signs


class Signatory(Model):
    """``id_number`` is the manager's staff number, and '' for a witness; both are '' where nobody has told yet."""

    name: str
    id_number: str


def signatory(case: Case, signer: str) -> Signatory:
    """The person behind a signer of the pack's forms: of the ID card, of the confirmed form, or who opened the case."""
    if signer == "manager":
        return Signatory(name=case.opened.staff_name, id_number=case.opened.staff_id)
    if signer == WITNESS:
        return Signatory(name=case.helper.name if case.helper else "", id_number="")
    if signer in ON_THE_CARD:
        card = case.card.card if case.card else None
        return Signatory(name=card.name if card else "", id_number=card.number if card else "")
    values = case.form.values if case.form else {}
    return Signatory(name=values.get(f"{signer}_name", ""), id_number=values.get(f"{signer}_id_number", "").upper())


def stands_in(case: Case, signer: str) -> bool:
    """Whether this signer has the number of somebody who has signed as another party already. The person on the card may sign
    for himself and for his company."""
    mine = signatory(case, signer).id_number
    others = {other for document in case.documents.values() for other in document.signers} - {signer}
    return bool(mine) and any(signatory(case, other).id_number == mine for other in others
                              if not {signer, other} <= set(ON_THE_CARD))
