"""Cameras from files, devices that fail, and the feed that shares one camera."""

import threading
import time

import cv2
import numpy as np
import pytest

from app.capture.camera import Camera, gives_picture
from app.capture.feed import CameraFeed
from app.domain.condition import Condition
from app.domain.face import FrameSource

FPS = 25
DEVICE = FrameSource(kind="device", name="Test Camera", width=64, height=48, fps=30)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """Ten frames, each brighter than the one before, in a folder whose name has Chinese and a space."""
    folder = tmp_path_factory.mktemp("摄像 头")
    return write_video(folder / "演示.avi", [60 + 10 * n for n in range(10)])


def write_video(path, levels):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48))
    for level in levels:
        writer.write(np.full((48, 64, 3), level, np.uint8))
    writer.release()
    return path


class Device:
    """A capture port that answers given pictures, then fails as an unplugged device does."""

    def __init__(self, pictures):
        self.pictures = list(pictures)
        self.released = False

    def read(self):
        return (True, self.pictures.pop(0)) if self.pictures else (False, None)

    def release(self):
        self.released = True


class Clock:
    """A clock that goes on by 0.1 s with every look."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.1
        return self.now


class SleptTime:
    """A clock that goes on only while one sleeps by it."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        self.now += seconds


def paced(path, time):
    """The file as a camera that keeps ``time`` instead of the computer's."""
    source = FrameSource(kind="file", name=path.name, width=64, height=48, fps=FPS)
    return Camera(cv2.VideoCapture(str(path)), source, clock=lambda: time.now, sleep=time.sleep)


def read_all(camera):
    frames = []
    try:
        while True:
            frames.append(camera.read())
    except Condition as trouble:
        return frames, trouble.code


def code_of(act):
    with pytest.raises(Condition) as raised:
        act()
    return raised.value.code


def grain(count, mean=120, seed=1):
    noise = np.random.default_rng(seed)
    return [np.clip(noise.normal(mean, 5, (48, 64, 3)), 0, 255).astype(np.uint8) for _ in range(count)]


def test_a_file_gives_its_frames_by_its_own_time_stamps_and_then_is_lost(video):
    with Camera.open(str(video), pace=False) as camera:
        frames, code = read_all(camera)
    assert [round(f.t_s * FPS) for f in frames] == list(range(10))
    assert [round(float(f.image.mean()), -1) for f in frames] == [60 + 10 * n for n in range(10)]
    assert code == "camera.lost"


def test_the_source_says_file_for_ever(video):
    with Camera.open(str(video)) as camera:
        assert camera.source == FrameSource(kind="file", name="演示.avi", width=64, height=48, fps=FPS)
        assert camera.read().source == camera.source


def test_a_file_keeps_real_time(video):
    time = SleptTime()
    with paced(video, time) as camera:
        frames, _ = read_all(camera)
    assert len(frames) == 10
    assert time.now == pytest.approx(9 / FPS)


def test_a_slow_reader_misses_frames_instead_of_falling_behind(video):
    time = SleptTime()
    with paced(video, time) as camera:
        camera.read()
        time.sleep(0.34)
        frames, _ = read_all(camera)
    assert frames[0].t_s == pytest.approx(4 / FPS)  # the first that is less than LATE_S behind, and then every one
    assert len(frames) == 6
    assert time.now == pytest.approx(9 / FPS)


def test_a_looping_file_goes_on_with_rising_times(video):
    with Camera.open(str(video), pace=False, loop=True) as camera:
        times = [camera.read().t_s for _ in range(25)]
    assert times == sorted(set(times))
    assert times[20] == pytest.approx(20 / FPS, abs=0.02)


def test_what_is_not_there_is_missing(tmp_path):
    assert code_of(lambda: Camera.open(str(tmp_path / "none.avi"))) == "camera.missing"
    assert code_of(lambda: Camera.open(97)) == "camera.missing"
    assert code_of(lambda: Camera.open("97")) == "camera.missing"


@pytest.mark.parametrize("content", [b"", b"not a video at all" * 50])
def test_a_file_that_is_no_video_is_unreadable(tmp_path, content):
    path = tmp_path / "broken.avi"
    path.write_bytes(content)
    assert code_of(lambda: Camera.open(str(path))) == "camera.unreadable"


def test_a_device_that_stops_is_lost_and_let_go():
    device = Device(grain(3))
    with Camera(device, DEVICE) as camera:
        frames, code = read_all(camera)
    assert len(frames) == 3
    assert code == "camera.lost"
    assert device.released


