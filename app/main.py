"""The composition root: the only place that builds things and hands them on."""

import argparse
import logging
import platform
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.asking import passphrase_for, staff_number, staff_password
from app.capture.camera_identity import attached
from app.capture.feed import CameraFeed
from app.capture.id_reader import installed_reader
from app.capture.location import Locator
from app.capture.vision import Vision
from app.desk.booth import Booth, loops, microphone_of
from app.desk.case_book import CaseBook
from app.desk.desks import Rooms
from app.desk.device import kept_preferences
from app.desk.documents import DocumentRoom
from app.desk.first_run import AFTER_SIGN_IN, Progress
from app.desk.handed_over import PINS
from app.desk.identity import IdentityRoom
from app.desk.interview import InterviewRoom
from app.desk.post import CURSOR, Post
from app.desk.screen_keeper import ScreenKeeper
from app.desk.sealing import SealRoom
from app.desk.signing import SigningDesk
from app.desk.staff import VERIFIERS, StaffDoor, Verifiers
from app.desk.views import Session
from app.domain.condition import Condition, Kind
from app.domain.summary import UNDELIVERED
from app.house_bank import HouseBank
from app.records import LAST_STAFF, Records, open_records, records
from app.store.face_templates import FaceTemplates
from app.sync.client import BankClient
from app.sync.conditions import NO_LINE, NOT_REACHED
from app.sync.enrolling import enrol
from app.sync.enrolment import EMBEDDED, DeviceEnrolment, enrolled_cameras, keep, keep_cameras
from app.sync.feeds import PolicyFeed, StatusFeed
from app.sync.loop import SyncLoop
from app.sync.uploader import Uploader

log = logging.getLogger(__name__)

RESOURCES = Path(__file__).resolve().parents[1] / "resources"

NOT_ENROLLED = Kind(
    "device.not_enrolled", zh="本机还没有登记到这家银行。",
    zh_next="请打开面签台，用银行发的一次性登记码登记；或运行 mianqian enrol。",
    en="This device is not enrolled with that bank.",
    en_next="Start the program and enrol with the bank's one-time code, or run mianqian enrol.")
EMBEDDED_HERE = Kind(
    "device.embedded", zh="这份数据里有 {count} 笔试用时做的业务，不能接入银行。",
    zh_next="练习可以在今日业务里丢弃；其他试用业务会留下，请用 --data 指定一个新的数据文件夹。",
    en="{count} case(s) made on trial are in this data folder, so it cannot go to a bank.",
    en_next="Practice can be discarded in the work list; where other cases were made, name a new data folder with --data.")
OTHER_BANK = Kind(
    "device.cases_of_another_bank", zh="本机还有 {count} 笔业务没有送达现在登记的银行，不能改登记到另一家。",
    zh_next="这些资料用现在这家银行的密钥加密，另一家打不开；请先办完并送达，或换一个数据文件夹登记。登记码仍可再用。",
    en="{count} case(s) here have not arrived at the bank this device is enrolled with, so it cannot move to another one.",
    en_next="They are encrypted to that bank and no other can open them. Finish and send them first, or enrol a new data "
            "folder. The code may be used again.")
FORGOTTEN = (VERIFIERS, PINS, CURSOR, EMBEDDED)  # of the bank before: people, and how far it was heard


@contextmanager
def rooms(kept_here: Records, book: CaseBook, post: Post, client: BankClient, booth: Booth) -> Iterator[Rooms]:
    """Everything behind the work list, devices open and the queue moving; all of it ends with the context."""
    uploader = Uploader(client, kept_here.outbox, kept_here.vault.path, post.accept_receipt)
    loop = SyncLoop(uploader, PolicyFeed(client), StatusFeed(client), post.cursor, post.hear)
    post.attach(loop)
    interviews = InterviewRoom(book, booth, kept_here.settings)
    interviews.recover()
    door = staff_door(kept_here, client)
    identity = IdentityRoom.of(book, booth, door, kept_here.settings,
                               FaceTemplates(kept_here.database, kept_here.keys), bank=client, reader=installed_reader(),
                               cameras=lambda: enrolled_cameras(kept_here.settings))
    signing = SigningDesk(
        book, booth, DocumentRoom(book, kept_here.settings, RESOURCES / "forms"), interviews,
        SealRoom(book, kept_here.keys, kept_here.settings, kept_here.outbox, client), identity, post)
    with ExitStack() as at_the_end:
        at_the_end.callback(loop.stop)
        at_the_end.callback(booth.stop)
        at_the_end.callback(interviews.close)
        kept_here.others.bank, kept_here.others.gnss = client.bank_time, booth.satellite_time
        booth.start()
        loop.start()
        yield Rooms(signing, booth, ScreenKeeper(kept_here.settings, door, book.session.staff_id), client)


def connect(kept_here: Records, address: str) -> BankClient:
    """The bank as this device knows it, at ``address`` (an embedded gateway moves its port)."""
    enrolment = kept_here.enrolment
    if enrolment is None:
        raise NOT_ENROLLED()
    client = BankClient(address, enrolment, kept_here.keys.signing_key())
    client.use_proxy(kept_preferences(kept_here.settings).proxy)
    return client


def staff_door(kept_here: Records, client: BankClient) -> StaffDoor:
    return StaffDoor(client, Verifiers(kept_here.settings))


