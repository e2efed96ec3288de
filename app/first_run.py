"""What the guide of a first run asks for, a method a step, without a window; what acts is called off its thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from app.asking import PASSPHRASE_NEEDED
from app.desk.device import keep_preferences
from app.desk.first_run import AFTER_SIGN_IN, STAGES, Stage
from app.domain.condition import Condition
from app.domain.preferences import proxy_address
from app.records import LAST_STAFF
from app.workplace import Workplace

if TYPE_CHECKING:
    from app.desk.desks import Desks
    from app.desk.views import Session
    from app.sync.client import BankClient


class FirstRun:
    """``shift`` and ``client`` are of whoever has signed in. ``anew``: a device that is enrolled goes to another bank."""

    def __init__(self, place: Workplace, *, anew: bool = False) -> None:
        self._place, self._anew = place, anew
        self._needs_passphrase = False
        self.shift: ExitStack | None = None
        self.client: Callable[[], BankClient] | None = None

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        place = self._place
        if place.here is None:
            return "passphrase" if self._needs_passphrase else "language"
        if place.desks is not None:
            return place.progress.stage
        return "sign_in" if place.address and not self._anew else "bank"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Those that this device meets."""
        left_out = set() if self._needs_passphrase else {"passphrase"}
        if self._place.desks is not None and self._place.desks.lock is None:
            left_out.add("sign_in")
        return tuple(stage for stage in STAGES if stage not in left_out)

    @property
    def anew(self) -> bool:
        return self._anew

    @property
    def address(self) -> str:
        """To begin with in the field for it."""
        return self._place.args.gateway

    @property
    def proxy(self) -> str:
        return self._place.preferences.proxy

    @property
    def staff_id(self) -> str:
        return self._place.args.staff or self._place.here.settings.get(LAST_STAFF, "")

    @property
    def enrolled_with(self) -> tuple[str, str, tuple[str, ...]]:
        """The bank's address, this device's number there, and the names of the cameras registered with it."""
        enrolment = self._place.here.enrolment
        return self._place.address, enrolment.device_id, tuple(camera.name for camera in enrolment.cameras)

    @property
    def tries_out(self) -> bool:
        """It is going on with the embedded gateway, which an earlier start has begun."""
        place = self._place
        return place.here is not None and place.desks is None and place.progress.open and not place.here.bank

    @property
    def desks(self) -> Desks:
        return self._place.desks

    def open(self, passphrase: str = "", **chosen: Any) -> None:
        """Make the data folder, or just keep what was chosen where it is open. Where a passphrase turns out to be needed, that
        is the next stage. Raises ``keys.*``, ``store.*`` and ``disk.*``."""
        if self._place.here is None:
            try:
                self._place.open(passphrase)
            except Condition as condition:
                if condition.kind is not PASSPHRASE_NEEDED:
                    raise
                self._needs_passphrase = True
                return
        self._keep(**chosen)

    def enrol(self, address: str, code: str, proxy: str, stopping: threading.Event) -> None:
        """Raises ``bank.*``, ``device.*`` and ``proxy.unreadable``."""
        from app.main import enrol_here

        self._keep(proxy=proxy_address(proxy))
        enrol_here(self._place.here, address, code, stopping=stopping)
        self._anew, self._place.args.gateway = False, ""  # the address that was typed counts from here

    def try_out(self) -> None:
        """Work with the embedded gateway: start it, enrol with it at first use, sign in. Raises ``gateway.not_started`` and
        ``bank.*``."""
        place = self._place
        client = place.bank_at(place.house_bank.address)
        self._begin(client, place.sign_in_at_house_bank(client), locks=False)

    def sign_in(self, staff_id: str, password: str) -> None:
        """Raises ``bank.*`` and ``staff.*``."""
        client = self._place.bank_at(self._place.address)
        self._begin(client, self._place.sign_in(client(), staff_id, password), locks=True)

    def reach(self, stage: Stage) -> None:
        self._place.progress.reach(stage)

    def end(self) -> None:
        self._place.progress.end()

    def _begin(self, client: Callable[[], BankClient], session: Session, *, locks: bool) -> None:
        if not self._place.progress.open:
            self._place.progress.reach(AFTER_SIGN_IN[0])
        self.client, self.shift = client, self._place.set_up(client, session, locks=locks)

    def _keep(self, **chosen: Any) -> None:
        keep_preferences(self._place.here.settings, **chosen)
        self._place.preferences = self._place.preferences.model_copy(update=chosen)
