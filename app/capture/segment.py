"""One stretch of the recording as a WebM file of its own (VP9, Opus), written in memory: no plain video on disk.

Its clusters are short and come out as they fill, so that whoever keeps them as they come loses little to a kill.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.capture.sound import RATE

if TYPE_CHECKING:
    import av
    import numpy as np

MEDIA_TYPE = "video/webm"
OPUS_FRAME = RATE // 50
# Milliseconds, and microseconds that one track may wait for the other: together the most that is not yet in ``fresh``.
_CLUSTERS = {"cluster_time_limit": "200", "flush_packets": "1", "max_interleave_delta": "200000"}
_VP9 = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "1", "g": "100"}


@dataclass(frozen=True, eq=False)
class Segment:
    """A closed stretch. Times are milliseconds on the recorder's clock; ``frames`` counts pictures."""

    index: int
    data: bytes
    start_ms: int
    end_ms: int
    frames: int
    audio: bool
    media_type: str = MEDIA_TYPE


@dataclass(frozen=True, eq=False)
class Piece:
    """What has been added to the segment that began at ``start_ms``: whole clusters, to be appended to those before."""

    index: int
    start_ms: int
    data: bytes


@dataclass(frozen=True)
class Picture:
    """Size and rate of the recorded picture. Frames are scaled to fit ``width`` x ``height``, keeping their shape."""

    width: int = 1280
    height: int = 720
    fps: int = 25
    bit_rate: int = 900_000

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """Even size for a frame of this size; never enlarged."""
        scale = min(1.0, self.width / width, self.height / height)
        return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


class SegmentWriter:
    """Encodes pictures and sound that begin at ``start_s``; ``close`` gives the finished segment."""

    def __init__(self, index: int, start_s: float, frame_size: tuple[int, int], picture: Picture, audio: bool) -> None:
        import av

        self.index, self.start_s, self.frame_size, self.frames = index, start_s, frame_size, 0
        self._buffer = io.BytesIO()
        self._handed = 0
        self._container = av.open(self._buffer, "w", format="webm", options=_CLUSTERS)
        self._size = picture.fit(*frame_size)
        self._video = self._add_video(picture)
        self._audio = self._container.add_stream("libopus", rate=RATE, layout="mono") if audio else None
        if self._audio is not None:
            self._audio.codec_context.bit_rate = 32_000
        self._last_pts = -1

    def _add_video(self, picture: Picture) -> "av.VideoStream":
        from fractions import Fraction

        stream = self._container.add_stream("libvpx-vp9", rate=picture.fps, options=_VP9)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.bit_rate = picture.bit_rate
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, 1000)
        return stream

    def add_frame(self, image: "np.ndarray", at_s: float) -> None:
        """A BGR picture of ``frame_size``, shown from ``at_s`` on."""
        import av

        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame = frame.reformat(*self._size, format="yuv420p")
        self._last_pts = max(self._last_pts + 1, round((at_s - self.start_s) * 1000))
        frame.pts, frame.time_base = self._last_pts, self._video.codec_context.time_base
        self._container.mux(self._video.encode(frame))
        self.frames += 1

    def add_sound(self, samples: "np.ndarray", index: int) -> None:
        """Whole Opus frames of samples; ``index`` is the first one's place on the recorder's clock."""
        import av
        from numpy import newaxis

        first = index - round(self.start_s * RATE)
        for offset in range(0, len(samples), OPUS_FRAME):
            part = samples[offset : offset + OPUS_FRAME]
            frame = av.AudioFrame.from_ndarray(part[newaxis, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, first + offset
            self._container.mux(self._audio.encode(frame))

    def fresh(self) -> Piece | None:
        """What the muxer has written since the last call; it goes back to what is written only in ``close``."""
        data = self._buffer.getbuffer()[self._handed:].tobytes()
        self._handed += len(data)
        return Piece(self.index, round(self.start_s * 1000), data) if data else None

    @property
    def audio(self) -> bool:
        return self._audio is not None

    def close(self, end_s: float) -> Segment:
        for stream in (self._video, self._audio):
            if stream is not None:
                self._container.mux(stream.encode(None))
        self._container.close()
        start_ms, end_ms = round(self.start_s * 1000), round(end_s * 1000)
        return Segment(self.index, self._buffer.getvalue(), start_ms, end_ms, self.frames, self.audio)
