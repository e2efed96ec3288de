"""Does the customer earn enough? Monthly income by proof, statement and form against the pack's multiple of the instalment."""

from collections.abc import Iterator

from app.domain.cost import regular_instalment, usable
from app.domain.cross.finding import CrossFinding, Rule
from app.domain.cross.testimony import EXPECTED, Said, Testimony
from app.domain.money import fen_of_digits, yuan

JOINT = "；"  # between the wages of a statement

LOW = Rule(code="cross.income_low", level="warn", zh="月收入达不到月供的规定倍数",
           en="The monthly income is less than the instalment asks for")


def income(about: Testimony) -> Iterator[CrossFinding]:
    """Of people; a company's accounts are read by the bank."""
    times = about.pack.thresholds.income_to_instalment
    if not times or about.company or not usable(about.terms):
        return
    instalment = regular_instalment(about.terms, about.product)
    least = round(times * instalment)
    wanted = Said(EXPECTED, f"≥ {times:g} × {yuan(instalment)} = {yuan(least)}")
    voices = (*about.papers("monthly_income", "income_proof"), *_wages(about), about.form("monthly_income"))
    for said in voices:
        if said and said.fen is not None and said.fen < least:
            yield LOW.broken(Said(said.source, yuan(said.fen), said.paper, said.page_id), wanted)


def _wages(about: Testimony) -> Iterator[Said]:
    """The wages a month of each statement page that says of which time it is. Where fewer wages than months were read, the
    others may be unread or on another page: then what one wage is counts."""
    for paper, page in about.pages("bank_statement"):
        wages, first, last = (about.on(paper, page, field) for field in ("incomes", "from", "to"))
        if wages and first and last and first.day and last.day:
            amounts = [fen_of_digits(wage) for wage in wages.value.split(JOINT)]
            months = max(1, round((last.day - first.day).days / 30.44))
            if None not in amounts:
                yield Said(wages.source, f"{sum(amounts) / min(months, len(amounts)) / 100:.2f}", paper, page.page_id)
