"""The booth: camera, microphone, place and the vision worker, as the desk and the window use them.

Callbacks arrive on the camera's or a worker's thread; whoever paints crosses over to its own.
"""

import threading
from collections.abc import Callable

from app.capture.camera import DEVICE, HARDWARE
from app.capture.camera_identity import listed
from app.capture.face_pictures import Template, Together
from app.capture.face_watch import FaceWatch
from app.capture.feed import CameraFeed, Wants
from app.capture.frames import Frame
from app.capture.location import Locator
from app.capture.microphone import Microphone, microphones
from app.capture.page_watch import PageSeen, PageWatch
from app.capture.picture import encode_jpeg
from app.capture.recorder import Recorder, Summary
from app.capture.scene import Likeness, Look
from app.capture.segment import Piece, Segment
from app.capture.session import LivenessOutcome
from app.capture.vision import LivenessProgress, LivenessWatch, Vision
from app.desk.reader import READING, Reader
from app.desk.views import CameraState, RecordingState
from app.domain.challenge import Action, LivenessPlan
from app.domain.clock import Heard
from app.domain.condition import Condition, Kind
from app.domain.face import FaceMatch, FrameSource
from app.domain.place import Fix
from app.domain.preferences import NO_MICROPHONE

SAME_PICTURE = "app.capture.same_picture:same_picture"
SCENE = "app.capture.scene"
FACES = "app.capture.face_pictures"
SEALS = "app.capture.seal_sample"

NO_PICTURE = Kind(
    "camera.no_picture", zh="摄像头还没有画面。", zh_next="请稍等一秒，或检查摄像头连接。",
    en="The camera shows no picture yet.", en_next="Wait a second, or check the camera.")
NO_ATTEMPT = Kind(
    "liveness.not_started", zh="还没有做活体检测。", zh_next="请先点“开始检测”。",
    en="No liveness check has been made.", en_next="Press “Start” first.")


RECORDING_RUNS = Kind(
    "recording.runs", zh="正在录制，不能更换摄像头或麦克风。", zh_next="请先结束录制，再到设置里更换。",
    en="A recording runs; camera and microphone stay as they are.", en_next="End the recording, then change them.")


def loops(camera: str) -> bool:
    """A file takes a camera's place for as long as it is needed."""
    return DEVICE.fullmatch(camera) is None and HARDWARE.match(camera) is None


def microphone_of(spec: str) -> Microphone | None:
    return None if spec == NO_MICROPHONE else Microphone(spec)


