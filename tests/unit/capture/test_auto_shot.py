"""A page is shot by itself once it is good and still, and never twice; the finder sees what keeps it from that."""

import threading

import cv2
import numpy as np
import pytest

from app.capture.auto_shot import AutoShot
from app.capture.frames import Frame
from app.capture.live_page import LivePage, alike, look
from app.capture.page_watch import PageWatch
from app.capture.vision import VISION_RESTARTED
from app.demo import papers, photo
from app.domain.finding import warn

CORNERS = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
BLUR = warn("quality.blur", "模糊", "blurred")


def mark(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(-60, 60, 64 * 64, dtype=np.int8).tobytes()


def page(seed: int = 1, shift: float = 0.0, trouble=None) -> LivePage:
    return LivePage(corners=tuple((x + shift, y) for x, y in CORNERS), trouble=trouble, mark=mark(seed))


def states(auto: AutoShot, *pages: LivePage, begin: float = 0.0) -> list[str]:
    return [auto.see(one, begin + 0.25 * at) for at, one in enumerate(pages)]


def test_a_good_page_is_shot_after_it_lay_still_and_not_again():
    auto = AutoShot()
    assert states(auto, *[page()] * 6) == ["holding"] * 4 + ["shoot", "taken"]
    assert states(auto, LivePage(), *[page()] * 6, begin=9) == ["searching"] + ["taken"] * 6


def test_the_next_page_is_shot_in_its_turn():
    auto = AutoShot()
    states(auto, *[page(1)] * 5)
    assert states(auto, *[page(2)] * 5, begin=5) == ["holding"] * 4 + ["shoot"]


def test_a_page_that_moves_or_is_poor_begins_to_count_anew():
    auto = AutoShot()
    assert "shoot" not in states(auto, *[page(shift=0.02 * at) for at in range(9)])
    assert states(auto, page(), page(), page(), page(trouble=BLUR), page(), page(), page(), page(), begin=5)[3:] == [
        "poor", "holding", "holding", "holding", "holding"]


def test_slow_creeping_is_movement_too():
    assert "shoot" not in states(AutoShot(), *[page(shift=0.006 * at) for at in range(20)])


def test_a_few_looks_far_apart_are_not_enough():
    auto = AutoShot()
    assert [auto.see(page(), t) for t in (0.0, 2.0)] == ["holding", "holding"]
    assert auto.see(page(), 4.0) == "shoot"


def test_a_page_shot_by_hand_is_not_shot_again():
    auto = AutoShot()
    auto.see(page(), 0)
    auto.taken()
    assert set(states(auto, *[page()] * 8, begin=1)) == {"taken"}


# -- what is seen ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proof() -> np.ndarray:
    return papers.draw_paper("income_proof")


def test_one_page_is_known_again_and_told_from_another(proof):
    one, again = (look(photo.photograph(proof, seed), "") for seed in (1, 2))
    other = look(photo.photograph(papers.draw_paper("bank_statement"), 1), "")
    assert one.corners
    assert one.trouble is None
    assert alike(one.mark, again.mark)
    assert not alike(one.mark, other.mark)
    assert not alike(b"", b"")


def test_what_keeps_a_page_from_being_shot_is_said(proof):
    good = photo.photograph(proof, 1)
    assert look(np.full((720, 1280, 3), 90, np.uint8), "") == LivePage()
    blurred = look(cv2.GaussianBlur(good, (0, 0), 6), "")
    assert blurred.trouble.code == "quality.blur"
    lamp = np.linspace(1.0, 0.15, good.shape[1])[None, :, None]
    assert look((good * lamp).astype(np.uint8), "").trouble.code == "quality.uneven"


# -- the watch ---------------------------------------------------------------------------------------------------------


class FeedPort:
    """A camera that a test turns by hand."""

    def __init__(self) -> None:
        self.subscribers: list = []

    def subscribe(self, subscriber, wants=""):
        self.subscribers.append(subscriber)
        return lambda: self.subscribers.remove(subscriber) if subscriber in self.subscribers else None

    def give(self, t_s: float) -> None:
        for subscriber in tuple(self.subscribers):
            subscriber(Frame(image=np.full((48, 64, 3), 120, np.uint8), t_s=t_s))


class FinderPort:
    """Answers in turn; what is a Condition is raised."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)

    def look(self, frame, kind):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_the_watch_hands_on_each_look_and_a_page_once():
    answers = [LivePage(), VISION_RESTARTED(), None, *[page()] * 7]
    feed, seen, shots, told = FeedPort(), [], [], threading.Semaphore(0)
    finder = FinderPort(*answers)
    watch = PageWatch(finder, feed, "", lambda what: (seen.append(what.state), told.release()), shots.append)
    for at, answer in enumerate(answers):
        before = len(finder.answers)
        feed.give(0.3 * at)
        if answer is None:
            assert _until(lambda: len(finder.answers) < before)  # noqa: B023
        else:
            assert told.acquire(timeout=10)
    watch.stop()
    assert watch.join(10)
    assert feed.subscribers == []
    assert seen == ["searching", "searching"] + ["holding"] * 3 + ["shoot"] + ["taken"] * 3
    assert [shot[:3] for shot in shots] == [b"\xff\xd8\xff"]


def test_a_bug_in_the_finder_is_logged_without_its_words_and_leaves_shooting_to_the_hand(caplog):
    feed, seen, told = FeedPort(), [], threading.Semaphore(0)
    watch = PageWatch(FinderPort(RuntimeError("张三 1234")), feed, "", lambda what: (seen.append(what.state), told.release()),
                      seen.append)
    feed.give(0.0)
    assert told.acquire(timeout=10)
    assert watch.join(10)
    assert seen == ["off"]
    assert feed.subscribers == []
    assert "looking for a page failed" in caplog.text
    assert "张三" not in caplog.text
    watch.stop()


def _until(done) -> bool:
    waiting = threading.Event()
    return any(done() or waiting.wait(0.01) for _ in range(1000))


@pytest.mark.parametrize(("grey", "code"), [(12, "quality.dark"), (255, "quality.overexposed"), (120, None)])
def test_light_in_which_no_page_can_be_found_is_told(grey, code):
    table = np.clip(np.random.default_rng(3).normal(grey, 3, (480, 640, 3)), 0, 255).astype(np.uint8)
    seen = look(table, "income_proof")
    assert (seen.corners, seen.trouble and seen.trouble.code) == (None, code)
    assert AutoShot().see(seen, 0.0) == ("poor" if code else "searching")
