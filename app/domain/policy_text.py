"""The bank's policy pack and dealer list as TOML texts: read, checked, refused with the place and the reason."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from math import isfinite
from typing import Any, TypeVar

from pydantic import ValidationError

from app.domain.condition import Kind
from app.domain.document_kind import DocumentKind
from app.domain.evidence import canonical, digest
from app.domain.flaw import Flaw, Spot, schema_flaw
from app.domain.identity import check_company_code
from app.domain.model import Model
from app.domain.policy import CONSENT_SWITCHES, Consent, Dealer, PolicyPack
from app.domain.policy_draft import FIELDS, Draft, flaws_between

POLICY_INVALID = Kind(
    "policy.invalid",
    zh="政策包有误，未启用。位置：{where}；原因：{why_zh}。",
    zh_next="请让总行修改政策包后重新下发；在此之前继续使用原政策包。",
    en="The policy pack is wrong and is not used. At {where}: {why}.",
    en_next="Have the bank mend and publish it again; the pack in use stays until then.")
DEALERS_INVALID = Kind(
    "dealers.invalid",
    zh="车商名单有误，未启用。位置：{where}；原因：{why_zh}。",
    zh_next="请让总行修改车商名单后重新下发；在此之前继续使用原名单。",
    en="The dealer list is wrong and is not used. At {where}: {why}.",
    en_next="Have the bank mend and publish it again; the list in use stays until then.")

LENGTH_MAX = 2_000_000
M = TypeVar("M", bound=Model)


def parse_policy(text: str, kinds: Mapping[str, DocumentKind] | None = None) -> PolicyPack:
    """The pack that ``text`` holds, its ``sha256`` that of the text's UTF-8 bytes. ``kinds`` are the documents that papers
    may name as what they are read as, None for any. Raises POLICY_INVALID."""
    try:
        pack = _pack(text)
        for flaw in flaws_between(Draft.of(pack), kinds=kinds):
            raise flaw
    except Flaw as flaw:
        raise flaw.condition(POLICY_INVALID) from None
    return without_switched_off(pack)


def reread_policy(text: str) -> PolicyPack:
    """A pack that ``parse_policy`` accepted and that has lain in the encrypted store since: the expressions are not
    compiled again, which spares half a second at start. Raises POLICY_INVALID."""
    try:
        return without_switched_off(_pack(text))
    except Flaw as flaw:
        raise flaw.condition(POLICY_INVALID) from None


def _pack(text: str) -> PolicyPack:
    data = read_toml(text)
    if "sha256" in data:
        raise computed_hash()
    return _model(PolicyPack, with_hash(data, text), data)


def with_hash(data: dict[str, Any], text: str) -> dict[str, Any]:
    return {**data, "sha256": sha256(text.encode()).hexdigest()}


def computed_hash() -> Flaw:
    return Flaw(Spot("sha256", ("sha256",)), "校验值由程序计算，不能写在文件里", "the hash is computed, it may not be given")


def without_switched_off(pack: PolicyPack) -> PolicyPack:
    """Without the consents whose switch is off, nobody is asked for what is not done; the others' switch is settled."""
    asked = (c for c in pack.consents if c.when not in CONSENT_SWITCHES or getattr(pack.thresholds, c.when))
    settled = (c.model_copy(update={"when": ""}) if c.when in CONSENT_SWITCHES else c for c in asked)
    return pack.model_copy(update={"consents": tuple(settled)})


def parse_dealers(text: str) -> tuple[Dealer, ...]:
    """The admitted dealers, in the list's order. Raises DEALERS_INVALID."""
    try:
        data = read_toml(text)
        if set(data) != {"dealers"} or not isinstance(data["dealers"], list):
            raise Flaw(Spot("dealers", ("dealers",)), "名单里只能有 [[dealers]]", "the list holds [[dealers]] tables and nothing "
                       "else")
        dealers = tuple(_model(Dealer, entry, {}, f"dealers[{n}]") for n, entry in enumerate(data["dealers"]))
        _check_dealers(dealers)
    except Flaw as flaw:
        raise flaw.condition(DEALERS_INVALID) from None
    return dealers


def consent_sha256(consent: Consent) -> str:
    """Hash of what the customer was shown: purpose, version, receiver, title and text in both languages."""
    shown = consent.model_dump(mode="json", include={"purpose", "version", "receiver", "title", "text"})
    return digest(canonical(shown))


def read_toml(text: str, *, odd: bool = True) -> dict[str, Any]:
    """The document of ``text``; a Flaw where it is none, or (with ``odd``) holds what no pack may hold."""
    whole = Spot()
    if len(text) > LENGTH_MAX:
        raise Flaw(whole, f"超过 {LENGTH_MAX} 个字符", f"longer than {LENGTH_MAX} characters")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Flaw(whole, "嵌套太深", "too deeply nested") from None
    except ValueError as error:  # TOMLDecodeError and numbers of thousands of digits
        raise Flaw(whole, f"不是正确的 TOML：{error}", f"not TOML: {error}") from None
    for flaw in odd_values(data) if odd else ():
        raise flaw
    return data


def odd_values(data: dict[str, Any]) -> Iterator[Flaw]:
    """Numbers that are none and texts with control characters."""
    for spot, value in _leaves(data):
        if isinstance(value, float) and not isfinite(value):
            yield Flaw(spot, "不是有限的数字", "not a finite number")
        if isinstance(value, str) and not value.isprintable() and not value.replace("\n", "").isprintable():
            yield Flaw(spot, "含有控制字符", "holds control characters")


def _leaves(value: Any, spot: Spot | None = None) -> Iterator[tuple[Spot, Any]]:
    stack = [(spot or Spot(), value)]
    while stack:
        spot, value = stack.pop()
        if isinstance(value, dict):
            stack += [(spot.key(k), v) for k, v in value.items()]
        elif isinstance(value, list):
            stack += [(spot.item(n), v) for n, v in enumerate(value)]
        else:
            yield spot, value


def _model(kind: type[M], values: Any, data: Any, prefix: str = "") -> M:
    """``values`` as a ``kind``; a Flaw names the first field that does not fit, lists by their entry's code."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        flaw = schema_flaw(data, error.errors(include_url=False, include_input=False)[0], FIELDS)
        name = ".".join(filter(None, (prefix, flaw.spot.name)))
        raise Flaw(Spot(name, flaw.spot.place), flaw.why.zh, flaw.why.en) from None


def _check_dealers(dealers: tuple[Dealer, ...]) -> None:
    twice = [dealer_id for dealer_id, count in Counter(d.id for d in dealers).items() if count > 1]
    if twice:
        raise Flaw(Spot("dealers"), f"'{twice[0]}' 重复了", f"'{twice[0]}' stands there twice")
    for dealer in dealers:
        spot = Spot(f"dealers[{dealer.id}]")
        if any(f.level == "block" for f in check_company_code(dealer.company_code)):
            raise Flaw(spot.key("company_code"), "不是有效的统一社会信用代码", "not a valid unified social credit code")
        if not (-90 <= dealer.latitude <= 90 and -180 <= dealer.longitude <= 180):
            raise Flaw(spot, "经纬度超出范围", "latitude or longitude out of range")
