"""The demo's props in a folder: videos for the camera, pictures to import, a track, a voice. Made once and kept."""

import math
import multiprocessing
import struct
import wave
from collections.abc import Sequence
from pathlib import Path

from app.demo.living import CLIPS
from app.demo.story import DEFAULT, Story
from app.demo.track import write_track

RATE = 16_000
VOICE_S = 20
REPEATS = 15


class Props:
    def __init__(self, folder: Path, story: Story = DEFAULT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.story = story

    def begin(self, by_camera: Sequence[tuple[str, str, int]], by_file: Sequence[tuple[str, str, int]]):
        """Start making everything in a process of its own, which keeps its models out of this one; ``join`` it."""
        process = multiprocessing.get_context("spawn").Process(
            target=_make, args=(self._folder, self.story, by_camera, by_file), name="workshop")
        process.start()
        return process

    @property
    def clips(self) -> dict[str, Path]:
        """The living face: one clip an action, 'still', and one in each light of the screen."""
        return {name: self._folder / "face" / f"{name}.avi" for name in CLIPS}

    def card(self, side: str) -> Path:
        """A video of one side of the ID card held before the camera."""
        return self._folder / f"id_card_{side}.avi"

    def paper(self, code: str, page: int = 1) -> Path:
        """A video of one page of a paper before the camera."""
        return self._folder / f"{code}-{page}.avi"

    def picture(self, code: str, page: int = 1) -> Path:
        """A page as a JPEG file, for importing."""
        return self._folder / f"{code}-{page}.jpg"

    def track(self) -> Path:
        """A receiver's track at the dealer's, beginning now."""
        return write_track(self._folder / "track.nmea")

    def voice(self) -> Path:
        """Five minutes of a soft wavering tone as WAV: sound for the recorder, plainly not speech."""
        path = self._folder / "voice.wav"
        if not path.is_file():
            samples = (round(3000 * math.sin(math.tau * 180 * t / RATE) * (0.5 + 0.5 * math.sin(math.tau * 2.3 * t / RATE)))
                       for t in range(RATE * VOICE_S))
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(struct.pack(f"<{RATE * VOICE_S}h", *samples) * REPEATS)
        return path


def _make(*wanted) -> None:
    from app.demo.workshop import make  # face models and picture libraries, wanted in that process only

    make(*wanted)
