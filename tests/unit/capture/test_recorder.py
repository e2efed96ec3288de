"""The recorder: segments that play on their own, add up, carry sound in step with the picture, and lose nothing."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from app.capture.microphone import MICROPHONE_LOST, Microphone
from app.capture.recorder import SILENT_CAMERA_S, Recorder
from app.capture.segment import Picture
from app.capture.sound import RATE, Block, SoundLine
from app.domain.condition import Kind
from tests.unit.capture.recording_helpers import GeneratedFeed, SteppedFeed, Voice, decode, write_voice
from tests.waiting import until

DISK_FULL = Kind("test.disk_full", zh="磁盘满", zh_next="清理磁盘", en="disk full", en_next="free some space")


def rises(pairs, threshold: float) -> list[float]:
    """Times at which a value goes from below to above ``threshold``."""
    return [at for (_, before), (at, now) in pairwise(pairs) if before < threshold <= now]


def loudness(segments) -> np.ndarray:
    """Loudness in steps of 10 ms on the recorder's clock, all segments laid on one line."""
    line = np.zeros(round(segments[-1].end_ms / 1000 * RATE) + RATE, np.float32)
    for segment in segments:
        _, sound = decode(segment.data)
        begin = round(segment.start_ms / 1000 * RATE)
        line[begin : begin + len(sound)] = np.maximum(line[begin : begin + len(sound)], np.abs(sound))
    return line[: len(line) // 480 * 480].reshape(-1, 480).max(axis=1)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Six seconds of flashes and beeps, both beginning with each second of their own clocks, in segments of two.

    With them the times, on the recorder's clock, at which each was truly shown and heard first.
    """
    voice = Voice(write_voice(tmp_path_factory.mktemp("声 音") / "voice.wav", seconds=10))
    segments, troubles = [], []
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, voice, segments.append, troubles.append, segment_s=2)
        recorder.start()
        until(lambda: recorder.elapsed_ms > 5500)
        assert recorder.stats().audio
        summary = recorder.stop()
    zero = recorder._zero
    shown = rises([(at - zero, float(white)) for at, white in feed.given if at >= zero], 0.5)
    heard = [voice.began - zero + second for second in range(1, 10)]
    return segments, summary, troubles, shown, heard


def test_segments_follow_each_other_and_add_up(recorded):
    segments, summary, troubles, _, _ = recorded
    assert [segment.index for segment in segments] == list(range(len(segments)))
    assert [later.start_ms for later in segments[1:]] == [earlier.end_ms for earlier in segments[:-1]]
    assert all(segment.end_ms - segment.start_ms >= 2000 for segment in segments[:-1])
    assert summary.recorded_ms == sum(segment.end_ms - segment.start_ms for segment in segments)
    assert summary.duration_ms == summary.recorded_ms + segments[0].start_ms  # the wait for the first picture
    assert (summary.gaps, summary.undelivered) == ((), 0)
    assert summary.segments == len(segments) >= 3
    assert troubles == []


def test_every_segment_plays_on_its_own_with_picture_and_sound(recorded):
    segments, summary, _, _, _ = recorded
    for segment in segments:
        pictures, sound = decode(segment.data)
        seconds = (segment.end_ms - segment.start_ms) / 1000
        assert segment.media_type == "video/webm"
        assert segment.audio
        assert len(pictures) == segment.frames
        assert pictures[0][0] == pytest.approx(0, abs=0.002)
        assert pictures[-1][0] < 2.001  # the first picture from there on begins the next segment
        assert len(pictures) <= min(seconds, 2) * 25 + 1
        assert len(sound) / RATE == pytest.approx(seconds, abs=0.06)
        assert np.abs(sound).max() > 0.1
    assert summary.audio
    assert summary.audio_reason == ""


def test_picture_and_sound_are_in_step(recorded):
    """Each where it was shown and heard on the one clock, however late a busy machine hands pictures over."""
    segments, _, _, shown, heard = recorded
    pictures = [(segment.start_ms / 1000 + at, grey) for segment in segments for at, grey in decode(segment.data)[0]]
    flashes = rises(pictures, 120)
    beeps = [at for at in rises([(i / 100, value) for i, value in enumerate(loudness(segments))], 0.1) if at > 0.5]
    assert min(len(flashes), len(beeps)) >= 4
    for seen, true in ((flashes, shown), (beeps, heard)):
        off = [min(abs(at - one) for one in true) for at in seen]
        assert max(off) < 0.1


def stepped(feed: SteppedFeed, recorder: Recorder, pictures: int) -> None:
    """Go on by so many pictures, each recorded before the next comes."""
    for _ in range(pictures):
        feed.step()
        until(lambda: not recorder._frames)


def test_live_figures():
    feed, segments = SteppedFeed(), []
    recorder = Recorder(feed, None, segments.append, segment_s=1.99, clock=lambda: feed.now)
    recorder.start()
    stepped(feed, recorder, 60)
    until(lambda: recorder.stats().segments == 1)
    stats = recorder.stats()
    assert (stats.elapsed_ms, stats.dropped, stats.audio, stats.paused) == (3000, 0, False, "")
    assert stats.fps == pytest.approx(20, abs=0.1)
    summary = recorder.stop()
    assert (summary.segments, summary.frames, summary.dropped) == (2, 60, 0)
    assert (summary.duration_ms, summary.recorded_ms) == (3000, 2950)
    assert [(segment.start_ms, segment.end_ms, segment.frames) for segment in segments] == [(50, 2050, 40), (2050, 3000, 20)]


def test_a_gap_lasts_from_the_pause_to_the_first_picture_after_it():
    feed, segments = SteppedFeed(), []
    recorder = Recorder(feed, None, segments.append, clock=lambda: feed.now)
    recorder.start()
    stepped(feed, recorder, 16)
    recorder.pause("客户接电话")
    until(lambda: len(segments) == 1)
    stepped(feed, recorder, 16)
    recorder.resume()
    stepped(feed, recorder, 10)
    (gap,) = recorder.stop().gaps
    assert (gap.start_ms, gap.end_ms, gap.reason) == (800, 1650, "客户接电话")
    assert [segment.frames for segment in segments] == [16, 10]


def test_without_a_microphone_it_is_silent_and_says_why():
    segments = []
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, None, segments.append, segment_s=5)
        recorder.start()
        until(lambda: len(recorder._rate) > 8)
        summary = recorder.stop()
    assert (summary.audio, summary.audio_reason) == (False, "microphone.missing")
    pictures, sound = decode(segments[0].data)
    assert len(pictures) == segments[0].frames > 8
    assert len(sound) == 0


def test_a_microphone_that_does_not_open_is_told_and_recording_goes_on(tmp_path):
    segments, troubles = [], []
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, Microphone(f"file:{tmp_path / 'none.wav'}"), segments.append, troubles.append)
        recorder.start()
        until(lambda: recorder.stats().fps > 0)
        summary = recorder.stop()
    assert [trouble.code for trouble in troubles] == ["microphone.file_unreadable"]
    assert (summary.audio, summary.audio_reason, summary.segments) == (False, "microphone.file_unreadable", 1)


def test_sound_that_ends_early_becomes_silence(tmp_path):
    segments = []
    voice = write_voice(tmp_path / "v.wav", seconds=0.5)
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, Microphone(f"file:{voice}"), segments.append, segment_s=1)
        recorder.start()
        until(lambda: recorder.elapsed_ms > 2500)
        recorder.stop()
    _, sound = decode(segments[1].data)
    assert len(sound) / RATE == pytest.approx((segments[1].end_ms - segments[1].start_ms) / 1000, abs=0.06)
    assert np.abs(sound).max() < 0.05


def test_a_pause_is_a_gap_with_its_reason(tmp_path):
    segments = []
    voice = Voice(write_voice(tmp_path / "v.wav", seconds=60))
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, voice, segments.append, segment_s=60)
        recorder.start()
        until(lambda: recorder.elapsed_ms > 800)
        recorder.pause("客户接电话")
        until(lambda: len(segments) == 1)
        assert recorder.stats().paused
        until(lambda: recorder.elapsed_ms > 1600)
        recorder.resume()
        resumed_ms = recorder.elapsed_ms
        until(lambda: recorder.elapsed_ms > resumed_ms + 1500)
        summary = recorder.stop()
    assert len(segments) == 2
    (gap,) = summary.gaps
    assert gap.reason == "客户接电话"
    assert (gap.start_ms, gap.end_ms) == (segments[0].end_ms, segments[1].start_ms)
    assert gap.end_ms - gap.start_ms > 600
    _, sound = decode(segments[1].data)
    assert len(sound) / RATE == pytest.approx((segments[1].end_ms - segments[1].start_ms) / 1000, abs=0.06)
    began = voice.began - recorder._zero
    beeping = (np.arange(len(sound)) / RATE + segments[1].start_ms / 1000 - began) % 1.0
    loud = np.abs(sound) > 0.1
    assert loud.any()
    assert not loud[(beeping > 0.3) & (beeping < 0.9)].any()  # each beep in its place, none that was heard during the pause


def test_a_lost_camera_keeps_what_was_recorded_and_goes_on_when_it_is_back():
    feed, segments, troubles = SteppedFeed(), [], []
    recorder = Recorder(feed, None, segments.append, troubles.append, clock=lambda: feed.now)
    recorder.start()
    stepped(feed, recorder, 16)
    feed.now += SILENT_CAMERA_S + 0.15
    until(lambda: troubles and segments)
    stepped(feed, recorder, 4)
    summary = recorder.stop()
    assert [trouble.code for trouble in troubles] == ["recorder.camera_lost"]
    (gap,) = summary.gaps
    assert (gap.start_ms, gap.end_ms, gap.reason) == (840, 4000, "camera_lost")  # one picture at 25 a second after the last
    assert len(segments) == summary.segments == 2
    assert [len(decode(segment.data)[0]) for segment in segments] == [16, 4]


def test_no_picture_at_all_is_told():
    feed, troubles = SteppedFeed(), []
    recorder = Recorder(feed, None, lambda segment: None, troubles.append, clock=lambda: feed.now)
    recorder.start()
    feed.now += SILENT_CAMERA_S + 0.1
    until(lambda: troubles)
    summary = recorder.stop()
    assert (summary.segments, summary.frames) == (0, 0)
    assert [gap.reason for gap in summary.gaps] == ["camera_lost"]


def test_a_full_disk_loses_no_segment():
    kept, troubles, full = [], [], threading.Event()
    full.set()

    def keep(segment) -> None:
        if full.is_set():
            raise DISK_FULL()
        kept.append(segment)

    with GeneratedFeed() as feed:
        recorder = Recorder(feed, None, keep, troubles.append, segment_s=0.5)
        recorder.start()
        until(lambda: len(troubles) >= 2)
        summary = recorder.stop()
    assert {trouble.code for trouble in troubles} == {"test.disk_full"}
    assert summary.undelivered == summary.segments >= 2
    full.clear()
    assert recorder.deliver() == 0
    assert [segment.index for segment in kept] == list(range(summary.segments))


def test_a_bug_in_the_keeper_is_not_swallowed():
    def keep(segment) -> None:
        raise ZeroDivisionError

    with GeneratedFeed() as feed:
        recorder = Recorder(feed, None, keep)
        recorder.start()
        until(lambda: recorder.stats().fps > 0)
        with pytest.raises(ZeroDivisionError):
            recorder.stop()


def test_no_sample_is_lost_between_segments(tmp_path):
    """A tone without end has no hole where one segment follows another."""
    segments = []
    voice = Voice(write_voice(tmp_path / "v.wav", seconds=60, beep=1.0))
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, voice, segments.append, segment_s=0.7)
        recorder.start()
        until(lambda: len(segments) >= 4)
        recorder.stop()
    begin = max(voice.began - recorder._zero, segments[0].start_ms / 1000)
    assert loudness(segments)[round(begin * 100) + 5:segments[3].end_ms // 10 - 5].min() > 0.3


def test_another_camera_size_begins_a_segment():
    segments = []
    with GeneratedFeed() as feed:
        recorder = Recorder(feed, None, segments.append)
        recorder.start()
        until(lambda: recorder.stats().fps > 0)
        feed.size = (480, 640)
        until(lambda: segments)
        recorder.stop()
    assert len(segments) == 2
    assert segments[0].end_ms == segments[1].start_ms


@pytest.mark.parametrize(
    ("camera", "recorded_size"),
    [((1920, 1080), (1280, 720)), ((640, 480), (640, 480)), ((720, 1280), (404, 720)), ((641, 481), (640, 480))],
)
def test_pictures_keep_their_shape_and_are_never_enlarged(camera, recorded_size):
    assert Picture().fit(*camera) == recorded_size


def test_a_segment_is_at_most_a_minute_long():
    with pytest.raises(ValueError, match="61"):
        Recorder(GeneratedFeed(), None, lambda segment: None, segment_s=61)


# --- the sound line -------------------------------------------------------------------------------------------------


def tone(start: float, seconds: float = 0.02, value: int = 1000, late: float = 0.0) -> Block:
    return Block(np.full(round(seconds * RATE), value, np.int16), start + late)


def test_late_blocks_do_not_tear_the_sound():
    line = SoundLine(zero=0.0)
    for i in range(100):
        line.put(tone(i * 0.02, late=0.2 if 40 <= i < 48 else 0.0))
    assert line.until == 2 * RATE
    assert line.read(2 * RATE).min() == 1000


def test_lost_samples_become_silence_in_their_place():
    line = SoundLine(zero=0.0)
    for i in range(250):
        if not 50 <= i < 75:  # half a second never comes
            line.put(tone(i * 0.02))
    sound = line.read(5 * RATE)
    assert line.until == pytest.approx(5 * RATE, abs=0.07 * RATE)
    assert (sound == 0).sum() == pytest.approx(0.5 * RATE, abs=0.07 * RATE)


def test_sound_from_before_the_start_is_cut():
    line = SoundLine(zero=1.0)
    line.put(tone(0.9, seconds=0.2))
    assert list(line.read(round(0.15 * RATE)) != 0).count(True) == round(0.1 * RATE)


class Unplugged(Microphone):
    """A microphone that hears half a second of voice, then silence, and is pulled out when a test says so."""

    def __init__(self) -> None:
        super().__init__("unplugged")
        self.opened = 0

    def start(self, on_block) -> None:
        self.opened, self.trouble, self.hear = self.opened + 1, None, on_block

    def stop(self) -> None:
        """Nothing to let go of."""

    def says(self, at: float, seconds: float, loud: bool) -> None:
        self.level = 0.5 if loud else 0.05
        self.hear(Block(np.zeros(round(seconds * RATE), np.int16), at))


def test_silence_and_a_microphone_that_is_pulled_out_are_told_and_stand_in_the_summary():
    feed, microphone, troubles = SteppedFeed(), Unplugged(), []
    recorder = Recorder(feed, microphone, lambda segment: None, troubles.append, clock=lambda: feed.now)
    recorder.start()
    stepped(feed, recorder, 10)
    microphone.says(0.0, 0.5, loud=True)
    microphone.says(0.5, 1.5, loud=False)
    stepped(feed, recorder, 60)
    assert recorder.stats().quiet_s == pytest.approx(3.0)
    microphone.trouble = MICROPHONE_LOST()
    until(lambda: troubles)
    assert not recorder.stats().audio
    stepped(feed, recorder, 20)
    recorder.pause("device")
    recorder.resume()
    stepped(feed, recorder, 10)
    summary = recorder.stop()
    lost, = (gap for gap in summary.gaps if gap.sound_only)
    assert (lost.start_ms, lost.end_ms, lost.reason) == (3500, 4500, "microphone.lost")
    assert (microphone.opened, summary.audio_reason, summary.quiet_share) == (2, "", 0.75)
