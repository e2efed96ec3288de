"""The window's side of the vision worker: starts it, asks it, and starts it anew should it die.

Calls wait for their answer and may come from any thread but the window's own; one runs at a time.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.capture.camera import CAMERA_LOST
from app.capture.frames import Frame
from app.capture.live_page import LivePage
from app.capture.liveness import LivenessProgress
from app.capture.memory import TOO_HEAVY
from app.capture.session import LivenessOutcome
from app.capture.worker import serve
from app.domain.challenge import LivenessPlan
from app.domain.condition import Condition, Kind
from app.domain.face import EngineFacts, FaceMatch, FrameSource

if TYPE_CHECKING:
    import numpy as np

    from app.capture.feed import CameraFeed

log = logging.getLogger(__name__)

VISION_RESTARTED = Kind(
    "vision.restarted", zh="图像识别中断了，已重新启动", zh_next="请把刚才这一步重做一次，已保存的内容不受影响。",
    en="Image analysis stopped and was started again", en_next="Do this step once more; nothing saved is lost.")
VISION_STOPPED = Kind(
    "vision.stopped", zh="图像识别没有运行", zh_next="请重新打开本程序。",
    en="Image analysis is not running", en_next="Open the program again.")

VISION_FAULT = Kind(
    "vision.fault", zh="图像识别出错了，已记入日志", zh_next="请再做一次；若再次出现，请把日志交给技术支持。",
    en="Image analysis failed, which is now in the log", en_next="Try once more; if it happens again, send the log to support.")

FACES = "app.capture.session:"
FRAME_BYTES = 1920 * 1080 * 3
ANSWER_LIMIT_S = 120.0
CLOSE_S = 1.0
ARRIVALS = 240
SILENT_S = 3.0


class VisionFault(RuntimeError):
    """A bug inside the worker: the error's class and the lines it went through, without its text."""


class Vision:
    """The worker process and its pipe. ``start`` is quick; models load at first need or through ``warm``.

    ``pack`` is the folder of the model pack for faces, None for the built-in one.
    """

    def __init__(self, pack: Path | None = None) -> None:
        self._pack = pack
        self._context = multiprocessing.get_context("spawn")
        self._pixels = self._context.RawArray("B", FRAME_BYTES)
        self._lock = threading.Lock()
        self._process = self._pipe = None
        self._closing = False

    def start(self) -> None:
        with self._lock:
            if self._process is None:
                self._closing = False
                self._launch()

    def warm(self, *functions: str) -> threading.Thread:
        """Load the face models in the background, then call the named functions (``module:function``) likewise."""
        def run() -> None:
            for name in (FACES + "warm", *functions):
                try:
                    self.call(name)
                except Condition as trouble:
                    log.warning("warming up: %s", trouble.code)

        thread = threading.Thread(target=run, name="vision-warm", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """End the worker within about two seconds, politely if idle; who waits for an answer gets a condition."""
        self._closing = True
        if not self._lock.acquire(timeout=CLOSE_S):
            with suppress(ValueError, AttributeError):  # its caller may be letting go of it this moment
                self._process.kill()
            self._lock.acquire()
        try:
            if self._process is not None:
                self._pipe.close()
                self._process.join(CLOSE_S)
                self._process.kill()
                self._process.join()
                self._forget()
        finally:
            self._lock.release()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def call(self, name: str, *args: Any, **options: Any) -> Any:
        """Call ``module:function`` of app.capture in the worker. Its conditions are raised here as they are."""
        with self._lock:
            return self._ask("call", (name, *args), options)

    def call_within(self, limit_s: float, name: str, *args: Any) -> Any:
        """``call`` that ends the worker where no answer has come after ``limit_s``. Raises ``vision.restarted`` then."""
        with self._lock:
            return self._ask("call", (name, *args), limit_s=limit_s)

    def begin_liveness(self, plan: LivenessPlan, source: FrameSource) -> None:
        """Begin an attempt, forgetting any before."""
        with self._lock:
            self._ask("begin", (plan, source))

    def liveness_frame(self, frame: Frame) -> LivenessProgress | None:
        """Analyse one frame; None where the worker was busy and the frame was dropped."""
        return self._ask_if_idle("frame", frame, frame.t_s, frame.source, frame.earlier_s)

    def look(self, frame: Frame, kind: str) -> LivePage | None:
        """Find the page of a paper read as ``kind`` in one frame; None where the worker was busy and the frame was dropped."""
        return self._ask_if_idle("look", _fitting(frame), kind)

    def count_faces(self, frame: Frame) -> int | None:
        """How many sure faces a frame shows; None where the worker was busy and the frame was dropped."""
        return self._ask_if_idle("count_faces", frame)

    def _ask_if_idle(self, act: str, frame: Frame, *args: Any) -> Any:
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._ask_frame(act, frame.image, args)
        finally:
            self._lock.release()

    def _ask_frame(self, act: str, image: np.ndarray, args: tuple) -> Any:
        """A request about a picture, which goes through the shared memory where it fits in; under the lock."""
        flat = image.reshape(-1)
        if flat.size > FRAME_BYTES:
            return self._ask(act, (image.shape, *args, image))
        memoryview(self._pixels).cast("B")[:flat.size] = flat.data
        return self._ask(act, (image.shape, *args))

    def finish_liveness(self, portrait_jpeg: bytes | None) -> LivenessOutcome:
        """Verdict of the attempt as it stands; may be asked again with another portrait."""
        with self._lock:
            return self._ask("finish", (portrait_jpeg,))

    def forget_liveness(self) -> None:
        """Let go of the attempt with its frames and embeddings. A worker that was lost has let go of them already."""
        with self._lock, suppress(Condition):
            self._ask("forget", ())

    def engine_facts(self) -> EngineFacts:
        """The face engine in use. Raises ``models.*`` where its pack is not sound."""
        return self.call(FACES + "engine_facts")

    def match(self, a: bytes, b: bytes) -> FaceMatch:
        """Compare the one face in each of two encoded pictures."""
        return self.call(FACES + "match_pictures", a, b)

    def run_liveness(self, video: Path, plan: LivenessPlan, portrait_jpeg: bytes | None = None) -> LivenessOutcome:
        """Judge a whole video file as one attempt."""
        return self.call(FACES + "run_video", str(video), plan, portrait_jpeg)

    def _ask(self, act: str, args: tuple, options: dict | None = None, limit_s: float = ANSWER_LIMIT_S) -> Any:
        """One request and its answer, under the lock. A worker that is dead, silent or out of memory is replaced."""
        if self._process is None:
            raise VISION_STOPPED()
        try:
            self._pipe.send((act, args, options or {}))
            if not self._pipe.poll(limit_s):
                raise TimeoutError
            kind, value = self._pipe.recv()
        except (EOFError, OSError) as trouble:
            self._relaunch(type(trouble).__name__)
            raise VISION_RESTARTED() from trouble
        if kind == "condition":
            if value.kind == TOO_HEAVY:
                self._relaunch(value.code)
            raise value
        if kind == "fault":
            name, lines = value
            raise VisionFault(f"{name} in the vision worker\n{lines}")
        return value

    def _launch(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=serve, args=(theirs, self._pixels, self._pack), name="vision", daemon=True)
        self._process.start()
        theirs.close()

    def _relaunch(self, why: str) -> None:
        log.warning("vision worker lost: %s", why)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._pipe.close()
        self._forget()
        if not self._closing:
            self._launch()

    def _forget(self) -> None:
        self._process.close()
        self._process = self._pipe = None


def _fitting(frame: Frame) -> Frame:
    """The frame, made small enough for the shared memory: where a page lies is told in shares of the picture."""
    if frame.image.size <= FRAME_BYTES:
        return frame
    import cv2

    scale = (FRAME_BYTES / frame.image.size) ** 0.5
    size = tuple(int(side * scale) for side in frame.image.shape[1::-1])
    return replace(frame, image=cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA))


