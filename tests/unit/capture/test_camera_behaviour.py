"""Pictures without a sensor's noise and frames without a sensor's pace are noticed; a camera's own are not."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.capture.camera_behaviour import Cadence, CameraBehaviour, behaviour_of, small_grey
from app.capture.frames import Frame
from app.capture.session import Attempt
from app.capture.vision import LivenessWatch
from app.demo.portrait import camera_picture
from app.domain.challenge import LivenessPlan, LivenessRules
from app.domain.face import FrameSource, camera_doubts
from app.domain.guidance import REASONS

FPS = 15
DEVICE = FrameSource(kind="device", name="Test Camera", width=640, height=480, fps=FPS, hardware_id="usb:1234:5678:serial:A1B2")
SECONDS = 4


@pytest.fixture(scope="module")
def scene():
    return camera_picture()


def moving(scene, noise=0.0, jpeg=0, seconds=SECONDS, ticking=False):
    """A scene in which one part moves, as a device would give it; with ``ticking`` nothing but a small clock moves."""
    random = np.random.default_rng(5)
    for number in range(seconds * FPS):
        picture = scene.astype(np.float32)
        x = 300 if ticking else 200 + round(60 * np.sin(number / 5))
        size = 16 if ticking else 120
        picture[200:200 + size, x:x + size] = 60 + (number * 7) % 90
        if noise:
            picture += random.normal(0, noise, picture.shape).astype(np.float32)
        image = np.clip(picture, 0, 255).round().astype(np.uint8)
        if jpeg:
            image = cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, jpeg])[1], cv2.IMREAD_COLOR)
        yield image


def watched(images, jitter_s=0.002):
    random, behaviour = np.random.default_rng(2), CameraBehaviour(FPS)
    for number, image in enumerate(images):
        behaviour.see(number / FPS + random.uniform(0, jitter_s), small_grey(image))
    return behaviour


@pytest.mark.parametrize(("noise", "jpeg"), [(0.3, 80), (0.5, 60), (1.0, 0), (1.6, 80), (3.0, 60)])
def test_a_sensors_picture_has_noise_also_after_compression(scene, noise, jpeg):
    behaviour = watched(moving(scene, noise, jpeg))
    assert behaviour.reasons == frozenset()
    assert behaviour.noise.share < 0.15


@pytest.mark.parametrize("jpeg", [0, 90])
@pytest.mark.parametrize("ticking", [False, True])
def test_a_rendered_picture_has_none(scene, jpeg, ticking):
    assert watched(moving(scene, jpeg=jpeg, ticking=ticking)).reasons == {"camera_no_noise"}


def test_a_moment_of_stillness_is_not_enough(scene):
    assert watched(moving(scene, seconds=2)).reasons == frozenset()


def test_a_frame_given_twice_tells_nothing(scene):
    images = [image for image in moving(scene, noise=1.0, seconds=3) for _ in range(2)]
    assert watched(images).reasons == frozenset()


def test_a_clipped_background_has_no_noise_and_no_blame(scene):
    bright = np.full_like(scene, 255)
    bright[160:320, 220:420] = scene[160:320, 220:420]
    images = (np.where(bright == 255, 255, image).astype(np.uint8) for image in moving(bright, noise=1.5))
    assert watched(images).reasons == frozenset()


def test_recorded_people_are_not_taken_for_rendered(shared_data):
    paths = sorted((shared_data / "video").rglob("center_focus.mp4"))
    assert paths
    for path in paths:
        capture = cv2.VideoCapture(str(path))
        images = [capture.read()[1] for _ in range(6 * FPS)]
        capture.release()
        assert watched(images).noise.share < 0.02


def cadence(times, claimed=30):
    judged = Cadence(claimed)
    for t_s in times:
        judged.see(float(t_s))
    return judged.unnatural


def paced(count=200, fps=30, jitter_s=0.003):
    return np.sort(np.arange(count) / fps + np.random.default_rng(4).uniform(0, jitter_s, count))


def test_a_cameras_pace_is_natural_also_when_it_is_slow_or_the_reader_stumbles():
    assert not cadence(paced())
    assert not cadence(paced(fps=12))
    assert not cadence(paced(fps=12), claimed=0)
    stumbling = [max(t, 0.4 * (int(t / 0.4) + (t % 0.4 < 0.1)) - 0.3) for t in paced()]
    assert not cadence(np.maximum.accumulate(stumbling) + np.arange(200) * 1e-4)


def test_a_computed_beat_bursts_and_twice_the_pace_are_not():
    assert cadence(np.arange(200) / 30)
    assert cadence(np.repeat(np.arange(50) / 7.5, 4) + np.arange(200) * 1e-3)
    assert cadence(paced(fps=62))
    assert not cadence((np.arange(200) / 30)[:60]), "too few to say"


def test_files_and_streams_are_marked_otherwise_and_not_watched():
    assert behaviour_of(DEVICE) is not None
    assert behaviour_of(DEVICE.model_copy(update={"kind": "file"})) is None
    assert behaviour_of(DEVICE.model_copy(update={"kind": "stream"})) is None


def test_times_of_frames_nobody_analysed_count():
    behaviour, grey = CameraBehaviour(30), np.zeros((90, 160), np.uint8)
    for number in range(40):
        behaviour.see(number / 10, grey, earlier_s=(number / 10 - 0.002, number / 10 - 0.001) if number else ())
    assert behaviour.reasons == {"camera_timing"}


# -- in an attempt ---------------------------------------------------------------------------------------------------




def attempt_over(engine, images, source=DEVICE, **rules):
    attempt = Attempt(engine, LivenessPlan(nonce="n", actions=("blink", "turn_left", "nod"), rules=LivenessRules(**rules)),
                      source)
    random = np.random.default_rng(2)
    for number, image in enumerate(images):
        attempt.frame(Frame(image=image, t_s=number / FPS + random.uniform(0, 0.002), source=source))
    return attempt.finish(None).result


@pytest.fixture(scope="module")
def engine():
    from app.capture.engines import load_engine

    return load_engine(None)


def test_an_attempt_before_a_rendered_picture_says_so_in_its_verdict(engine, scene):
    assert "camera_no_noise" in attempt_over(engine, moving(scene, seconds=4)).reasons
    file = DEVICE.model_copy(update={"kind": "file", "hardware_id": ""})
    assert "camera_no_noise" not in attempt_over(engine, moving(scene, seconds=4), file).reasons


def test_another_camera_of_the_same_name_in_mid_attempt_fails_it(engine, scene):
    attempt = Attempt(engine, LivenessPlan(nonce="n", actions=("blink", "turn_left", "nod")), DEVICE)
    attempt.frame(Frame(image=scene, t_s=0.0, source=DEVICE))
    other = DEVICE.model_copy(update={"hardware_id": "usb:1234:5678:serial:C3D4"})
    progress = attempt.frame(Frame(image=scene, t_s=0.1, source=other))
    assert (progress.phase, progress.reason) == ("failed", "camera_changed")
    result = attempt.finish(None).result
    assert result.verdict == "reject"
    assert "camera_changed" in result.reasons
    assert result.source == DEVICE


@pytest.mark.parametrize(("hardware_id", "cameras", "doubts"), [
    ("usb:1:2:serial:A", ("usb:1:2:serial:A", "x"), set()),
    ("usb:1:2:serial:A", None, set()),
    ("usb:1:2:serial:A", ("usb:1:2:serial:B",), {"camera_not_enrolled"}),
    ("usb:1:2:serial:A", (), {"camera_not_enrolled"}),
    ("", ("",), {"camera_unknown"}),
    ("", None, {"camera_unknown"}),
])
def test_a_device_counts_only_by_the_banks_list(engine, scene, hardware_id, cameras, doubts):
    source = DEVICE.model_copy(update={"hardware_id": hardware_id})
    assert camera_doubts(source, cameras) == doubts
    result = attempt_over(engine, [scene], source, cameras=cameras)
    assert {reason for reason in result.reasons if reason.startswith("camera_")} == doubts
    assert result.source.hardware_id == hardware_id


def test_files_are_not_on_any_list_and_keep_their_mark():
    file = DEVICE.model_copy(update={"kind": "file", "hardware_id": ""})
    assert camera_doubts(file, ()) == frozenset()


def test_every_reason_has_its_words():
    assert {"camera_no_noise", "camera_timing", "camera_not_enrolled", "camera_unknown"} <= set(REASONS)


# -- on the way to the worker ----------------------------------------------------------------------------------------


class Feed:
    error = None

    def subscribe(self, callback, wants=""):
        self.give = callback
        return lambda: None


class BusyWorker:
    """Takes every third frame it is offered."""

    def __init__(self):
        self.offered, self.taken = 0, []

    def liveness_frame(self, frame):
        self.offered += 1
        if self.offered % 3:
            return None
        self.taken.append((*frame.earlier_s, frame.t_s))
        return object()


def test_the_worker_hears_of_every_frames_time_exactly_once(scene):
    worker, feed = BusyWorker(), Feed()
    watch = LivenessWatch(worker, feed, lambda progress: None, lambda trouble: None)
    frame = Frame(image=scene, t_s=0.0, source=DEVICE)
    for number in range(30):
        feed.give(replace(frame, t_s=number / 30))
        if number % 2:
            watch._hand_on()
    heard = [t_s for times in worker.taken for t_s in times]
    assert heard == [number / 30 for number in range(len(heard))]
    assert len(heard) == 30
