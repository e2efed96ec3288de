"""Other people's identity cards: not the borrower's own, in date, one card on both sides, and whom other papers name."""

from collections.abc import Iterator
from datetime import date

from app.domain.cross.finding import CrossFinding, Rule
from app.domain.cross.names import numbers_differ, same_person, shown
from app.domain.cross.testimony import TODAY, Said, Testimony
from app.domain.dates import age_on
from app.domain.identity.id_card import birth_of, check_id_number, validity_length
from app.domain.masking import mask_id

SPOUSE_CARD, GUARANTOR_CARD, LEGAL_CARD = "spouse_id_card", "guarantor_id_card", "legal_representative_id_card"
OTHERS = (SPOUSE_CARD, GUARANTOR_CARD, LEGAL_CARD)
IN_THE_FORM = (("spouse", SPOUSE_CARD), ("guarantor", GUARANTOR_CARD))

OWN = Rule(code="cross.own_card", level="block", zh="这是借款人自己的身份证，不是另一人的",
           en="This is the borrower's own ID card, not the other person's", mask=mask_id)
OVER = Rule(code="cross.card_over", level="block", zh="身份证已过有效期", en="The ID card has expired")
LENGTH = Rule(code="cross.card_sides", level="warn", zh="有效期与持证人的年龄不符，两面可能不是同一张身份证",
              en="The card's validity does not suit its holder's age: the sides may be of two cards")
MARRIED = Rule(code="cross.marriage", level="block", zh="结婚证上没有借款人", en="The marriage certificate does not name the "
               "borrower", mask=shown)
MARRIED_ID = Rule(code="cross.marriage_id", level="block", zh="结婚证上借款人的证件号与身份证不一致",
                  en="The borrower's ID number in the marriage certificate is not the card's", mask=mask_id)
SPOUSE = Rule(code="cross.spouse", level="block", zh="配偶身份证与结婚证上的配偶不一致",
              en="The spouse's ID card is not of the spouse in the marriage certificate", mask=shown)
SPOUSE_ID = Rule(code="cross.spouse_id", level="block", zh="配偶身份证号与结婚证上的不一致",
                 en="The spouse's ID number is not the one in the marriage certificate", mask=mask_id)
LEGAL = Rule(code="cross.legal_card", level="block", zh="法定代表人身份证与营业执照不一致",
             en="The legal representative's ID card is not of the person in the business licence", mask=shown)
FORM_NAME = Rule(code="cross.form_person", level="block", zh="表单上的姓名与身份证不一致",
                 en="The name on the form is not the ID card's", mask=shown)
FORM_ID = Rule(code="cross.form_person_id", level="block", zh="表单上的证件号与身份证不一致",
               en="The ID number on the form is not the card's", mask=mask_id)


def cards(about: Testimony) -> Iterator[CrossFinding]:
    yield from (OVER.broken(said, Said(TODAY, about.today.isoformat()))
                for said in about.papers("valid_to", *OTHERS) if said.day and said.day < about.today)
    for paper in OTHERS:
        yield from _one_card(about, paper)
    if about.case.card and not about.company:  # of a company the person who signs may be any of these
        yield from (OWN.broken(said, about.borrower_number, blame=(said,)) for said in about.papers("number", *OTHERS)
                    if said.value.upper() == about.borrower_number.value.upper())
        yield from _marriage(about)
    yield from (LEGAL.broken(card, said, blame=(card,)) for card in about.papers("name", LEGAL_CARD)
                for said in about.papers("legal_representative", "business_licence")
                if not same_person(card.value, said.value))
    for prefix, paper in IN_THE_FORM:
        name, number = about.form(f"{prefix}_name"), about.form(f"{prefix}_id_number")
        yield from (FORM_NAME.broken(card, name) for card in about.papers("name", paper)
                    if name and not same_person(card.value, name.value))
        yield from (FORM_ID.broken(card, number) for card in about.papers("number", paper)
                    if number and numbers_differ(card.value, number.value))


def _one_card(about: Testimony, paper: str) -> Iterator[CrossFinding]:
    """A card is valid as long as the law says for the age at which it was issued: sides of two cards betray themselves."""
    numbers, starts, ends = (about.papers(field, paper) for field in ("number", "valid_from", "valid_to"))
    for number, start, end in zip(numbers, starts, ends, strict=False):
        birth = None if check_id_number(number.value) else birth_of(number.value)
        if birth and start.day and birth < start.day and validity_length(birth, start.day, end.day):
            yield LENGTH.broken(Said(number.source, _years(birth, start.day), paper, number.page_id),
                                Said(end.source, f"{start.value} – {end.value}", paper, end.page_id))


def _years(birth: date, issued: date) -> str:
    age = age_on(birth, issued)
    return f"签发时 {age} 周岁 (aged {age} at issue)"


def _marriage(about: Testimony) -> Iterator[CrossFinding]:
    """Both parties are printed: one must be the borrower, the other the spouse whose card was captured."""
    borrower, number = about.borrower, about.borrower_number
    for paper, page in about.pages("marriage_certificate"):
        parties = [(said, about.on(paper, page, f"{field}_id")) for field in ("husband", "wife")
                   if (said := about.on(paper, page, field))]
        if len(parties) < 2:
            continue
        others = [party for party in parties if not same_person(party[0].value, borrower.value)]
        if len(others) == 2:
            holder = about.on(paper, page, "holder")
            if holder is None or not same_person(holder.value, borrower.value):
                yield MARRIED.broken(parties[0][0], borrower)
            continue
        for name, their_number in parties:
            if (name, their_number) in others:
                yield from _spouse(about, name, their_number)
            elif their_number and numbers_differ(their_number.value, number.value):
                yield MARRIED_ID.broken(their_number, number)


def _spouse(about: Testimony, name: Said, number: Said | None) -> Iterator[CrossFinding]:
    yield from (SPOUSE.broken(card, name, blame=(card,)) for card in about.papers("name", SPOUSE_CARD)
                if not same_person(card.value, name.value))
    yield from (SPOUSE_ID.broken(card, number, blame=(card,)) for card in about.papers("number", SPOUSE_CARD)
                if number and numbers_differ(card.value, number.value))
