"""Which papers a case needs and why, what is there, and how complete it is (criterion M of the operation score)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.domain import rules
from app.domain.facts import CardSide
from app.domain.model import Model
from app.domain.policy import BORROWER, WITNESS, Form, FormSigner, PolicyPack, Requirement, Words

ROUND_COST = 0.05
ROUNDS_MAX = 3
OPTIONAL_GAIN = 0.01
OPTIONAL_GAIN_MAX = 0.03
VITAL = 3
SUPPLEMENT = Words(zh="银行要求补件", en="the bank asked for it")


class PaperPage(Model):
    """One page as the checklist sees it: ``quality`` 1, 0.5 or 0, a cross-check that failed, or one not yet made; ``side``
    of a paper that has two."""

    page_id: str
    quality: float = Field(ge=0, le=1)
    conflict: bool = False
    unverified: bool = False
    side: CardSide = ""


class ChecklistItem(Model):
    """One paper of the list. ``value`` 0–1 is what it counts for, ``weight`` how much; ``due`` for a supplement. ``pages`` are
    those there are, of a card its different sides; ``sides_missing`` names those that are not there."""

    paper: str
    name: Words
    weight: int
    required: bool
    reason: Words
    state: Literal["missing", "captured", "warn", "bad"]
    pages: int
    pages_min: int
    supplement: bool
    value: float
    due: datetime | None = None
    sides_missing: tuple[CardSide, ...] = ()


class Checklist(Model):
    """Papers in the pack's order. Every figure is computed from the items and the supplement rounds so far."""

    items: tuple[ChecklistItem, ...]
    rounds: int = 0

    @property
    def completeness(self) -> float:
        """0–1: Σ weight·value / Σ weight over required papers, − 0.05 a round, + 0.01 an optional paper up to 0.03."""
        required = [item for item in self.items if item.required]
        total = sum(item.weight for item in required)
        share = sum(item.weight * item.value for item in required) / total if total else 1.0
        extras = sum(1 for item in self.items if not item.required and item.value > 0)
        gain = min(OPTIONAL_GAIN_MAX, OPTIONAL_GAIN * extras)
        return round(min(1.0, max(0.0, share - ROUND_COST * min(self.rounds, ROUNDS_MAX) + gain)), 6)

    @property
    def missing_required(self) -> tuple[ChecklistItem, ...]:
        return tuple(item for item in self.items if item.required and item.state == "missing")

    @property
    def blocks_sealing(self) -> tuple[ChecklistItem, ...]:
        """Papers of weight 3 that are missing or unusable: without them a case cannot be sealed."""
        return tuple(item for item in self.items
                     if item.required and item.weight == VITAL and item.state in ("missing", "bad"))

    def points_lost(self, item: ChecklistItem, maximum: float) -> float:
        """What this paper still costs of the ``maximum`` points of the material criterion."""
        total = sum(i.weight for i in self.items if i.required)
        return round(maximum * item.weight * (1 - item.value) / total, 2) if item.required and total else 0.0

    def points_gained(self, item: ChecklistItem, maximum: float) -> float:
        """What this optional paper, which is not there, would add: nothing once three are, or where all is complete."""
        given = sum(1 for i in self.items if not i.required and i.value > 0)
        if item.required or item.value > 0 or given * OPTIONAL_GAIN >= OPTIONAL_GAIN_MAX:
            return 0.0
        return round(maximum * min(OPTIONAL_GAIN, 1 - self.completeness), 2)


def checklist(pack: PolicyPack, product_code: str, context: Mapping[str, Any],
              papers: Mapping[str, Sequence[PaperPage]], supplements: Collection[str] = (), *, rounds: int = 0,
              due: Mapping[str, datetime] | None = None) -> Checklist:
    """The list of a product in these circumstances. ``context`` is ``rules.context(...)``.

    ``supplements`` are papers the bank asked for again: they are required whatever the pack says, and only pages taken
    since the request may be given for them, until ``due``. ``rounds`` counts the bank's requests so far.
    """
    wanted = wanted_papers(pack, product_code, context)
    for paper in sorted(set(supplements) - wanted.keys()):
        wanted[paper] = Requirement(paper=paper)
    return Checklist(rounds=rounds, items=tuple(
        _item(pack, requirement, papers.get(paper, ()), paper in supplements, (due or {}).get(paper))
        for paper, requirement in wanted.items()))


def wanted_papers(pack: PolicyPack, product_code: str, context: Mapping[str, Any]) -> dict[str, Requirement]:
    """Paper → the requirement that counts: the first that holds, a required one before any optional one."""
    wanted: dict[str, Requirement] = {}
    for requirement in _requirements(pack, product_code, context):
        known = wanted.get(requirement.paper)
        if known is None or (known.optional and not requirement.optional):
            wanted[requirement.paper] = requirement
    return wanted


def required_forms(pack: PolicyPack, product_code: str, context: Mapping[str, Any]) -> tuple[Form, ...]:
    """The documents to sign in these circumstances, in order, each with those who sign it; the cost sheet is the first.

    Whoever reads to the customer witnesses what the customer signs, right after him.
    """
    forms = (pack.form(code) for code in pack.product(product_code).forms)
    return tuple(form.model_copy(update={"signers": tuple(_signers(form, context))})
                 for form in forms if rules.holds(form.when, context))


def _signers(form: Form, context: Mapping[str, Any]) -> Iterator[FormSigner]:
    for one in form.signers:
        if rules.holds(one.when, context):
            yield one
            if one.signer == BORROWER and context["helped"]:
                yield FormSigner(signer=WITNESS)


def _requirements(pack: PolicyPack, product_code: str, context: Mapping[str, Any]) -> Iterator[Requirement]:
    product = pack.product(product_code)
    sets = {s.code: s for s in pack.sets}
    chosen = [sets[code] for code in product.sets if rules.holds(sets[code].when, context)]
    for requirements in (*(s.requirements for s in chosen), product.requirements):
        yield from (r for r in requirements if rules.holds(r.when, context))


def _item(pack: PolicyPack, requirement: Requirement, pages: Sequence[PaperPage], supplement: bool,
          due: datetime | None) -> ChecklistItem:
    paper = pack.paper(requirement.paper)
    there = {page.side for page in pages}
    lacking = tuple(side for side in paper.sides if side not in there)
    count = len(paper.sides) - len(lacking) if paper.sides else len(pages)
    value = _value(pages, min(1.0, count / paper.pages_wanted))
    if count < paper.pages_wanted:
        state = "missing"
    elif value == 0:
        state = "bad"
    else:
        state = "captured" if value == 1 else "warn"
    return ChecklistItem(
        paper=paper.code, name=paper.name, weight=paper.weight, required=supplement or not requirement.optional,
        reason=SUPPLEMENT if supplement else requirement.reason, state=state, pages=count,
        pages_min=paper.pages_wanted, supplement=supplement, value=value, due=due, sides_missing=lacking)


def _value(pages: Sequence[PaperPage], share: float) -> float:
    """Worst quality × worst cross-check × ``share`` of the pages: a paper is as good as its weakest page."""
    if not pages:
        return 0.0
    quality = min(page.quality for page in pages)
    check = 0.0 if any(p.conflict for p in pages) else 0.5 if any(p.unverified for p in pages) else 1.0
    return quality * check * share
