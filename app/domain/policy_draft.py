"""A policy pack while it is judged: its parts that hold, each with its position in the text, and what is wrong between them.

One flawed entry keeps no other from being judged, so that a bank sees everything at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any, TypeVar

from pydantic import ValidationError

from app.domain import rules, script
from app.domain.document_kind import DocumentKind
from app.domain.flaw import Flaw, Spot, schema_flaw, unknown
from app.domain.model import Model
from app.domain.policy import (
    BORROWER,
    CONSENT_SWITCHES,
    SIGNERS,
    WITNESS,
    Consent,
    Fee,
    Form,
    FormSigner,
    Limit,
    Paper,
    PauseReason,
    PolicyPack,
    Product,
    Question,
    Rating,
    Repayment,
    Requirement,
    RequirementSet,
    TermRate,
    Thresholds,
    Weights,
    Words,
)

COST_SHEET = "cost_sheet"
SIGNED_BY = tuple(signer for signer in SIGNERS if signer != WITNESS)
CUSTOMER_KINDS = rules.WORDS["customer_kind"]
# Consent by face may never be the condition of the service (人脸识别技术应用安全管理办法, art. 10 and 12).
NEVER_REQUIRED = ("face_recognition", "face_transfer", "face_search")
UNREAD = ("", "photo")  # what is only kept, or is a photograph of people or things
SECTIONS: dict[str, type[Model]] = {
    "products": Product, "papers": Paper, "sets": RequirementSet, "consents": Consent, "questions": Question,
    "pause_reasons": PauseReason, "ratings": Rating, "forms": Form}
_PARTS = (*SECTIONS.values(), Fee, FormSigner, Limit, Requirement, TermRate, Thresholds, Weights, Words, PolicyPack)
FIELDS = frozenset(name for model in _PARTS for name in model.model_fields) - {"schema_", "sha256"} | {"schema"}
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Draft:
    """``parts``: section → (position, entry that holds); ``codes``: section → every code that stands there, holding or not."""

    parts: dict[str, list[tuple[int, Any]]]
    codes: dict[str, list[str]]
    weights: Weights | None
    thresholds: Thresholds | None

    @staticmethod
    def of(pack: PolicyPack) -> "Draft":
        parts = {name: list(enumerate(getattr(pack, name))) for name in SECTIONS}
        codes = {name: [_code(entry.model_dump()) for _, entry in entries] for name, entries in parts.items()}
        return Draft(parts, codes, pack.weights, pack.thresholds)

    @staticmethod
    def read(data: dict[str, Any]) -> tuple["Draft", tuple[Flaw, ...]]:
        """What holds of ``data``, a TOML document that as a whole is no pack, and what does not."""
        flaws: list[Flaw] = []
        parts: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        codes: dict[str, list[str]] = defaultdict(list)
        for name, model in SECTIONS.items():
            entries = data.get(name)
            for position, entry in enumerate(entries if isinstance(entries, list) else ()):
                codes[name].append(_code(entry) if isinstance(entry, dict) else "")
                if (held := _held(model, entry, data, (name, position), flaws)) is not None:
                    parts[name].append((position, held))
        weights, thresholds = (_held(model, data[name], data, (name,), flaws) if name in data else None
                               for name, model in (("weights", Weights), ("thresholds", Thresholds)))
        return Draft(dict(parts), dict(codes), weights, thresholds), tuple(flaws)

    def entries(self, section: str) -> Iterator[tuple[Spot, Any]]:
        for position, entry in self.parts.get(section, ()):
            called = getattr(entry, "code", None) or getattr(entry, "purpose", None)
            yield Spot(section, (section,)).item(position, called), entry

    def known(self, section: str) -> list[str]:
        return self.codes.get(section, [])


def _code(entry: dict[str, Any]) -> str:
    return str(entry.get("code", entry.get("purpose", "")))


def _held(model: type[M], value: Any, data: Any, loc: tuple, flaws: list[Flaw]) -> M | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        flaws += [schema_flaw(data, e, FIELDS, loc) for e in error.errors(include_url=False, include_input=False)]
        return None


def flaws_between(draft: Draft, templates: Collection[str] | None = None,
                  kinds: Mapping[str, DocumentKind] | None = None) -> Iterator[Flaw]:
    """Everything that is wrong between parts that each hold. ``templates`` are the files that forms, ``kinds`` the
    documents that papers may name; None for any."""
    for section in SECTIONS:
        yield from _twice(Spot(section, (section,)), draft.known(section), by_item=True)
    if not draft.known("products"):
        yield Flaw(Spot("products", ("products",)), "政策包里没有产品", "the pack holds no product")
    yield from _figures(draft)
    products = draft.known("products")
    for spot, product in draft.entries("products"):
        yield from _product(spot, product, draft)
    for spot, group in draft.entries("sets"):
        yield from _rule(spot.key("when"), group.when, products)
        yield from _requirements(spot, group.requirements, draft)
    for spot, paper in draft.entries("papers"):
        yield from _paper(spot, paper, kinds)
    for spot, form in draft.entries("forms"):
        yield from _form(spot, form, products, templates)
    for spot, question in draft.entries("questions"):
        yield from _question(spot, question, products)
    for spot, consent in draft.entries("consents"):
        yield from _consent(spot, consent, products)


def _paper(spot: Spot, paper: Paper, kinds: Mapping[str, DocumentKind] | None) -> Iterator[Flaw]:
    if paper.sides and paper.pages_min != 1:
        yield Flaw(spot.key("pages_min"), "身份证（id_card）总是两面各一页，不写 pages_min",
                   "an id_card is always its two sides, a page each; leave pages_min out")
    if kinds is None:
        return
    yield from unknown(spot.key("reads"), (paper.reads,), sorted((*UNREAD, *kinds)), "资料种类", "kind of document")
    if paper.scene and paper.reads in kinds and not kinds[paper.reads].photo:
        yield Flaw(spot.key("scene"), f"只有照片才写 scene，{paper.reads} 是文件；请删掉这一项",
                   f"a scene is for photographs, {paper.reads} is a document; leave it out")


def _figures(draft: Draft) -> Iterator[Flaw]:
    weights, limits = draft.weights, draft.thresholds
    if weights is not None:
        values = weights.model_dump().values()
        if not isclose(sum(values), 100, abs_tol=1e-9) or min(values) < 0:
            yield Flaw(Spot("weights", ("weights",)), f"五项权重都不能小于 0，合计应为 100，现在是 {sum(values):g}",
                       f"the five weights must be 0 or more and add up to 100; they make {sum(values):g}")
    if limits is not None and limits.age_max_at_end <= limits.age_min:
        yield Flaw(Spot("thresholds.age_max_at_end", ("thresholds", "age_max_at_end")), "必须大于 age_min",
                   "must be above age_min")


def _form(spot: Spot, form: Form, products: list[str], templates: Collection[str] | None) -> Iterator[Flaw]:
    name = form.template.removesuffix(".md")
    plain = form.template.endswith(".md") and len(name) <= 48 and name.isascii() and name.islower() and name.replace(
        "_", "").isalnum()
    if not plain:
        yield Flaw(spot.key("template"), "应为 application.md 这样的文件名", "must be a plain file name like application.md")
    elif templates is not None:
        yield from unknown(spot.key("template"), (form.template,), sorted(templates), "模板文件", "template")
    yield from unknown(spot.key("signers"), (one.signer for one in form.signers), SIGNED_BY, "签署人", "signer")
    yield from _twice(spot.key("signers"), (one.signer for one in form.signers))
    for position, one in enumerate(form.signers):
        yield from _rule(spot.key("signers").item(position).key("when"), one.when, products)
    yield from _rule(spot.key("when"), form.when, products)


def _product(spot: Spot, product: Product, draft: Draft) -> Iterator[Flaw]:
    yield from unknown(spot.key("customer_kinds"), product.customer_kinds, CUSTOMER_KINDS, "客户种类", "kind of customer")
    yield from unknown(spot.key("sets"), product.sets, draft.known("sets"), "资料组合", "set")
    yield from unknown(spot.key("forms"), product.forms, draft.known("forms"), "待签文件", "form")
    for name in ("sets", "forms", "terms_months"):
        yield from _twice(spot.key(name), getattr(product, name))
    yield from _twice(spot.key("fees"), (f.code for f in product.fees), by_item=True)
    yield from _twice(spot.key("rates"), (r.months for r in product.rates), by_item=True)
    yield from _twice(spot.key("limits"), ("/".join((i.condition, i.use, i.energy)) for i in product.limits), by_item=True)
    cost_sheets = [form for _, form in draft.entries("forms") if form.code == COST_SHEET]
    if product.forms[0] != COST_SHEET or any(form.when for form in cost_sheets):
        yield Flaw(spot.key("forms"), "第一份必须是综合融资成本明示表 cost_sheet，且不带条件",
                   "the cost sheet is signed first, always")
    yield from unknown(spot.key("rates"), (str(r.months) for r in product.rates), map(str, product.terms_months), "期限",
                       "term")
    if min(product.terms_months) < 1 or max(product.terms_months) > 120:
        yield Flaw(spot.key("terms_months"), "期限应为 1 至 120 个月", "a term has 1 to 120 months")
    if (product.repayment is Repayment.BALLOON) != (product.balloon_rate > 0):
        yield Flaw(spot.key("balloon_rate"), "气球贷（balloon）必须大于 0，其他还款方式必须为 0",
                   "above 0 for balloon repayment, and only for it")
    yield from _requirements(spot, product.requirements, draft)


def _requirements(spot: Spot, requirements: tuple[Requirement, ...], draft: Draft) -> Iterator[Flaw]:
    for position, requirement in enumerate(requirements):
        here = spot.key("requirements").item(position)
        yield from unknown(here.key("paper"), (requirement.paper,), draft.known("papers"), "资料", "paper")
        yield from _rule(here.key("when"), requirement.when, draft.known("products"))


def _question(spot: Spot, question: Question, products: list[str]) -> Iterator[Flaw]:
    yield from _rule(spot.key("when"), question.when, products)
    for text in (question.text.zh, question.text.en):
        yield from unknown(spot.key("text"), script.figures_of(text), script.FIGURES, "数字", "figure")


def _consent(spot: Spot, consent: Consent, products: list[str]) -> Iterator[Flaw]:
    if consent.when not in CONSENT_SWITCHES:
        yield from _rule(spot.key("when"), consent.when, products)
    if consent.person != BORROWER and not consent.when:
        yield Flaw(spot.key("when"), "不是借款人的同意要写条件，例如 marital == 'married'",
                   "a consent of another than the borrower needs a condition, e.g. marital == 'married'")
    if consent.required and consent.purpose in NEVER_REQUIRED:
        yield Flaw(spot.key("required"), "人脸识别由客户自愿选择，不能设为必需",
                   "face recognition is the customer's choice and may not be required")
    texts = (consent.version, consent.title.zh, consent.title.en, consent.text.zh, consent.text.en)
    if not all(text.strip() for text in texts):
        yield Flaw(spot, "版本、标题和正文的中英文都不能为空", "version, title and text may not be empty, in either language")


def _rule(spot: Spot, expression: str, products: list[str]) -> Iterator[Flaw]:
    try:
        rules.check(expression, products)
    except rules.RuleError as error:
        yield Flaw(spot, error.zh, str(error))


def _twice(spot: Spot, codes: Iterable[Any], *, by_item: bool = False) -> Iterator[Flaw]:
    """Codes that stand there again; ``by_item``: each entry of the list at ``spot`` has one."""
    seen = set()
    for position, code in enumerate(codes):
        if code in seen and code != "":
            place = (*spot.place, position) if by_item else spot.place
            yield Flaw(Spot(spot.name, place), f"'{code}' 重复了", f"'{code}' stands there twice")
        seen.add(code)
