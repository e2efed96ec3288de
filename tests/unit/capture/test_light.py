"""The coloured light: safe for everybody, answered by skin alone, whatever room, camera and frame rate."""

from math import sin, tau

import numpy as np
import pytest

from app.capture.light import (
    AMPLITUDE_MAX,
    AMPLITUDE_MIN,
    SHOWN_S,
    WATCHED_S,
    LightSample,
    LightWatch,
    judge,
    linear,
    sample,
    shown,
)
from app.domain.challenge import COLOURS, LIGHT_STEP_S, LIGHT_STEPS, draw_light

SKIN, WALL = np.array((0.55, 0.36, 0.27)), np.array((0.42, 0.42, 0.40))


def room(colours, *, share=0.2, lag_s=0.2, fps=15, camera=0.0, sway=0.01, light=(1.0, 1.0, 1.0), seed=1):
    """Samples of a face that answers ``colours`` (() = none): the room's ``light``, a screen whose white gives ``share`` of
    it, a camera that adjusts itself by ``camera`` of the difference each frame, a head that sways."""
    noise, gain, samples = np.random.default_rng(seed), np.ones(3), []
    for n in range(int(WATCHED_S * fps)):
        t_s = n / fps
        name = shown(colours, t_s - lag_s)
        screen = share * np.array(linear(COLOURS[name])) if name else np.zeros(3)
        skin = (np.array(light) + screen) * SKIN * (1 + sway * sin(tau * t_s / 3.1 + seed))
        wall = (np.array(light) + 0.15 * screen) * WALL
        gain = gain + camera * (0.38 / skin.mean() - gain)
        values = [255 * np.clip(v * gain, 0, 1) ** (1 / 2.2) + noise.normal(0, 0.15, 3) for v in (skin, wall)]
        samples.append(LightSample(t_s, *(tuple(float(c) for c in np.clip(v, 1, 255)) for v in values)))
    return samples


NONCES = [str(n) for n in range(24)]


def test_no_colour_is_a_saturated_red_and_changes_are_slow():
    """WCAG 2.3.1: R / (R + G + B) ≥ 0.8 is a saturated red; three changes a second are the limit."""
    for colour in COLOURS.values():
        red, green, blue = linear(colour)
        assert red / (red + green + blue) < 0.8
    assert 1 / LIGHT_STEP_S <= 3
    assert LIGHT_STEPS * LIGHT_STEP_S == SHOWN_S


def test_the_sequence_is_shown_step_by_step_and_then_no_more():
    watch = LightWatch("n", "observe")
    assert watch.colour(5.0) is None
    watch.begin(5.0)
    watch.begin(9.0)
    seen = [watch.colour(5.0 + (step + 0.5) * LIGHT_STEP_S) for step in range(LIGHT_STEPS)]
    assert seen == [COLOURS[name] for name in draw_light("n")]
    assert watch.colour(5.0 + SHOWN_S) is None
    assert watch.watching(5.0 + SHOWN_S + 0.1)
    assert not watch.over(5.0 + SHOWN_S + 0.1)
    assert watch.over(5.0 + WATCHED_S + 0.1)


@pytest.mark.parametrize(("mode", "skipped"), [("off", ""), ("observe", "photosensitive"), ("enforce", "photosensitive")])
def test_where_no_light_is_wanted_none_is_shown(mode, skipped):
    watch = LightWatch("n", mode, skipped)
    watch.begin(1.0)
    assert watch.colour(1.2) is None
    assert watch.over(1.2)
    result = watch.result()
    assert (result.mode, result.skipped, result.colours, result.answered) == (mode, skipped, (), None)


@pytest.mark.parametrize("how", [
    {}, {"fps": 3}, {"fps": 5}, {"fps": 30}, {"share": 0.06}, {"share": 0.5}, {"lag_s": 0.05}, {"lag_s": 0.5}, {"camera": 0.15},
    {"camera": 0.15, "light": (1.0, 0.7, 0.4)}, {"sway": 0.03}, {"light": (0.3, 0.3, 0.3), "share": 0.1}])
def test_a_face_that_answers_is_heard(how):
    for n, nonce in enumerate(NONCES):
        answer = judge(draw_light(nonce), room(draw_light(nonce), seed=n, **how))
        assert answer.answered is True, (nonce, how, answer)
        assert answer.lag_s == pytest.approx(how.get("lag_s", 0.2), abs=0.12)


