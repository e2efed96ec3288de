"""Real documents of a case signed at the desk by several people, and the bank's time on them before they are sealed."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.desk.case_book import CaseBook
from app.desk.environment import program_sha256
from app.desk.signing import SigningDesk
from app.desk.views import CaseView
from app.domain import facts, flow
from app.domain.case import Case
from app.domain.condition import Condition
from app.domain.evidence import digest
from app.domain.flow import Step
from app.domain.ink import Ink
from app.domain.signatories import stands_in
from app.forms.check import check_pdf
from app.forms.package import verify_package
from app.sync.conditions import UNREACHABLE
from gateway import timestamps
from gateway.keys import BankKeys, load_or_make
from tests import case_facts as f
from tests.fault.desk_worker import open_desk
from tests.fault.signing_worker import FORM, prepare, rate, read_clauses, sign
from tests.unit.forms.forms_bank import ink


@dataclass
class Line:
    """The line to the bank's timestamp service; ``trouble`` is raised instead, after ``good`` timestamps."""

    keys: BankKeys
    clock_offset_s = 1.25
    trouble: Condition | None = None
    good: int = 0

    def timestamp(self, query: bytes) -> bytes:
        self.good -= 1
        if self.trouble is not None and self.good < 0:
            raise self.trouble
        return timestamps.answer(self.keys, query, datetime.now(UTC))

    def revocations(self) -> bytes:
        return self.keys.revocation_list((), datetime.now(UTC))


@dataclass
class Table:
    """A desk with one case whose documents wait for their signatures."""

    book: CaseBook
    signing: SigningDesk
    line: Line
    case_id: str

    @property
    def case(self) -> Case:
        return self.book.load(self.case_id)

    @property
    def left(self) -> tuple[tuple[str, str], ...]:
        return flow.signatures_left(self.case, self.book.pack(self.case_id))

    def sign(self, form: str, signer: str, name: Ink) -> None:
        sign(self.signing, self.case_id, form, signer, name)

    def refused(self, code: str, act, *args) -> None:
        before = self.case.events
        with pytest.raises(Condition) as raised:
            act(*args)
        assert raised.value.code == code
        assert self.case.events == before

    def sign_all(self) -> None:
        for number, (form, signer) in enumerate(self.left):
            self.sign(form, signer, ink(number))
        rate(self.signing, self.case_id)


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> tuple[Path, Path, Case]:
    """A data folder with a case ready to be signed, the folder of the bank's keys, and the case."""
    folder, bank = (tmp_path_factory.mktemp("signing") / name for name in ("数据 folder", "bank"))
    return folder, bank, prepare(folder, bank)


@pytest.fixture
def table(ready, tmp_path):
    origin, bank, case = ready
    folder = shutil.copytree(origin, tmp_path / "数据 folder")
    line = Line(load_or_make(bank, datetime.now(UTC)), UNREACHABLE())
    database, book, signing = open_desk(folder, bank=line)
    with database:
        yield Table(book, signing, line, case.case_id)


def test_people_sign_by_name_and_number_each_in_turn(table):
    order = table.left
    assert order[0] == ("cost_sheet", "borrower")
    signers = list(dict.fromkeys(signer for _, signer in order))
    assert (signers[0], signers[-1]) == ("borrower", "manager")
    assert {"guarantor"} < set(signers)
    table.refused("sign.order", table.sign, order[0][0], "manager", ink(1))
    table.refused("sign.order", table.sign, order[-1][0], "guarantor", ink(1))
    table.sign_all()
    people = {event.fact.signer: (event.fact.name, event.fact.id_number) for event in table.book.events(table.case_id)
              if isinstance(event.fact, facts.DocumentSigned)}
    assert people["borrower"] == (table.case.card.card.name, table.case.card.card.number)
    assert people["guarantor"] == ("王示例", "11010519491231002X")
    assert people["manager"] == ("陈立", "10482")
    guarantee = check_pdf(table.signing.document_pdf(table.case_id, "guarantee_contract"), table.line.keys.ca_pem.encode())
    assert [signature.signer for signature in guarantee.signatures] == ["担保人 王示例", "客户经理 陈立"]


def test_what_was_on_the_screen_is_what_is_signed(table):
    (form, signer), (other, _) = table.left[:2]
    shown = table.signing.document_pdf(table.case_id, form)
    table.refused("sign.shown_other", table.signing.sign, table.case_id, form, signer, ink(1),
                  digest(table.signing.document_pdf(table.case_id, other)))
    view = table.signing.sign(table.case_id, form, signer, ink(1), digest(shown))
    signed = view.case.documents[form].signatures[-1]
    assert signed.prepared_sha256 == digest(shown)
    assert table.signing.document_pdf(table.case_id, form).startswith(shown)


def test_no_signature_before_the_highlighted_clauses_are_read(table):
    table.signing.confirm_form(table.case_id, table.case.form.values)  # drawn anew: read anew
    form, signer = table.left[0]
    shown = digest(table.signing.document_pdf(table.case_id, form))
    table.refused("clause.not_read", table.signing.sign, table.case_id, form, signer, ink(1), shown)


