"""Areas that scroll: by wheel, by keys, by a finger anywhere in them, and by themselves to what gets the focus."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QLayout,
    QScrollArea,
    QScroller,
    QScrollerProperties,
    QWidget,
)

from app.ui.widgets.basics import holder


class Scroll(QScrollArea):
    """Around ``content``. ``words`` name one that is read, not filled in: such a one stops the keyboard and shows it."""

    def __init__(self, content: QLayout | None = None, words: str = "", name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if words else Qt.FocusPolicy.NoFocus)
        if words:
            self.setProperty("panel", "aside")
            self.setAccessibleName(words)
        if content is not None:
            self.setWidget(holder(content, "scroll"))
        follow_finger(self)
        QApplication.instance().focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.widget() is not None and self.widget().isAncestorOf(now):
            self.ensureWidgetVisible(now)


def follow_finger(area: QAbstractScrollArea) -> None:
    """A drag by touch scrolls; it stops at the ends without swinging back."""
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
    scroller = QScroller.scroller(area.viewport())
    properties, off = scroller.scrollerProperties(), QScrollerProperties.OvershootPolicy.OvershootAlwaysOff
    for metric in (QScrollerProperties.ScrollMetric.HorizontalOvershootPolicy,
                   QScrollerProperties.ScrollMetric.VerticalOvershootPolicy):
        properties.setScrollMetric(metric, off)
    properties.setScrollMetric(QScrollerProperties.ScrollMetric.MousePressEventDelay, 0.0)  # a short tap was lost now and then
    scroller.setScrollerProperties(properties)
