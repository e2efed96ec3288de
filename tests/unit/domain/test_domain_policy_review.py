"""A bank's own pack reviewed: every problem at once, each at its line, and never a crash on what somebody typed."""

import random
import tomllib

import pytest

from app.capture.kinds import kinds
from app.domain import rules
from app.domain.checklist import checklist
from app.domain.facts import Circumstances
from app.domain.policy_review import review_policy
from app.domain.terms import Energy
from app.domain.toml_lines import TomlLines
from tests.case_facts import ROOT
from tests.unit.domain.builders import terms
from tests.unit.domain.test_domain_policy_text import CARELESS

TEMPLATES = [path.name for path in (ROOT / "resources" / "forms").glob("*.md")]


def review(text: str):
    return review_policy(text, TEMPLATES, kinds())


def line_of(text: str, wrong: str) -> int:
    return text[:text.index(wrong)].count("\n") + 1


def test_the_default_pack_has_no_problem_and_no_note(policy_toml, pack):
    found = review(policy_toml)
    assert found.problems == ()
    assert found.notes == ()
    assert found.pack == pack


MISTAKES = [
    ("fence_radius_m = 500", 'fence_radius_m = "500 米"', "应为数字"),
    ("ltv_max = 0.80", "ltv_max = 1.5", "不能大于 1"),
    ("[weights]\nmaterial = 30", "[weights]\nmaterial = 31", "现在是 101"),
    ('{ paper = "bank_card"', '{ paper = "bank_cart"', "是不是 bank_card"),
    ("when = \"marital == 'widowed'\"", "when = \"marital == 'widow'\"", "'widow'"),
    ("when = \"loan_yuan > 300000\"", "when = \"loan > 300000\"", "'loan'"),
    ("when = \"not local_resident\"", "when = \"not local_resident and\"", "条件写法不对"),
    ("camera_only = true", "camara_only = true", "是不是 camera_only"),
    ('template = "handover.md"', 'template = "handover2.md"', "没有模板文件"),
    ('sets = ["p1", "p2", "v_o", ', 'sets = ["p1", "p2", "v_x", ', "没有资料组合 'v_x'"),
    ('reads = "driving_licence"', 'reads = "driving_license"', "是不是 driving_licence"),
    ('reads = "household_register"', 'reads = "x"', "可以是 bank_card、"),
    ('repayment = "balloon"', 'repayment = "ballon"', "'balloon'"),
]
SLIPS = [
    ("annual_rate = 0.0498", "annual_rate = 4.98", "4.98 % 写 0.0498"),
    ("annual_rate = 0.0498", "annual_rate = 4.98%", "4.98% 写 0.0498"),
    ("terms_months = [12, 24, 36]", "terms_months = [12，24, 36]", "中文标点 ，"),
    ("when = \"marital == 'widowed'\"", "when = \"marital == '丧偶'\"", "要写代码"),
    ("when = \"loan_yuan > 300000\"", "when = \"loan_yuan > 30万\"", "20 万写 200000"),
    ("when = \"loan_yuan > 300000\"", "when = \"income > 300000\"", "可以是 product、"),
    ('scene = "customer"', 'scene = "home"', "'customer'"),
    ('reads = "income_proof"', 'scene = "customer"\nreads = "income_proof"', "只有照片才写 scene"),
    ('reads = "id_card"\n', 'pages_min = 3\nreads = "id_card"\n', "不写 pages_min"),
    ("camera_only = true", "camera_forced = true", "请删掉它"),
]


@pytest.mark.parametrize(("right", "wrong", "why"), MISTAKES + SLIPS)
def test_each_mistake_is_told_at_its_line(policy_toml, right, wrong, why):
    assert right in policy_toml
    text = policy_toml.replace(right, wrong, 1)
    (problem,) = review(text).problems
    assert why in problem.why.zh
    assert (problem.line, bool(problem.why.en)) == (line_of(text, wrong), True)


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(policy_toml):
    text = policy_toml
    for right, wrong, _ in MISTAKES:
        text = text.replace(right, wrong, 1)
    found = review(text)
    assert found.pack is None
    assert [p.line for p in found.problems] == sorted(line_of(text, wrong) for _, wrong, _ in MISTAKES)
    assert len({p.where for p in found.problems}) == len(MISTAKES)


@pytest.mark.parametrize(("right", "wrong", "where"), CARELESS, ids=[f"{n}-{where}" for n, (_, _, where) in enumerate(CARELESS)])
def test_whatever_the_program_refuses_the_review_tells(policy_toml, right, wrong, where):
    found = review(policy_toml.replace(right, wrong, 1))
    assert found.pack is None
    assert all(p.line > 1 or p.where in ("", "version") for p in found.problems)
    if "Late payment" not in wrong:
        assert where.replace("products[2]", "products[used_car_instalment]") in {
            p.where.replace("products[2]", "products[used_car_instalment]") for p in found.problems}


