"""Areas that scroll: by wheel, by keys, by a finger anywhere in them, and by themselves to what gets the focus."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication
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

from app.ui import motion
from app.ui.widgets.basics import holder

LEAST_PX = 120
FOCUS_PX = 2  # of the stylesheet's border around what is read


class Scroll(QScrollArea):
    """Around ``content``, up and down only: it asks for the width that its content needs. ``words`` name one that is read, not
    filled in: such a one stops the keyboard and shows it."""

    def __init__(self, content: QLayout | None = None, words: str = "", name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if words else Qt.FocusPolicy.NoFocus)
        self.edge_px = FOCUS_PX if words else 0
        if words:
            self.setProperty("panel", "aside")
            self.setAccessibleName(words)
        if content is not None:
            self.setWidget(holder(content, "scroll"))
        follow_finger(self)
        QApplication.instance().focusChanged.connect(self._follow)

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width() + 2 * self.edge_px
        return QSize(self.widget().minimumSizeHint().width() + beside, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As wide as its content; no higher than it must be, for it stretches."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # what it holds needs another width now
        if event.type() == QEvent.Type.ScrollPrepare and self._draws_at(event.startPos().toPoint()):
            event.ignore()
            return True
        return super().event(event)

    def _draws_at(self, place: QPoint) -> bool:
        """Whether a finger there draws or drags something, and scrolls nothing."""
        return getattr(self.viewport().childAt(place), "takes_drags", False)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.widget() is not None and self.widget().isAncestorOf(now):
            self.ensureWidgetVisible(now)


class Fit(Scroll):
    """Around what is made to fill the room there is: it scrolls only where that is less than it needs."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), LEAST_PX)


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
    scroller.stateChanged.connect(lambda state: _touched(scroller, state))


def _touched(scroller: QScroller, state: QScroller.State) -> None:
    """Under a finger no press is the second half of a double click, which the scroller would swallow; -1 is the system's time.
    Where less shall move, nothing glides on once the finger has gone."""
    pressed = state == QScroller.State.Pressed
    QGuiApplication.styleHints().setMouseDoubleClickInterval(0 if pressed else -1)
    if pressed and motion.less():
        properties = scroller.scrollerProperties()
        properties.setScrollMetric(QScrollerProperties.ScrollMetric.MaximumVelocity, 0.0)
        scroller.setScrollerProperties(properties)
