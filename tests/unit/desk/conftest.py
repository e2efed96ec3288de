"""A desk over a real store, journal, vault and recorder; fakes stand only for camera, vision process, bank and clock."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyrage
import pytest

from app.capture.feed import CameraFeed
from app.capture.frames import Frame
from app.capture.id_reader import ChipCard, GuardedReader
from app.capture.scene import Look
from app.capture.session import LivenessOutcome
from app.desk import shelf as packs
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.documents import DocumentRoom
from app.desk.identity import IdentityRoom
from app.desk.interview import InterviewRoom
from app.desk.post import Post
from app.desk.sealing import SealRoom
from app.desk.shelf import PolicyShelf
from app.desk.signing import SigningDesk
from app.desk.views import Session
from app.domain import facts, flow
from app.domain.challenge import ACTIONS, LivenessPlan
from app.domain.condition import Condition
from app.domain.evidence import Receipt, digest
from app.domain.face import EngineFacts
from app.domain.flow import Step
from app.domain.wire import ChallengeAnswer
from app.store.database import Database
from app.store.face_templates import FaceTemplates
from app.store.journal import Journal
from app.store.keys import unlock
from app.store.settings import Settings
from app.store.summaries import Summaries
from app.store.traces import Traces
from app.store.vault import Vault
from app.sync.conditions import UNREACHABLE
from app.sync.enrolment import DeviceEnrolment, keep
from app.sync.outbox import Outbox
from tests import case_facts as f
from tests.key_store import MemoryKeyStore
from tests.waiting import until

DEALERS_FILE = f.ROOT / "resources" / "policy" / "dealers.toml"
CHIP_PHOTO = b"\xff\xd8\xffchip"
CAMERAS = ("usb:046d:082d:serial:2F3A91BF",)
SESSION = Session(staff_id="10482", staff_name="陈立", device_id="device-1", bank="示例银行", gateway="")


@dataclass
class SetClock:
    at: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    boot: str = "boot-1"
    def now(self) -> datetime:
        return self.at

    def monotonic_ms(self) -> int:
        """The real one, which the recorder goes by too."""
        return time.monotonic_ns() // 1_000_000


class PatientCamera:
    """A grey picture 25 times a second."""

    source = f.SOURCE

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        """Nothing to let go of."""

    def read(self) -> Frame:
        time.sleep(0.04)
        return Frame(image=np.full((48, 64, 3), 120, np.uint8), t_s=time.monotonic() - self._began, source=self.source)


@dataclass
class VisionPort:
    """Stands for the worker process: one attempt at a time, passed unless ``outcome`` says otherwise; what its functions
    answer stands in ``answers`` by their names, and a Condition there is raised."""

    nonce: str = ""
    measurable: tuple[str, ...] = ACTIONS
    outcome: tuple[str, str] = ("live", "pass")
    chip_zone: str = "pass"
    chip_trouble: Condition | None = None
    trouble: Condition | None = None
    answers: dict[str, object] = field(default_factory=lambda: {"check_portrait": None, "look": Look(b"", ())})
    asked: list[tuple] = field(default_factory=list)
    plan: LivenessPlan | None = None
    closed: bool = False
    faces: list[int] = field(default_factory=list)

    def start(self) -> None:
        """No process."""

    def engine_facts(self) -> EngineFacts:
        return EngineFacts(name="port", pack_sha256=digest(b"pack"), built_in=True, lacks=(), measurable=self.measurable)

    def begin_liveness(self, plan, source) -> None:
        self.nonce, self.plan = plan.nonce, plan

    def call(self, name: str, *args):
        function = name.split(":")[1]
        self.asked.append((function, *args))
        answer = self.answers[function]
        if isinstance(answer, Condition):
            raise answer
        return answer

    def call_within(self, limit_s: float, name: str, *args):
        return self.call(name, *args)

    def count_faces(self, frame) -> int | None:
        return self.faces.pop(0) if self.faces else None

    def liveness_frame(self, frame):
        return None

    def finish_liveness(self, portrait_jpeg) -> LivenessOutcome:
        if self.trouble is not None:
            raise self.trouble
        if portrait_jpeg == CHIP_PHOTO and self.chip_trouble is not None:
            raise self.chip_trouble
        done = f.liveness(*self.outcome) if portrait_jpeg != CHIP_PHOTO else f.liveness(zone=self.chip_zone)
        return LivenessOutcome(done.result.model_copy(update={"nonce": self.nonce}), done.match, (b"\xff\xd8face",))

    def forget_liveness(self) -> None:
        self.nonce, self.plan = "", None

    def close(self) -> None:
        self.closed = True


@dataclass
class BankPort:
    """The bank's challenges: fresh nonces while ``trouble`` is None."""

    trouble: Condition | None = field(default_factory=UNREACHABLE)
    same: str = ""
    given: list[str] = field(default_factory=list)

    def challenge(self, case_id: str) -> ChallengeAnswer:
        if self.trouble is not None:
            raise self.trouble
        self.given.append(self.same or digest(f"{case_id}{len(self.given)}".encode()))
        return ChallengeAnswer(nonce=self.given[-1], issued_at=f.BEGUN, expires_at=f.BEGUN)


