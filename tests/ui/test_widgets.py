"""The small widgets: what they show, record and refuse."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest

from app.domain.condition import Condition, Kind
from app.domain.ink import BLANK, TOO_SHORT, check_ink
from app.domain.place import Fix, FixSource, Position
from app.ui import text, theme
from app.ui.files import read_file
from app.ui.pdf import render
from app.ui.widgets.basics import Elided, Pill
from app.ui.widgets.camera_view import CameraView, scaled
from app.ui.widgets.fence_map import FenceMap
from app.ui.widgets.hold_button import HoldButton
from app.ui.widgets.inputs import Choice, NumberInput, SearchBox, parse_yuan
from app.ui.widgets.notice import Notice
from app.ui.widgets.picture import decode
from app.ui.widgets.reading_pane import ReadingPane
from app.ui.widgets.signature_pad import SignaturePad
from tests.ui.fake_desk import FakeBooth, jpeg, pdf
from tests.ui.steps import write

TROUBLE = Kind("test.trouble", zh="出了问题。", zh_next="请这样做。", en="Trouble.", en_next="Do this.")


@pytest.mark.parametrize(("typed", "fen"), [
    ("120000", 12_000_000), ("12万", 12_000_000), ("120,000.50", 12_000_050), ("１２０", 12_000),
    ("¥ 86,000 元", 8_600_000),
    ("0", 0), ("", None), ("abc", None), ("1.234", None), ("-5", None), ("NaN", None), ("1e30", None)])
def test_money_is_read_as_people_write_it(typed, fen):
    assert parse_yuan(typed) == fen


def test_money_shows_its_separators_after_typing(qtbot):
    field = NumberInput("price")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "120000")
    field.editingFinished.emit()
    assert field.text() == "120,000"
    assert field.fen() == 12_000_000


def test_a_choice_keeps_what_was_chosen_while_it_is_still_offered(qtbot):
    choice = Choice("x", (("a", "甲"), ("b", "乙")))
    qtbot.addWidget(choice)
    choice.choose("b")
    choice.offer((("b", "乙"), ("c", "丙")))
    assert choice.code() == "b"
    choice.offer((("c", "丙"),))
    assert choice.code() == "c"


def test_search_asks_once_after_the_last_key(qtbot):
    box = SearchBox("s", "")
    qtbot.addWidget(box)
    asked = []
    box.asked.connect(asked.append)
    QTest.keyClicks(box, "1234")
    qtbot.waitUntil(lambda: bool(asked), timeout=20_000)
    assert asked == ["1234"]


def test_a_notice_shows_what_to_do_and_the_code(qtbot):
    notice = Notice("n")
    qtbot.addWidget(notice)
    assert notice.message() == ""
    notice.show_condition(TROUBLE())
    assert (notice.message(), notice.code()) == ("出了问题。", "test.trouble")
    text.set_language("en")
    notice.show_condition(TROUBLE())
    assert notice.message() == "Trouble."
    notice.clear()
    assert notice.message() == ""


def test_a_long_line_is_cut_but_told_whole(qtbot):
    line = Elided("一个非常非常长的名字" * 5)
    qtbot.addWidget(line)
    line.resize(80, 20)
    assert line.text().endswith("…")
    assert line.toolTip() == line.whole()


def test_a_pill_grows_with_its_words(qtbot):
    pill = Pill("缺", "bad")
    qtbot.addWidget(pill)
    narrow = pill.sizeHint().width()
    pill.show_state("已采集并识别", "ok")
    assert pill.sizeHint().width() > narrow
    assert pill.accessibleName() == "已采集并识别"


def test_mouse_ink_has_places_times_and_its_device(qtbot):
    pad = SignaturePad("pad")
    qtbot.addWidget(pad)
    pad.resize(400, 300)
    pad.show()
    write(pad)
    ink = pad.ink()
    check_ink(ink)
    assert len(ink.strokes) == 3
    assert ink.device.startswith("mouse")
    times = [point.t_ms for point in ink.points()]
    assert times == sorted(times)
    assert ink.strokes[0][0].x == pytest.approx(60 / 400)


def test_blank_and_tiny_ink_is_refused(qtbot):
    pad = SignaturePad("pad")
    qtbot.addWidget(pad)
    pad.resize(400, 300)
    with pytest.raises(Condition) as blank:
        check_ink(pad.ink())
    assert blank.value.kind is BLANK
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    with pytest.raises(Condition) as dot:
        check_ink(pad.ink())
    assert dot.value.kind is TOO_SHORT
    pad.clear()
    assert pad.is_blank()


def pen(pad: SignaturePad, kind: QEvent.Type, x: float, y: float, pressure: float, *, at_ms: int = 0,
        tilt: tuple[float, float] = (0, 0)) -> None:
    device = QPointingDevice.primaryPointingDevice()
    down = kind != QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind, device, QPointF(x, y), QPointF(x, y), pressure, *tilt, 0, 0, 0, Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton if down else Qt.MouseButton.NoButton)
    event.setTimestamp(at_ms)
    pad.tabletEvent(event)


def test_a_pen_brings_its_pressure_and_silences_the_mouse(qtbot):
    pad = SignaturePad("pad")
    qtbot.addWidget(pad)
    pad.resize(400, 300)
    pen(pad, QEvent.Type.TabletPress, 40, 40, 0.2)
    pen(pad, QEvent.Type.TabletMove, 140, 90, 0.7)
    pen(pad, QEvent.Type.TabletRelease, 200, 160, 0.1)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    ink = pad.ink()
    assert [round(p.pressure, 2) for p in ink.points()] == [0.2, 0.7, 0.1]
    assert ink.device.startswith("pen")
    assert len(ink.strokes) == 1


def test_a_pens_tilt_and_its_own_clock_are_kept(qtbot):
    pad = SignaturePad("pad")
    qtbot.addWidget(pad)
    pad.resize(400, 300)
    pen(pad, QEvent.Type.TabletPress, 40, 40, 0.2, at_ms=90_000, tilt=(30, -12))
    pen(pad, QEvent.Type.TabletMove, 140, 90, 0.7, at_ms=90_004, tilt=(31, -12))
    pen(pad, QEvent.Type.TabletRelease, 200, 160, 0.1, at_ms=90_003, tilt=(32, -11))  # no clock runs backwards here
    points = pad.ink().points()
    assert [point.t_ms for point in points] == [0, 4, 4]
    assert [(point.tilt_x, point.tilt_y) for point in points] == [(30, -12), (31, -12), (32, -11)]


def test_the_last_stroke_is_undone_by_keyboard_and_everything_cleared(qtbot):
    pad = SignaturePad("pad")
    qtbot.addWidget(pad)
    pad.resize(400, 300)
    pad.show()
    write(pad)
    QTest.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(pad.ink().strokes) == 2
    QTest.keyClick(pad, Qt.Key.Key_Delete)
    assert pad.is_blank()
    assert pad.ink().device == "none"
    assert pad.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_finger_draws(qtbot):
    pad = SignaturePad("pad")
    qtbot.addWidget(pad)
    pad.resize(400, 300)
    pad.show()
    device = QTest.createTouchDevice()
    QTest.touchEvent(pad, device).press(0, QPoint(30, 30), pad).commit()
    for step in range(1, 8):
        QTest.touchEvent(pad, device).move(0, QPoint(30 + 20 * step, 30 + 10 * step), pad).commit()
    QTest.touchEvent(pad, device).release(0, QPoint(180, 110), pad).commit()
    check_ink(pad.ink())
    assert pad.ink().device.startswith("finger")


def test_frames_are_scaled_before_they_cross_over():
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[:, :, 2] = 200
    image = scaled(frame, QSize(320, 180))
    assert (image.width(), image.height()) == (320, 180)
    assert image.pixelColor(10, 10).red() == 200


def test_the_preview_mirrors_only_in_painting(qtbot):
    booth = FakeBooth()
    booth.image = np.zeros((240, 320, 3), np.uint8)
    booth.image[:, :160, 1] = 255
    for mirrored in (False, True):
        view = CameraView("camera", mirrored=mirrored)
        qtbot.addWidget(view)
        view.resize(320, 240)
        view.show()
        view.watch(booth)
        qtbot.waitUntil(lambda v=view: v.frames_shown == 1, timeout=20_000)
        left = view.grab().toImage().pixelColor(40, 120).green()
        assert (left > 200) is not mirrored
        assert view.image().pixelColor(5, 5).green() > 200
        view.stop()
    assert booth.watchers == []


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_preview_has_as_many_pixels_as_the_display(qtbot, monkeypatch, ratio):
    monkeypatch.setattr(CameraView, "devicePixelRatioF", lambda _view: ratio)
    booth = FakeBooth()
    booth.image = np.zeros((720, 1280, 3), np.uint8)
    view = CameraView("camera")
    qtbot.addWidget(view)
    view.resize(320, 180)
    view.show()
    view.watch(booth)
    qtbot.waitUntil(lambda: view.frames_shown == 1, timeout=20_000)
    assert view.image().width() == 320 * ratio
    view.stop()


def test_a_preview_drops_frames_rather_than_queue_them(qtbot):
    booth = FakeBooth()
    view = CameraView("camera")
    qtbot.addWidget(view)
    view.show()
    view.watch(booth)
    for _ in range(30):
        booth.push()
    qtbot.waitUntil(lambda: view.frames_shown > 0, timeout=20_000)
    qtbot.wait(80)
    assert view.frames_shown <= 3
    view.stop()


def test_no_picture_is_made_of_what_is_none():
    assert decode(b"not a picture").isNull()
    assert decode(jpeg("x", 2000, 1000), QSize(200, 200)).size() == QSize(200, 100)


def test_the_document_pane_knows_its_end(qtbot):
    pane = ReadingPane("doc")
    qtbot.addWidget(pane)
    pane.resize(500, 400)
    pane.show()
    pane.show_pdf(pdf("合同", pages=3))
    qtbot.waitUntil(lambda: pane.page_count == 3, timeout=20_000)
    assert not pane.at_end
    with qtbot.waitSignal(pane.read_to_end, timeout=20_000):
        qtbot.waitUntil(lambda: pane.verticalScrollBar().maximum() > 500, timeout=20_000)
        pane.verticalScrollBar().setValue(pane.verticalScrollBar().maximum())
    assert pane.at_end


def test_the_documents_type_is_as_large_as_the_pane_allows():
    """Empty side margins are not drawn: the print reaches from edge to edge, and none of it is cut."""
    pages = render(pdf("合同", pages=2), 600).images
    for page in pages:
        assert page.width() == 600
        inked = [x for x in range(600) if any(page.pixelColor(x, y).lightness() < 128 for y in range(page.height()))]
        assert 4 <= inked[0] < 30
        assert inked[-1] < 596
    assert max(page.height() for page in pages) > 600 * 297 / 210


def test_a_broken_document_is_told(qtbot):
    pane = ReadingPane("doc")
    qtbot.addWidget(pane)
    with qtbot.waitSignal(pane.trouble, timeout=20_000) as told:
        pane.show_pdf(b"%PDF-1.7 nonsense")
    assert told.args[0].code == "document.unreadable"


def test_leaving_needs_a_long_press(qtbot):
    hold = HoldButton("返回", "leave")
    qtbot.addWidget(hold)
    hold.show()
    held = []
    hold.held.connect(lambda: held.append(1))
    QTest.mouseClick(hold, Qt.MouseButton.LeftButton)
    qtbot.wait(60)
    assert not held
    QTest.mousePress(hold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(held), timeout=20_000)
    QTest.mouseRelease(hold, Qt.MouseButton.LeftButton)


def test_the_map_draws_near_and_far_fixes(qtbot):
    ground = FenceMap(scale_bar=True)
    qtbot.addWidget(ground)
    ground.resize(400, 300)
    dealer = Position(latitude=32.06, longitude=118.79)
    pictures = []
    for latitude in (32.0601, 32.2):
        fix = Fix(position=Position(latitude=latitude, longitude=118.79), accuracy_m=6, source=FixSource.GPSD,
                  taken_at=datetime.now(UTC))
        ground.show_place(dealer, 200, fix)
        pictures.append(ground.grab().toImage())
    assert pictures[0] != pictures[1]
    brand = theme.colour("brand").rgb()
    assert any(pictures[1].pixel(200, y) == brand for y in range(0, 100))


@pytest.mark.parametrize(("content", "code"), [(b"", "file.empty"), (None, "file.unreadable")])
def test_files_that_cannot_be_read_are_named(tmp_path, content, code):
    path = tmp_path / "资料 1.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Condition) as refused:
        read_file(path)
    assert refused.value.code == code


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.jpg"
    with path.open("wb") as sparse:
        sparse.truncate(200_000_000)
    with pytest.raises(Condition) as refused:
        read_file(path)
    assert refused.value.code == "file.too_large"


@pytest.mark.parametrize(("ago", "zh"), [(timedelta(minutes=5), "11:55"), (timedelta(days=1), "昨日"),
                                         (timedelta(days=3), "周五"), (timedelta(days=40), "10-14")])
def test_moments_are_short(ago, zh):
    now = datetime(2026, 11, 23, 12, 0).astimezone()
    assert text.when(now - ago, now) == zh
