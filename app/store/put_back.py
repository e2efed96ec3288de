"""That this laptop's data was put back to an earlier state: noted when it is seen, until somebody has read it."""

import logging
from datetime import datetime

from app.domain.model import Model
from app.store.settings import Settings

log = logging.getLogger(__name__)

NAME = "store/put_back"


class PutBack(Model):
    """``at`` is when it was first seen, ``cases`` how many the bank turned out to have that are unsent in this state."""

    at: datetime
    cases: int


class PutBackNote:
    """Seen at the opening of the database, which knows its own count, or at the bank, where all of the folder is older."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def note(self, at: datetime, cases: int = 0) -> None:
        log.warning("this data is an earlier state of itself; cases found at the bank: %d", cases)
        with self._settings.together():
            before = self.unread() or PutBack(at=at, cases=0)
            self._settings.set(NAME, PutBack(at=before.at, cases=before.cases + cases).model_dump(mode="json"))

    def unread(self) -> PutBack | None:
        kept = self._settings.get(NAME)
        return PutBack.model_validate(kept) if kept else None

    def read(self) -> None:
        """Somebody has read it; what is seen from now on is told again."""
        self._settings.set(NAME, None)
