"""The recording in the window: the script's page, and the strip on every page that the recording covers."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from app.desk.interview import DISK_LOW
from app.desk.views import RecordingState
from app.domain import flow
from app.domain.flow import Step
from app.ui.pages.page import RECORDED
from tests.ui.fake_desk import ROLLING
from tests.ui.steps import acts, click, find, write


def hint(page) -> str:
    return page.hint.text()


def test_questions_are_marked_while_recording_only(qtbot, opened, desks):
    page = opened(Step.INTERVIEW)
    first, *rest = flow.questions(page.view.case, page.view.pack)
    assert not find(page, f"interview.{first.code}.yes").isEnabled()
    click(page, "interview.start")
    qtbot.waitUntil(lambda: find(page, f"interview.{first.code}.yes").isEnabled(), timeout=20_000)
    click(page, f"interview.{first.code}.no")
    qtbot.waitUntil(lambda: "1:04" in find(page, f"interview.{first.code}.time", QLabel).text(), timeout=20_000)
    assert desks.signing.acts[-1][1].answer == "no"
    assert "没有在录制中标记" in hint(page)
    for question in rest:
        click(page, f"interview.{question.code}.asked")
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    assert "6:12" in find(page, "interview.recording").text()
    assert page.view.case.recording is not None


def test_the_script_asks_what_this_case_needs_with_its_own_figures(qtbot, opened, desks):
    page = opened(Step.INTERVIEW)
    codes = [question.code for question in flow.questions(page.view.case, page.view.pack)]
    assert "mortgage" in codes
    assert "lease_ownership" not in codes
    assert page.findChild(QLabel, "interview.lease_ownership.text") is None
    cost = find(page, "interview.total_cost.text", QLabel)
    qtbot.waitUntil(lambda: "86,000.00" in cost.text() and "{" not in cost.text(), timeout=20_000)


def test_an_answer_that_a_reviewer_must_see_stands_out(qtbot, opened):
    page = opened(Step.INTERVIEW)
    click(page, "interview.start")
    qtbot.waitUntil(lambda: find(page, "interview.promises.yes").isEnabled(), timeout=20_000)
    click(page, "interview.promises.yes")
    time = find(page, "interview.promises.time", QLabel)
    qtbot.waitUntil(lambda: time.text().startswith("!"), timeout=20_000)
    assert time.property("tone") == "bad"


def test_a_pause_names_its_reason(qtbot, opened, desks):
    page = opened(Step.INTERVIEW)
    click(page, "interview.start")
    qtbot.waitUntil(lambda: find(page, "interview.pause").isVisible(), timeout=20_000)
    click(page, "interview.pause")
    reasons = find(page, "interview.pause_reason", QComboBox)
    assert find(page, "interview.pause_now").isEnabled()
    reasons.setCurrentIndex(reasons.findData("other"))
    assert not find(page, "interview.pause_now").isEnabled()
    find(page, "interview.pause_note", QLineEdit).setText("客户的孩子哭了")
    click(page, "interview.pause_now")
    qtbot.waitUntil(lambda: "已暂停" in find(page, "interview.recording").text(), timeout=20_000)
    assert desks.signing.acts[-1][1].note == "客户的孩子哭了"
    assert not find(page, f"interview.{page.view.pack.questions[0].code}.yes").isEnabled()
    click(page, "interview.resume")
    qtbot.waitUntil(lambda: "REC" in find(page, "interview.recording").text(), timeout=20_000)


@pytest.mark.parametrize(("trouble", "words"), [
    ({"quiet_s": 12.0}, "12 秒没有声音"), ({"faceless_s": 7.0}, "7 秒看不到人脸"), ({"audio": False}, "没有麦克风"),
    ({"dropped": 3}, "丢 3 帧"), ({}, "正常")])
def test_what_goes_wrong_while_it_records_is_said(qtbot, opened, desks, trouble, words):
    page = opened(Step.FORMS)
    desks.booth.recording = replace(ROLLING, **trouble)
    page.strip.look()
    assert words in page.strip.warning.whole()


def test_a_recording_that_the_full_disk_ended_is_closed_and_told(qtbot, opened, desks):
    page = opened(Step.FORMS)
    desks.booth.recording = replace(ROLLING, rolling=False, over=True, trouble=DISK_LOW())
    qtbot.waitUntil(lambda: "finish_interview" in acts(desks), timeout=20_000)
    qtbot.waitUntil(lambda: page.notice.code() == "interview.disk_low", timeout=20_000)
    assert find(page, "forms.start").isVisible()


@pytest.mark.parametrize("step", RECORDED)
def test_every_page_that_is_recorded_shows_it(opened, step):
    page = opened(step)
    assert find(page, f"{step}.recording").isVisible()


def test_ink_that_nobody_films_is_no_signature(qtbot, opened, desks):
    page = opened(Step.SIGN)
    qtbot.waitUntil(lambda: page.pane.page_count > 0, timeout=20_000)
    page.pane.verticalScrollBar().setValue(page.pane.verticalScrollBar().maximum())
    write(page.pad)
    qtbot.waitUntil(lambda: "录制" not in hint(page), timeout=20_000)
    desks.booth.recording = RecordingState(active=False)
    qtbot.waitUntil(page.pad.is_blank, timeout=20_000)
    assert "录制中才能签字" in hint(page) or "还差" in hint(page)
    assert not page.next.isEnabled()
    assert find(page, "sign.start").isVisible()
