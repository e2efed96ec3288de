"""The bank's policy pack and dealer list as TOML texts: read, checked, refused with the place and the reason."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from math import isclose, isfinite
from typing import Any, TypeVar

from pydantic import ValidationError

from app.domain import rules
from app.domain.condition import Condition, Kind
from app.domain.evidence import canonical, digest
from app.domain.identity import check_company_code
from app.domain.model import Model
from app.domain.policy import Consent, Dealer, PolicyPack, Product, Repayment, Requirement

POLICY_INVALID = Kind(
    "policy.invalid",
    zh="政策包有误，未启用。位置：{where}；原因：{why}。",
    zh_next="请让总行修改政策包后重新下发；在此之前继续使用原政策包。",
    en="The policy pack is wrong and is not used. At {where}: {why}.",
    en_next="Have the bank mend and publish it again; the pack in use stays until then.")
DEALERS_INVALID = Kind(
    "dealers.invalid",
    zh="车商名单有误，未启用。位置：{where}；原因：{why}。",
    zh_next="请让总行修改车商名单后重新下发；在此之前继续使用原名单。",
    en="The dealer list is wrong and is not used. At {where}: {why}.",
    en_next="Have the bank mend and publish it again; the list in use stays until then.")

LENGTH_MAX = 2_000_000
COST_SHEET = "cost_sheet"
SIGNERS = ("borrower", "spouse", "guarantor", "company", "manager")
CUSTOMER_KINDS = rules.WORDS["customer_kind"]
# Consent by face may never be the condition of the service (人脸识别技术应用安全管理办法, art. 10 and 12).
NEVER_REQUIRED = ("face_recognition", "face_transfer", "face_search")
READABLE = frozenset((
    "", "id_card_front", "id_card_back", "driving_licence", "bank_card", "vehicle_licence", "vehicle_registration",
    "vehicle_conformity", "new_car_invoice", "used_car_invoice", "business_licence", "insurance_policy", "income_proof",
    "bank_statement", "marriage_certificate", "household_register", "purchase_contract", "down_payment_proof", "photo"))
M = TypeVar("M", bound=Model)
_TEMPLATE = re.compile(r"[a-z][a-z0-9_]{0,47}\.md")


class Flaw(ValueError):
    """Where a text is wrong and why; becomes the Condition of its kind of text."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(where, why)
        self.where, self.why = where, why

    def condition(self, kind: Kind) -> Condition:
        return kind(where=self.where, why=self.why)


def parse_policy(text: str) -> PolicyPack:
    """The pack that ``text`` holds, its ``sha256`` that of the text's UTF-8 bytes. Raises POLICY_INVALID."""
    try:
        pack = _pack(text)
        _check_pack(pack)
    except Flaw as flaw:
        raise flaw.condition(POLICY_INVALID) from None
    return _asked(pack)


def reread_policy(text: str) -> PolicyPack:
    """A pack that ``parse_policy`` accepted and that has lain in the encrypted store since: the expressions are not
    compiled again, which spares half a second at start. Raises POLICY_INVALID."""
    try:
        return _asked(_pack(text))
    except Flaw as flaw:
        raise flaw.condition(POLICY_INVALID) from None


def _pack(text: str) -> PolicyPack:
    data = _toml(text)
    if "sha256" in data:
        raise Flaw("sha256", "the hash is computed, it may not be given")
    return _model(PolicyPack, {**data, "sha256": sha256(text.encode()).hexdigest()}, data)


def _asked(pack: PolicyPack) -> PolicyPack:
    """Without the consents whose switch is off: nobody is asked for what is not done."""
    asked = tuple(c for c in pack.consents if not c.when or getattr(pack.thresholds, c.when))
    return pack.model_copy(update={"consents": asked})