class Booth(Reader):
    """Owns the devices of the desk. ``start`` opens them, ``warm`` loads the models, ``stop`` lets all of them go."""

    def __init__(self, feed: CameraFeed, locator: Locator, microphone: Microphone | None, vision: Vision) -> None:
        super().__init__(vision)
        self.feed = feed
        self._locator = locator
        self._microphone = microphone
        self._recorder: Recorder | None = None
        self._faces: FaceWatch | None = None
        self._length: Summary | None = None
        self._trouble: Condition | None = None
        self._watch: LivenessWatch | None = None

    def start(self) -> None:
        self.feed.start()
        self._locator.start()

    def satellite_time(self) -> Heard | None:
        return self._locator.time()

    def warm(self) -> None:
        """Start the worker and load its models; returns at once, the loading goes on behind the first page."""
        self.vision.start()
        self.vision.warm(READING + ":warm")

    def stop(self) -> None:
        self.cancel_liveness()
        self.drop_recording()
        self.feed.stop()
        self._locator.stop()
        self.vision.close()

    # -- other devices -------------------------------------------------------------------------------------------

    def cameras(self) -> tuple[tuple[str, str], ...]:
        """The cameras that can be chosen now: hardware id and name."""
        return tuple((camera.hardware_id, camera.name) for _, camera in listed())

    def microphones(self) -> tuple[tuple[str, str], ...]:
        """The microphones that can be chosen now: as ``use_microphone`` takes them, and their names."""
        return microphones()

    def use_camera(self, spec: str) -> None:
        """Read another camera from the next frame on. Raises ``recording.runs``."""
        self._no_recording()
        self.feed.switch(spec, loop=loops(spec))

    def use_microphone(self, spec: str) -> None:
        """Record with another microphone from the next recording on. Raises ``recording.runs``."""
        self._no_recording()
        self._microphone = microphone_of(spec)

    def try_microphone(self) -> Microphone | None:
        """Listen without keeping anything, None without a microphone: its ``level`` tells what it hears until it is told to
        ``stop``. Raises ``recording.runs`` and ``microphone.*``."""
        self._no_recording()
        if self._microphone is not None:
            self._microphone.start(lambda _block: None)
        return self._microphone

    def _no_recording(self) -> None:
        if self._recorder is not None:
            raise RECORDING_RUNS()

    # -- pages before the camera ----------------------------------------------------------------------------------

    def watch_pages(self, reads: str, on_seen: Callable[[PageSeen], None], on_shot: Callable[[bytes], None]) -> PageWatch:
        """Look for a page in the camera's frames until the answer is told to ``stop``; ``on_shot`` gets a page once, when it
        is good and still. Both callbacks come on a thread of their own."""
        return PageWatch(self.vision, self.feed, reads, on_seen, on_shot)

    def seal_image(self, sample: bytes) -> bytes:
        """The company's seal on its sample sheet as PNG with transparency. Raises ``seal_sample.none`` and ``picture.*``."""
        return self.vision.call(SEALS + ":seal_image", sample)

    # -- faces in pictures ---------------------------------------------------------------------------------------

    def check_portrait(self, portrait: bytes) -> None:
        """Raise ``face.*`` or ``picture.*`` unless a card's portrait can be compared."""
        self.vision.call(FACES + ":check_portrait", portrait)

    def face_crop(self, image: bytes) -> bytes:
        """The one face in a picture as a small JPEG. Raises ``face.*`` or ``picture.*`` where it cannot be compared."""
        return self.vision.call(FACES + ":face_crop", image)

    def compare_with_chip(self, portrait: bytes | None, chip_photo: bytes) -> FaceMatch | None:
        """The printed portrait (None = not to be compared) against the chip's photo. Raises ``picture.*`` and ``face.*``
        where the photo cannot be used; None where the print cannot."""
        return self.vision.call(FACES + ":compare_with_chip", portrait, chip_photo)

    def read_together(self, photo: bytes, customer: tuple[bytes, ...], manager: bytes | None) -> Together:
        """The faces of a photo of several people, against pictures of customer and manager where there are any."""
        return self.vision.call(FACES + ":read_together", photo, customer, manager)

    def face_template(self, frames_jpeg: tuple[bytes, ...]) -> Template | None:
        """The face of live frames as numbers; None where none can be compared."""
        return self.vision.call(FACES + ":template", frames_jpeg)

    def alike(self, face: Template, others: tuple[tuple[float, ...], ...]) -> tuple[int, ...]:
        """Which of other templates of the same model pack are this face."""
        return self.vision.call(FACES + ":alike", face, others)

    def same_picture(self, one: bytes, other: bytes) -> bool:
        """Whether two picture files are one picture, sent again or changed a little."""
        return self.vision.call(SAME_PICTURE, one, other)

    def look_at_scene(self, image: bytes, kept: tuple[bytes, ...]) -> Look:
        """The marks of a photograph, and which of the kept ones may be of it."""
        return self.vision.call(SCENE + ":look", image, kept)

    def likeness(self, one: bytes, other: bytes) -> Likeness:
        """Whether two photographs are one, or were taken before one background."""
        return self.vision.call(SCENE + ":likeness", one, other)

    # -- camera --------------------------------------------------------------------------------------------------

    @property
    def camera_state(self) -> CameraState:
        source, error = self.feed.source, self.feed.error
        return CameraState(ok=error is None and self.feed.latest() is not None, fps=round(self.feed.fps, 1),
                           name=source.name if source else "", trouble=error)

    def subscribe(self, callback: Callable[[Frame], None], wants: Wants = "") -> Callable[[], None]:
        """Every frame on the camera's thread; who wants "pages" gets the camera's most pixels while nothing is recorded."""
        return self.feed.subscribe(callback, wants)

    def snapshot(self) -> bytes:
        """The newest frame as JPEG in full size. Raises what ails the camera, or ``camera.no_picture``."""
        return encode_jpeg(self._frame().image)

    def frame_source(self) -> FrameSource:
        return self._frame().source

    def _frame(self) -> Frame:
        if self.feed.error is not None:
            raise self.feed.error
        frame = self.feed.latest()
        if frame is None:
            raise NO_PICTURE()
        return frame

    # -- place ---------------------------------------------------------------------------------------------------

    def find_fix(self, timeout_s: float = 30.0, cancel: threading.Event | None = None) -> Fix:
        """A fresh fix, waiting at most ``timeout_s``. Raises ``place.no_fix`` and its like; the case goes on with a reason."""
        return self._locator.fix(timeout_s, cancel)

    # -- liveness ------------------------------------------------------------------------------------------------

    def measurable_actions(self) -> tuple[Action, ...]:
        """What the face engine in use can tell. Raises ``models.*`` where its pack is not sound."""
        return self.vision.engine_facts().measurable

    def start_liveness(self, plan: LivenessPlan, on_progress: Callable[[LivenessProgress], None],
                       on_trouble: Callable[[Condition], None]) -> None:
        """Run one attempt on the camera's frames. It is over when a progress is ``finished`` or trouble is told."""
        self.cancel_liveness()
        self.vision.begin_liveness(plan, self.frame_source())

        def broken_off(trouble: Condition) -> None:
            self._watch = None  # the worker may have lost the attempt: there is nothing to finish
            on_trouble(trouble)

        self._watch = LivenessWatch(self.vision, self.feed, on_progress, broken_off)
        self._watch.start()

    def cancel_liveness(self) -> None:
        watch, self._watch = self._watch, None
        if watch:
            watch.stop()

    def finish_liveness(self, portrait_jpeg: bytes | None) -> LivenessOutcome:
        """Verdict and match of the attempt just run. Raises ``liveness.not_started`` where there is none."""
        if self._watch is None:
            raise NO_ATTEMPT()
        self.cancel_liveness()
        return self.vision.finish_liveness(portrait_jpeg)

    def match_attempt(self, photo: bytes) -> FaceMatch | None:
        """The attempt that was just finished, against another photo."""
        return self.vision.finish_liveness(photo).match

    def forget_attempt(self) -> None:
        """Frames and embeddings of the attempt leave the memory."""
        self.cancel_liveness()
        self.vision.forget_liveness()

    @property
    def microphone_name(self) -> str:
        """The microphone that recordings use, as it was configured; '' for none."""
        return self._microphone.spec if self._microphone else ""

    # -- recording -----------------------------------------------------------------------------------------------

    def start_recording(self, on_segment: Callable[[Segment], None], on_piece: Callable[[Piece], None]) -> bool:
        """Begin to record; the answer says whether there is sound."""
        self._frame()
        self._trouble, self._length = None, None
        recorder = Recorder(self.feed, self._microphone, on_segment, self._troubled, on_piece=on_piece)
        self._faces = FaceWatch(self.vision, self.feed, lambda: recorder.elapsed_ms, lambda: recorder.stats().rolling)
        recorder.start()
        self._faces.start()
        self._recorder = recorder
        return recorder.stats().audio

    def pause_recording(self, reason: str) -> None:
        self._recorder.pause(reason)

    def resume_recording(self) -> None:
        self._trouble = None
        self._recorder.resume()

    def face_share(self, start_ms: int = 0, end_ms: int | None = None) -> float | None:
        """Share of the looks at a stretch of the recording that found a face; None where there was no look."""
        return self._faces.share(start_ms, end_ms)

    def stop_recording(self) -> Summary:
        """End the recording. Raises what kept segments from being stored; they stay in memory, and a second call
        offers them again. Once all are stored it may be asked again for the same answer."""
        recorder = self._recorder
        if recorder is not None:
            self._faces.stop()
            self._length = self._length or recorder.stop()
            if recorder.deliver():
                raise self._trouble
            self._recorder = None
        return self._length

    def drop_recording(self) -> None:
        """End the recording, if there is one, whatever becomes of what is not stored yet."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None and self._length is None:
            self._faces.stop()
            recorder.end()

    def _troubled(self, trouble: Condition) -> None:
        self._trouble = trouble

    @property
    def recording(self) -> RecordingState:
        if self._recorder is None:
            return RecordingState(active=False)
        stats = self._recorder.stats()
        return RecordingState(
            active=True, rolling=stats.rolling, paused=stats.paused, over=stats.over, elapsed_ms=stats.elapsed_ms,
            level=min(1.0, stats.level), audio=stats.audio, quiet_s=stats.quiet_s, faceless_s=self._faces.faceless_s,
            face_share=self._faces.share(), dropped=stats.dropped, segments=stats.segments, trouble=self._trouble)

