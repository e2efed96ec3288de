"""Whether a face is in the picture while it is recorded: one look a second, so that it costs next to nothing."""

import logging
import threading
from collections.abc import Callable

from app.capture.feed import CameraFeed
from app.capture.vision import Vision, VisionFault
from app.domain.condition import Condition

log = logging.getLogger(__name__)
EVERY_S = 1.0


class FaceWatch:
    """Looks at the feed's newest frame while ``rolling`` says so. ``clock_ms`` is the recorder's own clock.

    A look that the busy worker cannot take is none. It sees that there is a face, not whose.
    """

    def __init__(self, vision: Vision, feed: CameraFeed, clock_ms: Callable[[], int], rolling: Callable[[], bool]) -> None:
        self._vision, self._feed, self._clock_ms, self._rolling = vision, feed, clock_ms, rolling
        self._looks: list[tuple[int, bool]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="face-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def share(self, start_ms: int = 0, end_ms: int | None = None) -> float | None:
        """Share of the looks of a stretch that found a face, 0–1; None where there was no look."""
        found = [seen for at, seen in tuple(self._looks) if start_ms <= at and (end_ms is None or at < end_ms)]
        return round(sum(found) / len(found), 3) if found else None

    @property
    def faceless_s(self) -> float:
        """For how many seconds no look has found a face."""
        looks = tuple(self._looks)
        last = next((at for at, seen in reversed(looks) if seen), looks[0][0] if looks else None)
        return 0.0 if last is None or looks[-1][0] == last else (looks[-1][0] - last) / 1000

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self._look()
            except Condition as trouble:
                log.warning("looking for a face while recording: %s", trouble.code)
            except VisionFault as fault:
                log.error("looking for a face while recording ends with a bug: %s", fault)
                return

    def _look(self) -> None:
        if self._feed.error is not None or not self._rolling():
            return
        frame, at = self._feed.latest(), self._clock_ms()
        faces = self._vision.count_faces(frame)
        if faces is not None:
            self._looks.append((at, faces > 0))
