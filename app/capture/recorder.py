"""The recorded interview: the camera's frames and the microphone on one clock, cut into segments that stand alone.

Frames are stamped as they arrive and sound is counted in samples on the same monotonic clock. Encoding happens on the
recorder's thread, keeping on the keeper's; when encoding falls behind, frames are dropped and counted.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from app.capture.frames import Frame
from app.capture.keeper import Keeper
from app.capture.loudness import Loudness
from app.capture.microphone import Microphone
from app.capture.recording import FrameFeed, Gap, Stats, Summary
from app.capture.segment import OPUS_FRAME, Picture, Piece, Segment, SegmentWriter
from app.capture.sound import RATE, Block, SoundLine
from app.domain.condition import Condition, Kind
from app.domain.fault import described

log = logging.getLogger(__name__)
CAMERA_LOST = Kind(
    "recorder.camera_lost",
    zh="录制中摄像头没有画面，已保存此前的录像。",
    zh_next="请检查摄像头的连接；画面恢复后会自动继续录制，中断时段会被记录。",
    en="The camera gives no picture while recording; what was recorded so far is kept.",
    en_next="Check the camera's cable; recording goes on by itself once it is back, and the gap is noted.",
)
RECORDER_FAILED = Kind(
    "recorder.failed", zh="录制出错，已经停止。", zh_next="请结束双录，再重新开始；已落盘的各段不会丢失。",
    en="The recorder failed and has stopped.",
    en_next="Finish the recording and start again; the segments already on disk are kept.",
)
QUEUE, QUEUE_S = 12, 0.5  # pictures that wait to be encoded; what waits is lost with a kill
SOUND_WAIT_S = 1.5  # sound devices hand over up to 0.7 s at a time
SILENT_CAMERA_S = 3.0
_TICK_S = 0.1


class Recorder:
    """``start`` once, ``pause``/``resume`` at will, ``stop`` once.

    ``on_piece`` gets what belongs to a segment as soon as it is written, ``on_segment`` the closed segment. Where ``on_piece``
    raises a Condition (disk full) the recording ends by itself, in order. ``on_segment`` may raise one too: the segment is
    kept in memory and offered again with the next one and by ``deliver()``. ``on_trouble`` gets every Condition. All are called
    on threads of the recorder.
    """

    def __init__(
        self,
        feed: FrameFeed,
        microphone: Microphone | None,
        on_segment: Callable[[Segment], None],
        on_trouble: Callable[[Condition], None] = lambda trouble: None,
        *,
        on_piece: Callable[[Piece], None] = lambda piece: None,
        segment_s: float = 30.0,
        picture: Picture | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < segment_s <= 60:
            raise ValueError(segment_s)
        self._feed, self._microphone = feed, microphone
        self._on_trouble = on_trouble
        self._keeper = Keeper(on_piece, on_segment, on_full=self._break_off, on_trouble=self._report, on_failure=self._failed)
        self._segment_s, self._picture, self._clock = segment_s, picture or Picture(), clock
        self._zero: float | None = None
        self._ended_s: float | None = None
        self._news = threading.Condition()
        self._frames: deque[tuple[float, Frame | str]] = deque()  # a text is the reason of a pause that began there
        self._sound: SoundLine | None = None
        self._loudness = Loudness()
        self._sound_lost: tuple[float, str] | None = None
        self._audio_reason = "" if microphone is not None else "microphone.missing"
        self._writer: SegmentWriter | None = None
        self._closed: list[Segment] = []
        self._gaps: list[Gap] = []
        self._gap: tuple[float, str] | None = None
        self._pause = ""
        self._ending: list[tuple[SegmentWriter, float]] = []
        self._last_frame_s = 0.0
        self._next_due_s = 0.0
        self._dropped = 0
        self._rate: deque[float] = deque(maxlen=50)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    # what a person does -----------------------------------------------------------------------------------------

    def start(self) -> None:
        self._zero = self._clock()
        self._open_microphone()
        self._keeper.start()
        self._thread.start()
        self._leave = self._feed.subscribe(self._on_frame, "motion")

    def pause(self, reason: str) -> None:
        """Close the running segment; the clock goes on and the gap is noted with its reason."""
        with self._news:
            self._pause = reason
            self._frames.append((self._now(), reason))
            self._news.notify()

    def resume(self) -> None:
        if self._microphone is not None and self._microphone.trouble is not None:
            self._microphone.stop()
            self._open_microphone()
        with self._news:
            self._pause = ""

    def stop(self) -> Summary:
        """End the recording; every segment has been offered to ``on_segment`` when this returns."""
        self.end()
        failure = self._failure or self._keeper.failure
        if failure is not None:
            raise failure
        return self._summary()

    def end(self) -> None:
        """Let go of camera, microphone and thread, whether or not recording went well."""
        self._leave()
        with self._news:
            self._ended_s = self._now() if self._ended_s is None else self._ended_s
            self._news.notify()
        self._thread.join()
        self._keeper.stop()
        if self._microphone is not None:
            self._microphone.stop()

    def deliver(self) -> int:
        """Offer again what ``on_segment`` refused; how many segments are still held."""
        return self._keeper.deliver()

    @property
    def elapsed_ms(self) -> int:
        """Milliseconds since ``start``, pauses included; stands still after ``stop``."""
        if self._zero is None:
            return 0
        return round((self._now() if self._ended_s is None else self._ended_s) * 1000)

    def stats(self) -> Stats:
        times = list(self._rate)
        fps = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 and self._writer is not None else 0.0
        sounding = self._sound is not None and not self._audio_reason
        return Stats(
            elapsed_ms=self.elapsed_ms,
            fps=round(fps, 1),
            dropped=self._dropped,
            level=self._microphone.level if self._microphone is not None else 0.0,
            audio=sounding,
            quiet_s=round(self._loudness.quiet_s(self._now()), 1) if sounding else 0.0,
            segments=len(self._closed),
            rolling=self._writer is not None and not self._pause and not self._over,
            paused=self._pause,
            over=self._over,
        )

    @property
    def _over(self) -> bool:
        return self._ended_s is not None or self._failure is not None

    # what comes in ----------------------------------------------------------------------------------------------

    def _now(self) -> float:
        return self._clock() - self._zero

    def _open_microphone(self) -> None:
        if self._microphone is None:
            return
        try:
            self._microphone.start(self._on_block)
        except Condition as trouble:
            self._audio_reason = trouble.code
            self._on_trouble(trouble)
        else:
            self._sound = self._sound or SoundLine(self._zero)
            self._end_sound_gap(self._now())
            self._audio_reason = ""

    def _end_sound_gap(self, end_s: float) -> None:
        if self._sound_lost is not None:
            self._gaps.append(_gap(*self._sound_lost, end_s, sound_only=True))
            self._sound_lost = None

    def _on_block(self, block: Block) -> None:
        with self._news:
            if self._sound is not None:
                self._loudness.hear(block.at + block.seconds - self._zero, block.seconds, self._microphone.level)
                self._sound.put(block)
                self._news.notify()

    def _on_frame(self, frame: Frame) -> None:
        now, period = self._now(), 1 / self._picture.fps
        with self._news:
            self._last_frame_s = now
            if self._pause or self._ended_s is not None or now < self._next_due_s - period / 2:
                return
            self._next_due_s = max(self._next_due_s + period, now - period / 2)
            if len(self._frames) >= QUEUE or (self._frames and now - self._frames[0][0] > QUEUE_S):
                self._dropped += 1
                return
            self._frames.append((now, frame))
            self._news.notify()

    # the recorder's thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._step():
                pass
        except Exception as error:  # noqa: BLE001 - the thread's boundary: told at once here, raised by ``stop``
            self._failure = error
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        log.error("the recorder failed: %s", described(error))
        self._break_off(RECORDER_FAILED())

    def _step(self) -> bool:
        """One frame, or one look around. False when everything is recorded and offered."""
        with self._news:
            if not self._frames:
                self._news.wait(_TICK_S)
            taken = self._frames.popleft() if self._frames else None
            ended_s = self._ended_s
        if taken is not None:
            act = self._interrupt if isinstance(taken[1], str) else self._record
            act(*taken)
        elif ended_s is not None:
            self._end_segment(ended_s)
        elif self._now() - self._last_frame_s > SILENT_CAMERA_S and self._gap is None:
            self._interrupt(self._last_frame_s + 1 / self._picture.fps, "camera_lost")
            self._report(CAMERA_LOST())
        self._pump_sound()
        return taken is not None or ended_s is None or bool(self._ending)

    def _record(self, at_s: float, frame: Frame) -> None:
        size = (frame.image.shape[1], frame.image.shape[0])
        writer = self._writer
        if writer is not None and (at_s - writer.start_s >= self._segment_s or writer.frame_size != size):
            self._end_segment(at_s)
        if self._gap is not None:
            self._gaps.append(_gap(*self._gap, at_s))
            self._gap = None
        if self._writer is None:
            index = len(self._closed) + len(self._ending)
            self._writer = SegmentWriter(index, at_s, size, self._picture, audio=self._sound is not None)
        self._writer.add_frame(frame.image, at_s)
        self._hand_on(self._writer)
        self._rate.append(at_s)

    def _interrupt(self, at_s: float, reason: str) -> None:
        self._end_segment(at_s)
        if self._gap is None:
            self._gap = (at_s, reason)

    def _end_segment(self, end_s: float) -> None:
        if self._writer is not None:
            self._ending.append((self._writer, end_s))
            self._writer = None
            self._rate.clear()

    def _hand_on(self, writer: SegmentWriter) -> None:
        """Have kept what the muxer has written."""
        piece = writer.fresh()
        if piece is not None:
            self._keeper.put_piece(piece)

    def _break_off(self, trouble: Condition) -> None:
        """End by itself, in order, what cannot go on."""
        with self._news:
            self._ended_s = self._now() if self._ended_s is None else self._ended_s
            self._news.notify()
        self._report(trouble)

    def _pump_sound(self) -> None:
        """Write the sound that has come to its segments; finish those that have all of theirs."""
        self._look_at_microphone()
        while self._ending:
            writer, end_s = self._ending[0]
            if not self._write_sound(writer, end_s):
                return
            del self._ending[0]
            segment = writer.close(end_s)
            self._closed.append(replace(segment, data=b""))
            self._keeper.put_segment(segment)
        if self._writer is not None:
            self._write_sound(self._writer, None)
            self._hand_on(self._writer)

    def _write_sound(self, writer: SegmentWriter, end_s: float | None) -> bool:
        """Is the sound of ``writer`` complete? What will not come any more becomes silence."""
        if not writer.audio:
            return True
        with self._news:
            line = self._sound
            line.read(round(writer.start_s * RATE))  # what was heard in a gap belongs to no segment
            index, whole, done = line.cursor, max(0, line.until - line.cursor) // OPUS_FRAME, False
            if end_s is not None:
                # the Opus frame astride the end belongs to this segment
                rest = -((index - round(end_s * RATE)) // OPUS_FRAME)
                done = whole >= rest or self._now() - end_s > SOUND_WAIT_S or not self._microphone.running
                whole = max(0, rest) if done else whole
            samples = line.read(index + whole * OPUS_FRAME)
        writer.add_sound(samples, index)
        return done

    def _look_at_microphone(self) -> None:
        trouble = self._microphone.trouble if self._microphone is not None else None
        if trouble is not None and self._audio_reason != trouble.code:
            self._audio_reason, self._sound_lost = trouble.code, (self._now(), trouble.code)
            self._report(trouble)

    def _report(self, trouble: Condition) -> None:
        log.warning("recording: %s", trouble.code)
        self._on_trouble(trouble)

    def _summary(self) -> Summary:
        if self._gap is not None:
            self._gaps.append(_gap(*self._gap, self._ended_s))
        self._end_sound_gap(self._ended_s)
        return Summary(
            duration_ms=self.elapsed_ms,
            recorded_ms=sum(segment.end_ms - segment.start_ms for segment in self._closed),
            segments=len(self._closed),
            frames=sum(segment.frames for segment in self._closed),
            dropped=self._dropped,
            audio=any(segment.audio for segment in self._closed),
            audio_reason=self._audio_reason,
            quiet_share=self._loudness.quiet_share,
            gaps=tuple(self._gaps),
            undelivered=self._keeper.held,
        )


def _gap(start_s: float, reason: str, end_s: float, *, sound_only: bool = False) -> Gap:
    return Gap(round(start_s * 1000), round(end_s * 1000), reason, sound_only)
