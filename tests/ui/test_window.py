"""The window as a person drives it: work list, a case, every page in both languages and themes."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton

from app.desk.view import summary
from app.desk.views import RecordingState
from app.domain import facts
from app.domain.condition import Kind
from app.domain.flow import STEPS, Step
from app.domain.summary import GROUPS
from app.store.put_back import PutBack
from app.ui.pages.case_row import ROW_HEIGHT, Column
from app.ui.pages.case_table import CaseModel
from app.ui.screenshot import grab
from app.ui.widgets.paper_tile import PaperTile
from app.ui.widgets.screen_light import ScreenLight
from app.ui.window import MainWindow
from tests import case_facts
from tests.ui.fake_desk import jpeg, make_desks, save
from tests.ui.steps import bring_to, click, cut_off, find, seal

BANK_AWAY = Kind("work.offline", zh="联系不上银行。", zh_next="稍后再试。", en="Bank away.", en_next="Try later.")


def open_at(qtbot, window, desks, step: Step):
    case_id = bring_to(desks, step)
    window.open_case(case_id)
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    assert window.frame.page.step == step
    return window.frame.page


def test_ctrl_n_opens_a_new_case_at_its_first_step(qtbot, window):
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    assert window.frame.page.step == Step.TERMS
    assert "MQ-20261123-0001" in find(window, "top.where").whole()


def test_search_answers_as_you_type_and_says_when_nothing_is_found(qtbot, window, desks):
    bring_to(desks, Step.PAPERS)
    bring_to(desks, Step.CONSENT)
    window.home.reload()
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 2, timeout=20_000)
    QTest.keyClicks(find(window, "home.search"), "1229")
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 1, timeout=20_000)
    QTest.keyClicks(find(window, "home.search"), "xyz")
    qtbot.waitUntil(lambda: "xyz" in find(window, "home.waiting", QLabel).text(), timeout=20_000)


def test_a_click_on_a_row_opens_its_case(qtbot, window, desks):
    bring_to(desks, Step.CONSENT)
    window.home.reload()
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 1, timeout=20_000)
    QTest.mouseClick(window.home.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 30))
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    assert window.frame.page.step == Step.CONSENT


def test_a_group_shows_its_cases_alone_and_says_how_many_each_has(qtbot, window, desks):
    bring_to(desks, Step.CONSENT)
    seal(desks, bring_to(desks, Step.SUBMIT))
    window.home.reload()
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 2, timeout=20_000)
    assert find(window, "home.count").text() == "11 月 23 日 · 2 笔"
    click(window, "home.group.bank")
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 1, timeout=20_000)
    words = [find(window, f"home.group.{group}").text() for group in GROUPS]
    assert words == ["全部  2", "进行中  1", "待上传  0", "退回补件  0", "银行已收  1", "已归档  0"]
    click(window, "home.group.returned")
    qtbot.waitUntil(lambda: find(window, "home.waiting").text() == "没有“退回补件”的业务。", timeout=20_000)


def test_a_case_is_archived_and_that_is_undone_in_place(qtbot, window, desks):
    case_id = bring_to(desks, Step.CONSENT)
    window.home.reload()
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 1, timeout=20_000)
    table = window.home.table
    cell = table.visualRect(table.model().index(0, Column.SHELF)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    qtbot.waitUntil(lambda: find(window, "home.group.archived").text() == "已归档  1", timeout=20_000)
    assert (desks.work.archived, window.frame) == ({case_id}, None)
    click(window, "home.notice.act")
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 1, timeout=20_000)
    table.setCurrentIndex(table.model().index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: find(window, "home.notice.message").isVisible(), timeout=20_000)
    window.home._undo.timeout.emit()
    assert window.home.notice.message() == ""
    assert desks.work.archived == {case_id}


def test_a_first_day_offers_practice_that_is_marked_everywhere_and_discarded_at_once(qtbot, window, desks):
    click(window, "home.practice")
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    assert "（练习，不会上传）" in find(window, "top.where").whole()
    for step in (Step.TERMS, Step.CONSENT, Step.SUBMIT):
        window.frame.show_step(step)
        assert window.frame.page.title.text().startswith("练习 · "), step
    window.show_home()
    qtbot.waitUntil(lambda: window.home.model.rowCount() == 1, timeout=20_000)
    row = [window.home.model.index(0, column).data() for column in range(Column.SHELF + 1)]
    assert row[-3:] == ["练习", row[-2], "丢弃练习"]
    table = window.home.table
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton,
                     pos=table.visualRect(table.model().index(0, Column.SHELF)).center())
    qtbot.waitUntil(lambda: find(window, "home.empty").isVisible(), timeout=20_000)
    assert desks.signing.journal.events == {}


def test_a_first_day_leads_to_the_check_of_the_devices(qtbot, window, desks):
    click(window, "home.devices")
    assert window.settings is not None
    click(window, "settings.place")
    qtbot.waitUntil(lambda: "±6" in find(window, "settings.fix").text(), timeout=20_000)
    desks.booth.fix = BANK_AWAY()
    click(window, "settings.place")
    qtbot.waitUntil(lambda: find(window, "settings.fix").text() == "联系不上银行。 稍后再试。", timeout=20_000)
    click(window, "settings.practice")
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)


def test_trouble_at_the_work_list_is_shown_in_place_and_can_be_tried_again(qtbot, window, desks):
    def away(act):
        if act == "home":
            raise BANK_AWAY()

    desks.signing.before = away
    window.home.reload()
    qtbot.waitUntil(lambda: window.home.notice.code() == "work.offline", timeout=20_000)
    assert "联系不上银行" in window.home.notice.message()
    desks.signing.before = lambda act: None
    click(window, "home.notice.act")
    qtbot.waitUntil(lambda: window.home.notice.code() == "", timeout=20_000)


def test_that_the_data_was_put_back_is_said_until_it_is_read(qtbot, window, desks):
    notice = find(window, "home.put_back")
    assert not notice.isVisible()
    desks.work.put_back = PutBack(at=datetime(2026, 11, 23, 8, tzinfo=UTC), cases=2)
    window.home.reload()
    qtbot.waitUntil(notice.isVisible, timeout=20_000)
    assert "换回了较早的状态（11 月 23 日发现）" in notice.message()
    assert "有 2 笔银行早已收到" in find(window, "home.put_back.next", QLabel).text()
    click(window, "home.put_back.close")
    qtbot.waitUntil(lambda: desks.work.put_back is None, timeout=20_000)
    assert not notice.isVisible()


def test_of_ten_thousand_rows_only_those_in_sight_are_asked_for(qtbot, window, desks, monkeypatch):
    """What keeps a long list fluid; how long a paint takes is told by benchmarks/desk.py."""
    row = summary(desks.signing.view(bring_to(desks, Step.CONSENT)))
    desks.work.extra = [row.model_copy(update={"case_id": f"x{n}"}) for n in range(10_000)]
    asked, data = set(), CaseModel.data

    def counting(model, index, role=Qt.ItemDataRole.DisplayRole):
        asked.add(index.row())
        return data(model, index, role)

    monkeypatch.setattr(CaseModel, "data", counting)
    window.home.reload()
    table, bar = window.home.table, window.home.table.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return window.home.model.rowCount() > 10_000

    qtbot.waitUntil(at_the_end, timeout=60_000)
    asked.clear()
    table.viewport().repaint()
    in_sight = table.viewport().height() // ROW_HEIGHT + 2
    assert len(asked) <= in_sight
    for part in range(20):
        bar.setValue(bar.maximum() * part // 20)
        asked.clear()
        table.viewport().repaint()
        assert table.rowAt(0) in asked
        assert len(asked) <= in_sight
    QApplication.processEvents()
    asked.clear()
    bar.setValue(bar.value() - ROW_HEIGHT)
    qtbot.waitUntil(lambda: bool(asked), timeout=20_000)
    assert len(asked) <= 3  # a step of the wheel paints what comes into sight


def test_who_goes_through_the_list_by_keys_stays_on_the_case_when_another_moves_above_it(qtbot, window, desks):
    row = summary(desks.signing.view(bring_to(desks, Step.CONSENT)))
    desks.work.extra = [row.model_copy(update={"case_id": f"x{n}"}) for n in range(700)]
    window.home.reload()
    model, table = window.home.model, window.home.table
    qtbot.waitUntil(lambda: model.rowCount() == 500, timeout=20_000)
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: model.rowCount() == 701, timeout=20_000)
    table.setCurrentIndex(model.index(model.row_of("x600"), 0))
    desks.work.extra.insert(0, desks.work.extra.pop(650).model_copy(update={"completeness": 1.0}))
    window.home.reload(quiet=True)
    qtbot.waitUntil(lambda: model.row_of("x650") == 1, timeout=20_000)
    assert model.rowCount() == 701
    assert table.currentIndex().row() == model.row_of("x600") > 500
    assert len({model.index(at, 0).data(Qt.ItemDataRole.UserRole).case_id for at in range(701)}) == 701


def test_the_window_lives_and_shows_progress_while_an_act_is_slow(qtbot, window, desks):
    page = open_at(qtbot, window, desks, Step.PLACE)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    gate, opened, beats, timer = threading.Event(), [], [], QTimer()
    desks.signing.before = lambda act: opened.append(gate.wait(60)) if act == "record_place" else None
    timer.timeout.connect(lambda: beats.append(1))
    timer.start(1)
    QTest.mouseClick(page.next, Qt.MouseButton.LeftButton)
    assert not page.next.isEnabled()
    qtbot.waitUntil(lambda: page.busy.working and len(beats) >= 50, timeout=20_000)
    assert opened == []  # the window turned while the act stood at the gate, so the act is not on its thread
    gate.set()
    qtbot.waitUntil(lambda: window.frame.page.step == Step.CONSENT, timeout=20_000)
    timer.stop()
    assert not page.busy.working
    assert opened == [True]


def test_nothing_is_done_twice_while_an_act_is_under_way(qtbot, window, desks):
    page = open_at(qtbot, window, desks, Step.PLACE)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    gate = threading.Event()
    desks.signing.before = lambda act: gate.wait(60) if act == "record_place" else None
    QTest.mouseClick(page.next, Qt.MouseButton.LeftButton)
    page.refresh_footer()
    QTest.mouseClick(page.next, Qt.MouseButton.LeftButton)
    gate.set()
    qtbot.waitUntil(lambda: window.frame.page.step == Step.CONSENT, timeout=20_000)
    assert [act for act, *_ in desks.signing.acts].count("record_place") == 1


def test_every_page_says_that_it_records(qtbot, window, desks):
    desks.booth.recording = RecordingState(active=True, elapsed_ms=65_000)
    qtbot.waitUntil(lambda: find(window, "top.recording").isVisible(), timeout=20_000)
    assert "1:05" in find(window, "top.recording").text()
    desks.booth.recording = RecordingState(active=False)
    qtbot.waitUntil(lambda: not find(window, "top.recording").isVisible(), timeout=20_000)


def test_a_recording_that_ended_is_not_shown_any_longer(qtbot, window, desks):
    open_at(qtbot, window, desks, Step.INTERVIEW)
    desks.booth.recording = RecordingState(active=True, elapsed_ms=65_000)
    qtbot.waitUntil(lambda: find(window, "top.recording").isVisible(), timeout=20_000)
    desks.booth.recording = RecordingState(active=False)
    window.frame.apply(window.frame.view)
    assert not find(window, "top.recording").isVisible()


def test_the_empty_list_offers_to_begin(qtbot, window):
    assert find(window, "home.empty").isVisible()
    click(window, "home.first")
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    assert window.frame.page.step == Step.TERMS


def test_a_wider_window_holds_more_papers_in_a_line(qtbot, window, desks):
    page = open_at(qtbot, window, desks, Step.PAPERS)
    window.resize(1366, 768)
    tiles = page.findChildren(PaperTile)
    qtbot.waitUntil(lambda: len({tile.x() for tile in tiles}) == 4, timeout=20_000)
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: len({tile.x() for tile in tiles}) == 6, timeout=20_000)


def test_after_a_supplement_only_the_asked_papers_can_change(qtbot, window, desks, tmp_path):
    case_id = bring_to(desks, Step.SUBMIT)
    seal(desks, case_id)
    desks.signing.journal.append(case_id, facts.SupplementRequested(
        request_id="s1", papers=("income_proof",), note="请补收入证明", due=None))
    window.open_case(case_id)
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    page = window.frame.page
    assert page.step == Step.PAPERS
    assert "收入证明" in find(page, "papers.missing", QLabel).text()
    page.import_file("income_proof", save(tmp_path / "page.jpg", jpeg("收入")))
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    click(page, "papers.next")
    assert window.frame.page.step == Step.SUBMIT
    window.frame.show_step(Step.TERMS)
    assert "补件" in find(window.frame.page, "terms.missing", QLabel).text()


def test_an_answer_that_comes_after_leaving_the_case_reaches_nobody(qtbot, window, desks):
    page = open_at(qtbot, window, desks, Step.PLACE)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    gate = threading.Event()
    desks.signing.before = lambda act: gate.wait(60) if act == "record_place" else None
    QTest.mouseClick(page.next, Qt.MouseButton.LeftButton)
    window.show_home()
    gate.set()
    qtbot.waitUntil(lambda: find(window, "home.count", QLabel).text() == "11 月 23 日 · 1 笔", timeout=20_000)
    assert window.frame is None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_painted_and_stays_in_its_bounds(qtbot, tmp_path, language, theme):
    desks = make_desks()
    case_id = bring_to(desks, Step.SUBMIT)
    window = MainWindow(desks, language, theme)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.open_case(case_id)
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    for step in STEPS:
        window.frame.show_step(step)
        qtbot.wait(30)
        page = window.frame.page
        assert grab(window, tmp_path / f"{step}.png").stat().st_size > 10_000
        _check_page(window, page)
    window.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_no_state_of_the_face_page_cuts_its_words(qtbot, language, size):
    desks = make_desks()
    window = MainWindow(desks, language)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    page = open_at(qtbot, window, desks, Step.LIVENESS)

    def fits(state: str) -> None:
        def whole() -> None:
            assert (state, cut_off(page)) == (state, [])

        qtbot.waitUntil(whole, timeout=20_000)
        assert window.width() == size[0]
        for button in page.findChildren(QAbstractButton):
            assert not button.isVisible() or button.height() >= 40, f"{button.objectName()} at {state}"

    def attempt(verdict: str, zone: str, *reasons: str) -> None:
        done = case_facts.liveness(verdict, zone)
        desks.signing.done = done.model_copy(update={"result": done.result.model_copy(update={
            "reasons": reasons, "lacks": ("attack_detection", "landmarks")})})
        ended, desks.booth.progress = len(page.view.case.liveness_ended), None
        click(page, "liveness.start")
        qtbot.waitUntil(lambda: desks.booth.progress is not None, timeout=20_000)
        fits("in action")
        desks.booth.progress(SimpleNamespace(
            phase="passed", action=None, guidance="passed", seconds_left=0.0, actions=("blink", "nod", "turn_left"),
            done=(), finished=True, light=None))
        qtbot.waitUntil(lambda: len(page.view.case.liveness_ended) > ended and page.result.isVisible(), timeout=20_000)

    fits("at rest")
    click(page, "liveness.skip_light")
    fits("without light")
    click(page, "liveness.other_actions")
    fits("other actions")
    click(page, "liveness.without_done")
    fits("actions left out")
    attempt("review", "review", "no_attack_detection", "light_skipped")
    fits("review")
    attempt("reject", "pass", "timeout", "low_frame_rate")
    fits("rejected")
    attempt("reject", "fail", "identity_changed")
    fits("used up")
    click(page, "liveness.other_path")
    qtbot.waitUntil(page.second.isVisible, timeout=20_000)
    fits("two persons")
    window.close()


def test_coloured_light_fills_the_rails_and_the_bar_too(qtbot, window, desks):
    page = open_at(qtbot, window, desks, Step.LIVENESS)
    click(page, "liveness.start")
    qtbot.waitUntil(lambda: desks.booth.progress is not None, timeout=20_000)
    desks.booth.progress(SimpleNamespace(
        phase="hold", action=None, guidance="hold_still", seconds_left=3.0, actions=("blink", "nod", "turn_left"), done=(),
        finished=False, light=(255, 178, 178)))
    qtbot.waitUntil(lambda: window.findChild(ScreenLight) is not None, timeout=20_000)
    shown = window.grab().toImage()
    for place in (QPoint(600, 20), QPoint(100, 400), QPoint(window.width() - 60, 400), QPoint(500, window.height() - 30)):
        assert shown.pixelColor(place).name() == "#ffb2b2"
    QTest.mouseClick(window.findChild(ScreenLight), Qt.MouseButton.LeftButton, pos=QPoint(100, 90))
    assert window.frame.page is page  # what lies below the light cannot be pressed
    window.show_home()
    assert window.findChild(ScreenLight) is None or not window.findChild(ScreenLight).isVisible()


def _check_page(window, page) -> None:
    assert window.width() == 1366
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.objectName(), f"a button without a name on {page.step}: {button.text()}"
            assert button.accessibleName() or button.text(), f"{button.objectName()} has no accessible name"
            assert button.height() >= 40, f"{button.objectName()} is {button.height()} px high"
    primary = [b for b in page.findChildren(QPushButton) if b.isVisible() and b.property("role") == "primary"]
    assert len(primary) <= 1, [b.objectName() for b in primary]
    edge = page.mapToGlobal(QPoint(page.width(), 0)).x()
    for label in page.findChildren(QLabel):
        if label.isVisible() and label.visibleRegion().boundingRect().width() > 0:
            right = label.mapToGlobal(QPoint(label.width(), 0)).x()
            assert right <= edge + 1 or page.step == Step.SIGN, f"{label.text()} runs out of {page.step}"


def test_names_are_unique_on_every_page(qtbot, window, desks):
    open_at(qtbot, window, desks, Step.SUBMIT)
    for step in STEPS:
        window.frame.show_step(step)
        qtbot.wait(20)
        names = [b.objectName() for b in window.frame.page.findChildren(QAbstractButton) if b.objectName()]
        ours = [n for n in names if not n.startswith("qt_") and "." in n]
        assert len(ours) == len(set(ours)), sorted(n for n in ours if ours.count(n) > 1)


def test_language_and_theme_change_while_a_case_is_open(qtbot, window, desks):
    open_at(qtbot, window, desks, Step.CONSENT)
    click(window, "top.language")
    assert find(window.frame, "consent.title", QLabel).text() == "Consents"
    click(window, "top.theme")
    assert window.frame.page.step == Step.CONSENT
    assert window.palette().window().color().name().upper() == "#0F141B"


def test_the_rail_opens_only_steps_that_can_be_reached(qtbot, window, desks):
    open_at(qtbot, window, desks, Step.CONSENT)
    assert not find(window, "rail.step.sign").isEnabled()
    click(window, "rail.step.terms")
    assert window.frame.page.step == Step.TERMS


def test_the_evidence_rail_masks_the_customer(qtbot, window, desks):
    open_at(qtbot, window, desks, Step.LIVENESS)
    assert find(window, "evidence.customer", QLabel).text() == "林*星"
    assert find(window, "evidence.id_number").whole() == "3201**********1229"


def test_closing_ends_every_worker_thread(qtbot, desks):
    window = MainWindow(desks)
    qtbot.addWidget(window)
    window.show()
    qtbot.wait(50)
    window.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("lane-")]


def test_a_sealed_case_offers_neither_to_save_nor_to_record(qtbot, window, desks):
    case_id = bring_to(desks, Step.SUBMIT)
    seal(desks, case_id)
    window.open_case(case_id)
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    for step in STEPS:
        window.frame.show_step(step)
        page = window.frame.page
        assert page.next.text() == ("回到今日业务" if step == Step.SUBMIT else "下一步")
        assert page.strip is None or not page.strip.isVisible(), step
    window.frame.show_step(Step.TERMS)
    click(window, "terms.next")
    assert window.frame.page.step == Step.PLACE