@dataclass
class ChipPort:
    """A reader as a vendor's plugin offers it; ``fault`` is raised instead of reading."""

    name: str = "示例读卡器"
    fields: dict[str, str] = field(default_factory=lambda: chip_fields())
    photo: bytes = CHIP_PHOTO
    fault: Exception | None = None

    def available(self) -> bool:
        return True

    def read(self) -> ChipCard:
        if self.fault is not None:
            raise self.fault
        return ChipCard(fields=self.fields, photo_jpeg=self.photo)


def chip_fields(**changes: str) -> dict[str, str]:
    return {name: str(value) for name, value in f.card().card} | changes


class LocatorPort:
    started = False

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.started = False


class StaffPort:
    def check(self, staff_id: str, password: str) -> str:
        return "周宁"


@dataclass
class Room:
    """All parts of one desk, and short ways to what tests need again and again."""

    database: Database
    vault: Vault
    settings: Settings
    shelf: PolicyShelf
    outbox: Outbox
    book: CaseBook
    booth: Booth
    vision: VisionPort
    interviews: InterviewRoom
    post: Post
    signing: SigningDesk
    clock: SetClock
    bank: BankPort
    chip: ChipPort
    templates: FaceTemplates
    hire: Callable[[], SigningDesk]

    def begin(self, until: Step = Step.SUBMIT, **consents: bool) -> str:
        """A case with every step before ``until`` done, straight in the journal; consents are given unless said otherwise."""
        case_id = self.book.open_case().case.case_id
        self.go_on(case_id, Step.TERMS, until, **consents)
        return case_id

    def go_on(self, case_id: str, first: Step, until: Step = Step.SUBMIT, **consents: bool) -> None:
        """Every step from ``first`` to before ``until``, straight in the journal, whatever came of the steps before."""
        asked = [f.consent(c.purpose, consents.get(c.purpose, True), c) for c in self.book.pack(case_id).consents]
        front = f.card_side("front").model_copy(update={
            "portrait": self.book.keep(case_id, "id_card_portrait", "image/jpeg", b"portrait")})
        steps = (
            (Step.TERMS, [f.terms()]), (Step.PLACE, [f.placed()]), (Step.CONSENT, asked),
            (Step.ID_CARD, [front, f.card_side("back"), f.card()]), (Step.LIVENESS, [f.liveness()]),
            (Step.PAPERS, [f.circumstances()]), (Step.INTERVIEW, f.interview()), (Step.FORMS, [f.form()]),
            (Step.SIGN, []), (Step.SATISFACTION, [f.satisfaction()]))
        for step, happened in steps[[step for step, _ in steps].index(first):]:
            if step == until:
                return
            self.book.record(case_id, *happened)
            if step == Step.PAPERS:
                for item in self.book.view(case_id).checklist.blocks_sealing:
                    self.book.record(case_id, *(f.paper(item.paper, f"p{n}") for n in range(item.pages_min)))
            if step == Step.FORMS:
                forms = flow.documents_in_order(self.book.load(case_id), self.book.pack(case_id))
                self.book.record(case_id, *(f.prepared(code) for code in forms))
            if step == Step.SIGN:
                left = flow.signatures_left(self.book.load(case_id), self.book.pack(case_id))
                self.book.record(case_id, *(f.signed(*one) for one in left))

    def policy(self, **thresholds: str) -> None:
        """A pack of the bank with these thresholds, for the cases that begin from now on."""
        text = f.POLICY_FILE.read_text(encoding="utf-8")
        for name, value in thresholds.items():
            line = f"{name} = {value}\n"
            text, found = re.subn(rf"(?m)^{name} = .*\n", line, text)
            text = text if found else text.replace("[thresholds]\n", f"[thresholds]\n{line}")
        self.shelf.put(text, DEALERS_FILE.read_text(encoding="utf-8"), self.clock.now())

    def bank_takes(self, case_id: str) -> None:
        """The receipt of the last seal arrives, as the uploader hands it over."""
        entry = self.outbox.latest(case_id)
        receipt = Receipt(receipt_id=f"r-{entry.revision}", case_id=case_id, revision=entry.revision,
                          manifest_sha256=entry.manifest.sha256(), received_at=self.clock.now(), key_id="receipt-1")
        self.post.accept_receipt(receipt)
        self.outbox.receipted(entry, receipt)

    def bank_asks(self, case_id: str, *papers: str, request: str = "r1") -> None:
        self.book.record(case_id, facts.SupplementRequested(request_id=request, papers=papers, note="", due=None))


