"""The recorded interview against everything that can come between: the seal, a withdrawal, a full disk, the end."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from app.desk import interview as interview_room
from app.desk.interview import InterviewRoom
from app.domain import flow
from app.domain.flow import Step
from app.store.disk import DISK_FULL
from tests import case_facts as f
from tests.refused import refused
from tests.unit.forms.forms_bank import ink
from tests.waiting import until


@contextmanager
def full_disk(desk, monkeypatch):
    """Neither a file nor a fact can be kept."""
    def full(*_args, **_options):
        raise DISK_FULL()

    with monkeypatch.context() as patch:
        patch.setattr(desk.book, "record", full)
        patch.setattr(desk.book, "keep", full)
        yield


def filmed(desk) -> None:
    until(lambda: desk.booth.recording.rolling and desk.booth.recording.elapsed_ms > 300)


def spools(desk) -> list[Path]:
    return list(desk.vault._folder.rglob("*.spool"))


def test_a_case_is_not_sealed_while_it_is_being_recorded(desk):
    case_id = desk.begin()
    desk.signing.start_interview(case_id)
    filmed(desk)
    events = desk.signing.mark_question(case_id, "identity", "yes").case.events
    refused("interview.still_recording", desk.signing.seal, case_id)
    assert desk.signing.view(case_id).case.events == events  # nothing noted, no timestamp fetched before the refusal
    desk.signing.finish_interview(case_id)
    sealed = desk.signing.seal(case_id).case
    assert desk.signing.view(case_id).case.events == sealed.events
    assert len(sealed.interviews) == 2
    assert sealed.interviews[-1].finished


def test_another_case_may_be_sealed_meanwhile(desk):
    other, case_id = desk.begin(), desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    assert desk.signing.seal(other).case.sealed
    desk.signing.finish_interview(case_id)


def test_withdrawing_a_consent_that_is_needed_ends_the_recording(desk):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    view = desk.signing.withdraw_consent(case_id, "privacy_notice")
    assert not desk.booth.recording.active
    assert view.case.interviews[-1].finished
    assert len(view.case.interviews[-1].segments) == 1


def test_a_recording_can_always_be_ended(desk):
    """Also where something came before it that must be mended first."""
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    desk.signing.answer_consent(case_id, "privacy_notice", False, 5, True)
    assert desk.signing.finish_interview(case_id).case.interviews[-1].finished


def test_a_recording_whose_beginning_cannot_be_kept_is_let_go(desk, monkeypatch):
    case_id = desk.begin(Step.INTERVIEW)
    with full_disk(desk, monkeypatch):
        refused("disk.full", desk.signing.start_interview, case_id)
    assert not desk.booth.recording.active
    desk.signing.start_interview(case_id)
    filmed(desk)
    assert len(desk.signing.finish_interview(case_id).case.interviews) == 1


def test_an_end_that_cannot_be_kept_is_asked_for_again(desk, monkeypatch):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    for _ in range(2):
        with full_disk(desk, monkeypatch):
            refused("disk.full", desk.signing.finish_interview, case_id)
    record, failures = desk.book.record, [True]

    def once(case, *new, **options):
        if failures and new[0].kind == "interview_finished":
            failures.pop()
            raise DISK_FULL()
        return record(case, *new, **options)

    monkeypatch.setattr(desk.book, "record", once)
    refused("disk.full", desk.signing.finish_interview, case_id)
    interview = desk.signing.finish_interview(case_id).case.interviews[-1]
    assert interview.duration_ms >= 300
    assert len(interview.segments) == 1


def test_a_recorder_that_breaks_does_not_hold_the_desk(desk, monkeypatch):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)

    def broken(*_args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(desk.book, "keep", broken)
        with pytest.raises(ZeroDivisionError):
            desk.signing.finish_interview(case_id)
    refused("interview.not_recording", desk.signing.finish_interview, case_id)
    desk.signing.start_interview(case_id)
    desk.signing.finish_interview(case_id)


def test_the_end_of_the_program_ends_the_interview_and_keeps_it(desk):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    desk.interviews.close()
    interview = desk.book.load(case_id).interviews[-1]
    assert interview.finished
    assert len(interview.segments) == 1
    desk.interviews.close()


def test_devices_are_let_go_even_if_the_recording_cannot_be_kept(desk, monkeypatch):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    with full_disk(desk, monkeypatch):
        desk.interviews.close()
        desk.booth.stop()
    assert desk.vision.closed
    assert desk.booth.feed._thread is None


def test_what_is_recorded_lies_encrypted_on_the_disk_before_its_segment_closes(desk):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    spool, = until(lambda: spools(desk))
    until(lambda: spool.stat().st_size > 2000)
    assert b"webm" not in spool.read_bytes()
    desk.signing.finish_interview(case_id)
    assert spools(desk) == []


def test_a_recording_cut_off_is_taken_into_its_case_at_the_next_start(desk):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    desk.signing.mark_question(case_id, "identity", "yes")
    until(lambda: spools(desk) and spools(desk)[0].stat().st_size > 2000)
    keeper = desk.booth._recorder._keeper
    keeper._on_segment = keeper._on_piece = lambda _: None  # the program dies
    desk.interviews._let_go()
    after = InterviewRoom(desk.book, desk.booth, desk.settings)
    after.recover()
    interview = desk.book.load(case_id).interviews[-1]
    assert interview.ended.interrupted
    segment, = interview.segments
    assert segment.recovered
    assert segment.frames > 3
    assert desk.vault.get(case_id, segment.file).startswith(b"\x1aE\xdf\xa3")
    assert spools(desk) == []
    events = desk.book.load(case_id).events
    after.recover()
    assert desk.book.load(case_id).events == events
    after.start(case_id)
    after.finish(case_id)


def test_nobody_signs_while_nothing_is_recorded(desk):
    case_id = desk.begin(Step.SIGN)
    refused("interview.sign_unrecorded", desk.signing.sign, case_id, "cost_sheet", "borrower", ink(), "")
    desk.signing.start_interview(case_id)
    filmed(desk)
    desk.signing.pause_interview(case_id, "fetch_papers")
    refused("interview.sign_unrecorded", desk.signing.sign, case_id, "cost_sheet", "borrower", ink(), "")
    desk.signing.finish_interview(case_id)


def test_a_bank_may_exempt_small_loans_from_recording_the_signature(desk):
    desk.policy(record_signing_above_fen="20_000_000")
    case_id = desk.begin(Step.SIGN)
    refused("sign.shown_other", desk.signing.sign, case_id, "cost_sheet", "borrower", ink(), "")


def test_a_signature_in_a_pause_keeps_the_case_from_its_seal(desk):
    """Facts that no desk of ours would write: a recording that stops, and a signature after it."""
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    for question in flow.questions(desk.book.load(case_id), desk.book.pack(case_id)):
        desk.signing.mark_question(case_id, question.code, "yes")
    desk.signing.pause_interview(case_id, "customer_break")
    desk.go_on(case_id, Step.FORMS)
    desk.signing.finish_interview(case_id)
    lacks = desk.signing.view(case_id).step(Step.SIGN).lacks
    assert {lack.code for lack in lacks} >= {"sign.cost_sheet.unrecorded", "sign.loan_contract.unrecorded"}
    assert "借款人签字不在录像内" in lacks[0].words.zh
    refused("flow.not_yet", desk.signing.seal, case_id)


def test_a_pause_has_a_reason_of_the_pack_and_is_on_the_time_line(desk):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    for reason, note in (("no_such", ""), ("other", "  ")):
        refused("interview.pause_reason", desk.signing.pause_interview, case_id, reason, note)
    desk.signing.pause_interview(case_id, "other", " 有人敲门 ")
    until(lambda: not desk.booth.recording.rolling)
    refused("interview.not_rolling", desk.signing.mark_question, case_id, "identity", "yes")
    events = desk.signing.pause_interview(case_id, "device").case.events
    desk.signing.resume_interview(case_id)
    until(lambda: desk.booth.recording.rolling)
    case = desk.signing.finish_interview(case_id).case
    pause, = case.interviews[-1].pauses
    gap, = case.interviews[-1].ended.gaps
    assert (pause.reason, pause.note, gap.reason) == ("other", "有人敲门", "other")
    assert pause.start_ms <= gap.start_ms < gap.end_ms
    assert case.interviews[-1].segments[1].start_ms == gap.end_ms
    assert case.events > events


def test_a_disk_that_fills_ends_the_recording_in_order(desk, monkeypatch):
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    filmed(desk)
    monkeypatch.setattr(interview_room, "ENDING_BYTES", 1 << 60)
    until(lambda: desk.booth.recording.over)
    assert desk.booth.recording.trouble.code == "interview.disk_low"
    refused("interview.not_rolling", desk.signing.mark_question, case_id, "identity", "yes")
    interview = desk.signing.finish_interview(case_id).case.interviews[-1]
    assert interview.segments[-1].end_ms == interview.duration_ms > 300
    assert spools(desk) == []


def test_the_share_of_time_with_a_face_is_measured_and_kept(desk, monkeypatch):
    monkeypatch.setattr("app.capture.face_watch.EVERY_S", 0.05)
    desk.vision.faces = [1, 0, 1, 1]
    case_id = desk.begin(Step.INTERVIEW)
    desk.signing.start_interview(case_id)
    until(lambda: not desk.vision.faces)
    looked_ms = desk.booth.recording.elapsed_ms
    until(lambda: desk.booth.recording.elapsed_ms > looked_ms)  # a look in the very last millisecond is in no segment
    interview = desk.signing.finish_interview(case_id).case.interviews[-1]
    assert interview.ended.face_share == interview.segments[0].face_share == 0.75


def test_a_recording_that_an_earlier_version_left_open_is_ended_by_the_next(desk):
    case_id = desk.begin(Step.INTERVIEW)
    desk.book.record(case_id, f.interview()[0])
    assert "submit.recording" in {lack.code for lack in desk.signing.view(case_id).step(Step.SUBMIT).lacks}
    desk.signing.start_interview(case_id)
    first, second = desk.signing.finish_interview(case_id).case.interviews
    assert (first.ended.interrupted, second.ended.interrupted) == (True, False)
