"""Another camera can be chosen wherever the program takes pictures, and is seen there at once; a refusal is told in place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.desk.booth import RECORDING_RUNS
from app.domain.flow import Step
from tests.ui.fake_desk import CAMERA
from tests.ui.steps import bring_to, find


@pytest.fixture(params=[Step.ID_CARD, Step.LIVENESS, Step.PAPERS])
def page(request, qtbot, window, desks):
    window.open_case(bring_to(desks, request.param))
    qtbot.waitUntil(lambda: window.frame is not None, timeout=20_000)
    page = window.frame.page
    if request.param == Step.PAPERS:
        page.open_paper("income_proof")
    return page


def choice(qtbot, page):
    found = find(page, f"{page.step}.which_camera")
    qtbot.waitUntil(lambda: found.isVisible() and found.count() == 2, timeout=20_000)
    return found


def test_a_camera_is_chosen_by_keyboard_beside_its_picture(qtbot, page, desks):
    which = choice(qtbot, page)
    assert which.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert which.accessibleName()
    which.setFocus()
    QTest.keyClick(which, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: desks.booth.camera == CAMERA, timeout=20_000)
    camera = page.capture.camera if page.step == Step.PAPERS else page.camera
    qtbot.waitUntil(lambda: camera.frames_shown > 0, timeout=20_000)
    assert desks.booth.watchers


def test_while_a_recording_runs_the_camera_stays_and_that_is_told(qtbot, page, desks):
    which = choice(qtbot, page)
    before = desks.booth.camera
    desks.booth.before = lambda act: (_ for _ in ()).throw(RECORDING_RUNS()) if act == "use_camera" else None
    which.choose(CAMERA)
    qtbot.waitUntil(lambda: page.notice.code() == "recording.runs", timeout=20_000)
    assert (which.code(), desks.booth.camera) == ("0", before)