@pytest.fixture(scope="session", autouse=True)
def each_text_is_parsed_once():
    """A text gives the same frozen pack each time, and parsing it takes longer than most tests here."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("parse_policy", "reread_policy", "parse_dealers"):
            patch.setattr(packs, name, _once(getattr(packs, name)))
        yield


def _once(parse):
    parsed = {}

    def of(text: str, *more):
        if text not in parsed:
            parsed[text] = parse(text, *more)
        return parsed[text]

    return of


@pytest.fixture
def desk(tmp_path: Path):
    clock = SetClock()
    folder = tmp_path / "柜台 数据"
    keys = unlock(folder, key_store=MemoryKeyStore())
    bank = str(pyrage.x25519.Identity.generate().to_public())
    with Database.open(folder, keys) as database:
        settings = Settings(database)
        keep(settings, DeviceEnrolment(
            base_url="http://127.0.0.1:1", device_id="device-1", device_certificate_pem="device",
            bank_certificate_pem="bank", bank_recipient=bank, receipt_key_id="receipt-1",
            receipt_public_key=digest(b"key"), statement_json="{}", statement_signature="00"), "key")
        shelf = PolicyShelf(settings)
        shelf.put(f.POLICY_FILE.read_text(encoding="utf-8"), DEALERS_FILE.read_text(encoding="utf-8"), clock.now())
        vault = Vault(folder, database, keys, lambda: bank)
        outbox = Outbox(database, clock)
        book = CaseBook(Journal(database, clock), vault, Summaries(database), outbox, shelf, SESSION, clock, Traces(database))
        vision, bank_line, chip = VisionPort(), BankPort(), ChipPort()
        booth = Booth(CameraFeed(0, opener=lambda *_a, **_k: PatientCamera()), LocatorPort(), None, vision)
        post = Post(book, outbox, shelf, settings)
        interviews = InterviewRoom(book, booth, settings)
        templates = FaceTemplates(database, keys)

        def hire() -> SigningDesk:
            """A signing desk as after a start of the program."""
            identity = IdentityRoom.of(book, booth, StaffPort(), settings, templates, bank=bank_line,
                                       reader=GuardedReader(chip, chip.name), cameras=lambda: CAMERAS)
            return SigningDesk(book, booth, DocumentRoom(book, settings, f.ROOT / "resources" / "forms"), interviews,
                               SealRoom(book, keys, settings, outbox), identity, post)

        booth.start()
        until(lambda: booth.feed.latest() is not None)
        threads = {t.name for t in threading.enumerate()}
        try:
            yield Room(database, vault, settings, shelf, outbox, book, booth, vision, interviews, post, hire(), clock,
                       bank_line, chip, templates, hire)
        finally:
            booth.stop()
        assert "recorder" not in {t.name for t in threading.enumerate()} - threads
