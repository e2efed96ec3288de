"""The vision worker: one process that does the heavy looking, one request at a time, until its pipe closes.

Functions are named ``module:function`` and imported when first asked for, so that the worker knows no room by heart.
"""

from __future__ import annotations

import os
import signal
from importlib import import_module
from traceback import extract_tb

from app.capture.frames import Frame
from app.domain.condition import Condition
from app.store.dumps import refuse_dumps

PREFIX = "app.capture."


def serve(connection, pixels, pack=None) -> None:
    """Answer requests until the other end goes away. ``pixels`` is the shared memory of frames, ``pack`` the model pack."""
    refuse_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window, which then closes the pipe
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    import cv2

    cv2.setNumThreads(1)
    from app.capture.session import use_pack

    use_pack(pack)
    hand = Hand(pixels)
    while True:
        try:
            request = connection.recv()
        except (EOFError, OSError):
            return
        if request is None:
            return
        connection.send(_answer(hand, *request))


class Hand:
    """Does what a request names and holds the liveness attempt in progress."""

    def __init__(self, pixels) -> None:
        self._pixels = pixels
        self._attempt = None

    def call(self, name: str, *args, **options):
        module, function = name.split(":")
        if not module.startswith(PREFIX):
            raise ValueError("the worker calls functions of app.capture only")
        return getattr(import_module(module), function)(*args, **options)

    def begin(self, plan, source) -> None:
        from app.capture.session import Attempt, engine

        self._attempt = Attempt(engine(), plan, source)

    def frame(self, shape, t_s, source, earlier_s=(), image=None):
        image = self._picture(shape) if image is None else image
        return self._open().frame(Frame(image=image, t_s=t_s, source=source, earlier_s=earlier_s))

    def look(self, shape, kind, image=None):
        from app.capture.live_page import look

        return look(self._picture(shape) if image is None else image, kind)

    def count_faces(self, shape, image=None) -> int:
        from app.capture.session import engine

        faces = engine().faces(self._picture(shape) if image is None else image, wide=True)
        return sum(face.sure for face in faces)

    def _picture(self, shape):
        """The frame that lies in the shared memory."""
        import numpy as np

        return np.frombuffer(self._pixels, np.uint8, shape[0] * shape[1] * shape[2]).reshape(shape)

    def finish(self, portrait_jpeg):
        return self._open().finish(portrait_jpeg)

    def forget(self) -> None:
        self._attempt = None

    def _open(self):
        from app.capture.session import ATTEMPT_OVER

        if self._attempt is None:
            raise ATTEMPT_OVER()
        return self._attempt


def _answer(hand: Hand, act: str, args: tuple, options: dict) -> tuple:
    try:
        return "done", getattr(hand, act)(*args, **options)
    except Condition as trouble:
        return "condition", trouble
    except Exception as fault:  # noqa: BLE001 - handed to the caller, who raises it there
        lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(fault.__traceback__)]
        return "fault", (type(fault).__name__, "\n".join(lines))  # not its text, which may hold personal data
