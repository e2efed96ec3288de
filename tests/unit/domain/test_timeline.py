"""A recording as reviewers see it: segments, holes with their reasons, questions and signatures on one clock."""

from app.domain import chain, facts, flow
from app.domain.flow import Step
from app.domain.timeline import time_lines
from tests import case_facts as f

PACK = f.policy()
TERMS = [f.terms(), f.placed(), *f.consents(), f.card_side("front"), f.card_side("back"), f.card(), f.liveness(),
         f.circumstances()]


def segment(start_ms: int, end_ms: int, **more) -> facts.SegmentRecorded:
    return facts.SegmentRecorded(interview_id="i", file=f.file("segment", str(start_ms)), start_ms=start_ms, end_ms=end_ms,
                                 frames=1, **more)


def recorded(*signatures: facts.DocumentSigned) -> list:
    """A minute with a pause from 20 to 30 s and a lost camera from 40 to 45 s; events lie 10 s apart."""
    mark = facts.QuestionMarked(interview_id="i", question="promises", at_ms=5_000, answer="yes")
    gaps = (facts.RecordingGap(start_ms=20_100, end_ms=30_000, reason="other"),
            facts.RecordingGap(start_ms=40_000, end_ms=45_000, reason="camera_lost"),
            facts.RecordingGap(start_ms=50_000, end_ms=52_000, reason="microphone.lost", sound_only=True))
    return [facts.InterviewStarted(interview_id="i", video=True, audio=True, source=f.SOURCE), mark, *signatures,
            facts.RecordingPaused(interview_id="i", at_ms=20_000, reason="other", note="有人敲门"),
            facts.RecordingResumed(interview_id="i", at_ms=29_900),
            segment(100, 20_100), segment(30_000, 40_000), segment(45_000, 60_000),
            facts.InterviewFinished(interview_id="i", duration_ms=60_000, gaps=gaps, face_share=0.8, quiet_share=0.1)]


def test_segments_holes_marks_and_signatures_lie_on_one_line():
    sheet = [f.form(), f.prepared("cost_sheet")]
    case = f.case(*TERMS, *sheet, *recorded(f.signed("cost_sheet", "borrower")))
    line, = time_lines(case, PACK)
    assert [(s.start_ms, s.end_ms) for s in line.stretches] == [(100, 20_100), (30_000, 40_000), (45_000, 60_000)]
    assert [(h.start_ms, h.end_ms, h.words.zh, h.sound_only) for h in line.holes] == [
        (20_100, 30_000, "其他（请写明）：有人敲门", False), (40_000, 45_000, "摄像头中断", False),
        (50_000, 52_000, "麦克风断开", True)]
    question, signature = line.notes
    assert (question.at_ms, question.answer.zh, question.alarm, question.kept) == (5_000, "是", True, True)
    assert (signature.at_ms, signature.kind, signature.kept) == (20_000, "signature", True)
    assert line.stretch_at(25_000).start_ms == 30_000
    assert (line.face_share, flow.recording_complete(case, PACK)) == (0.8, False)


def test_what_nobody_noted_is_a_hole_too():
    happened = [fact for fact in recorded() if not isinstance(fact, facts.InterviewFinished)]
    end = facts.InterviewFinished(interview_id="i", duration_ms=70_000, interrupted=True)
    line, = time_lines(f.case(*TERMS, *happened, end), PACK)
    assert [(h.start_ms, h.end_ms, h.words.zh) for h in line.holes] == [
        (20_100, 30_000, "没有录像"), (40_000, 45_000, "没有录像"), (60_000, 70_000, "没有录像")]


def test_a_signature_in_a_gap_or_in_another_boot_is_not_recorded():
    happened = [f.opened(), *TERMS, f.form(), f.prepared("cost_sheet"), *recorded(), f.signed("cost_sheet", "borrower")]
    late = f.case(*happened[1:])
    assert flow.unrecorded_signatures(late, PACK) == (("cost_sheet", "borrower"),)
    assert "sign.cost_sheet.unrecorded" in [lack.code for lack in flow.lacks(late, PACK, Step.SIGN)]
    again = f.case(*happened[1:], f.form(), f.prepared("cost_sheet"))
    assert flow.unrecorded_signatures(again, PACK) == ()


def test_a_question_marked_in_what_a_kill_took_away_is_asked_again():
    mark = facts.QuestionMarked(interview_id="i", question="identity", at_ms=61_000, answer="yes")
    started, *rest = recorded()
    case = f.case(*TERMS, started, mark, *rest)
    assert "identity" not in case.marks
    assert "promises" in case.marks


def test_while_it_runs_what_is_not_closed_counts_and_a_pause_does_not():
    started = facts.InterviewStarted(interview_id="i", video=True, audio=True, source=f.SOURCE, zero_ms=0)
    case = f.case(*TERMS, started, segment(0, 5_000), facts.RecordingPaused(interview_id="i", at_ms=9_000, reason="device"))
    covers = case.recording.covers
    assert [covers(at) for at in (1_000, 8_000, 9_000, 20_000)] == [True, True, False, False]
    assert "submit.recording" in [lack.code for lack in flow.lacks(case, PACK, Step.SUBMIT)]


def test_events_of_before_these_facts_keep_their_hashes():
    """As an earlier version wrote them: fields that came later are not there."""
    old = f.events(f.opened(), facts.InterviewStarted(interview_id="i", video=True, audio=True, source=f.SOURCE),
                   segment(0, 5), facts.InterviewFinished(interview_id="i", duration_ms=5))
    stored = [event.model_dump(mode="json") for event in old]
    assert set(stored[1]["fact"]) == {"kind", "interview_id", "video", "audio", "source"}
    assert set(stored[3]["fact"]) == {"kind", "interview_id", "duration_ms"}
    assert chain.broken_at(facts.Event.model_validate(event) for event in stored) is None
