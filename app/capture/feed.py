"""A thread that reads a camera and keeps its newest frame, so that preview, recording and analysis share one camera."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from app.capture.camera import CAMERA_BLACK, CAMERA_FROZEN, CAMERA_LOST, Camera, is_device
from app.capture.frames import Frame
from app.domain.condition import Condition
from app.domain.face import FrameSource
from app.domain.fault import described

log = logging.getLogger(__name__)

RETRY_S = 1.0
FPS_WINDOW_S = 2.0
PASSING = {CAMERA_BLACK.code, CAMERA_FROZEN.code}
Subscriber = Callable[[Frame], None]
Wants = Literal["", "pages", "motion"]


class CameraFeed:
    """Reads in its own thread; subscribers are called there and must be quick. Times never fall, also over switches.

    A camera that is missing or lost is tried again every second; ``error`` says what is wrong until frames come again.
    A file that ended stays ended, until ``switch``. A device is opened for its most pixels while somebody wants "pages" and
    nobody "motion" (recording, liveness), else for 1280 × 720 at its full rate.
    """

    def __init__(self, spec: int | str, *, name: str = "", loop: bool = False,
                 opener: Callable[..., Camera] = Camera.open) -> None:
        self._wanted = (spec, name, loop)
        self._opener = opener
        self._subscribers: list[tuple[Subscriber, Wants]] = []
        self._frame: Frame | None = None
        self._still, self._last_s = False, -1.0
        self._arrivals: deque[float] = deque()
        self._changed, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._began = time.monotonic()
        self.error: Condition | None = None
        self.source: FrameSource | None = None

    def start(self) -> None:
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop reading and let the camera go; returns when it is released."""
        self._stopping.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def switch(self, spec: int | str, *, name: str = "", loop: bool = False) -> None:
        """Read another camera from the next frame on."""
        self._wanted = (spec, name, loop)
        self._changed.set()

    def latest(self) -> Frame | None:
        return self._frame

    def subscribe(self, subscriber: Subscriber, wants: Wants = "") -> Callable[[], None]:
        """Call ``subscriber`` with every frame on the camera's thread; the answer unsubscribes. Who wants "motion" gets no
        frame of a device that is still open for pages."""
        entry = subscriber, wants
        self._subscribers.append(entry)
        self._settle()

        def leave() -> None:
            with suppress(ValueError):
                self._subscribers.remove(entry)
            self._settle()

        return leave

    def _settle(self) -> None:
        """Open the device anew where what is wanted of it has changed; until then there is no newest frame."""
        if self._wants_still() != self._still:
            self._frame = None
            self._changed.set()

    def _wants_still(self) -> bool:
        wants = {wanted for _, wanted in tuple(self._subscribers)}
        return "pages" in wants and "motion" not in wants and is_device(self._wanted[0])

    @property
    def fps(self) -> float:
        """Frames a second over the last two seconds."""
        now = time.monotonic()
        recent = [t for t in list(self._arrivals) if now - t <= FPS_WINDOW_S]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 2 else 0.0

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._changed.clear()
            spec, name, loop = self._wanted
            before, self._still = self._still, self._wants_still()
            if self._still != before:
                self._frame = None
            wait_s: float | None = RETRY_S
            try:
                with self._opener(spec, name=name, loop=loop, still=self._still) as camera:
                    wait_s = None if camera.source.kind == "file" else RETRY_S
                    self._read(camera)
            except Condition as trouble:
                self._report(trouble)
                self._changed.wait(wait_s)
            except Exception as error:  # noqa: BLE001 - the thread's boundary: without it the last picture would stand for ever
                log.error("reading the camera failed: %s", described(error))
                self._report(CAMERA_LOST())
                self._changed.wait(RETRY_S)

    def _read(self, camera: Camera) -> None:
        self.source = camera.source
        offset = max(time.monotonic() - self._began, self._last_s + 0.001)
        while not self._changed.is_set():
            try:
                frame = camera.read()
            except Condition as trouble:
                if trouble.code not in PASSING:
                    raise
                self._report(trouble)
                continue
            if not self._changed.is_set():
                self._publish(Frame(image=frame.image, t_s=offset + frame.t_s, source=frame.source))

    def _publish(self, frame: Frame) -> None:
        self._frame, self._last_s, self.error = frame, frame.t_s, None
        self._arrivals.append(time.monotonic())
        while len(self._arrivals) > 240:
            self._arrivals.popleft()
        for entry in tuple(self._subscribers):
            subscriber, wants = entry
            if self._still and wants == "motion":
                continue
            try:
                subscriber(frame)
            except Exception as error:  # noqa: BLE001 - one watcher's bug must not blind the others
                log.error("a watcher of the camera failed and sees no more: %s", described(error))
                with suppress(ValueError):
                    self._subscribers.remove(entry)

    def _report(self, trouble: Condition) -> None:
        if self.error is None or self.error.code != trouble.code:
            log.warning("camera trouble: %s", trouble.code)
        self.error = trouble
