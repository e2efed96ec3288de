"""The recording of interview and signing: kept as it runs, its questions and pauses marked on the recording's own time line."""

import logging
from collections.abc import Callable
from threading import Lock
from uuid import uuid4

from app.capture.segment import Piece, Segment
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.left_recording import RUNNING, end_left_recording, recover_recording
from app.desk.views import CaseView
from app.domain import facts, flow
from app.domain.case import Case
from app.domain.condition import Condition, Kind
from app.domain.policy import PolicyPack
from app.store.settings import Settings
from app.store.spool import About, Spool

log = logging.getLogger(__name__)

RECORDING_BYTES = 300_000_000  # forty minutes at the recorder's rate
ENDING_BYTES = 50_000_000  # what ending a recording and the rest of a case may need

NOT_RECORDING = Kind(
    "interview.not_recording", zh="现在没有在录制。", zh_next="请先点“开始双录”。",
    en="Nothing is being recorded.", en_next="Press “Start recording” first.")
ALREADY_RECORDING = Kind(
    "interview.already_recording", zh="双录正在进行。", zh_next="请先结束当前录制。",
    en="A recording is under way.", en_next="Finish it first.")
STILL_RECORDING = Kind(
    "interview.still_recording", zh="这笔面签还在录制，不能封存。", zh_next="请先结束双录，再封存。",
    en="This case is still being recorded, so it cannot be sealed.", en_next="Finish the recording, then seal.")
UNKNOWN_QUESTION = Kind(
    "interview.unknown_question", zh="话术里没有这个问题。", zh_next="请从问题列表中选择。",
    en="The script has no such question.", en_next="Choose one from the list.")
NOT_ROLLING = Kind(
    "interview.not_rolling", zh="录制暂停了或没有画面，这时的回答不算数。", zh_next="请先继续录制，再问这个问题。",
    en="The recording is paused or has no picture, so an answer would not be in it.",
    en_next="Go on recording, then ask the question.")
SIGN_UNRECORDED = Kind(
    "interview.sign_unrecorded", zh="签字必须在录像中，现在没有在录制。",
    zh_next="请客户经理开始或继续双录，看到“录制中”后再签字。",
    en="Signing must be recorded, and nothing is being recorded now.",
    en_next="Have the manager start or resume the recording, and sign once it runs.")
PAUSE_REASON = Kind(
    "interview.pause_reason", zh="暂停录制要写明原因。", zh_next="请选择原因；选“其他”时请写明。",
    en="A pause needs its reason.", en_next="Choose one; with “other”, say what it is.")
DISK_LOW = Kind(
    "interview.disk_low", zh="磁盘空间快用完了，录制已自动结束，已录内容都已保存。",
    zh_next="请清理磁盘空间，再重新开始双录，继续没有录到的部分。",
    en="The disk is nearly full. The recording ended by itself; everything recorded is kept.",
    en_next="Free some space, then start recording again for what is still to come.")