def fetch_policy(kept_here: Records, client: BankClient) -> None:
    """Take over the bank's policy pack, dealers and word on cameras now. Raises ``bank.*`` and ``policy.*``."""
    news = PolicyFeed(client).fetch()
    keep_cameras(kept_here.settings, news.cameras)
    kept_here.shelf.put(news.policy_toml, news.dealers_toml, kept_here.clock.now())


def sign_in(kept_here: Records, client: BankClient, staff_id: str, password: str) -> Session:
    """Sign in at the bank, or offline against the verifier of an earlier day."""
    try:
        return sign_in_at_bank(kept_here, client, staff_id, password)
    except Condition as condition:
        if condition.code not in NO_LINE:
            raise
        log.warning("signing in offline")
        name = Verifiers(kept_here.settings).check(staff_id, password)
    return _signed_in(kept_here, client, staff_id, name)


def sign_in_at_bank(kept_here: Records, client: BankClient, staff_id: str, password: str) -> Session:
    """Sign in and take over what is new; nothing less will do, as where something is to be sent now."""
    name = client.sign_in(staff_id, password).name
    Verifiers(kept_here.settings).remember(staff_id, name, password)
    _renew_policy(kept_here, client)
    return _signed_in(kept_here, client, staff_id, name)


def _signed_in(kept_here: Records, client: BankClient, staff_id: str, name: str) -> Session:
    kept_here.settings.set(LAST_STAFF, staff_id)
    return kept_here.session(staff_id, name, client.transport.base_url)


def _renew_policy(kept_here: Records, client: BankClient) -> None:
    """A pack that does not come or does not hold keeps nobody out, as long as there is an earlier one."""
    try:
        fetch_policy(kept_here, client)
    except Condition as condition:
        if not kept_here.shelf.stocked:
            raise
        log.warning("the policy pack was not renewed: %s", condition.code)


def enrol_here(here: Records, address: str, code: str, device_name: str = "",
               stopping: threading.Event | None = None) -> DeviceEnrolment:
    """Enrol this device and the cameras attached now, and keep what the bank gave. Another bank than before takes it only
    once nothing is here that the one before has to open, after a trial only where no case was made. Raises ``bank.*`` and
    ``device.*``; then all is as it was, also once ``stopping`` was set."""
    if here.settings.get(EMBEDDED) and (count := here.summaries.count()):
        raise EMBEDDED_HERE(count=count)
    stopping, before = stopping or threading.Event(), here.enrolment
    enrolment, document_key = enrol(
        address, code, device_name or platform.node() or "laptop", here.keys.signing_key(), cameras=attached(),
        proxy=kept_preferences(here.settings).proxy, stopping=stopping)
    if stopping.is_set():
        raise NOT_REACHED()
    moved = before is not None and before.bank_certificate_sha256 != enrolment.bank_certificate_sha256
    if moved and (count := here.summaries.count(stages=UNDELIVERED)):
        raise OTHER_BANK(count=count)
    with here.settings.together():
        for names in FORGOTTEN if moved else ():
            here.settings.remove_all(names)
        if before is None or moved:
            Progress(here.settings).reach(AFTER_SIGN_IN[0])
        keep(here.settings, enrolment, document_key)
    return enrolment


def booth_of(camera: str, place: str, microphone: str, models: Path | None = None) -> Booth:
    """The devices as the command line names them; ``models`` is the folder of the model pack, None for the built-in."""
    return Booth(CameraFeed(camera, loop=loops(camera)), Locator(place), microphone_of(microphone), Vision(models))


# -- what the command line calls -----------------------------------------------------------------------------------


def enrol_device(args: argparse.Namespace) -> dict:
    """Enrol this data folder and the cameras attached now with a bank, or the folder once more with the same one."""
    with records(args.data, passphrase=passphrase_for(args.data)) as here:
        enrolment = enrol_here(here, args.gateway, args.code, args.device_name)
        return {"device_id": enrolment.device_id, "gateway": enrolment.base_url,
                "cameras": [camera.model_dump() for camera in enrolment.cameras]}


def sync_once(args: argparse.Namespace) -> dict:
    """Send what waits, also what was set aside, and fetch the bank's answers, once."""
    with ExitStack() as stack:
        here = stack.enter_context(open_records(args))
        client, session = _sign_in_somewhere(stack, here, args)
        post = Post(here.book(session), here.outbox, here.shelf, here.settings)
        uploader = Uploader(client, here.outbox, here.vault.path, post.accept_receipt)
        post.send_now()
        result = SyncLoop(uploader, PolicyFeed(client), StatusFeed(client), post.cursor, post.hear).turn()
        if result.trouble:
            raise result.trouble
        return {"receipted": result.receipted, "stopped": result.stopped, "waiting": result.waiting}


def _sign_in_somewhere(stack: ExitStack, here: Records, args: argparse.Namespace) -> tuple[BankClient, Session]:
    """At the configured bank, else at the embedded gateway that belongs to this data folder."""
    if here.enrolment is None:
        raise NOT_ENROLLED()
    if address := args.gateway or here.bank:
        client = connect(here, address)
        stack.callback(client.close)
        staff_id = args.staff or here.settings.get(LAST_STAFF, "") or staff_number()
        return client, sign_in_at_bank(here, client, staff_id, staff_password())
    bank = stack.enter_context(HouseBank(args.data / "gateway", here.keys, here.settings))
    bank.ready()
    client = connect(here, bank.address)
    stack.callback(client.close)
    return client, sign_in_at_bank(here, client, bank.staff_id, bank.password_of(bank.staff_id))
