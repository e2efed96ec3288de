"""A desk that works without end and says after each act where the screen would say saved; killed from outside."""

import sys
from pathlib import Path

import pyrage

from app.capture.feed import CameraFeed
from app.demo.stage import demo_terms
from app.demo.story import DEFAULT
from app.desk.bank_time import TimeLine
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.documents import DocumentRoom
from app.desk.identity import IdentityRoom
from app.desk.interview import InterviewRoom
from app.desk.post import Post
from app.desk.sealing import SealRoom
from app.desk.shelf import PolicyShelf
from app.desk.signing import SigningDesk
from app.desk.views import CaseView, Session
from app.domain import consents
from app.domain.challenge import ACTIONS
from app.domain.face import EngineFacts
from app.main import RESOURCES
from app.store.clock import SystemClock
from app.store.database import Database
from app.store.face_templates import FaceTemplates
from app.store.keys import unlock
from app.store.keystore import NoKeyStore
from app.store.recovery import recover
from app.store.settings import Settings
from app.store.summaries import Summaries
from app.store.traces import Traces
from app.store.vault import Vault
from app.sync.outbox import Outbox
from tests.fault.kills import Doom, DoomedDisk, DoomedJournal

PASSPHRASE = "only-for-this-test"
SESSION = Session(staff_id="10482", staff_name="陈立", device_id="device-1", bank="", gateway="")


class Vision:
    """The worker process, as far as beginning an attempt asks it."""

    def engine_facts(self) -> EngineFacts:
        return EngineFacts(name="none", pack_sha256="0" * 64, built_in=True, lacks=(), measurable=ACTIONS)

    def call(self, name: str, *_args) -> None:
        assert name.endswith(":check_portrait")


def open_desk(folder: Path, doom: Doom | None = None,
              bank: TimeLine | None = None) -> tuple[Database, CaseBook, SigningDesk]:
    """A desk over ``folder`` without devices; its owner closes the database. ``doom`` may end it at a step, ``bank`` is the
    line to a timestamp service."""
    clock, doom = SystemClock(), doom or Doom()
    keys = unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE)
    database = Database.open(folder, keys)
    settings, outbox = Settings(database), Outbox(database)
    shelf = PolicyShelf(settings)
    if settings.get("policy/current") is None:
        texts = [(RESOURCES / "policy" / name).read_text(encoding="utf-8") for name in ("default.toml", "dealers.toml")]
        # Without a camera nothing is recorded: this bank exempts its loans from recorded signing.
        texts[0] = texts[0].replace("record_signing_above_fen = 0 ", "record_signing_above_fen = 100_000_000_00 ")
        settings.set("bank", str(pyrage.x25519.Identity.generate().to_public()))
        shelf.put(*texts, clock.now())
    vault = Vault(folder, database, keys, lambda: settings.get("bank"), DoomedDisk(doom))
    recover(folder, database, vault)
    book = CaseBook(DoomedJournal(database, clock, doom), vault, Summaries(database), outbox, shelf, SESSION, clock,
                    Traces(database))
    booth = Booth(CameraFeed(0), None, None, Vision())
    identity = IdentityRoom.of(book, booth, None, settings, FaceTemplates(database, keys))
    return database, book, SigningDesk(
        book, booth, DocumentRoom(book, settings, RESOURCES / "forms"), InterviewRoom(book, booth, settings),
        SealRoom(book, keys, settings, outbox, bank), identity, Post(book, outbox, shelf, settings))


def main(folder: Path, attempt_of: str = "") -> None:
    _, book, desk = open_desk(folder)
    print("ready", flush=True)
    if attempt_of:
        print(desk.begin_liveness(attempt_of).nonce, flush=True)
        sys.stdin.read()  # the customer is before the camera
    while True:
        saved(view := desk.open_case())
        case_id = view.case.case_id
        saved(desk.set_terms(case_id, demo_terms(DEFAULT)))
        saved(desk.record_place(case_id, None, "地下展厅无信号"))
        for consent in consents.asked(book.load(case_id), book.shelf.current):
            saved(desk.answer_consent(case_id, consent.purpose, True, 3, True))


def saved(view: CaseView) -> None:
    print(view.case.case_id, view.case.events, view.case.head, view.current, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
