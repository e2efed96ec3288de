"""What the composition root hands to a window: the work list at once, the rooms of a case once they are opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from app.desk.device import DeviceDesk
from app.desk.lock import DeskLock
from app.desk.shelf import PolicyShelf
from app.desk.views import Session
from app.desk.work_list import WorkList
from app.domain.policy import Dealer, PolicyPack

if TYPE_CHECKING:
    from app.desk.booth import Booth
    from app.desk.screen_keeper import ScreenKeeper
    from app.desk.signing import SigningDesk
    from app.sync.client import BankClient


@dataclass(frozen=True)
class Rooms:
    signing: SigningDesk
    booth: Booth
    screen: ScreenKeeper
    line: BankClient


class Desks:
    """``open`` behind the first page: it loads most of the program, opens the devices and lets the queue move. ``lock`` is None
    where nobody has a password of their own (the embedded gateway). ``handed_over``: the customer had the window when the
    program ended, and the manager's PIN is asked for first."""

    def __init__(self, work: WorkList, session: Session, shelf: PolicyShelf, device: DeviceDesk, rooms: Callable[[], Rooms],
                 lock: DeskLock | None = None, handed_over: bool = False) -> None:
        self.work, self.session, self.shelf, self.device, self.lock = work, session, shelf, device, lock
        self.handed_over = handed_over
        self._build: Callable[[], Rooms] | None = rooms
        self._rooms: Rooms | None = None
        self._lock = Lock()

    def open(self) -> None:
        """Once; again, or after ``end``, it changes nothing. Raises what keeps the line or the models from being set up."""
        with self._lock:
            if self._build is not None:
                self._rooms = self._build()
                self._build = None

    def end(self) -> None:
        """Nothing is opened from now on; waits for what is being opened."""
        with self._lock:
            self._build = None

    @property
    def rooms(self) -> Rooms:
        self.open()
        return self._rooms

    @property
    def signing(self) -> SigningDesk:
        return self.rooms.signing

    @property
    def booth(self) -> Booth:
        return self.rooms.booth

    @property
    def screen(self) -> ScreenKeeper:
        self.open()
        return self._rooms.screen

    @property
    def policy(self) -> PolicyPack:
        """The pack that new cases begin under."""
        return self.shelf.current

    @property
    def dealers(self) -> tuple[Dealer, ...]:
        return self.shelf.dealers
