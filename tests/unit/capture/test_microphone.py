"""The microphone: a sound file in real time, a real ALSA device, and the absence of both."""

import sys
import threading
import time

import numpy as np
import pytest

from app.capture.microphone import Microphone, level
from app.capture.sound import RATE, Block
from app.domain.condition import Condition
from tests.unit.capture.recording_helpers import write_voice

TICK_S = 0.02  # the coarsest clock's step


class Ear:
    """Collects blocks, when each came, and the meter's highest value."""

    def __init__(self, microphone: Microphone) -> None:
        self.microphone, self.blocks, self.came, self.loudest = microphone, [], [], 0.0
        self._enough = threading.Event()

    def __call__(self, block: Block) -> None:
        self.came.append(time.monotonic())
        self.blocks.append(block)
        self.loudest = max(self.loudest, self.microphone.level)
        if self.seconds >= 0.5:
            self._enough.set()

    @property
    def seconds(self) -> float:
        return sum(block.seconds for block in self.blocks)

    def wait(self) -> None:
        assert self._enough.wait(60), "no sound came"


def code_of(spec: str) -> str:
    with pytest.raises(Condition) as trouble:
        Microphone(spec).start(lambda block: None)
    return trouble.value.code


def test_a_sound_file_is_heard_in_real_time_as_mono_48_khz(tmp_path):
    microphone = Microphone(f"file:{write_voice(tmp_path / '声 音.wav', 3)}")
    ear = Ear(microphone)
    microphone.start(ear)
    ear.wait()
    microphone.stop()
    assert all(came > block.at + block.seconds - TICK_S for came, block in zip(ear.came, ear.blocks, strict=True))
    assert ear.blocks[0].samples.dtype == np.int16
    assert 0.7 < ear.loudest <= 1
    starts = [block.at for block in ear.blocks]
    assert np.diff(starts) == pytest.approx([block.seconds for block in ear.blocks[:-1]])
    assert np.abs(ear.blocks[2].samples).max() == pytest.approx(16_000, rel=0.05)
    assert not microphone.running
    assert microphone.trouble is None
    assert microphone.level == 0


def test_the_end_of_a_file_is_no_trouble(tmp_path):
    microphone = Microphone(f"file:{write_voice(tmp_path / 'v.wav', 0.6)}")
    ear = Ear(microphone)
    microphone.start(ear)
    deadline = time.monotonic() + 60
    while microphone.running and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not microphone.running
    assert ear.seconds == pytest.approx(0.6, abs=0.03)
    assert microphone.trouble is None


def test_files_that_are_no_sound(tmp_path):
    (tmp_path / "zero.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("RIFF", encoding="utf-8")
    for name in ("zero.wav", "text.wav", "missing.wav"):
        assert code_of(f"file:{tmp_path / name}") == "microphone.file_unreadable"


def test_a_device_that_is_not_there_is_missing():
    assert code_of("no-such-device") == "microphone.missing"


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA is Linux's")
def test_an_alsa_device_is_heard(tmp_path, monkeypatch):
    """ALSA's file device plays a tone as a sound card would, through the same library and code."""
    times = np.arange(RATE * 3) / RATE
    (np.sin(2 * np.pi * 1000 * times) * 16_000).astype("<i2").tofile(tmp_path / "tone.raw")
    device = f'type file\nslave.pcm {{ type null }}\nfile /dev/null\ninfile "{tmp_path / "tone.raw"}"\nformat raw\n'
    (tmp_path / "asound.conf").write_text(f"pcm.tone {{\n{device}}}\n", encoding="utf-8")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    microphone = Microphone("tone")
    ear = Ear(microphone)
    microphone.start(ear)
    ear.wait()
    microphone.stop()
    assert ear.loudest > 0.7
    assert not microphone.running


def test_the_meter():
    assert level(np.zeros(960, np.int16)) == 0
    assert level(np.zeros(0, np.int16)) == 0
    assert level(np.full(960, 32767, np.int16)) == pytest.approx(1, abs=0.001)
    assert level(np.full(960, 1036, np.int16)) == pytest.approx(0.5, abs=0.001)  # -30 dBFS
    assert level(np.full(960, 10, np.int16)) == 0  # below -60 dBFS
