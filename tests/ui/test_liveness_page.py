"""The face page: an attempt step by step, what counts, the coloured light, the result in words, and who decides."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton

from app.domain import facts
from app.domain.case import FACE_CONSENT
from app.domain.challenge import COLOURS
from app.domain.condition import Kind
from app.domain.evidence import digest
from app.domain.face import ActionResult, LightResult
from app.domain.flow import Step
from app.domain.guidance import GUIDANCE
from app.ui import face_words, theme
from app.ui.pages.liveness_overlay import overlay
from app.ui.widgets.face_pair import FacePair
from app.ui.widgets.picture import decode
from tests import case_facts
from tests.ui.fake_desk import jpeg
from tests.ui.steps import acts, click, find, seal

CAMERA_LOST = Kind("camera.lost", zh="摄像头断开了。", zh_next="请检查连线。", en="Camera lost.", en_next="Check the cable.")
ACTIONS = ("blink", "turn_left", "open_mouth")


def progress(guidance: str, done: int, phase: str = "action", light=None):
    results = tuple(ActionResult(action=a, passed=True, at_s=1.0, measure=0.5) for a in ACTIONS[:done])
    return SimpleNamespace(phase=phase, action=ACTIONS[done] if phase == "action" else None, guidance=guidance,
                           seconds_left=6.0, actions=ACTIONS, done=results, finished=phase in ("passed", "failed"),
                           light=light)


def result(verdict: str = "live", zone: str = "pass", *, match=None, findings=(), **changes) -> facts.LivenessFinished:
    """A finished attempt; ``changes`` are of its result, ``match`` of its comparison."""
    done = case_facts.liveness(verdict, zone)
    return done.model_copy(update={
        "result": done.result.model_copy(update=changes), "match": done.match.model_copy(update=match or {}),
        "findings": findings})


@pytest.fixture
def page(opened):
    return opened(Step.LIVENESS)


def words(page, name: str) -> str:
    return find(page, name, QLabel).text()


def start(qtbot, page, desks) -> None:
    """One attempt up to the camera."""
    desks.booth.progress = None
    click(page, "liveness.start")
    qtbot.waitUntil(lambda: desks.booth.progress is not None, timeout=20_000)


def attempt(qtbot, page, desks, done: facts.LivenessFinished) -> None:
    """One attempt to its end, with this result."""
    before, desks.signing.done = acts(desks).count("finish_liveness"), done
    start(qtbot, page, desks)
    desks.booth.progress(progress("passed", 3, "passed"))
    qtbot.waitUntil(lambda: acts(desks).count("finish_liveness") > before and page.view.case.liveness is not None
                    and page.result.isVisible(), timeout=20_000)


# -- one attempt -------------------------------------------------------------------------------------------------------

def test_an_attempt_guides_step_by_step_and_records_the_match(qtbot, page, desks):
    assert words(page, "liveness.attempt") == "第 1 次，共 3 次"
    start(qtbot, page, desks)
    desks.booth.progress(progress("turn_left", 1))
    qtbot.waitUntil(lambda: page.camera.overlay().guidance == "请缓慢向左转头", timeout=20_000)
    assert page.camera.overlay().progress == pytest.approx(1 / 3)
    assert page.camera.overlay().seconds_left == "剩余 6 s"
    assert [words(page, f"liveness.action.{at}") for at in range(3)] == ["✓ 1.0 s", "进行中", "—"]
    desks.booth.progress(progress("two_faces", 1))
    qtbot.waitUntil(lambda: ("多人", "bad") in page.camera.overlay().pills, timeout=20_000)
    desks.booth.progress(progress("passed", 3, "passed"))
    qtbot.waitUntil(lambda: page.result.isVisible(), timeout=20_000)
    assert "finish_liveness" in acts(desks)
    assert words(page, "liveness.similarity") == "0.90"
    assert "已通过" in words(page, "liveness.verdict")
    assert page.next.isEnabled()


@pytest.mark.parametrize("code", sorted(set(GUIDANCE) - {"passed", "failed"}))
def test_every_guidance_has_its_sentence_and_is_dealt_with(code):
    shown = overlay(progress(code, 0))
    assert shown.guidance == GUIDANCE[code].zh
    assert len(shown.pills) == 2


def test_while_it_runs_the_page_says_that_stopping_counts(qtbot, page, desks):
    start(qtbot, page, desks)
    assert "中途停止也算一次" in words(page, "liveness.missing")
    assert not find(page, "liveness.start").isVisible()
    assert not find(page, "liveness.other_path").isVisible()


def test_a_stopped_attempt_counts_and_its_late_progress_is_ignored(qtbot, page, desks):
    start(qtbot, page, desks)
    click(page, "liveness.cancel")
    assert "这次算一次" in page.notice.message()
    desks.booth.progress(progress("passed", 3, "passed", light=(255, 255, 255)))
    qtbot.waitUntil(lambda: words(page, "liveness.attempt") == "第 2 次，共 3 次", timeout=20_000)
    assert desks.signing.acts[-1][1].reason == "stopped"
    assert desks.booth.cancelled == 1
    assert "finish_liveness" not in acts(desks)
    assert lamp(page) is None


def test_leaving_the_page_stops_the_attempt(qtbot, page, desks):
    start(qtbot, page, desks)
    page.leave()
    qtbot.waitUntil(lambda: "abandon_liveness" in acts(desks), timeout=20_000)
    assert desks.booth.watchers == []


def test_an_attempt_that_is_drawn_after_leaving_is_given_up(qtbot, page, desks):
    click(page, "liveness.start")
    page.leave()
    qtbot.waitUntil(lambda: "abandon_liveness" in acts(desks), timeout=20_000)
    assert desks.booth.progress is None


def test_camera_trouble_ends_the_attempt_and_does_not_count(qtbot, page, desks):
    start(qtbot, page, desks)
    desks.booth.trouble(CAMERA_LOST())
    qtbot.waitUntil(lambda: page.notice.code() == "camera.lost", timeout=20_000)
    assert "这次不计次数" in find(page, "liveness.notice.next", QLabel).text()
    qtbot.waitUntil(lambda: "abandon_liveness" in acts(desks), timeout=20_000)
    assert desks.signing.acts[-1][1].reason == "camera.lost"
    assert words(page, "liveness.attempt") == "第 1 次，共 3 次"


def test_a_judgement_that_fails_for_the_machine_does_not_count_either(qtbot, page, desks):
    def broken(act):
        if act == "finish_liveness":
            raise CAMERA_LOST()

    start(qtbot, page, desks)
    desks.signing.before = broken
    desks.booth.progress(progress("passed", 3, "passed"))
    qtbot.waitUntil(lambda: page.notice.code() == "camera.lost", timeout=20_000)
    assert "这次不计次数" in find(page, "liveness.notice.next", QLabel).text()
    qtbot.waitUntil(lambda: "abandon_liveness" in acts(desks), timeout=20_000)
    assert desks.signing.acts[-1][1].reason == "camera.lost"
    assert words(page, "liveness.attempt") == "第 1 次，共 3 次"


def test_the_key_that_stopped_an_attempt_does_not_begin_the_next(qtbot, page, desks):
    start(qtbot, page, desks)
    page.activateWindow()
    stop = find(page, "liveness.cancel")
    stop.setFocus()
    QTest.keyClick(stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "abandon_liveness" in acts(desks), timeout=20_000)
    assert not find(page, "liveness.start").hasFocus()


def test_when_attempts_are_used_the_page_leads_to_two_persons(qtbot, page, desks):
    for left in (2, 1):
        attempt(qtbot, page, desks, result("reject", reasons=("timeout",)))
        assert f"还可以再做 {left} 次" in words(page, "liveness.reasons")
    attempt(qtbot, page, desks, result("reject", reasons=("timeout",)))
    assert "动作超时" in words(page, "liveness.reasons")
    assert "双人人工核验" in words(page, "liveness.reasons")
    assert not find(page, "liveness.start").isVisible()
    lead = find(page, "liveness.other_path")
    assert (lead.text(), lead.property("role")) == ("改为双人人工核验", "primary")
    click(page, "liveness.other_path")
    qtbot.waitUntil(lambda: page.second.isVisible(), timeout=20_000)
    assert "机会已经用完" in words(page, "liveness.second.why")
    assert not lead.isVisible()


def test_three_stopped_attempts_lead_there_too(qtbot, page, desks):
    for number in (1, 2, 3):
        start(qtbot, page, desks)
        click(page, "liveness.cancel")
        qtbot.waitUntil(lambda: acts(desks).count("abandon_liveness") == number, timeout=20_000)  # noqa: B023
        qtbot.waitUntil(lambda: page.view.case.liveness_attempts == number, timeout=20_000)  # noqa: B023
        qtbot.waitUntil(lambda: len(page.view.case.liveness_ended) == number, timeout=20_000)  # noqa: B023
    assert "双人核验" in page.camera.overlay().guidance
    assert find(page, "liveness.other_path").property("role") == "primary"


# -- coloured light ----------------------------------------------------------------------------------------------------

def lamp(page):
    found = page.window().findChild(object, "liveness.screen_light")
    return found if found is not None and found.isVisible() else None


@pytest.mark.parametrize("name", COLOURS)
def test_the_whole_window_shines_in_the_colour_and_guidance_stays_readable(qtbot, page, desks, name):
    start(qtbot, page, desks)
    desks.booth.progress(progress("hold_still", 3, "hold", light=COLOURS[name]))
    qtbot.waitUntil(lambda: lamp(page) is not None, timeout=20_000)
    shown, colour = page.grab().toImage(), QColor(*COLOURS[name])
    inside = page.camera.mapTo(page, QPoint(0, 0))
    for place in (QPoint(3, 3), QPoint(page.width() - 4, 3), QPoint(3, page.height() - 4), inside + QPoint(2, 2)):
        assert shown.pixelColor(place) == colour
    bubble = inside + QPoint(page.camera.width() // 2, page.camera.height() - 56)
    assert theme.contrast("#FFFFFF", shown.pixelColor(bubble).name()) >= 4.5
    assert page.camera.overlay().guidance == "请保持不动，看着屏幕"


def test_the_light_follows_the_progress_and_goes_with_it(qtbot, page, desks):
    start(qtbot, page, desks)
    for name in ("rose", "green"):
        desks.booth.progress(progress("hold_still", 3, "hold", light=COLOURS[name]))
        qtbot.waitUntil(lambda: lamp(page) is not None and lamp(page).colour() == QColor(*COLOURS[name]),  # noqa: B023
                        timeout=20_000)
    assert find(page, "liveness.cancel").visibleRegion().boundingRect().size() == find(page, "liveness.cancel").size()
    desks.booth.progress(progress("hold_still", 3, "hold"))
    qtbot.waitUntil(lambda: lamp(page) is None, timeout=20_000)
    assert page.camera.overlay().wash == ""


@pytest.mark.parametrize("end", ["stop", "trouble", "finished"])
def test_the_light_never_outlives_the_attempt(qtbot, page, desks, end):
    start(qtbot, page, desks)
    desks.booth.progress(progress("hold_still", 3, "hold", light=(150, 180, 255)))
    qtbot.waitUntil(lambda: lamp(page) is not None, timeout=20_000)
    if end == "stop":
        click(page, "liveness.cancel")
    elif end == "trouble":
        desks.booth.trouble(CAMERA_LOST())
    else:
        desks.booth.progress(progress("passed", 3, "passed", light=(150, 180, 255)))
    qtbot.waitUntil(lambda: lamp(page) is None, timeout=20_000)


def test_light_is_announced_and_can_be_left_out_by_keyboard(qtbot, page, desks):
    assert "每秒最多 2 次" in words(page, "liveness.light_notice")
    skip = find(page, "liveness.skip_light")
    assert skip.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(skip, Qt.Key.Key_Space)
    assert find(page, "liveness.skip_light_reason").isVisible()
    start(qtbot, page, desks)
    assert desks.signing.acts[-1][1].light_skipped == "客户对光敏感"


def test_light_can_still_be_left_out_before_another_attempt(qtbot, page, desks):
    attempt(qtbot, page, desks, result("reject", reasons=("light_no_answer",)))
    QTest.keyClick(find(page, "liveness.skip_light"), Qt.Key.Key_Space)
    assert find(page, "liveness.skip_light_reason").isVisible()
    start(qtbot, page, desks)
    assert desks.signing.acts[-1][1].light_skipped == "客户对光敏感"


def test_where_policy_uses_no_light_none_is_announced(qtbot, opened, desks):
    limits = desks.signing.pack.thresholds.model_copy(update={"light": "off"})
    desks.signing.pack = desks.signing.pack.model_copy(update={"thresholds": limits})
    assert not find(opened(Step.LIVENESS), "liveness.light_notice").isVisible()


# -- another action ----------------------------------------------------------------------------------------------------

def test_actions_are_left_out_with_the_reason_and_shown_in_the_result(qtbot, page, desks):
    click(page, "liveness.other_actions")
    assert find(page, "liveness.without.blink").isChecked()  # what the first reason, glasses, suggests
    find(page, "liveness.without_reason").choose("neck")
    assert not find(page, "liveness.without.blink").isChecked()
    click(page, "liveness.without_done")
    assert words(page, "liveness.without") == "不做：向左转头、向右转头（不便转头）"
    attempt(qtbot, page, desks, result("review"))
    begun = next(fact for act, fact, *_ in desks.signing.acts if act == "begin_liveness")
    assert (begun.without, begun.without_reason) == (("turn_left", "turn_right"), "不便转头")
    assert words(page, "liveness.check.left_out") == "向左转头、向右转头（不便转头）"


def test_at_least_one_action_remains(page):
    click(page, "liveness.other_actions")
    for code in face_words.ACTIONS:
        find(page, f"liveness.without.{code}").setChecked(True)
    assert not find(page, "liveness.without_done").isEnabled()
    assert "双人核验" in words(page, "liveness.without_note")
    find(page, "liveness.without.nod").setChecked(False)
    assert find(page, "liveness.without_done").isEnabled()
    assert "复核" in words(page, "liveness.without_note")


def test_another_reason_is_written_down(qtbot, page, desks):
    click(page, "liveness.other_actions")
    assert not find(page, "liveness.without_own").isVisible()
    find(page, "liveness.without_reason").choose("other")
    find(page, "liveness.without.nod").setChecked(True)
    assert not find(page, "liveness.without_done").isEnabled()
    assert words(page, "liveness.without_note") == "还差：原因"
    find(page, "liveness.without_own", QLineEdit).setText("颈托")
    click(page, "liveness.without_done")
    start(qtbot, page, desks)
    begun = desks.signing.acts[-1][1]
    assert (begun.without, begun.without_reason) == (("nod",), "颈托")


def test_a_page_opened_anew_remembers_what_was_left_out(qtbot, page, desks, opened):
    click(page, "liveness.other_actions")
    click(page, "liveness.without_done")
    start(qtbot, page, desks)
    click(page, "liveness.cancel")
    qtbot.waitUntil(lambda: "abandon_liveness" in acts(desks), timeout=20_000)
    again = type(page)(desks, desks.signing.view(page.case_id))
    qtbot.addWidget(again)
    again.show_case(again.view)
    assert words(again, "liveness.without") == "不做：眨眼（戴眼镜）"


# -- the result --------------------------------------------------------------------------------------------------------

def test_likeness_is_told_with_its_limits_and_how_often_a_stranger_passes(qtbot, page, desks):
    attempt(qtbot, page, desks, result(match={
        "false_match_rate": 0.0047,
        "calibrated_on": "22 people x 4 photos: genuine 80.7 % of 88, impostor 0.16 % (3 of 1848; 95 % interval)"}))
    assert words(page, "liveness.meaning") == "像同一人"
    assert "差异 0.30，通过线 0.40" in words(page, "liveness.match_note")
    assert words(page, "liveness.strangers") == "陌生人误判不高于 1/210（按 1 848 对测得）"


def test_no_comparison_is_called_certain(qtbot, page, desks):
    attempt(qtbot, page, desks, result(match={"similarity": 0.9982}))
    assert words(page, "liveness.similarity") == "0.99"


@pytest.mark.parametrize(("rate", "told"), [(0.5, "1/2"), (1 / 300, "1/300"), (0.00334, "1/290"), (0.001, "1/1 000"),
                                            (0.0000123, "1/81 000"), (0.07, "1/14")])
def test_a_rate_is_never_told_better_than_it_was_measured(rate, told):
    assert face_words.share(rate) == told
    assert rate <= 1 / int(told.removeprefix("1/").replace(" ", "")) + 1e-12


def test_what_nobody_measured_or_looked_at_is_said(qtbot, page, desks):
    attempt(qtbot, page, desks, result("review", reasons=("no_attack_detection",), lacks=("attack_detection", "landmarks")))
    assert "没有测过" in words(page, "liveness.strangers")
    assert words(page, "liveness.check.passive") == "没有做：模型包没有这种模型"
    assert words(page, "liveness.check.lacks") == "看清眼和嘴的模型"
    assert words(page, "liveness.check.light") == "没有使用"
    assert "未启用翻拍检测模型" in words(page, "liveness.reasons")
    assert f"dlib · 模型包 {digest(b'pack')[:8]}" == words(page, "liveness.check.engine")


def test_a_pass_does_not_hide_what_it_rests_on(qtbot, page, desks):
    attempt(qtbot, page, desks, result(reasons=("frame_source_file",), lacks=("attack_detection",)))
    assert words(page, "liveness.reasons") == "注意：画面来自文件。没有做翻拍检测。"
    attempt(qtbot, page, desks, result(passive=0.98, passive_frames=12))
    assert not find(page, "liveness.reasons").isVisible()
    assert "真人" not in words(page, "liveness.verdict")


@pytest.mark.parametrize(("light", "told", "tone"), [
    (LightResult(mode="enforce", answered=True), "与屏幕颜色一致", "ok"),
    (LightResult(mode="enforce", answered=False), "与屏幕颜色不符", "bad"),
    (LightResult(mode="observe", answered=False), "与屏幕颜色不符（仅记录）", "warn"),
    (LightResult(mode="enforce"), "看不出来", "warn"),
    (LightResult(mode="enforce", skipped="客户对光敏感"), "未显示：客户对光敏感", "warn"),
    (LightResult(mode="off"), "没有使用", "")])
def test_the_answer_to_the_light_in_words(light, told, tone):
    assert face_words.light(result(light=light).result) == (told, tone)


def test_the_attack_detection_in_words():
    def said(**changes):
        return face_words.passive(result(**changes).result)

    assert said(passive=0.97, passive_frames=26) == ("没有翻拍迹象（0.97，26 帧）", "ok")
    assert said(passive=0.5, reasons=("attack_suspected",))[1] == "warn"
    assert said(passive=None) == ("没有做：合格的画面不够", "warn")
    assert "attack_new_code" in face_words.reason("attack_new_code")


def test_what_the_desk_noticed_stands_with_the_result(qtbot, page, desks):
    noticed = facts.Finding(code="face.other_number", level="warn", zh="这张脸在本机用过另一个证件号", en="Other number")
    attempt(qtbot, page, desks, result(findings=(noticed,)))
    assert page.result.review.isVisible()
    assert "另一个证件号" in find(page, "liveness.findings").accessibleName()


# -- a second employee decides -----------------------------------------------------------------------------------------

def fill_review(page, decision: str) -> None:
    QTest.keyClicks(find(page, "liveness.review.staff_id"), "10077")
    QTest.keyClicks(find(page, "liveness.review.password"), "secret")
    find(page, "liveness.review.reason", QLineEdit).setText("眉形、耳廓一致")
    click(page, f"liveness.review.{decision}")


def test_a_review_shows_both_faces_and_records_who_decided_what_and_why(qtbot, page, desks):
    attempt(qtbot, page, desks, result("review", "review"))
    for name in ("liveness.face.portrait", "liveness.face.live"):
        qtbot.waitUntil(find(page, name).has_image, timeout=20_000)
    assert find(page, "liveness.face.portrait").size() == find(page, "liveness.face.live").size()
    assert not find(page, "liveness.review.confirm").isEnabled()
    assert words(page, "liveness.review.missing") == "还差：工号、密码、理由、判断"
    fill_review(page, "same")
    click(page, "liveness.review.confirm")
    qtbot.waitUntil(lambda: page.view.case.identity_review is not None, timeout=20_000)
    made = desks.signing.acts[-1][1]
    assert (made.staff_id, made.decision, made.reason) == ("10077", "same", "眉形、耳廓一致")
    assert words(page, "liveness.decided") == "周宁（工号 10077）判断：是同一人。理由：眉形、耳廓一致"
    assert "已复核：是同一人" in words(page, "liveness.verdict")
    assert not page.result.review.isVisible()
    assert find(page, "liveness.review.password", QLineEdit).text() == ""
    assert page.next.isEnabled()


def test_not_the_same_person_shuts_the_step(qtbot, page, desks):
    attempt(qtbot, page, desks, result("review", "review"))
    fill_review(page, "different")
    click(page, "liveness.review.confirm")
    qtbot.waitUntil(lambda: "不是同一人" in words(page, "liveness.verdict"), timeout=20_000)
    assert not page.next.isEnabled()
    assert "不是同一人" in words(page, "liveness.missing")


def test_a_refused_review_is_told_in_place_and_keeps_the_reason(qtbot, page, desks):
    attempt(qtbot, page, desks, result("review"))
    fill_review(page, "same")
    find(page, "liveness.review.staff_id", QLineEdit).setText("10482")
    click(page, "liveness.review.confirm")
    qtbot.waitUntil(lambda: page.notice.code() == "staff.same_person", timeout=20_000)
    assert find(page, "liveness.review.reason", QLineEdit).text() == "眉形、耳廓一致"
    assert find(page, "liveness.review.password", QLineEdit).text() == ""


def test_faces_zoom_together_by_press_and_key(qtbot):
    pair = FacePair(("a", "证件"), ("b", "现场"))
    qtbot.addWidget(pair)
    pair.resize(400, 300)
    pair.show()
    for face in pair.pictures.values():
        face.show_image(decode(jpeg("脸", 300, 360)))
    a, b = pair.pictures.values()
    QTest.mouseClick(a, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert a.view().zoom == b.view().zoom > 1
    assert (a.view().x, a.view().y) < (0.5, 0.5)
    assert (b.view().x, b.view().y) == (0.5, 0.5)
    b.setFocus()
    QTest.keyClick(b, Qt.Key.Key_Right)
    assert b.view().x > 0.5
    for _ in range(20):
        QTest.keyClick(b, Qt.Key.Key_Right)
    assert b.view().x < 1  # the picture never leaves its frame
    QTest.keyClick(b, Qt.Key.Key_0)
    assert a.view().zoom == b.view().zoom == 1


# -- other states ------------------------------------------------------------------------------------------------------

def test_a_sealed_case_shows_the_result_and_changes_nothing(qtbot, opened, desks, page):
    attempt(qtbot, page, desks, result("review", "review"))
    seal(desks, page.case_id)
    page.show_case(desks.signing.view(page.case_id))
    assert page.result.isVisible()
    assert words(page, "liveness.similarity") == "0.90"
    for name in ("liveness.start", "liveness.other_path", "liveness.other_actions", "liveness.review.confirm"):
        assert not find(page, name).isVisible(), name
    assert "已封存" in words(page, "liveness.missing")


def test_purged_pictures_are_explained_and_not_asked_for(qtbot, page, desks):
    attempt(qtbot, page, desks, result())
    seal(desks, page.case_id)
    desks.signing.journal.append(page.case_id, facts.CasePurged(files=9))
    page.show_case(desks.signing.view(page.case_id))
    assert "清除" in find(page, "liveness.face.live").accessibleName()
    assert page.notice.code() == ""


def test_without_consent_only_the_two_person_path_is_there(qtbot, page, desks):
    desks.signing.withdraw_consent(page.case_id, FACE_CONSENT)
    page.show_case(desks.signing.view(page.case_id))
    assert page.second.isVisible()
    assert "没有同意人脸识别" in words(page, "liveness.second.why")
    assert not find(page, "liveness.other_path").isVisible()
    assert desks.booth.watchers == []


def test_the_two_person_path_asks_for_everything_it_needs(qtbot, page, desks):
    click(page, "liveness.other_path")
    qtbot.waitUntil(lambda: find(page, "liveness.second.staff_id").isVisible(), timeout=20_000)
    assert "工号" in words(page, "liveness.second.missing")
    QTest.keyClicks(find(page, "liveness.second.staff_id"), "10077")
    QTest.keyClicks(find(page, "liveness.second.password"), "secret")
    click(page, "liveness.second.confirm")
    qtbot.waitUntil(lambda: "verify_by_second_person" in acts(desks), timeout=20_000)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    assert find(page, "liveness.second.password", QLineEdit).text() == ""


def tab_stops(page) -> list[str]:
    """Names of what the keyboard reaches, in its order."""
    names, at = [], page.nextInFocusChain()
    while at is not page:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible() and at.isEnabled() and at.objectName():
            names.append(at.objectName())
        at = at.nextInFocusChain()
    return [name for name in names if name.startswith("liveness.")]


def test_every_control_is_reached_by_keyboard_in_the_order_of_use(qtbot, page, desks):
    assert tab_stops(page) == [
        "liveness.which_camera", "liveness.other_actions", "liveness.skip_light", "liveness.other_path", "liveness.start"]
    find(page, "liveness.skip_light").setChecked(True)
    assert "liveness.skip_light_reason" in tab_stops(page)
    attempt(qtbot, page, desks, result("review", "review"))
    review = [f"liveness.review.{name}" for name in ("staff_id", "password", "reason", "same", "different")]
    assert set(review) | {"liveness.face.portrait", "liveness.face.live"} <= set(tab_stops(page))
    assert [name for name in tab_stops(page) if name in review] == review
    for name in tab_stops(page):
        widget = find(page, name)
        assert widget.accessibleName() or widget.text(), name


def test_there_is_one_primary_button_in_every_state_and_never_a_dialog(qtbot, page, desks):
    def primary() -> list[str]:
        assert not page.findChildren(QDialog)
        return [b.objectName() for b in page.findChildren(QPushButton) if b.isVisible() and b.property("role") == "primary"]

    assert primary() == ["liveness.start"]
    attempt(qtbot, page, desks, result("review", "review"))
    assert primary() == ["liveness.next"]
    attempt(qtbot, page, desks, result("reject", reasons=("frozen",)))
    assert primary() == ["liveness.start"]
    attempt(qtbot, page, desks, result("reject", reasons=("frozen",)))
    assert primary() == ["liveness.other_path"]
    click(page, "liveness.other_path")
    qtbot.waitUntil(lambda: page.second.isVisible(), timeout=20_000)
    assert primary() == ["liveness.second.confirm"]
