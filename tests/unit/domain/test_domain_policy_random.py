"""Ten thousand random cases a product: the checklist agrees with a second, plain reading of the pack's own text.

The second reading shares nothing with the program: it takes the TOML as it stands and judges its conditions as ordinary
Python comparisons, walked node by node.
"""

import ast
import operator
import random
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.domain import rules
from app.domain.checklist import checklist, required_forms, wanted_papers
from app.domain.facts import Circumstances
from app.domain.policy import PolicyPack
from app.domain.terms import Terms, Vehicle
from tests.case_facts import POLICY_FILE, policy

CASES = 10_000
THROUGH_THE_DOOR = 50  # every so manyth case goes through terms and circumstances to the list itself
RAW = tomllib.loads(POLICY_FILE.read_text(encoding="utf-8"))
PAPERS = {paper["code"]: paper for paper in RAW["papers"]}
TWO_SIDED = {code for code, paper in PAPERS.items() if paper.get("reads") == "id_card"}
PRODUCTS = {product["code"]: product for product in RAW["products"]}
COMPARE = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
           ast.GtE: operator.ge, ast.In: lambda one, many: one in many}
Judge = Callable[[dict], bool]


def judge(expression: str) -> Judge:
    return _walk(ast.parse(expression, mode="eval").body) if expression else lambda _case: True


