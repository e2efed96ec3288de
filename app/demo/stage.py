"""The demo's stage: a data folder, the embedded gateway, and a camera that sees what the player puts before it."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo.props import Props
from app.demo.story import Story
from app.desk.desks import Desks
from app.domain import rules
from app.domain.checklist import ChecklistItem, checklist
from app.domain.facts import Circumstances
from app.domain.policy import PolicyPack
from app.domain.policy_text import parse_policy
from app.domain.terms import Energy, Terms, Vehicle, VehicleCondition, VehicleUse
from app.front import office
from app.house_bank import HouseBank
from app.main import RESOURCES, booth_of, connect, sign_in
from app.records import Records, records
from app.store.keystore import NoKeyStore
from app.sync.client import BankClient

CIRCUMSTANCES = Circumstances(marital="married", employment="salaried")
BY_CAMERA = ("driving_licence", "bank_card", "photo_together")
OPTIONAL = "residence_proof"
Page = tuple[str, str, int]
FILE_CAMERA = "allow_file_camera = false"
FROM_FILE = ', "from_file"]'
CLAUSE_SECONDS = "clause_seconds_min = 3 "
NO_ATTACK_MODEL = "allow_without_attack_detection = false"


@dataclass(frozen=True)
class Stage:
    desks: Desks
    props: Props
    bank: HouseBank
    client: BankClient
    here: Records
    folder: Path


def demo_policy(text: str) -> str:
    """The default pack, except that a file may stand in for the camera and for the receiver, no attack model is asked for,
    and the played customer reads clauses at a glance.

    All is marked in the evidence; no production pack allows it. Raises ValueError where the pack has no such lines.
    """
    for line, changed in ((FILE_CAMERA, FILE_CAMERA.replace("false", "true")),
                          (NO_ATTACK_MODEL, NO_ATTACK_MODEL.replace("false", "true")),
                          (FROM_FILE, "]"),
                          (CLAUSE_SECONDS, "clause_seconds_min = 0.2 ")):
        if text.count(line) != 1:
            raise ValueError(f"the default pack should say once: {line}")
        text = text.replace(line, changed)
    head, _, rest = text.partition('version = "')
    version, _, rest = rest.partition('"')
    return f'{head}version = "{version}-demo"{rest}'


def demo_terms(story: Story) -> Terms:
    vehicle = Vehicle(model=story.model, condition=VehicleCondition.NEW, energy=Energy.ICE, use=VehicleUse.OWN,
                      vin=story.vin, guide_price_fen=story.price_fen)
    return Terms(product="new_car_instalment", dealer_id="D-0317", vehicle=vehicle, price_fen=story.price_fen,
                 down_payment_fen=story.down_payment_fen, term_months=36)


def wanted_papers(pack: PolicyPack, story: Story) -> tuple[ChecklistItem, ...]:
    """What the demo customer brings: every required paper, and one that is optional."""
    context = rules.context(demo_terms(story), CIRCUMSTANCES)
    items = checklist(pack, demo_terms(story).product, context, {}).items
    return tuple(i for i in items if (i.required or i.paper == OPTIONAL) and not i.paper.startswith("id_card_"))


def wanted_pages(pack: PolicyPack, story: Story) -> tuple[list[Page], list[Page]]:
    """Pages to hold before the camera, and pages to import from files."""
    pages = [(item.paper, item.name.zh, n) for item in wanted_papers(pack, story)
             for n in range(1, item.pages_min + 1)]
    return [p for p in pages if p[0] in BY_CAMERA], [p for p in pages if p[0] not in BY_CAMERA]


def _end(process) -> None:
    if process.is_alive():
        process.terminate()
    process.join()


@contextmanager
def stage(folder: Path, *, purge_at_once: bool = False, passphrase: str = "") -> Iterator[Stage]:
    """Everything running, the first manager signed in. Without a passphrase one is made up that nobody learns; a stage
    that has one can be set again in the same folder, and finds the work of the day before."""
    folder.mkdir(parents=True, exist_ok=True)
    policy = folder / "policy.toml"
    text = demo_policy((RESOURCES / "policy" / "default.toml").read_text(encoding="utf-8"))
    if purge_at_once:
        text = text.replace("purge_grace_hours = 24", "purge_grace_hours = 0")
    policy.write_text(text, encoding="utf-8")
    passphrase = passphrase or secrets.token_urlsafe(16)
    with ExitStack() as stack:
        props = Props(folder / "props")
        workshop = props.begin(*wanted_pages(parse_policy(text), props.story))
        stack.callback(_end, workshop)
        here = stack.enter_context(records(folder / "data", key_store=NoKeyStore(), passphrase=lambda: passphrase))
        bank = stack.enter_context(HouseBank(folder / "gateway", here.keys, here.settings, policy))
        bank.ready()
        client = connect(here, bank.address)
        stack.callback(client.close)
        session = sign_in(here, client, bank.staff_id, bank.password_of(bank.staff_id))
        workshop.join()
        booth = booth_of(str(props.clips["still"]), f"nmea:{props.track()}", f"file:{props.voice()}")
        desks = stack.enter_context(office(here, session, lambda: client, lambda: booth))
        desks.open()
        yield Stage(desks=desks, props=props, bank=bank, client=client, here=here, folder=folder)
