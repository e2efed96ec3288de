"""The documents of a case: the cost sheet and the product's forms, drawn, shown, signed in order and sealed."""

from collections.abc import Iterable
from pathlib import Path

from app.desk.case_book import CaseBook
from app.desk.customer_copy import save_copy
from app.desk.identity_acts import today
from app.domain import clauses, facts, flow
from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.cost import CostSheet, check_cost, cost_sheet
from app.domain.dates import add_months
from app.domain.ink import COPIED, Ink, check_ink, same_ink, shape_sha256
from app.domain.policy import SIGNERS, PolicyPack
from app.domain.signatories import signatory, stands_in
from app.domain.traces import INK
from app.forms.context import form_context
from app.forms.draw import draw
from app.forms.seal import sign_pdf
from app.store import disk
from app.store.settings import Settings
from app.sync.enrolment import DOCUMENT_KEY, kept

ORDER = Kind(
    "sign.order", zh="签字要按顺序：现在应签“{form}”，由{signer}签。", zh_next="请先完成这一份。",
    en="Documents are signed in order: next is “{form_en}”, by the {signer_en}.", en_next="Sign that one first.")
NOT_DRAWN = Kind(
    "sign.not_drawn", zh="待签文件还没有生成。", zh_next="请在“表单核对”里确认信息。",
    en="The documents are not drawn yet.", en_next="Confirm the fields on the forms page.")
SHOWN_OTHER = Kind(
    "sign.shown_other", zh="屏幕上的文件不是现在要签的这一份，没有签署。", zh_next="请重新打开签字页，读完后再签。",
    en="The document on the screen is not the one to be signed now; nothing was signed.",
    en_next="Open the signing page again, read it, then sign.")
SAME_PERSON = Kind(
    "sign.same_person", zh="{signer}与另一位签署人是同一个证件号，不能代签。", zh_next="请在“表单核对”里改正，由本人签署。",
    en="The {signer_en} has the ID number of another signer; nobody signs for somebody else.",
    en_next="Correct it on the forms page and let each sign in person.")
NOT_ALL = Kind(
    "sign.not_all", zh="文件还没有全部签完，不能给客户留存。", zh_next="请先完成签字。",
    en="Not every document is signed, so there is no copy for the customer yet.", en_next="Finish the signatures first.")
ALL_SIGNED = Kind(
    "sign.all_signed", zh="文件都已签完。", zh_next="请继续下一步。",
    en="Every document is signed.", en_next="Go on to the next step.")


