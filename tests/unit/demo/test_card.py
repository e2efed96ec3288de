"""The demo's card: plausible to the rules, plainly fictional, the same every time."""

import json
import subprocess
import sys
from datetime import date

import cv2
import numpy as np
import pytest
from stdnum.cn import ric

from app.capture import fonts
from app.demo import card, photo
from app.demo.portrait import card_portrait
from app.domain.condition import Condition
from app.domain.identity import check_id_number


def test_both_people_keep_the_rules_of_the_number():
    for person in (card.demo_customer(), card.demo_spouse()):
        assert check_id_number(person.number) == ()
        assert ric.get_birth_date(person.number) == person.birth
        assert (int(person.number[16]) % 2 == 1) == (person.sex == "male")
        assert person.valid_to == person.valid_from.replace(year=person.valid_from.year + 20)
        assert 26 <= person.valid_from.year - person.birth.year < 46


def test_number_of_matches_published_vectors():
    assert card.number_of("110105", date(1949, 12, 31), 2) == "11010519491231002X"
    assert card.number_of("360426", date(1991, 1, 1), 7) == "360426199101010071"


def test_both_sides_have_card_proportion_and_the_portrait():
    front = card.draw_front(card.demo_customer(), card_portrait())
    plain = card.draw_front(card.demo_customer())
    left, top, right, bottom = card.PORTRAIT_BOX
    assert front.shape == card.draw_back(card.demo_customer()).shape == (1080, 1712, 3)
    assert front.shape[1] / front.shape[0] == pytest.approx(85.6 / 53.98, rel=0.01)
    assert np.abs(front[top:bottom, left:right].astype(int) - plain[top:bottom, left:right]).mean() > 20
    assert np.array_equal(front[:, :left], plain[:, :left])


def test_wrapping_keeps_every_character():
    text = "江苏省演示市样本区虚构路1号2幢301室ABC"
    assert "".join(card.wrap(text, 5)) == text
    assert card.wrap("", 5) == []


def test_a_photograph_is_repeatable_and_has_the_wanted_size():
    flat = card.draw_back(card.demo_customer())
    one, other = (photo.photograph(flat, seed, (1280, 720)) for seed in (3, 3))
    assert one.shape == (720, 1280, 3)
    assert np.array_equal(one, other)
    assert not np.array_equal(one, photo.photograph(flat, 4, (1280, 720)))


def test_corners_lie_inside_the_photograph():
    flat = card.draw_back(card.demo_customer())
    for seed in range(30):
        for level in (photo.CLEAN, photo.GOOD, photo.HARD):
            corners = photo.corners_of(flat, seed, (1920, 1080), level)
            assert (corners >= 0).all()
            assert (corners <= (1920, 1080)).all()


def test_a_still_video_plays_from_a_chinese_path(tmp_path):
    folder = tmp_path / "演示 视频"
    folder.mkdir()
    image = photo.photograph(card.draw_back(card.demo_customer()), 3, (640, 360))
    file = photo.still_video(folder / "card.avi", image, seconds=1.0, fps=10)
    capture = cv2.VideoCapture(str(file))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])
    capture.release()
    assert len(frames) == 10
    assert frames[0].shape == image.shape
    assert 0 < np.abs(frames[0].astype(int) - frames[9]).mean() < 20


def test_a_missing_font_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "folders", lambda: (tmp_path,))
    fonts.font.cache_clear()
    fonts.font_file.cache_clear()
    with pytest.raises(Condition, match=r"font\.missing"):
        fonts.font(20)
    fonts.font_file.cache_clear()


def test_heavy_libraries_wait_until_they_are_needed():
    code = ("import sys, json, app.demo.card, app.demo.papers, app.capture.reading, app.capture.picture;"
            "print(json.dumps([m for m in ('cv2', 'onnxruntime', 'rapidocr', 'PIL', 'skimage') if m in sys.modules]))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
