"""The vision worker as a real process: it answers, passes conditions on, survives its own death, and leaves nothing."""

import io
import random
import threading
from contextlib import suppress
from functools import cached_property
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from reportlab.pdfgen import canvas

from app.capture import session
from app.capture.camera import CAMERA_MISSING, Camera
from app.capture.frames import Frame
from app.capture.liveness import LivenessProgress
from app.capture.vision import LivenessWatch, Vision, VisionFault
from app.demo.living import Customer, render_clips, render_living
from app.demo.papers import draw_paper, photo_together
from app.demo.photo import photograph, still_video
from app.demo.portrait import card_portrait
from app.domain.challenge import ACTIONS, COLOURS, LivenessPlan, LivenessRules, draw_actions, draw_light
from app.domain.condition import Condition
from app.domain.face import FrameSource
from tests import bad_files
from tests.waiting import until

FILE = FrameSource(kind="file", name="x.avi", width=640, height=480, fps=15)
LENIENT = LivenessRules(file_camera="allow", allow_without_attack_detection=True)


def plan(nonce="n", actions=None):
    return LivenessPlan(nonce=nonce, actions=actions or draw_actions(nonce), rules=LENIENT)


@pytest.fixture(scope="module")
def vision():
    vision = Vision()
    vision.start()
    vision.warm().join()
    yield vision
    vision.close()


@pytest.fixture(scope="module")
def portrait():
    return cv2.imencode(".jpg", card_portrait())[1].tobytes()


@pytest.fixture
def fresh():
    vision = Vision()
    vision.start()
    yield vision
    vision.close()


def code_of(act):
    with pytest.raises(Condition) as raised:
        act()
    return raised.value.code


def test_it_compares_two_pictures(vision, portrait, shared_data):
    people = shared_data / "faces" / "ageitgey+face_recognition" / "examples"
    assert vision.match(portrait, portrait).zone == "pass"
    assert vision.match(portrait, (people / "biden.jpg").read_bytes()).zone == "fail"


def test_conditions_come_through_as_they_are(vision, portrait):
    assert code_of(lambda: vision.match(portrait, b"no picture")) == "picture.not_an_image"


def test_it_says_which_engine_is_in_use_and_what_its_pack_lacks(vision):
    facts = vision.engine_facts()
    assert facts.built_in
    assert facts.lacks == ("attack_detection",)
    assert set(facts.measurable) == set(ACTIONS)


def test_bugs_come_through_without_their_text(vision):
    with pytest.raises(VisionFault) as raised:
        vision.call("app.capture.session:secret")
    assert "AttributeError" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_only_capture_can_be_called(vision):
    with pytest.raises(VisionFault):
        vision.call("os:getcwd")


def test_a_video_of_the_living_face_passes(vision, portrait, tmp_path):
    video = render_living(tmp_path / "活体.avi", ("blink", "turn_right", "nod"), hold_s=3.0)
    outcome = vision.run_liveness(video, plan(actions=("blink", "turn_right", "nod")), portrait)
    assert outcome.result.verdict == "live"
    assert outcome.match.zone == "pass"


def test_a_video_that_is_none_is_said(vision, tmp_path):
    assert code_of(lambda: vision.run_liveness(tmp_path / "none.avi", plan())) == "camera.missing"


class PatientFeed:
    """A camera that shows its next picture when the last one has been looked at, however busy the machine is."""

    error = None
    source = FILE

    def __init__(self, clips: dict[str, Path]) -> None:
        self._clips = {str(path): pictures(path) for path in clips.values()}
        self._looked, self._t_s = threading.Event(), 0.0

    def switch(self, spec: str, *, loop: bool) -> None:
        self._playing = cycle(self._clips[spec])

    def subscribe(self, subscriber, wants=""):
        self._subscriber = subscriber
        return lambda: None

    def looked(self) -> None:
        self._looked.set()

    def show(self) -> None:
        """One picture, and wait until it has been looked at."""
        self._looked.clear()
        self._t_s += 1 / FILE.fps
        self._subscriber(Frame(next(self._playing), self._t_s, FILE))
        assert self._looked.wait(60)


def pictures(path: Path) -> list[np.ndarray]:
    with Camera.open(path, pace=False) as camera:
        shown = []
        with suppress(Condition):
            while True:
                shown.append(camera.read().image)
        return shown