def test_a_covered_lens_is_black_after_two_seconds_and_recovers():
    camera = Camera(Device(grain(60, mean=0) + grain(3)), DEVICE, clock=Clock())
    frames, code = read_all(camera)
    assert code == "camera.black"
    assert frames[-1].t_s < 2.1
    seen = set()
    while (code := _try(camera)) == "camera.black":
        seen.add(code)
    assert seen == {"camera.black"}
    assert code is None


def test_a_device_whose_picture_stands_still_is_frozen():
    picture = grain(1)[0]
    camera = Camera(Device([picture] * 60), DEVICE, clock=Clock())
    frames, code = read_all(camera)
    assert code == "camera.frozen"
    assert 2.5 < frames[-1].t_s < 3.1


def test_a_file_may_stand_still(tmp_path):
    path = write_video(tmp_path / "still.avi", [128] * (4 * FPS))
    with Camera.open(str(path), pace=False) as camera:
        frames, code = read_all(camera)
    assert len(frames) == 4 * FPS
    assert code == "camera.lost"


def test_a_feed_keeps_the_newest_frame_and_tells_everyone(video):
    seen = []
    feed = CameraFeed(str(video), loop=True)
    leave = feed.subscribe(seen.append)
    feed.start()
    try:
        wait_for(lambda: len(seen) > 12)
        assert 0 < feed.fps < 35  # as the file says, less where the machine is busy
        assert feed.error is None
        leave()
        count = len(seen)
        wait_for(lambda: feed.latest().t_s > seen[-1].t_s + 0.1)
        assert len(seen) <= count + 1
    finally:
        feed.stop()
    assert not [t for t in threading.enumerate() if t.name == "camera"]


def test_a_feed_switches_cameras_with_rising_times(video, tmp_path):
    other = write_video(tmp_path / "dark.avi", [40] * 20)
    seen = []
    feed = CameraFeed(str(video), loop=True)
    feed.subscribe(seen.append)
    feed.start()
    try:
        wait_for(lambda: len(seen) > 5)
        feed.switch(str(other), loop=True)
        wait_for(lambda: seen[-1].source.name == "dark.avi")
    finally:
        feed.stop()
    times = [frame.t_s for frame in seen]
    assert times == sorted(set(times))


def test_a_feed_says_what_is_wrong_until_frames_come(video, tmp_path):
    feed = CameraFeed(str(tmp_path / "none.avi"))
    feed.start()
    try:
        wait_for(lambda: feed.error is not None)
        assert feed.error.code == "camera.missing"
        assert feed.latest() is None
        feed.switch(str(video), loop=True)
        wait_for(lambda: feed.latest() is not None)
        assert feed.error is None
    finally:
        feed.stop()


def test_a_feed_takes_a_lost_device_up_again():
    opened = []

    def opener(_spec, **_options):
        opened.append(Device(grain(3, seed=len(opened))))
        return Camera(opened[-1], DEVICE)

    codes, frames = [], []
    feed = CameraFeed(0, opener=opener)
    feed.subscribe(frames.append)
    feed.start()
    try:
        wait_for(lambda: feed.error is not None)
        codes.append(feed.error.code)
        wait_for(lambda: len(frames) > 3)
    finally:
        feed.stop()
    assert codes == ["camera.lost"]
    assert all(device.released for device in opened)


class Sizes:
    """A device's driver: ``has`` sizes, of which it takes the nearest or, where ``strict``, only what it has; of some it gives
    no picture."""

    def __init__(self, *has, strict=False, dead=()):
        self.has, self.strict, self.dead, self.asked, self.size = has, strict, dead, [640, 480], (640, 480)

    def set(self, what, value):
        self.asked[what - cv2.CAP_PROP_FRAME_WIDTH] = value
        near = min(self.has, key=lambda size: abs(size[0] - self.asked[0]) + abs(size[1] - self.asked[1]))
        self.size = near if not self.strict or near == tuple(self.asked) else self.size

    def get(self, what):
        return self.size[what - cv2.CAP_PROP_FRAME_WIDTH]

    def read(self):
        return self.size not in self.dead, np.zeros((*self.size[::-1], 3), np.uint8)


HD, FULL_HD, FIVE_MP, SIXTEEN_MP = (1280, 720), (1920, 1080), (2592, 1944), (4656, 3496)


