"""What a case's sources say of one thing: papers as read, the confirmed card, the terms, the dealer, the form.

Only what was read surely, or confirmed by a person, is heard: a blurred character must never look like a contradiction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.case import Case
from app.domain.facts import PaperCaptured
from app.domain.money import fen_of_digits
from app.domain.policy import PolicyPack, Words

SURE = 0.9  # below it the window asks a person to look closely, and nothing is compared

TERMS = Words(zh="融资方案", en="terms")
CARD = Words(zh="身份证", en="ID card")
DEALER = Words(zh="车商名单", en="dealer list")
FORM = Words(zh="表单", en="form")
BANK = Words(zh="银行", en="bank")
TODAY = Words(zh="今天", en="today")
EXPECTED = Words(zh="应为", en="expected")


@dataclass(frozen=True)
class Said:
    """One value as one source has it. ``paper`` and ``page_id`` are '' where the source is no paper."""

    source: Words
    value: str
    paper: str = ""
    page_id: str = ""

    @property
    def fen(self) -> int | None:
        return fen_of_digits(self.value)

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            return None


class Testimony:
    """The voices of one case under its pack; ``today`` is the day of its last event, in China's time."""

    def __init__(self, case: Case, pack: PolicyPack, today: date) -> None:
        self.case, self.pack, self.today = case, pack, today
        self.terms = case.loan_terms
        self.product = pack.product(self.terms.product)
        self.circumstances = case.circumstances.circumstances if case.circumstances else None

    def papers(self, field: str, *papers: str) -> tuple[Said, ...]:
        """What these papers (none named: all) say of ``field``, page by page."""
        return tuple(said for paper, page in self.pages(*papers) if (said := self.on(paper, page, field)))

    def pages(self, *papers: str) -> Iterator[tuple[str, PaperCaptured]]:
        """Every page of these papers (none named: of all)."""
        for paper in papers or self.case.papers:
            yield from ((paper, page) for page in self.case.pages(paper))

    def on(self, paper: str, page: PaperCaptured, field: str) -> Said | None:
        """What one page says of ``field``, None where it is not surely known."""
        reading = page.readings.get(field)
        if reading is None or not reading.value.strip() or reading.confidence < SURE:
            return None
        return Said(self.pack.paper(paper).name, reading.value.strip(), paper, page.page_id)

    def form(self, field: str) -> Said | None:
        value = self.case.form.values.get(field, "") if self.case.form else ""
        return Said(FORM, value) if value else None

    @property
    def company(self) -> bool:
        return self.circumstances is not None and self.circumstances.customer_kind == "company"

    @property
    def borrower(self) -> Said | None:
        """The customer's name: the card's, for a company that of its business licence."""
        if self.company:
            return next(iter(self.papers("name", "business_licence")), None)
        return Said(CARD, self.case.card.card.name) if self.case.card else None

    @property
    def borrower_number(self) -> Said | None:
        """The customer's ID number, for a company its credit code."""
        if self.company:
            return next(iter(self.papers("company_code", "business_licence")), None)
        return Said(CARD, self.case.card.card.number) if self.case.card else None
