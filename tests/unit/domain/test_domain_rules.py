"""The expression language of the pack: what it says, and everything it refuses to say."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain import rules
from app.domain.facts import Circumstances
from tests.unit.domain.builders import terms


def values(face_refused=False, car=None, **circumstances):
    return rules.context(terms(**(car or {})), Circumstances(**circumstances), face_refused=face_refused)


@pytest.mark.parametrize(("expression", "answer"), [
    ("", True), ("marital == 'married'", True), ('marital != "married"', False), ("not local_resident", False),
    ("employment in ['salaried', 'freelance'] and has_guarantor", False), ("loan_yuan > 86000", False),
    ("loan_yuan >= 86000", True), ("gross_weight_kg > 4500", False), ("product == 'new_car_instalment'", True),
    ("use == 'own' and (energy == 'nev' or vehicle_condition == 'new')", True), ("face_refused", False),
    ("affiliated == false", True)])
def test_expressions(expression, answer):
    assert rules.holds(expression, values(marital="married")) is answer


def test_the_context_holds_exactly_the_known_names():
    assert set(values()) == set(rules.SYMBOLS)
    assert values(car={"gross_weight_kg": 18_000}, face_refused=True)["gross_weight_kg"] == 18_000
    assert rules.holds("gross_weight_kg > 4500 and face_refused", values(True, {"gross_weight_kg": 4_501}))


ONLY = "only names"
NEVER = "can never be true"


@pytest.mark.parametrize(("expression", "why"), [
    ("maritall == 'married'", "unknown name 'maritall'"), ("marital == 'maried'", "unknown word 'maried'"),
    ("product == 'other'", "unknown word 'other'"), ("__import__('os')", "unknown name '__import__'"),
    ("marital > 3", "mismatch"), ("marital ==", "syntax"), ("marital", "yes or no"), ("loan_yuan", "yes or no"),
    ("marital == 5", NEVER), ("marital == 'single' and marital == 'married'", NEVER), ("loan_yuan < 0", NEVER),
    ("marital =~ '(a+)+'", ONLY), ("$now > 1", ONLY), ("loan_yuan ** 9 > 1", ONLY), ("[x for x in marital]", ONLY),
    ("marital == 'a\\x00'", ONLY), ("marital.length > 2", ONLY), ("null == null", ONLY), ("loan_yuan > 1e400", ONLY),
    ("loan_yuan > 0xff", ONLY), ("'single' == marital; 1", ONLY), ("affiliated " + "or has_guarantor " * 20, "longer")])
def test_what_cannot_stand_in_a_pack(expression, why):
    with pytest.raises(rules.RuleError, match=why):
        rules.check(expression, ["new_car_instalment"])


def test_brackets_may_be_deep():
    rules.check("(" * 140 + "affiliated" + ")" * 140, ["new_car_instalment"])


def test_rules_hold_in_every_thread():
    expressions = [f"loan_yuan > {n}" for n in range(0, 160_000, 2_000)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda e: rules.holds(e, values()), expressions))
    assert answers == [n < 86_000 for n in range(0, 160_000, 2_000)]
