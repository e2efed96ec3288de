"""What is wrong with a text that a bank wrote, and where: in words for both languages, by name and by place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from app.domain.condition import Condition, Kind
from app.domain.policy import Words
from app.domain.toml_lines import Place

FEW = 24


@dataclass(frozen=True)
class Spot:
    """A place in the text: ``name`` as people read it (``products[new_car].limits[0]``), ``place`` by keys and positions."""

    name: str = ""
    place: Place = ()

    def key(self, key: str) -> "Spot":
        return Spot(f"{self.name}.{key}" if self.name else key, (*self.place, key))

    def item(self, position: int, called: object = None) -> "Spot":
        return Spot(f"{self.name}[{position if called is None else called}]", (*self.place, position))


class Flaw(ValueError):
    """Becomes the Condition of its kind of text."""

    def __init__(self, spot: Spot, zh: str, en: str) -> None:
        super().__init__(spot.name, en)
        self.spot, self.why = spot, Words(zh=zh, en=en)

    @property
    def where(self) -> str:
        return self.spot.name or "the text"

    def condition(self, kind: Kind) -> Condition:
        return kind(where=self.where, why=self.why.en, why_zh=self.why.zh)


def spot_of(data: Any, loc: Iterable[int | str]) -> Spot:
    """The spot of a pydantic location; entries of lists are called by their code."""
    spot, here = Spot(), data
    for step in loc:
        here = _step(here, step)
        if isinstance(step, int):
            called = here.get("code", here.get("purpose", step)) if isinstance(here, dict) else step
            spot = spot.item(step, called)
        else:
            spot = spot.key(step)
    return spot


def _step(container: Any, step: int | str) -> Any:
    if isinstance(container, dict):
        return container.get(step)
    return container[step] if isinstance(container, list) and isinstance(step, int) and step < len(container) else None


_WHOLE, _NUMBER, _YES_NO, _LIST, _TABLE = "应为整数", "应为数字", "应为 true 或 false", "应为列表 [ … ]", "应为一组“名称 = 值”"
_TYPES: dict[str, str] = {
    "missing": "缺少这一项", "extra_forbidden": "这里没有这一项", "string_type": "应为带引号的文字",
    "int_type": _WHOLE, "int_from_float": _WHOLE, "int_parsing": _WHOLE, "float_type": _NUMBER, "float_parsing": _NUMBER,
    "bool_type": _YES_NO, "bool_parsing": _YES_NO, "tuple_type": _LIST, "list_type": _LIST,
    "model_type": _TABLE, "dict_type": _TABLE, "greater_than_equal": "不能小于 {ge}",
    "greater_than": "必须大于 {gt}", "less_than_equal": "不能大于 {le}", "less_than": "必须小于 {lt}",
    "enum": "只能是 {expected}", "literal_error": "只能是 {expected}", "too_short": "至少要有 {min_length} 项",
    "string_too_short": "至少 {min_length} 个字", "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "写法不对，应符合 {pattern}；代码以小写字母开头，用小写字母、数字和下划线"}


def schema_flaw(data: Any, error: Mapping[str, Any], fields: Iterable[str] = (), loc: Place = ()) -> Flaw:
    """One of pydantic's errors in people's words; ``fields`` are names that a misspelt key may have meant, ``loc`` is
    where ``data`` 's part that was judged lies."""
    spot = spot_of(data, (*loc, *error["loc"]))
    zh = _TYPES.get(error["type"], "格式不对：" + error["msg"]).format(**error.get("ctx", {})).replace(" or ", ", ")
    hint_zh, hint_en = _percent(data, error, (*loc, *error["loc"]))
    if error["type"] == "extra_forbidden" and error["loc"][-1] in fields:
        hint_zh, hint_en = "；它属于别的段落，请看上面的 [[ ]] 是哪一段", " here; it belongs to another table"
    elif error["type"] == "extra_forbidden":
        hint_zh, hint_en = meant(str(error["loc"][-1]), fields)
        hint_zh = hint_zh or "；请删掉它，或对照手册里这一段能写的项"
    return Flaw(spot, zh + hint_zh, error["msg"] + hint_en)


def _percent(data: Any, error: Mapping[str, Any], place: Place) -> tuple[str, str]:
    """A share above its limit that looks like per cent."""
    limit, value = error.get("ctx", {}).get("le"), data
    for step in place:
        value = _step(value, step)
    if limit is None or limit > 1 or not isinstance(value, int | float) or not 1 < value <= 100:
        return "", ""
    return f"；百分数写成小数，{value:g} % 写 {value / 100:g}", f"; write {value:g} % as {value / 100:g}"


def meant(word: str, known: Iterable[str]) -> tuple[str, str]:
    """A hint at the likeliest right word, in both languages; '' where none is near."""
    near = get_close_matches(word, [k for k in known if k], 1, 0.7)
    return (f"（是不是 {near[0]}？）", f" (did you mean {near[0]}?)") if near else ("", "")


def unknown(spot: Spot, codes: Iterable[str], known: Iterable[str], zh: str, en: str) -> Iterator[Flaw]:
    """Every one of ``codes`` that is not ``known``; the codes stand in a list at ``spot``, or are its only value."""
    known = tuple(known)
    for code in codes:
        if code not in known:
            hint_zh, hint_en = meant(code, known)
            if not hint_zh and len(known) <= FEW:
                hint_zh, hint_en = (f"；可以是 {'、'.join(filter(None, known))}", f"; known: {', '.join(filter(None, known))}")
            yield Flaw(spot, f"没有{zh} '{code}'{hint_zh}", f"unknown {en} '{code}'{hint_en}")
