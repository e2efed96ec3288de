"""Sealing a case: the journal as a file, the manifest, the device's signature and the outbox row, in one durable step."""

from collections.abc import Callable
from pathlib import Path

from app.desk.bank_time import TimeLine, timestamps
from app.desk.case_book import APP_VERSION, CaseBook
from app.desk.interview import STILL_RECORDING
from app.desk.views import CaseView
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Condition, Kind
from app.domain.cross import blocking
from app.domain.doubts import doubted_place
from app.domain.evidence import FileRef, Manifest, canonical
from app.forms.package import write_package, zip_package
from app.store import disk
from app.store.keys import Keys
from app.store.settings import Settings
from app.store.vault import VAULT_DESTROYED
from app.sync.enrolment import kept
from app.sync.outbox import Outbox
from app.sync.withdrawals import Withdrawal

PAPERS_MISSING = Kind(
    "seal.papers_missing",
    zh="还缺不能省的资料：{papers}。", zh_next="请在“资料采集”里补齐后再封存。",
    en="Papers that cannot be left out are missing: {papers_en}.", en_next="Add them on the papers page, then seal.")
CONTRADICTION = Kind(
    "seal.contradiction",
    zh="资料之间有矛盾，不能封存：{rules}。", zh_next="请在“资料采集”里核对这些资料，读错的改正，拿错的换掉。",
    en="Papers contradict each other, so the case cannot be sealed: {rules_en}.",
    en_next="Compare them on the papers page: correct what was misread, replace what is wrong.")
PLACE_DOUBTED = Kind(
    "seal.place_doubted",
    zh="定位有疑点，不能封存：{why}。", zh_next="请在“定位签到”里重新定位；确实不能的，由另一名员工当场确认。",
    en="The place is doubtful, so the case cannot be sealed: {why_en}.",
    en_next="Locate again on the place page; where that cannot be, another employee vouches for it there.")
NOT_SEALED = Kind(
    "seal.not_sealed", zh="这笔面签还没有封存，没有证据包。", zh_next="请先封存提交。",
    en="The case is not sealed; there is no evidence package yet.", en_next="Seal it first.")


class SealRoom:
    """Holds the device's signing key (``keys``), the enrolment that names it (``settings``), and the line to the bank's
    timestamp service (None where there is none)."""

    def __init__(self, book: CaseBook, keys: Keys, settings: Settings, outbox: Outbox,
                 bank: TimeLine | None = None) -> None:
        self._book = book
        self._keys = keys
        self._settings = settings
        self._outbox = outbox
        self._bank = bank

    @property
    def clock_offset_s(self) -> float | None:
        """The bank's clock minus this one's; None without word of the bank since the start."""
        return self._bank.clock_offset_s if self._bank else None

    def timestamp(self, case: Case) -> None:
        """Put the bank's time on the signed documents, as far as it can be had now. Talks to the bank: hold no lock."""
        if self._bank:
            for fact in timestamps(self._book, self._settings, self._bank, case):
                self._book.record(case.case_id, fact)

    def require(self, case: Case) -> None:
        """Refuse to seal while the case is recorded, its place cannot be believed, papers of weight 3 are missing or papers
        contradict each other."""
        if case.recording is not None:
            raise STILL_RECORDING()
        if why := doubted_place(case, self._book.pack(case.case_id)):
            raise PLACE_DOUBTED(why=why.zh, why_en=why.en)
        view = self._book.view(case.case_id)
        if view.checklist and view.checklist.blocks_sealing:
            names = [item.name for item in view.checklist.blocks_sealing]
            raise PAPERS_MISSING(papers="、".join(n.zh for n in names), papers_en=", ".join(n.en for n in names))
        if rules := tuple(dict.fromkeys(f.rule for f in blocking(case, view.cross))):
            raise CONTRADICTION(rules="；".join(r.zh for r in rules), rules_en="; ".join(r.en for r in rules))

    def seal(self, case: Case) -> CaseView:
        """Seal what ``require`` lets through, under one lock with it. After it nothing changes until the bank asks for a
        supplement."""
        manifest = self._manifest(case, self._book.view(case.case_id))
        signature = self._keys.signing_key().sign(manifest.canonical()).hex()
        fact = facts.CaseSealed(manifest=manifest, manifest_sha256=manifest.sha256(), device_signature=signature)
        return self._book.record(case.case_id, fact,
                                 also=lambda: self._outbox.enqueue(manifest, signature))

    def telling(self, case: Case, purpose: str, stops: bool) -> Callable[[], None]:
        """What goes into the step that records a consent taken back after sealing: word to the bank, and where that consent
        ``stops`` the case, what the bank has not confirmed yet is no longer sent."""
        withdrawal = Withdrawal(case_id=case.case_id, purpose=purpose, withdrawn_at=self._book.clock.now())
        return lambda: self._outbox.withdraw(withdrawal, stops=stops)

    def export(self, case: Case, folder: Path) -> Path:
        """Write the package of the last seal to ``folder`` and, for handing over, as one ZIP of that name beside it: everything
        still encrypted, to be checked without this device. Raises ``package.*`` and disk conditions."""
        if not case.seals:
            raise NOT_SEALED()
        seal = case.seals[-1]
        paths = [(ref, self._book.vault.path(case.case_id, ref)) for ref in seal.manifest.files]
        if not all(path.exists() for _, path in paths):
            raise VAULT_DESTROYED()
        enrolment = kept(self._settings)
        receipt = next((r for r in case.receipts if r.manifest_sha256 == seal.manifest_sha256), None)
        try:
            with disk.conditions():
                write_package(
                    folder, seal.manifest, seal.device_signature,
                    device_certificate_pem=enrolment.device_certificate_pem.encode(),
                    bank_certificate_pem=enrolment.bank_certificate_pem.encode(),
                    enrolment_json=enrolment.statement_json.encode(),
                    enrolment_signature=enrolment.statement_signature, files=paths, receipt=receipt)
                zip_package(folder, folder.with_name(f"{folder.name}.zip"))
                return folder
        except Condition:
            if not all(path.exists() for _, path in paths):  # erased meanwhile
                raise VAULT_DESTROYED() from None
            raise

    def _manifest(self, case: Case, view: CaseView) -> Manifest:
        enrolment = kept(self._settings)
        events = self._book.events(case.case_id)
        return Manifest(
            case_id=case.case_id, case_number=case.number, revision=case.revision,
            previous_manifest=case.seals[-1].manifest_sha256 if case.seals else None,
            policy_version=case.opened.policy_version, policy_sha256=case.opened.policy_sha256,
            device_id=case.opened.device_id, staff_id=case.opened.staff_id, product=case.loan_terms.product,
            dealer_id=case.loan_terms.dealer_id, sealed_at=self._book.clock.now(),
            monotonic_ms=self._book.clock.monotonic_ms(), journal_head=case.head, journal_length=len(events),
            completeness=round(view.completeness, 4), operation_score=round(view.score.total, 1),
            app_version=APP_VERSION,
            device_certificate_sha256=enrolment.device_certificate_sha256,
            bank_certificate_sha256=enrolment.bank_certificate_sha256,
            files=(*case.files(), self._journal_file(case.case_id, events)))

    def _journal_file(self, case_id: str, events) -> FileRef:
        lines = canonical([event.model_dump(mode="json") for event in events])
        return self._book.keep(case_id, "journal", "application/json", lines)
