"""The demo's stage: a data folder, the embedded gateway, and devices whose camera sees what the player puts before it."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo.props import Props
from app.desk.desks import Desks
from app.house_bank import HouseBank
from app.main import RESOURCES, booth_of, connect, office, records, sign_in
from app.store.keystore import NoKeyStore

FILE_CAMERA = "allow_file_camera = false"
NO_ATTACK_MODEL = "allow_without_attack_detection = false"


@dataclass(frozen=True)
class Stage:
    desks: Desks
    props: Props
    bank: HouseBank
    folder: Path


def demo_policy(text: str) -> str:
    """The default pack, except that a file may stand in for the camera and no attack model is asked for.

    Both are marked in the evidence; no production pack allows them. Raises ValueError where the pack has no such lines.
    """
    for line in (FILE_CAMERA, NO_ATTACK_MODEL):
        if text.count(line) != 1:
            raise ValueError(f"the default pack should say once: {line}")
        text = text.replace(line, line.replace("false", "true"))
    head, _, rest = text.partition('version = "')
    version, _, rest = rest.partition('"')
    return f'{head}version = "{version}-demo"{rest}'


@contextmanager
def stage(folder: Path, *, purge_at_once: bool = False) -> Iterator[Stage]:
    """Everything running, the first manager signed in. The passphrase lives only in this process."""
    folder.mkdir(parents=True, exist_ok=True)
    policy = folder / "policy.toml"
    text = demo_policy((RESOURCES / "policy" / "default.toml").read_text(encoding="utf-8"))
    if purge_at_once:
        text = text.replace("purge_grace_hours = 24", "purge_grace_hours = 0")
    policy.write_text(text, encoding="utf-8")
    passphrase = secrets.token_urlsafe(16)
    with ExitStack() as stack:
        props = Props(folder / "props")
        here = stack.enter_context(records(folder / "data", key_store=NoKeyStore(), passphrase=lambda: passphrase))
        bank = stack.enter_context(HouseBank(folder / "gateway", here.keys, here.settings, policy))
        bank.ready()
        client = connect(here, bank.address)
        stack.callback(client.close)
        session = sign_in(here, client, bank.staff_id, bank.password_of(bank.staff_id))
        booth = booth_of(str(props.still()), f"nmea:{props.track()}", f"file:{props.voice()}")
        desks = stack.enter_context(office(here, client, session, booth))
        yield Stage(desks=desks, props=props, bank=bank, folder=folder)
