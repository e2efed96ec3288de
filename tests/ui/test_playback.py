"""A recording looked at again: the time line, and a picture that jumps to a question."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.capture.segment import Picture, SegmentWriter
from app.desk.case_book import CASE_UNKNOWN
from app.domain.flow import Step
from app.ui.pages.playback import PlaybackDialog
from tests import case_facts as f
from tests.ui.steps import bring_to, click, find

SIZE = (320, 240)


def webm(grey: int, seconds: float = 2.0) -> bytes:
    writer = SegmentWriter(0, 0.0, SIZE, Picture(), audio=False)
    for number in range(round(seconds * 10)):
        writer.add_frame(np.full((SIZE[1], SIZE[0], 3), grey, np.uint8), number / 10)
    return writer.close(seconds).data


@pytest.fixture
def dialog(qtbot, desks):
    """Two segments of two seconds, dark and bright, with a pause of two seconds between them."""
    case_id = bring_to(desks, Step.INTERVIEW)
    journal, facts = desks.signing.journal, f.facts
    files = {at: journal.file("interview_segment", webm(grey), "video/webm") for at, grey in ((0, 40), (4000, 200))}
    journal.append(
        case_id, facts.InterviewStarted(interview_id="i", video=True, audio=False, source=f.SOURCE),
        facts.QuestionMarked(interview_id="i", question="identity", at_ms=4500, answer="yes"),
        facts.RecordingPaused(interview_id="i", at_ms=2000, reason="device"),
        *(facts.SegmentRecorded(interview_id="i", file=file, start_ms=at, end_ms=at + 2000, frames=20)
          for at, file in files.items()),
        facts.InterviewFinished(interview_id="i", duration_ms=6000, face_share=0.91, gaps=(
            facts.RecordingGap(start_ms=2000, end_ms=4000, reason="device"),)))
    made = PlaybackDialog(desks, desks.signing.view(case_id), None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.player.stop()


def grey_of(dialog) -> int | None:
    image = find(dialog, "playback.picture")._image
    return None if image is None else image.pixelColor(image.width() // 2, image.height() // 2).red()


def test_a_question_is_clicked_and_the_picture_jumps_there(qtbot, dialog):
    assert "91%" in find(dialog, "playback.facts").text()
    click(dialog, "playback.note.0")
    qtbot.waitUntil(lambda: (grey_of(dialog) or 0) > 150, timeout=20_000)
    assert 4000 <= dialog.player.at_ms <= 6000


def test_the_line_is_clicked_and_plays_on_over_the_gap(qtbot, dialog):
    bar = find(dialog, "playback.line")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() // 4, bar.height() // 2))
    qtbot.waitUntil(lambda: 0 < (grey_of(dialog) or 0) < 100, timeout=20_000)
    qtbot.waitUntil(lambda: (grey_of(dialog) or 0) > 150, timeout=20_000)
    assert "调整设备" in bar._words_at(bar.width() / 2)


def test_a_recording_that_is_gone_says_so(qtbot, dialog, desks):
    def gone(*_):
        raise CASE_UNKNOWN()

    desks.signing.file_bytes = gone
    click(dialog, "playback.note.0")
    qtbot.waitUntil(lambda: dialog.notice.code() == "case.unknown", timeout=20_000)
