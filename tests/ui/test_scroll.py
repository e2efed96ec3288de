"""Areas that scroll, under a finger as the system tells of it."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from app.ui.widgets.basics import button, column
from app.ui.widgets.scroll import Fit, Scroll
from app.ui.widgets.signature_pad import SignaturePad


@pytest.fixture
def finger(qtbot):
    """Drags on a window, from one point of a widget in it to another; a tap where there is only one."""
    device = QTest.createTouchDevice()

    def drag(widget, *points: QPoint) -> None:
        window = widget.window()
        places = [widget.mapTo(window, point) for point in points]
        for at, place in enumerate(places):
            touch = QTest.touchEvent(window.windowHandle(), device)
            (touch.press if at == 0 else touch.move)(0, place)
            touch.commit()
        QTest.touchEvent(window.windowHandle(), device).release(0, places[-1]).commit()

    return drag


def test_of_two_quick_taps_in_a_list_that_scrolls_both_count(qtbot, finger):
    buttons = [button(f"{n}", f"b{n}") for n in range(30)]
    area = shown(qtbot, Scroll(column(*buttons)))
    taps = []
    buttons[2].clicked.connect(lambda: taps.append(1))
    for _ in range(3):
        finger(buttons[2], buttons[2].rect().center())
    qtbot.waitUntil(lambda: len(taps) == 3, timeout=20_000)
    assert area.verticalScrollBar().value() == 0


def test_who_signs_on_a_page_that_scrolls_writes_and_does_not_scroll(qtbot, finger):
    pad = SignaturePad("pad")
    area = shown(qtbot, Fit(column(pad, *(button(f"{n}", f"b{n}") for n in range(12)))))
    assert area.verticalScrollBar().maximum() > 0
    finger(pad, *(QPoint(60, 120 - 10 * step) for step in range(10)))
    qtbot.waitUntil(lambda: not pad.is_blank(), timeout=20_000)
    assert len(pad.ink().strokes[0]) == 11  # pressed, moved, and let go
    assert area.verticalScrollBar().value() == 0
    finger(area.widget(), *(QPoint(60, 250 - 10 * step) for step in range(10)))
    qtbot.waitUntil(lambda: area.verticalScrollBar().value() > 0, timeout=20_000)  # beside the pad it scrolls


def shown(qtbot, area: Scroll) -> Scroll:
    qtbot.addWidget(area)
    area.resize(400, 300)
    with qtbot.waitExposed(area):
        area.show()
    return area