class InterviewRoom:
    """One recording at a time. What is recorded arrives on the recorder's threads and is durable within a second: first in a
    spool, then, when its segment closes, as a case file with its fact. ``settings`` holds which case is being recorded."""

    def __init__(self, book: CaseBook, booth: Booth, settings: Settings) -> None:
        self._book = book
        self._booth = booth
        self._settings = settings
        self._current: tuple[str, str] | None = None
        self._spools: dict[int, Spool] = {}
        self._spooling = Lock()
        self._kept = -1  # index of the last segment that is a case file

    def recover(self) -> None:
        """Take what a recording left behind that nobody ended into its case. Where that cannot be now, its spool stays."""
        try:
            recover_recording(self._book, self._settings)
        except Condition as condition:
            log.warning("a recording that was cut off could not be taken into its case: %s", condition.code)

    def start(self, case_id: str) -> CaseView:
        if self._current:
            raise ALREADY_RECORDING()
        self.recover()
        end_left_recording(self._book, case_id)
        self._book.vault.require_room(RECORDING_BYTES)
        interview_id, begin_spool = uuid4().hex, self._book.vault.spooler(case_id)
        source, self._kept = self._booth.frame_source(), -1
        audio = self._booth.start_recording(lambda segment: self._keep(case_id, interview_id, segment),
                                            lambda piece: self._spool(begin_spool, interview_id, piece))
        zero_ms = self._book.clock.monotonic_ms() - self._booth.recording.elapsed_ms
        fact = facts.InterviewStarted(interview_id=interview_id, video=True, audio=audio, source=source, zero_ms=zero_ms)
        try:
            view = self._book.record(case_id, fact, also=lambda: self._settings.set(RUNNING, case_id))
        except BaseException:
            self._booth.drop_recording()
            for spool in self._spools.values():  # of a recording that never began
                spool.remove()
            self._spools.clear()
            raise
        self._current = (case_id, interview_id)
        return view

    def mark(self, case_id: str, question: str, answer: str) -> CaseView:
        interview_id, state = self._running(case_id), self._booth.recording
        if question not in {q.code for q in flow.questions(self._book.load(case_id), self._book.pack(case_id))}:
            raise UNKNOWN_QUESTION()
        if not state.rolling:
            raise NOT_ROLLING()
        return self._book.record(case_id, facts.QuestionMarked(
            interview_id=interview_id, question=question, at_ms=state.elapsed_ms, answer=answer))

    def pause(self, case_id: str, reason: str, note: str) -> CaseView:
        """Interrupt the recording for a reason of the pack; with some of them in a person's own words."""
        interview_id, note = self._running(case_id), note.strip()
        known = next((r for r in self._book.pack(case_id).pause_reasons if r.code == reason), None)
        if known is None or (known.note_needed and not note):
            raise PAUSE_REASON()
        if self._booth.recording.paused:
            return self._book.view(case_id)
        view = self._book.record(case_id, facts.RecordingPaused(
            interview_id=interview_id, at_ms=self._booth.recording.elapsed_ms, reason=reason, note=note))
        self._booth.pause_recording(reason)
        return view

    def resume(self, case_id: str) -> CaseView:
        interview_id = self._running(case_id)
        if not self._booth.recording.paused:
            return self._book.view(case_id)
        view = self._book.record(case_id, facts.RecordingResumed(
            interview_id=interview_id, at_ms=self._booth.recording.elapsed_ms))
        self._booth.resume_recording()
        return view

    def require_rolling(self, case: Case, pack: PolicyPack) -> None:
        """Refuse a signature that no recording would cover, where the bank asks for one."""
        if flow.signing_recorded(case, pack) and not (self.running(case.case_id) and self._booth.recording.rolling):
            raise SIGN_UNRECORDED()

    def finish(self, case_id: str) -> CaseView:
        """Close the last segment and the recording. Where a segment cannot be kept (disk full) it raises and may be
        called again; nothing recorded is dropped."""
        interview_id = self._running(case_id)
        try:
            summary = self._booth.stop_recording()
            view = self._book.record(case_id, facts.InterviewFinished(
                interview_id=interview_id, duration_ms=summary.duration_ms, dropped=summary.dropped,
                face_share=self._booth.face_share(), quiet_share=summary.quiet_share, sound_reason=summary.audio_reason,
                gaps=tuple(facts.RecordingGap(start_ms=gap.start_ms, end_ms=gap.end_ms, reason=gap.reason,
                                              sound_only=gap.sound_only) for gap in summary.gaps)),
                also=lambda: self._settings.remove(RUNNING))
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
        """The program ends: so does the recording under way. What cannot be kept as a file now stays in its spool."""
        if self._current is None:
            return
        try:
            self.finish(self._current[0])
        except Condition as condition:
            log.warning("the recording could not be ended properly: %s", condition.code)
            self._let_go()

    def _let_go(self) -> None:
        self._booth.drop_recording()
        for spool in self._spools.values():
            spool.close()
        self._spools.clear()
        self._current = None

    def _running(self, case_id: str) -> str:
        if not self.running(case_id):
            raise NOT_RECORDING()
        return self._current[1]

    # on the recorder's threads ------------------------------------------------------------------------------------

    def _spool(self, begin: Callable[[About], Spool], interview_id: str, piece: Piece) -> None:
        if self._book.vault.room() < ENDING_BYTES:
            raise DISK_LOW()
        with self._spooling:
            if piece.index <= self._kept:
                return
            if piece.index not in self._spools:
                self._spools[piece.index] = begin(About(interview_id=interview_id, start_ms=piece.start_ms))
            self._spools[piece.index].append(piece.data)

    def _keep(self, case_id: str, interview_id: str, segment: Segment) -> None:
        ref = self._book.keep(case_id, "interview_segment", segment.media_type, segment.data)
        self._book.record(case_id, facts.SegmentRecorded(
            interview_id=interview_id, file=ref, start_ms=segment.start_ms, end_ms=segment.end_ms, frames=segment.frames,
            face_share=self._booth.face_share(segment.start_ms, segment.end_ms)))
        with self._spooling:
            self._kept = segment.index
            spool = self._spools.pop(segment.index, None)
        if spool is not None:
            spool.remove()