def test_a_duplicate_is_told_at_its_second_place(policy_toml):
    text = policy_toml.replace('code = "id_card_back"', 'code = "id_card_front"', 1)
    problems = [p for p in review(text).problems if p.where == "papers"]
    assert [p.line for p in problems] == [line_of(text, '[[papers]]\ncode = "id_card_front"\nname = { zh = "身份证 国徽面"')]


def test_a_missing_part_is_told_where_its_table_begins(policy_toml):
    begin = policy_toml.index("limits = [", policy_toml.index('code = "nev_instalment"'))
    text = policy_toml[:begin] + policy_toml[policy_toml.index("sets =", begin):]
    (problem,) = review(text).problems
    assert (problem.where, problem.why.zh) == ("products[nev_instalment].limits", "缺少这一项")
    assert problem.line == line_of(text, '[[products]]\ncode = "nev_instalment"')


@pytest.mark.parametrize(("text", "line", "why"), [
    ('schema = 1\nbank = "示例银行"分行"\n', 2, "双引号"), ("schema = 1\nbank = 示例\n", 2, "值写法不对"),
    ("schema = 1\nschema = 1\n", 2, "两次"), ("a = [1,\n2\nb = 3", 3, "方括号"), ("a 1", 1, "等号"), ('a = "b', 1, "引号"),
    ("[papers\n", 1, "方括号"), ("a = { b = 1", 1, "大括号"), ("", 1, "缺少"), ("a = " + "[" * 5_000, 1, ""),
    ('a = 1\nb = """c\nd', 3, "引号"), ("a = { b = 1,\n", 1, "名称"), ("\x00", 1, ""), ("x" * 2_000_001, 1, "超过")])
def test_broken_texts_are_told_by_line_too(text, line, why):
    found = review(text)
    assert found.pack is None
    assert found.problems[0].line == line
    assert why in found.problems[0].why.zh


def test_a_line_below_the_wrong_heading_and_windows_line_ends(policy_toml):
    stray = 'requirements = [{ paper = "bank_card" }]'
    text = (policy_toml + "\n" + stray + "\n").replace("\n", "\r\n")
    (problem,) = review(text).problems
    assert "别的段落" in problem.why.zh
    assert (problem.where, problem.line) == ("forms[platform_agreement].requirements", line_of(text, stray))


def test_what_looks_unintended_is_noted(policy_toml):
    lonely = '[[papers]]\ncode = "lonely"\nname = { zh = "孤", en = "lonely" }\nweight = 1\n\n[[papers]]\n'
    text = policy_toml.replace("[[papers]]\n", lonely, 1).replace("terms_months = [6, 12, 24, 36]", "terms_months = [6, 12, 60]")
    found = review(text)
    assert found.pack is not None
    told = {note.why.zh: note.line for note in found.notes}
    assert told["资料 lonely 没有产品用到"] == line_of(text, lonely)
    assert [line_of(text, "terms_months = [6, 12, 60]")] == [line for why, line in told.items() if "60 期" in why]


FIRST_FORMS = 'forms = ["cost_sheet", "bureau_authorisation", "spouse_authorisation", "guarantor_authorisation", "application",\n'
COMPANY_FORMS = 'forms = ["cost_sheet", "bureau_authorisation", "company_authorisation", "spouse_authorisation",\n'


@pytest.mark.parametrize(("right", "wrong", "who"), [
    (FIRST_FORMS, FIRST_FORMS.replace('"bureau_authorisation", ', ""), "由借款人签的征信授权书；可以加 bureau_authorisation"),
    (FIRST_FORMS, FIRST_FORMS.replace('"spouse_authorisation", ', ""), "要了配偶的身份证（spouse_id_card）"),
    (FIRST_FORMS, FIRST_FORMS.replace('"guarantor_authorisation", ', ""), "要了担保人的身份证（guarantor_id_card）"),
    (COMPANY_FORMS, COMPANY_FORMS.replace('"company_authorisation", ', ""), "由企业代表签的征信授权书")])
def test_a_product_without_an_authorisation_for_somebody_it_has_queried_is_noted_at_its_forms(policy_toml, right, wrong, who):
    text = policy_toml.replace(right, wrong, 1)
    found = review(text)
    note, = found.notes
    assert who in note.why.zh
    assert (note.line, found.pack is not None) == (line_of(text, wrong), True)


def test_an_authorisation_counts_only_where_it_is_signed_in_the_same_circumstances(policy_toml):
    signed = 'signers = ["guarantor", "manager"]\nwhen = "has_guarantor"\n\n[[forms]]\ncode = "company_authorisation"'
    text = policy_toml.replace(signed, signed.replace('has_guarantor"', 'has_guarantor and loan_yuan > 100000"'), 1)
    found = review(text)
    assert len(found.notes) == len([p for p in found.pack.products if "p2" in p.sets])
    assert all("担保人" in note.why.zh for note in found.notes)


