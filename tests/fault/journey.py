"""One case from its first fact to its erasure, by the program's own parts. It goes on from wherever it stands, so that the
same course is walked by a process that will be killed and by the one that comes after it.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate

from app.desk import shelf
from app.desk.post import Post
from app.desk.sealing import SealRoom
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Condition
from app.domain.evidence import FileRef
from app.domain.facts import Fact
from app.domain.wire import SignInAnswer
from app.records import Records, records
from app.store.clock import SystemClock
from app.sync.client import BankClient
from app.sync.feeds import PolicyFeed, StatusFeed
from app.sync.loop import SyncLoop
from app.sync.outbox import BACKOFF_MAX, Outbox
from app.sync.uploader import Uploader
from tests import case_facts as f
from tests.fault.home import Home
from tests.fault.store_worker import FileKeyStore
from tests.gateway_process import MANAGER

RECORDING = "recording"
PLANTED = "测试客户-readable-110101199001019999"
MARKS = tuple(text.encode() for text in (PLANTED, f.card().card.name, f.card().card.number, f.card().card.address))
SIZES = {"id_front": 180_000, "id_front_crop": 60_000, "portrait": 20_000, "id_back": 150_000, "id_back_crop": 50_000,
         "photo_together": 240_000, "live_face": 30_000, RECORDING: 3_600_000}
TURNS_MAX = 25
GRACE, KEPT = timedelta(days=2), timedelta(days=60)  # after which files go, and after which the journal does

Keep = Callable[[str], FileRef]
shelf.reread_policy = lru_cache(shelf.reread_policy)  # a folder is opened a thousand times, and the policy is always the same


@lru_cache(maxsize=2 * len(SIZES))
def plain(seed: int, kind: str) -> bytes:
    """What is captured as ``kind`` in the case of ``seed``: the planted words, then noise."""
    return PLANTED.encode() + random.Random(f"{seed} {kind}").randbytes(SIZES[kind])


# What a manager does until the case can be sealed: the facts of each act, all or none of which are recorded.
ACTS: tuple[Callable[[Keep], list[Fact]], ...] = (
    lambda keep: [f.terms(), f.placed(), f.circumstances()],
    lambda keep: list(f.consents()),
    lambda keep: [f.card_side("front").model_copy(update={
        "original": keep("id_front"), "crop": keep("id_front_crop"), "portrait": keep("portrait")})],
    lambda keep: [f.card_side("back").model_copy(update={"original": keep("id_back"), "crop": keep("id_back_crop")})],
    lambda keep: [f.card(), facts.FormConfirmed(values={"contact_name": PLANTED})],
    lambda keep: [f.liveness().model_copy(update={"best_frames": (keep("live_face"),)})],
    lambda keep: [f.paper("photo_together", original=keep("photo_together"))],
    lambda keep: [facts.InterviewStarted(interview_id="i", video=True, audio=False, source=f.SOURCE)],
    lambda keep: [facts.SegmentRecorded(
        interview_id="i", file=keep(RECORDING), start_ms=0, end_ms=f.HOUR_MS, frames=500)],
    lambda keep: [facts.InterviewFinished(interview_id="i", duration_ms=f.HOUR_MS)],
)
# How many events the journal has after opening the case and after each act.
ENDS = tuple(accumulate((len(act(f.file)) for act in ACTS), initial=1))


class NotErased(AssertionError):
    """What should be erased by now stays; that is noted in its case, and tried again."""


class Ahead(SystemClock):
    """A clock that can be moved ``by`` more than any back-off, and that a person may have ``set``."""

    def __init__(self) -> None:
        super().__init__()
        self.by = self.set = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.by + self.set

    def monotonic_ms(self) -> int:
        return super().monotonic_ms() + self.by // timedelta(milliseconds=1)


class Journey:
    """``entered(phase)`` hears what comes next, ``confirmed(stage, case)`` each thing a screen would now say."""

    def __init__(self, here: Records, client: BankClient, seed: int, entered: Callable[[str], None],
                 confirmed: Callable[[str, Case], None]) -> None:
        self.here, self.seed = here, seed
        self._entered, self._confirmed = entered, confirmed
        self.clock = Ahead()
        self.outbox = Outbox(here.database, self.clock)
        self.book = here.book(here.session(MANAGER, "陈立", client.transport.base_url))
        self.post = Post(self.book, self.outbox, here.shelf, here.settings)
        self.uploader = Uploader(client, self.outbox, here.vault.path, self._received)
        self.loop = SyncLoop(self.uploader, PolicyFeed(client), StatusFeed(client), self.post.cursor, self.post.hear)

    def to_the_end(self) -> None:
        """Everything that is left of it."""
        if self.outbox.entries("purged") and not self.here.journal.case_ids():
            return
        case_id = self.captured()
        self.sealed(case_id)
        self.sent(case_id)
        self.erased(case_id)
        self.buried(case_id)

    def captured(self) -> str:
        """The case, with all that is to be captured."""
        self._entered("capturing")
        known = self.here.journal.case_ids()
        case_id = known[0] if known else self.book.open_case().case.case_id
        events = self.book.load(case_id).events

        def keep(kind: str) -> FileRef:
            self._entered(RECORDING if kind == RECORDING else "capturing")
            return self.book.keep(case_id, kind, "video/mp4" if kind == RECORDING else "image/jpeg",
                                  plain(self.seed, kind))

        for act, end in zip(ACTS, ENDS[1:], strict=True):
            if end > events:
                self._confirmed("draft", self.book.record(case_id, *act(keep)).case)
        return case_id

    def sealed(self, case_id: str) -> None:
        case = self.book.load(case_id)
        if not case.sealed:
            self._entered("sealing")
            room = SealRoom(self.book, self.here.keys, self.here.settings, self.outbox)
            room.require(case)
            self._confirmed("queued", room.seal(case).case)

    def sent(self, case_id: str, turned: Callable[[Condition | None], None] = lambda trouble: None) -> None:
        """Turn after turn, each after the longest back-off, until the bank has it and its word has come; nobody acts.
        ``turned`` hears what ailed it after each; what still ails it after the last is raised."""
        for _ in range(TURNS_MAX):
            self._entered("sending")
            entry = self.outbox.latest(case_id)
            if entry.state in ("receipted", "purged") and self.book.load(case_id).bank_status:
                return
            assert entry.state not in ("blocked", "rejected"), entry.last_code
            trouble = self.loop.turn().trouble
            turned(trouble)
            self.clock.by += BACKOFF_MAX
        raise trouble or AssertionError(f"not confirmed after {TURNS_MAX} turns: {self.outbox.latest(case_id).last_code}")

    def sign_in(self, session: SignInAnswer) -> None:
        """Go on as whom the bank knows by this."""
        self.uploader.client._session = session

    def _received(self, receipt) -> None:
        self._entered("receiving")
        self.post.accept_receipt(receipt)
        self._confirmed("committing", self.book.load(receipt.case_id))

    def erased(self, case_id: str) -> None:
        """Keys and files, when the time of grace is over."""
        self._entered("erasing")
        self._confirmed("receipted", self.book.load(case_id))
        self.post.purge_due(self.clock.now() + GRACE)
        if self.outbox.latest(case_id).state != "purged":
            raise NotErased
        self._confirmed("purged", self.book.load(case_id))

    def buried(self, case_id: str) -> None:
        """Its journal too, when nothing more is to be asked."""
        self._entered("burying")
        case = self.book.load(case_id)
        self.post.purge_due(self.clock.now() + KEPT)
        if not self.here.journal.tombstone(case_id):
            raise NotErased
        self._confirmed("buried", case)


@contextmanager
def opened(home: Home) -> Iterator[Records]:
    """A data folder as the program opens it, what a kill left behind swept away."""
    with records(home.data, key_store=FileKeyStore(home.keys)) as here:
        yield here


@contextmanager
def travelling(here: Records, address: str, session: SignInAnswer, seed: int,
               entered: Callable[[str], None] = lambda phase: None,
               confirmed: Callable[[str, Case], None] = lambda stage, case: None,
               silence_s: float = 30.0) -> Iterator[Journey]:
    """A journey of whoever ``session`` signed in, towards the bank at ``address``."""
    with closing(BankClient(address, here.enrolment, here.keys.signing_key(), silence_s=silence_s)) as client:
        way = Journey(here, client, seed, entered, confirmed)
        way.sign_in(session)
        yield way
