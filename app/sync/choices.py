"""What a person lets go now: all of a case, its papers without the recordings, or nothing yet; and how fast."""

from typing import Literal, get_args

from app.store.settings import Settings
from app.sync.rate import RateLimit

What = Literal["all", "papers", "nothing"]
LIMIT, RECORDINGS, CASES, BY_HAND = "sync/limit_kbit", "sync/recordings", "sync/cases", "sync/by_hand"
KBIT = 125  # bytes


class Choices:
    """Kept in the settings; the rate counts at once, the rest from the next step of the queue.

    ``metered`` is what is known of the line: True where it costs money, None where nobody can tell.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.metered: bool | None = None
        self.rate = RateLimit(_bytes(self.limit_kbit))

    @property
    def limit_kbit(self) -> int | None:
        """Kilobits a second for uploads; None for no limit."""
        return self._settings.get(LIMIT)

    def limit(self, kbit: int | None) -> None:
        self._settings.set(LIMIT, kbit)
        self.rate.limit(_bytes(kbit))

    @property
    def recordings_wait(self) -> bool:
        """Whether recordings wait for a line that is not metered, where nothing else was chosen for the case."""
        return self._settings.get(RECORDINGS, "wait") == "wait"

    def let_recordings_wait(self, wait: bool) -> None:
        self._settings.set(RECORDINGS, "wait" if wait else "go")

    def choose(self, case_id: str, what: What) -> None:
        self._settings.set(CASES, {**self._chosen(), case_id: what})

    def forget(self, case_id: str) -> None:
        """The case is at the bank: nothing is left to choose."""
        chosen = self._chosen()
        if chosen.pop(case_id, None):
            self._settings.set(CASES, chosen)
        if self.by_hand(case_id):
            self._settings.set(BY_HAND, [other for other in self._settings.get(BY_HAND) if other != case_id])

    def bring_by_hand(self, case_id: str) -> None:
        """A rescue copy was written, by which the bank may get the case without the line."""
        if not self.by_hand(case_id):
            self._settings.set(BY_HAND, [*self._settings.get(BY_HAND, []), case_id])

    def by_hand(self, case_id: str) -> bool:
        return case_id in self._settings.get(BY_HAND, [])

    def of(self, case_id: str) -> What:
        chosen = self._chosen().get(case_id)
        if chosen in get_args(What):
            return chosen
        return "papers" if self.metered and self.recordings_wait else "all"

    def _chosen(self) -> dict[str, What]:
        return self._settings.get(CASES, {})


def _bytes(kbit: int | None) -> int | None:
    return kbit * KBIT if kbit else None
