"""One case in the window: the two rails, the page of the step in sight, and the way between pages."""

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.desk.views import CaseView
from app.domain.flow import Step
from app.ui.customer_screen import CustomerScreen
from app.ui.operation import Operation
from app.ui.pages.page import Page, neighbour
from app.ui.pages.register import PAGES
from app.ui.screens import Screens
from app.ui.widgets.basics import Stack, row
from app.ui.widgets.evidence_rail import EvidenceRail
from app.ui.widgets.step_rail import StepRail

DEVICES_MS = 1000
SYNC_MS = 2000
NARROW_BELOW = 1200


class CaseFrame(QWidget):
    """Lives as long as its case is open; pages are built when first seen, so opening stays quick."""

    changed = Signal(object)
    home = Signal()

    def __init__(self, desks: Any, view: CaseView, screens: Screens, step: Step | None = None) -> None:
        super().__init__()
        self._desks, self.view = desks, view
        self._pages: dict[Step, Page] = {}
        self.rail, self.evidence, self._stack = StepRail(), EvidenceRail(), Stack()
        self.setLayout(row(self.rail, self._stack, self.evidence, gap=0))
        self.layout().setStretch(1, 1)
        self.customer = CustomerScreen(desks, screens, self)
        self.customer.turned.connect(self._turned)
        self._stack.addWidget(self.customer.here)
        self.rail.chosen.connect(self.show_step)
        self._shown: Step | None = None
        self._devices = QTimer(self)
        self._devices.setInterval(DEVICES_MS)
        self._devices.timeout.connect(self._look_at_devices)
        self._devices.start()
        self._sync = QTimer(self)
        self._sync.setInterval(SYNC_MS)
        self._sync.timeout.connect(self._look_at_sync)
        self.apply(view)
        self.show_step(step or view.current)
        self._look_at_devices()

    @property
    def page(self) -> Page:
        return self._pages[self._shown]

    @property
    def panes(self) -> tuple[QWidget, ...]:
        """Its parts, and what the customer sees on a display of her own."""
        return self.rail, self._stack, self.customer.there

    def apply(self, view: CaseView) -> None:
        """Paint a newer view of the case wherever it shows."""
        self.view = view
        self.evidence.show_case(view)
        if self._shown is not None:
            self.rail.show_case(view, self._shown)
            self.page.show_case(view)
        self._watch_sync(view)
        self.changed.emit(view)

    def show_step(self, step: Step) -> None:
        if step == self._shown:
            return
        if self._shown is not None:
            self.page.leave()
            self.customer.release()
        page = self._page(step)
        self._shown = step
        self.rail.show_case(self.view, step)
        if not self.customer.is_turned:
            self._stack.setCurrentWidget(page)
        page.notice.clear()
        page.show_case(self.view)
        page.setFocus()
        page.enter()
        self.customer.show_page(page)

    def leave(self) -> None:
        """The frame goes away: stop what its page runs."""
        self._devices.stop()
        self._sync.stop()
        if self._shown is not None:
            self.page.leave()
        self.customer.leave()

    def take_focus(self) -> None:
        (self.customer.here if self.customer.is_turned else self.page).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.be_narrow(self.width() < NARROW_BELOW)

    def _turned(self, on: bool) -> None:
        """The customer's part alone, or the page between its rails."""
        self._stack.setCurrentWidget(self.customer.here if on else self.page)
        for rail in (self.rail, self.evidence):
            rail.setVisible(not on)

    def _page(self, step: Step) -> Page:
        if step not in self._pages:
            page = PAGES[step](self._desks, self.view)
            page.recorded.connect(self.apply)
            page.go.connect(self._go)
            self._pages[step] = page
            self._stack.addWidget(page)
        return self._pages[step]

    def _go(self, where: Any) -> None:
        if where == "home":
            self.home.emit()
            return
        step = where if isinstance(where, Step) else neighbour(self._shown, 1 if where == "next" else -1)
        if step is not None:
            self.show_step(step)

    def _look_at_devices(self) -> None:
        self.evidence.show_devices(self._desks.booth.camera_state)

    def _watch_sync(self, view: CaseView) -> None:
        """A sealed case changes by itself while it is on its way; look again until the bank has confirmed."""
        moving = view.case.sealed and not view.case.receipted
        if moving and not self._sync.isActive():
            self._sync.start()
        elif not moving:
            self._sync.stop()

    def _look_at_sync(self) -> None:
        Operation(self._desks.signing.view, self.view.case.case_id, rank=1).owned_by(self).then(self.apply).failed(
            self.page.trouble).start()
