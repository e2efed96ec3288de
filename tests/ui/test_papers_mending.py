"""Papers brought as files, and pages mended: by chooser, drop and paste; by mouse and by keyboard."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from app.domain.flow import Step
from app.domain.page_frame import WHOLE
from app.ui import text
from app.ui.files import pick_papers
from tests.ui.fake_desk import jpeg, pdf, save
from tests.ui.steps import acts, click, find


def pages(page) -> tuple:
    return page.view.case.papers.get("income_proof", ())


def imported(qtbot, page, path, count: int = 1) -> None:
    page.import_file("income_proof", path)
    qtbot.waitUntil(lambda: len(pages(page)) == count, timeout=10_000)


def mending(qtbot, page, at: int = 0):
    """The mender, open on a page."""
    qtbot.waitUntil(lambda: page.findChild(object, f"papers.page.{at}.mend") is not None, timeout=20_000)
    click(page, f"papers.page.{at}.mend")
    frame = find(page, "papers.mend.frame")
    qtbot.waitUntil(frame.has_image, timeout=20_000)
    return frame


def near(corners, expected) -> bool:
    return float(np.abs(np.array(corners) - np.array(expected)).max()) < 0.012


# -- import ------------------------------------------------------------------------------------------------------------


def test_every_page_of_a_pdf_is_there_and_marked_as_imported(qtbot, papers, desks, tmp_path):
    imported(qtbot, papers, save(tmp_path / "收入 证明.pdf", pdf("证明", 2)), 2)
    assert all(page.imported and page.source for page in pages(papers))
    assert [finding.code for finding in pages(papers)[0].findings] == ["import.not_live"]
    assert papers.notice.isHidden()


def test_a_bad_file_is_told_and_the_page_goes_on(qtbot, papers, tmp_path):
    for data, code in ((b"\x00\x00\x00\x18ftypheic" + bytes(64), "import.heic"), (b"hello", "picture.not_an_image"),
                       (b"", "file.empty"), (b"PK\x03\x04 no zip", "import.ofd_damaged")):
        papers.import_file("income_proof", save(tmp_path / "bad.bin", data))
        qtbot.waitUntil(lambda: papers.notice.code() == code, timeout=20_000)  # noqa: B023
    assert pages(papers) == ()
    imported(qtbot, papers, save(tmp_path / "good.jpg", jpeg("收入")))


def test_two_hundred_megabytes_are_refused_unread(qtbot, papers, tmp_path):
    path = tmp_path / "huge.pdf"
    with open(path, "wb") as file:
        file.truncate(200_000_000)
    papers.import_file("income_proof", path)
    qtbot.waitUntil(lambda: papers.notice.code() == "file.too_large", timeout=20_000)


def test_files_dropped_beside_the_camera_become_pages(qtbot, papers, tmp_path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(save(tmp_path / f"{n}.jpg", jpeg(str(n))))) for n in (1, 2)])
    papers.capture.dropEvent(QDropEvent(QPointF(40, 40), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                                        Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: len(pages(papers)) == 2, timeout=20_000)


def test_a_picture_or_a_file_on_the_clipboard_is_pasted(qtbot, papers, tmp_path):
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#3060C0"))
    QGuiApplication.clipboard().setImage(image)
    papers.capture.paste()
    qtbot.waitUntil(lambda: len(pages(papers)) == 1, timeout=20_000)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(save(tmp_path / "a.jpg", jpeg("a"))))])
    QGuiApplication.clipboard().setMimeData(mime)
    papers.capture.paste()
    qtbot.waitUntil(lambda: len(pages(papers)) == 2, timeout=20_000)
    QGuiApplication.clipboard().setText("words")
    papers.capture.paste()
    assert papers.notice.code() == "import.clipboard_empty"


def test_the_chooser_offers_documents_and_hands_on_every_file(qtbot, papers, tmp_path):
    chosen = []
    pick_papers(papers, "chooser", chosen.append)
    dialog = papers.findChild(QFileDialog, "chooser")
    assert {"*.pdf", "*.ofd", "*.heic"} <= set(dialog.nameFilters()[0].rstrip(")").split("(")[1].split())
    paths = [save(tmp_path / f"{n}.jpg", jpeg(str(n))) for n in (1, 2)]
    dialog.filesSelected.emit([str(path) for path in paths])
    assert chosen == paths
    dialog.close()


# -- mending -----------------------------------------------------------------------------------------------------------


def test_a_page_is_turned_and_its_corners_moved_by_keyboard(qtbot, papers, desks, tmp_path):
    imported(qtbot, papers, save(tmp_path / "a.jpg", jpeg("a")))
    frame = mending(qtbot, papers)
    qtbot.waitUntil(lambda: frame.corners == desks.signing.found_corners, timeout=20_000)
    handle = find(papers, "papers.mend.frame.0")
    for _ in range(5):
        QTest.keyClick(handle, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(handle, Qt.Key.Key_Down)
    assert near(frame.corners[0], (0.25, 0.104))
    click(papers, "papers.mend.right")
    QTest.keyClick(handle, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)  # down on the turned picture is right on it
    assert near(frame.corners[0], (0.28, 0.104))
    click(papers, "papers.mend.save")
    qtbot.waitUntil(lambda: "reframe_paper" in acts(desks), timeout=20_000)
    qtbot.waitUntil(lambda: not papers.capture.mender.isVisible(), timeout=20_000)
    page, = pages(papers)
    assert page.turns == 1
    assert near(page.corners, ((0.28, 0.104), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)))
    assert near(mending(qtbot, papers).corners, page.corners)
    assert find(papers, "papers.mend.frame").turns == 1


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_corner_dragged_lands_under_the_mouse_however_the_page_is_turned(qtbot, papers, tmp_path, turns):
    imported(qtbot, papers, save(tmp_path / "a.jpg", jpeg("a")))
    frame = mending(qtbot, papers)
    frame.show_frame(WHOLE, turns)
    handle = find(papers, "papers.mend.frame.2")
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    target = frame.rect().center() + QPoint(30, 22)
    QTest.mouseMove(handle, handle.mapFrom(frame, target))
    qtbot.waitUntil(lambda: (handle.geometry().center() - target).manhattanLength() <= 3, timeout=20_000)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    assert all(0 <= share <= 1 for point in frame.corners for share in point)


def test_crossed_corners_are_told_and_nothing_changes(qtbot, papers, desks, tmp_path):
    imported(qtbot, papers, save(tmp_path / "a.jpg", jpeg("a")))
    frame = mending(qtbot, papers)
    qtbot.waitUntil(lambda: frame.corners == desks.signing.found_corners, timeout=20_000)
    assert frame.sound
    frame.show_frame((WHOLE[2], *WHOLE[1:2], WHOLE[0], WHOLE[3]), 0)
    assert not frame.sound
    click(papers, "papers.mend.save")
    qtbot.waitUntil(lambda: papers.notice.code() == "papers.corners", timeout=20_000)
    assert papers.capture.mender.isVisible()
    click(papers, "papers.mend.cancel")
    assert pages(papers)[0].corners is None


def test_a_removed_page_comes_back_and_a_retake_stands_in_its_place(qtbot, papers, desks, tmp_path):
    imported(qtbot, papers, save(tmp_path / "a.jpg", jpeg("a")))
    imported(qtbot, papers, save(tmp_path / "b.jpg", jpeg("b")), 2)
    first, second = (page.page_id for page in pages(papers))
    assert not find(papers, "papers.restore").isVisible()
    click(papers, "papers.page.0.remove")
    qtbot.waitUntil(lambda: len(pages(papers)) == 1, timeout=20_000)
    click(papers, "papers.restore")
    qtbot.waitUntil(lambda: [page.page_id for page in pages(papers)] == [first, second], timeout=20_000)
    qtbot.waitUntil(lambda: not find(papers, "papers.restore").isVisible(), timeout=20_000)
    click(papers, "papers.page.0.retake")
    qtbot.waitUntil(lambda: "retake_paper" in acts(desks), timeout=20_000)
    qtbot.waitUntil(lambda: pages(papers)[0].page_id not in (first, second), timeout=20_000)
    assert pages(papers)[1].page_id == second
    assert not pages(papers)[0].imported


def test_a_button_whose_card_is_drawn_anew_during_its_act_does_no_harm(qtbot, papers, desks, tmp_path):
    imported(qtbot, papers, save(tmp_path / "a.jpg", jpeg("a")))
    gate, window = threading.Event(), threading.current_thread()
    desks.signing.before = lambda act: threading.current_thread() is window or gate.wait(60)
    pressed = find(papers, "papers.page.0.retake")
    click(papers, "papers.page.0.retake")
    papers.show_case(desks.signing.remove_paper(papers.case_id, "income_proof", pages(papers)[0].page_id))
    qtbot.waitUntil(lambda: not isValid(pressed), timeout=20_000)  # another act ended first and the card was drawn anew
    gate.set()
    qtbot.waitUntil(lambda: not papers.resting, timeout=20_000)
    qtbot.waitUntil(lambda: "retake_paper" in acts(desks), timeout=20_000)


def test_a_page_removed_while_it_is_mended_gives_way_to_the_camera(qtbot, papers, tmp_path):
    imported(qtbot, papers, save(tmp_path / "a.jpg", jpeg("a")))
    mending(qtbot, papers)
    click(papers, "papers.page.0.remove")
    qtbot.waitUntil(lambda: not papers.capture.mender.isVisible(), timeout=20_000)


def test_the_mender_speaks_english(qtbot, opened, desks, tmp_path):
    text.set_language("en")
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: "set_circumstances" in acts(desks), timeout=20_000)
    page.open_paper("income_proof")
    imported(qtbot, page, save(tmp_path / "a.jpg", jpeg("a")))
    mending(qtbot, page)
    assert find(page, "papers.mend.frame.0").accessibleName() == "Top left"
    click(page, "papers.mend.right")
    assert find(page, "papers.mend.frame.0").accessibleName() == "Top right"
