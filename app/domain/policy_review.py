"""A bank's own policy pack reviewed before it is published: everything that is wrong, by line, and what looks unintended."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from app.domain.document_kind import DocumentKind
from app.domain.flaw import Flaw, schema_flaw
from app.domain.policy import PolicyPack, Words
from app.domain.policy_draft import FIELDS, SECTIONS, Draft, flaws_between
from app.domain.policy_hints import hints
from app.domain.policy_text import computed_hash, odd_values, read_toml, with_hash, without_switched_off
from app.domain.toml_lines import TomlLines

_SYNTAX_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_QUOTED, _PERCENT, _WIDE = re.compile(r'"[^"]*"'), re.compile(r"(\d+(?:\.\d+)?)\s*[%％]"), re.compile("[，＝；：“”｛｝［］]")
_SYNTAX = (
    ("Unclosed inline table", "大括号 { } 没有闭合，或里面换了行"), ("Unclosed array", "方括号 [ ] 没有闭合，或少了逗号"),
    ("Unterminated string", "文字的引号没有闭合"), ("Invalid initial character for a key", "这里应是一个名称"),
    ("Expected newline or end", "这一行后面多了东西；文字里的双引号请改用中文引号"),
    ("Expected '='", "名称后面应是等号 ="), ("Expected ']", "方括号没有闭合"),
    ("Invalid value", "等号后面的值写法不对；文字要加英文双引号"), ("Cannot overwrite a value", "同一项写了两次"),
    ("Cannot declare", "同一个小节写了两次"), ("Illegal character", "有不允许的字符"),
    ("Duplicate inline table key", "同一项写了两次"), ("Invalid statement", "这一行不是“名称 = 值”，也不是 [小节]"))


@dataclass(frozen=True)
class Problem:
    """One flaw at its line (from 1). ``where`` names the place as the pack's own codes do, '' for the text as a whole."""

    line: int
    where: str
    why: Words


@dataclass(frozen=True)
class Review:
    """``pack`` is None where there are problems. ``notes`` are no errors, but look unintended."""

    pack: PolicyPack | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()


def review_policy(text: str, templates: Collection[str] | None = None,
                  kinds: Mapping[str, DocumentKind] | None = None) -> Review:
    """All problems of ``text`` in the order of its lines. ``templates`` are the files that forms, ``kinds`` the documents
    that papers may name; None for any."""
    try:
        data = read_toml(text, odd=False)
    except Flaw as flaw:
        return Review(None, (_syntax(flaw, text),))
    lines = TomlLines(text)
    flaws = [*odd_values(data), *([computed_hash()] if "sha256" in data else ())]
    pack = None
    try:
        pack = PolicyPack.model_validate(with_hash(data, text))
        flaws += flaws_between(Draft.of(pack), templates, kinds)
    except ValidationError as error:
        draft, inside = Draft.read(data)
        flaws += (*_around(data, error), *inside, *flaws_between(draft, templates, kinds))
    if flaws:
        return Review(None, _by_line(flaws, lines))
    return Review(without_switched_off(pack), (), _by_line(hints(pack), lines))


def _by_line(flaws: Iterable[Flaw], lines: TomlLines) -> tuple[Problem, ...]:
    told = {(f.spot, f.why): Problem(lines.line(f.spot.place), f.spot.name, f.why) for f in flaws}
    return tuple(sorted(told.values(), key=lambda problem: problem.line))


def _syntax(flaw: Flaw, text: str) -> Problem:
    found = _SYNTAX_LINE.search(flaw.why.en)
    said = next((zh for en, zh in _SYNTAX if en in flaw.why.en), "")
    if found:
        slip = _slip(text.splitlines()[int(found[1]) - 1])
        return Problem(int(found[1]), "", Words(zh=f"第 {found[2]} 列：{slip.zh or said or flaw.why.zh}",
                                                en=f"{flaw.why.en}{slip.en}"))
    at_end = "at end of document" in flaw.why.en
    return Problem(len(text.splitlines()) if at_end and text else 1, "", Words(zh=said or flaw.why.zh, en=flaw.why.en))


def _slip(line: str) -> Words:
    """What a person most likely did to a line that is no TOML, '' where nothing tells."""
    bare = _QUOTED.sub("", line.partition("#")[0])
    if found := _PERCENT.search(bare):
        small = f"{float(found[1]) / 100:g}"
        return Words(zh=f"百分数写成小数，{found[0]} 写 {small}", en=f"; write {found[0]} as {small}")
    if found := _WIDE.search(bare):
        return Words(zh=f"有中文标点 {found[0]} ，这里要用英文半角的", en=f"; '{found[0]}' is full-width punctuation")
    return Words(zh="", en="")


def _around(data: dict, error: ValidationError) -> Iterator[Flaw]:
    """What is wrong outside the entries that the draft judges one by one."""
    for one in error.errors(include_url=False, include_input=False):
        inside = len(one["loc"]) > 1 and (one["loc"][0] in SECTIONS or one["loc"][0] in ("weights", "thresholds"))
        if not inside:
            yield schema_flaw(data, one, FIELDS)
