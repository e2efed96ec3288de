"""The recorded interview against everything that can come between: the seal, a withdrawal, a full disk, the end."""

from contextlib import contextmanager

import pytest

from app.domain.condition import Condition
from app.domain.flow import Step
from app.store.disk import DISK_FULL
from tests.waiting import until


def refused(code: str, act, *args) -> None:
    with pytest.raises(Condition) as trouble:
        act(*args)
    assert trouble.value.code == code


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
    until(lambda: desk.booth.recording.elapsed_ms > 300)


def test_a_case_is_not_sealed_while_it_is_being_recorded(desk):
    case_id = desk.begin()
    desk.signing.start_interview(case_id)
    filmed(desk)
    for question in desk.shelf.current.questions:
        desk.signing.mark_question(case_id, question.code, "yes")
    refused("interview.still_recording", desk.signing.seal, case_id)
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