@pytest.mark.timeout(540)
def test_a_person_before_a_feed_does_what_is_asked(vision, portrait, tmp_path_factory):
    """The whole way: the watch's thread, shared memory, worker, and a customer who reads the screen."""
    clips = render_clips(tmp_path_factory.mktemp("clips"))
    feed, seen, troubles = PatientFeed(clips), [], []
    customer = Customer(feed, clips)
    customer.rest()

    def show(progress):
        seen.append(progress)
        customer.react(progress)
        feed.looked()

    vision.begin_liveness(plan("nonce of this case"), feed.source)
    watch = LivenessWatch(vision, feed, show, troubles.append)
    watch.start()
    while not (seen and seen[-1].finished):
        feed.show()
    watch.stop()
    outcome = vision.finish_liveness(portrait)
    assert troubles == []
    assert seen[-1].phase == "passed"
    assert outcome.result.reasons == ("frame_source_file",)
    assert outcome.result.light.colours == draw_light("nonce of this case")
    assert {p.light for p in seen} >= {COLOURS[name] for name in outcome.result.light.colours}
    assert outcome.match.zone == "pass"
    assert code_of(lambda: vision.finish_liveness(b"")) == "picture.empty"
    assert vision.finish_liveness(None).match is None


@pytest.mark.parametrize(("error", "code"), [(None, "camera.lost"), (CAMERA_MISSING(), "camera.missing")])
def test_a_camera_that_falls_silent_in_mid_attempt_ends_it_with_what_ails_it(error, code):
    """Two frames come, then none; the watcher leaves the feed and says why."""
    subscribers, over, told = [], threading.Event(), []

    class Feed:
        def __init__(self):
            self.error = None

        def subscribe(self, subscriber, wants=""):
            subscribers.append(subscriber)
            return subscribers.clear

    class Looking:
        def liveness_frame(self, frame):
            return LivenessProgress("align", None, "look_straight", 1.0, (), ())

    def trouble(condition):
        told.append(condition.code)
        over.set()

    feed = Feed()
    watch = LivenessWatch(Looking(), feed, lambda progress: None, trouble, silent_s=0.2)
    for n in range(2):
        subscribers[0](Frame(image=np.zeros((4, 4, 3), np.uint8), t_s=float(n), source=FILE))
    feed.error = error
    watch.start()
    assert over.wait(60)
    watch.stop()
    assert (told, subscribers) == ([code], [])


def test_a_bug_in_mid_attempt_ends_it_and_is_said(caplog):
    """Else the page would wait for a progress that never comes."""
    subscribers, over, told = [], threading.Event(), []

    class Feed:
        error = None

        def subscribe(self, subscriber, wants=""):
            subscribers.append(subscriber)
            return subscribers.clear

    class Broken:
        def liveness_frame(self, frame):
            raise VisionFault("ValueError in the vision worker\nx.py:1 f")

    def trouble(condition):
        told.append(condition.code)
        over.set()

    watch = LivenessWatch(Broken(), Feed(), lambda progress: None, trouble)
    watch.start()
    subscribers[0](Frame(image=np.zeros((4, 4, 3), np.uint8), t_s=1.0, source=FILE))
    assert over.wait(20)
    watch.stop()
    assert (told, subscribers) == (["vision.fault"], [])
    assert "ValueError in the vision worker" in caplog.text
    caplog.clear()


def test_an_attempt_that_is_forgotten_cannot_be_asked_again(vision, portrait):
    vision.begin_liveness(plan(), FILE)
    frame = Frame(image=np.full((480, 640, 3), 90, np.uint8), t_s=1.0, source=FILE)
    assert vision.liveness_frame(frame).phase == "align"
    vision.forget_liveness()
    for act in (lambda: vision.finish_liveness(portrait), lambda: vision.finish_liveness(None),
                lambda: vision.liveness_frame(frame)):
        assert code_of(act) == "liveness.over"
    vision.forget_liveness()


def test_a_worker_that_is_not_there_has_nothing_to_forget():
    Vision().forget_liveness()


@pytest.mark.parametrize("bank", [False, True])
def test_warming_up_loads_every_model(shared_data, bank):
    session.use_pack(shared_data / "models" if bank else None)
    try:
        session.warm()
        models = {name for name, value in vars(type(session.engine())).items() if isinstance(value, cached_property)}
        assert len(models) >= 2
        assert models <= set(vars(session.engine()))
    finally:
        session.use_pack(None)


def test_frames_are_dropped_while_it_is_busy(vision):
    vision.begin_liveness(plan(), FILE)
    frame = Frame(image=np.full((480, 640, 3), 90, np.uint8), t_s=0.1, source=FILE)
    seen = threading.Event()

    def keep_busy():
        while not seen.is_set():
            vision.call("app.capture.session:warm")

    busy = threading.Thread(target=keep_busy)
    busy.start()
    try:
        until(lambda: vision.liveness_frame(frame) is None, 120)
    finally:
        seen.set()
        busy.join()
    later = Frame(image=frame.image, t_s=0.2, source=FILE)
    assert vision.liveness_frame(later).guidance == "no_face"


def test_people_at_a_table_are_seen_in_every_frame_whatever_a_hasty_look_makes_of_the_wall(vision, tmp_path):
    still_video(tmp_path / "together.avi", photo_together(card_portrait()), 1.0, 15)
    with Camera.open(str(tmp_path / "together.avi"), pace=False) as camera:
        assert [vision.count_faces(camera.read()) for _ in range(15)] == [2] * 15


