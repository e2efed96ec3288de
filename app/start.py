"""Starting the window for daily use: straight on where device and person are known, else through the entrance or the guide of
a first run."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from app.asking import PASSPHRASE_NEEDED
from app.desk.views import Session
from app.domain.condition import Condition
from app.domain.policy import Words
from app.records import LAST_STAFF
from app.store.database import in_use
from app.workplace import Workplace

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.sync.client import BankClient
    from app.ui.entrance import Entrance
    from app.ui.front_door import FrontDoor

log = logging.getLogger(__name__)

FIRST_START = Words(zh="首次使用：正在准备本机和内置银行网关，约十秒…",
                    en="First start: preparing this device and its embedded gateway, about ten seconds…")
SIGNING_IN = Words(zh="正在登录并取回银行的产品与规则…", en="Signing in and fetching the bank's products and rules…")
SIGNING_OUT = Words(zh="正在退出登录…没有传完的业务仍归原登录人，其下次登录后继续上传。",
                    en="Signing out… What is not sent yet stays with its manager and goes on at the next sign-in.")


def run_window(args: argparse.Namespace, named: dict[str, str]) -> int:
    """The window for daily use; returns when it is closed. ``named`` are the preferences that hold for this time only."""
    from app.ui.application import end_on_signals, make_application

    application = make_application(sys.argv[:1])
    if in_use(args.data) and _knocked(args.data):
        return 0
    end_on_signals(application)
    with ExitStack() as stack:
        start = Start(stack, Workplace(stack, args, named))
        try:
            start.begin()
        except Condition as condition:
            start.refuse(condition)
            log.info("the data folder does not open: %s", condition.code)
            application.exec()
            raise
        status = application.exec()
        _end_work()  # before what it works with is closed
        return status


def _knocked(folder: Path) -> bool:
    from app.ui.front_door import knock

    return knock(folder)


def _end_work() -> None:
    from app.ui import operation

    operation.shut_down()


class Start:
    """The way to the main window; ``window`` is the one that stands now."""

    def __init__(self, stack: ExitStack, place: Workplace) -> None:
        self._stack, self._place = stack, place
        self.window: QWidget | None = None
        self._door: FrontDoor | None = None
        self.opened: Callable[[QWidget], None] = lambda window: None

    def begin(self) -> None:
        """From a closed data folder, or none. Raises why it does not open."""
        if self._place.is_new and not self._place.args.trial:
            self._guide()
            return
        try:
            self._place.open()
        except Condition as condition:
            if condition.kind is not PASSPHRASE_NEEDED:
                raise
            self._entrance().ask_passphrase(self._place.open, lambda _none: self.go_on())
            return
        self.go_on()

    def refuse(self, condition: Condition) -> None:
        """Nobody who starts the window reads a terminal: why the data folder does not open, and what to do."""
        self._entrance().refuse(condition)

    def go_on(self) -> None:
        """From an opened data folder."""
        place = self._place
        if place.progress.open or (place.here.enrolment is None and not place.args.trial):
            self._guide()
        elif place.address:
            self._ask(place.args.staff or place.here.settings.get(LAST_STAFF, ""))
        elif place.house_bank.known:
            self._open_at_once()
        else:
            self._prepare_house_bank()

    # -- windows ---------------------------------------------------------------------------------------------------

    def _show(self, window: QWidget) -> QWidget:
        """This one from now on; the one before goes away."""
        before, self.window = self.window, window
        window.show()
        if before is not None:
            before.close()
            before.deleteLater()
        return window

    def _entrance(self) -> Entrance:
        """The one that stands, or a new one in place of what stands."""
        from app.ui.entrance import Entrance

        if isinstance(self.window, Entrance):
            return self.window
        chosen = self._place.preferences
        self._open_door()
        return self._show(Entrance(chosen.language, chosen.theme, chosen.type_size))

    def _open_door(self) -> None:
        """Once the data folder is there: somebody who starts the program again is brought here."""
        if self._door is None and not self._place.is_new:
            from app.ui.front_door import FrontDoor
            from app.ui.window_place import bring_to_front

            self._door = FrontDoor(self._place.args.data, lambda: bring_to_front(self.window))
            self._stack.callback(self._door.close)

    # -- signing in ------------------------------------------------------------------------------------------------

    def _ask(self, staff_id: str) -> None:
        client = self._place.bank_at(self._place.address)
        self._entrance().ask(
            staff_id, lambda given, password: self._place.sign_in(client(), given, password),
            lambda session: self._set_up(client, session, locks=True))

    def _prepare_house_bank(self) -> None:
        client = self._place.bank_at(self._place.house_bank.address)

        def prepared(_none: None) -> None:
            entrance.prepare(self._said(SIGNING_IN), lambda: self._place.sign_in_at_house_bank(client),
                             lambda session: self._set_up(client, session))

        entrance = self._entrance()
        entrance.prepare(self._said(FIRST_START), self._place.house_bank.ready, prepared)

    def _open_at_once(self) -> None:
        """The gateway is still starting: open the window and sign in behind it."""
        place, bank = self._place, self._place.house_bank
        client = place.bank_at(bank.address)
        session = place.here.session(bank.staff_id, bank.staff_name, bank.address)
        self._open(client, place.set_up(place.sign_in_behind(client), session, locks=False))

    def _said(self, words: Words) -> str:
        return words.of(self._place.preferences.language)

    # -- a first run -----------------------------------------------------------------------------------------------

    def _guide(self, *, anew: bool = False) -> None:
        from app.first_run import FirstRun
        from app.ui.guide.window import Guide

        run, chosen = FirstRun(self._place, anew=anew), self._place.preferences
        guide = Guide(run, chosen.language, chosen.theme, chosen.type_size)
        guide.moved.connect(self._open_door)
        guide.forsaken.connect(lambda: self._end_shift(run.client, run.shift, self.go_on))
        guide.left.connect(self.go_on)
        guide.ended.connect(lambda practice: self._open(run.client, run.shift, practice=practice))
        self._show(guide)
        self._open_door()
        log.info("the guide is open")

    # -- the main window -------------------------------------------------------------------------------------------

    def _set_up(self, client: Callable[[], BankClient], session: Session, *, locks: bool = False) -> None:
        self._open(client, self._place.set_up(client, session, locks=locks))

    def _open(self, client: Callable[[], BankClient], shift: ExitStack, *, practice: bool = False) -> None:
        from app.ui.window import MainWindow

        chosen = self._place.preferences
        window = MainWindow(self._place.desks, chosen.language, chosen.theme, chosen.type_size)
        window.other_person.connect(lambda: self._end_shift(client, shift, lambda: self._ask("")))
        window.other_bank.connect(lambda: self._end_shift(client, shift, lambda: self._guide(anew=True)))
        window.place.take(chosen.place)
        window.ready.connect(self._open_door)
        if practice:
            window.ready.connect(window.home.practise)
        self.opened(window)
        self._show(window)
        log.info("the window is open")

    def _end_shift(self, client: Callable[[], BankClient], shift: ExitStack, then: Callable[[], None]) -> None:
        """The work of who was here ends, and something else follows."""
        def end() -> None:
            shift.close()
            client().sign_out()

        self._place.preferences = self._place.desks.device.preferences
        self._place.desks = None
        self._entrance().prepare(self._said(SIGNING_OUT), end, lambda _none: then())
