"""What the composition root hands to a window: the work list at once, the rooms of a case once they are opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk.shelf import PolicyShelf
from app.desk.views import Session
from app.desk.work_list import WorkList
from app.domain.policy import Dealer, PolicyPack

if TYPE_CHECKING:
    from app.desk.booth import Booth
    from app.desk.signing import SigningDesk


@dataclass(frozen=True)
class Rooms:
    signing: SigningDesk
    booth: Booth


class Desks:
    """``open`` behind the first page: it loads most of the program, opens the devices and lets the queue move."""

    def __init__(self, work: WorkList, session: Session, shelf: PolicyShelf, rooms: Callable[[], Rooms]) -> None:
        self.work, self.session, self.shelf = work, session, shelf
        self._build = rooms
        self._rooms: Rooms | None = None

    def open(self) -> None:
        """Once; again it changes nothing. Raises what keeps the bank's line or the models from being set up."""
        if self._rooms is None:
            self._rooms = self._build()

    @property
    def signing(self) -> SigningDesk:
        self.open()
        return self._rooms.signing

    @property
    def booth(self) -> Booth:
        self.open()
        return self._rooms.booth

    @property
    def policy(self) -> PolicyPack:
        """The pack that new cases begin under."""
        return self.shelf.current

    @property
    def dealers(self) -> tuple[Dealer, ...]:
        return self.shelf.dealers
