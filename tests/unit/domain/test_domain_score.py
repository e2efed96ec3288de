"""The operation score criterion by criterion, its vetoes, and what it says before everything is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.score import DILIGENCE, VETOES, ScoreInputs, operation_score

ALL_DONE = {code: True for phase in DILIGENCE.values() for code in phase}


def inputs(**changes) -> ScoreInputs:
    return ScoreInputs(**{"completeness": 1, "session_minutes": 30, "submit_hours": 1, "satisfaction": 5,
                          "answers": 3, "dealer_score": 92, "dealer_grade": "A", "diligence": ALL_DONE, **changes})


def points(pack, code, **changes):
    return operation_score(inputs(**changes), pack).criterion(code).points


def test_five_criteria_with_the_packs_weights(pack):
    score = operation_score(inputs(), pack)
    assert [(c.code, c.maximum) for c in score.criteria] == [
        ("material", 30), ("timeliness", 15), ("satisfaction", 15), ("dealer", 10), ("diligence", 30)]
    assert [c.points for c in score.criteria] == [30, 15, pytest.approx(12.69, abs=0.01), 9.2, 30]
    assert score.total == pytest.approx(96.9)
    assert not score.provisional


@pytest.mark.parametrize(("minutes", "used", "expected"), [
    (45, False, 15), (67.5, False, 11.25), (90, False, 7.5), (135, False, 0), (500, False, 0), (60, True, 15),
    (120, True, 7.5)])
def test_timeliness_falls_from_the_sla_to_three_times_it(pack, minutes, used, expected):
    assert points(pack, "timeliness", session_minutes=minutes, used_or_lease=used, submit_hours=None) == expected


def test_timeliness_is_the_mean_of_its_stages_and_offline_has_a_day(pack):
    assert points(pack, "timeliness", session_minutes=135, submit_hours=2) == 7.5
    assert points(pack, "timeliness", submit_hours=6) == 7.5
    assert points(pack, "timeliness", submit_hours=24, online=False) == 15


def test_few_answers_are_drawn_towards_the_banks_mean(pack):
    # (3·5 + 10·4.2) / 13 = 4.3846 → 0.84615 of 15; a complaint takes 0.2 of 15.
    assert points(pack, "satisfaction") == pytest.approx(12.69, abs=0.01)
    assert points(pack, "satisfaction", complaints=1) == pytest.approx(9.69, abs=0.01)
    assert points(pack, "satisfaction", complaints=9) == 0
    unanswered = operation_score(inputs(satisfaction=None, answers=0), pack).criterion("satisfaction")
    assert (unanswered.points, unanswered.provisional) == (12.0, True)


def test_a_dealer_of_grade_d_brings_nothing(pack):
    assert points(pack, "dealer", dealer_grade="C", dealer_score=66) == 6.6
    assert points(pack, "dealer", dealer_grade="D", dealer_score=66) == 0


def test_diligence_weighs_phases_12_12_6(pack):
    missing = {**ALL_DONE, "on_site": False}
    result = operation_score(inputs(diligence=missing), pack).criterion("diligence")
    assert result.points == pytest.approx(30 - 12 / 7, abs=0.01)
    assert "定位在场" in result.basis.zh
    assert points(pack, "diligence", diligence={**ALL_DONE, **dict.fromkeys(DILIGENCE["after"], False)}) == 24


def test_before_submission_the_known_phases_carry_the_weight(pack):
    known = {code: True for phase in ("before", "during") for code in DILIGENCE[phase]}
    result = operation_score(inputs(diligence=known), pack)
    assert result.criterion("diligence").points == 30
    assert result.criterion("diligence").provisional
    assert result.provisional
    half = {**known, **dict.fromkeys(DILIGENCE["before"], False)}
    assert points(pack, "diligence", diligence=half) == 15
    assert points(pack, "diligence", diligence={}) == 30


@pytest.mark.parametrize("veto", sorted(VETOES))
def test_a_veto_voids_the_whole(pack, veto):
    score = operation_score(inputs(vetoes=(veto,)), pack)
    assert (score.total, score.vetoes) == (0.0, (veto,))
    assert VETOES[veto].zh


def test_finding_fraud_earns_a_bonus_within_the_scale(pack):
    assert operation_score(inputs(completeness=0.5, fraud_found=True), pack).total == pytest.approx(86.9)
    assert operation_score(inputs(dealer_score=100, fraud_found=True), pack).total == 100


def test_unknown_items_and_vetoes_are_bugs(pack):
    for changes in ({"diligence": {"seen": True}}, {"vetoes": ("late",)}):
        with pytest.raises(KeyError):
            operation_score(inputs(**changes), pack)


def test_nothing_known_of_the_way_of_identification_enters(pack):
    assert not [name for name in ScoreInputs.model_fields if "face" in name or "path" in name]


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 400), st.floats(1, 5),
       st.dictionaries(st.sampled_from(sorted(ALL_DONE)), st.sampled_from((True, False, None))))
def test_the_total_is_on_the_scale_and_rises_with_completeness(pack, low, high, minutes, rating, diligence):
    low, high = sorted((low, high))
    first, second = (operation_score(inputs(completeness=c, session_minutes=minutes, satisfaction=rating,
                                            diligence=diligence), pack) for c in (low, high))
    assert 0 <= first.total <= second.total <= 100
    assert all(0 <= c.points <= c.maximum for c in first.criteria)
    assert all(c.basis.zh and c.basis.en for c in first.criteria)
