"""When a page is shot by itself: seen, good and still for a while, and not shot already. Pure: it is told what was seen."""

from math import hypot
from typing import Literal

from app.capture.live_page import LivePage, alike
from app.domain.page_frame import Corners

STILL_S, LOOKS_LEAST = 0.8, 3
MOVED = 0.015  # of the picture's width or height

State = Literal["searching", "poor", "holding", "shoot", "taken"]


class AutoShot:
    """One paper's turn before the camera. ``see`` says what to do; "shoot" comes once a page."""

    def __init__(self) -> None:
        self._taken: list[bytes] = []
        self._mark = b""
        self._anchor: Corners | None = None
        self._since_s, self._looks = 0.0, 0

    def see(self, page: LivePage, t_s: float) -> State:
        """``t_s`` is the frame's time; it never falls."""
        self._mark = page.mark
        if page.corners is None:
            return self._begin_anew("poor" if page.trouble else "searching")
        if any(alike(page.mark, mark) for mark in self._taken):
            return self._begin_anew("taken")
        if page.trouble is not None:
            return self._begin_anew("poor")
        if self._anchor is None or _moved(self._anchor, page.corners):
            self._anchor, self._since_s, self._looks = page.corners, t_s, 0
        self._looks += 1
        if t_s - self._since_s < STILL_S or self._looks < LOOKS_LEAST:
            return "holding"
        self.taken()
        return self._begin_anew("shoot")

    def taken(self) -> None:
        """The page that is seen was shot, by hand or by itself."""
        if self._mark:
            self._taken.append(self._mark)

    def _begin_anew(self, state: State) -> State:
        self._anchor, self._looks = None, 0
        return state


def _moved(before: Corners, now: Corners) -> bool:
    return max(hypot(ax - bx, ay - by) for (ax, ay), (bx, by) in zip(before, now, strict=True)) > MOVED
