"""A case's documents made with the real policy pack, and its package in a folder."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyrage

from app.domain import rules
from app.domain.chain import link
from app.domain.checklist import required_forms
from app.domain.cost import cost_sheet
from app.domain.evidence import GENESIS, FileRef, Manifest, Receipt, canonical, digest
from app.domain.facts import (
    Circumstances,
    DocumentPrepared,
    DocumentSigned,
    DocumentTimestamped,
    IdCard,
    SatisfactionGiven,
)
from app.domain.policy import PolicyPack, Product
from app.domain.policy_text import parse_dealers, parse_policy
from app.domain.terms import Terms, Vehicle
from app.forms.context import form_context
from app.forms.draw import DrawnForm, draw
from app.forms.fonts import RESOURCES
from app.forms.package import write_package
from app.forms.seal import sign_pdf
from app.forms.templates import template_text
from tests.unit.forms.forms_bank import NOW, Bank, ink

TODAY = date(2026, 11, 23)
VALUES = {
    "phone": "13900000000", "address": "江苏省示例市示例路1号", "employer": "示例制造有限公司",
    "monthly_income": "12000",
    "contact_name": "李示例", "contact_phone": "13900000001", "repayment_card": "6222021234567890128",
    "guarantor_name": "王示例", "guarantor_id_number": "110105194912310021", "guarantor_phone": "13900000002",
    "affiliate_name": "示例运输有限公司", "affiliate_company_code": "91110000600037341L", "purpose": "家庭装修",
    "spouse_name": "赵示例", "spouse_id_number": "110105194912310021", "spouse_phone": "13900000003",
    "supervisor_name": "示例仓储监管公司", "margin_account": "6222021234567890128", "margin_amount": "300000",
    "stock_count": "12",
}
COMPANY = {"company_name": "示例运输有限公司", "company_code": "91110000600037341L"}


def pack() -> PolicyPack:
    return parse_policy((RESOURCES / "policy" / "default.toml").read_text(encoding="utf-8"))


def card(name: str = "张示例") -> IdCard:
    return IdCard(name=name, sex="female", nation="汉", birth=date(1990, 1, 1), address="江苏省示例市示例区示例路1号",
                  number="11010519900101002X", authority="示例市公安局", valid_from=date(2020, 1, 1),
                  valid_to=date(2040, 1, 1))


def terms(product: Product) -> Terms:
    limit = product.limits[0]
    vehicle = Vehicle(model="示例牌 EX-1 2026款", condition=limit.condition, energy=limit.energy, use=limit.use,
                      appraisal_fen=20_000_000)
    months = next(m for m in product.terms_months if m <= limit.term_max_months)
    return Terms(product=product.code, dealer_id="D-0317", vehicle=vehicle, price_fen=20_000_000,
                 down_payment_fen=8_000_000, term_months=months)


def context(product_code: str = "new_car_instalment", name: str = "张示例", **changes: str) -> dict:
    bank = pack()
    product = bank.product(product_code)
    dealer = parse_dealers((RESOURCES / "policy" / "dealers.toml").read_text(encoding="utf-8"))[0]
    wanted = terms(product)
    sheet = cost_sheet(wanted, product, date(2026, 12, 23), lender=bank.bank)
    return form_context(bank, product, wanted, dealer, card(name), {**VALUES, **changes}, sheet, "陈经理", TODAY)


def circumstances(product: Product) -> Circumstances:
    """Everybody there who may have to sign."""
    return Circumstances(customer_kind=product.customer_kinds[-1], marital="married", has_guarantor=True, affiliated=True)


def all_forms(code: str) -> dict[str, DrawnForm]:
    """Every form that a case of this product can ask for, drawn."""
    bank = pack()
    product = bank.product(code)
    who = circumstances(product)
    facts = rules.context(terms(product), who)
    values = context(code, **(COMPANY if who.customer_kind == "company" else {}))
    return {form.code: draw(form.code, template_text(form.template), values, case_number="MQ-20261123-0001",
                            case_id="case-1", signers=tuple(s.signer for s in form.signers))
            for form in required_forms(bank, code, facts)}


def drawn(form: str, values: dict, signers: tuple[str, ...] = ("borrower", "manager")) -> DrawnForm:
    return draw(form, template_text(form), values, case_number="MQ-20261123-0001", case_id="case-1", signers=signers)


def sealed(bank: Bank, document: DrawnForm) -> list[bytes]:
    """The document after each signature."""
    versions = [document.pdf]
    for number, (signer, box) in enumerate(document.signature_boxes.items()):
        versions.append(sign_pdf(versions[-1], box, ink(number), f"{signer} 示例", NOW, bank.device_key_pem,
                                 bank.device_pem, bank.ca_pem))
    return versions


class PackageMaker:
    """Builds a whole package with a journal of a few events, one signed document and one picture."""

    def __init__(self, bank: Bank, folder: Path) -> None:
        self.bank, self.folder = bank, folder
        self.identity = pyrage.x25519.Identity.generate()
        self.refs: list[tuple[FileRef, Path]] = []

    def keep(self, kind: str, media_type: str, data: bytes) -> FileRef:
        cipher = pyrage.encrypt(data, [self.identity.to_public()])
        ref = FileRef(id=f"f{len(self.refs)}", kind=kind, media_type=media_type, size=len(data), sha256=digest(data),
                      cipher_size=len(cipher), cipher_sha256=digest(cipher))
        path = self.folder / "vault" / ref.id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cipher)
        self.refs.append((ref, path))
        return ref

    def make(self, versions: list[bytes], *, receipt: bool = True, stamped: bytes = b"",
             stamped_at: datetime = NOW + timedelta(minutes=1)) -> Path:
        """``stamped`` is the last version with the bank's timestamp, if there is one."""
        self.keep("photo", "image/jpeg", bytes(range(256)) * 3)
        facts = [self._prepared(versions[0]), *self._signatures(versions),
                 *([self._timestamped(versions[-1], stamped, stamped_at)] if stamped else []),
                 SatisfactionGiven(ratings={"overall": 5}, yes_no={}, duration_s=21.0)]
        events, previous = [], GENESIS
        for seq, fact in enumerate(facts, start=1):
            events.append(link("case-1", seq, NOW + timedelta(seconds=seq), seq, "boot", "staff-1", fact, previous))
            previous = events[-1].hash
        self.keep("journal", "application/json", canonical([event.model_dump(mode="json") for event in events]))
        return self.write(self.manifest(previous, len(events)), receipt=receipt)

    def _prepared(self, pdf: bytes) -> DocumentPrepared:
        return DocumentPrepared(form="loan_contract", file=self.keep("form", "application/pdf", pdf),
                                cost_sheet_sha256=digest(b"sheet"))

    def _signatures(self, versions: list[bytes]) -> list[DocumentSigned]:
        return [DocumentSigned(form="loan_contract", signer=f"signer{number}", strokes=self.keep(
            "ink", "application/json", ink(number).model_dump_json().encode()),
            file=self.keep("form_signed", "application/pdf", after), prepared_sha256=digest(before))
            for number, (before, after) in enumerate(pairwise(versions))]

    def _timestamped(self, signed: bytes, stamped: bytes, at: datetime) -> DocumentTimestamped:
        return DocumentTimestamped(form="loan_contract", file=self.keep("form_timestamped", "application/pdf", stamped),
                                   signed_sha256=digest(signed), stamped_at=at)

    def names(self, kind: str) -> set[str]:
        """The files of a kind as they are called in the package."""
        return {f"files/{ref.cipher_sha256}.age" for ref, _ in self.refs if ref.kind == kind}

    def manifest(self, head: str, length: int) -> Manifest:
        return Manifest(case_id="case-1", case_number="MQ-20261123-0001", revision=1, policy_version="1",
                        policy_sha256=digest(b"policy"), device_id="device-1", staff_id="staff-1",
                        product="new_car_instalment", dealer_id="D-0317", sealed_at=NOW, monotonic_ms=1,
                        journal_head=head, journal_length=length, completeness=1.0, operation_score=93.5,
                        app_version="0.1.0", device_certificate_sha256=digest(self.bank.device_pem),
                        bank_certificate_sha256=digest(self.bank.ca_pem), files=tuple(ref for ref, _ in self.refs))

    def write(self, manifest: Manifest, *, receipt: bool = True) -> Path:
        statement, signature = self.bank.enrolment()
        return write_package(
            self.folder / "package", manifest, self.bank.device_signing.sign(manifest.canonical()).hex(),
            device_certificate_pem=self.bank.device_pem, bank_certificate_pem=self.bank.ca_pem,
            enrolment_json=statement, enrolment_signature=signature, files=self.refs,
            receipt=self.receipt(manifest) if receipt else None)

    def receipt(self, manifest: Manifest) -> Receipt:
        keys = self.bank.keys
        return keys.sign_receipt(Receipt(
            receipt_id="R-1", case_id=manifest.case_id, revision=manifest.revision, manifest_sha256=manifest.sha256(),
            received_at=NOW, key_id=keys.receipt_key_id))
