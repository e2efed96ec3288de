"""What the composition root hands to a window: the desks, the booth, and who works here."""

from dataclasses import dataclass

from app.desk.booth import Booth
from app.desk.shelf import PolicyShelf
from app.desk.signing import SigningDesk
from app.desk.views import Session
from app.desk.work_list import WorkList
from app.domain.policy import Dealer, PolicyPack


@dataclass(frozen=True)
class Desks:
    signing: SigningDesk
    work: WorkList
    booth: Booth
    session: Session
    shelf: PolicyShelf

    @property
    def policy(self) -> PolicyPack:
        """The pack that new cases begin under."""
        return self.shelf.current

    @property
    def dealers(self) -> tuple[Dealer, ...]:
        return self.shelf.dealers
