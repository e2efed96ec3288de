"""Hands what is recorded to the disk on threads of its own, so that a slow disk never holds up picture or sound."""

import threading
from collections.abc import Callable
from itertools import groupby
from typing import Any

from app.capture.segment import Piece, Segment
from app.domain.condition import Condition


class Keeper:
    """Takes pieces and closed segments, each kind in its order and on its thread, so that keeping a whole segment does not hold
    up the pieces of the next. ``stop`` returns when all have been offered.

    Where ``on_piece`` raises a Condition, ``on_full`` is told and no more pieces are offered. Where ``on_segment`` does, the
    segment waits, to be offered again with the next one and by ``deliver``; ``on_trouble`` is told. Any other error is a
    bug: it is left in ``failure``, and ``on_failure`` is told.
    """

    def __init__(self, on_piece: Callable[[Piece], None], on_segment: Callable[[Segment], None], *,
                 on_full: Callable[[Condition], None], on_trouble: Callable[[Condition], None],
                 on_failure: Callable[[Exception], None]) -> None:
        self._on_piece, self._on_segment = on_piece, on_segment
        self._on_full, self._on_trouble, self._on_failure = on_full, on_trouble, on_failure
        self._waiting: list[Segment] = []
        self._full = False
        self._lines = (_Line("pieces", self._keep_pieces, self._failed), _Line("segments", self._keep_segments, self._failed))
        self.failure: Exception | None = None

    def start(self) -> None:
        for line in self._lines:
            line.start()

    def put_piece(self, piece: Piece) -> None:
        self._lines[0].put(piece)

    def put_segment(self, segment: Segment) -> None:
        self._lines[1].put(segment)

    def stop(self) -> None:
        for line in self._lines:
            line.stop()

    @property
    def held(self) -> int:
        """How many segments ``on_segment`` has refused."""
        return len(self._waiting)

    def deliver(self) -> int:
        """Offer again what ``on_segment`` refused; how many segments are still held."""
        while self._waiting:
            try:
                self._on_segment(self._waiting[0])
            except Condition as trouble:
                self._on_trouble(trouble)
                break
            del self._waiting[0]
        return len(self._waiting)

    def _keep_segments(self, segments: list[Segment]) -> None:
        self._waiting += segments
        self.deliver()

    def _keep_pieces(self, pieces: list[Piece]) -> None:
        """Those of one segment that came while the disk was busy go to it together."""
        for (index, start_ms), group in groupby(pieces, key=lambda piece: (piece.index, piece.start_ms)):
            if self._full:
                return
            try:
                self._on_piece(Piece(index, start_ms, b"".join(piece.data for piece in group)))
            except Condition as trouble:
                self._full = True
                self._on_full(trouble)

    def _failed(self, error: Exception) -> None:
        self.failure = error
        self._on_failure(error)


class _Line:
    """A thread that does ``act`` with whatever has come since it last looked, until it is stopped and all is done."""

    def __init__(self, name: str, act: Callable[[list[Any]], None], failed: Callable[[Exception], None]) -> None:
        self._act, self._failed = act, failed
        self._news = threading.Condition()
        self._come: list[Any] = []
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"keeper-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, what: Any) -> None:
        with self._news:
            self._come.append(what)
            self._news.notify()

    def stop(self) -> None:
        with self._news:
            self._stopping = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while come := self._next():
                self._act(come)
        except Exception as error:  # noqa: BLE001 - the thread's boundary: told at once, raised where the recording is stopped
            self._failed(error)

    def _next(self) -> list[Any]:
        with self._news:
            self._news.wait_for(lambda: self._come or self._stopping)
            come, self._come = self._come, []
        return come
