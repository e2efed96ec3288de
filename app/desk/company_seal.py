"""The seal of a company that signs: taken from the sample sheet of the case, to be drawn on its documents."""

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.domain.case import Case
from app.domain.facts import Finding
from app.domain.finding import warn

SAMPLE = "seal_sample"
NO_SAMPLE = warn("forms.seal_sample.missing", "没有印鉴样本，文件上不带公章图样；需要时在纸面上加盖。",
                 "There is no sample of the company's seal: the documents carry none; stamp them on paper where needed.")


def signs_with_seal(case: Case) -> bool:
    return case.circumstances is not None and case.circumstances.circumstances.customer_kind == "company"


def findings(case: Case) -> tuple[Finding, ...]:
    return (NO_SAMPLE,) if signs_with_seal(case) and not case.pages(SAMPLE) else ()


def company_seal(book: CaseBook, booth: Booth, case: Case) -> bytes:
    """PNG with transparency of the newest sample page; empty for a person, or without a sample. Raises ``seal_sample.none``."""
    pages = case.pages(SAMPLE)
    if not signs_with_seal(case) or not pages:
        return b""
    return booth.seal_image(book.vault.get(case.case_id, pages[-1].crop or pages[-1].original))
