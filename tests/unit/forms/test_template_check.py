"""Contract texts judged with the policy pack: every fault by file and line, and the shipped texts hold none."""

import pytest

from app.forms.fonts import RESOURCES
from app.forms.names import GROUPS, LISTS
from app.forms.template_check import check_template, check_templates
from tests.unit.forms.forms_case import COMPANY, context, pack

FORMS = RESOURCES / "forms"
LOAN = (FORMS / "loan_contract.md").read_text(encoding="utf-8")
SHEET = (FORMS / "cost_sheet.md").read_text(encoding="utf-8")


def faults(text: str, *, cost_sheet: bool = False) -> list[tuple[int, str]]:
    return [(problem.line, problem.why.en) for problem in check_template("own.md", text, cost_sheet=cost_sheet)]


def line_of(text: str, words: str) -> int:
    return text[:text.index(words)].count("\n") + 1


def test_the_shipped_texts_are_right():
    assert check_templates(pack(), FORMS) == ()


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("{{ customer.phone }}", "{{ customer.fone }}", "no field 'customer.fone' (did you mean customer.phone?)"),
    ("{{ cost.total }}", "{{ cost.totl }}", "no field 'cost.totl'"),
    ("{{ bank.name }}", "{{ nobody }}", "no field 'nobody'"),
    ("{{ customer.phone }}", "{{ customer }}", "no field 'customer'"),
    ("{{ customer.phone }}", "{{ customer.phone + }}", "wrong: "),
    ("{{ customer.phone }}", "{{ customer.phone | shout }}", "wrong: No filter named 'shout'"),
    ("还款方式为", "另收服务费 3,000 元，还款方式为", "'3,000 元'"),
    ("还款方式为", "另按贷款额的 2％ 收取，还款方式为", "'2％'"),
])
def test_a_fault_is_told_with_its_line(right, wrong, said):
    at = line_of(LOAN, right)
    found = faults(LOAN.replace(right, wrong, 1))
    assert [line for line, _ in found] == [at]
    assert said in found[0][1]


def test_lines_count_from_the_head_on_and_loops_name_their_lists():
    text = SHEET.replace("{{ part.principal }}", "{{ part.capital }}", 1)
    assert (line_of(text, "part.capital"), "there is no field 'cost.schedule.capital'") in [
        (line, why.split(" (")[0]) for line, why in faults(text, cost_sheet=True)]


@pytest.mark.parametrize(("gone", "said"), [
    ("{{ cost.effective_rate }}", "cost.effective_rate"), ("> {{ cost.statement }}", "cost.statement"),
    ("{{ item.collector }} |", "collector"), ("{{ part.due }}", "cost.schedule.due")])
def test_a_cost_sheet_without_what_the_law_wants_is_refused(gone, said):
    found = faults(SHEET.replace(gone, ""), cost_sheet=True)
    assert any(said in why for _, why in found)


def test_a_contract_must_bind_the_sheet_and_highlight_its_clauses():
    assert faults("# 合同\n\n> 本金 {{ cost.principal }} 元。\n") == [
        (1, "a text with figures of cost must name the cost sheet (明示表) and its hash, cost.sha256")]
    assert faults("# 合同\n\n《综合融资成本明示表》{{ cost.sha256 }}\n") == [
        (1, "no clause is highlighted with > (Civil Code, art. 496)")]
    assert faults("没有标题\n") == [(1, "there is no title line (# title)")]
    assert faults("---\nstranger: 某人\n---\n# 标题\n") == [(1, "unknown signer stranger at the head")]


def test_the_names_are_those_that_documents_get():
    values = context(**COMPANY)
    drawn_with = {"case", "signatory"}
    assert GROUPS.keys() - drawn_with == {name for name, value in values.items() if isinstance(value, dict)} - {
        "signers", "signatories"}
    for group in GROUPS.keys() - drawn_with:
        assert set(GROUPS[group]) == set(values[group]), group
    for path, fields in LISTS.items():
        assert all(set(entry) == set(fields) for entry in values["cost"][path.removeprefix("cost.")])