class LivenessWatch:
    """Carries a feed's newest frames to the liveness attempt on a thread of its own, until it is over.

    A camera that gives no frame for ``silent_s`` seconds ends it with what ails the camera.
    """

    def __init__(self, vision: Vision, feed: CameraFeed, on_progress: Callable[[LivenessProgress], None],
                 on_trouble: Callable[[Condition], None], silent_s: float = SILENT_S) -> None:
        self._vision, self._feed, self._silent_s = vision, feed, silent_s
        self._on_progress, self._on_trouble = on_progress, on_trouble
        self._frame: Frame | None = None
        self._arrived: deque[float] = deque(maxlen=ARRIVALS)
        self._earlier_s: list[float] = []
        self._handed_s = -1.0
        self._new, self._stopping = threading.Event(), False
        self._leave = feed.subscribe(self._take, "motion")
        self._thread = threading.Thread(target=self._run, name="liveness", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; not to be called from the callbacks, which end by themselves."""
        self._stopping = True
        self._new.set()
        self._thread.join()

    def _take(self, frame: Frame) -> None:
        self._arrived.append(frame.t_s)
        self._frame = frame
        self._new.set()

    def _run(self) -> None:
        try:
            while not self._stopping:
                if not self._new.wait(self._silent_s):
                    raise self._feed.error or CAMERA_LOST()
                self._new.clear()
                progress = self._hand_on() if self._frame and not self._stopping else None
                if progress is not None:
                    self._on_progress(progress)
                    if progress.finished:
                        return
        except Condition as trouble:
            self._on_trouble(trouble)
        except VisionFault as fault:
            log.error("the liveness attempt ends with a bug: %s", fault)
            self._on_trouble(VISION_FAULT())
        finally:
            self._leave()

    def _hand_on(self) -> LivenessProgress | None:
        """The newest frame to the worker, with the times of those that came since the last one it took."""
        frame = self._frame
        while self._arrived and self._arrived[0] < frame.t_s:
            earlier_s = self._arrived.popleft()
            if earlier_s > self._handed_s:
                self._earlier_s.append(earlier_s)
        progress = self._vision.liveness_frame(replace(frame, earlier_s=tuple(self._earlier_s[-ARRIVALS:])))
        if progress is not None:
            self._handed_s = frame.t_s
            self._earlier_s.clear()
        return progress
