"""The faces that the benchmark measures with: the same seed gives the same frames, and attacks get the verdict claimed.

Small pictures at ten frames a second, the demo's public-domain face only.
"""

import numpy as np
import pytest

from app.capture.engines import load_engine
from app.demo.portrait import original
from app.domain.challenge import LivenessRules
from benchmarks.faces.rates import Comparison, Share, clopper_pearson, rates, within
from benchmarks.synth.clip import Clip, play
from benchmarks.synth.people import from_photo, with_glasses
from benchmarks.synth.presentation import SPECIES

RULES = LivenessRules(light="enforce", allow_without_attack_detection=True)
TURN_NOD_BLINK = 7  # a seed whose nonce asks for these


@pytest.fixture(scope="module")
def engine():
    return load_engine()


@pytest.fixture(scope="module")
def one():
    return from_photo("astronaut", original(), size=(320, 240), eyes_px=66)


@pytest.mark.parametrize("species", ["genuine", *SPECIES])
def test_the_same_seed_gives_the_same_frames_and_another_seed_others(one, species):
    def frames(seed):
        show = Clip(species, one, seed, other=with_glasses(one, 2)).frames()
        return [show.next(None)[1] for _ in range(2)]

    first = frames(3)
    assert [frame.shape for frame in first] == [(240, 320, 3)] * 2
    assert all(np.array_equal(a, b) for a, b in zip(first, frames(3), strict=True))
    assert not np.array_equal(first[1], frames(4)[1])


def test_a_puppet_that_answers_the_light_is_the_living_face_to_every_picture(one):
    """So no figure here may claim that pictures tell them apart; the camera must."""
    living, puppet = (Clip(species, one, 5).frames() for species in ("genuine", "puppet_lit"))
    assert all(np.array_equal(living.next(None)[1], puppet.next(None)[1]) for _ in range(3))


@pytest.mark.parametrize(("species", "verdict", "reason"), [
    ("genuine", "live", None), ("print", "reject", "timeout"), ("frozen", "reject", "frozen"),
    ("puppet", "reject", "light_no_answer"), ("replay_full", "reject", "light_no_answer"),
    ("bent_print", "reject", "wrong_action"), ("cut_out_eyes", "reject", "wrong_action")])
def test_living_and_spoofed_faces_get_the_verdict_that_is_claimed_for_them(one, engine, species, verdict, reason):
    result = play(Clip(species, one, TURN_NOD_BLINK), engine, RULES).result
    assert result.verdict == verdict
    assert reason in result.reasons if reason else not result.reasons
    assert (result.light.answered is True) == (verdict == "live")


def test_exact_intervals_and_rates_of_comparisons():
    assert clopper_pearson(3, 1848) == pytest.approx((0.000335, 0.004737), abs=1e-6)
    assert clopper_pearson(0, 100)[0] == 0.0
    assert clopper_pearson(300, 1760) == pytest.approx((0.15316, 0.18885), abs=1e-4)
    apart = [Comparison(a, b, 0.1 if a == b else 0.5) for a in "abc" for b in "abc"]
    mixed = [*apart, Comparison("a", "a", None), Comparison("a", "b", 0.05)]
    assert (rates(apart).eer[0], rates(apart).tpr_at[1e-3][0]) == (0.0, 1.0)
    assert within(mixed, 0.2) == (Share(3, 4), Share(1, 7))
    assert rates(mixed).tpr_at[1e-3][0] == 0.0
    assert rates(mixed).no_face == 1