def parse_dealers(text: str) -> tuple[Dealer, ...]:
    """The admitted dealers, in the list's order. Raises DEALERS_INVALID."""
    try:
        data = _toml(text)
        if set(data) != {"dealers"} or not isinstance(data["dealers"], list):
            raise Flaw("dealers", "the list holds [[dealers]] tables and nothing else")
        dealers = tuple(_model(Dealer, entry, {}, f"dealers[{n}]") for n, entry in enumerate(data["dealers"]))
        _check_dealers(dealers)
    except Flaw as flaw:
        raise flaw.condition(DEALERS_INVALID) from None
    return dealers


def consent_sha256(consent: Consent) -> str:
    """Hash of what the customer was shown: purpose, version, receiver, title and text in both languages."""
    shown = consent.model_dump(mode="json", include={"purpose", "version", "receiver", "title", "text"})
    return digest(canonical(shown))


def _toml(text: str) -> dict[str, Any]:
    if len(text) > LENGTH_MAX:
        raise Flaw("the text", f"longer than {LENGTH_MAX} characters")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Flaw("the text", "too deeply nested") from None
    except ValueError as error:  # TOMLDecodeError and numbers of thousands of digits
        raise Flaw("the text", f"not TOML: {error}") from None
    for where, value in _leaves(data):
        if isinstance(value, float) and not isfinite(value):
            raise Flaw(where, "not a finite number")
        if isinstance(value, str) and not value.isprintable() and not value.replace("\n", "").isprintable():
            raise Flaw(where, "holds control characters")
    return data