class DocumentRoom:
    """Draws and seals. ``settings`` holds the device's document key and certificate from enrolment."""

    def __init__(self, book: CaseBook, settings: Settings, forms_folder: Path) -> None:
        self._book = book
        self._settings = settings
        self._folder = forms_folder

    def cost_sheet(self, case: Case) -> CostSheet:
        """The total-cost sheet of the case's terms; the first instalment falls due a calendar month after today."""
        pack = self._book.pack(case.case_id)
        terms = case.loan_terms
        return cost_sheet(terms, pack.product(terms.product), add_months(today(self._book), 1), lender=pack.bank)

    def check_cost(self, case: Case) -> tuple[facts.Finding, ...]:
        """What the rules say of the total cost: the caps of product and pack."""
        pack = self._book.pack(case.case_id)
        return check_cost(self.cost_sheet(case), pack.product(case.loan_terms.product), pack.thresholds)

    def draw(self, case: Case, confirmed: facts.FormConfirmed, seal: bytes = b"") -> tuple[facts.DocumentPrepared, ...]:
        """All documents of the product from confirmed fields only, with the company's ``seal`` (PNG) where it signs; none where
        a field still blocks."""
        if any(f.level == "block" for f in confirmed.findings):
            return ()
        pack = self._book.pack(case.case_id)
        case = case.model_copy(update={"form": confirmed})
        sheet = self.cost_sheet(case)
        context = self._context(case, pack, confirmed.values, sheet)
        prepared = []
        signing = flow.signers(case, pack)
        for code in signing:
            form = pack.form(code)
            template = (self._folder / form.template).read_text(encoding="utf-8")
            drawn = draw(code, template, context, case_number=case.number, case_id=case.case_id,
                         signers=signing[code], seal=seal)
            ref = self._book.keep(case.case_id, f"form_{code}", "application/pdf", drawn.pdf)
            prepared.append(facts.DocumentPrepared(form=code, file=ref, cost_sheet_sha256=sheet.sha256(),
                                                   signature_boxes=drawn.signature_boxes, clauses=drawn.clauses))
        return tuple(prepared)

    def pdf(self, case: Case, form: str) -> bytes:
        document = case.documents.get(form)
        if document is None:
            raise NOT_DRAWN()
        return self._book.vault.get(case.case_id, document.latest)

    def sign(self, case: Case, pack: PolicyPack, form: str, signer: str, ink: Ink, shown_sha256: str) -> facts.DocumentSigned:
        """One signature on the document whose turn it is, of which ``shown_sha256`` is what was on the screen. Blank, tiny
        and copied ink is refused, also ink of another case on this device."""
        self._check_turn(case, pack, form, signer)
        clauses.require_read(case, form, signer)
        document, person = case.documents[form], signatory(case, signer)
        if shown_sha256 != document.latest.sha256:
            raise SHOWN_OTHER()
        if stands_in(case, signer):
            raise SAME_PERSON(signer=SIGNERS[signer].zh, signer_en=SIGNERS[signer].en)
        check_ink(ink)
        shape = shape_sha256(ink)
        if any(same_ink(ink, other) for other in self._earlier_ink(case)) or self._book.traces.others(
                case.case_id, case.opened.staff_id, INK, shape):
            raise COPIED()
        shown = self._book.vault.get(case.case_id, document.latest)
        enrolment = kept(self._settings)
        sealed = sign_pdf(
            shown, document.prepared.signature_boxes[signer], ink, f"{SIGNERS[signer].zh} {person.name}".strip(),
            self._book.clock.now(),
            self._settings.get(DOCUMENT_KEY).encode(), enrolment.device_certificate_pem.encode(),
            enrolment.bank_certificate_pem.encode())
        strokes = self._book.keep(case.case_id, "ink", "application/json", ink.model_dump_json(exclude_none=True).encode())
        return facts.DocumentSigned(
            form=form, signer=signer, strokes=strokes, prepared_sha256=document.latest.sha256, ink_sha256=shape,
            name=person.name, id_number=person.id_number,
            file=self._book.keep(case.case_id, f"form_{form}_signed", "application/pdf", sealed))

    def export(self, case: Case, folder: Path) -> tuple[Path, ...]:
        """Write the latest version of every document as a PDF in ``folder``, and the bank's certificate to check them
        with; returns the paths of the documents."""
        with disk.conditions():
            folder.mkdir(parents=True, exist_ok=True)
        disk.Disk().write(folder / "bank.pem", kept(self._settings).bank_certificate_pem.encode())
        paths = []
        for code, document in case.documents.items():
            path = folder / f"{code}.pdf"
            disk.Disk().write(path, self._book.vault.get(case.case_id, document.latest))
            paths.append(path)
        return tuple(paths)

    def copy(self, case: Case, pack: PolicyPack, folder: Path, password: str, again: str) -> Path:
        """The customer's copy of what all have signed, in ``folder``. Raises ``copy.*`` and ``sign.not_all``."""
        if not case.documents or flow.signatures_left(case, pack):
            raise NOT_ALL()
        documents = {code: self._book.vault.get(case.case_id, document.latest) for code, document in case.documents.items()}
        return save_copy(case, pack, documents, kept(self._settings).bank_certificate_pem.encode(), folder, password, again,
                         today(self._book))

    def _check_turn(self, case: Case, pack: PolicyPack, form: str, signer: str) -> None:
        if form not in case.documents:
            raise NOT_DRAWN()
        left = flow.signatures_left(case, pack)
        if not left:
            raise ALL_SIGNED()
        wanted, who = left[0]
        if (form, signer) != (wanted, who):
            name = pack.form(wanted).name
            raise ORDER(form=name.zh, form_en=name.en, signer=SIGNERS[who].zh, signer_en=SIGNERS[who].en)

    def _earlier_ink(self, case: Case) -> Iterable[Ink]:
        """Of drawings that are no more, too."""
        for event in self._book.events(case.case_id):
            if isinstance(event.fact, facts.DocumentSigned):
                yield Ink.model_validate_json(self._book.vault.get(case.case_id, event.fact.strokes))

    def _context(self, case: Case, pack: PolicyPack, values: dict[str, str], sheet: CostSheet) -> dict:
        terms = case.loan_terms
        values = values | ({"witness_name": case.helper.name} if case.helper else {})
        return form_context(pack, pack.product(terms.product), terms, self._book.shelf.admitted(terms.dealer_id),
                            case.card.card, values, sheet, case.opened.staff_name, today(self._book))