def test_who_is_not_asked_for_needs_no_authorisation_and_a_banks_own_document_counts_by_its_name(policy_toml):
    without = FIRST_FORMS.replace('"guarantor_authorisation", ', "")
    unasked = policy_toml.replace('sets = ["p1", "p2", "v_n", "s"]\nforms', 'sets = ["p1", "v_n", "s"]\nforms', 1)
    assert review(unasked.replace(FIRST_FORMS, without, 1)).notes == ()
    own = FIRST_FORMS.replace('"spouse_authorisation"', '"ours"', 1)
    ours = ('[[forms]]\ncode = "ours"\nname = { zh = "配偶征信授权", en = "Ours" }\ntemplate = "bureau_authorisation.md"\n'
            'signers = ["spouse"]\nwhen = "marital in [\'married\']"\n\n[[forms]]\n')
    assert review(policy_toml.replace(FIRST_FORMS, own, 1).replace("[[forms]]\n", ours, 1)).notes == ()


def places(value, place=()):
    yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*place, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from places(inner, (*place, n))


def test_every_key_of_the_default_pack_is_found_on_a_line_that_holds_it(policy_toml):
    lines, rows = TomlLines(policy_toml), policy_toml.splitlines()
    found = 0
    for place in places(tomllib.loads(policy_toml)):
        if place and isinstance(place[-1], str):
            assert place[-1] in rows[lines.line(place) - 1], place
            found += 1
    assert found > 1500


ODD = '''# title
"quoted key" = 1
a.b . "c d" = 'single # no comment'
text = """
first # still text
\\"\\"\\" and a quote\\""""
raw = \'\'\'
x = 1\'\'\'\'
[t]
list = [ 1, # one
  { in = { deep = [ "]", '}' ] } },
]
[[t.many]]
k = 2026-01-01T00:00:00Z
[t.many.sub]
s = 1.5e3
[[t.many]]
k = [[1, 2], [3]]
'''


def test_odd_but_right_texts_are_walked_without_getting_lost():
    tomllib.loads(ODD)
    lines = TomlLines(ODD)
    wanted = {("quoted key",): 2, ("a", "b", "c d"): 3, ("text",): 4, ("raw",): 7, ("t",): 9, ("t", "list"): 10,
              ("t", "list", 1): 11, ("t", "list", 1, "in", "deep", 1): 11, ("t", "many", 0): 13, ("t", "many", 0, "k"): 14,
              ("t", "many", 0, "sub", "s"): 16, ("t", "many", 1): 17, ("t", "many", 1, "k", 1, 0): 18,
              ("t", "many", 1, "missing"): 17, ("nowhere",): 1}
    assert {place: lines.line(place) for place in wanted} == wanted


def test_packs_with_random_slips_of_the_finger_never_crash_the_review(policy_toml):
    draw = random.Random(317)
    rows = policy_toml.splitlines()
    for _ in range(60):
        slip = rows.copy()
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(len(slip))
            row = slip[at]
            cut = draw.randrange(len(row) + 1)
            slip[at] = draw.choice((row[:cut] + row[cut + 1:], row[:cut] + draw.choice('"={}[],.x1') + row[cut:], ""))
        found = review("\n".join(slip))
        assert (found.pack is None) == bool(found.problems)
        assert all(1 <= p.line <= len(rows) and p.why.zh and p.why.en for p in found.problems)


def test_the_examples_of_the_manual_work_as_it_says(policy_toml):
    manual = (ROOT / "docs" / "policy-pack.md").read_text(encoding="utf-8")
    _, paper, asked_for, _, product = (block.split("```")[0] for block in manual.split("```toml\n")[1:])
    text = policy_toml.replace('version = "2026.11.3"', 'version = "2026.12.1"', 1)
    text = text.replace("[[papers]]\n", f"{paper}\n{product}\n[[papers]]\n", 1)
    begin = text.index("forms = [", text.index('code = "new_car_instalment"'))
    found = review(text[:begin] + asked_for + text[begin:])
    assert found.problems == ()
    assert found.notes == ()
    for loan, wanted in ((200_000, False), (200_001, True)):
        case = rules.context(terms(loan + 100_000, 100_000), Circumstances())
        listed = {item.paper: item.reason.zh for item in checklist(found.pack, "new_car_instalment", case, {}).items}
        assert (listed.get("housing_fund_proof") == "因“贷款超过 20 万元”") is wanted
    case = rules.context(terms(product="graduate_car_instalment", energy=Energy.NEV), Circumstances())
    assert "diploma" in {item.paper for item in checklist(found.pack, "graduate_car_instalment", case, {}).items}
    assert found.pack.version == "2026.12.1"
