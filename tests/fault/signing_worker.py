"""A desk at which documents are signed and cases sealed without end; every act that ends well is said. Killed from outside,
or at the durable step named on the command line: ``signing_worker FOLDER STEP SEED``.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from app.desk.case_book import CaseBook
from app.desk.signing import SigningDesk
from app.desk.views import CaseView
from app.domain import flow
from app.domain.case import Case
from app.domain.clauses import clauses_left
from app.domain.evidence import digest
from app.domain.facts import Fact
from app.domain.flow import Step
from app.domain.ink import Ink
from app.store.keys import Keys, unlock
from app.store.keystore import NoKeyStore
from app.store.settings import Settings
from app.store.summaries import Summaries
from app.sync.enrolment import DeviceEnrolment, keep
from tests import case_facts as f
from tests.fault.desk_worker import PASSPHRASE, open_desk, saved
from tests.fault.kills import Doom
from tests.unit.forms.forms_bank import DEVICE, ink, make_bank

FORM = {"phone": "13900000001", "address": "江苏省示例市示例路1号", "employer": "示例制造有限公司", "monthly_income": "12000",
        "contact_name": "周示例", "contact_phone": "13900000002", "repayment_card": "6222021234567890128",
        "guarantor_name": "王示例", "guarantor_id_number": "11010519491231002X", "guarantor_phone": "13900000003",
        "spouse_name": "赵示例", "spouse_id_number": "110105198802030041", "spouse_phone": "13900000004"}


def prepare(folder: Path, bank: Path) -> Case:
    """A desk enrolled with the bank whose keys lie in ``bank``, and on it one case, this one, ready to be signed."""
    database, book, desk = open_desk(folder)
    with database:
        _enrol(Settings(database), unlock(folder, key_store=NoKeyStore(), passphrase=lambda: PASSPHRASE), bank)
        return _ready_to_sign(book, desk)


def _enrol(settings: Settings, device: Keys, folder: Path) -> None:
    bank = make_bank(folder, datetime.now(UTC), device.signing_key())
    statement, signature = bank.enrolment()
    settings.set("bank", bank.keys.recipient)
    keep(settings, DeviceEnrolment(
        base_url="http://127.0.0.1:1", device_id=DEVICE, device_certificate_pem=bank.device_pem.decode(),
        bank_certificate_pem=bank.keys.ca_pem, bank_recipient=bank.keys.recipient,
        receipt_key_id=bank.keys.receipt_key_id, receipt_public_key=bank.keys.receipt_public_key,
        statement_json=statement.decode(), statement_signature=signature), bank.device_key_pem.decode())


def _ready_to_sign(book: CaseBook, desk: SigningDesk) -> Case:
    case_id = desk.open_case().case.case_id
    happened = [f.terms(), f.placed(), *f.consents(), f.card_side("front"), f.card_side("back"), f.card(), f.liveness(),
                f.circumstances(marital="married", has_guarantor=True), *f.interview()]
    book.record(case_id, *(_on_disk(book, case_id, fact) for fact in happened))
    for item in book.view(case_id).checklist.blocks_sealing:
        for number, side in enumerate(item.sides_missing or [""] * item.pages_min):
            book.record(case_id, _on_disk(book, case_id, f.paper(item.paper, f"{item.paper}-{number}", side=side)))
    view = desk.confirm_form(case_id, FORM)
    assert view.current == Step.SIGN, view.step(view.current).lacks
    assert not view.checklist.blocks_sealing
    read_clauses(desk, case_id)
    return book.load(case_id)


def _on_disk(book: CaseBook, case_id: str, fact: Fact) -> Fact:
    """The fact with a real file for each that it names."""
    def real(value):
        if isinstance(value, dict) and "cipher_sha256" in value:
            return book.keep(case_id, value["kind"], value["media_type"], value["id"].encode()).model_dump()
        if isinstance(value, dict):
            return {key: real(part) for key, part in value.items()}
        return [real(part) for part in value] if isinstance(value, list | tuple) else value

    return type(fact).model_validate(real(fact.model_dump()))


def main(folder: Path, step: int, seed: int) -> None:
    """Take every case to its seal, however far it is."""
    doom = Doom(step)
    database, book, desk = open_desk(folder, doom)
    print("ready", flush=True)
    doom.armed = True
    for line in Summaries(database).search():
        _finish(book, desk, line.case_id, seed)


def _finish(book: CaseBook, desk: SigningDesk, case_id: str, seed: int) -> None:
    view = desk.view(case_id)
    for number, (form, signer) in enumerate(flow.signatures_left(view.case, view.pack)):
        saved(sign(desk, case_id, form, signer, ink(seed * 100 + number)))
    if desk.view(case_id).current == Step.SATISFACTION:
        saved(rate(desk, case_id))
    if not desk.view(case_id).case.sealed:
        saved(desk.seal(case_id))


def sign(desk: SigningDesk, case_id: str, form: str, signer: str, name: Ink) -> CaseView:
    """Sign what the desk shows, its clauses read."""
    read_clauses(desk, case_id, form)
    return desk.sign(case_id, form, signer, name, digest(desk.document_pdf(case_id, form)))


def read_clauses(desk: SigningDesk, case_id: str, *forms: str) -> None:
    """Whoever still has to sign these forms (none named: all) takes a minute for each highlighted clause."""
    view = desk.view(case_id)
    for form, signer in flow.signatures_left(view.case, view.pack):
        for text in clauses_left(view.case, form, signer) if not forms or form in forms else ():
            desk.read_clause(case_id, form, signer, text, 60, True)


def rate(desk: SigningDesk, case_id: str) -> CaseView:
    pack = desk.view(case_id).pack
    ratings = {rating.code: 5 for rating in pack.ratings if not rating.yes_no}
    return desk.give_satisfaction(case_id, ratings, {r.code: False for r in pack.ratings if r.yes_no}, 20)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
