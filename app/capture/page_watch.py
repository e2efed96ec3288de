"""Carries a feed's newest frames to the page finder on a thread of its own and says when a page is to be kept."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from app.capture.auto_shot import AutoShot, State
from app.capture.frames import Frame
from app.capture.live_page import LivePage
from app.capture.picture import encode_jpeg
from app.domain.condition import Condition
from app.domain.facts import Finding
from app.domain.fault import described
from app.domain.page_frame import Corners

log = logging.getLogger(__name__)

EVERY_S = 0.2  # a look takes an eighth of a second of one core


@dataclass(frozen=True)
class PageSeen:
    """What the finder makes of the newest frame. ``corners`` are shares of the picture; ``trouble`` is what to change;
    "off" stands where it looks no more."""

    state: State | Literal["off"]
    corners: Corners | None = None
    trouble: Finding | None = None


class Finder(Protocol):
    """The vision worker."""

    def look(self, frame: Frame, kind: str) -> LivePage | None:
        """What is seen of a page; None where the worker is busy and the frame was dropped."""


class Feed(Protocol):
    def subscribe(self, subscriber: Callable[[Frame], None]) -> Callable[[], None]:
        """Call with every frame; the answer unsubscribes."""


class PageWatch:
    """``on_seen`` hears every look, ``on_shot`` gets a page's frame as JPEG. Both are called on the watch's thread."""

    def __init__(self, vision: Finder, feed: Feed, kind: str, on_seen: Callable[[PageSeen], None],
                 on_shot: Callable[[bytes], None]) -> None:
        self._vision, self._kind, self._on_seen, self._on_shot = vision, kind, on_seen, on_shot
        self._auto, self._lock = AutoShot(), threading.Lock()
        self._frame: Frame | None = None
        self._looked_s = -EVERY_S
        self._new, self._stopping = threading.Event(), threading.Event()
        self._leave = feed.subscribe(self._take)
        self._thread = threading.Thread(target=self._run, name="page-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No callback begins after this; one under way may end later. Returns at once, so that a window may call it."""
        self._leave()
        self._stopping.set()
        self._new.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread's end; not to be called from the callbacks."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def taken(self) -> None:
        """The page that is seen was shot by hand."""
        with self._lock:
            self._auto.taken()

    def _take(self, frame: Frame) -> None:
        if frame.t_s - self._looked_s >= EVERY_S:
            self._frame = frame
            self._new.set()

    def _run(self) -> None:
        while True:
            self._new.wait()
            self._new.clear()
            if self._stopping.is_set():
                return
            try:
                self._look(self._frame)
            except Exception as fault:  # noqa: BLE001 - the thread's boundary: shooting by hand goes on, the bug is logged
                log.error("looking for a page failed: %s", described(fault))
                self._leave()
                self._on_seen(PageSeen("off"))
                return

    def _look(self, frame: Frame) -> None:
        self._looked_s = frame.t_s
        try:
            page = self._vision.look(frame, self._kind)
        except Condition:  # the worker begins anew; the next frame finds it
            page = LivePage()
        if page is None:
            return
        with self._lock:
            state = self._auto.see(page, frame.t_s)
        if not self._stopping.is_set():
            self._on_seen(PageSeen(state, page.corners, page.trouble))
            if state == "shoot":
                self._on_shot(encode_jpeg(frame.image))