def test_a_frame_larger_than_the_shared_memory_still_arrives(vision):
    vision.begin_liveness(plan(), FILE)
    frame = Frame(image=np.full((1440, 2560, 3), 90, np.uint8), t_s=0.1, source=FILE)
    assert vision.liveness_frame(frame).guidance == "no_face"


def test_after_a_crash_the_act_is_said_to_be_lost_and_the_next_works(fresh, portrait):
    before = fresh.pid
    psutil.Process(before).kill()
    assert code_of(lambda: fresh.match(portrait, portrait)) == "vision.restarted"
    assert fresh.pid != before
    assert fresh.match(portrait, portrait).zone == "pass"


def test_an_act_with_a_limit_costs_the_worker_and_not_its_caller(fresh):
    stalled = psutil.Process(fresh.pid)
    stalled.suspend()
    assert code_of(lambda: fresh.call_within(0.2, "app.capture.media:media_type", b"")) == "vision.restarted"
    assert not stalled.is_running()
    assert fresh.call_within(60, "app.capture.media:media_type", b"%PDF-") == "application/pdf"


def test_a_file_that_asks_for_too_much_memory_costs_the_worker_and_says_why(fresh, caplog):
    before = fresh.pid
    heavy = bad_files.large("TIFF", size=(8000, 5000), compression="tiff_deflate", strip_size=1 << 30)()
    assert code_of(lambda: fresh.call("app.capture.paper_file:open_file", heavy)) == "picture.too_heavy"
    assert fresh.pid != before
    assert fresh.call("app.capture.media:media_type", b"%PDF-") == "application/pdf"
    assert "vision worker lost: picture.too_heavy" in caplog.text


def test_a_photo_that_breaks_its_decoder_costs_the_worker_only(fresh, caplog):
    """One damaged byte lets the words about the picture claim gigabytes, which the decoder's wrapper writes to unasked."""
    photo, dice = bytearray((Path(__file__).parent / "photo.heic").read_bytes()), random.Random(293)
    for _ in range(dice.randint(1, 6)):
        photo[dice.randrange(24, len(photo))] = dice.randrange(256)
    assert code_of(lambda: fresh.call("app.capture.paper_file:open_file", bytes(photo))) in ("vision.restarted", "import.heic")
    assert fresh.call("app.capture.media:media_type", bytes(photo)) == "image/heic"
    caplog.clear()


def test_a_page_is_found_in_a_frame(fresh):
    frame = Frame(image=photograph(draw_paper("income_proof"), 1), t_s=0.1, source=FILE)
    seen = fresh.look(frame, "income_proof")
    assert seen.corners
    assert seen.trouble is None
    assert fresh.look(Frame(image=np.full((720, 1280, 3), 90, np.uint8), t_s=0.2), "").corners is None


def test_a_pdf_is_drawn_in_the_worker(fresh):
    buffer = io.BytesIO()
    made = canvas.Canvas(buffer)
    made.drawString(100, 700, "statement")
    made.showPage()
    made.save()
    page, = fresh.call_within(60, "app.capture.paper_file:open_file", buffer.getvalue())
    assert page.drawn
    assert page.image.startswith(b"\xff\xd8\xff")
    assert code_of(lambda: fresh.call("app.capture.paper_file:open_file", b"%PDF-1.7")) == "picture.truncated"


def test_it_closes_and_leaves_no_process():
    vision = Vision()
    vision.start()
    worker = psutil.Process(vision.pid)
    vision.close()
    assert not worker.is_running()
    assert code_of(lambda: vision.match(b"", b"")) == "vision.stopped"
    vision.close()


def test_it_closes_in_the_midst_of_work(portrait):
    """Whoever waits for an answer is told; the work is not waited for."""
    vision = Vision()
    vision.start()
    worker, answers, codes = psutil.Process(vision.pid), [], []

    def work_on():
        while True:
            answers.append(vision.match(portrait, portrait))

    busy = threading.Thread(target=lambda: codes.append(code_of(work_on)))
    busy.start()
    until(lambda: answers, 120)
    vision.close()
    busy.join()
    assert codes[0] in ("vision.restarted", "vision.stopped")
    assert not worker.is_running()
    assert vision.pid is None


def test_a_model_pack_that_is_not_sound_is_told_and_never_replaced_by_the_built_in_one(portrait, tmp_path):
    vision = Vision(tmp_path / "gone")
    vision.start()
    try:
        vision.warm().join()
        for ask in (vision.engine_facts, lambda: vision.begin_liveness(plan(), FILE), lambda: vision.match(portrait, portrait)):
            assert code_of(ask) == "models.pack_missing"
    finally:
        vision.close()


def test_a_banks_pack_is_the_workers_engine(portrait, shared_data):
    vision = Vision(shared_data / "models")
    vision.start()
    try:
        assert vision.engine_facts().lacks == ()
        assert "open-test-pack" in vision.match(portrait, portrait).engine
    finally:
        vision.close()