@pytest.mark.parametrize(("driver", "size"), [
    (Sizes(HD, FULL_HD, FIVE_MP), FIVE_MP), (Sizes(HD, FULL_HD, FIVE_MP, strict=True), FIVE_MP),
    (Sizes(HD, FULL_HD), FULL_HD), (Sizes(HD), HD), (Sizes(HD, FULL_HD, FIVE_MP, SIXTEEN_MP), FIVE_MP),
    (Sizes(HD, FIVE_MP, dead=[FIVE_MP]), HD)])
def test_a_device_gives_its_most_pixels_for_pages_and_720p_for_motion(driver, size):
    assert gives_picture(driver, still=True)
    assert driver.size == size
    assert gives_picture(driver, still=False)
    assert driver.size == HD


class TwoModes:
    """Opens like ``Camera.open`` and gives frames of two sizes; keeps what it was opened for."""

    def __init__(self):
        self.opened = []

    def __call__(self, _spec, *, still, **_options):
        self.opened.append(still)
        pictures = [np.full((90, 120, 3) if still else (45, 60, 3), 100 + n % 99, np.uint8) for n in range(2000)]
        return Camera(SlowDevice(pictures), DEVICE)


class SlowDevice(Device):
    def read(self):
        time.sleep(0.002)
        return super().read()


def widths(frames):
    return {frame.image.shape[1] for frame in frames}


def test_a_device_is_opened_for_pages_while_they_are_wanted_and_nothing_is_recorded():
    opener, pages, recording = TwoModes(), [], []
    feed = CameraFeed(0, opener=opener)
    feed.start()
    try:
        wait_for(lambda: feed.latest() is not None)
        leave_pages = feed.subscribe(pages.append, "pages")
        wait_for(lambda: pages and pages[-1].image.shape[1] == 120)
        leave_recording = feed.subscribe(recording.append, "motion")
        wait_for(lambda: len(recording) > 3)
        assert widths([feed.latest()]) == {60}
        leave_recording()
        pages.clear()
        wait_for(lambda: 120 in widths(pages))
        leave_pages()
        assert feed.latest() is None or widths([feed.latest()]) == {60}  # no page's frame passes for a face's
        wait_for(lambda: feed.latest() is not None)
        assert widths([feed.latest()]) == {60}
    finally:
        feed.stop()
    assert opener.opened == [False, True, False, True, False]
    assert widths(recording) == {60}
    times = [frame.t_s for frame in recording]
    assert times == sorted(times)


def test_a_file_runs_on_whatever_is_wanted_of_it(video):
    opened, seen = [], []

    def opener(spec, **options):
        opened.append(spec)
        return Camera.open(spec, **options)

    feed = CameraFeed(str(video), loop=True, opener=opener)
    feed.start()
    try:
        leave = feed.subscribe(seen.append, "pages")
        feed.subscribe(seen.append, "motion")
        wait_for(lambda: len(seen) > 8)
        leave()
        wait_for(lambda: len(seen) > 12)
    finally:
        feed.stop()
    assert opened == [str(video)]


def _try(camera):
    try:
        camera.read()
    except Condition as trouble:
        return trouble.code
    return None


def wait_for(true, limit_s=60.0):
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_a_watcher_that_fails_does_not_blind_the_others(video, caplog):
    seen = []

    def failing(_frame) -> None:
        raise ZeroDivisionError("private words")

    feed = CameraFeed(str(video), loop=True)
    feed.subscribe(failing)
    feed.subscribe(seen.append)
    feed.start()
    try:
        wait_for(lambda: len(seen) > 5)
    finally:
        feed.stop()
    assert caplog.text.count("ZeroDivisionError") == 1
    assert "private words" not in caplog.text


def test_a_camera_that_breaks_in_an_unknown_way_is_told_and_tried_again(video):
    opened = []

    class Breaking:
        source = DEVICE

        def __enter__(self):
            return self

        def __exit__(self, *_exc) -> None:
            opened.append("closed")

        def read(self):
            raise ZeroDivisionError

    def opener(spec, **options):
        opened.append("open")
        return Breaking() if opened.count("open") == 1 else Camera.open(spec, **options)

    feed = CameraFeed(str(video), loop=True, opener=opener)
    feed.start()
    try:
        wait_for(lambda: feed.error is not None)
        assert feed.error.code == "camera.lost"
        wait_for(lambda: feed.error is None and feed.latest() is not None)
    finally:
        feed.stop()
