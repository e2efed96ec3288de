"""The demo's props, made at run time from public-domain material: videos for the camera, a track, a voice."""

import wave
from functools import cached_property
from math import pi
from pathlib import Path

import cv2
import numpy as np

from app.demo import papers
from app.demo.card import draw_back, draw_front
from app.demo.living import render_clips
from app.demo.photo import photograph, still_video
from app.demo.portrait import card_portrait, original
from app.demo.story import DEFAULT, Story
from app.demo.track import write_track

FPS = 15
SECONDS = 1.0
PHOTO_SIZE = (1920, 1080)
RATE = 16_000


class Props:
    """Made once a folder and kept. Every picture is a photograph of a drawn paper, askew on a table."""

    def __init__(self, folder: Path, story: Story = DEFAULT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.story = story

    @cached_property
    def clips(self) -> dict[str, Path]:
        """The living face: one clip an action, and 'still'."""
        return render_clips(self._folder / "face", fps=FPS)

    def still(self) -> Path:
        return self.clips["still"]

    def card(self, side: str) -> Path:
        """A video of one side of the ID card held before the camera."""
        card = self.story.customer
        return self._video(f"id_card_{side}", draw_front(card, card_portrait()) if side == "front" else draw_back(card))

    def paper(self, code: str, title: str = "", page: int = 1) -> Path:
        """A video of one page of a paper before the camera."""
        return self._video(f"{code}-{page}", self._drawn(code, title), seed=page)

    def picture(self, code: str, title: str = "", page: int = 1) -> Path:
        """The same page as a JPEG file, for importing."""
        path = self._folder / f"{code}-{page}.jpg"
        if not path.is_file():
            photo = photograph(self._drawn(code, title), seed=page, size=PHOTO_SIZE)
            path.write_bytes(cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
        return path

    def track(self) -> Path:
        path = self._folder / "track.nmea"
        return path if path.is_file() else write_track(path)

    def voice(self) -> Path:
        """Ten minutes of a soft wavering tone as WAV: sound for the recorder, plainly not speech."""
        path = self._folder / "voice.wav"
        if not path.is_file():
            t = np.arange(RATE * 20) / RATE
            tone = 3000 * np.sin(2 * pi * 180 * t) * (0.5 + 0.5 * np.sin(2 * pi * 2.3 * t))
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(np.tile(tone.astype("<i2"), 30).tobytes())
        return path

    def _drawn(self, code: str, title: str) -> np.ndarray:
        if code == "photo_together":
            return papers.photo_together(original())
        return papers.draw_paper(code, self.story, title)

    def _video(self, name: str, flat: np.ndarray, seed: int = 1) -> Path:
        path = self._folder / f"{name}.avi"
        if not path.is_file():
            scene = flat if name.startswith("photo_together") else photograph(flat, seed=seed, size=PHOTO_SIZE)
            still_video(path, scene, SECONDS, FPS, seed)
        return path
