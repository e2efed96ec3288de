"""The demo customer: the same bytes every time, one face, white background on the card."""

from hashlib import sha256

import cv2
import pytest

from app.capture.engines import load_engine
from app.capture.measures import measure
from app.capture.quality_face import fault
from app.demo.living import render_living
from app.demo.portrait import camera_picture, card_portrait
from app.demo.puppet import Expression, Puppet


@pytest.fixture(scope="module")
def engine():
    return load_engine()


@pytest.fixture(scope="module")
def puppet(engine):
    picture = camera_picture()
    return Puppet(picture, engine.points(picture, engine.faces(picture)[0]))


def pose(engine, puppet, **values):
    return measure(engine, puppet.draw(Expression(**values)))[0].pose


def test_the_video_is_the_same_to_the_bit(tmp_path):
    videos = [render_living(tmp_path / f"{n} 号.avi", ["blink"], lead_s=0.4, hold_s=0.4) for n in range(2)]
    assert len({sha256(video.read_bytes()).hexdigest() for video in videos}) == 1


def test_the_video_is_as_long_and_large_as_asked(tmp_path):
    path = render_living(tmp_path / "a.avi", [], fps=20, lead_s=0.5, hold_s=0.5)
    capture = cv2.VideoCapture(str(path))
    assert (capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (640, 480)
    assert (capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)) == (20, 20)
    capture.release()


def test_the_face_moves_as_told(engine, puppet):
    rest = pose(engine, puppet)
    assert pose(engine, puppet, yaw=24).yaw - rest.yaw > 15
    assert rest.yaw - pose(engine, puppet, yaw=-24).yaw > 15
    assert pose(engine, puppet, pitch=17).pitch - rest.pitch > 10
    assert pose(engine, puppet, lids=1.0).ear < 0.6 * rest.ear
    assert pose(engine, puppet, jaw=1.0).mouth - rest.mouth > 0.25


def test_at_rest_the_portrait_is_untouched(puppet):
    assert (puppet.draw(Expression()) == camera_picture()).all()


def test_the_face_is_one_that_can_be_compared(engine):
    seen, _ = measure(engine, camera_picture())
    assert seen.faces == 1
    assert fault(seen) is None


def test_the_card_portrait_has_one_face_on_white(engine):
    card = card_portrait()
    assert card.shape == (441, 358, 3)
    assert measure(engine, card, thorough=True)[0].faces == 1
    assert card[:20].mean() > 253
    assert (card == card_portrait()).all()
