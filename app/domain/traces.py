"""What a case leaves behind by which another case of the same device may be found to share it."""

from collections.abc import Iterator

from app.domain.case import Case
from app.domain.cross.testimony import SURE
from app.domain.identity import check_vin
from app.domain.identity.phone import compact as compact_phone
from app.domain.identity.vin import compact as compact_vin
from app.domain.model import Model

PERSON, PHONE, VIN, INVOICE, PICTURE, INK, DEALER = "person", "phone", "vin", "invoice", "picture", "ink", "dealer"
INVOICES = ("new_car_invoice", "used_car_invoice")


class Trace(Model):
    """``paper`` and ``page_id`` are '' where no page says it; a picture's value is its perceptual hash, that of ink the hash
    of its shape."""

    kind: str
    value: str
    paper: str = ""
    page_id: str = ""


def traces_of(case: Case) -> tuple[Trace, ...]:
    """Nothing once the case's files are erased, and nothing of a practice case."""
    return () if case.purged or case.opened.practice else tuple(dict.fromkeys(_traces(case)))


def _traces(case: Case) -> Iterator[Trace]:
    values = case.form.values if case.form else {}
    if case.card:
        yield Trace(kind=PERSON, value=case.card.card.number.upper())
    if case.loan_terms:
        yield Trace(kind=DEALER, value=case.loan_terms.dealer_id)
    if phone := values.get("phone"):
        yield Trace(kind=PHONE, value=compact_phone(phone))
    for vin in (case.loan_terms.vehicle.vin if case.loan_terms else None, values.get("vin"), *_read(case, "vin")):
        if vin and not any(finding.level == "block" for finding in check_vin(vin)):
            yield Trace(kind=VIN, value=compact_vin(vin))
    for number in _read(case, "number", *INVOICES):
        yield Trace(kind=INVOICE, value=number)
    for paper, pages in case.papers.items():
        for page in pages:
            if page.picture_hash:
                yield Trace(kind=PICTURE, value=page.picture_hash, paper=paper, page_id=page.page_id)
    for document in case.documents.values():
        for signature in document.signatures:
            if signature.ink_sha256:
                yield Trace(kind=INK, value=signature.ink_sha256)


def _read(case: Case, field: str, *papers: str) -> Iterator[str]:
    for paper in papers or case.papers:
        for page in case.papers.get(paper, ()):
            reading = page.readings.get(field)
            if reading and reading.confidence >= SURE:
                yield reading.value
