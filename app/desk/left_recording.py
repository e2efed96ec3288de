"""A recording that nobody ended, because the program or the machine stopped: taken into its case at the next start."""

import logging

from app.capture.salvage import salvage
from app.capture.segment import MEDIA_TYPE
from app.desk.case_book import CaseBook
from app.domain import facts
from app.domain.case import Interview
from app.store.settings import Settings
from app.store.spool import LeftSpool

log = logging.getLogger(__name__)
RUNNING = "recording/case"  # set with the fact that begins a recording, removed with the one that ends it


def recover_recording(book: CaseBook, settings: Settings) -> None:
    """End the recording that was running when the program stopped. Raises a disk condition."""
    case_id = settings.get(RUNNING)
    if case_id is not None:
        end_left_recording(book, case_id)
        settings.remove(RUNNING)


def end_left_recording(book: CaseBook, case_id: str) -> None:
    """Whatever the spools hold becomes segments marked as recovered, and the recording ends where they end. May be killed and
    repeated at any point. Raises a disk condition."""
    recording = book.anyones(case_id)[0].recording
    if recording is None:
        return
    for left in book.vault.left_spools(case_id):
        _take(book, case_id, recording, left)
        book.vault.remove_spool(left)
    recording = book.anyones(case_id)[0].recording
    end_ms = _end_of(recording)
    gaps = tuple(facts.RecordingGap(start_ms=p.start_ms, end_ms=end_ms if p.end_ms is None else p.end_ms, reason=p.reason)
                 for p in recording.pauses)
    book.record(case_id, facts.InterviewFinished(
        interview_id=recording.interview_id, duration_ms=end_ms, gaps=gaps, interrupted=True))
    log.warning("a recording that was cut off was taken into its case")


def _take(book: CaseBook, case_id: str, recording: Interview, left: LeftSpool) -> None:
    """Killed between a segment's fact and the removal of its spool, the segment is there already."""
    about = left.about
    if about.interview_id != recording.interview_id or any(s.start_ms == about.start_ms for s in recording.segments):
        return
    whole = salvage(left.data)
    if whole is None:
        return
    ref = book.keep(case_id, "interview_segment", MEDIA_TYPE, whole.data)
    book.record(case_id, facts.SegmentRecorded(
        interview_id=about.interview_id, file=ref, start_ms=about.start_ms, frames=whole.frames, recovered=True,
        end_ms=about.start_ms + round(whole.end_s * 1000)))


def _end_of(recording: Interview) -> int:
    """The last time of the recorder's clock that the case knows of."""
    return max((*(s.end_ms for s in recording.segments), *(p.end_ms or p.start_ms for p in recording.pauses), 0))