def test_amplitude_is_what_full_white_adds_to_the_face():
    answers = [judge(draw_light(n), room(draw_light(n), share=0.2, sway=0.0)) for n in NONCES]
    assert np.median([a.amplitude for a in answers]) == pytest.approx(1.2 ** (1 / 2.2) - 1, rel=0.35)


@pytest.mark.parametrize("how", [{}, {"camera": 0.15}, {"sway": 0.03}, {"fps": 3}])
def test_a_face_without_the_light_gives_no_answer(how):
    answers = [judge(draw_light(nonce), room((), seed=n, **how)) for n, nonce in enumerate(NONCES)]
    assert not [a for a in answers if a.answered]
    assert sum(a.answered is False for a in answers) >= 0.9 * len(answers)


def test_the_light_of_another_nonce_is_hardly_ever_an_answer():
    """Eight steps of five colours: two sequences can be alike by chance."""
    answers = [judge(draw_light(nonce), room(draw_light(nonce + "x"), seed=n)) for n, nonce in enumerate(NONCES)]
    assert sum(a.answered is True for a in answers) <= 1
    assert sum(a.answered is False for a in answers) >= 0.85 * len(answers)


def test_an_answer_that_comes_too_late_is_none():
    answers = [judge(draw_light(n), room(draw_light(n), lag_s=1.1)) for n in NONCES]
    assert not [a for a in answers if a.answered]


@pytest.mark.parametrize(("share", "light"), [(0.02, 1.0), (1.2, 0.05)])
def test_an_answer_of_another_size_than_skin_gives_cannot_be_judged(share, light):
    seen = room(draw_light("7"), share=share, light=(light,) * 3, sway=0.0)
    answer = judge(draw_light("7"), [LightSample(s.since_s, s.skin, None) for s in seen])
    assert answer.correlation > 0.65
    assert not AMPLITUDE_MIN <= answer.amplitude <= AMPLITUDE_MAX
    assert answer.answered is None


def test_a_face_too_bright_or_too_dark_cannot_be_judged():
    for light, share in ((4.0, 0.8), (0.01, 0.002)):
        assert judge(draw_light("n"), room(draw_light("n"), light=(light,) * 3, share=share)).answered is None


def test_too_few_frames_cannot_be_judged():
    samples = room(draw_light("n"))
    assert judge(draw_light("n"), []).answered is None
    assert judge(draw_light("n"), samples[:30]).answered is None
    assert judge(draw_light("n"), samples[::10]).answered is None
    assert judge(draw_light("n"), [s for s in samples if not 1.0 <= s.since_s < 2.1]).answered is None


def test_the_room_helps_and_is_not_needed():
    """A camera that adjusts itself hides much of the answer; the wall behind tells how much."""
    samples = room(draw_light("7"), camera=0.3, share=0.1)
    alone = [LightSample(s.since_s, s.skin, None) for s in samples]
    assert judge(draw_light("7"), samples).correlation > judge(draw_light("7"), alone).correlation


def test_a_patch_that_hair_runs_through_counts_little():
    noise, samples = np.random.default_rng(4), []
    for s in room(draw_light("7")):
        hair = tuple(max(1.0, c * (1 + noise.normal(0, 0.15))) for c in s.skin)
        mean = tuple((2 * a + b) / 3 for a, b in zip(s.skin, hair, strict=True))
        samples.append(LightSample(s.since_s, mean, s.around, (hair, s.skin, s.skin)))
    together = judge(draw_light("7"), [LightSample(s.since_s, s.skin, s.around) for s in samples])
    assert judge(draw_light("7"), samples).correlation > max(0.9, together.correlation)


def test_samples_are_taken_from_skin_and_from_the_room():
    image = np.full((480, 640, 3), (200, 100, 50), np.uint8)
    image[120:400, 200:440] = (60, 90, 150)
    points = np.zeros((68, 2))
    points[36:42], points[42:48] = (280, 220), (360, 220)
    taken = sample(image, points, (220, 140, 200, 240), 1.5)
    assert taken == LightSample(1.5, (150, 90, 60), (50, 100, 200), ((150, 90, 60),) * 7)
    assert sample(image, points, (0, 0, 640, 480), 1.5).around is None
    assert sample(image, points - (280, 220), (0, 0, 9, 9), 1.5) is None
