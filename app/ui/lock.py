"""The window's one place for its content, which a lock page can take: behind it everything stays as it stands."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import isValid

from app.desk.views import RecordingState
from app.ui.idle import IdleWatch
from app.ui.pages.lock import LockPage
from app.ui.text import tr


def kept_open_by(recording: RecordingState, in_hand: str, idle_s: float, limit_s: float) -> str:
    """What a lock would interrupt now, in words, or ''. A recording keeps the desk open while it sees a face: a customer who
    reads or talks touches nothing. What else is in hand does so for as long again as the limit."""
    if recording.active and recording.faceless_s < limit_s:
        return tr("双录中，结束后再锁屏", "Recording: locks when it ends")
    return in_hand if idle_s < 2 * limit_s else ""


class Lockable(QStackedWidget):
    """Locks after the desk's idle time, or at once when asked. Without a lock of the desk (nobody has a password) it never
    does. ``waits`` says why it does not lock yet, '' when nothing holds it."""

    waits = Signal(str)
    other_person = Signal()

    def __init__(self, desks: Any, recording: Callable[[], RecordingState], in_hand: Callable[[], str]) -> None:
        super().__init__()
        self._desks, self._recording, self._in_hand = desks, recording, in_hand
        self._work: QWidget | None = None
        self._page: LockPage | None = None
        self._wanted = False
        self._focus: QWidget | None = None
        self._put_away: list[QWidget | QShortcut] = []
        self.idle = IdleWatch(self)
        self.idle.ticked.connect(self._look)

    @property
    def locked(self) -> bool:
        return self._page is not None

    def show_work(self, work: QWidget) -> None:
        """Take this as the content, in place of any before."""
        before, self._work = self._work, work
        self.addWidget(work)
        if not self.locked:
            self.setCurrentWidget(work)
        if before is not None:
            self.removeWidget(before)
            before.deleteLater()

    def lock_now(self) -> None:
        """As soon as nothing is in hand that it would interrupt; a recording goes on behind it."""
        if self._desks.lock is not None and not self.locked:
            self._wanted = True
            self._look(0.0)

    def _look(self, idle_s: float) -> None:
        if self._desks.lock is None or self.locked:
            return
        limit_s = self._desks.lock.idle_s
        held = ""
        if self._wanted:
            held = self._in_hand() if idle_s < limit_s else ""
        elif idle_s >= limit_s:
            held = kept_open_by(self._recording(), self._in_hand(), idle_s, limit_s)
        self.waits.emit(held)
        if not held and (self._wanted or idle_s >= limit_s):
            self._cover(LockPage(self._desks.lock.unlock, self._desks.session))

    def lock_until_pin(self) -> None:
        """At a start: the customer had the window when the program ended, and only the manager takes it back."""
        self._cover(LockPage(lambda pin: self._desks.screen.come_back(pin), self._desks.session, pin=True))

    def _cover(self, page: LockPage) -> None:
        self._wanted = False
        self._focus = QApplication.focusWidget()
        while popup := QApplication.activePopupWidget():
            popup.close()
        others = (w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self.window())
        self._put_away = [*others, *(s for s in self.window().findChildren(QShortcut) if s.isEnabled())]
        for one in self._put_away:
            one.hide() if isinstance(one, QWidget) else one.setEnabled(False)
        self._page = page
        self._page.show_going_on(self._recording().active)
        self._page.opened.connect(self._open)
        self._page.other_person.connect(self._change)
        self.addWidget(self._page)
        self.setCurrentWidget(self._page)
        self._page.password.setFocus()

    def _open(self) -> None:
        page, self._page = self._page, None
        self.setCurrentWidget(self._work)
        self.removeWidget(page)
        page.deleteLater()
        for one in self._put_away:
            if isValid(one):
                one.show() if isinstance(one, QWidget) else one.setEnabled(True)
        self._put_away = []
        self.idle.touch()
        if self._focus is not None and isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus()

    def _change(self) -> None:
        if self._recording().active:
            self._page.refuse_other()
        else:
            self.other_person.emit()
