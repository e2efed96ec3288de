"""Starting the window for daily use: straight on where device and person are known, else through the entrance."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from app import program_log
from app.asking import passphrase_for
from app.desk.device import kept_preferences
from app.desk.views import Session
from app.domain.condition import Condition
from app.domain.policy import Words
from app.domain.preferences import Preferences
from app.front import office
from app.house_bank import HouseBank
from app.records import LAST_STAFF, Records, records
from app.store.database import in_use

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.desk.booth import Booth
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
        try:
            here = stack.enter_context(records(args.data, passphrase=passphrase_for(args.data)))
        except Condition as condition:
            window = _refusal(condition, Preferences().model_copy(update=named))
            window.show()
            log.info("the data folder does not open: %s", condition.code)
            application.exec()
            raise
        stack.enter_context(program_log.kept(args.data))
        preferences = kept_preferences(here.settings).model_copy(update=named)
        start = Start(stack, here, args, preferences)
        start.begin()
        return application.exec()


def _knocked(folder: Path) -> bool:
    from app.ui.front_door import knock

    return knock(folder)


def _refusal(condition: Condition, chosen: Preferences) -> Entrance:
    """Nobody who starts the window reads a terminal: why the data folder does not open, and what to do."""
    from app.ui.entrance import Entrance

    window = Entrance(chosen.language, chosen.theme, chosen.type_size)
    window.refuse(condition)
    return window


class Start:
    """The way to the main window: straight on where this device and person are known, else through the entrance."""

    def __init__(self, stack: ExitStack, here: Records, args: argparse.Namespace, preferences: Preferences) -> None:
        self._stack, self._here, self._args, self._preferences = stack, here, args, preferences
        self.window = None
        self._door: FrontDoor | None = None
        self.opened: Callable[[QWidget], None] = lambda window: None

    def begin(self) -> None:
        here, args = self._here, self._args
        if address := args.gateway or here.bank:
            self.window = self._entrance()
            self._ask(self._bank_at(address), args.staff or here.settings.get(LAST_STAFF, ""))
            return
        bank = self._stack.enter_context(HouseBank(args.data / "gateway", here.keys, here.settings))
        if bank.known:
            self._open_at_once(bank)
            return
        self.window = self._entrance()
        self.window.prepare(self._said(FIRST_START), bank.ready,
                            lambda _none: self._prepared(bank))

    def _entrance(self) -> Entrance:
        from app.ui.entrance import Entrance

        chosen = self._preferences
        made = Entrance(chosen.language, chosen.theme, chosen.type_size)
        made.show()
        self._open_door()
        return made

    def _open_door(self) -> None:
        """Once: somebody who starts the program again is brought here."""
        if self._door is None:
            from app.ui.front_door import FrontDoor
            from app.ui.window_place import bring_to_front

            self._door = FrontDoor(self._args.data, lambda: bring_to_front(self.window))
            self._stack.callback(self._door.close)

    def _ask(self, client: Callable[[], BankClient], staff_id: str) -> None:
        self.window.ask(staff_id, lambda given, password: self._sign_in(client(), given, password),
                        lambda session: self._open(client, session, locks=True))

    def _change_person(self, client: Callable[[], BankClient], shift: ExitStack) -> None:
        """The work of who was here ends, and somebody else is asked for."""
        def end() -> None:
            shift.close()
            client().sign_out()

        self._preferences = self._desks.device.preferences
        left, self.window = self.window, self._entrance()
        left.close()
        left.deleteLater()
        self.window.prepare(self._said(SIGNING_OUT), end, lambda _none: self._ask(client, ""))

    def _prepared(self, bank: HouseBank) -> None:
        client = self._bank_at(bank.address)
        self.window.prepare(
            self._said(SIGNING_IN),
            lambda: self._sign_in(client(), bank.staff_id, bank.password_of(bank.staff_id)),
            lambda session: self._open(client, session))

    def _open_at_once(self, bank: HouseBank) -> None:
        """The gateway is still starting: open the window and sign in behind it."""
        client = self._bank_at(bank.address)

        def client_signing_in() -> BankClient:
            Thread(target=self._sign_in_behind, args=(bank, client()), name="sign-in", daemon=True).start()
            return client()

        self._open(client_signing_in, self._here.session(bank.staff_id, bank.staff_name, bank.address))

    def _sign_in_behind(self, bank: HouseBank, client: BankClient) -> None:
        try:
            bank.ready()
            self._sign_in(client, bank.staff_id, bank.password_of(bank.staff_id))
        except Condition as condition:
            log.warning("signing in behind the window: %s", condition.code)
            return
        self._desks.work.sync_now()

    def _said(self, words: Words) -> str:
        return words.of(self._preferences.language)

    # What follows needs most of the program, which is loaded when it is called: behind the first page.

    def _bank_at(self, address: str) -> Callable[[], BankClient]:
        line = self._stack.enter_context(ExitStack())  # here already, so that it ends after what uses it

        @cache
        def client() -> BankClient:
            from app.main import connect

            return line.enter_context(closing(connect(self._here, address)))

        return client

    def _sign_in(self, client: BankClient, staff_id: str, password: str) -> Session:
        from app.main import sign_in

        return sign_in(self._here, client, staff_id, password)

    def _booth(self) -> Booth:
        from app.capture.model_shelf import ModelShelf
        from app.main import booth_of

        args, chosen = self._args, self._preferences
        return booth_of(chosen.camera, args.place, chosen.microphone, ModelShelf(args.data).active())

    def _open(self, client: Callable[[], BankClient], session: Session, *, locks: bool = False) -> None:
        """``locks``: the person signed in with a password, and only it opens the desk again."""
        from app.ui.window import MainWindow

        chosen = self._preferences
        shift = self._stack.enter_context(ExitStack())
        self._desks = shift.enter_context(office(self._here, session, client, self._booth, chosen, locks=locks))
        entrance, self.window = self.window, MainWindow(self._desks, chosen.language, chosen.theme, chosen.type_size)
        self.window.other_person.connect(lambda: self._change_person(client, shift))
        self.window.place.take(chosen.place)
        self.window.ready.connect(self._open_door)
        self.opened(self.window)
        self.window.show()
        log.info("the window is open")
        if entrance is not None:
            entrance.close()
            entrance.deleteLater()
