"""The bank's face checker: what it makes of the pictures of one case, and the process it runs in."""

import io
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from app.capture import recheck
from app.capture.engines import load_engine
from app.capture.picture import encode_jpeg
from app.demo import portrait
from app.domain.recheck import Answer, Pictures, Ready
from tests.case_facts import ROOT


@pytest.fixture(scope="module")
def engine():
    return load_engine()


@pytest.fixture(scope="module")
def camera():
    return portrait.camera_picture()


@pytest.fixture(scope="module")
def card():
    return encode_jpeg(portrait.card_portrait())


def judged(engine, card, *live):
    return recheck.judge(engine, Pictures(portrait=card, live=tuple(encode_jpeg(picture) for picture in live)))


def test_the_same_person_passes_and_every_usable_frame_counts(engine, card, camera):
    blank = np.full_like(camera, 90)
    seen = judged(engine, card, camera, blank, camera).judgement
    assert (seen.zone, seen.frames_used) == ("pass", 2)
    assert seen.distance < seen.threshold < seen.review_threshold
    assert (seen.engine, seen.pack_sha256, seen.lacks) == (engine.name, engine.pack_sha256, engine.lacks)


def test_what_the_engine_cannot_judge_is_left_open(engine, card, camera):
    seen = judged(engine, card, camera).judgement
    assert (seen.passive, seen.passive_frames, seen.passive_zone) == (None, 0, None)


def test_two_people_or_nobody_before_the_camera_cannot_be_judged(engine, card, camera):
    pair = np.hstack([camera, camera])
    assert judged(engine, card, pair).unusable.code == "face.two"
    assert judged(engine, card, np.full_like(camera, 90)).unusable.code == "face.none"
    assert judged(engine, encode_jpeg(np.full_like(camera, 90)), camera).unusable.code == "face.none"


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"\xff\xd8\xff" + b"\0" * 4000, b"GIF89a\1\0\1\0"],
                         ids=["empty", "text", "broken", "other format"])
def test_a_picture_that_does_not_open_makes_the_whole_unusable(engine, card, camera, rubbish):
    sound = encode_jpeg(camera)
    for pictures in (Pictures(portrait=rubbish, live=(sound,)), Pictures(portrait=card, live=(sound, rubbish))):
        answer = recheck.judge(engine, pictures)
        assert answer.judgement is None
        assert answer.unusable.code.startswith("picture.")
        assert answer.unusable.zh


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(engine, card):
    done, huge = cv2.imencode(".png", np.zeros((9000, 9000), np.uint8))
    assert done
    assert len(huge) < 200_000
    assert recheck.judge(engine, Pictures(portrait=card, live=(huge.tobytes(),))).unusable.code == "picture.too_many_pixels"


def test_a_pack_of_the_banks_own_judges_by_its_own_limits(shared_data, card, camera):
    own = load_engine(shared_data / "models")
    seen = judged(own, card, camera, camera).judgement
    assert (seen.zone, seen.threshold, seen.pack_sha256) == ("pass", 0.55, own.pack_sha256)
    assert seen.passive_frames == 2
    limits = own.attack
    expected = "fail" if seen.passive < limits.reject_below else "review" if seen.passive < limits.review_below else "pass"
    assert seen.passive_zone == expected


def run(*arguments, text=b""):
    return subprocess.run([sys.executable, "-m", "app.capture.recheck", *arguments], cwd=ROOT, input=text, timeout=150,
                          capture_output=True, check=False)


def test_the_process_answers_line_by_line_and_ends_with_its_input(card, camera):
    question = Pictures(portrait=card, live=(encode_jpeg(camera),)).model_dump_json().encode() + b"\n"
    done = run(text=question + question)
    lines = io.BytesIO(done.stdout).readlines()
    ready = Ready.model_validate_json(lines[0])
    first, second = (Answer.model_validate_json(line) for line in lines[1:])
    assert (done.returncode, len(lines)) == (0, 3)
    assert first == second
    assert first.judgement.zone == "pass"
    assert ready.pack_sha256 == first.judgement.pack_sha256
    assert (ready.memory_mb is None) == (os.name != "posix")


def test_a_line_that_is_no_question_ends_it_without_a_word_of_what_was_in_it():
    done = run(text=b'{"portrait": "geheim"}\n')
    assert done.returncode == 1
    assert b"ValidationError" in done.stderr
    assert b"geheim" not in done.stderr + done.stdout


def test_a_pack_that_is_not_sound_is_told_by_its_code(tmp_path):
    (tmp_path / "pack.toml").write_text("name = 1\n", encoding="utf-8")
    done = run("--models", str(tmp_path))
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"[models." in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="no memory limit of a single process")
def test_it_cannot_take_more_memory_than_its_limit():
    program = ("from app.capture import recheck\nmb = recheck.restrain()\n"
               "try:\n    bytearray((mb + 100) << 20)\nexcept MemoryError:\n    print('refused', end='')")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.stdout == b"refused"
