"""Contract texts judged before anybody signs one: unknown names, charges written into the text, what the law wants missing.

Told by file and line, all at once, as the policy pack's own problems are.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from app.domain.policy import SIGNERS, PolicyPack, Words
from app.domain.policy_review import Problem
from app.forms import markup
from app.forms.draw import COST_SHEET
from app.forms.names import GROUPS, LISTS, SINGLE
from app.forms.templates import environment

SHEET = "明示表"
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_CHARGE = re.compile(r"\d[\d,.]*\s*(?:万?元|[%％‰])")
_ON_THE_SHEET = {  # what the rule on stating the total cost wants shown (个人贷款业务明示综合融资成本规定, from 2026-08-01)
    "cost.principal", "cost.annual_rate", "cost.effective_rate", "cost.total", "cost.statement", "cost.sha256",
    *(f"cost.charges.{name}" for name in ("name", "collector", "how", "standard", "amount", "annual_rate")),
    *(f"cost.contingent.{name}" for name in ("name", "collector", "how", "standard")),
    *(f"cost.schedule.{name}" for name in ("due", "principal", "interest", "fees", "total"))}


def check_templates(pack: PolicyPack, folder: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the texts of the pack's forms in ``folder``, by file and line."""
    sheets = {form.template for form in pack.forms if form.code == COST_SHEET}
    return tuple(problem for name in dict.fromkeys(form.template for form in pack.forms)
                 for problem in check_template(name, (folder / name).read_text(encoding="utf-8"), cost_sheet=name in sheets))


def check_template(name: str, text: str, *, cost_sheet: bool = False) -> tuple[Problem, ...]:
    """``name`` is the file, as the problems tell it; lines count from 1."""
    from jinja2 import TemplateSyntaxError

    head, body = markup.split_head(text)
    before = text.count("\n") - body.count("\n")
    try:
        environment(name).from_string(body)
        tree = environment(name).parse(body)
    except TemplateSyntaxError as error:
        return (_problem(name, before + error.lineno, f"写法不对：{error.message}", f"wrong: {error.message}"),)
    used = tuple(_used(tree, {}))
    found = [*_head(name, head), *_unknown(name, used, before), *_written_charges(name, text),
             *_missing(name, body, {path for _, path in used}, cost_sheet)]
    return tuple(sorted(found, key=lambda problem: problem.line))


def _problem(name: str, line: int, zh: str, en: str) -> Problem:
    return Problem(line, name, Words(zh=zh, en=en))


def _used(node, local: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything the text names; the entries of a list by the list's name."""
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr | nodes.Name):
        parts = _path(node)
        if parts:
            yield node.lineno, ".".join((local.get(parts[0], parts[0]), *parts[1:]))
            return
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        yield from _used(node.iter, local)
        local = {**local, node.target.name: ".".join(_path(node.iter))}
        for part in (*node.body, *node.else_):
            yield from _used(part, local)
        return
    for part in node.iter_child_nodes():
        yield from _used(part, local)


def _path(node) -> tuple[str, ...]:
    """``cost.total`` as its parts; empty for anything else."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return (node.name,)
    inner = _path(node.node) if isinstance(node, nodes.Getattr) else ()
    return (*inner, node.attr) if inner else ()


def _known(path: str) -> bool:
    group, _, name = path.rpartition(".")
    return path in SINGLE or name in GROUPS.get(group, ()) or name in LISTS.get(group, ())


def _unknown(name: str, used: tuple[tuple[int, str], ...], before: int) -> Iterator[Problem]:
    names = [*SINGLE, *(f"{group}.{field}" for group, fields in (*GROUPS.items(), *LISTS.items()) for field in fields)]
    for line, path in used:
        if not _known(path):
            close = get_close_matches(path, names, 1)
            zh, en = (f"（是不是 {close[0]}？）", f" (did you mean {close[0]}?)") if close else ("", "")
            yield _problem(name, before + line, f"没有“{path}”这一项{zh}", f"there is no field '{path}'{en}")


def _head(name: str, head: Mapping[str, str]) -> Iterator[Problem]:
    for signer in head.keys() - SIGNERS.keys():
        yield _problem(name, 1, f"开头写了不认识的签署人 {signer}", f"unknown signer {signer} at the head")


def _written_charges(name: str, text: str) -> Iterator[Problem]:
    """Amounts and rates come from the cost sheet and the terms; one that stands in the text would be on no sheet."""
    plain = _CODE.sub(lambda code: "�" + "\n" * code[0].count("\n"), text)
    for line, words in enumerate(plain.splitlines(), start=1):
        for charge in _CHARGE.findall(words):
            yield _problem(name, line, f"文字里写死了金额或比率“{charge}”，应使用成本明示表的项目",
                           f"an amount or rate, '{charge}', is written into the text; take it from the cost sheet")


def _missing(name: str, body: str, used: set[str], cost_sheet: bool) -> Iterator[Problem]:
    marks = [line.strip() for line in body.splitlines()]
    if not any(line.startswith("# ") for line in marks):
        yield _problem(name, 1, "没有标题行（# 标题）", "there is no title line (# title)")
    if cost_sheet:
        for path in sorted(_ON_THE_SHEET - used):
            yield _problem(name, 1, f"成本明示表缺少必须列明的“{path}”", f"the cost sheet lacks '{path}', which must be shown")
    elif any(path.startswith("cost.") for path in used):
        if "cost.sha256" not in used or SHEET not in body:
            yield _problem(name, 1, "用到息费的文本必须写明《综合融资成本明示表》及其数据摘要 cost.sha256",
                           "a text with figures of cost must name the cost sheet (明示表) and its hash, cost.sha256")
        if not any(line.startswith("> ") for line in marks):
            yield _problem(name, 1, "没有用 > 标示的重要条款（民法典第四百九十六条要求提示和说明）",
                           "no clause is highlighted with > (Civil Code, art. 496)")
