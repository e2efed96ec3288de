"""The recorded interview. Times are milliseconds on the recorder's clock."""

from typing import Literal

from app.domain.evidence import FileRef
from app.domain.face import FrameSource
from app.domain.facts.common import later
from app.domain.model import Model


class InterviewStarted(Model):
    """A recording began. All its times are ms on the recorder's clock, which stands at 0 when the device's monotonic clock
    shows ``zero_ms`` (None: when this event does)."""

    kind: Literal["interview_started"] = "interview_started"
    interview_id: str
    video: bool
    audio: bool
    source: FrameSource
    zero_ms: int | None = later(None)


class SegmentRecorded(Model):
    """One closed stretch of the recording. ``face_share`` 0–1 of the looks that found a face, None where nobody looked;
    ``recovered``: the program ended before it could close it."""

    kind: Literal["segment_recorded"] = "segment_recorded"
    interview_id: str
    file: FileRef
    start_ms: int
    end_ms: int
    frames: int
    face_share: float | None = None
    recovered: bool = later(False)


class RecordingPaused(Model):
    """A person interrupted the recording; ``reason`` is a code of the pack, ``note`` their own words."""

    kind: Literal["recording_paused"] = "recording_paused"
    interview_id: str
    at_ms: int
    reason: str
    note: str = ""


class RecordingResumed(Model):
    kind: Literal["recording_resumed"] = "recording_resumed"
    interview_id: str
    at_ms: int


class QuestionMarked(Model):
    kind: Literal["question_marked"] = "question_marked"
    interview_id: str
    question: str
    at_ms: int
    answer: Literal["yes", "no", "asked"]


class RecordingGap(Model):
    """A stretch without picture, or with ``sound_only`` without sound: a pause's reason, or what ailed the device."""

    start_ms: int
    end_ms: int
    reason: str
    sound_only: bool = False


class InterviewFinished(Model):
    """The recording ended. Shares are 0–1 of the looks that found a face and of the time that was quiet, None where nothing
    was measured; ``sound_reason`` is why there is no sound; ``interrupted``: the program ended, not a person."""

    kind: Literal["interview_finished"] = "interview_finished"
    interview_id: str
    duration_ms: int
    dropped: int = later(0)
    face_share: float | None = later(None)
    quiet_share: float | None = later(None)
    sound_reason: str = later("")
    gaps: tuple[RecordingGap, ...] = later(())
    interrupted: bool = later(False)