def _walk(node: ast.AST) -> Callable:
    match node:
        case ast.BoolOp(op=op, values=values):
            parts = [_walk(value) for value in values]
            together = all if isinstance(op, ast.And) else any
            return lambda case: together(part(case) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _walk(operand)
            return lambda case: not inner(case)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            one, other, compare = _walk(left), _walk(right), COMPARE[type(op)]
            return lambda case: compare(one(case), other(case))
        case ast.Name(id=name):
            return lambda case: case[name]
        case ast.Constant(value=value):
            return lambda _case: value
        case ast.List(elts=elements):
            return lambda _case: [element.value for element in elements]
    raise AssertionError(f"no reading for {ast.dump(node)}")


def lines_of(product: dict) -> list[tuple[Judge, str, bool, str]]:
    """(condition, paper, optional, reason) of everything the product may ask for, in the pack's order."""
    sets = {group["code"]: group for group in RAW["sets"]}
    lines = []
    for group in (*(sets[code] for code in product["sets"]), {"requirements": product.get("requirements", [])}):
        outer = judge(group.get("when", ""))
        for entry in group["requirements"]:
            inner = judge(entry.get("when", ""))
            lines.append((lambda case, a=outer, b=inner: a(case) and b(case), entry["paper"], entry.get("optional", False),
                          entry["reason"]["zh"]))
    return lines


def expected(lines: list[tuple[Judge, str, bool, str]], case: dict) -> dict[str, tuple[bool, str]]:
    """paper → (required, reason): required where any line that holds requires it, with the first such line's reason."""
    holding = [(paper, optional, reason) for holds, paper, optional, reason in lines if holds(case)]
    answer = {paper: (False, reason) for paper, _, reason in reversed(holding)}
    answer |= {paper: (True, reason) for paper, optional, reason in reversed(holding) if not optional}
    return answer


def random_case(draw: random.Random, product: dict) -> dict:
    limit = draw.choice(product["limits"])
    choice, flag = draw.choice, lambda: draw.random() < 0.5
    near = draw.choice((300_000, 200_000, 50_000)) + choice((-1, 0, 1))
    return {
        "product": product["code"], "customer_kind": choice(product["customer_kinds"]),
        "marital": choice(("single", "married", "divorced", "widowed")),
        "employment": choice(("salaried", "self_employed", "freelance")), "local_resident": flag(), "has_guarantor": flag(),
        "affiliated": flag(), "drives_self": flag(), "face_refused": flag(), "helped": flag(),
        "loan_yuan": float(choice((near, draw.randrange(1_000, 2_000_000)))),
        "vehicle_condition": limit["condition"], "energy": limit["energy"], "use": limit["use"],
        "gross_weight_kg": choice((0, 1_500, 4_499, 4_500, 4_501, 11_999, 12_000, 18_000, draw.randrange(49_000)))}


def through_the_door(case: dict) -> dict:
    """The same case as a person enters it."""
    vehicle = Vehicle(model="示例", condition=case["vehicle_condition"], energy=case["energy"], use=case["use"],
                      gross_weight_kg=case["gross_weight_kg"] or None)
    fen = round(case["loan_yuan"] * 100)
    terms = Terms(product=case["product"], dealer_id="D-1", vehicle=vehicle, price_fen=2 * fen, down_payment_fen=fen,
                  term_months=12)
    circumstances = Circumstances(**{name: case[name] for name in Circumstances.model_fields})
    return rules.context(terms, circumstances, face_refused=case["face_refused"], helped=case["helped"])


@pytest.mark.parametrize("code", list(PRODUCTS))
def test_ten_thousand_random_cases_agree_with_a_plain_reading_of_the_pack(code):
    draw, product, pack = random.Random(f"papers of {code}"), PRODUCTS[code], policy()
    lines, seen = lines_of(product), set()
    for number in range(CASES):
        case = random_case(draw, product)
        wanted = wanted_papers(pack, code, case)
        answer = expected(lines, case)
        assert {paper: (not r.optional, r.reason.zh) for paper, r in wanted.items()} == answer, case
        seen.update(answer)
        if number % THROUGH_THE_DOOR == 0:
            context = through_the_door(case)
            assert context == case
            listed = checklist(pack, code, context, {}).items
            assert {item.paper: (item.required, item.reason.zh) for item in listed} == answer
            assert {item.paper for item in listed if item.sides_missing} == answer.keys() & TWO_SIDED
            assert asked_again(draw, pack, code, context, answer)
    assert seen == {paper for _, paper, _, _ in lines} - never(product), "a paper of the pack was never asked for"


def asked_again(draw: random.Random, pack: PolicyPack, code: str, context: dict, answer: dict) -> bool:
    """The bank asks for three papers, of the list or not: they are required until then, and nothing else has changed."""
    again = draw.sample(list(PAPERS), 3)
    due = dict.fromkeys(again, datetime(2026, 11, 30, tzinfo=UTC))
    listed = checklist(pack, code, context, {}, again, rounds=1, due=due).items
    return {item.paper: (item.required, item.reason.zh, item.due) for item in listed} == {
        paper: (*answer[paper], None) for paper in answer.keys() - due.keys()} | {
        paper: (True, "银行要求补件", due[paper]) for paper in again}


def never(product: dict) -> set[str]:
    """Papers of a shared set that this product's vehicles and customers cannot bring up."""
    kinds = {(limit["condition"], limit["use"]) for limit in product["limits"]}
    lone = set()
    for group in RAW["sets"]:
        papers = {entry["paper"] for entry in group["requirements"]}
        if group["code"] in product["sets"] and (
                (group["code"] == "e1" and "company" not in product["customer_kinds"])
                or (group["code"] == "v_c" and not any(use == "commercial" for _, use in kinds))):
            lone |= papers
    return lone


@pytest.mark.parametrize("code", list(PRODUCTS))
def test_random_cases_sign_what_a_plain_reading_says(code):
    draw, product, pack = random.Random(f"forms of {code}"), PRODUCTS[code], policy()
    conditions = {form["code"]: judge(form.get("when", "")) for form in RAW["forms"]}
    for _ in range(500):
        case = random_case(draw, product)
        signed = [form.code for form in required_forms(pack, code, case)]
        assert signed == [form for form in product["forms"] if conditions[form](case)]


def test_the_second_reading_knows_right_from_wrong():
    case = {"marital": "married", "loan_yuan": 300_001.0, "drives_self": False, "gross_weight_kg": 4_501}
    assert judge("marital == 'married'")(case)
    assert not judge("drives_self")(case)
    assert judge("gross_weight_kg > 4500 and not drives_self")(case)
    assert judge("marital in ['single', 'married'] or loan_yuan < 1")(case)
    assert not judge("loan_yuan > 300001")(case)