def _leaves(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    stack = [(where, value)]
    while stack:
        where, value = stack.pop()
        if isinstance(value, dict):
            stack += [(f"{where}.{k}" if where else k, v) for k, v in value.items()]
        elif isinstance(value, list):
            stack += [(f"{where}[{n}]", v) for n, v in enumerate(value)]
        else:
            yield where, value


def _model(kind: type[M], values: Any, data: Any, prefix: str = "") -> M:
    """``values`` as a ``kind``; a Flaw names the first field that does not fit, lists by their entry's code."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(filter(None, (prefix, _place(data, first["loc"])))) or "the text"
        raise Flaw(where, first["msg"]) from None


def _place(data: Any, loc: tuple[int | str, ...]) -> str:
    """``products[new_car_instalment].limits[0].ltv_max`` for a pydantic location."""
    where, here = "", data
    for step in loc:
        here = here[step] if isinstance(here, dict | list) and _has(here, step) else None
        if isinstance(step, int):
            name = here.get("code", here.get("purpose", step)) if isinstance(here, dict) else step
            where += f"[{name}]"
        else:
            where += f".{step}" if where else step
    return where


def _has(container: dict | list, step: int | str) -> bool:
    return step in container if isinstance(container, dict) else isinstance(step, int) and step < len(container)


def _check_pack(pack: PolicyPack) -> None:
    for name in ("products", "papers", "sets", "questions", "ratings", "forms"):
        _unique(name, (item.code for item in getattr(pack, name)))
    _unique("consents", (c.purpose for c in pack.consents))
    if not pack.products:
        raise Flaw("products", "the pack holds no product")
    if not isclose(sum(pack.weights.model_dump().values()), 100, abs_tol=1e-9) or min(
            pack.weights.model_dump().values()) < 0:
        raise Flaw("weights", "the five weights must be 0 or more and add up to 100")
    if pack.thresholds.age_max_at_end <= pack.thresholds.age_min:
        raise Flaw("thresholds.age_max_at_end", "must be above age_min")
    products = [p.code for p in pack.products]
    for product in pack.products:
        _check_product(product, pack, products)
    for group in pack.sets:
        where = f"sets[{group.code}]"
        _check_rule(f"{where}.when", group.when, products)
        _check_requirements(where, group.requirements, pack, products)
    _check_papers_and_forms(pack, products)
    for consent in pack.consents:
        _check_consent(consent)


def _check_papers_and_forms(pack: PolicyPack, products: list[str]) -> None:
    for paper in pack.papers:
        _known(f"papers[{paper.code}].reads", (paper.reads,), READABLE, "kind of document")
    for form in pack.forms:
        where = f"forms[{form.code}]"
        if not _TEMPLATE.fullmatch(form.template):
            raise Flaw(f"{where}.template", "must be a plain file name like application.md")
        _known(f"{where}.signers", form.signers, SIGNERS, "signer")
        _unique(f"{where}.signers", form.signers)
        _check_rule(f"{where}.when", form.when, products)


def _check_product(product: Product, pack: PolicyPack, products: list[str]) -> None:
    where = f"products[{product.code}]"
    _known(f"{where}.customer_kinds", product.customer_kinds, CUSTOMER_KINDS, "kind of customer")
    _known(f"{where}.sets", product.sets, {s.code for s in pack.sets}, "set")
    _known(f"{where}.forms", product.forms, {f.code for f in pack.forms}, "form")
    for name in ("sets", "forms", "terms_months"):
        _unique(f"{where}.{name}", getattr(product, name))
    _unique(f"{where}.fees", (f.code for f in product.fees))
    _unique(f"{where}.rates", (r.months for r in product.rates))
    _unique(f"{where}.limits", ((limit.condition, limit.use, limit.energy) for limit in product.limits))
    if product.forms[0] != COST_SHEET or pack.form(COST_SHEET).when:
        raise Flaw(f"{where}.forms", "the cost sheet is signed first, always")
    _known(f"{where}.rates", (r.months for r in product.rates), product.terms_months, "term")
    if min(product.terms_months) < 1 or max(product.terms_months) > 120:
        raise Flaw(f"{where}.terms_months", "a term has 1 to 120 months")
    if (product.repayment is Repayment.BALLOON) != (product.balloon_rate > 0):
        raise Flaw(f"{where}.balloon_rate", "above 0 for balloon repayment, and only for it")
    _check_requirements(where, product.requirements, pack, products)


def _check_requirements(where: str, requirements: tuple[Requirement, ...], pack: PolicyPack,
                        products: list[str]) -> None:
    papers = {p.code for p in pack.papers}
    for n, requirement in enumerate(requirements):
        _known(f"{where}.requirements[{n}].paper", (requirement.paper,), papers, "paper")
        _check_rule(f"{where}.requirements[{n}].when", requirement.when, products)


def _check_consent(consent: Consent) -> None:
    where = f"consents[{consent.purpose}]"
    if consent.required and consent.purpose in NEVER_REQUIRED:
        raise Flaw(f"{where}.required", "face recognition is the customer's choice and may not be required")
    if not all(text.strip() for text in (consent.version, *_both(consent.title), *_both(consent.text))):
        raise Flaw(where, "version, title and text may not be empty, in either language")


def _both(words) -> tuple[str, str]:
    return words.zh, words.en


def _check_rule(where: str, expression: str, products: list[str]) -> None:
    try:
        rules.check(expression, products)
    except rules.RuleError as error:
        raise Flaw(where, str(error)) from None


def _check_dealers(dealers: tuple[Dealer, ...]) -> None:
    _unique("dealers", (d.id for d in dealers))
    for dealer in dealers:
        where = f"dealers[{dealer.id}]"
        if any(f.level == "block" for f in check_company_code(dealer.company_code)):
            raise Flaw(f"{where}.company_code", "not a valid unified social credit code")
        if not (-90 <= dealer.latitude <= 90 and -180 <= dealer.longitude <= 180):
            raise Flaw(where, "latitude or longitude out of range")


def _unique(where: str, codes: Iterable[Any]) -> None:
    twice = [str(code) for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise Flaw(where, f"'{twice[0]}' stands there twice")


def _known(where: str, codes: Iterable[Any], known: Iterable[Any], what: str) -> None:
    known = set(known)
    for code in codes:
        if code not in known:
            raise Flaw(where, f"unknown {what} '{code}'")