def test_ink_is_never_used_twice(table):
    (first, signer), (second, _) = table.left[:2]
    table.sign(first, signer, ink(1))
    table.refused("ink.copied", table.sign, second, signer, ink(1))
    confirmed = table.case.form.values
    table.signing.confirm_form(table.case_id, confirmed)  # drawn anew: the first signature is no more
    read_clauses(table.signing, table.case_id)
    table.refused("ink.copied", table.sign, first, signer, ink(1))
    table.sign(first, signer, ink(2))


def test_ink_of_another_case_on_this_device_is_known(table):
    (form, signer) = table.left[0]
    table.sign(form, signer, ink(1))
    other = table.signing.open_case().case.case_id
    own = [event.fact for event in table.book.events(table.case_id)
           if not isinstance(event.fact, facts.CaseOpened | facts.DocumentSigned)]
    table.book.record(other, *own)
    pdf = table.book.keep(other, "form", "application/pdf", table.book.vault.get(
        table.case_id, table.case.documents[form].prepared.file))
    table.book.record(other, table.case.documents[form].prepared.model_copy(update={"file": pdf}))
    read_clauses(table.signing, other, form)
    shown = digest(table.signing.document_pdf(other, form))
    table.refused("ink.copied", table.signing.sign, other, form, signer, ink(1), shown)


def test_nobody_signs_for_somebody_else(table):
    own = table.case.card.card
    table.signing.confirm_form(table.case_id, table.case.form.values | {
        "guarantor_name": own.name, "guarantor_id_number": own.number})
    read_clauses(table.signing, table.case_id)
    number = 0
    while table.left[0][1] != "guarantor":
        table.sign(*table.left[0], ink(number := number + 1))
    table.refused("sign.same_person", table.sign, *table.left[0], ink(50))


def test_sealed_with_the_banks_time_while_the_bank_can_be_reached(table, tmp_path):
    table.line.trouble = None
    table.sign_all()
    view = table.signing.seal(table.case_id)
    keys = table.line.keys
    for code, document in view.case.documents.items():
        verdict = check_pdf(table.signing.document_pdf(table.case_id, code), keys.ca_pem.encode())
        assert verdict.ok
        assert verdict.timestamped_at == document.timestamped.stamped_at
        assert len(verdict.signatures) == len(document.signatures)
    handed_over = table.signing.export_package(table.case_id, tmp_path / "package").with_suffix(".zip")
    verdict = verify_package(handed_over, trust_bank_certificate=keys.ca_pem.encode(), identity=str(keys.identities[0]))
    assert verdict.ok
    assert any(f"{len(view.case.documents)} of them carry the bank's timestamp" in words.en for words in verdict.checked)
    seen = [event.fact for event in table.book.events(table.case_id) if isinstance(event.fact, facts.EnvironmentChecked)]
    assert (seen[-1].app_version, seen[-1].app_sha256) == (table.case.opened.app_version, program_sha256())
    assert (seen[-1].clock_offset_s, seen[-1].microphone, seen[-1].disk_free > 0) == (1.2, "", True)


@pytest.mark.parametrize("good", [0, 2])
def test_sealed_as_it_is_where_the_bank_cannot_be_reached(table, caplog, good):
    table.line.good = good
    table.sign_all()
    view = table.signing.seal(table.case_id)
    assert view.case.sealed
    assert sum(document.timestamped is not None for document in view.case.documents.values()) == good
    assert "bank.unreachable" in caplog.text


def company(desk, *, sample: bool) -> tuple[CaseView, bytes]:
    """A company's case with its documents drawn, and its loan contract."""
    case_id = desk.begin(Step.FORMS)
    desk.book.record(case_id, f.circumstances(customer_kind="company"))
    if sample:
        sheet = desk.book.keep(case_id, "seal_sample", "image/jpeg", b"sheet")
        desk.book.record(case_id, f.paper("seal_sample", original=sheet))
    known = FORM | {"company_name": "示例运输有限公司", "company_code": "91110000600037341L"}
    asked = {field.code for field in desk.signing.form_fields(case_id)}
    view = desk.signing.confirm_form(case_id, {code: value for code, value in known.items() if code in asked})
    assert view.current == Step.SIGN, view.step(view.current).lacks
    return view, desk.signing.document_pdf(case_id, "loan_contract")


def test_a_companys_documents_carry_its_seal_where_there_is_a_sample(desk):
    png = BytesIO()
    Image.new("RGBA", (40, 40), (196, 24, 32, 255)).save(png, "PNG")
    desk.vision.answers["seal_image"] = png.getvalue()
    view, with_seal = company(desk, sample=True)
    assert ("seal_image", b"sheet") in desk.vision.asked
    assert {signer for _, signer in flow.signatures_left(view.case, view.pack)} == {"borrower", "company", "manager"}
    desk.book.record(view.case.case_id, f.signed("bureau_authorisation", "borrower"))  # for herself, then for her company
    assert not stands_in(desk.book.load(view.case.case_id), "company")
    bare, without = company(desk, sample=False)
    assert (b"/Subtype /Image" in with_seal, b"/Subtype /Image" in without) == (True, False)
    assert "forms.seal_sample.missing" in {finding.code for finding in bare.case.form.findings}
