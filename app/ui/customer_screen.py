"""Where the customer's parts of a page are: at home in the manager's window, alone in it, or on a display of their own.

One case's frame owns one. With a second display, whatever a page has for the customer stands there; without, the one window is
turned over, and the manager takes it back by PIN.
"""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desk.screen_keeper import ScreenState
from app.ui import theme
from app.ui.customer_host import CustomerHost, CustomerWindow
from app.ui.operation import Operation
from app.ui.pages.page import Page
from app.ui.screens import Screens
from app.ui.text import tr


class CustomerScreen(QObject):
    """``turned`` when the window ``inside`` which it stands shows the customer's part alone, and when that has ended."""

    turned = Signal(bool)

    def __init__(self, desks: Any, screens: Screens, inside: QWidget) -> None:
        super().__init__(inside)
        self._desks, self._screens, self._inside = desks, screens, inside
        self.state = ScreenState(pin=True, second_display=False)  # until the desk has told
        self._page: Page | None = None
        self._heard: list[Any] = []
        self._px = theme.CUSTOMER_SIZES[0]
        bank = desks.session.bank
        self.here, self.there = CustomerHost(bank, "customer", alone=True), CustomerWindow(bank)
        for host in (self.here, self.there):
            host.larger.connect(self._enlarge)
        self.here.taken_back.connect(self.take_back)
        self.here.tried.connect(self._try)
        self.is_turned = False
        screens.changed.connect(self._screens_changed)
        Operation(desks.screen.state).owned_by(self).then(self._told).failed(self._trouble).start()

    # -- pages -----------------------------------------------------------------------------------------------------

    def show_page(self, page: Page) -> None:
        """This page is in sight now."""
        self.release()
        self._page = page
        if page.handover is not None:
            self._listen(page)
        if page.for_customer == "at once" and not page.locked and self._display() is None:
            self.turn_over()
        else:
            self._settle()
        if self.is_turned:
            self.here.setFocus()

    def _listen(self, page: Page) -> None:
        handover = page.handover
        self._heard = [signal.connect(slot) for signal, slot in (
            (page.told, self._say), (page.notice.said, self._tell), (page.acting, self._busy),
            (handover.turn.clicked, self._turn_pressed), (handover.home.clicked, self._bring_home),
            (handover.form.wanted, self._set_pin))]

    def release(self) -> None:
        """The page goes out of sight; its parts are at home again."""
        if self._page is None:
            return
        page, self._page = self._page, None
        self._come_home(page)
        while self._heard:
            self.disconnect(self._heard.pop())

    def leave(self) -> None:
        """The case is left."""
        self.release()
        self._screens.changed.disconnect(self._screens_changed)
        self.there.close()
        self.there.deleteLater()

    # -- turned over -----------------------------------------------------------------------------------------------

    def turn_over(self) -> None:
        """The one window shows the customer's part alone."""
        if not self.is_turned:
            self._note(True)
        self.is_turned = True
        self._settle()
        self.turned.emit(True)
        self.here.setFocus()

    def take_back(self) -> None:
        self._note(False)
        self.is_turned = False
        page = self._page
        self._come_home(page)
        self.turned.emit(False)
        self._settle()
        page.setFocus()
        page.back_with_manager()

    def _note(self, turned: bool) -> None:
        Operation(self._desks.screen.note_turned, turned, lane="lock").owned_by(self).failed(self._trouble).start()

    def _try(self, typed: str, password: bool) -> None:
        check = self._desks.screen.check_password if password else self._desks.screen.check_pin
        Operation(check, typed).owned_by(self).then(lambda _none: self.take_back()).failed(self.here.gate.refuse).start()

    # -- displays --------------------------------------------------------------------------------------------------

    def _display(self) -> Any:
        return self._screens.beside(self._inside.window()) if self.state.second_display else None

    def _settle(self) -> None:
        """Put the page's parts where they belong now."""
        page, display = self._page, self._display()
        if display is None:
            self.there.hide()
        elif not self.there.isVisible() or self.there.screen() is not display:
            self.there.cover(display)
        if page is None or page.handover is None:
            return
        host = self.here if self.is_turned else self.there if display is not None and not page.locked else None
        lent = () if host is None else tuple(seat for seat in page.seats if host is self.here or not seat.aside)
        if (page.host, () if page.host is None else page.host.seats) != (host, lent):
            self._come_home(page)
            if host is not None:
                page.host = host
                host.take(lent)
                page.customer_type(self._px / theme.CUSTOMER_SIZES[0])
        beside = self._screens.beside(self._inside.window()) is not None
        page.handover.show_place(lent=host is self.there, beside=beside, locked=bool(page.locked), pin=self.state.pin)
        page.tell_customer()
        page.refresh_footer()

    def _come_home(self, page: Page) -> None:
        if page.host is not None:
            page.host.give_back()
            page.host = None
            page.customer_type(1.0)

    def _screens_changed(self) -> None:
        lent = self._page is not None and self._page.host is self.there
        self._settle()
        if lent and self._page.host is None:
            self._page.notice.show_words(
                tr("客户屏断开了，内容已回到本窗口，没有丢失。", "The customer's display has gone; its page is back here."),
                tr("接好显示器会自动继续；也可以把本窗口转给客户。",
                   "It goes on there once it is plugged in; or turn this window to the customer."), "warn")

    def _turn_pressed(self) -> None:
        if self._screens.beside(self._inside.window()) is None:
            self.turn_over()
        else:
            self._use_display(True)

    def _bring_home(self) -> None:
        self._use_display(False)

    def _use_display(self, on: bool) -> None:
        self._keep(lambda: self._desks.screen.use_second_display(on)).owned_by(self).then(self._told).failed(
            self._trouble).start()

    def _set_pin(self, pin: str, proof: str, by_password: bool) -> None:
        form, notice = self._page.handover.form, self._page.notice

        def refused(condition: Any) -> None:
            form.refuse()
            notice.show_condition(condition)

        def kept(state: ScreenState) -> None:
            form.hide()
            notice.clear()
            self._told(state)

        self._keep(lambda: self._desks.screen.set_pin(pin, proof, by_password=by_password)).owned_by(form).then(kept).failed(
            refused).start()

    def _keep(self, act: Any) -> Operation:
        def kept() -> ScreenState:
            act()
            return self._desks.screen.state()

        return Operation(kept)

    def _told(self, state: ScreenState) -> None:
        self.state = state
        self.here.expect_pin(pin=state.pin)
        if self.is_turned and self._display() is not None and self._page.for_customer == "at once":
            self._note(False)
            self.is_turned = False  # the window was turned over only until the display was known
            self.turned.emit(False)
        self._settle()

    # -- what pages tell -------------------------------------------------------------------------------------------

    def _enlarge(self) -> None:
        sizes = theme.CUSTOMER_SIZES
        self._px = sizes[(sizes.index(self._px) + 1) % len(sizes)]
        for host in (self.here, self.there):
            host.show_type(self._px)
        if self._page.host is not None:
            self._page.customer_type(self._px / sizes[0])

    def _say(self, greeting: str, progress: tuple[int, int], done: str) -> None:
        if self._page.host is not None:
            self._page.host.say(greeting, progress, done)

    def _tell(self, message: str, following: str, tone: str) -> None:
        if self._page.host is not None:
            self._page.host.tell(message, following, tone)

    def _busy(self, on: bool) -> None:
        if self._page.host is not None:
            self._page.host.show_busy(on)

    def _trouble(self, condition: Any) -> None:
        if self._page is not None:
            self._page.trouble(condition)
