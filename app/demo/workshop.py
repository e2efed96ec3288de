"""Where the demo's props are made: living face, ID card, papers, photographed askew. Heavy: it has its own process."""

from collections.abc import Sequence
from pathlib import Path

import cv2

from app.demo import papers
from app.demo.card import draw_back, draw_front
from app.demo.living import render_clips
from app.demo.photo import photograph, still_video
from app.demo.portrait import card_portrait
from app.demo.story import Story

FPS = 15
SECONDS = 1.0
PHOTO_SIZE = (1920, 1080)
PHOTO_TOGETHER = "photo_together"
Page = tuple[str, str, int]


def make(folder: Path, story: Story, by_camera: Sequence[Page], by_file: Sequence[Page]) -> None:
    """Make what is missing in ``folder``. A page is (paper code, title, number)."""
    folder.mkdir(parents=True, exist_ok=True)
    render_clips(folder / "face", fps=FPS)
    card = story.customer
    _video(folder / "id_card_front.avi", photograph(draw_front(card, card_portrait()), seed=1, size=PHOTO_SIZE))
    _video(folder / "id_card_back.avi", photograph(draw_back(card), seed=1, size=PHOTO_SIZE))
    for code, title, number in by_camera:
        _video(folder / f"{code}-{number}.avi", _scene(story, code, title, number))
    for code, title, number in by_file:
        path = folder / f"{code}-{number}.jpg"
        if not path.is_file():
            scene = _scene(story, code, title, number)
            path.write_bytes(cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())


def _scene(story: Story, code: str, title: str, number: int):
    if code == PHOTO_TOGETHER:
        return papers.photo_together(card_portrait())
    return photograph(papers.draw_paper(code, story, title, number), seed=number, size=PHOTO_SIZE)


def _video(path: Path, scene) -> None:
    if not path.is_file():
        draft = path.with_suffix(".draft.avi")
        still_video(draft, scene, SECONDS, FPS)
        draft.replace(path)
