"""What looks unintended in a policy pack without being wrong: told to the bank, never refused."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.domain import rules
from app.domain.checklist import wanted_papers
from app.domain.flaw import Flaw, Spot
from app.domain.policy import BORROWER, SIGNERS, Form, PolicyPack, Product, Words
from app.domain.policy_draft import Draft

BUREAU = "征信"  # stands in the Chinese name of every document by which somebody lets the bank query the credit bureau
# Who else than the customer may take part in a case, and by which circumstances: (with them, without).
OTHERS = {"spouse": ({"marital": "married"}, {"marital": "single"}),
          "guarantor": ({"has_guarantor": True}, {"has_guarantor": False})}
CUSTOMERS = {"person": BORROWER, "company": "company"}


def hints(pack: PolicyPack) -> Iterator[Flaw]:
    """Everything that a bank may have forgotten, each at its place."""
    draft = Draft.of(pack)
    sets = [s for s in pack.sets if any(s.code in p.sets for p in pack.products)]
    asked = {r.paper for group in (*sets, *pack.products) for r in group.requirements}
    yield from _unused(draft, "papers", asked, "资料", "paper")
    yield from _unused(draft, "sets", {s.code for s in sets}, "资料组合", "set")
    yield from _unused(draft, "forms", {form for product in pack.products for form in product.forms}, "待签文件", "form")
    for spot, owner in (*draft.entries("sets"), *draft.entries("products")):
        for position, requirement in enumerate(owner.requirements):
            if not requirement.reason.zh or not requirement.reason.en:
                yield Flaw(spot.key("requirements").item(position),
                           f"{owner.code} 要求的 {requirement.paper} 没有写原因（reason），客户经理看不到为什么要它",
                           f"{requirement.paper} asked for by {owner.code} has no reason to show the manager")
    for spot, product in draft.entries("products"):
        yield from _out_of_reach(spot, product)
        yield from _unauthorised(spot, product, pack)


def _unused(draft: Draft, section: str, used: Iterable[str], zh: str, en: str) -> Iterator[Flaw]:
    for spot, entry in draft.entries(section):
        if entry.code not in used:
            yield Flaw(spot, f"{zh} {entry.code} 没有产品用到", f"no product uses the {en} {entry.code}")


def _out_of_reach(spot: Spot, product: Product) -> Iterator[Flaw]:
    longest = max(limit.term_max_months for limit in product.limits)
    for months in product.terms_months:
        if months > longest:
            yield Flaw(spot.key("terms_months"), f"{product.code} 的 {months} 期超过所有车辆的最长期限 {longest}，不会有人能选",
                       f"the term of {months} months of {product.code} is above every limit ({longest})")


def _unauthorised(spot: Spot, product: Product, pack: PolicyPack) -> Iterator[Flaw]:
    """Whose credit the bank would query without a document of their own (征信业管理条例, art. 18 and 28): the customer, and
    everybody else whose identity card the product asks for."""
    told, sheets = set(), [form for form in pack.forms if form.code in product.forms and BUREAU in form.name.zh]
    conditions = _conditions(product, sheets, pack)
    for case in rules.situations(conditions, product=(product.code,), customer_kind=product.customer_kinds):
        signing = {one.signer for form in sheets if rules.holds(form.when, case)
                   for one in form.signers if rules.holds(one.when, case)}
        for who, cards in _parties(product, pack, case):
            if who not in signing and who not in told:
                told.add(who)
                why = _lacking(pack, who, cards)
                yield Flaw(spot.key("forms"), why.zh, why.en)


def _parties(product: Product, pack: PolicyPack, case: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who takes part in such a case, with the identity cards that are asked for because of them."""
    yield CUSTOMERS[case["customer_kind"]], ()
    for who, (present, absent) in OTHERS.items():
        if present.items() <= case.items():
            without = wanted_papers(pack, product.code, {**case, **absent})
            cards = tuple(paper for paper in wanted_papers(pack, product.code, case)
                          if paper not in without and pack.paper(paper).sides)
            if cards:
                yield who, cards


def _conditions(product: Product, sheets: Iterable[Form], pack: PolicyPack) -> Iterator[str]:
    """All that decides which identity cards the product asks for, and who signs which of ``sheets``."""
    sets = [s for s in pack.sets if s.code in product.sets]
    yield from (s.when for s in sets)
    yield from (r.when for group in (*sets, product) for r in group.requirements if pack.paper(r.paper).sides)
    for form in sheets:
        yield from (form.when, *(one.when for one in form.signers))


def _lacking(pack: PolicyPack, who: str, cards: tuple[str, ...]) -> Words:
    name, listed = SIGNERS[who], ", ".join(cards)
    known = ", ".join(form.code for form in pack.forms
                      if BUREAU in form.name.zh and any(one.signer == who for one in form.signers))
    return Words(
        zh=(f"要了{name.zh}的身份证（{listed}），" if cards else "") + f"待签文件里没有同样情况下由{name.zh}签的征信授权书"
        + (f"；可以加 {known}" if known else ""),
        en=(f"the {name.en}'s identity card ({listed}) is asked for, but " if cards else "")
        + f"no form by which the {name.en} authorises the bureau query is signed in the same circumstances"
        + (f"; add {known}" if known else ""))
