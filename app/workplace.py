"""One data folder, from closed to somebody's desks: what a start and a first run both do, without a window."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING

from app import program_log
from app.asking import has_data, passphrase_given
from app.desk.device import kept_preferences
from app.desk.first_run import Progress
from app.desk.views import Session
from app.domain.condition import Condition
from app.domain.preferences import Preferences
from app.front import office
from app.house_bank import HouseBank
from app.records import Records, records

if TYPE_CHECKING:
    from app.desk.booth import Booth
    from app.desk.desks import Desks
    from app.sync.client import BankClient

log = logging.getLogger(__name__)


class Workplace:
    """All it opens ends with ``stack``. ``named`` are the preferences that hold for this time only. What needs most of the
    program is loaded by the method that needs it, behind the first page."""

    def __init__(self, stack: ExitStack, args: argparse.Namespace, named: dict[str, str]) -> None:
        self._stack, self.args, self._named = stack, args, named
        self.preferences = Preferences().model_copy(update=named)
        self.here: Records | None = None
        self.desks: Desks | None = None
        self._bank: HouseBank | None = None

    @property
    def is_new(self) -> bool:
        return not has_data(self.args.data)

    def open(self, passphrase: str = "") -> None:
        """Open the data folder, or make it. Raises ``keys.*`` (PASSPHRASE_NEEDED where the system has no key store and neither
        the environment nor ``passphrase`` helps), ``store.*`` and ``disk.*``."""
        self.take(self._stack.enter_context(records(self.args.data, passphrase=lambda: passphrase or passphrase_given())))
        self._stack.enter_context(program_log.kept(self.args.data))

    def take(self, here: Records) -> None:
        """Work with these records; whoever opened them closes them."""
        self.here = here
        self.preferences = kept_preferences(here.settings).model_copy(update=self._named)

    @property
    def progress(self) -> Progress:
        return Progress(self.here.settings)

    @property
    def address(self) -> str:
        """Of the bank that is worked with; '' for the embedded gateway, or none yet."""
        return self.args.gateway or self.here.bank if self.here.enrolment else ""

    @property
    def house_bank(self) -> HouseBank:
        """The embedded gateway of this folder, launched."""
        if self._bank is None:
            self._bank = self._stack.enter_context(
                HouseBank(self.args.data / "gateway", self.here.keys, self.here.settings))
        return self._bank

    def bank_at(self, address: str) -> Callable[[], BankClient]:
        line = self._stack.enter_context(ExitStack())  # here already, so that it ends after what uses it

        @cache
        def client() -> BankClient:
            from app.main import connect

            return line.enter_context(closing(connect(self.here, address)))

        return client

    def sign_in(self, client: BankClient, staff_id: str, password: str) -> Session:
        from app.main import sign_in

        return sign_in(self.here, client, staff_id, password)

    def sign_in_at_house_bank(self, client: Callable[[], BankClient]) -> Session:
        bank = self.house_bank
        bank.ready()
        return self.sign_in(client(), bank.staff_id, bank.password_of(bank.staff_id))

    def sign_in_behind(self, client: Callable[[], BankClient]) -> Callable[[], BankClient]:
        """The client at once, and the sign-in at the embedded gateway, which still starts, on a thread of its own."""
        def signing_in() -> BankClient:
            Thread(target=behind, args=(self.desks,), name="sign-in", daemon=True).start()
            return client()

        def behind(desks: Desks) -> None:
            try:
                self.sign_in_at_house_bank(client)
            except Condition as condition:
                log.warning("signing in behind the window: %s", condition.code)
                return
            desks.work.sync_now()

        return signing_in

    def set_up(self, client: Callable[[], BankClient], session: Session, *, locks: bool) -> ExitStack:
        """Make the desks of whoever signed in; the answer ends them. ``locks``: the person signed in with a password, and only
        it opens the desk again."""
        shift = self._stack.enter_context(ExitStack())
        self.desks = shift.enter_context(office(self.here, session, client, self._booth, self.preferences, locks=locks))
        return shift

    def _booth(self) -> Booth:
        from app.capture.model_shelf import ModelShelf
        from app.main import booth_of

        chosen = self.desks.device.preferences
        return booth_of(chosen.camera, self.args.place, chosen.microphone, ModelShelf(self.args.data).active())
