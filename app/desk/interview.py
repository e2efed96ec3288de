"""The recorded interview: segments are kept as they close, questions are marked on the recording's own time line."""

import logging
from uuid import uuid4

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.views import CaseView
from app.domain import facts
from app.domain.condition import Condition, Kind

log = logging.getLogger(__name__)

RECORDING_BYTES = 300_000_000  # forty minutes at the recorder's rate

NOT_RECORDING = Kind(
    "interview.not_recording", zh="现在没有在录制。", zh_next="请先点“开始双录”。",
    en="Nothing is being recorded.", en_next="Press “Start recording” first.")
ALREADY_RECORDING = Kind(
    "interview.already_recording", zh="双录正在进行。", zh_next="请先结束当前录制。",
    en="A recording is under way.", en_next="Finish it first.")
STILL_RECORDING = Kind(
    "interview.still_recording", zh="这笔面签还在录制，不能封存。", zh_next="请先在“面谈双录”里结束录制。",
    en="This case is still being recorded, so it cannot be sealed.", en_next="Finish the recording on its page first.")
UNKNOWN_QUESTION = Kind(
    "interview.unknown_question", zh="话术里没有这个问题。", zh_next="请从问题列表中选择。",
    en="The script has no such question.", en_next="Choose one from the list.")


class InterviewRoom:
    """One interview at a time. Segments arrive on the recorder's thread and are durable before the next one closes."""

    def __init__(self, book: CaseBook, booth: Booth) -> None:
        self._book = book
        self._booth = booth
        self._current: tuple[str, str] | None = None

    def start(self, case_id: str) -> CaseView:
        if self._current:
            raise ALREADY_RECORDING()
        self._book.vault.require_room(RECORDING_BYTES)
        interview_id = uuid4().hex
        source = self._booth.frame_source()
        audio = self._booth.start_recording(lambda segment: self._keep(case_id, interview_id, segment))
        try:
            view = self._book.record(case_id, facts.InterviewStarted(
                interview_id=interview_id, video=True, audio=audio, source=source))
        except BaseException:
            self._booth.drop_recording()
            raise
        self._current = (case_id, interview_id)
        return view

    def mark(self, case_id: str, question: str, answer: str) -> CaseView:
        interview_id = self._running(case_id)
        if question not in {q.code for q in self._book.pack(case_id).questions}:
            raise UNKNOWN_QUESTION()
        return self._book.record(case_id, facts.QuestionMarked(
            interview_id=interview_id, question=question, at_ms=self._booth.recording.elapsed_ms, answer=answer))

    def finish(self, case_id: str) -> CaseView:
        """Close the last segment and the interview. Where a segment cannot be kept (disk full) it raises and may be
        called again; nothing recorded is dropped."""
        interview_id = self._running(case_id)
        try:
            duration_ms = self._booth.stop_recording().duration_ms
            view = self._book.record(case_id, facts.InterviewFinished(interview_id=interview_id, duration_ms=duration_ms))
        except Condition:
            raise
        except BaseException:  # a bug: what is kept stays kept, and a new recording must be possible
            self._let_go()
            raise
        self._current = None
        return view

    def running(self, case_id: str) -> bool:
        return self._current is not None and self._current[0] == case_id

    def close(self) -> None:
        """The program ends: so does the interview under way. What cannot be kept now is lost with the program."""
        if self._current is None:
            return
        try:
            self.finish(self._current[0])
        except Condition as condition:
            log.warning("the interview could not be ended properly: %s", condition.code)
            self._let_go()

    def _let_go(self) -> None:
        self._booth.drop_recording()
        self._current = None

    def _running(self, case_id: str) -> str:
        if not self.running(case_id):
            raise NOT_RECORDING()
        return self._current[1]

    def _keep(self, case_id: str, interview_id: str, segment) -> None:
        ref = self._book.keep(case_id, "interview_segment", segment.media_type, segment.data)
        self._book.record(case_id, facts.SegmentRecorded(
            interview_id=interview_id, file=ref, start_ms=segment.start_ms, end_ms=segment.end_ms,
            frames=segment.frames))
